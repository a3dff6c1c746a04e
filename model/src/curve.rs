//! The time to an event as a curve: the survival function S(t), given as numbers.

use thiserror::Error;

/// The smallest hazard per day of a tail: a median of 70 years.
const MIN_TAIL: f32 = 2.7e-5;
/// The largest hazard per day of a tail, and the last time of a knot in days. Beyond them, sums of times lose what is added.
const MAX_TAIL: f32 = 1e6;
const MAX_TIME: f32 = 1e6;
/// The smallest survival at a knot. Given a wait that almost no case reached, a curve could not say anything.
const MIN_SURVIVAL: f32 = 1e-12;

/// The smallest survival in the tail, so that what is conditional on it can be computed after any wait.
const LEAST: f64 = 1e-200;

/// Why numbers are not a curve.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// Times must begin at zero and never fall.
    #[error("knot {index} is at {value} days; knots must begin at 0, never fall and be at most {MAX_TIME}")]
    Time {
        /// Position of the knot.
        index: usize,
        /// Its time in days.
        value: f32,
    },
    /// Survival must begin at one and never rise.
    #[error("the survival at knot {index} is {value}; it must begin at 1, never rise and stay positive")]
    Survival {
        /// Position of the knot.
        index: usize,
        /// The survival there.
        value: f32,
    },
    /// There must be one survival per knot.
    #[error("{survivals} survivals for {knots} knots")]
    Length {
        /// Number of knots.
        knots: usize,
        /// Number of survivals.
        survivals: usize,
    },
    /// The tail's hazard must be neither too small nor too large.
    #[error("the tail's hazard is {0} per day; it must be between {MIN_TAIL} and {MAX_TAIL}")]
    Tail(f32),
}

/// A survival function S(t): the probability that the event comes later than t days. It is linear between knots and has a
/// constant hazard beyond the last one (the tail). Two knots at one time are a jump: a part of the cases has the event at
/// exactly that time.
///
/// ```
/// use model::Curve;
///
/// // A third of all cases has the event at exactly 10 days, the others within the next 20.
/// let curve = Curve::new(vec![0.0, 10.0, 10.0, 30.0], vec![1.0, 1.0, 0.7, 0.1], 0.05)?;
/// assert_eq!(curve.survival(9.9), 1.0);
/// assert!((curve.survival(10.0) - 0.7).abs() < 1e-6);
/// assert!((curve.survival(20.0) - 0.4).abs() < 1e-6);
/// # Ok::<(), model::CurveError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    times: Box<[f32]>,
    survival: Box<[f32]>,
    tail: f32,
    /// The survival that is lost per day before each knot: zero before the first one and in a jump.
    falls: Box<[f64]>,
}

impl Curve {
    /// A curve with survival `survival[k]` at `times[k]` days and hazard `tail` per day beyond the last knot.
    ///
    /// # Errors
    /// [`CurveError`] unless times begin at 0 and never fall, there is one survival per time, survivals begin at 1, never
    /// rise and stay positive, and the tail's hazard is neither tiny nor huge.
    pub fn new(times: Vec<f32>, survival: Vec<f32>, tail: f32) -> Result<Self, CurveError> {
        if times.first() != Some(&0.0) {
            return Err(CurveError::Time { index: 0, value: times.first().copied().unwrap_or(f32::NAN) });
        }
        if survival.len() != times.len() {
            return Err(CurveError::Length { knots: times.len(), survivals: survival.len() });
        }
        let mut before = (0.0, 1.0);
        for (index, (&time, &left)) in times.iter().zip(&survival).enumerate() {
            if !(before.0..=MAX_TIME).contains(&time) {
                return Err(CurveError::Time { index, value: time });
            }
            let is_sound = (MIN_SURVIVAL..=before.1).contains(&left);
            if !is_sound || (index == 0 && left != 1.0) {
                return Err(CurveError::Survival { index, value: left });
            }
            before = (time, left);
        }
        if !(MIN_TAIL..=MAX_TAIL).contains(&tail) {
            return Err(CurveError::Tail(tail));
        }
        let falls = falls(&times, &survival);
        Ok(Self { times: times.into(), survival: survival.into(), tail, falls })
    }

    /// The times of the knots, in days.
    #[must_use]
    pub fn times(&self) -> &[f32] {
        &self.times
    }

    /// The survival at each knot.
    #[must_use]
    pub fn survivals(&self) -> &[f32] {
        &self.survival
    }

    /// The survival that is lost per day before each knot: zero before the first one and in a jump.
    pub(crate) fn falls(&self) -> &[f64] {
        &self.falls
    }

    /// The hazard beyond the last knot, per day.
    #[must_use]
    pub fn tail(&self) -> f32 {
        self.tail
    }

    /// The last knot, in days: beyond it the tail is assumed.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.times.last().copied().map_or(0.0, f64::from)
    }

    /// The position of the first knot after `time`.
    pub(crate) fn knot_after(&self, time: f64) -> usize {
        self.times.partition_point(|&knot| f64::from(knot) <= time)
    }

    /// The probability that the event comes later than `time` days. At a jump the cases that have the event then are gone.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        let time = time.max(0.0);
        self.survival_before_knot(self.knot_after(time), time)
    }

    /// The survival at a time whose next knot has this position.
    pub(crate) fn survival_before_knot(&self, next: usize, time: f64) -> f64 {
        let low = next.saturating_sub(1);
        let (from, left) = (f64::from(self.times[low]), f64::from(self.survival[low]));
        match (self.times.get(next), self.survival.get(next)) {
            (Some(&to), Some(&after)) if next > 0 => {
                left + (f64::from(after) - left) * (time - from) / (f64::from(to) - from)
            }
            _ => (left * (-f64::from(self.tail) * (time - from).max(0.0)).exp()).max(LEAST),
        }
    }
}

fn falls(times: &[f32], survival: &[f32]) -> Box<[f64]> {
    let fall = |(times, survival): (&[f32], &[f32])| {
        let length = f64::from(times[1]) - f64::from(times[0]);
        if length > 0.0 { (f64::from(survival[0]) - f64::from(survival[1])) / length } else { 0.0 }
    };
    std::iter::once(0.0).chain(times.windows(2).zip(survival.windows(2)).map(fall)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_not_a_curve_are_refused() {
        let curve =
            |times: &[f32], survival: &[f32], tail| Curve::new(times.to_vec(), survival.to_vec(), tail);
        assert!(curve(&[0.0, 1.0, 1.0], &[1.0, 0.5, 0.2], 0.1).is_ok());
        assert!(curve(&[], &[], 0.1).is_err());
        assert!(curve(&[1.0, 2.0], &[1.0, 0.5], 0.1).is_err());
        assert!(curve(&[0.0, 2.0, 1.0], &[1.0, 0.5, 0.2], 0.1).is_err());
        assert!(curve(&[0.0, f32::NAN], &[1.0, 0.5], 0.1).is_err());
        assert!(curve(&[0.0, 1e7], &[1.0, 0.5], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[0.9, 0.5], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, 1.1], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, 0.0], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, f32::NAN], 0.1).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, 0.5], 0.0).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, 0.5], 1e7).is_err());
        assert!(curve(&[0.0, 1.0], &[1.0, 0.5], f32::INFINITY).is_err());
    }

    #[test]
    fn the_tail_has_a_constant_hazard() {
        let curve = Curve::new(vec![0.0, 10.0], vec![1.0, 0.5], 0.02).unwrap();
        for time in [10.0, 15.0, 400.0] {
            let expected = 0.5 * (-0.02 * (time - 10.0_f64)).exp();
            assert!((curve.survival(time) - expected).abs() < 1e-6, "{time}");
        }
        assert_eq!(Curve::new(vec![0.0], vec![1.0], 0.02).unwrap().survival(0.0), 1.0);
    }
}
