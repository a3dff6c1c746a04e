//! The score of one candidate for one case.

use model::Quantiles;

use crate::score::coverage::width;
use crate::score::distribution::Distribution;
use crate::score::{crps, pit, point};

/// The level of the bound that applicants see.
const SHOWN_BOUND: f64 = 0.8;
/// The number of times, evenly spread over the follow-up, at which the Brier score is taken.
const BRIER_TIMES: usize = 12;

/// The times at which the Brier score is taken.
pub(super) fn brier_times(horizon: f64) -> [f64; BRIER_TIMES] {
    std::array::from_fn(|index| horizon * (index + 1) as f64 / (BRIER_TIMES + 1) as f64)
}

/// How good the answer to one question was. Times are in days.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaseScore {
    /// The mean over the levels of the CRPS of min(T, H).
    pub(super) crps: f64,
    /// Its integral over time.
    pub(super) crps_integral: f64,
    pub(super) pinball_q80: f64,
    pub(super) median_error: f64,
    pub(super) width: f64,
    /// The said probability of the event by the end of the follow-up.
    pub(super) expected: f64,
    /// The said probability that the event comes after each of [`brier_times`].
    pub(super) survival: [f32; BRIER_TIMES],
    /// Where in the distribution the outcome fell.
    pub(super) pit: [f64; 2],
}

impl CaseScore {
    /// Scores quantiles of T against the time to the event, if it came within the follow-up of `horizon` days.
    pub(super) fn new(quantiles: &Quantiles, event: Option<f64>, horizon: f64) -> Self {
        let distribution = Distribution::new(quantiles);
        let time = event.unwrap_or(horizon);
        let bound = f64::from(quantiles.at(SHOWN_BOUND)).min(horizon);
        Self {
            crps: crps::of_min(quantiles, time, horizon),
            crps_integral: crps::integral_of_min(&distribution, time, horizon),
            pinball_q80: crps::pinball(SHOWN_BOUND, bound, time.min(horizon)),
            median_error: point::median_error(quantiles, time, horizon),
            width: width(quantiles, horizon),
            expected: distribution.by(horizon),
            survival: brier_times(horizon).map(|time| (1.0 - distribution.by(time)) as f32),
            pit: pit::interval(&distribution, event, horizon),
        }
    }
}
