//! Where a case stands by its own record: what the record shows, not what is likely to come.

use model::{Action, CaseView, Day, Effect, FormDefinition, Label, Milestone, Progress, Stamp, Status};

use crate::texts::{Language, in_both};
use crate::words;

/// The action codes for what the agency asks of the applicant, and for the answer, in every history. A form definition says
/// which states they lead to, but not that a state is one in which everybody waits for the applicant.
const REQUESTS: [&str; 2] = ["rfe_sent", "noid_noir"];
const ANSWERS: [&str; 2] = ["rfe_response", "noid_response"];
/// A request for evidence gives at most 84 days, and a few more by mail. Answers are often missing from a record: an older
/// request without one says little of what the agency waits for.
const MAX_OPEN_DAYS: i32 = 90;

/// A request to the applicant of which the record shows no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) sent: Day,
    pub(crate) stands: RequestStands,
}

/// What became of it, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestStands {
    /// The case waits for the answer.
    Open,
    /// Its deadline is probably over.
    Old,
    /// Other steps came after it.
    Followed,
    /// It came after the decision.
    AfterDecision,
}

/// The request of which the record shows no answer, if there is one.
pub(crate) fn request(form: &FormDefinition, view: &CaseView<'_>) -> Option<Request> {
    if let Some(decision) = decision(form, view) {
        let listed = |action: &&Action| is_exchange(&action.code) && form.effect(&action.code).is_some();
        let last = view.actions().iter().copied().rev().find(listed)?;
        let is_notice = is_request(&last.code) && is_before(decision.at, last.at);
        return is_notice.then(|| Request { sent: last.at.day(), stands: RequestStands::AfterDecision });
    }
    if view.progress().is_rejected() {
        return None;
    }
    let leads_on = |code: &str| matches!(form.effect(code), Some(Effect::Reaches(_) | Effect::SetsState(_)));
    // Of a form without an answer nobody could say that one is there.
    if !ANSWERS.iter().any(|code| leads_on(code)) {
        return None;
    }
    let exchange = |action: &&Action| is_exchange(&action.code) && leads_on(&action.code);
    let last = view.actions().iter().copied().rev().find(exchange)?;
    if !is_request(&last.code) {
        return None;
    }
    let sent = last.at.day();
    let followed =
        view.actions().iter().any(|action| leads_on(&action.code) && is_before(last.at, action.at));
    let stands = if view.as_of().day().since(sent) > MAX_OPEN_DAYS {
        RequestStands::Old
    } else if followed {
        RequestStands::Followed
    } else {
        RequestStands::Open
    };
    Some(Request { sent, stands })
}

/// Whether the case goes on only with the applicant's answer.
pub(crate) fn waits_for_answer(request: Option<Request>) -> bool {
    request.is_some_and(|request| request.stands == RequestStands::Open)
}

fn is_request(code: &str) -> bool {
    REQUESTS.contains(&code)
}

fn is_exchange(code: &str) -> bool {
    is_request(code) || ANSWERS.contains(&code)
}

/// The action that decided the case: the first that does.
pub(crate) fn decision<'a>(form: &FormDefinition, view: &CaseView<'a>) -> Option<&'a Action> {
    let decides = |code: &str| matches!(form.effect(code), Some(Effect::Decides(_) | Effect::Closes));
    view.actions().iter().copied().find(|action| decides(&action.code))
}

/// On one day, a time of day says nothing about something that is only dated.
pub(crate) fn is_before(earlier: Stamp, later: Stamp) -> bool {
    match (earlier, later) {
        (Stamp::Moment(earlier), Stamp::Moment(later)) => earlier < later,
        _ => earlier.day() < later.day(),
    }
}

/// Whether a milestone is the answer to a request.
pub(crate) fn is_answer(milestone: &Milestone) -> bool {
    ANSWERS.iter().any(|code| milestone.reached_by.iter().any(|own| own == code))
}

/// Where the case is now; nothing for a filing that was refused.
pub(crate) fn now(
    form: &FormDefinition,
    view: &CaseView<'_>,
    status: Status<'_>,
    waits_for_answer: bool,
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
        _ if waits_for_answer => language.text("now.asked"),
        _ => language.text("now.waiting"),
    };
    let text = |language: Language| {
        let date = words::date(day, language);
        let values = [("state", language.of(label)), ("date", &date), ("word", word(language))];
        language.filled(if is_step { "now.step" } else { "now.status" }, &values)
    };
    (status != Status::RejectedAtIntake).then(|| in_both(text))
}

/// What the form calls the actions that lie after the decision and contradict it, or would have led to it: the case goes on
/// as if they had not been sent. A request that is told of by itself is not among them.
pub(crate) fn ignored_after_decision(
    form: &FormDefinition,
    view: &CaseView<'_>,
    request: Option<Request>,
) -> Vec<Label> {
    let Some(decision) = decision(form, view) else { return Vec::new() };
    let decision_label = || form.milestone(form.decision()).label.clone();
    let mut progress = Progress::received(form, view.received().moment());
    let mut ignored = Vec::new();
    for action in view.actions() {
        let Some(effect) = form.effect(&action.code) else { continue };
        let label = match effect {
            // What is dated alike may have come before it.
            _ if !is_before(decision.at, action.at) => None,
            _ if request.is_some() && is_request(&action.code) => None,
            Effect::Reaches(milestone) => Some(form.milestone(milestone).label.clone()),
            Effect::SetsState(state) => Some(form.state(state).1.clone()),
            // Another decision than the one that counts; to say the same one again is no contradiction.
            Effect::Closes if decision.code != action.code => Some(decision_label()),
            Effect::Decides(None) if progress.is_closed() => Some(decision_label()),
            Effect::Rejects => Some(in_both(|language| language.text("note.rejection").to_owned())),
            _ => None,
        };
        ignored.extend(label.filter(|label| !ignored.contains(label)));
        progress.observe(form, effect, action.at.moment());
    }
    ignored
}
