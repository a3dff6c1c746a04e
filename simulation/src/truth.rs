//! The true outcomes of the cases pending at the extraction. Nothing that trains reads them.

use model::{AsOf, Day, FormDefinition, MilestoneId, Progress};

use super::plan::Scenario;
use super::record::{CaseLog, Clerk, ends};
use super::world::{Act, CaseState};

/// The outcome of a case after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    /// The next step, and the days to it.
    pub(super) next_step: Option<(MilestoneId, i32)>,
    /// The next step that the record shows, and the days to its entry.
    pub(super) recorded_step: Option<(MilestoneId, i32)>,
    /// The decision, and the days to it.
    pub(super) decision: Option<(Act, i32)>,
}

/// A pending case with its outcome.
pub(super) struct Truth {
    /// The number of the case in its world.
    pub(super) case: u32,
    pub(super) outcome: Outcome,
}

/// Finds the outcomes of cases after a day.
pub(super) struct Hindsight<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) form: &'a FormDefinition,
    /// The seed of the world and of its record.
    pub(super) seed: u64,
    /// Outcomes are counted from the end of this day.
    pub(super) day: i32,
}

impl Hindsight<'_> {
    /// The outcome of a case from its acts `before` and `after` the day. The record's own random numbers decide which of the
    /// latter are entered, or those of another `future`.
    pub(super) fn outcome(
        &self,
        (number, state): (usize, &CaseState),
        before: &[(i32, Act)],
        after: &[(i32, Act)],
        future: Option<u64>,
    ) -> Outcome {
        let mut clerk = Clerk::new(self.scenario, self.seed, number);
        let mut entries = Vec::new();
        let ends = ends(after);
        clerk.enter(before, ends, &mut entries);
        if let Some(seed) = future {
            clerk.with_other_random_numbers(seed ^ number as u64);
        }
        clerk.enter(after, ends, &mut entries);
        entries.sort_by_key(|(day, _)| *day);
        let decision = after.iter().find(|(_, act)| act.ends());
        Outcome {
            next_step: self.next_step(state, before.iter().chain(after)),
            recorded_step: self.next_step(state, entries.iter()),
            decision: decision.map(|(when, act)| (*act, when - self.day)),
        }
    }

    /// The first step after the day, up to the end of the case.
    fn next_step<'b>(
        &self,
        state: &CaseState,
        acts: impl Iterator<Item = &'b (i32, Act)>,
    ) -> Option<(MilestoneId, i32)> {
        let moment = |day: i32| Day::from_epoch_days(i64::from(day)).map(Day::end);
        let mut progress = Progress::received(self.form, moment(state.received).ok()?);
        for &(when, act) in acts {
            let (Some(rule), Ok(at)) = (self.form.rule(act.code()), moment(when)) else { continue };
            let observed = progress.observe(self.form, rule, at, None);
            if when > self.day {
                if let Some(step) = observed.step {
                    return Some((step, when - self.day));
                }
                if act.ends() {
                    return None;
                }
            }
        }
        None
    }

    /// The outcomes of the cases pending at the end of the day, from the logs `before` and `after` it.
    pub(super) fn truths(
        &self,
        cases: &[CaseState],
        pending: &[u32],
        before: &CaseLog,
        after: &CaseLog,
    ) -> Vec<Truth> {
        let truth = |&case: &u32| {
            let number = case as usize;
            let (before, after) = (before.of_case(number), after.of_case(number));
            Truth { case, outcome: self.outcome((number, &cases[number]), before, after, None) }
        };
        pending.iter().map(truth).collect()
    }
}

/// The as-of time of an extraction.
pub(super) fn as_of(day: Day) -> AsOf {
    AsOf::new(model::Stamp::Day(day))
}
