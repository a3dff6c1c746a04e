//! What really became of the cases that were pending at the extraction: nothing that trains ever reads it.

use model::{AsOf, Day, FormDefinition, MilestoneId, Progress};

use super::plan::Scenario;
use super::record::{ByCase, Clerk, ends};
use super::world::{Act, CaseState};

/// What came of a case after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    /// The next step, and the days until it came.
    pub(super) next_step: Option<(MilestoneId, i32)>,
    /// The next step that the record shows, and the days until it does.
    pub(super) recorded_step: Option<(MilestoneId, i32)>,
    /// The decision, and the days until it came.
    pub(super) decision: Option<(Act, i32)>,
}

/// A pending case with what came of it.
pub(super) struct Truth {
    /// Number of the case in its world.
    pub(super) case: u32,
    pub(super) outcome: Outcome,
}

/// Looks at what came of cases after a day.
pub(super) struct Hindsight<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) form: &'a FormDefinition,
    /// The seed of the world, which is that of its record.
    pub(super) seed: u64,
    /// The end of this day is when one asks.
    pub(super) day: i32,
}

impl Hindsight<'_> {
    /// What came of a case, by what happened until the day and `after` it. What is entered of the latter is left to the record's
    /// own chances, or to those of another `future`.
    pub(super) fn outcome(
        &self,
        (number, state): (usize, &CaseState),
        before: &[(i32, Act)],
        after: &[(i32, Act)],
        future: Option<u64>,
    ) -> Outcome {
        let mut clerk = Clerk::of_case(self.scenario, self.seed, number);
        let mut entries = Vec::new();
        let ends = ends(after);
        clerk.enter(before, ends, &mut entries);
        if let Some(seed) = future {
            clerk.with_fresh_chances(seed ^ number as u64);
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
            let (Some(effect), Ok(at)) = (self.form.effect(act.code()), moment(when)) else { continue };
            let observed = progress.observe(self.form, effect, at);
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

    /// The truth of cases that were pending at the end of the day: `before` is their world's log until then, `after` what
    /// followed.
    pub(super) fn truths(
        &self,
        cases: &[CaseState],
        pending: &[u32],
        before: &ByCase,
        after: &ByCase,
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
