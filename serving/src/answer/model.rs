//! The model as an answer describes it.

use model::{AsOf, Stamp, TrackHorizon, TrackRecord, TrainedOn, TrainingRecord};
use serde::Serialize;

use crate::models::Loaded;

/// What the model was trained on.
#[derive(Debug, Serialize)]
pub(crate) struct ModelAnswer {
    pub(super) version: String,
    form: String,
    estimator: String,
    pub(crate) trained_as_of: AsOf,
    pub(crate) trained_on: TrainedOn,
    pub(crate) history: String,
    extracted_on: Stamp,
    pub(crate) first_received: model::Day,
    pub(crate) last_received: model::Day,
    pub(crate) cases: u64,
    decided: u64,
    pub(crate) track_record: Option<TrackRecord>,
}

impl ModelAnswer {
    pub(crate) fn from_loaded(loaded: &Loaded) -> Self {
        let training = loaded.model.training();
        Self {
            estimator: training.estimator.clone(),
            track_record: training.best_record().map(rounded),
            version: loaded.version.clone(),
            form: loaded.model.form().name().to_owned(),
            trained_as_of: training.as_of,
            trained_on: training.trained_on,
            history: training.history.clone(),
            extracted_on: training.extracted_on,
            first_received: training.first_received,
            last_received: training.last_received,
            cases: training.cases,
            decided: training.decided,
        }
    }
}

/// A training record with rounded numbers.
pub(crate) fn training_answer(training: &TrainingRecord) -> TrainingRecord {
    TrainingRecord { track_record: training.track_record.iter().map(rounded).collect(), ..training.clone() }
}

/// Shares are rounded to the hundredth of a per cent, times to the hundredth of a day.
fn rounded(record: &TrackRecord) -> TrackRecord {
    let share = |share: f64| (share * 1e4).round() / 1e4;
    let days = |days: f64| (days * 100.0).round() / 100.0;
    let horizon = |horizon: &TrackHorizon| TrackHorizon {
        days: days(horizon.days),
        expected: share(horizon.expected),
        decided: share(horizon.decided),
        crps_days: days(horizon.crps_days),
        mae_median_days: horizon.mae_median_days.map(days),
        ..horizon.clone()
    };
    TrackRecord {
        followed_days: days(record.followed_days),
        horizons: record.horizons.iter().map(horizon).collect(),
        ..record.clone()
    }
}
