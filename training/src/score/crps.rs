//! The continuous ranked probability score (CRPS) from quantiles, in days; lower is better.
//!
//! The CRPS is twice the pinball loss averaged over all levels (Gneiting and Raftery (2007), "Strictly proper scoring
//! rules, prediction, and estimation", JASA 102, section 4.2; Laio and Tamea (2007), Hydrology and Earth System Sciences
//! 11). Here the average is over [`model::LEVELS`]. For cases that are followed to one common end, H days after the as-of
//! time, min(T, H) is fully observed and has the quantiles min(q, H), so this is a proper score without censoring weights.
//!
//! ```
//! use model::{LEVELS, Quantiles};
//! use training::score::crps;
//!
//! // For a single number the CRPS is its absolute error; the follow-up of 40 days ends both.
//! let certain = Quantiles::from_days([30.0; LEVELS.len()]);
//! assert!((crps::of_min(&certain, 36.0, 40.0) - 6.0).abs() < 1e-12);
//! assert!((crps::of_min(&certain, 90.0, 40.0) - 10.0).abs() < 1e-12);
//! ```

use model::{LEVELS, Quantiles};

/// The pinball loss of a quantile at a level, in the unit of its arguments (Koenker and Bassett (1978), "Regression
/// quantiles", Econometrica 46).
#[must_use]
pub fn pinball(level: f64, quantile: f64, time: f64) -> f64 {
    let over = time - quantile;
    (level * over).max((level - 1.0) * over)
}

/// The CRPS, in days, of the quantiles of T against min(T, H).
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
    fn the_pinball_loss_weighs_each_side_by_the_level() {
        assert_eq!(pinball(0.8, 10.0, 15.0), 4.0);
        assert!((pinball(0.8, 10.0, 5.0) - 1.0).abs() < 1e-12);
    }
}
