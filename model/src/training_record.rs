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
    /// Cases that were pending then, those on hold included.
    pub pending: u64,
    /// Those of them that were estimated for this record: all, or evenly picked ones.
    pub sampled: u64,
    /// What became of the estimates within lengths of time that rise; the last one is the whole follow-up.
    pub horizons: Vec<TrackHorizon>,
}

/// What became of the estimates of a [`TrackRecord`] within a length of time that was followed for every case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackHorizon {
    /// The length, in days.
    pub days: f64,
    /// The share of the estimated cases whose decision was expected within it.
    pub expected: f64,
    /// The share of them that was decided within it.
    pub decided: f64,
    /// The medians that lie within it.
    pub q50: JudgedQuantile,
    /// The 80 per cent quantiles that lie within it.
    pub q80: JudgedQuantile,
    /// Mean CRPS of min(T, days), in days.
    pub crps_days: f64,
    /// Mean absolute error, in days, of the medians that lie within it; a case that was not decided within it counts as decided
    /// at its end. `None` where [`JudgedQuantile::within`] of the median is.
    pub mae_median_days: Option<f64>,
}

/// Quantiles that lie within the time that was followed, so that they can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedQuantile {
    /// The cases with such a quantile.
    pub judged: u64,
    /// Those of them that were decided by it; `None` if fewer than 1 in 10 of the estimated cases can be judged, which are too
    /// few to stand for the others.
    pub within: Option<u64>,
}

impl JudgedQuantile {
    /// The least share of cases that stands for the others.
    const MIN_SHARE: f64 = 0.1;

    /// Counts among `estimated` cases.
    ///
    /// ```
    /// use model::JudgedQuantile;
    ///
    /// let enough = JudgedQuantile::new(1_000, 100, 78);
    /// assert_eq!((enough.judged, enough.within, enough.share()), (100, Some(78), Some(0.78)));
    /// let too_few = JudgedQuantile::new(1_000, 99, 78);
    /// assert_eq!((too_few.judged, too_few.within, too_few.share()), (99, None, None));
    /// ```
    #[must_use]
    pub fn new(estimated: u64, judged: u64, within: u64) -> Self {
        let is_enough = judged > 0 && judged as f64 >= Self::MIN_SHARE * estimated as f64;
        Self { judged, within: is_enough.then_some(within) }
    }

    /// The share of the judged cases that were decided by their quantile, which should be its level.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        self.within.map(|within| within as f64 / self.judged as f64)
    }
}

impl TrackRecord {
    /// What became of the estimates within the whole follow-up.
    #[must_use]
    pub fn to_the_end(&self) -> Option<&TrackHorizon> {
        self.horizons.last()
    }
}

/// An estimator that was compared with others inside the training window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateRecord {
    /// Its name and revision.
    pub estimator: String,
    /// Mean CRPS of the time to the decision, in days; `None` if the window was too short.
    pub decision_crps_days: Option<f64>,
    /// The same of the time to the next step.
    pub next_step_crps_days: Option<f64>,
    /// Whether the model is made by it.
    pub serves: bool,
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
    /// The estimators that forward validation compared; none if the estimator was forced.
    #[serde(default)]
    pub candidates: Vec<CandidateRecord>,
    /// How accurate such estimates were at earlier times, the earliest first; none where the history is too short to tell.
    pub track_record: Vec<TrackRecord>,
}

impl TrainingRecord {
    /// The part of the track record that says most about today: the latest one whose 80 per cent quantiles can be judged, else
    /// the latest one whose medians can, else the one that was followed longest.
    #[must_use]
    pub fn best_record(&self) -> Option<&TrackRecord> {
        let latest = |is_judged: fn(&TrackHorizon) -> bool| {
            self.track_record.iter().rev().find(|record| record.to_the_end().is_some_and(is_judged))
        };
        latest(|end| end.q80.within.is_some())
            .or_else(|| latest(|end| end.q50.within.is_some()))
            .or_else(|| self.track_record.first())
    }
}
