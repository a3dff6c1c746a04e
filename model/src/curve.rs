//! The time to an event as a curve: quantiles and survival probabilities, both given the time already waited.

use thiserror::Error;

use crate::time::Days;

/// Levels of the quantiles of every estimate: 5 to 95 per cent in steps of 5.
pub const LEVELS: [f64; 19] = [
    0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85,
    0.90, 0.95,
];

/// The distance between two levels.
const STEP: f64 = 0.05;

/// `-ln(1 - level)` of every level: the cumulative hazard at which that share of cases has had the event.
const HAZARD_TO_LEVEL: [f64; LEVELS.len()] = [
    0.051_293_294_387_550_53,
    0.105_360_515_657_826_3,
    0.162_518_929_497_774_9,
    0.223_143_551_314_209_76,
    0.287_682_072_451_780_9,
    0.356_674_943_938_732_4,
    0.430_782_916_092_454_2,
    0.510_825_623_765_990_7,
    0.597_837_000_755_620_4,
    std::f64::consts::LN_2,
    0.798_507_696_217_771_7,
    0.916_290_731_874_155,
    1.049_822_124_498_677_7,
    1.203_972_804_325_936,
    std::f64::consts::LN_2 * 2.0,
    1.609_437_912_434_100_5,
    1.897_119_984_885_881,
    std::f64::consts::LN_10,
    2.995_732_273_553_991,
];

/// The smallest hazard per day of a tail. A flatter one has quantiles that are not finite numbers of days.
const MIN_TAIL: f32 = 1e-9;

/// Why numbers are not a curve.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// Knots must begin at zero and rise.
    #[error("knot {index} is {value}; knots must begin at 0, rise and be finite")]
    Knots {
        /// Position of the knot.
        index: usize,
        /// Its value in days.
        value: f32,
    },
    /// Cumulative hazard must begin at zero and never fall.
    #[error("cumulative hazard {index} is {value}; it must begin at 0, never fall and be finite")]
    Hazard {
        /// Position of the value.
        index: usize,
        /// The value.
        value: f32,
    },
    /// There must be one hazard per knot.
    #[error("{hazards} values for {knots} knots")]
    Length {
        /// Number of knots.
        knots: usize,
        /// Number of values.
        hazards: usize,
    },
    /// The tail's hazard must be positive and finite.
    #[error("the tail's hazard is {0} per day; it must be finite and at least {MIN_TAIL}")]
    Tail(f32),
}

/// The times, in days, at which the curves of one target are known. All curves of the target share one grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid(Vec<f32>);

impl Grid {
    /// A grid of knots, in days.
    ///
    /// # Errors
    /// [`CurveError::Knots`] unless the knots begin at 0, rise and are finite.
    pub fn new(knots: Vec<f32>) -> Result<Self, CurveError> {
        if knots.first() != Some(&0.0) {
            return Err(CurveError::Knots { index: 0, value: knots.first().copied().unwrap_or(f32::NAN) });
        }
        for index in 1..knots.len() {
            let value = knots[index];
            if !value.is_finite() || value <= knots[index - 1] {
                return Err(CurveError::Knots { index, value });
            }
        }
        Ok(Self(knots))
    }

    /// The knots, in days.
    #[must_use]
    pub fn knots(&self) -> &[f32] {
        &self.0
    }

    /// The last knot, in days: beyond it every curve is its tail.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.0.last().copied().map_or(0.0, f64::from)
    }

    /// The time from `waited` to the end of the grid, at least zero.
    #[must_use]
    pub fn left_after(&self, waited: Days) -> Days {
        Days::new(self.end() - waited.get()).unwrap_or(Days::ZERO).at_least_zero()
    }

    /// The interval that holds `time`, its earlier knot included, for a time before the end.
    fn interval(&self, time: f64) -> usize {
        self.0.partition_point(|&knot| f64::from(knot) <= time).saturating_sub(1)
    }
}

/// Quantiles of a remaining time at [`LEVELS`], in days. They are never negative and never fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles([f32; LEVELS.len()]);

impl Quantiles {
    /// The quantiles in the order of [`LEVELS`], in days.
    #[must_use]
    pub const fn days(&self) -> &[f32; LEVELS.len()] {
        &self.0
    }

    /// The quantile at the level nearest to `level`, in days.
    #[must_use]
    pub fn at(&self, level: f64) -> f32 {
        let index = (level * (LEVELS.len() + 1) as f64).round() as usize;
        self.0[index.clamp(1, LEVELS.len()) - 1]
    }

    /// Quantiles from days in the order of [`LEVELS`]. A negative value or NaN becomes 0; a value that falls is raised to
    /// the one before it.
    ///
    /// ```
    /// use model::{LEVELS, Quantiles};
    ///
    /// let mut days = [40.0; LEVELS.len()];
    /// (days[0], days[1]) = (-3.0, 50.0);
    /// let quantiles = Quantiles::from_days(days);
    /// assert_eq!(quantiles.days()[..3], [0.0, 50.0, 50.0]);
    /// assert_eq!(quantiles.at(0.5), 50.0);
    /// ```
    #[must_use]
    pub fn from_days(days: [f32; LEVELS.len()]) -> Self {
        let mut least = 0.0_f32;
        Self(days.map(|day| {
            least = least.max(day);
            least
        }))
    }

    /// The probability that the time is longer than `time` days. It is linear between levels; beyond the outermost levels
    /// the line through the nearest two continues.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        const COUNT: usize = LEVELS.len();
        let days = |index: usize| f64::from(self.0[index]);
        let above = self.0.partition_point(|&day| f64::from(day) <= time);
        let (low, high) = match above {
            0 => return if days(0) > 0.0 { 1.0 - LEVELS[0] * time.max(0.0) / days(0) } else { 1.0 },
            COUNT => (COUNT - 2, COUNT - 1),
            _ => (above - 1, above),
        };
        let step = days(high) - days(low);
        let level = if step > 0.0 { LEVELS[low] + STEP * (time - days(low)) / step } else { LEVELS[high] };
        1.0 - level.clamp(0.0, 1.0)
    }

    /// A time that is known for sure: the same at every level.
    #[must_use]
    pub fn known(days: f32) -> Self {
        Self::from_days([days; LEVELS.len()])
    }

    /// These quantiles of the time to a decision, given the days until an appointment that comes before it.
    #[must_use]
    pub fn not_before_appointment(&self, days: Option<f64>) -> Self {
        days.map_or(*self, |days| self.max(&Self::known(days as f32)))
    }

    /// At each level the larger of both.
    pub(crate) fn max(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index].max(other.0[index])))
    }

    /// At each level the smaller of both.
    pub(crate) fn min(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index].min(other.0[index])))
    }
}

/// A cumulative hazard H(t) over a [`Grid`]: linear between knots, with a constant hazard beyond the last knot (the
/// tail). The probability that the event comes later than t is the survival `exp(-H(t))`.
///
/// ```
/// use model::{Curve, Days, Grid};
///
/// // One event in 50 days on average, known for 20 days and assumed beyond.
/// let grid = Grid::new(vec![0.0, 10.0, 20.0])?;
/// let curve = Curve::new(&grid, &[0.0, 0.2, 0.4], 0.02)?;
/// let median = curve.quantiles_after(Days::ZERO).at(0.5);
/// assert!((median - 50.0 * 2_f32.ln()).abs() < 1e-3);
///
/// // A constant hazard does not depend on the time already waited.
/// let waited = Days::new(15.0)?;
/// assert!((curve.quantiles_after(waited).at(0.5) - median).abs() < 1e-3);
/// assert!((curve.survival_after(waited, Days::new(50.0)?) - (-1_f64).exp()).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    grid: &'a Grid,
    hazard: &'a [f32],
    tail: f32,
}

impl<'a> Curve<'a> {
    /// A curve with cumulative hazard `hazard[k]` at knot k and hazard `tail` per day beyond the last knot.
    ///
    /// # Errors
    /// [`CurveError`] unless there is one value per knot, the values begin at 0 and never fall, and the tail's hazard is at
    /// least one event in a billion days.
    pub fn new(grid: &'a Grid, hazard: &'a [f32], tail: f32) -> Result<Self, CurveError> {
        let knots = grid.0.len();
        if hazard.len() != knots {
            return Err(CurveError::Length { knots, hazards: hazard.len() });
        }
        let mut before = 0.0;
        for (index, &value) in hazard.iter().enumerate() {
            if !value.is_finite() || value < before || (index == 0 && value != 0.0) {
                return Err(CurveError::Hazard { index, value });
            }
            before = value;
        }
        if !(tail.is_finite() && tail >= MIN_TAIL) {
            return Err(CurveError::Tail(tail));
        }
        Ok(Self { grid, hazard, tail })
    }

    /// A curve whose numbers were checked before.
    pub(crate) fn from_checked(grid: &'a Grid, hazard: &'a [f32], tail: f32) -> Self {
        Self { grid, hazard, tail }
    }

    /// Cumulative hazard at `time` days.
    #[must_use]
    pub fn cumulative_hazard(&self, time: f64) -> f64 {
        let last = self.grid.0.len() - 1;
        let end = f64::from(self.grid.0[last]);
        if time >= end {
            return f64::from(self.hazard[last]) + (time - end) * f64::from(self.tail);
        }
        let k = self.grid.interval(time.max(0.0));
        let (from, to) = (f64::from(self.grid.0[k]), f64::from(self.grid.0[k + 1]));
        let (low, high) = (f64::from(self.hazard[k]), f64::from(self.hazard[k + 1]));
        low + (high - low) * (time.max(0.0) - from) / (to - from)
    }

    /// The probability that the event has not come after `time` more days, given that it had not after `waited` days.
    #[must_use]
    pub fn survival_after(&self, waited: Days, time: Days) -> f64 {
        let waited = waited.get().max(0.0);
        let later = waited + time.get().max(0.0);
        (self.cumulative_hazard(waited) - self.cumulative_hazard(later)).exp()
    }

    /// Quantiles of the remaining time after `waited` days without the event.
    #[must_use]
    pub fn quantiles_after(&self, waited: Days) -> Quantiles {
        let waited = waited.get().max(0.0);
        let now = self.cumulative_hazard(waited);
        let last = self.grid.0.len() - 1;
        let (end, total) = (f64::from(self.grid.0[last]), f64::from(self.hazard[last]));
        let mut k = if waited >= end { last } else { self.grid.interval(waited) };
        let mut quantiles = [0.0; LEVELS.len()];
        for (quantile, to_level) in quantiles.iter_mut().zip(HAZARD_TO_LEVEL) {
            let target = now + to_level;
            let time = if target > total || k == last {
                end + (target - total) / f64::from(self.tail)
            } else {
                while f64::from(self.hazard[k + 1]) < target {
                    k += 1;
                }
                let (low, high) = (f64::from(self.hazard[k]), f64::from(self.hazard[k + 1]));
                let (from, to) = (f64::from(self.grid.0[k]), f64::from(self.grid.0[k + 1]));
                from + (to - from) * ((target - low) / (high - low)).clamp(0.0, 1.0)
            };
            *quantile = (time - waited).max(0.0) as f32;
        }
        // Rounding to f32 can put equal quantiles out of order.
        for index in 1..LEVELS.len() {
            quantiles[index] = quantiles[index].max(quantiles[index - 1]);
        }
        Quantiles(quantiles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hazard_of_each_level_is_minus_ln_of_its_survival() {
        for (hazard, level) in HAZARD_TO_LEVEL.iter().zip(LEVELS) {
            assert!((hazard + (1.0 - level).ln()).abs() < 1e-15, "{level}");
        }
    }

    #[test]
    fn under_a_constant_hazard_the_wait_does_not_matter() {
        let grid = Grid::new(vec![0.0, 10.0, 20.0]).unwrap();
        let curve = Curve::new(&grid, &[0.0, 0.5, 1.0], 0.05).unwrap();
        let fresh = curve.quantiles_after(Days::ZERO);
        for waited in [3.0, 10.0, 19.9, 20.0, 500.0] {
            let later = curve.quantiles_after(Days::new(waited).unwrap());
            for (a, b) in fresh.days().iter().zip(later.days()) {
                assert!((a - b).abs() < 1e-4, "{waited}: {a} {b}");
            }
        }
        assert!((fresh.at(0.5) - (2f64.ln() / 0.05) as f32).abs() < 1e-4);
        let half = curve.survival_after(Days::ZERO, Days::new(2f64.ln() / 0.05).unwrap());
        assert!((half - 0.5).abs() < 1e-7);
    }

    #[test]
    fn no_event_is_expected_while_the_hazard_is_flat() {
        let grid = Grid::new(vec![0.0, 10.0, 20.0, 30.0]).unwrap();
        let curve = Curve::new(&grid, &[0.0, 0.1, 0.1, 3.0], 0.1).unwrap();
        let quantiles = curve.quantiles_after(Days::new(12.0).unwrap());
        assert!(quantiles.at(0.05) >= 8.0);
    }

    #[test]
    fn numbers_that_are_not_a_curve_are_refused() {
        assert!(Grid::new(vec![]).is_err());
        assert!(Grid::new(vec![1.0, 2.0]).is_err());
        assert!(Grid::new(vec![0.0, 2.0, 2.0]).is_err());
        assert!(Grid::new(vec![0.0, f32::NAN]).is_err());
        let grid = Grid::new(vec![0.0, 1.0]).unwrap();
        assert!(Curve::new(&grid, &[0.0], 0.1).is_err());
        assert!(Curve::new(&grid, &[0.1, 0.2], 0.1).is_err());
        assert!(Curve::new(&grid, &[0.0, -0.2], 0.1).is_err());
        assert!(Curve::new(&grid, &[0.0, f32::INFINITY], 0.1).is_err());
        assert!(Curve::new(&grid, &[0.0, 0.2], 0.0).is_err());
        assert!(Curve::new(&grid, &[0.0, 0.2], f32::NAN).is_err());
    }
}
