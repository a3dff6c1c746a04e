//! Continuous ranked probability score from quantiles.
//!
//! The CRPS is twice the pinball loss averaged over all levels (Gneiting and Raftery 2007, JASA 102, section 4.2;
//! Laio and Tamea 2007). Here the average is over the 19 levels of [`model::LEVELS`]. For cases followed to one
//! common end, H days after the as-of time, min(T, H) is observed in full and its quantiles are min(q, H), so this
//! is a proper score without censoring weights.

use model::{LEVELS, Quantiles};

/// Pinball loss of a quantile at a level (Koenker and Bassett 1978), in the unit of its arguments.
#[must_use]
pub fn pinball(level: f64, quantile: f64, time: f64) -> f64 {
    let over = time - quantile;
    (level * over).max((level - 1.0) * over)
}

/// CRPS, in days, of the quantiles of T against min(T, H).
#[must_use]
pub fn of_min(quantiles: &Quantiles, time: f64, horizon: f64) -> f64 {
    let time = time.min(horizon);
    let losses = LEVELS
        .iter()
        .zip(quantiles.days())
        .map(|(&level, &quantile)| pinball(level, f64::from(quantile).min(horizon), time));
    2.0 * losses.sum::<f64>() / LEVELS.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinball_weighs_the_side_that_the_level_asks_for() {
        assert_eq!(pinball(0.8, 10.0, 15.0), 4.0);
        assert!((pinball(0.8, 10.0, 5.0) - 1.0).abs() < 1e-12);
    }
}
