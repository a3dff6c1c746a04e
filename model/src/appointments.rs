//! What the applicant has to go to.

use crate::case::Consequence;
use crate::features::{CaseView, SeenAction};
use crate::form::{AppointmentId, AppointmentRole, Effect, FormDefinition};
use crate::time::Stamp;

/// Where an appointment stands, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentState {
    /// Its day is not over.
    Ahead,
    /// There was a notice, but no day is known.
    Undated,
    /// Its day is over, or the case went on to its decision or was reopened, and the record does not show that the applicant came.
    Past,
    /// The applicant came.
    Kept,
    /// It was cancelled: the agency will set another day.
    Cancelled,
    /// The record says that none is needed, or the case was decided before its day.
    NotNeeded,
}

/// An appointment: a new notice before the visit changes its day or repeats it, a notice after it begins another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appointment {
    /// Which kind.
    pub appointment: AppointmentId,
    /// When the last notice of it came: the one that gave its day, cancelled it or said that it is not needed.
    pub noticed: Stamp,
    /// When it is or was to be, if the record says so.
    pub scheduled_for: Option<Stamp>,
    /// When the applicant came, if the record shows it.
    pub kept: Option<Stamp>,
    /// Where it stands.
    pub state: AppointmentState,
}

/// The appointments of a case in the order of their first notices. A filing that was refused has none.
#[must_use]
pub fn appointments(form: &FormDefinition, view: &CaseView<'_>) -> Vec<Appointment> {
    if view.progress().is_rejected() {
        return Vec::new();
    }
    let mut diary = Diary::default();
    for seen in view.seen().iter().filter(|seen| seen.observed.consequence.counts()) {
        diary.take(form, seen);
    }
    let now = view.as_of().moment();
    for appointment in diary.0.iter_mut().filter(|appointment| appointment.state == AppointmentState::Undated)
    {
        appointment.state = match appointment.scheduled_for {
            Some(day) if !day.is_over_at(now) => AppointmentState::Ahead,
            Some(_) => AppointmentState::Past,
            None => AppointmentState::Undated,
        };
    }
    diary.0
}

/// The appointments so far. One that is announced and not yet settled is undated until the end.
#[derive(Default)]
struct Diary(Vec<Appointment>);

impl Diary {
    fn take(&mut self, form: &FormDefinition, seen: &SeenAction<'_>) {
        let at = seen.action.at;
        match seen.observed.consequence {
            Consequence::Decided => {
                let is_closed = seen.rule.is_some_and(|rule| matches!(rule.effect, Effect::Closes(_)));
                self.settle(at, |id| is_closed || !form.is_after_decision(form.kept_milestone(id)));
            }
            // What was announced before a reopening belongs to the decision before it.
            Consequence::Reopened => {
                let open = self.0.iter_mut().filter(|appointment| appointment.kept.is_none());
                open.for_each(|appointment| appointment.state = AppointmentState::Past);
            }
            Consequence::Overturned => self.settle(at, |_| true),
            _ => {}
        }
        let Some(role) = seen.rule.and_then(|rule| rule.appointment) else { return };
        match role {
            AppointmentRole::Schedules(id) | AppointmentRole::Reschedules(id) => {
                let known = self.open(id).and_then(|open| open.scheduled_for);
                let day = role.day(seen.action.scheduled_for, known, at.moment());
                self.write(id, at, day, AppointmentState::Undated);
            }
            AppointmentRole::Cancels(id) => self.write(id, at, None, AppointmentState::Cancelled),
            AppointmentRole::Waives(id) => self.write(id, at, None, AppointmentState::NotNeeded),
            AppointmentRole::Keeps(id) => {
                if let Some(open) = self.open(id) {
                    (open.kept, open.state) = (Some(at), AppointmentState::Kept);
                }
            }
        }
    }

    /// The appointment of a kind that was neither kept nor settled.
    fn open(&mut self, id: AppointmentId) -> Option<&mut Appointment> {
        let last = self.0.iter_mut().rev().find(|appointment| appointment.appointment == id)?;
        let is_open = !matches!(last.state, AppointmentState::Kept | AppointmentState::Past);
        is_open.then_some(last)
    }

    fn write(
        &mut self,
        appointment: AppointmentId,
        noticed: Stamp,
        scheduled_for: Option<Stamp>,
        state: AppointmentState,
    ) {
        match self.open(appointment) {
            Some(open) => {
                (open.noticed, open.scheduled_for, open.state) = (noticed, scheduled_for, state);
            }
            None => self.0.push(Appointment { appointment, noticed, scheduled_for, kept: None, state }),
        }
    }

    /// The case went on without these appointments.
    fn settle(&mut self, at: Stamp, is_over: impl Fn(AppointmentId) -> bool) {
        let open = |it: &&mut Appointment| {
            matches!(it.state, AppointmentState::Undated | AppointmentState::Cancelled)
        };
        for appointment in self.0.iter_mut().filter(open).filter(|it| is_over(it.appointment)) {
            let was_missed = appointment.scheduled_for.is_some_and(|day| day.is_before(at));
            let is_unknown =
                appointment.scheduled_for.is_none() && appointment.state == AppointmentState::Undated;
            appointment.state =
                if was_missed || is_unknown { AppointmentState::Past } else { AppointmentState::NotNeeded };
        }
    }
}
