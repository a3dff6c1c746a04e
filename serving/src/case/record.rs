//! What the record of a case shows besides its steps: requests, appointments, tasks, and actions that changed nothing.

use model::{
    ApplicantTask, Appointment, AppointmentRole, AppointmentState, CaseView, Consequence, EvidenceRequest,
    FormDefinition, Label, Milestone, PauseId, RequestRole, RequestState, SeenAction, Stamp, TaskRole,
    appointments, requests, tasks,
};

use super::action_label::action_label;

/// What the record of a case shows besides its steps.
pub(crate) struct Record {
    pub(crate) requests: Vec<EvidenceRequest>,
    pub(crate) appointments: Vec<Appointment>,
    pub(crate) tasks: Vec<ApplicantTask>,
}

impl Record {
    pub(crate) fn new(form: &FormDefinition, view: &CaseView<'_>) -> Self {
        Self { requests: requests(form, view), appointments: appointments(form, view), tasks: tasks(view) }
    }

    /// Whether the case waits for the applicant's answer.
    pub(crate) fn waits_for_applicant(&self) -> bool {
        self.requests.iter().any(|request| request.state == RequestState::Open)
    }

    /// Whether the milestone is the answer to an open request.
    pub(crate) fn is_awaited_answer(&self, form: &FormDefinition, milestone: &Milestone) -> bool {
        self.answers(form, milestone, &[RequestState::Open])
    }

    /// Whether the milestone is the answer to a request that has none, in time or not.
    pub(crate) fn lacks_answer(&self, form: &FormDefinition, milestone: &Milestone) -> bool {
        self.answers(form, milestone, &[RequestState::Open, RequestState::Overdue])
    }

    fn answers(&self, form: &FormDefinition, milestone: &Milestone, states: &[RequestState]) -> bool {
        let asked = self.requests.iter().filter(|request| states.contains(&request.state));
        let mut answers = asked.flat_map(|request| &form.request(request.request).answered_by);
        answers.any(|answer| milestone.reached_by.contains(answer))
    }

    /// The requests without an answer that a reader should know of: those that wait for one first.
    pub(crate) fn unanswered(&self, view: &CaseView<'_>) -> Vec<EvidenceRequest> {
        let progress = view.progress();
        let reopened = progress.reopened_at();
        // A decision, a reopening or a newer request settles what was asked before it.
        let is_settled = |position: usize, request: &EvidenceRequest| {
            progress.decided_at().is_some()
                || reopened.is_some_and(|at| request.sent.moment() <= at)
                || self.requests[position + 1..].iter().any(|newer| newer.request == request.request)
        };
        let noted = |(position, request): (usize, &EvidenceRequest)| match request.state {
            RequestState::Answered => None,
            RequestState::Superseded if is_settled(position, request) => None,
            _ => Some(*request),
        };
        let mut noted: Vec<EvidenceRequest> = self.requests.iter().enumerate().filter_map(noted).collect();
        noted.sort_by_key(|request| request.state != RequestState::Open);
        noted
    }

    /// The appointments that a reader should know of: those that lie ahead, were cancelled or are not needed, and the last
    /// one of a kind whose day is over while the case still waits for what follows it.
    pub(crate) fn announced(&self, form: &FormDefinition, view: &CaseView<'_>) -> Vec<Appointment> {
        let decided = view.progress().decided_at().is_some();
        let reopened = view.progress().reopened_at();
        let is_news = |appointment: &&Appointment| {
            let after_decision = form.is_after_decision(form.kept_milestone(appointment.appointment));
            match appointment.state {
                AppointmentState::Ahead | AppointmentState::Cancelled => true,
                AppointmentState::Past => {
                    let is_last = self.is_last(appointment);
                    let is_current = reopened.is_none_or(|at| appointment.noticed.moment() > at);
                    is_last && is_current && appointment.scheduled_for.is_some() && decided == after_decision
                }
                // After the decision only an appointment that somebody might still go to is worth a word.
                AppointmentState::NotNeeded => {
                    let still_to_come = |day: Stamp| !day.is_over_at(view.as_of().moment());
                    !decided || after_decision || appointment.scheduled_for.is_some_and(still_to_come)
                }
                _ => false,
            }
        };
        self.appointments.iter().filter(is_news).copied().collect()
    }

    fn is_last(&self, appointment: &Appointment) -> bool {
        let mut of_kind = self.appointments.iter().rev();
        of_kind.find(|other| other.appointment == appointment.appointment) == Some(appointment)
    }

    /// Whether the record itself says that an appointment is not needed. Otherwise the case was decided before its day.
    pub(crate) fn is_waived(view: &CaseView<'_>, appointment: &Appointment) -> bool {
        let waives = AppointmentRole::Waives(appointment.appointment);
        let role = |seen: &SeenAction<'_>| {
            let is_last = seen.action.at == appointment.noticed && seen.observed.consequence.counts();
            let is_own = |role: &AppointmentRole| {
                role.appointment() == appointment.appointment && !matches!(role, AppointmentRole::Keeps(_))
            };
            seen.rule?.appointment.filter(|role| is_last && is_own(role))
        };
        view.seen().iter().rev().find_map(role) == Some(waives)
    }

    /// Whether a note or the list of requests reports this action under another name: a request that was sent after the
    /// decision, or something to do.
    fn is_reported(&self, seen: &SeenAction<'_>) -> bool {
        let begins = matches!(seen.rule.and_then(|rule| rule.task), Some(TaskRole::Begins(_)));
        (begins && seen.observed.consequence.counts()) || self.is_notice_after_decision(seen)
    }

    /// Whether a request that was sent after the decision has this action: it is reported as a request.
    fn is_notice_after_decision(&self, seen: &SeenAction<'_>) -> bool {
        let Some(RequestRole::Asks(asked)) = seen.rule.and_then(|rule| rule.request) else { return false };
        self.requests.iter().any(|request| {
            (request.request, request.sent, request.state)
                == (asked, seen.action.at, RequestState::AfterDecision)
        })
    }

    /// Labels of the actions with one of these consequences, without repeats, in the order in which they happened.
    pub(crate) fn without_effect(
        &self,
        form: &FormDefinition,
        view: &CaseView<'_>,
        wanted: impl Fn(Consequence) -> bool,
    ) -> Vec<Label> {
        let mut labels = Vec::new();
        let seen = view.seen().iter().filter(|seen| wanted(seen.observed.consequence));
        for seen in seen.filter(|seen| !self.is_reported(seen)) {
            let label = match seen.observed.consequence {
                // The note speaks of what ended.
                Consequence::NotPaused(pause) => form.pause(pause).label.clone(),
                _ => action_label(form, seen),
            };
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }
}

/// The pauses of a case that is paused and the days on which they began, without the one that its status names.
pub(crate) fn other_pauses(view: &CaseView<'_>) -> Vec<(PauseId, Stamp)> {
    let progress = view.progress();
    let mut pauses: Vec<(PauseId, Stamp)> = Vec::new();
    for seen in view.seen() {
        if let Consequence::Paused(pause) = seen.observed.consequence {
            pauses.retain(|(known, _)| *known != pause);
            pauses.push((pause, seen.action.at));
        }
    }
    let lasts = |pause| progress.is_paused(pause) && progress.pause() != Some(pause);
    pauses.retain(|(pause, _)| lasts(*pause) && !progress.is_rejected());
    pauses
}
