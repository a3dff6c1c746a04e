//! What a case looks like to a model at an as-of time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::{Action, Case, Consequence, Observed, Progress};
use crate::day_order::order_within_day;
use crate::form::{ActionRule, FormDefinition, MAX_QUEUE_ATTRIBUTES, StateId};
use crate::time::{AsOf, Day, Days, Moment, Stamp};

/// Which values the queue attributes had in training. The position of a value is its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSchema {
    /// Queue attributes in the order in which they refine the queue.
    pub queue: Vec<QueueAttribute>,
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

    /// The queue of a case with these attribute values; it ends at the first value that training did not know.
    #[must_use]
    pub fn queue_of<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Queue {
        let mut queue = Queue::default();
        for attribute in &self.queue {
            let Some(value) = value(&attribute.name) else { break };
            let Ok(code) = attribute.values.binary_search_by(|known| known.as_str().cmp(value)) else {
                break;
            };
            queue.push(code as u16);
        }
        queue
    }
}

/// The queue that a case waits in: the codes of its queue attributes, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Queue {
    depth: u8,
    codes: [u16; MAX_QUEUE_ATTRIBUTES],
}

impl Queue {
    /// Refines the queue by the code of its next attribute. A queue that is described in full stays as it is.
    pub fn push(&mut self, code: u16) {
        if let Some(slot) = self.codes.get_mut(usize::from(self.depth)) {
            *slot = code;
            self.depth += 1;
        }
    }

    /// The codes of the attributes.
    #[must_use]
    pub fn codes(&self) -> &[u16] {
        &self.codes[..usize::from(self.depth)]
    }

    /// The wider queue of which this is a part: its first `depth` attributes.
    #[must_use]
    pub fn wider(&self, depth: usize) -> Self {
        let mut wider = Self::default();
        for &code in self.codes().iter().take(depth) {
            wider.push(code);
        }
        wider
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
}

impl Features {
    /// The same case as it was seen before its present status: in its last step.
    #[must_use]
    pub fn in_last_step(&self) -> Self {
        Self { state: self.last_step, in_state: self.since_last_step, ..*self }
    }

    /// Features of a case that stands at `progress` in `queue` at the moment `as_of`.
    ///
    /// A case that is pending since a reopening resembles other reopened cases, and not those that were never decided: it
    /// is seen in the state that the reopening put it in, whatever followed.
    #[must_use]
    pub fn at(progress: &Progress, queue: Queue, as_of: Moment) -> Self {
        let reopened = progress.pending_since_reopening();
        let (entered, state) = reopened.unwrap_or((progress.entered_state_at(), progress.state()));
        let (last_step, last_step_at) =
            reopened.map_or_else(|| progress.last_step(), |(at, state)| (state, at));
        Self {
            state,
            queue,
            since_receipt: as_of.since(progress.received_at()).at_least_zero(),
            in_state: as_of.since(entered).at_least_zero(),
            last_step,
            since_last_step: as_of.since(last_step_at).at_least_zero(),
        }
    }
}

/// A case as it is seen at an as-of time: nothing later has any part in it.
#[derive(Debug, Clone)]
pub struct CaseView<'a> {
    case: &'a Case,
    actions: Vec<&'a Action>,
    seen: Vec<SeenAction<'a>>,
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
    /// order. On a day with an action that has a date and no time, all come as the form allows (see [`order_within_day`]).
    #[must_use]
    pub fn new(form: &FormDefinition, case: &'a Case, as_of: AsOf) -> Self {
        let mut actions: Vec<&Action> =
            case.actions.iter().filter(|action| as_of.sees(action.at.moment())).collect();
        actions.sort_by_key(|action| action.at.moment());
        let mut progress = Progress::received(form, case.received.moment());
        let mut seen = Vec::with_capacity(actions.len());
        let mere_dates: BTreeSet<Day> = actions
            .iter()
            .filter_map(|action| match action.at {
                Stamp::Day(day) => Some(day),
                Stamp::Moment(_) => None,
            })
            .collect();
        let are_unordered = |one: &&Action, other: &&Action| {
            one.at == other.at || (one.at.day() == other.at.day() && mere_dates.contains(&one.at.day()))
        };
        for day in actions.chunk_by_mut(are_unordered) {
            let mut now = day[0].at.moment();
            let rules: Vec<Option<ActionRule>> = day.iter().map(|action| form.rule(&action.code)).collect();
            // A time of day comes before a mere date, which stands for the end of the day.
            let is_by_day = day.iter().any(|action| matches!(action.at, Stamp::Day(_)));
            let in_order: Vec<(&Action, Option<ActionRule>)> = if is_by_day {
                let order = order_within_day(form, &progress, &rules);
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
