//! What the agency's record shows of a world: some actions late, some missing, from one day to another.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};
use rand_pcg::Pcg64Mcg;

use super::plan::{FormPlan, Scenario};
use super::world::{Act, CaseState, LogEntry};

/// The longest time between an action and its entry.
const MAX_ENTRY_DELAY_DAYS: i32 = 120;

/// A log grouped by case, in order of time.
pub(super) struct CaseLog {
    first: Vec<u32>,
    rows: Vec<(i32, Act)>,
}

impl CaseLog {
    /// Groups a log that is in order of time.
    pub(super) fn from_entries(log: &[LogEntry], cases: usize) -> Self {
        let mut first = vec![0_u32; cases + 1];
        for entry in log {
            first[entry.case as usize + 1] += 1;
        }
        for case in 0..cases {
            first[case + 1] += first[case];
        }
        let mut next = first.clone();
        let mut rows = vec![(0, Act::Received); log.len()];
        for entry in log {
            let place = &mut next[entry.case as usize];
            rows[*place as usize] = (entry.day, entry.act);
            *place += 1;
        }
        Self { first, rows }
    }

    pub(super) fn of_case(&self, case: usize) -> &[(i32, Act)] {
        &self.rows[self.first[case] as usize..self.first[case + 1] as usize]
    }
}

/// A case as the record shows it.
pub(super) struct RecordedCase<'a> {
    pub(super) number: usize,
    pub(super) state: &'a CaseState,
    pub(super) center: &'a str,
    pub(super) actions: Vec<(i32, Act)>,
}

/// Calls `each` with every case that is in the record at the extraction.
pub(super) fn recorded<'a, E>(
    scenario: &'a Scenario,
    plan: &'a FormPlan,
    cases: &'a [CaseState],
    by_case: &CaseLog,
    seed: u64,
    mut each: impl FnMut(RecordedCase<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let from = scenario.calendar.recorded_from.epoch_days();
    let until = scenario.calendar.extracted_on.epoch_days();
    for (number, state) in cases.iter().enumerate().filter(|(_, state)| state.received <= until) {
        let all = by_case.of_case(number);
        // A case that was over when the record began, and stays so, is not in it.
        let mut earlier = all.iter().rev().skip_while(|(day, _)| *day >= from);
        let was_over = earlier
            .find(|(_, act)| act.ends() || *act == Act::ReopenedAppeal)
            .is_some_and(|(_, act)| act.ends());
        let is_reopened = all.iter().any(|(day, act)| *day >= from && *act == Act::ReopenedAppeal);
        if was_over && !is_reopened {
            continue;
        }
        let mut actions = Vec::with_capacity(all.len());
        Clerk::new(scenario, seed, number).enter(all, ends(all), &mut actions);
        actions.retain(|(entered, _)| *entered <= until);
        actions.sort_by_key(|(day, _)| *day);
        let code = &plan.streams[usize::from(state.stream)].centers[usize::from(state.center)].code;
        let center = merged(scenario, code, state.received);
        each(RecordedCase { number, state, center, actions })?;
    }
    Ok(())
}

/// The day on which a case is over; the last possible day if it is not.
pub(super) fn ends(acts: &[(i32, Act)]) -> i32 {
    acts.iter().find(|(_, act)| act.ends()).map_or(i32::MAX, |(day, _)| *day)
}

/// Enters what happens to one case into the record.
///
/// Each case has its own random numbers, so adding a case does not change the record of another.
pub(super) struct Clerk<'a> {
    scenario: &'a Scenario,
    random: Pcg64Mcg,
}

impl<'a> Clerk<'a> {
    pub(super) fn new(scenario: &'a Scenario, seed: u64, number: usize) -> Self {
        let seed = seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { scenario, random: Pcg64Mcg::seed_from_u64(seed) }
    }

    /// Uses other random numbers from now on.
    pub(super) fn with_other_random_numbers(&mut self, seed: u64) {
        self.random = Pcg64Mcg::seed_from_u64(seed);
    }

    /// Adds the entries of some acts, each with its day of entry; `ends` is the day on which the case is over.
    pub(super) fn enter(&mut self, acts: &[(i32, Act)], ends: i32, entries: &mut Vec<(i32, Act)>) {
        let record = &self.scenario.record;
        let from = self.scenario.calendar.recorded_from.epoch_days();
        for &(day, act) in acts.iter().filter(|(day, _)| *day >= from) {
            let missing = record.missing.get(act.code()).map_or(0.0, |share| *share.get_ref());
            let is_missing = self.random.random::<f64>() < missing;
            // Receipts, decisions and reopenings are entered on their day.
            let on_its_day = act.ends() || matches!(act, Act::Received | Act::ReopenedAppeal);
            let late = if on_its_day { 0 } else { self.late_by() };
            // An act before the end of the case is not entered after it.
            let entered = if day <= ends { (day + late).min(ends) } else { day + late };
            if !is_missing {
                entries.push((entered, act));
            }
        }
    }

    /// How many days late an act is entered.
    fn late_by(&mut self) -> i32 {
        let record = &self.scenario.record;
        if self.random.random::<f64>() >= *record.late.get_ref() {
            return 0;
        }
        let (median, spread) = record.late_by.numbers();
        let days =
            LogNormal::new(median.max(1.0).ln(), spread).map_or(0.0, |days| days.sample(&mut self.random));
        (days.round() as i32).clamp(1, MAX_ENTRY_DELAY_DAYS)
    }
}

/// The code of a center for a case received on a day.
fn merged<'a>(scenario: &'a Scenario, code: &'a str, received: i32) -> &'a str {
    let merges = &scenario.record.merges;
    let merge = merges.iter().find(|merge| {
        merge.on.epoch_days() <= received && merge.from.iter().any(|from| from.get_ref() == code)
    });
    merge.map_or(code, |merge| merge.into.get_ref().as_str())
}
