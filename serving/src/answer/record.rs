//! The record of a case as an answer shows it: its outcome, requests and appointments.

use model::{
    Appointment, AppointmentState, CaseView, Day, EvidenceRequest, FormDefinition, Label, RequestState, Stamp,
};
use serde::Serialize;

/// How a case was decided.
#[derive(Debug, Serialize)]
pub(crate) struct OutcomeAnswer {
    code: String,
    pub(crate) label: Label,
}

impl OutcomeAnswer {
    /// `None` for a case that is pending.
    pub(crate) fn from_view(form: &FormDefinition, view: &CaseView<'_>) -> Option<Self> {
        let outcome = form.outcome(view.progress().outcome()?);
        Some(Self { code: outcome.id.clone(), label: outcome.label.clone() })
    }
}

/// A request of the agency.
#[derive(Debug, Serialize)]
pub(crate) struct RequestAnswer {
    id: String,
    label: Label,
    sent: Stamp,
    /// The last day to answer, if the notice does not give fewer days.
    due: Day,
    due_by_mail: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<Stamp>,
    state: &'static str,
}

impl RequestAnswer {
    pub(crate) fn new(form: &FormDefinition, request: &EvidenceRequest) -> Self {
        let spec = form.request(request.request);
        Self {
            id: spec.id.clone(),
            label: spec.label.clone(),
            sent: request.sent,
            due: request.due,
            due_by_mail: request.due_by_mail,
            answered: request.answered,
            state: match request.state {
                RequestState::Open => "open",
                RequestState::Overdue => "overdue",
                RequestState::Superseded => "superseded",
                RequestState::AfterDecision => "after_decision",
                RequestState::Answered => "answered",
            },
        }
    }
}

/// An appointment of the applicant.
#[derive(Debug, Serialize)]
pub(crate) struct AppointmentAnswer {
    id: String,
    label: Label,
    noticed: Stamp,
    scheduled_for: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Stamp>,
    state: &'static str,
}

impl AppointmentAnswer {
    pub(crate) fn new(form: &FormDefinition, appointment: &Appointment) -> Self {
        let spec = form.appointment(appointment.appointment);
        Self {
            id: spec.id.clone(),
            label: spec.label.clone(),
            noticed: appointment.noticed,
            scheduled_for: appointment.scheduled_for,
            kept: appointment.kept,
            state: match appointment.state {
                AppointmentState::Ahead => "ahead",
                AppointmentState::Undated => "undated",
                AppointmentState::Past => "past",
                AppointmentState::Kept => "kept",
                AppointmentState::Cancelled => "cancelled",
                AppointmentState::NotNeeded => "not_needed",
            },
        }
    }
}
