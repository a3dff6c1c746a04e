//! How good the said next step is: the Brier score and the log loss of the probability that it is the next one. Both have
//! no unit, and lower is better.
//!
//! Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78; Good (1952),
//! "Rational decisions", Journal of the Royal Statistical Society B 14. Only cases whose next step is known have a score.
//!
//! ```
//! use training::score::label::{brier, log_loss};
//!
//! assert!((brier(0.8, true) - 0.04).abs() < 1e-12 && (brier(0.8, false) - 0.64).abs() < 1e-12);
//! assert!((log_loss(0.8, false) - 5_f64.ln()).abs() < 1e-12);
//! ```

/// Probabilities are held this far from 0 and 1, so that one case cannot make a log loss infinite.
const LEAST: f64 = 1e-3;

/// The Brier score of the probability of something that came true, or did not.
#[must_use]
pub fn brier(said: f64, came_true: bool) -> f64 {
    (said - f64::from(u8::from(came_true))).powi(2)
}

/// The log loss of the probability of something that came true, or did not: at most ln 1000.
#[must_use]
pub fn log_loss(said: f64, came_true: bool) -> f64 {
    let probability = if came_true { said } else { 1.0 - said };
    -probability.clamp(LEAST, 1.0 - LEAST).ln()
}
