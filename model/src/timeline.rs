//! The milestones of a case as the applicant sees them.

use crate::features::CaseView;
use crate::form::{Effect, FormDefinition, MilestoneId};
use crate::time::Stamp;

/// Where a milestone stands on the way of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
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
    pub place: Place,
}

/// The milestones of the form, in order, for one case. `next` is the step that the estimate expects next.
#[must_use]
pub fn timeline(form: &FormDefinition, view: &CaseView<'_>, next: Option<MilestoneId>) -> Vec<TimelineStep> {
    let done = dates(form, view);
    let decided = view.progress().decided_at().is_some();
    let last_done = done.iter().rposition(Option::is_some).unwrap_or(0);
    let waiting_for = next.filter(|_| !view.progress().is_rejected());
    form.milestone_ids()
        .map(|milestone| {
            let index = milestone.index();
            let optional = form.milestone(milestone).optional;
            let place = match done[index] {
                _ if waiting_for == Some(milestone) => Place::Current,
                Some(at) => Place::Done(at),
                // A decision that was made is never missing from the record.
                None if index < last_done && milestone != form.decision() => Place::NotReported,
                None if decided && !form.is_after_decision(milestone) => Place::NotReported,
                None if optional => Place::Maybe,
                None => Place::Ahead,
            };
            TimelineStep { milestone, place }
        })
        .collect()
}

/// When each milestone was last reached.
fn dates(form: &FormDefinition, view: &CaseView<'_>) -> Vec<Option<Stamp>> {
    let mut done = vec![None; form.milestones().len()];
    done[form.start().index()] = Some(view.received());
    for action in view.actions() {
        match form.effect(&action.code) {
            Some(Effect::Reaches(milestone)) => done[milestone.index()] = Some(action.at),
            // As for the progress of the case: without a decision nothing is after it.
            Some(Effect::ReachesAfterDecision(milestone)) if done[form.decision().index()].is_some() => {
                done[milestone.index()] = Some(action.at);
            }
            Some(Effect::Decides(after)) => {
                done[form.decision().index()].get_or_insert(action.at);
                if let Some(after) = after {
                    done[after.index()] = Some(action.at);
                }
            }
            _ => {}
        }
    }
    done
}
