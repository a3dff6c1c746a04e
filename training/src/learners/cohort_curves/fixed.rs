//! What a person fixes instead of leaving it to validation.

use model::TimeScale;

/// The age at which a case weighs half as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HalfLife {
    /// So many days.
    Days(f64),
    /// All cases weigh alike.
    None,
}

impl HalfLife {
    /// The days, if there is a half-life.
    pub(super) const fn days(self) -> Option<f64> {
        match self {
            Self::Days(days) => Some(days),
            Self::None => None,
        }
    }
}

/// The hyperparameters that are fixed, for the next step and for the decision.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fixed {
    /// The scale on which the time already waited is counted.
    pub time_scale: Option<TimeScale>,
    /// The age at which a case weighs half as much.
    pub half_life: Option<HalfLife>,
}
