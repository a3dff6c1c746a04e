//! A distribution through quantiles: piecewise linear between the levels, and beyond the outermost levels the line through
//! the nearest two. Mass that this would put before time 0 lies at 0. Equal quantiles are an atom.
//!
//! ```
//! use model::{LEVELS, Quantiles};
//! use training::score::distribution::Distribution;
//!
//! let uniform = Distribution::new(&Quantiles::from_days(LEVELS.map(|level| 100.0 * level as f32)));
//! assert!((uniform.by(2.0) - 0.02).abs() < 1e-6 && (uniform.by(97.0) - 0.97).abs() < 1e-6);
//!
//! // A time that is known for sure: nothing before it, all of it then.
//! let certain = Distribution::new(&Quantiles::known(30.0));
//! assert_eq!((certain.before(30.0), certain.by(30.0)), (0.0, 1.0));
//! ```

use model::{LEVELS, Quantiles};

const COUNT: usize = LEVELS.len();

/// A cumulative distribution function of a time in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distribution {
    /// Times in days at which the function bends or jumps, never falling.
    times: [f64; COUNT + 2],
    /// Its values there, rising to 1.
    levels: [f64; COUNT + 2],
}

impl Distribution {
    /// The distribution through quantiles at [`LEVELS`].
    #[must_use]
    pub fn new(quantiles: &Quantiles) -> Self {
        let (mut times, mut levels) = ([0.0; COUNT + 2], [0.0; COUNT + 2]);
        for (index, (&day, level)) in quantiles.days().iter().zip(LEVELS).enumerate() {
            (times[index + 1], levels[index + 1]) = (f64::from(day), level);
        }
        let step = times[2] - times[1];
        times[0] = (times[1] - step * levels[1] / (levels[2] - levels[1])).max(0.0);
        if times[0] == 0.0 && step > 0.0 {
            levels[0] = (levels[1] - (levels[2] - levels[1]) * times[1] / step).max(0.0);
        }
        let slope = (times[COUNT] - times[COUNT - 1]) / (levels[COUNT] - levels[COUNT - 1]);
        (times[COUNT + 1], levels[COUNT + 1]) = (times[COUNT] + slope * (1.0 - levels[COUNT]), 1.0);
        Self { times, levels }
    }

    /// The probability of the event by `time`, that moment included.
    #[must_use]
    pub fn by(&self, time: f64) -> f64 {
        self.between(self.times.partition_point(|&knot| knot <= time), time)
    }

    /// The probability of the event before `time`, that moment excluded.
    #[must_use]
    pub fn before(&self, time: f64) -> f64 {
        self.between(self.times.partition_point(|&knot| knot < time), time)
    }

    /// The value at a time between the knots `above - 1` and `above`.
    fn between(&self, above: usize, time: f64) -> f64 {
        match above {
            0 => 0.0,
            above if above == self.times.len() => 1.0,
            above => {
                let (from, to) = (self.times[above - 1], self.times[above]);
                let (low, high) = (self.levels[above - 1], self.levels[above]);
                // The same knot on both sides only where the function jumps and `time` is on neither side of the jump.
                if to > from { low + (high - low) * (time - from) / (to - from) } else { low }
            }
        }
    }

    /// The integral of (F(t) - 1{t >= time})² from 0 to `horizon`, in days, for a `time` of at most `horizon`.
    pub(super) fn squared_distance(&self, time: f64, horizon: f64) -> f64 {
        let until = time.min(horizon);
        // Before the first knot F is 0, after the last one it is 1.
        let first = (self.times[0].min(horizon) - until).max(0.0);
        let last = (until - self.times[COUNT + 1]).max(0.0);
        let mut area = first + last;
        for k in 0..=COUNT {
            let (from, to) = (self.times[k], self.times[k + 1].min(horizon));
            if to <= from {
                continue;
            }
            let rise = (self.levels[k + 1] - self.levels[k]) / (self.times[k + 1] - from);
            let at = |time: f64| self.levels[k] + rise * (time - from);
            let turn = until.clamp(from, to);
            area += square(at(from), at(turn), turn - from);
            area += square(at(turn) - 1.0, at(to) - 1.0, to - turn);
        }
        area
    }
}

/// The integral of the square of a linear function that goes from `from` to `to` over a length.
fn square(from: f64, to: f64, length: f64) -> f64 {
    length * (from * from + from * to + to * to) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_mass_at_zero_is_an_atom() {
        let mut days = [0.0_f32; COUNT];
        for (index, day) in days.iter_mut().enumerate().skip(10) {
            *day = index as f32;
        }
        let distribution = Distribution::new(&Quantiles::from_days(days));
        assert_eq!(distribution.before(0.0), 0.0);
        assert!((distribution.by(0.0) - 0.5).abs() < 1e-12);
        // From 0 days at .50 to 10 days at .55.
        assert!((distribution.by(5.0) - 0.525).abs() < 1e-12);
        assert!((distribution.before(5.0) - 0.525).abs() < 1e-12);
        // One day for every 5 per cent at the end, so the last one ends a day after the 95 per cent quantile.
        assert!((distribution.by(18.5) - 0.975).abs() < 1e-12);
        assert!((distribution.by(19.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_jump_has_a_value_on_each_side() {
        let days: Vec<f32> = (0..COUNT).map(|index| if index < 9 { 10.0 } else { 20.0 }).collect();
        let distribution = Distribution::new(&Quantiles::from_days(std::array::from_fn(|index| days[index])));
        assert_eq!((distribution.before(10.0), distribution.by(10.0)), (0.0, LEVELS[8]));
        assert!((distribution.before(20.0) - 0.5).abs() < 1e-12);
        assert_eq!(distribution.by(20.0), 1.0);
        assert!((distribution.by(15.0) - 0.475).abs() < 1e-12);
    }
}
