//! What really became of the cases that were pending at the extraction: nothing that trains ever reads it.

use model::{AsOf, Day, FormDefinition, MilestoneId, Progress};

use super::record::ByCase;
use super::world::{Act, CaseState};

/// What came of a case after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    /// The next step, and the days until it came.
    pub(super) next_step: Option<(MilestoneId, i32)>,
    /// The decision, and the days until it came.
    pub(super) decision: Option<(Act, i32)>,
}

/// A pending case with what came of it.
pub(super) struct Truth {
    /// Number of the case in its world.
    pub(super) case: u32,
    pub(super) outcome: Outcome,
}

/// Follows a case through what happened by `day`, and from then on to its next step and its decision.
pub(super) fn outcome(
    form: &FormDefinition,
    state: &CaseState,
    before: &[(i32, Act)],
    after: &[(i32, Act)],
    day: i32,
) -> Outcome {
    let moment = |day: i32| Day::from_epoch_days(i64::from(day)).map(Day::end);
    let mut outcome = Outcome::default();
    let Ok(received) = moment(state.received) else { return outcome };
    let mut progress = Progress::received(form, received);
    for &(when, act) in before.iter().chain(after) {
        let (Some(effect), Ok(at)) = (form.effect(act.code()), moment(when)) else { continue };
        let observed = progress.observe(form, effect, at);
        if when > day && outcome.next_step.is_none() {
            outcome.next_step = observed.step.map(|step| (step, when - day));
        }
        if when > day && act.ends() {
            outcome.decision = Some((act, when - day));
            break;
        }
    }
    outcome
}

/// The truth of every case that was pending at the end of `day`: `before` is its world's log until then, `after` what
/// followed.
pub(super) fn truths(
    form: &FormDefinition,
    cases: &[CaseState],
    pending: &[u32],
    before: &ByCase,
    after: &ByCase,
    day: i32,
) -> Vec<Truth> {
    let truth = |&case: &u32| {
        let number = case as usize;
        let outcome = outcome(form, &cases[number], before.of_case(number), after.of_case(number), day);
        Truth { case, outcome }
    };
    pending.iter().map(truth).collect()
}

/// The as-of time of an extraction.
pub(super) fn as_of(day: Day) -> AsOf {
    AsOf::new(model::Stamp::Day(day))
}
