//! Coverage: the share of cases with the event by a quantile, which should be the quantile's level. And sharpness: the width
//! of ranges, in days, where narrower is better if the coverage is right.
//!
//! Gneiting, Balabdaoui and Raftery (2007), "Probabilistic forecasts, calibration and sharpness", Journal of the Royal
//! Statistical Society B 69.
//!
//! ```
//! use training::score::coverage::Coverage;
//!
//! let mut coverage = Coverage::default();
//! let follow_up = 100.0;
//! coverage.add(80.0, Some(30.0), follow_up);
//! coverage.add(80.0, None, follow_up);
//! // A quantile beyond the follow-up cannot be judged.
//! coverage.add(120.0, None, follow_up);
//! assert_eq!((coverage.judged(), coverage.within(), coverage.share()), (2, 1, Some(0.5)));
//! ```

use model::Quantiles;

/// Counts the cases with the event by a quantile, where that quantile lies inside the follow-up. A later quantile cannot
/// be judged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    judged: u64,
    within: u64,
}

impl Coverage {
    /// Adds a case: the quantile, the time of the event if it came within the follow-up, and the length of the follow-up,
    /// all in days.
    pub fn add(&mut self, quantile: f64, time: Option<f64>, horizon: f64) {
        if quantile < horizon {
            self.judged += 1;
            self.within += u64::from(time.is_some_and(|time| time <= quantile));
        }
    }

    /// The share of judged cases with the event by the quantile; `None` if no case was judged.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.within as f64 / self.judged as f64)
    }

    /// The number of judged cases with the event by the quantile.
    #[must_use]
    pub const fn within(&self) -> u64 {
        self.within
    }

    /// The number of judged cases.
    #[must_use]
    pub const fn judged(&self) -> u64 {
        self.judged
    }
}

/// The width of the range from the 10 to the 90 per cent quantile of min(T, H), in days. H is the follow-up.
#[must_use]
pub fn width(quantiles: &Quantiles, horizon: f64) -> f64 {
    f64::from(quantiles.at(0.9)).min(horizon) - f64::from(quantiles.at(0.1)).min(horizon)
}
