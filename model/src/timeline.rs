//! The milestones of a case as the applicant sees them.

use crate::case::Progress;
use crate::features::CaseView;
use crate::form::{FormDefinition, MilestoneId};
use crate::time::Stamp;

/// Where a milestone stands on the way of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MilestoneState {
    /// Reached, last at this time.
    Done(Stamp),
    /// A later milestone was reached, but the record does not show this one.
    NotReported,
    /// The step that the case is waiting for.
    Current,
    /// Still to come.
    Ahead,
    /// May still come, or not.
    Maybe,
}

/// A milestone with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineStep {
    /// The milestone.
    pub milestone: MilestoneId,
    /// Where it stands.
    pub place: MilestoneState,
}

/// The milestones of the form, in order, for one case: those after the decision not if none can follow it any more,
/// and of a filing that was refused only what it reached. `next` is the step that the estimate expects next.
#[must_use]
pub fn timeline(form: &FormDefinition, view: &CaseView<'_>, next: Option<MilestoneId>) -> Vec<TimelineStep> {
    let done = dates(form, view);
    let decided = view.progress().decided_at().is_some();
    let last_done = done.iter().rposition(Option::is_some).unwrap_or(0);
    let (closed, rejected) = (view.progress().is_closed(), view.progress().is_rejected());
    let waiting_for = next.filter(|_| !rejected);
    form.milestone_ids()
        // What cannot come any more is not on the way of the case.
        .filter(|&milestone| !(closed && form.is_after_decision(milestone)))
        .filter(|&milestone| !(rejected && done[milestone.index()].is_none()))
        .map(|milestone| {
            let index = milestone.index();
            let optional = form.milestone(milestone).optional;
            let place = match done[index] {
                _ if waiting_for == Some(milestone) => MilestoneState::Current,
                Some(at) => MilestoneState::Done(at),
                // A decision that was made is never missing from the record.
                None if index < last_done && milestone != form.decision() => MilestoneState::NotReported,
                None if decided && !form.is_after_decision(milestone) => MilestoneState::NotReported,
                None if optional => MilestoneState::Maybe,
                None => MilestoneState::Ahead,
            };
            TimelineStep { milestone, place }
        })
        .collect()
}

/// When each milestone was last reached, as the progress of the case counts it.
fn dates(form: &FormDefinition, view: &CaseView<'_>) -> Vec<Option<Stamp>> {
    let mut done = vec![None; form.milestones().len()];
    done[form.start().index()] = Some(view.received());
    let mut progress = Progress::received(form, view.received().moment());
    for action in view.actions() {
        let Some(effect) = form.effect(&action.code) else { continue };
        let observed = progress.observe(form, effect, action.at.moment());
        for milestone in [observed.step, observed.also].into_iter().flatten() {
            done[milestone.index()] = Some(action.at);
        }
    }
    done
}
