//! The parts that actions have in requests, appointments and tasks.

use std::collections::BTreeMap;

use super::error::FormError;
use super::rule::{
    ActionRule, AppointmentId, AppointmentRole, MilestoneId, RequestId, RequestRole, TaskId, TaskRole,
};
use super::spec::{AppointmentSpec, FormSpec, RequestSpec, TaskSpec};

/// No request gives more days than this to answer; a year is far beyond any.
const MAX_RESPONSE_DAYS: u16 = 366;
/// The mail takes no longer than this, from any country.
const MAX_MAIL_DAYS: u16 = 60;

/// Assigns roles to the rules of a form.
pub(super) struct Roles<'a> {
    pub(super) spec: &'a FormSpec,
    pub(super) rules: &'a mut BTreeMap<String, ActionRule>,
}

impl Roles<'_> {
    /// Gives every action its part. Returns the milestone that each appointment is kept with.
    pub(super) fn assign(mut self) -> Result<Vec<MilestoneId>, FormError> {
        let spec = self.spec;
        for (index, request) in spec.requests.iter().enumerate() {
            self.request(RequestId(index as u8), request)?;
        }
        let mut kept = Vec::with_capacity(spec.appointments.len());
        for (index, appointment) in spec.appointments.iter().enumerate() {
            kept.push(self.appointment(AppointmentId(index as u8), appointment)?);
        }
        for (index, task) in spec.tasks.iter().enumerate() {
            self.task(TaskId(index as u8), task)?;
        }
        Ok(kept)
    }

    fn request(&mut self, id: RequestId, request: &RequestSpec) -> Result<(), FormError> {
        for (key, days, min, max) in [
            ("response_days", request.response_days, 1, MAX_RESPONSE_DAYS),
            ("mail_days", request.mail_days, 0, MAX_MAIL_DAYS),
        ] {
            if !(min..=max).contains(&days) {
                return Err(FormError::DaysOutOfRange { name: request.id.clone(), key, days, min, max });
            }
        }
        let place = Place { what: "request", name: &request.id };
        let sides = [
            ("sent_by", &request.sent_by, RequestRole::Asks(id)),
            ("answered_by", &request.answered_by, RequestRole::Answers(id)),
        ];
        for (key, actions, role) in sides {
            place.not_empty(key, actions)?;
            place.set(self.rules, key, actions, |rule| &mut rule.request, role)?;
        }
        Ok(())
    }

    fn appointment(
        &mut self,
        id: AppointmentId,
        appointment: &AppointmentSpec,
    ) -> Result<MilestoneId, FormError> {
        let name = &appointment.id;
        let position = self.spec.milestones.iter().position(|milestone| milestone.id == appointment.kept);
        let Some(position) = position else {
            let milestone = appointment.kept.clone();
            return Err(FormError::UnknownKept { name: name.clone(), milestone });
        };
        let milestone = &self.spec.milestones[position];
        if let Some(action) = appointment.notices().find(|action| milestone.reached_by.contains(action)) {
            let (action, milestone) = (action.clone(), milestone.id.clone());
            return Err(FormError::KeptByItsNotice { name: name.clone(), action, milestone });
        }
        let place = Place { what: "appointment", name };
        place.not_empty("scheduled_by", &appointment.scheduled_by)?;
        // An action that says that the appointment is not needed may settle the milestone too.
        let keeps: Vec<String> = milestone
            .reached_by
            .iter()
            .filter(|action| !appointment.not_needed_by.contains(action))
            .cloned()
            .collect();
        for (key, actions, role) in [
            ("scheduled_by", &appointment.scheduled_by, AppointmentRole::Schedules(id)),
            ("rescheduled_by", &appointment.rescheduled_by, AppointmentRole::Reschedules(id)),
            ("kept", &keeps, AppointmentRole::Keeps(id)),
            ("cancelled_by", &appointment.cancelled_by, AppointmentRole::Cancels(id)),
            ("not_needed_by", &appointment.not_needed_by, AppointmentRole::Waives(id)),
        ] {
            place.set(self.rules, key, actions, |rule| &mut rule.appointment, role)?;
        }
        Ok(MilestoneId(position as u16))
    }

    fn task(&mut self, id: TaskId, task: &TaskSpec) -> Result<(), FormError> {
        let place = Place { what: "task", name: &task.id };
        for (key, actions, role) in [
            ("begun_by", &task.begun_by, TaskRole::Begins(id)),
            ("ended_by", &task.ended_by, TaskRole::Ends(id)),
        ] {
            place.not_empty(key, actions)?;
            place.set(self.rules, key, actions, |rule| &mut rule.task, role)?;
        }
        Ok(())
    }
}

/// Where in a form definition something is written.
struct Place<'a> {
    what: &'static str,
    name: &'a str,
}

impl Place<'_> {
    fn not_empty(&self, key: &'static str, actions: &[String]) -> Result<(), FormError> {
        if actions.is_empty() {
            return Err(FormError::NoActionIn { what: self.what, name: self.name.to_owned(), key });
        }
        Ok(())
    }

    /// Sets one part of the rule of each action; an action has one part of a sort.
    fn set<R: Copy + std::fmt::Debug>(
        &self,
        rules: &mut BTreeMap<String, ActionRule>,
        key: &'static str,
        actions: &[String],
        part: impl Fn(&mut ActionRule) -> &mut Option<R>,
        role: R,
    ) -> Result<(), FormError> {
        for action in actions {
            let Some(rule) = rules.get_mut(action) else {
                let (name, action) = (self.name.to_owned(), action.clone());
                return Err(FormError::UnlistedAction { what: self.what, name, action });
            };
            if part(rule).replace(role).is_some() {
                return Err(FormError::ActionTwice {
                    action: action.clone(),
                    first: format!("another {}", self.what),
                    second: format!("`{key}` of {} `{}`", self.what, self.name),
                });
            }
        }
        Ok(())
    }
}
