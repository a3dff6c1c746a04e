//! The case as it was known at the as-of time.

use model::{Consequence, Day, Features, FormDefinition, FormModel, Moment, Progress, Stamp, StateId};
use serde::Serialize;

use crate::history::{Attribute, Effects, History, HistoryCase, HistoryView};

/// A state of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedState {
    /// Its id in the form definition.
    pub id: String,
    /// Its name in English.
    pub label: String,
}

impl NamedState {
    pub(super) fn new(form: &FormDefinition, state: StateId) -> Self {
        let (id, label) = form.state(state);
        Self { id: id.to_owned(), label: label.en.clone() }
    }
}

/// Something that happened to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedAction {
    /// The action code.
    pub action: String,
    /// The day (UTC).
    pub on: Day,
}

/// What a model makes of a queue attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeUse {
    /// The model knows the value.
    Known,
    /// The case has no value.
    Missing,
    /// The training saw no case with this value.
    UnknownValue,
    /// The training history has no such column, so the model does not use it.
    NotInModel,
}

/// A queue attribute of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedAttribute {
    /// Its name.
    pub name: String,
    /// The value of the case.
    pub value: Option<String>,
    /// What the model makes of it.
    pub model: AttributeUse,
}

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedCase {
    /// When it was received.
    pub received: Stamp,
    /// The state that it is in by its record.
    pub state: NamedState,
    /// Since when.
    pub state_since: Day,
    /// The state in which the model sees it wait, if that is another one: after a reopening, or with an open request.
    pub waits_in: Option<NamedState>,
    /// Days from its receipt until it was last observed or decided, without time on hold.
    pub since_receipt_days: f64,
    /// Days since it entered the state in which the model sees it wait, without time on hold.
    pub in_state_days: f64,
    /// Days on hold so far.
    pub on_hold_days: f64,
    /// The last day on which the history shows what happened.
    pub observed_until: Day,
    /// Days from then to the as-of time. What came then is unknown, and counts as happening now.
    pub unobserved_days: f64,
    /// When it was paused, if the pause lasts.
    pub paused_since: Option<Day>,
    /// When it was decided.
    pub decided_on: Option<Day>,
    /// How it was decided.
    pub outcome: Option<String>,
    /// What happened to it so far.
    pub actions: Vec<ExplainedAction>,
    /// Its queue attributes, in the order in which they refine the queue.
    pub attributes: Vec<ExplainedAttribute>,
}

/// A case that was followed through its actions.
pub(super) struct Followed {
    pub(super) number: usize,
    pub(super) received: Stamp,
    pub(super) progress: Progress,
    pub(super) seen: Moment,
    pub(super) paused_since: Option<Moment>,
    actions: Vec<ExplainedAction>,
}

impl Followed {
    /// Follows a case as it was known in a view.
    pub(super) fn new(
        known: &HistoryView<'_>,
        case: &HistoryCase<'_>,
        form: &FormDefinition,
        effects: &Effects,
    ) -> Self {
        let history = known.history();
        let mut paused_since = None;
        let progress = case.follow(form, effects, |progress, observed, at| {
            if matches!(observed.consequence, Consequence::Paused(_)) {
                paused_since.get_or_insert(at);
            }
            if progress.pause().is_none() {
                paused_since = None;
            }
        });
        let codes = history.action_codes();
        let action = |(code, at): (u16, Moment)| ExplainedAction {
            action: codes[usize::from(code)].clone(),
            on: at.day(),
        };
        Self {
            number: case.number(),
            received: history.received().stamp(case.number()),
            progress,
            seen: known.observed_until(),
            paused_since,
            actions: case.actions().map(action).collect(),
        }
    }
}

impl ExplainedCase {
    pub(super) fn new(
        history: &History,
        form: &FormDefinition,
        model: Option<&FormModel>,
        followed: &Followed,
        features: &Features,
        as_of: Moment,
    ) -> Self {
        let Followed { progress, seen, .. } = followed;
        let situation = progress.situation();
        let end = progress.decided_at().unwrap_or(*seen);
        let outcome = progress.outcome().map(|outcome| form.outcome(outcome).id.clone());
        Self {
            received: followed.received,
            state: NamedState::new(form, progress.state()),
            state_since: progress.entered_state_at().day(),
            waits_in: (situation.state != progress.state()).then(|| NamedState::new(form, situation.state)),
            since_receipt_days: progress.waited(end).get(),
            in_state_days: features.in_state.get(),
            on_hold_days: (end.since(progress.received_at()).get() - progress.waited(end).get()).max(0.0),
            observed_until: seen.day(),
            unobserved_days: as_of.since(*seen).at_least_zero().get(),
            paused_since: followed.paused_since.map(Moment::day),
            decided_on: progress.decided_at().map(Moment::day),
            outcome,
            actions: followed.actions.clone(),
            attributes: attributes(history, form, model, followed.number),
        }
    }

    /// The names of the attributes that the case lacks or whose value the model has not seen.
    #[must_use]
    pub fn unusable_attributes(&self) -> Vec<&str> {
        let unusable = self
            .attributes
            .iter()
            .filter(|one| matches!(one.model, AttributeUse::Missing | AttributeUse::UnknownValue));
        unusable.map(|one| one.name.as_str()).collect()
    }
}

fn attributes(
    history: &History,
    form: &FormDefinition,
    model: Option<&FormModel>,
    case: usize,
) -> Vec<ExplainedAttribute> {
    let explained = |name: &str| {
        let value = history.attribute(name).and_then(|attribute: &Attribute| attribute.value(case));
        let known = model.map(|model| model.schema().queue.iter().find(|known| known.name == name));
        let is_used = match (known, value) {
            (Some(None), _) => AttributeUse::NotInModel,
            (_, None) => AttributeUse::Missing,
            (Some(Some(known)), Some(value)) if known.code(value).is_none() => AttributeUse::UnknownValue,
            (_, Some(_)) => AttributeUse::Known,
        };
        ExplainedAttribute { name: name.to_owned(), value: value.map(str::to_owned), model: is_used }
    };
    form.queue_attributes().map(|attribute| explained(&attribute.name)).collect()
}
