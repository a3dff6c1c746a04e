//! What a reader of an estimate must know besides it: what was taken but could not be used as it was meant, what the
//! applicant has to do, and where the estimate leaves the history behind.

use model::{AsOf, CaseView, Days, DecisionTime, FormDefinition, Label};
use serde::Serialize;

use crate::checks::CheckedCase;
use crate::masking::shown;
use crate::models::Loaded;
use crate::standing;
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
    Request,
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

/// Whether the case has waited longer than the history shows anybody to have waited for a decision.
pub(crate) fn is_beyond_history(decision: &DecisionTime) -> bool {
    decision.known_for == Days::ZERO
}

/// The notes of one estimate.
pub(crate) fn notes(
    loaded: &Loaded,
    checked: &CheckedCase,
    view: &CaseView<'_>,
    decision: Option<&DecisionTime>,
) -> Vec<Note> {
    let form = loaded.model.form();
    let request = standing::open_request(form, view).map(|day| {
        let filled =
            |language: Language| language.filled("note.request", &[("date", &words::date(day, language))]);
        in_both(filled)
    });
    let of = |beside| move |text| Note { beside, text };
    let beyond = decision.and_then(beyond_history).map(of(Beside::Estimate));
    let details = unknown_values(loaded, checked)
        .into_iter()
        .chain(unlisted_actions(form, checked))
        .chain(after_decision(form, view))
        .chain(later_model(loaded.model.training().as_of, checked.as_of))
        .map(of(Beside::Details));
    request.map(of(Beside::Request)).into_iter().chain(beyond).chain(details).collect()
}

fn beyond_history(decision: &DecisionTime) -> Option<Label> {
    let said = |key| Some(in_both(|language| language.text(key).to_owned()));
    if is_beyond_history(decision) {
        return said("note.waited_longest");
    }
    let farthest = f64::from(decision.time.at(FARTHEST_SHOWN));
    if farthest > decision.known_for.get() { said("note.beyond_history") } else { None }
}

fn unknown_values(loaded: &Loaded, checked: &CheckedCase) -> Vec<Label> {
    let note = |known: &model::QueueAttribute| {
        let (_, value) = checked.case.attributes.iter().find(|(name, _)| *name == known.name)?;
        if known.values.contains(value) {
            return None;
        }
        let attributes = &loaded.model.form().draft().attributes;
        let label =
            attributes.iter().find(|attribute| attribute.name == known.name).map(|found| &found.label);
        let value = shown(value);
        Some(in_both(|language| {
            let attribute = label.map_or(known.name.as_str(), |label| language.of(label));
            language.filled("note.unknown_value", &[("attribute", attribute), ("value", &value)])
        }))
    };
    loaded.model.schema().queue.iter().filter_map(note).collect()
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

fn after_decision(form: &FormDefinition, view: &CaseView<'_>) -> Option<Label> {
    let ignored = standing::ignored_after_decision(form, view);
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
