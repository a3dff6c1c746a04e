//! Reliability: of the cases to which about a probability was said, the share for which it came true. Both should be equal.
//!
//! Murphy and Winkler (1977), "Reliability of subjective probability forecasts of precipitation and temperature", Journal
//! of the Royal Statistical Society C 26. Where it is not known whether it came true, the share has two bounds: as if none
//! of these had, and as if all had (Manski (1989), "Anatomy of the selection problem", Journal of Human Resources 24).
//!
//! ```
//! use training::score::reliability::Reliability;
//!
//! let mut reliability = Reliability::default();
//! reliability.add(0.31, Some(true));
//! reliability.add(0.39, Some(false));
//! reliability.add(0.35, None);
//! let bin = reliability.bins[3];
//! assert_eq!((bin.cases, bin.known, bin.true_share()), (3, 2, Some(0.5)));
//! assert_eq!(bin.bounds(), Some([1.0 / 3.0, 2.0 / 3.0]));
//! ```

/// The number of bins of equal width.
pub const BINS: usize = 10;

/// Cases to which about the same probability was said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Their number.
    pub cases: u64,
    /// Those of them of which it is known whether it came true.
    pub known: u64,
    /// The sum of the probabilities said to these.
    pub said_of_known: f64,
    /// Those of them for which it came true.
    pub true_cases: u64,
}

impl Bin {
    /// The mean of the probabilities said to the cases that are known; `None` without any.
    #[must_use]
    pub fn mean_said(&self) -> Option<f64> {
        (self.known > 0).then(|| self.said_of_known / self.known as f64)
    }

    /// The share for which it came true, of those that are known; `None` without any.
    #[must_use]
    pub fn true_share(&self) -> Option<f64> {
        (self.known > 0).then(|| self.true_cases as f64 / self.known as f64)
    }

    /// The share of all cases for which it came true, if it did for none, and for all, of those that are not known; `None`
    /// without a case.
    #[must_use]
    pub fn bounds(&self) -> Option<[f64; 2]> {
        let cases = self.cases as f64;
        let unknown = self.cases - self.known;
        (self.cases > 0).then(|| [self.true_cases as f64 / cases, (self.true_cases + unknown) as f64 / cases])
    }

    fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.known += other.known;
        self.said_of_known += other.said_of_known;
        self.true_cases += other.true_cases;
    }
}

/// Cases by the probability said to them, in ten bins of equal width.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reliability {
    /// The bins, from 0 to 1. A probability between two belongs to the higher one.
    pub bins: [Bin; BINS],
}

impl Reliability {
    /// Adds a case: the probability said to it, and whether it came true, if that is known.
    pub fn add(&mut self, said: f64, came_true: Option<bool>) {
        // Rounded, because 0.3 * 10 may be a little less than 3.
        let bin = ((said * BINS as f64 + 1e-9) as usize).min(BINS - 1);
        let bin = &mut self.bins[bin];
        bin.cases += 1;
        if let Some(came_true) = came_true {
            bin.known += 1;
            bin.said_of_known += said;
            bin.true_cases += u64::from(came_true);
        }
    }

    /// Adds the cases of another table.
    pub fn merge(&mut self, other: &Self) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(bin, other)| bin.merge(other));
    }

    /// All cases as one bin.
    #[must_use]
    pub fn whole(&self) -> Bin {
        let mut whole = Bin::default();
        self.bins.iter().for_each(|bin| whole.merge(bin));
        whole
    }
}
