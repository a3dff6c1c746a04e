//! Errors of a single number.

use model::Quantiles;

/// How far the median is from min(T, H), in days.
#[must_use]
pub fn median_error(quantiles: &Quantiles, time: f64, horizon: f64) -> f64 {
    (f64::from(quantiles.at(0.5)).min(horizon) - time.min(horizon)).abs()
}
