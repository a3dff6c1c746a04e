//! Notes about the record of a case: what it tells the applicant, and which actions changed nothing.

use model::{
    Appointment, AppointmentState, CaseView, Consequence, Day, EvidenceRequest, FormDefinition, Label,
    RequestState, TaskRole,
};

use super::note::{Code, Note, NotePlacement};
use crate::case::action_label::action_label;
use crate::case::record::{Record, other_pauses};
use crate::http::redaction::redacted;
use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// What the record tells the applicant: requests, tasks, appointments, and decisions that no longer stand.
/// `counts_from_state` says whether the answer estimates the time to the decision from the entry into a state.
pub(super) fn applicant_notes(
    form: &FormDefinition,
    view: &CaseView<'_>,
    record: &Record,
    counts_from_state: bool,
) -> Vec<Note> {
    let requests = record.unanswered(view).into_iter().map(|request| request_note(form, &request));
    let open = record.tasks.iter().filter(|task| task.ended.is_none());
    let tasks = open.map(|task| {
        let label = &form.task(task.task).label;
        told(Code::ToDo, ("told.to_do", "note.to_do"), task.since.day(), |language| {
            vec![("task", language.of(label).to_owned())]
        })
    });
    let appointments = record.announced(form, view).into_iter().map(|one| appointment_note(form, view, &one));
    let pauses = other_pauses(view).into_iter().map(|(pause, began)| {
        let label = &form.pause(pause).label;
        told(Code::AlsoPaused, ("told.also_paused", "note.also_paused"), began.day(), |language| {
            vec![("pause", language.of(label).to_owned())]
        })
    });
    let notes = requests.chain(replaced(form, view)).chain(tasks).chain(reopened(view, counts_from_state));
    notes.chain(pauses).chain(appointments).collect()
}

/// Actions that changed nothing, by the reason why. Every action of a case either moves it or is named here, in a note of its
/// own or in the list of requests.
pub(super) fn left_out(
    form: &FormDefinition,
    view: &CaseView<'_>,
    record: &Record,
) -> impl Iterator<Item = (Code, Label)> {
    let named = |code, key: &'static str, wanted: &dyn Fn(Consequence) -> bool| {
        let labels = record.without_effect(form, view, wanted);
        let text = |language: Language| language.filled(key, &[("actions", &listed(&labels, language))]);
        (!labels.is_empty()).then(|| (code, in_both(text)))
    };
    let only = |wanted: Consequence| move |found: Consequence| found == wanted;
    [
        unlisted_actions(view),
        named(Code::EndWithoutBeginning, "note.end_without_beginning", &|found| {
            matches!(found, Consequence::NotPaused(_))
        }),
        named(Code::AfterDecision, "note.after_decision", &only(Consequence::AfterDecision)),
        named(Code::AfterRejection, "note.after_rejection", &only(Consequence::AfterRejection)),
        named(Code::BeforeDecision, "note.before_decision", &only(Consequence::BeforeDecision)),
        named(Code::RepeatedAction, "note.repeated", &only(Consequence::Repeated)),
        notices(form, view),
        other_receipts(view),
    ]
    .into_iter()
    .flatten()
}

fn request_note(form: &FormDefinition, request: &EvidenceRequest) -> Note {
    let spec = form.request(request.request);
    let (code, key) = match request.state {
        RequestState::Open => (Code::AnswerRequested, "note.request"),
        RequestState::Overdue => (Code::AnswerProbablyLate, "note.request_old"),
        RequestState::AfterDecision => (Code::NoticeAfterDecision, "note.notice_after_decision"),
        RequestState::Superseded | RequestState::Answered => (Code::AnswerNotShown, "note.request_followed"),
    };
    let sent = request.sent.day();
    let text = in_both(|language| {
        let values = [
            ("date", phrasing::date(sent, language)),
            ("due", phrasing::date(request.due, language)),
            ("days", spec.response_days.to_string()),
            ("request", language.of(&spec.label).to_owned()),
        ];
        language.filled(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    });
    Note { placement: NotePlacement::Request(request.state), code, date: Some(sent), text }
}

/// A note in an alert of its own. Its text may use the date besides `values`.
fn told(
    code: Code,
    (title, key): (&'static str, &'static str),
    date: Day,
    values: impl Fn(Language) -> Vec<(&'static str, String)>,
) -> Note {
    let text = in_both(|language| {
        let mut values = values(language);
        values.push(("date", phrasing::date(date, language)));
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        language.filled(key, &values)
    });
    Note { placement: NotePlacement::Told(title), code, date: Some(date), text }
}

fn replaced(form: &FormDefinition, view: &CaseView<'_>) -> Option<Note> {
    let progress = view.progress();
    let outcome = form.outcome(progress.outcome()?);
    progress.revoked_at()?;
    let mut seen = view.seen().iter().rev();
    let action = seen.find(|seen| seen.observed.consequence == Consequence::Overturned)?.action;
    Some(told(Code::DecisionReplaced, ("told.replaced", "note.replaced"), action.at.day(), |language| {
        vec![("outcome", language.of(&outcome.label).to_owned())]
    }))
}

fn reopened(view: &CaseView<'_>, counts_from_state: bool) -> Option<Note> {
    view.progress().reopened_at()?;
    let mut seen = view.seen().iter().rev();
    let action = seen.find(|seen| seen.observed.consequence == Consequence::Reopened)?.action;
    let key = match view.progress().decided_at() {
        Some(_) => "note.reopened_decided",
        // A case that is pending since then is seen in the state that the reopening put it in.
        None if counts_from_state => "note.reopened_counted",
        None => "note.reopened",
    };
    Some(told(Code::Reopened, ("told.reopened", key), action.at.day(), |_| Vec::new()))
}

fn appointment_note(form: &FormDefinition, view: &CaseView<'_>, appointment: &Appointment) -> Note {
    let label = &form.appointment(appointment.appointment).label;
    let values = |language: Language| vec![("appointment", language.of(label).to_owned())];
    let noticed = appointment.noticed.day();
    match (appointment.state, appointment.scheduled_for) {
        (AppointmentState::Ahead, Some(day)) => {
            let texts = ("told.appointment", "note.appointment_ahead");
            told(Code::AppointmentAhead, texts, day.day(), values)
        }
        (AppointmentState::Past, Some(day)) => {
            told(Code::AppointmentPast, ("told.past", "note.appointment_past"), day.day(), values)
        }
        (AppointmentState::Cancelled, _) => {
            let texts = ("told.cancelled", "note.appointment_cancelled");
            told(Code::AppointmentCancelled, texts, noticed, values)
        }
        _ => {
            let key = match Record::is_waived(view, appointment) {
                true => "note.appointment_not_needed",
                false => "note.appointment_not_needed_now",
            };
            let text = in_both(|language| language.filled(key, &[("appointment", language.of(label))]));
            let (placement, code) = (NotePlacement::Details, Code::AppointmentNotNeeded);
            Note { placement, code, date: Some(noticed), text }
        }
    }
}

fn unlisted_actions(view: &CaseView<'_>) -> Option<(Code, Label)> {
    let unlisted = view.seen().iter().filter(|seen| seen.observed.consequence == Consequence::Unlisted);
    let mut named: Vec<String> = unlisted.map(|seen| redacted(&seen.action.code)).collect();
    let count = named.len().to_string();
    named.sort();
    named.dedup();
    let actions = named.join(", ");
    let values = [("n", count.as_str()), ("actions", &actions)];
    (!named.is_empty())
        .then(|| (Code::UnlistedAction, in_both(|language| language.filled("note.unlisted_action", &values))))
}

/// Notices that changed nothing. One that begins a task, asks for something or concerns an appointment has its own note.
fn notices(form: &FormDefinition, view: &CaseView<'_>) -> Option<(Code, Label)> {
    let mut named: Vec<Label> = Vec::new();
    for seen in view.seen().iter().filter(|seen| seen.observed.consequence == Consequence::Notice) {
        let has_part = seen.rule.is_some_and(|rule| {
            let begins = matches!(rule.task, Some(TaskRole::Begins(_)));
            begins || rule.request.is_some() || rule.appointment.is_some()
        });
        let label = action_label(form, seen);
        if !has_part && !named.contains(&label) {
            named.push(label);
        }
    }
    let text = |language: Language| language.filled("note.notice", &[("actions", &listed(&named, language))]);
    (!named.is_empty()).then(|| (Code::Notice, in_both(text)))
}

/// Days of receipt that the record names besides the one that the case counts from.
fn other_receipts(view: &CaseView<'_>) -> Option<(Code, Label)> {
    let received = view.received().day();
    let receipts = view.seen().iter().filter(|seen| seen.observed.consequence == Consequence::Receipt);
    let mut days: Vec<Day> =
        receipts.map(|seen| seen.action.at.day()).filter(|day| *day != received).collect();
    days.dedup();
    let text = |language: Language| {
        let others: Vec<String> = days.iter().map(|day| phrasing::date(*day, language)).collect();
        let values = [("dates", others.join("; ")), ("received", phrasing::date(received, language))];
        language.filled("note.other_receipt", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    (!days.is_empty()).then(|| (Code::OtherReceipt, in_both(text)))
}

fn listed(labels: &[Label], language: Language) -> String {
    let labels: Vec<&str> = labels.iter().map(|label| language.of(label)).collect();
    labels.join(", ")
}
