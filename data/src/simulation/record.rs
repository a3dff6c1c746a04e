//! What the agency's record says of a world: late, with gaps, from a day on and until another.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};
use rand_pcg::Pcg64Mcg;

use super::plan::{FormPlan, Scenario};
use super::world::{Act, CaseState, Happened};

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
    let missing: BTreeMap<&str, f64> =
        scenario.record.missing.iter().map(|(code, share)| (code.as_str(), *share.get_ref())).collect();
    for (number, state) in cases.iter().enumerate().filter(|(_, state)| state.received <= until) {
        let all = by_case.of_case(number);
        // What was over before the record began is not in it.
        if all.iter().any(|(day, act)| *day < from && act.ends()) {
            continue;
        }
        // Each case has its own chance, so that another case more or less changes no record but its own.
        let mut random = Pcg64Mcg::seed_from_u64(seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let ends = all.iter().find(|(_, act)| act.ends()).map_or(i32::MAX, |(day, _)| *day);
        let mut actions = Vec::with_capacity(all.len());
        for &(day, act) in all.iter().filter(|(day, _)| (from..=until).contains(day)) {
            let is_missing = random.random::<f64>() < missing.get(act.code()).copied().unwrap_or(0.0);
            // Receipts and decisions are entered when they are made.
            let late = if act.ends() || act == Act::Received { 0 } else { late_by(scenario, &mut random) };
            // Nothing that came before the end of a case is entered after it.
            let entered = if day <= ends { (day + late).min(ends) } else { day + late };
            if !is_missing && entered <= until {
                actions.push((entered, act));
            }
        }
        actions.sort_by_key(|(day, _)| *day);
        let code = &plan.streams[usize::from(state.stream)].centers[usize::from(state.center)].code;
        let center = merged(scenario, code, state.received);
        each(RecordedCase { number, state, center, actions })?;
    }
    Ok(())
}

/// By how many days an action is dated late.
fn late_by(scenario: &Scenario, random: &mut Pcg64Mcg) -> i32 {
    let record = &scenario.record;
    if random.random::<f64>() >= *record.late.get_ref() {
        return 0;
    }
    let days = LogNormal::new(record.late_days.max(1.0).ln(), 0.7).map_or(0.0, |days| days.sample(random));
    (days.round() as i32).clamp(1, 120)
}

/// The code under which a center takes a case in on a day.
fn merged<'a>(scenario: &'a Scenario, code: &'a str, received: i32) -> &'a str {
    let merges = &scenario.record.merges;
    let merge = merges
        .iter()
        .find(|merge| merge.on.epoch_days() <= received && merge.from.iter().any(|from| from == code));
    merge.map_or(code, |merge| merge.into.as_str())
}
