//! The linear pool of two distributions that are given by their quantiles.
//!
//! A pool of forecasts is the mixture of their distributions with fixed weights (Stone 1961). It hedges: where both agree it
//! says the same, and where they differ it is as wide as their difference.

use crate::quantiles::{LEVELS, Quantiles};

/// A walk over a distribution in the order of time: its density is constant between two quantiles. Beyond the last one its hazard
/// is constant, as if it had been so since the one before.
struct Walk<'a> {
    days: &'a [f32; LEVELS.len()],
    /// The quantiles that are not later than now.
    passed: usize,
}

impl<'a> Walk<'a> {
    fn new(quantiles: &'a Quantiles) -> Self {
        Self { days: quantiles.days(), passed: 0 }
    }

    fn level(count: usize) -> f64 {
        if count == 0 { 0.0 } else { LEVELS[count - 1] }
    }

    fn day(&self, count: usize) -> f64 {
        if count == 0 { 0.0 } else { f64::from(self.days[count - 1]) }
    }

    /// The next time at which the hazard changes.
    fn next(&self) -> f64 {
        self.days.get(self.passed).map_or(f64::INFINITY, |&day| f64::from(day))
    }

    /// Goes past all quantiles that are not later than `now`.
    fn pass(&mut self, now: f64) {
        while self.next() <= now {
            self.passed += 1;
        }
    }

    /// Whether the last quantile is passed.
    fn is_in_tail(&self) -> bool {
        self.passed == LEVELS.len()
    }

    /// The probability that the event has not come by a time that is not before the quantiles passed and not after the next
    /// one.
    fn survival(&self, time: f64) -> f64 {
        let left = |count: usize| 1.0 - Self::level(count);
        let (from, to) =
            if self.is_in_tail() { (self.passed - 1, self.passed) } else { (self.passed, self.passed + 1) };
        let length = self.day(to) - self.day(from);
        if length <= 0.0 || !length.is_finite() {
            // A known day, or one that never comes: what is passed has happened.
            return if self.is_in_tail() { 0.0 } else { left(from) };
        }
        let passed = (time - self.day(from)) / length;
        if self.is_in_tail() {
            left(from) * (passed * (left(to) / left(from)).ln()).exp()
        } else {
            left(from) + passed * (left(to) - left(from))
        }
    }
}

/// The quantiles of the distribution that is `first` with the probability `weight` and else `second`.
pub(super) fn pooled(first: &Quantiles, second: &Quantiles, weight: f64) -> Quantiles {
    let mut walks = [Walk::new(first), Walk::new(second)];
    let survival = |walks: &[Walk<'_>; 2], time: f64| {
        weight * walks[0].survival(time) + (1.0 - weight) * walks[1].survival(time)
    };
    let mut days = [f32::INFINITY; LEVELS.len()];
    let (mut level, mut now) = (0, 0.0);
    for walk in &mut walks {
        walk.pass(now);
    }
    let mut before = survival(&walks, now);
    while level < LEVELS.len() {
        let wanted = 1.0 - LEVELS[level];
        if before <= wanted {
            days[level] = now as f32;
            level += 1;
            continue;
        }
        let then = walks[0].next().min(walks[1].next());
        let until = if then.is_finite() { then } else { 2.0 * now + 1.0 };
        let after = survival(&walks, until);
        if after <= wanted && after < before {
            let share = if walks.iter().any(Walk::is_in_tail) {
                (before / wanted).ln() / (before / after.max(f64::MIN_POSITIVE)).ln()
            } else {
                (before - wanted) / (before - after)
            };
            days[level] = (now + share * (until - now)) as f32;
            level += 1;
            continue;
        }
        if !then.is_finite() && after >= before {
            break;
        }
        now = until;
        for walk in &mut walks {
            walk.pass(now);
        }
        before = survival(&walks, now);
    }
    Quantiles::from_days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential(mean: f64) -> Quantiles {
        Quantiles::from_days(LEVELS.map(|level| (-mean * (1.0 - level).ln()) as f32))
    }

    #[test]
    fn a_pool_of_the_same_is_the_same() {
        let one = exponential(70.0);
        for (pooled, same) in pooled(&one, &one, 0.3).days().iter().zip(one.days()) {
            assert!((pooled - same).abs() < 1e-3 * same, "{pooled} {same}");
        }
    }

    #[test]
    fn a_pool_of_exponentials_has_the_quantiles_of_the_mixture() {
        let (quick, slow) = (exponential(20.0), exponential(200.0));
        let pooled = pooled(&quick, &slow, 0.25);
        for (level, days) in LEVELS.iter().zip(pooled.days()) {
            let days = f64::from(*days);
            let mixed = 0.25 * (-days / 20.0).exp() + 0.75 * (-days / 200.0).exp();
            assert!((1.0 - mixed - level).abs() < 2e-3, "{level}: {days} days, {}", 1.0 - mixed);
        }
    }

    #[test]
    fn a_known_day_is_a_jump() {
        let pooled = pooled(&Quantiles::known(10.0), &Quantiles::known(30.0), 0.5);
        assert_eq!(
            [pooled.at(0.05), pooled.at(0.5), pooled.at(0.55), pooled.at(0.95)],
            [10.0, 10.0, 30.0, 30.0]
        );
        let at_once = super::pooled(&Quantiles::known(0.0), &exponential(40.0), 0.5);
        assert_eq!(at_once.at(0.5), 0.0);
        assert!((at_once.at(0.75) - 40.0 * 2.0_f32.ln()).abs() < 0.1, "{}", at_once.at(0.75));
    }

    #[test]
    fn what_never_comes_stays_away() {
        let pooled = pooled(&Quantiles::known(f32::INFINITY), &exponential(40.0), 0.5);
        assert!(pooled.at(0.4).is_finite());
        assert!(pooled.at(0.6).is_infinite(), "{}", pooled.at(0.6));
    }
}
