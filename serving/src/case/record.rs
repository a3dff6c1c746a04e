//! What the record of a case shows besides its steps: requests, appointments, tasks, and actions that changed nothing.

use model::{
    ApplicantTask, Appointment, AppointmentState, CaseView, Consequence, Effect, EvidenceRequest,
    FormDefinition, Label, Milestone, RequestRole, RequestState, SeenAction, Stamp, appointments, requests,
    tasks,
};

use crate::wording::translations::in_both;

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
        let open = self.requests.iter().filter(|request| request.state == RequestState::Open);
        let mut answers = open.flat_map(|request| &form.request(request.request).answered_by);
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

    /// The appointments that a reader should know of: those that lie ahead, were cancelled or are not needed.
    pub(crate) fn announced(&self, form: &FormDefinition, view: &CaseView<'_>) -> Vec<Appointment> {
        let decided = view.progress().decided_at().is_some();
        let is_news = |appointment: &&Appointment| {
            let after_decision = form.is_after_decision(form.kept_milestone(appointment.appointment));
            match appointment.state {
                AppointmentState::Ahead | AppointmentState::Cancelled => true,
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
        for seen in seen.filter(|seen| !self.is_notice_after_decision(seen)) {
            let label = label(form, seen);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }
}

/// What applicants read for an action: the label of what it does, or else its code.
fn label(form: &FormDefinition, seen: &SeenAction<'_>) -> Label {
    let code = || in_both(|_| seen.action.code.clone());
    let Some(rule) = seen.rule else { return code() };
    match rule.effect {
        Effect::Confirms => form.milestone(form.start()).label.clone(),
        Effect::Reaches(milestone)
        | Effect::ReachesAfterDecision(milestone)
        | Effect::Shows { after: Some(milestone), .. } => form.milestone(milestone).label.clone(),
        Effect::Decides(outcome) | Effect::Closes(outcome) | Effect::Shows { after: None, outcome } => {
            form.outcome(outcome).label.clone()
        }
        Effect::SetsState(state) | Effect::Reopens(state) => form.state(state).1.clone(),
        Effect::Pauses(pause) | Effect::Resumes(pause) => form.pause(pause).label.clone(),
        Effect::Rejects => in_both(|language| language.text("note.rejection").to_owned()),
        Effect::Notice => code(),
    }
}
