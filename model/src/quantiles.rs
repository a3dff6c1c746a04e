//! Quantiles of a remaining time.

/// Levels of the quantiles of every estimate: 5 to 95 per cent in steps of 5.
pub const LEVELS: [f64; 19] = [
    0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85,
    0.90, 0.95,
];

/// The distance between two levels.
const STEP: f64 = 0.05;

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

    /// At each level the smaller of both: the time to the next step is at most that to the decision, which is a step too.
    ///
    /// ```
    /// use model::{LEVELS, Quantiles};
    ///
    /// let decision = Quantiles::known(30.0);
    /// let step = Quantiles::from_days(LEVELS.map(|level| 60.0 * level as f32)).min(&decision);
    /// assert_eq!([step.at(0.25), step.at(0.75)], [15.0, 30.0]);
    /// ```
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index].min(other.0[index])))
    }

    /// The same times seen `days` later: each is that much sooner, and none is negative.
    #[must_use]
    pub fn sooner_by(&self, days: f32) -> Self {
        Self::from_days(self.0.map(|time| time - days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decision_is_never_sooner_than_the_next_step() {
        let rising = Quantiles::from_days(LEVELS.map(|level| 100.0 * level as f32));
        let steep = Quantiles::from_days(LEVELS.map(|level| 400.0 * (level * level) as f32));
        for (step, decision) in [(rising, steep), (steep, rising), (rising, rising)] {
            let corrected = step.min(&decision);
            for level in 0..LEVELS.len() {
                let [step, decision, corrected] =
                    [step, decision, corrected].map(|quantiles| quantiles.days()[level]);
                assert!(corrected <= decision, "level {level}");
                assert_eq!(corrected, if step < decision { step } else { decision });
            }
        }
    }
}
