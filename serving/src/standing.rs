//! Where a case stands by its own record: what the record shows, not what is likely to come.

use model::{CaseView, Day, Effect, FormDefinition, Label, Progress, Status};

use crate::texts::{Language, in_both};
use crate::words;

/// The action codes for what the agency asks of the applicant, and for the answer, in every history. A form definition says
/// which states they lead to, but not that a state is one in which everybody waits for the applicant.
const REQUESTS: [&str; 2] = ["rfe_sent", "noid_noir"];
const ANSWERS: [&str; 2] = ["rfe_response", "noid_response"];

/// Since when the agency has waited for the applicant's answer, if it does. A step after the request does not end that:
/// to take an open request for an answered one would do the applicant more harm than the other mistake.
pub(crate) fn open_request(form: &FormDefinition, view: &CaseView<'_>) -> Option<Day> {
    let progress = view.progress();
    if progress.decided_at().is_some() || progress.is_rejected() {
        return None;
    }
    let leads_on = |code: &str| matches!(form.effect(code), Some(Effect::Reaches(_) | Effect::SetsState(_)));
    // Of a form without an answer nobody could say that one is there.
    if !ANSWERS.iter().any(|code| leads_on(code)) {
        return None;
    }
    let exchange = |code: &str| (REQUESTS.contains(&code) || ANSWERS.contains(&code)) && leads_on(code);
    let last = view.actions().iter().rev().find(|action| exchange(&action.code))?;
    REQUESTS.contains(&last.code.as_str()).then(|| last.at.day())
}

/// Whether a milestone is the answer to a request.
pub(crate) fn is_answer(form: &FormDefinition, milestone: &str) -> bool {
    let milestone = form.milestones().iter().find(|known| known.id == milestone);
    milestone.is_some_and(|known| ANSWERS.iter().any(|code| known.reached_by.iter().any(|own| own == code)))
}

/// Where the case is now; nothing for a filing that was refused.
pub(crate) fn now(form: &FormDefinition, view: &CaseView<'_>, status: Status<'_>) -> Option<Label> {
    let open_request = open_request(form, view).is_some();
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
        _ if open_request => language.text("now.asked"),
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
/// as if they had not been sent.
pub(crate) fn ignored_after_decision<'a>(form: &'a FormDefinition, view: &CaseView<'_>) -> Vec<&'a Label> {
    let mut progress = Progress::received(form, view.received().moment());
    let mut ignored = Vec::new();
    let mut decision = None;
    for action in view.actions() {
        let Some(effect) = form.effect(&action.code) else { continue };
        let decision_label = &form.milestone(form.decision()).label;
        let label = match effect {
            Effect::Reaches(milestone) => Some(&form.milestone(milestone).label),
            Effect::SetsState(state) => Some(form.state(state).1),
            // Another decision than the one that counts; to say the same one again is no contradiction.
            Effect::Closes if decision != Some(action.code.as_str()) => Some(decision_label),
            Effect::Decides(None) if progress.is_closed() => Some(decision_label),
            _ => None,
        };
        match progress.decided_at() {
            Some(_) => ignored.extend(label.filter(|label| !ignored.contains(label))),
            None if matches!(effect, Effect::Closes | Effect::Decides(_)) => {
                decision = Some(action.code.as_str());
            }
            None => {}
        }
        progress.observe(form, effect, action.at.moment());
    }
    ignored
}
