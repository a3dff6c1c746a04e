//! The absolute error of the median, in days; lower is better.
//!
//! The median minimises the expected absolute error (Gneiting (2011), "Making and evaluating point forecasts", JASA 106).
//!
//! ```
//! use model::{LEVELS, Quantiles};
//! use training::score::point;
//!
//! let quantiles = Quantiles::from_days(LEVELS.map(|level| 100.0 * level as f32));
//! assert_eq!(point::median_error(&quantiles, 20.0, 365.0), 30.0);
//! // After the follow-up of 40 days both are 40.
//! assert_eq!(point::median_error(&quantiles, 200.0, 40.0), 0.0);
//! ```

use model::Quantiles;

/// The absolute error of the median of min(T, H), in days. H is the follow-up.
#[must_use]
pub fn median_error(quantiles: &Quantiles, time: f64, horizon: f64) -> f64 {
    (f64::from(quantiles.at(0.5)).min(horizon) - time.min(horizon)).abs()
}
