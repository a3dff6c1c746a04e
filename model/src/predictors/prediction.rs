//! What a predictor answers, and on which time scale it counts.

use serde::{Deserialize, Serialize};

use crate::estimate::{NextStep, RemainingTime};
use crate::features::Features;
use crate::form::MilestoneId;
use crate::time::Days;

/// The origin from which the time already waited is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeScale {
    /// The receipt of the case.
    SinceReceipt,
    /// The entry of the case into its present state.
    InState,
}

impl TimeScale {
    /// The time that a case has waited on this scale.
    #[must_use]
    pub fn waited(self, features: &Features) -> Days {
        match self {
            Self::SinceReceipt => features.since_receipt,
            Self::InState => features.in_state,
        }
    }
}

/// The next step that a predictor expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictedStep {
    /// The most likely next milestone.
    pub milestone: MilestoneId,
    /// The probability that it is the next one, whenever it comes.
    pub probability: f32,
    /// Time to the next milestone of any kind.
    pub remaining: RemainingTime,
}

/// What a predictor says of a case: both times and the next step, from the same curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The next step.
    pub next_step: PredictedStep,
    /// The time to the decision; only while the case is pending.
    pub decision: Option<RemainingTime>,
}

impl From<PredictedStep> for NextStep {
    fn from(step: PredictedStep) -> Self {
        Self { milestone: step.milestone, probability: step.probability, time: step.remaining.time }
    }
}
