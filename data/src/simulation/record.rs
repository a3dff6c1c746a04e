//! What the agency's record says of a world: late, with gaps, from a day on and until another.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};
use rand_pcg::Pcg64Mcg;

use super::plan::{FormPlan, Scenario};
use super::world::{Act, CaseState, Happened};

/// Nothing is entered later than so many days after it happened.
const LATEST: i32 = 120;

/// The actions of each case, by case number and in order of time.
pub(super) struct ByCase {
    first: Vec<u32>,
    rows: Vec<(i32, Act)>,
}

impl ByCase {
    /// Sorts a log, which is in order of time.
    pub(super) fn of(log: &[Happened], cases: usize) -> Self {
        let mut first = vec![0_u32; cases + 1];
        for happened in log {
            first[happened.case as usize + 1] += 1;
        }
        for case in 0..cases {
            first[case + 1] += first[case];
        }
        let mut next = first.clone();
        let mut rows = vec![(0, Act::Received); log.len()];
        for happened in log {
            let place = &mut next[happened.case as usize];
            rows[*place as usize] = (happened.day, happened.act);
            *place += 1;
        }
        Self { first, rows }
    }

    pub(super) fn of_case(&self, case: usize) -> &[(i32, Act)] {
        &self.rows[self.first[case] as usize..self.first[case + 1] as usize]
    }
}

/// A case as the record has it.
pub(super) struct RecordedCase<'a> {
    pub(super) number: usize,
    pub(super) state: &'a CaseState,
    pub(super) center: &'a str,
    pub(super) actions: Vec<(i32, Act)>,
}

/// Tells `each` of every case that the record knows at the extraction.
pub(super) fn recorded<'a, E>(
    scenario: &'a Scenario,
    plan: &'a FormPlan,
    cases: &'a [CaseState],
    by_case: &ByCase,
    seed: u64,
    mut each: impl FnMut(RecordedCase<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let from = scenario.calendar.recorded_from.epoch_days();
    let until = scenario.calendar.extracted_on.epoch_days();
    for (number, state) in cases.iter().enumerate().filter(|(_, state)| state.received <= until) {
        let all = by_case.of_case(number);
        // What was over before the record began is not in it.
        if all.iter().any(|(day, act)| *day < from && act.ends()) {
            continue;
        }
        let mut actions = Vec::with_capacity(all.len());
        Clerk::of_case(scenario, seed, number).enter(all, ends(all), &mut actions);
        actions.retain(|(entered, _)| *entered <= until);
        actions.sort_by_key(|(day, _)| *day);
        let code = &plan.streams[usize::from(state.stream)].centers[usize::from(state.center)].code;
        let center = merged(scenario, code, state.received);
        each(RecordedCase { number, state, center, actions })?;
    }
    Ok(())
}

/// The day on which a case is over, if it is among its acts.
pub(super) fn ends(acts: &[(i32, Act)]) -> i32 {
    acts.iter().find(|(_, act)| act.ends()).map_or(i32::MAX, |(day, _)| *day)
}

/// Enters what happens to one case into the record. Each case has its own chance, so that another case more or less changes no
/// record but its own.
pub(super) struct Clerk<'a> {
    scenario: &'a Scenario,
    random: Pcg64Mcg,
}

impl<'a> Clerk<'a> {
    pub(super) fn of_case(scenario: &'a Scenario, seed: u64, number: usize) -> Self {
        let seed = seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { scenario, random: Pcg64Mcg::seed_from_u64(seed) }
    }

    /// From now on with other chances.
    pub(super) fn with_fresh_chances(&mut self, seed: u64) {
        self.random = Pcg64Mcg::seed_from_u64(seed);
    }

    /// Adds the entries of some acts, each with the day on which it is entered; `ends` is when the case is over.
    pub(super) fn enter(&mut self, acts: &[(i32, Act)], ends: i32, entries: &mut Vec<(i32, Act)>) {
        let record = &self.scenario.record;
        let from = self.scenario.calendar.recorded_from.epoch_days();
        for &(day, act) in acts.iter().filter(|(day, _)| *day >= from) {
            let missing = record.missing.get(act.code()).map_or(0.0, |share| *share.get_ref());
            let is_missing = self.random.random::<f64>() < missing;
            // Receipts and decisions are entered when they are made.
            let late = if act.ends() || act == Act::Received { 0 } else { self.late_by() };
            // Nothing that came before the end of a case is entered after it.
            let entered = if day <= ends { (day + late).min(ends) } else { day + late };
            if !is_missing {
                entries.push((entered, act));
            }
        }
    }

    /// By how many days an action is dated late.
    fn late_by(&mut self) -> i32 {
        let record = &self.scenario.record;
        if self.random.random::<f64>() >= *record.late.get_ref() {
            return 0;
        }
        let (median, spread) = record.late_by.numbers();
        let days =
            LogNormal::new(median.max(1.0).ln(), spread).map_or(0.0, |days| days.sample(&mut self.random));
        (days.round() as i32).clamp(1, LATEST)
    }
}

/// The code under which a center takes a case in on a day.
fn merged<'a>(scenario: &'a Scenario, code: &'a str, received: i32) -> &'a str {
    let merges = &scenario.record.merges;
    let merge = merges.iter().find(|merge| {
        merge.on.epoch_days() <= received && merge.from.iter().any(|from| from.get_ref() == code)
    });
    merge.map_or(code, |merge| merge.into.get_ref().as_str())
}
