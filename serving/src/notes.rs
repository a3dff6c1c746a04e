//! What a reader of an estimate must know besides it: what was taken but could not be used as it was meant, what the
//! applicant has to do, and where the estimate leaves the history behind.

use model::{AsOf, CaseView, Clock, Days, DecisionTime, FormDefinition, Label};
use serde::Serialize;

use crate::checks::CheckedCase;
use crate::masking::shown;
use crate::models::Loaded;
use crate::standing::{self, Request, RequestStands};
use crate::texts::{Language, in_both};
use crate::words;

/// At most this many actions are named in a note.
const MOST_NAMED: usize = 5;
/// Level of the farthest bound that is shown. An estimate whose bound nobody has lived to see says so.
const FARTHEST_SHOWN: f64 = 0.9;

/// What the page shows a note beside. The interface lists all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The time itself.
    Estimate,
    /// Where the case is now.
    Request(RequestStands),
    /// How the estimate was made.
    Details,
}

#[derive(Debug, Serialize)]
pub(crate) struct Note {
    #[serde(skip)]
    pub(crate) beside: Beside,
    #[serde(flatten)]
    pub(crate) text: Label,
}

/// Which wait is longer than any after which the history shows a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// The one since the receipt of the case.
    Whole,
    /// The one in its present step.
    InStep,
}

/// Whether the case has waited longer than anybody whom the history shows to have been decided.
pub(crate) fn beyond(loaded: &Loaded, view: &CaseView<'_>, decision: &DecisionTime) -> Option<Beyond> {
    let is_known = decision.known_for > Days::ZERO;
    match loaded.model.decision().clock() {
        Clock::SinceReceipt => (!is_known).then_some(Beyond::Whole),
        Clock::InState => {
            // That clock starts anew with every step, so a case may be in a familiar step and yet be older than the data.
            let training = loaded.model.training();
            let window = training.as_of.day().since(training.first_received);
            let waited = view.as_of().day().since(view.received().day());
            if waited > window { Some(Beyond::Whole) } else { (!is_known).then_some(Beyond::InStep) }
        }
    }
}

/// The notes of one estimate.
pub(crate) fn notes(
    loaded: &Loaded,
    checked: &CheckedCase,
    view: &CaseView<'_>,
    decision: Option<&DecisionTime>,
    request: Option<Request>,
) -> Vec<Note> {
    let form = loaded.model.form();
    let of = |beside| move |text| Note { beside, text };
    let told = request.map(|request| of(Beside::Request(request.stands))(request_text(request)));
    let beyond = decision.and_then(|decision| beyond_history(loaded, view, decision));
    let details = unused_values(loaded, checked)
        .into_iter()
        .chain(unlisted_actions(form, checked))
        .chain(after_decision(form, view, request))
        .chain(later_model(loaded.model.training().as_of, checked.as_of))
        .map(of(Beside::Details));
    told.into_iter().chain(beyond.map(of(Beside::Estimate))).chain(details).collect()
}

fn request_text(request: Request) -> Label {
    let key = match request.stands {
        RequestStands::Open => "note.request",
        RequestStands::Old => "note.request_old",
        RequestStands::Followed => "note.request_followed",
        RequestStands::AfterDecision => "note.notice_after_decision",
    };
    in_both(|language| language.filled(key, &[("date", &words::date(request.sent, language))]))
}

fn beyond_history(loaded: &Loaded, view: &CaseView<'_>, decision: &DecisionTime) -> Option<Label> {
    let is_in_part = f64::from(decision.time.at(FARTHEST_SHOWN)) > decision.known_for.get();
    let key = match (beyond(loaded, view, decision), loaded.model.decision().clock()) {
        (Some(Beyond::Whole), _) => "note.waited_longest",
        (Some(Beyond::InStep), _) => "note.waited_longest_step",
        (None, Clock::SinceReceipt) if is_in_part => "note.beyond_history",
        (None, Clock::InState) if is_in_part => "note.beyond_history_step",
        (None, _) => return None,
    };
    Some(in_both(|language| language.text(key).to_owned()))
}

/// Values of queue attributes that the model has never seen, and attributes of which it has seen none at all.
fn unused_values(loaded: &Loaded, checked: &CheckedCase) -> Vec<Label> {
    let (form, schema) = (loaded.model.form(), loaded.model.schema());
    let note = |attribute: &model::AttributeDraft| {
        let (_, value) = checked.case.attributes.iter().find(|(name, _)| *name == attribute.name)?;
        let known = schema.queue.iter().find(|known| known.name == attribute.name);
        let key = match known {
            Some(known) if known.values.contains(value) => return None,
            Some(_) => "note.unknown_value",
            None => "note.unused_attribute",
        };
        let value = shown(value);
        Some(in_both(|language| {
            let values = [("attribute", language.of(&attribute.label)), ("value", value.as_str())];
            language.filled(key, &values)
        }))
    };
    form.queue_attributes().filter_map(note).collect()
}

fn unlisted_actions(form: &FormDefinition, checked: &CheckedCase) -> Option<Label> {
    let actions = checked.case.actions.iter().map(|action| action.code.as_str());
    let unlisted: Vec<&str> = actions.filter(|code| form.effect(code).is_none()).collect();
    if unlisted.is_empty() {
        return None;
    }
    let mut named: Vec<String> = unlisted.iter().copied().map(shown).collect();
    named.sort();
    named.dedup();
    named.truncate(MOST_NAMED);
    let (count, named) = (unlisted.len().to_string(), named.join(", "));
    let values = [("n", count.as_str()), ("actions", &named)];
    Some(in_both(|language| language.filled("note.unlisted_action", &values)))
}

fn after_decision(form: &FormDefinition, view: &CaseView<'_>, request: Option<Request>) -> Option<Label> {
    let ignored = standing::ignored_after_decision(form, view, request);
    let named = |language: Language| {
        let labels: Vec<&str> = ignored.iter().take(MOST_NAMED).map(|label| language.of(label)).collect();
        language.filled("note.after_decision", &[("actions", &labels.join(", "))])
    };
    (!ignored.is_empty()).then(|| in_both(named))
}

fn later_model(trained: AsOf, as_of: AsOf) -> Option<Label> {
    let note = |language: Language| {
        language.filled("note.later_model", &[("date", &words::date(trained.day(), language))])
    };
    (trained.moment() > as_of.moment()).then(|| in_both(note))
}
