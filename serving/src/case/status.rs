//! The status of a case by its own record: what has happened, not what is likely to come.

use model::{Action, CaseView, Consequence, Day, Effect, FormDefinition, Label, Progress, Stamp, Status};

use super::form_facts::{MAX_OPEN_DAYS, any_response, is_request, is_request_or_response};
use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// A request to the applicant without an answer on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EvidenceRequest {
    pub(crate) sent: Day,
    pub(crate) state: RequestState,
}

/// What became of a request, as far as the record shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestState {
    /// The case waits for the answer.
    Open,
    /// The deadline has probably passed.
    Overdue,
    /// Other steps came after it.
    Superseded,
    /// It came after the decision.
    AfterDecision,
}

/// The request without an answer on record, if there is one.
pub(crate) fn unanswered_request(form: &FormDefinition, view: &CaseView<'_>) -> Option<EvidenceRequest> {
    if let Some(decision) = decision(view) {
        let listed =
            |action: &&Action| is_request_or_response(&action.code) && form.effect(&action.code).is_some();
        let last = view.actions().iter().copied().rev().find(listed)?;
        let is_notice = is_request(&last.code) && is_before(decision.at, last.at);
        return is_notice
            .then(|| EvidenceRequest { sent: last.at.day(), state: RequestState::AfterDecision });
    }
    if view.progress().is_rejected() {
        return None;
    }
    let leads_on = |code: &str| matches!(form.effect(code), Some(Effect::Reaches(_) | Effect::SetsState(_)));
    // A form without an answer among its actions cannot record one.
    if !any_response(leads_on) {
        return None;
    }
    let exchange = |action: &&Action| is_request_or_response(&action.code) && leads_on(&action.code);
    let last = view.actions().iter().copied().rev().find(exchange)?;
    if !is_request(&last.code) {
        return None;
    }
    let sent = last.at.day();
    let superseded =
        view.actions().iter().any(|action| leads_on(&action.code) && is_before(last.at, action.at));
    let state = if view.as_of().day().since(sent) > MAX_OPEN_DAYS {
        RequestState::Overdue
    } else if superseded {
        RequestState::Superseded
    } else {
        RequestState::Open
    };
    Some(EvidenceRequest { sent, state })
}

/// Whether the case waits for the applicant's answer.
pub(crate) fn waits_for_applicant(request: Option<EvidenceRequest>) -> bool {
    request.is_some_and(|request| request.state == RequestState::Open)
}

/// The action that decided the case, if a decision stands.
pub(crate) fn decision<'a>(view: &CaseView<'a>) -> Option<&'a Action> {
    view.progress().decided_at()?;
    let mut seen = view.seen().iter().rev();
    seen.find(|seen| seen.observed.consequence == Consequence::Decided).map(|seen| seen.action)
}

/// Whether one time is before another. Within one day, a time of day is not compared with a date.
pub(crate) fn is_before(earlier: Stamp, later: Stamp) -> bool {
    match (earlier, later) {
        (Stamp::Moment(earlier), Stamp::Moment(later)) => earlier < later,
        _ => earlier.day() < later.day(),
    }
}

/// Where the case is now; `None` for a filing that was rejected at intake.
pub(crate) fn now(
    form: &FormDefinition,
    view: &CaseView<'_>,
    status: Status<'_>,
    waits_for_applicant: bool,
) -> Option<Label> {
    let progress = view.progress();
    let state = progress.state();
    let (_, label) = form.state(state);
    let entered = progress.entered_state_at();
    let entry = view.actions().iter().rev().find(|action| action.at.moment() == entered);
    let day = entry.map_or(view.received(), |action| action.at).day();
    let is_step = state.index() < form.milestones().len();
    let word = |language: Language| match status {
        Status::Decided => language.text("now.decided"),
        Status::Paused(_) => progress.pause().map_or("", |pause| language.of(&form.pause(pause).label)),
        _ if waits_for_applicant => language.text("now.asked"),
        _ => language.text("now.waiting"),
    };
    let text = |language: Language| {
        let date = phrasing::date(day, language);
        let values = [("state", language.of(label)), ("date", &date), ("word", word(language))];
        language.filled(if is_step { "now.step" } else { "now.status" }, &values)
    };
    (status != Status::RejectedAtIntake).then(|| in_both(text))
}

/// Labels of the actions after the decision that contradict it or would have led to it. The estimate ignores these actions.
/// A request that has its own note is not among them.
pub(crate) fn ignored_after_decision(
    form: &FormDefinition,
    view: &CaseView<'_>,
    request: Option<EvidenceRequest>,
) -> Vec<Label> {
    let Some(decision) = decision(view) else { return Vec::new() };
    let decision_label = || form.milestone(form.decision()).label.clone();
    let mut progress = Progress::received(form, view.received().moment());
    let mut ignored = Vec::new();
    for action in view.actions() {
        let Some(rule) = form.rule(&action.code) else { continue };
        let label = match rule.effect {
            // An action of the same day may have come before the decision.
            _ if !is_before(decision.at, action.at) => None,
            _ if request.is_some() && is_request(&action.code) => None,
            Effect::Reaches(milestone) => Some(form.milestone(milestone).label.clone()),
            Effect::SetsState(state) => Some(form.state(state).1.clone()),
            // A different decision than the first. Repeating the same one is not a contradiction.
            Effect::Closes(_) if decision.code != action.code => Some(decision_label()),
            Effect::Decides(_) | Effect::Shows { after: None, .. } if progress.is_closed() => {
                Some(decision_label())
            }
            Effect::Rejects => Some(in_both(|language| language.text("note.rejection").to_owned())),
            _ => None,
        };
        ignored.extend(label.filter(|label| !ignored.contains(label)));
        progress.observe(form, rule, action.at.moment(), None);
    }
    ignored
}
