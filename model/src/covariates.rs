//! What a learned predictor sees of a case beyond its state and its queue: a row of numbers, one per column of a schema.
//!
//! The same code fills the row in training and for an estimate, from the actions up to a moment and nothing else. A missing
//! number is NaN. A category is its position among the known values; a value that training did not know is missing.

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// The most columns of a schema.
pub const MAX_COVARIATES: usize = 128;
/// The most actions that are counted one by one.
pub const MAX_TRACKED_ACTIONS: usize = 32;
/// How many of the last actions a row names.
pub const RECENT_ACTIONS: usize = 3;

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Covariate {
    /// The value of an attribute among its known values, which rise.
    Category {
        /// Name of the attribute.
        attribute: String,
        /// The known values.
        values: Vec<String>,
    },
    /// The value of an attribute that is a number.
    Number {
        /// Name of the attribute.
        attribute: String,
    },
    /// The state of the case.
    State,
    /// An action among the known ones: the last one, or one before it.
    Action {
        /// 0 for the last action, 1 for the one before it.
        back: u8,
    },
    /// Who did an action, among the known resources.
    Resource {
        /// 0 for the last action, 1 for the one before it.
        back: u8,
    },
    /// Days since the last action (or the receipt), or between an earlier one and the one after it.
    Gap {
        /// 0 for the time since the last action.
        back: u8,
    },
    /// The number of actions.
    Actions,
    /// Days waited since the receipt, without the time on hold.
    SinceReceipt,
    /// Days in the state.
    InState,
    /// Days since the last action of a tracked kind.
    SinceAction {
        /// The position among the tracked actions.
        tracked: u8,
    },
    /// How often a tracked action came.
    CountOf {
        /// The position among the tracked actions.
        tracked: u8,
    },
    /// Days until the cases ahead in line had their turn: the drain time.
    DrainDays,
    /// The same in the second line, of cases that are ready for an appointment.
    ReadyDrainDays,
    /// 1 if an officer took the case up, else 0.
    HadTurn,
    /// The day of the week, Monday first.
    Weekday,
    /// The hour of the week, in UTC.
    HourOfWeek,
    /// The day of the week of the receipt, Monday first.
    WeekdayOfReceipt,
}

impl Covariate {
    /// The number of categories; `None` for a number.
    #[must_use]
    pub fn categories(&self, schema: &CovariateSchema, states: usize) -> Option<usize> {
        match self {
            Self::Category { values, .. } => Some(values.len()),
            Self::State => Some(states),
            Self::Action { .. } => Some(schema.actions.len()),
            Self::Resource { .. } => Some(schema.resources.len()),
            _ => None,
        }
    }
}

/// The columns of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CovariateSchema {
    /// The known action codes, rising.
    pub actions: Vec<String>,
    /// The positions of the actions that are counted, rising.
    pub tracked: Vec<u16>,
    /// The known resources, rising; empty where the record does not say who did something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The columns.
    pub columns: Vec<Covariate>,
}

impl CovariateSchema {
    /// Whether there is nothing to fill.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The position of an action code among the known ones.
    #[must_use]
    pub fn action(&self, code: &str) -> Option<u16> {
        position_in(&self.actions, code)
    }

    /// The position of a resource among the known ones.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<u16> {
        position_in(&self.resources, name)
    }

    /// The attribute of a column that is one.
    #[must_use]
    pub fn attribute(&self, column: usize) -> Option<&str> {
        match self.columns.get(column)? {
            Covariate::Category { attribute, .. } | Covariate::Number { attribute } => Some(attribute),
            _ => None,
        }
    }

    /// The number that stands for the value of the attribute of a column; NaN if it is missing or not known.
    #[must_use]
    pub fn value(&self, column: usize, value: Option<&str>) -> f32 {
        let (Some(column), Some(value)) = (self.columns.get(column), value) else { return f32::NAN };
        let number = match column {
            Covariate::Category { values, .. } => {
                values.binary_search_by(|known| known.as_str().cmp(value)).ok().map(|code| code as f32)
            }
            Covariate::Number { .. } => value.trim().parse::<f32>().ok().filter(|number| number.is_finite()),
            _ => None,
        };
        number.unwrap_or(f32::NAN)
    }

    /// Whether the parts fit together: known actions and values rise, and nothing points past an end.
    pub(crate) fn is_sound(&self) -> bool {
        let tracked = self.tracked.len();
        let is_sound = |column: &Covariate| match column {
            Covariate::Category { values, .. } => {
                values.is_sorted_by(|a, b| a < b) && values.len() < usize::from(u16::MAX)
            }
            Covariate::Action { back } | Covariate::Resource { back } | Covariate::Gap { back } => {
                usize::from(*back) < RECENT_ACTIONS
            }
            Covariate::SinceAction { tracked: at } | Covariate::CountOf { tracked: at } => {
                usize::from(*at) < tracked
            }
            _ => true,
        };
        self.columns.len() <= MAX_COVARIATES
            && [&self.actions, &self.resources]
                .into_iter()
                .all(|names| names.is_sorted_by(|a, b| a < b) && names.len() < usize::from(u16::MAX))
            && tracked <= MAX_TRACKED_ACTIONS
            && self.tracked.is_sorted_by(|a, b| a < b)
            && self.tracked.iter().all(|&action| usize::from(action) < self.actions.len())
            && self.columns.iter().all(is_sound)
    }
}

fn position_in(known: &[String], name: &str) -> Option<u16> {
    let position = known.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
    u16::try_from(position).ok()
}

/// An action as a row tells it.
#[derive(Debug, Clone, Copy)]
pub struct TrailAction {
    /// Its position among the known actions, if it is known.
    pub action: Option<u16>,
    /// The position of who did it among the known resources, if they are known.
    pub resource: Option<u16>,
    /// When it happened.
    pub at: Moment,
}

/// What happened to a case so far, as far as a row tells it.
#[derive(Debug, Clone)]
pub struct Trail {
    pub(crate) count: u32,
    /// The last actions, the newest first.
    recent: [Option<TrailAction>; RECENT_ACTIONS],
    tracked: [Tracked; MAX_TRACKED_ACTIONS],
}

#[derive(Debug, Clone, Copy, Default)]
struct Tracked {
    count: u32,
    last: Option<Moment>,
}

impl Default for Trail {
    fn default() -> Self {
        Self { count: 0, recent: [None; RECENT_ACTIONS], tracked: [Tracked::default(); MAX_TRACKED_ACTIONS] }
    }
}

impl Trail {
    /// How often a tracked action came.
    pub(crate) fn count_of(&self, tracked: u8) -> u32 {
        self.tracked[usize::from(tracked)].count
    }

    /// Takes in an action. Actions come in the order in which they happened.
    pub fn observe(&mut self, schema: &CovariateSchema, action: TrailAction) {
        self.count += 1;
        self.recent.rotate_right(1);
        self.recent[0] = Some(action);
        let tracked = action.action.and_then(|action| schema.tracked.binary_search(&action).ok());
        if let Some(tracked) = tracked.and_then(|position| self.tracked.get_mut(position)) {
            tracked.count += 1;
            tracked.last = Some(action.at);
        }
    }

    pub(crate) fn action(&self, back: u8) -> Option<u16> {
        self.recent[usize::from(back)].and_then(|recent| recent.action)
    }

    pub(crate) fn resource(&self, back: u8) -> Option<u16> {
        self.recent[usize::from(back)].and_then(|recent| recent.resource)
    }

    pub(crate) fn gap(&self, back: u8, received: Moment, now: Moment) -> f32 {
        let at = |back: usize| self.recent[back].map(|recent| recent.at);
        let later = match usize::from(back).checked_sub(1) {
            None => now,
            Some(before) => match at(before) {
                Some(later) => later,
                None => return f32::NAN,
            },
        };
        later.since(at(usize::from(back)).unwrap_or(received)).at_least_zero().get() as f32
    }

    pub(crate) fn since(&self, tracked: u8, now: Moment) -> f32 {
        let last = self.tracked[usize::from(tracked)].last;
        last.map_or(f32::NAN, |last| now.since(last).at_least_zero().get() as f32)
    }
}

/// A row. Two rows are equal if their numbers have the same bits.
#[derive(Debug, Clone, Copy)]
pub struct Covariates {
    length: usize,
    values: [f32; MAX_COVARIATES],
}

impl Default for Covariates {
    fn default() -> Self {
        Self { length: 0, values: [f32::NAN; MAX_COVARIATES] }
    }
}

impl PartialEq for Covariates {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice().iter().map(|it| it.to_bits()).eq(other.as_slice().iter().map(|it| it.to_bits()))
    }
}

impl Covariates {
    pub(crate) fn push(&mut self, value: f32) {
        if let Some(slot) = self.values.get_mut(self.length) {
            *slot = value;
            self.length += 1;
        }
    }

    /// Replaces the number of a column. A column beyond the last one has no effect.
    pub(crate) fn set(&mut self, column: usize, value: f32) {
        if let Some(slot) = self.values[..self.length].get_mut(column) {
            *slot = value;
        }
    }

    /// The numbers, one per column.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.values[..self.length]
    }
}
