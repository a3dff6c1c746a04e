//! The probability that an event has not come, as it falls with time.

use super::hazards::{ByBin, Hazards, MAX_BINS};
use crate::quantiles::{LEVELS, Quantiles};

/// The knots beyond the grid: each is farther by this factor.
const BEYOND: f32 = 1.5;
const KNOTS_BEYOND: usize = 10;
/// The most knots of the curve of hazards.
pub(super) const MAX_KNOTS: usize = MAX_BINS + KNOTS_BEYOND + 1;
/// The most knots of a curve that is bounded by another one.
const MAX_BOUNDED: usize = 2 * MAX_KNOTS;
/// The smallest hazards per day, within the grid and beyond it: one event in 40 and in 10 years. What is rarer than that no
/// history can tell.
const LEAST_HAZARDS: [f32; 2] = [1.0 / 14_610.0, 1.0 / 3_652.5];

/// The probability that an event has not come, at some days of a case that rise from 0. Between them the hazard is constant.
#[derive(Clone, Copy)]
pub(super) struct Falling {
    length: usize,
    days: [f32; MAX_BOUNDED],
    at: [f32; MAX_BOUNDED],
    /// The hazard a day before each knot and after the one before it.
    hazards: [f32; MAX_BOUNDED],
}

impl Falling {
    /// The curve of a case with these hazards by bin, whose unit has so many days.
    pub(super) fn new(grid: &Hazards, by_bin: &ByBin, days: f32) -> Self {
        let (bins, knots) = (grid.bins(), grid.knots());
        let empty = [0.0; MAX_BOUNDED];
        let length = bins + 1 + KNOTS_BEYOND;
        let mut curve = Self { length, days: empty, at: empty, hazards: empty };
        curve.at[0] = 1.0;
        let mut sum = 0.0;
        for knot in 1..length {
            curve.days[knot] = match knots.get(knot) {
                Some(&units) => units * days,
                None => curve.days[knot - 1] * BEYOND,
            };
            let least = LEAST_HAZARDS[usize::from(knot > bins)];
            curve.hazards[knot] = (by_bin[knot.min(bins) - 1] / days).max(least);
            sum += curve.hazards[knot] * (curve.days[knot] - curve.days[knot - 1]);
            curve.at[knot] = (-sum).exp();
        }
        curve
    }

    /// The same with every hazard multiplied by a factor of its bin, counted from 0 and beyond the grid.
    pub(super) fn times(mut self, factor: impl Fn(usize) -> f32) -> Self {
        let mut sum = 0.0;
        for knot in 1..self.length {
            self.hazards[knot] *= factor(knot - 1);
            sum += self.hazards[knot] * (self.days[knot] - self.days[knot - 1]);
            self.at[knot] = (-sum).exp();
        }
        self
    }

    /// The number of knots.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The curve at a knot.
    pub(super) fn at(&self, knot: usize) -> f32 {
        self.at[knot]
    }

    /// The days of a knot; beyond the last one it never comes.
    fn day(&self, knot: usize) -> f32 {
        if knot < self.length { self.days[knot] } else { f32::INFINITY }
    }

    /// The curve at a day; `passed` knots are not later than it.
    pub(super) fn survival(&self, passed: usize, days: f32) -> f32 {
        let waited = days - self.days[passed - 1];
        if waited <= 0.0 {
            return self.at[passed - 1];
        }
        self.at[passed - 1] * (-self.hazards[passed.min(self.length - 1)] * waited).exp()
    }

    /// This curve, kept between bounds at every knot of it and of `other`. `bounds` gets the number of knots of `other` that are
    /// not later than a day, and the day.
    pub(super) fn bounded(&self, other: &Self, bounds: impl Fn(usize, f32) -> [f32; 2]) -> Self {
        let mut bounded = Self { length: 0, ..*self };
        let (mut own, mut others) = (0, 0);
        while own < self.length || others < other.length {
            let days = self.day(own).min(other.day(others));
            own += usize::from(self.day(own) <= days);
            others += usize::from(other.day(others) <= days);
            let [least, most] = bounds(others, days);
            bounded.days[bounded.length] = days;
            bounded.at[bounded.length] = self.survival(own, days).clamp(least, most.max(least));
            bounded.length += 1;
        }
        bounded
    }

    /// When the curve has fallen to each level.
    pub(super) fn quantiles(&self) -> Quantiles {
        let mut knot = 1;
        Quantiles::from_days(LEVELS.map(|level| {
            let level = 1.0 - level as f32;
            while knot < self.length - 1 && self.at[knot] > level {
                knot += 1;
            }
            self.day_between(knot, level)
        }))
    }

    /// When the curve has fallen to a level, given the first knot at which it has.
    fn day_between(&self, knot: usize, level: f32) -> f32 {
        let (high, low) = (self.at[knot - 1], self.at[knot]);
        let share = if high <= level {
            0.0
        } else if low > level {
            // Beyond the last knot, where next to nothing is left.
            1.0
        } else {
            (high / level).ln() / (high / low.max(f32::MIN_POSITIVE)).ln()
        };
        self.days[knot - 1] + share * (self.days[knot] - self.days[knot - 1])
    }

    /// When the curve has fallen to one level.
    pub(super) fn quantile(&self, level: f64) -> f32 {
        let level = 1.0 - level as f32;
        let last = self.length - 1;
        let knot = (1..last).find(|&knot| self.at[knot] <= level).unwrap_or(last);
        self.day_between(knot, level)
    }
}
