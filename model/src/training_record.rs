//! What a model was trained on, and how accurate such models were before.

use serde::{Deserialize, Serialize};

use crate::predictors::TimeScale;
use crate::time::{AsOf, Day, Stamp};

/// The kind of history that a model learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainedOn {
    /// Real cases.
    RealHistory,
    /// A simulation: no case-level data exists for this form.
    SimulatedHistory,
    /// The history does not say.
    Unstated,
}

/// How the predictor of one target was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRecord {
    /// The scale on which the time already waited is counted.
    pub time_scale: TimeScale,
    /// Age, in days, at which a case weighs half as much; `None` if all cases weigh alike.
    pub half_life_days: Option<f64>,
    /// Whether the person who trained the model fixed the time scale or the half-life.
    #[serde(default)]
    pub fixed: bool,
    /// Mean CRPS, in days, in the forward validation inside the training window; `None` if the window was too short.
    pub validation_crps_days: Option<f64>,
}

/// How accurate estimates of the same learner were at an earlier time, by what was known when the model was trained.
///
/// Those estimates used nothing that came after them. A record of a time that was in view while the settings of the
/// learner were chosen is still optimistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackRecord {
    /// The as-of time of that training and of its estimates.
    pub as_of: AsOf,
    /// Length of the follow-up from then on, in days.
    pub followed_days: f64,
    /// Cases that were pending then, those on hold included. All were estimated.
    pub pending: u64,
    /// The share of them whose decision was expected within the follow-up.
    pub expected: f64,
    /// The share of them that was decided within the follow-up.
    pub decided: f64,
    /// Cases whose 80 per cent quantile lay within the follow-up, so that it can be judged.
    pub judged: u64,
    /// Those of them that were decided by that quantile.
    pub within_q80: u64,
    /// Mean CRPS of min(T, days followed), in days.
    pub crps_days: f64,
    /// Mean absolute error of the median of min(T, days followed), in days.
    pub mae_median_days: f64,
}

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// Name and revision of the learner that made the model.
    pub estimator: String,
    /// The as-of time: nothing later was used.
    pub as_of: AsOf,
    /// Receipt of the first case that was used.
    pub first_received: Day,
    /// Receipt of the last case that was used.
    pub last_received: Day,
    /// Cases used.
    pub cases: u64,
    /// Those of them that were decided.
    pub decided: u64,
    /// Those of them that count only from their first action, because they entered the record after their receipt.
    #[serde(default)]
    pub first_seen_late: u64,
    /// Cases that were not used: they have no action, and most cases of the form have an action of receipt.
    #[serde(default)]
    pub never_seen: u64,
    /// Name of the history.
    pub history: String,
    /// Last day on which the history is complete.
    pub extracted_on: Stamp,
    /// Kind of history.
    pub trained_on: TrainedOn,
    /// How the predictor of the decision was made.
    pub decision: TargetRecord,
    /// How the predictor of the next step was made.
    pub next_step: TargetRecord,
    /// How accurate such estimates were before; `None` where the history is too short to tell.
    pub track_record: Option<TrackRecord>,
}
