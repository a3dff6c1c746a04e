//! What the agency asked of the applicant, and what the applicant has to do.

use crate::case::Consequence;
use crate::features::{CaseView, SeenAction};
use crate::form::{Effect, FormDefinition, RequestId, RequestRole, TaskId, TaskRole};
use crate::time::{Day, Stamp};

/// What became of a request, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// The case waits for the answer.
    Open,
    /// No answer is known, and the last day for it is over.
    Overdue,
    /// No answer is known, but other steps, a newer request or the decision came after it.
    Superseded,
    /// It was sent after the decision.
    AfterDecision,
    /// It was answered.
    Answered,
}

/// A request of the agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceRequest {
    /// Which kind.
    pub request: RequestId,
    /// When it was sent.
    pub sent: Stamp,
    /// The last day to answer, if the notice does not give fewer days.
    pub due: Day,
    /// The last day to answer a request that came by mail.
    pub due_by_mail: Day,
    /// When the answer arrived, if the record shows it.
    pub answered: Option<Stamp>,
    /// What became of it.
    pub state: RequestState,
}

/// Something that the applicant has to do, or had to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplicantTask {
    /// Which kind.
    pub task: TaskId,
    /// Since when.
    pub since: Stamp,
    /// When it was settled, if it is.
    pub ended: Option<Stamp>,
}

/// The requests of a case in the order in which they were sent. A kind of request has answers of its own: a case may have
/// an open request for evidence and an open notice of intent at one time. A filing that was refused has none.
#[must_use]
pub fn requests(form: &FormDefinition, view: &CaseView<'_>) -> Vec<EvidenceRequest> {
    if view.progress().is_rejected() {
        return Vec::new();
    }
    let mut exchange = Exchange::default();
    for seen in view.seen() {
        exchange.take(form, seen);
    }
    exchange.close(view)
}

/// The requests so far.
#[derive(Default)]
struct Exchange {
    requests: Vec<EvidenceRequest>,
    /// For each request, whether a later step followed.
    followed: Vec<bool>,
    decided: Option<Stamp>,
}

impl Exchange {
    fn take(&mut self, form: &FormDefinition, seen: &SeenAction<'_>) {
        let at = seen.action.at;
        match seen.observed.consequence {
            Consequence::Decided => {
                self.supersede(|_| true);
                self.decided = Some(at);
            }
            Consequence::Reopened => {
                self.supersede(|_| true);
                self.decided = None;
            }
            _ => {}
        }
        match seen.rule.map(|rule| (rule.request, rule.effect)) {
            Some((Some(RequestRole::Asks(request)), _)) => self.ask(form, request, at),
            Some((Some(RequestRole::Answers(request)), _)) => self.answer(request, at),
            Some((None, Effect::Reaches(_) | Effect::SetsState(_))) if seen.observed.consequence.counts() => {
                for (request, followed) in self.requests.iter().zip(&mut self.followed) {
                    *followed |= request.sent.is_before(at);
                }
            }
            _ => {}
        }
    }

    fn ask(&mut self, form: &FormDefinition, request: RequestId, sent: Stamp) {
        let state = match self.decided {
            None => RequestState::Open,
            Some(decided) if decided.is_before(sent) => RequestState::AfterDecision,
            // What is dated like the decision may have come before it.
            Some(_) => RequestState::Superseded,
        };
        self.supersede(|older| older == request);
        let spec = form.request(request);
        let due = sent.day().plus(i32::from(spec.response_days));
        let due_by_mail = due.plus(i32::from(spec.mail_days));
        self.requests.push(EvidenceRequest { request, sent, due, due_by_mail, answered: None, state });
        self.followed.push(false);
    }

    /// An answer answers every request of its kind that waits for one.
    fn answer(&mut self, request: RequestId, at: Stamp) {
        for asked in self.requests.iter_mut().filter(|asked| asked.request == request) {
            if matches!(asked.state, RequestState::Open | RequestState::AfterDecision) {
                (asked.state, asked.answered) = (RequestState::Answered, Some(at));
            }
        }
    }

    fn supersede(&mut self, is_older: impl Fn(RequestId) -> bool) {
        for asked in self.requests.iter_mut().filter(|asked| is_older(asked.request)) {
            if matches!(asked.state, RequestState::Open | RequestState::AfterDecision) {
                asked.state = RequestState::Superseded;
            }
        }
    }

    fn close(mut self, view: &CaseView<'_>) -> Vec<EvidenceRequest> {
        let today = view.as_of().day();
        for (asked, followed) in self.requests.iter_mut().zip(self.followed) {
            if asked.state != RequestState::Open {
                continue;
            }
            if asked.due_by_mail < today {
                asked.state = RequestState::Overdue;
            } else if followed {
                asked.state = RequestState::Superseded;
            }
        }
        self.requests
    }
}

/// What the applicant has to do without having been sent a request, and what is settled of it, in the order in which it
/// began. What comes again before it was settled goes on. A task belongs to its decision: it ends when that is taken back
/// or the case is reopened.
#[must_use]
pub fn tasks(view: &CaseView<'_>) -> Vec<ApplicantTask> {
    let mut tasks: Vec<ApplicantTask> = Vec::new();
    let open = |tasks: &[ApplicantTask], task| {
        tasks.iter().rposition(|other| other.task == task && other.ended.is_none())
    };
    for seen in view.seen().iter().filter(|seen| seen.observed.consequence.counts()) {
        let at = seen.action.at;
        if matches!(seen.observed.consequence, Consequence::Reopened | Consequence::Overturned) {
            tasks.iter_mut().filter(|task| task.ended.is_none()).for_each(|task| task.ended = Some(at));
        }
        match seen.rule.and_then(|rule| rule.task) {
            Some(TaskRole::Begins(task)) if open(&tasks, task).is_none() => {
                tasks.push(ApplicantTask { task, since: at, ended: None });
            }
            Some(TaskRole::Ends(task)) => {
                if let Some(position) = open(&tasks, task) {
                    tasks[position].ended = Some(at);
                }
            }
            _ => {}
        }
    }
    tasks
}
