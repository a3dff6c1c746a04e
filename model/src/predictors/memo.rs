//! Predictions that were made before, for histories in which many cases look alike.

use std::collections::HashMap;

use super::Predictor;
use super::prediction::Prediction;
use crate::case::Milestones;
use crate::features::{Features, Queue};
use crate::form::StateId;

/// The most predictions that are kept.
const MAX_KEPT: usize = 1 << 16;

/// Predictions of one model by what it was asked. Cases of a history with whole days often look alike to a model; a portal that
/// answers for one case at a time has little use for it.
#[derive(Debug, Default)]
pub struct PredictionMemo {
    kept: HashMap<Asked, Option<Prediction>>,
}

/// What a prediction depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Asked {
    state: StateId,
    queue: Queue,
    last_step: StateId,
    /// The bits of the times since the receipt, in the state and since the last step; zero where no curve counts from there.
    times: [u64; 3],
    is_reopened: bool,
    on_entry: bool,
    is_pending: bool,
    not_needed: Milestones,
}

impl PredictionMemo {
    /// What [`Predictor::predict`] answers if the milestones `not_needed` cannot come.
    pub(crate) fn predict(
        &mut self,
        predictor: &Predictor,
        features: &Features,
        is_pending: bool,
        not_needed: Milestones,
    ) -> Option<Prediction> {
        let predict = || predictor.predict(features, is_pending, |milestone| !not_needed.has(milestone));
        // Two cases hardly ever share a row of covariates.
        if !features.covariates.as_slice().is_empty() {
            return predict();
        }
        let counts_in_state = predictor.counts_in_state();
        let in_state = |days: f64| if counts_in_state { days.to_bits() } else { 0 };
        let asked = Asked {
            state: features.state,
            queue: features.queue,
            last_step: features.last_step,
            times: [
                features.since_receipt.get().to_bits(),
                in_state(features.in_state.get()),
                in_state(features.since_last_step.get()),
            ],
            is_reopened: features.is_reopened,
            on_entry: features.on_entry,
            is_pending,
            not_needed,
        };
        if self.kept.len() >= MAX_KEPT {
            return self.kept.get(&asked).copied().unwrap_or_else(predict);
        }
        *self.kept.entry(asked).or_insert_with(predict)
    }
}
