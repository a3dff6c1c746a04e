//! The status of a case by its own record: what has happened, not what is likely to come.

use model::{CaseView, Consequence, Effect, FormDefinition, Label, RequestRole, SeenAction, Stamp, Status};

use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// When the record shows the decision that stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecisionTime {
    pub(crate) at: Stamp,
    /// Whether only a sign of the decision has this time, such as a card: the decision was made by then.
    pub(crate) is_latest: bool,
}

/// When the case was decided, if a decision stands.
pub(crate) fn decision(view: &CaseView<'_>) -> Option<DecisionTime> {
    view.progress().decided_at()?;
    let is_decision = |seen: &&SeenAction<'_>| seen.observed.consequence == Consequence::Decided;
    let seen = view.seen().iter().rev().find(is_decision)?;
    let is_latest = seen.rule.is_some_and(|rule| matches!(rule.effect, Effect::Shows { .. }));
    Some(DecisionTime { at: seen.action.at, is_latest })
}

/// The label of the request that put the case in its state, where the state stands for several kinds of requests and this is
/// not the first of them.
fn asked<'a>(form: &'a FormDefinition, view: &CaseView<'_>) -> Option<&'a Label> {
    let entering = view.seen().iter().rev().find(|seen| seen.observed.entered.is_some())?;
    let Some(RequestRole::Asks(request)) = entering.rule?.request else { return None };
    let (spec, index) = (form.spec(), view.progress().state().index());
    let codes = match spec.milestones.get(index) {
        Some(milestone) => &milestone.reached_by,
        None => &spec.statuses.get(index - spec.milestones.len())?.set_by,
    };
    (codes.first() != Some(&entering.action.code)).then(|| &form.request(request).label)
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
    let label = asked(form, view).unwrap_or(label);
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
