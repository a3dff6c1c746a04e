//! What a case looks like to a model at an as-of time.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use crate::case::{Action, Case, Consequence, Observed, Progress};
use crate::covariates::{CovariateSchema, Covariates};
use crate::day_order::order_of;
use crate::form::{ActionRule, FormDefinition, MAX_QUEUE_ATTRIBUTES, StateId};
use crate::time::{AsOf, Day, Days, Moment, Stamp};

/// Which values the queue attributes had in training. The position of a value is its code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSchema {
    /// Queue attributes in the order in which they refine the queue.
    pub queue: Vec<QueueAttribute>,
    /// What a learned predictor sees beside them; empty where none needs it.
    #[serde(default, skip_serializing_if = "CovariateSchema::is_empty")]
    pub covariates: CovariateSchema,
}

/// A queue attribute and its known values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueAttribute {
    /// Name of the attribute.
    pub name: String,
    /// Known values, rising, without repeats.
    pub values: Vec<String>,
}

impl FeatureSchema {
    /// Hash of the schema and of the states of the form: two models with the same hash see a case alike.
    #[must_use]
    pub fn hash(&self, form: &FormDefinition) -> String {
        let mut hasher = Sha256::new();
        for attribute in &self.queue {
            hasher.update([1]);
            hasher.update(attribute.name.as_bytes());
            for value in &attribute.values {
                hasher.update([2]);
                hasher.update(value.as_bytes());
            }
        }
        for state in form.state_ids() {
            hasher.update([3]);
            hasher.update(form.state(state).0.as_bytes());
        }
        hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The queue of a case with these attribute values. An attribute that is missing, or whose value training did not know,
    /// is not known; the others count.
    #[must_use]
    pub fn queue_of<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Queue {
        let mut queue = Queue::default();
        for (position, attribute) in self.queue.iter().enumerate() {
            let code = value(&attribute.name).and_then(|value| attribute.code(value));
            if let Some(code) = code {
                queue.set(position, code);
            }
        }
        queue
    }
}

impl QueueAttribute {
    /// The code of a value, if training knew it.
    #[must_use]
    pub fn code(&self, value: &str) -> Option<u16> {
        let position = self.values.binary_search_by(|known| known.as_str().cmp(value)).ok()?;
        u16::try_from(position).ok()
    }
}

/// Stands for an attribute that is not known. Model files have fewer values an attribute.
const UNKNOWN: u16 = u16::MAX;

/// The queue that a case waits in: the codes of its queue attributes. Each may be known or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Queue([u16; MAX_QUEUE_ATTRIBUTES]);

impl Default for Queue {
    fn default() -> Self {
        Self([UNKNOWN; MAX_QUEUE_ATTRIBUTES])
    }
}

impl Queue {
    /// Sets the code of the attribute at a position. A position beyond the largest number of queue attributes has no effect.
    pub fn set(&mut self, position: usize, code: u16) {
        if let Some(slot) = self.0.get_mut(position) {
            *slot = code;
        }
    }

    /// The code of the attribute at a position, if it is known.
    #[must_use]
    pub fn code(&self, position: usize) -> Option<u16> {
        self.0.get(position).copied().filter(|code| *code != UNKNOWN)
    }

    /// The positions and codes of the attributes that are known.
    pub fn known(&self) -> impl Iterator<Item = (usize, u16)> {
        let codes = self.0;
        codes.into_iter().enumerate().filter(|(_, code)| *code != UNKNOWN)
    }

    /// The wider queue of which this is a part: without the last attribute that is known. `None` if none is known.
    #[must_use]
    pub fn wider(&self) -> Option<Self> {
        let last = self.0.iter().rposition(|code| *code != UNKNOWN)?;
        let mut wider = *self;
        wider.0[last] = UNKNOWN;
        Some(wider)
    }

    /// This queue with only the attributes that are known and whose positions are in `positions`, a set of bits.
    #[must_use]
    pub fn masked(&self, positions: u8) -> Self {
        let mut masked = Self::default();
        for (position, code) in self.known().filter(|(position, _)| positions >> position & 1 == 1) {
            masked.set(position, code);
        }
        masked
    }

    pub(crate) fn fits(&self, schema: &FeatureSchema) -> bool {
        let exists = |position: usize, code: u16| {
            schema.queue.get(position).is_some_and(|attribute| usize::from(code) < attribute.values.len())
        };
        self.known().all(|(position, code)| exists(position, code))
    }
}

/// What a model sees of a case at an as-of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// The state that the case is in.
    pub state: StateId,
    /// The queue that it waits in.
    pub queue: Queue,
    /// Time since its receipt.
    pub since_receipt: Days,
    /// Time since it entered its state.
    pub in_state: Days,
    /// The last step that it completed, as a state.
    pub last_step: StateId,
    /// Time since then.
    pub since_last_step: Days,
    /// Whether the case is pending since a reopening: further steps do not change its state.
    pub is_reopened: bool,
    /// Whether the case is asked about at the very moment of its last action, before anything else of that moment is seen.
    pub on_entry: bool,
    /// What a learned predictor sees beside all this; empty where none needs it.
    pub covariates: Covariates,
}

impl Features {
    /// The same case as it was seen before its present status: in its last step.
    #[must_use]
    pub fn in_last_step(&self) -> Self {
        Self { state: self.last_step, in_state: self.since_last_step, ..*self }
    }

    /// Features of a case that stands at `progress` in `queue` at the moment `as_of`. Time on hold does not count as waited.
    #[must_use]
    pub fn at(progress: &Progress, queue: Queue, as_of: Moment) -> Self {
        let situation = progress.situation();
        let waited = progress.waited(as_of).get();
        let since = |then: Days| Days::new(waited - then.get()).unwrap_or(Days::ZERO).at_least_zero();
        Self {
            state: situation.state,
            queue,
            since_receipt: since(Days::ZERO),
            in_state: since(situation.entered),
            last_step: situation.last_step,
            since_last_step: since(situation.last_step_at),
            is_reopened: situation.is_reopened,
            on_entry: false,
            covariates: Covariates::default(),
        }
    }

    /// The same case, asked about at the very moment of its last action.
    #[must_use]
    pub fn on_entry(self) -> Self {
        Self { on_entry: self.in_state <= Days::ZERO, ..self }
    }
}

/// Something of each action of a case, kept without an allocation for as many as most cases have.
type OfActions<T> = SmallVec<[T; 24]>;

/// A case as it is seen at an as-of time: nothing later has any part in it.
#[derive(Debug, Clone)]
pub struct CaseView<'a> {
    case: &'a Case,
    actions: OfActions<&'a Action>,
    seen: OfActions<SeenAction<'a>>,
    progress: Progress,
    as_of: AsOf,
}

/// An action of a case view with what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenAction<'a> {
    /// The action.
    pub action: &'a Action,
    /// What it means to the form; none if the form does not list it.
    pub rule: Option<ActionRule>,
    /// What it did to the case.
    pub observed: Observed,
}

impl<'a> CaseView<'a> {
    /// Follows the case up to `as_of`: its actions in order of time, later ones left out. Actions at one moment keep their
    /// order. On a day with an action that has a date and no time, all come as the form allows (see [`order_within_day`](crate::order_within_day)).
    #[must_use]
    pub fn new(form: &FormDefinition, case: &'a Case, as_of: AsOf) -> Self {
        let mut actions: OfActions<&Action> =
            case.actions.iter().filter(|action| as_of.sees(action.at.moment())).collect();
        actions.sort_by_key(|action| action.at.moment());
        let mut progress = Progress::received(form, case.received.moment());
        let mut seen = OfActions::new();
        // In order, as the actions are.
        let mere_dates: OfActions<Day> = actions
            .iter()
            .filter_map(|action| match action.at {
                Stamp::Day(day) => Some(day),
                Stamp::Moment(_) => None,
            })
            .collect();
        let are_unordered = |one: &&Action, other: &&Action| {
            one.at == other.at
                || (one.at.day() == other.at.day() && mere_dates.binary_search(&one.at.day()).is_ok())
        };
        for day in actions.chunk_by_mut(are_unordered) {
            let mut now = day[0].at.moment();
            let rules: OfActions<Option<ActionRule>> =
                day.iter().map(|action| form.rule(&action.code)).collect();
            // A time of day comes before a mere date, which stands for the end of the day.
            let is_by_day = day.iter().any(|action| matches!(action.at, Stamp::Day(_)));
            let in_order: OfActions<(&Action, Option<ActionRule>)> = if is_by_day {
                let order = order_of(form, &progress, &rules);
                order.into_iter().map(|position| (day[position], rules[position])).collect()
            } else {
                day.iter().copied().zip(rules).collect()
            };
            for (slot, (action, rule)) in day.iter_mut().zip(in_order) {
                *slot = action;
                // What follows a mere date happened after it, whatever its time of day.
                now = now.max(action.at.moment());
                let observed = match rule {
                    Some(rule) => progress.observe(form, rule, now, action.scheduled_for),
                    None => Consequence::Unlisted.into(),
                };
                seen.push(SeenAction { action, rule, observed });
            }
        }
        Self { case, actions, seen, progress, as_of }
    }

    /// When the case was received.
    #[must_use]
    pub fn received(&self) -> Stamp {
        self.case.received
    }

    /// The actions seen, in the order in which they happened.
    #[must_use]
    pub fn actions(&self) -> &[&'a Action] {
        &self.actions
    }

    /// The actions seen, in the order in which they happened, with what became of each.
    #[must_use]
    pub fn seen(&self) -> &[SeenAction<'a>] {
        &self.seen
    }

    /// Where the case stands.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The time it is seen at.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.case.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
