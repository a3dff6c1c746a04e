//! How often the truth lies within a quantile, and how wide the ranges are.

use model::Quantiles;

/// Counts how many cases were decided within a quantile, where that quantile lies inside the follow-up: a later one
/// cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    judged: u64,
    within: u64,
}

impl Coverage {
    /// Takes in a case: the quantile, the time if the event was seen, and the length of the follow-up, in days.
    pub fn add(&mut self, quantile: f64, time: Option<f64>, horizon: f64) {
        if quantile < horizon {
            self.judged += 1;
            self.within += u64::from(time.is_some_and(|time| time <= quantile));
        }
    }

    /// The share of the judged cases that were within; nothing if none was judged.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.within as f64 / self.judged as f64)
    }

    /// How many of the judged cases were within.
    #[must_use]
    pub const fn within(&self) -> u64 {
        self.within
    }

    /// How many cases were judged.
    #[must_use]
    pub const fn judged(&self) -> u64 {
        self.judged
    }
}

/// Width of the range from the 10 per cent to the 90 per cent quantile of min(T, H), in days.
#[must_use]
pub fn width(quantiles: &Quantiles, horizon: f64) -> f64 {
    f64::from(quantiles.at(0.9)).min(horizon) - f64::from(quantiles.at(0.1)).min(horizon)
}
