//! The milestones of a case as the applicant sees them.

use crate::appointments::{Appointment, AppointmentState, appointments};
use crate::case::Consequence;
use crate::features::{CaseView, SeenAction};
use crate::form::{AppointmentRole, FormDefinition, MilestoneId};
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
    /// The record says that it will not come because nobody needs it.
    NotNeeded,
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
    let diary = appointments(form, view);
    form.milestone_ids()
        // What cannot come any more is not on the way of the case.
        .filter(|&milestone| !(closed && form.is_after_decision(milestone)))
        .filter(|&milestone| !(rejected && done[milestone.index()].is_none()))
        .map(|milestone| {
            let index = milestone.index();
            let place = match (done[index], called_off(form, &diary, milestone)) {
                _ if waiting_for == Some(milestone) => MilestoneState::Current,
                (Some(at), _) => MilestoneState::Done(at),
                (None, Some(AppointmentState::NotNeeded)) => MilestoneState::NotNeeded,
                (None, Some(_)) => MilestoneState::Ahead,
                // A decision that was made is never missing from the record.
                (None, None) if index < last_done && milestone != form.decision() => {
                    MilestoneState::NotReported
                }
                (None, None) if decided && !form.is_after_decision(milestone) => MilestoneState::NotReported,
                (None, None) if form.milestone(milestone).optional => MilestoneState::Maybe,
                (None, None) => MilestoneState::Ahead,
            };
            TimelineStep { milestone, place }
        })
        .collect()
}

/// When each milestone was last reached, as the progress of the case counts it. A step that was called off has no date,
/// and neither has what was decided before a reopening.
fn dates(form: &FormDefinition, view: &CaseView<'_>) -> Vec<Option<Stamp>> {
    let mut done = vec![None; form.milestones().len()];
    done[form.start().index()] = Some(view.received());
    for SeenAction { action, rule, observed } in view.seen() {
        if observed.consequence == Consequence::Reopened {
            for milestone in form.milestone_ids() {
                if milestone == form.decision() || form.is_after_decision(milestone) {
                    done[milestone.index()] = None;
                }
            }
        }
        let role = rule.and_then(|rule| rule.appointment).filter(|_| observed.consequence.counts());
        if let Some(AppointmentRole::Cancels(id) | AppointmentRole::Waives(id)) = role
            && done[form.kept_milestone(id).index()].is_none()
        {
            form.scheduled_milestones(id).iter().for_each(|milestone| done[milestone.index()] = None);
        }
        for milestone in [observed.step, observed.also].into_iter().flatten() {
            done[milestone.index()] = Some(action.at);
        }
        if let Consequence::Dated(milestone) = observed.consequence {
            done[milestone.index()] = Some(action.at);
        }
    }
    done
}

/// Whether the last appointment that a milestone belongs to was cancelled or is not needed.
fn called_off(
    form: &FormDefinition,
    diary: &[Appointment],
    milestone: MilestoneId,
) -> Option<AppointmentState> {
    let belongs =
        |id| form.kept_milestone(id) == milestone || form.scheduled_milestones(id).contains(&milestone);
    let last = diary.iter().rev().find(|appointment| belongs(appointment.appointment))?;
    matches!(last.state, AppointmentState::Cancelled | AppointmentState::NotNeeded).then_some(last.state)
}
