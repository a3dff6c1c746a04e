//! The probability integral transform (PIT): where in its distribution an outcome fell. The share of outcomes in each tenth
//! should be a tenth. A high first tenth means that events came sooner than said, a hump that ranges are too wide.
//!
//! An outcome at an atom spreads its mass over the atom: the nonrandomized PIT of Czado, Gneiting and Held (2009),
//! "Predictive model assessment for count data", Biometrics 65. A case that had no event by the end of its follow-up
//! spreads its mass evenly over everything that the distribution leaves for later, as in the D-calibration of Haider, Hoehn,
//! Davis and Greiner (2020), "Effective ways to build and evaluate individual survival distributions", JMLR 21. That
//! part agrees with the distribution by construction, so it is counted apart too.
//!
//! ```
//! use model::Quantiles;
//! use training::score::distribution::Distribution;
//! use training::score::pit::{Histogram, interval};
//!
//! let certain = Distribution::new(&Quantiles::known(30.0));
//! let mut histogram = Histogram::default();
//! // It came when it was said to come: all of the mass is there.
//! histogram.add(interval(&certain, Some(30.0), 90.0), true);
//! // It had not come by day 20, and was not said to.
//! histogram.add(interval(&certain, None, 20.0), false);
//! assert!(histogram.all().iter().all(|mass| (mass - 0.2).abs() < 1e-12));
//! ```

use super::distribution::Distribution;

/// The number of bins of a histogram.
pub const BINS: usize = 10;

/// The part of the distribution in which an outcome fell: one number twice where it is continuous, the extent of an atom,
/// or, without an event within `horizon` days, all that lies beyond.
#[must_use]
pub fn interval(distribution: &Distribution, time: Option<f64>, horizon: f64) -> [f64; 2] {
    match time {
        Some(time) => [distribution.before(time), distribution.by(time)],
        None => [distribution.by(horizon), 1.0],
    }
}

/// How much mass fell into each bin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Histogram {
    /// The mass of cases with the event within the follow-up.
    pub seen: [f64; BINS],
    /// The mass of the others.
    pub unseen: [f64; BINS],
}

impl Histogram {
    /// Adds a case whose outcome fell evenly into an interval, with or without the event.
    pub fn add(&mut self, [from, to]: [f64; 2], event: bool) {
        let bins = if event { &mut self.seen } else { &mut self.unseen };
        let last = BINS - 1;
        let length = to - from;
        // A point that is a boundary belongs to the bin that it ends: times are rounded up to the end of a day.
        if length <= f64::EPSILON {
            bins[((to * BINS as f64).ceil() as usize).clamp(1, BINS) - 1] += 1.0;
            return;
        }
        let first = ((from * BINS as f64) as usize).min(last);
        for (bin, mass) in bins.iter_mut().enumerate().skip(first) {
            let [low, high] = [bin, bin + 1].map(|edge| edge as f64 / BINS as f64);
            let overlap = (to.min(high) - from.max(low)).max(0.0);
            *mass += overlap / length;
            if high >= to {
                break;
            }
        }
    }

    /// Adds the cases of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (mass, other) in
            self.seen.iter_mut().zip(other.seen).chain(self.unseen.iter_mut().zip(other.unseen))
        {
            *mass += other;
        }
    }

    /// The mass of all cases.
    #[must_use]
    pub fn all(&self) -> [f64; BINS] {
        std::array::from_fn(|bin| self.seen[bin] + self.unseen[bin])
    }

    /// The number of cases.
    #[must_use]
    pub fn cases(&self) -> f64 {
        self.all().iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mass_goes_to_the_bins_that_an_interval_covers() {
        let mut histogram = Histogram::default();
        histogram.add([0.15, 0.35], true);
        histogram.add([0.3, 0.3], true);
        histogram.add([0.85, 1.0], false);
        histogram.add([0.0, 0.0], true);
        let near = |mass: [f64; BINS], expected: [f64; BINS]| {
            mass.iter().zip(expected).all(|(mass, expected)| (mass - expected).abs() < 1e-9)
        };
        let seen = [1.0, 0.25, 0.5 + 1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert!(near(histogram.seen, seen), "{histogram:?}");
        let unseen = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0 / 3.0, 2.0 / 3.0];
        assert!(near(histogram.unseen, unseen), "{histogram:?}");
        assert!((histogram.cases() - 4.0).abs() < 1e-9);
    }
}
