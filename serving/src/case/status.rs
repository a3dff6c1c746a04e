//! The status of a case by its own record: what has happened, not what is likely to come.

use model::{Action, CaseView, Consequence, FormDefinition, Label, Status};

use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// The action that decided the case, if a decision stands.
pub(crate) fn decision<'a>(view: &CaseView<'a>) -> Option<&'a Action> {
    view.progress().decided_at()?;
    let mut seen = view.seen().iter().rev();
    seen.find(|seen| seen.observed.consequence == Consequence::Decided).map(|seen| seen.action)
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
    let decided = |language: Language| match progress.outcome() {
        Some(outcome) => {
            language.filled("now.decided", &[("outcome", language.of(&form.outcome(outcome).label))])
        }
        None => String::new(),
    };
    let word = |language: Language| match status {
        Status::Decided => decided(language),
        Status::Paused(_) => {
            progress.pause().map_or("", |pause| language.of(&form.pause(pause).label)).to_owned()
        }
        _ if waits_for_applicant => language.text("now.asked").to_owned(),
        _ => language.text("now.waiting").to_owned(),
    };
    let text = |language: Language| {
        let date = phrasing::date(day, language);
        let word = word(language);
        let values = [("state", language.of(label)), ("date", date.as_str()), ("word", word.as_str())];
        language.filled(if is_step { "now.step" } else { "now.status" }, &values)
    };
    (status != Status::RejectedAtIntake).then(|| in_both(text))
}
