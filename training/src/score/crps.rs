//! The continuous ranked probability score (CRPS) from quantiles, in days; lower is better.
//!
//! The CRPS is twice the pinball loss averaged over all levels (Gneiting and Raftery (2007), "Strictly proper scoring
//! rules, prediction, and estimation", JASA 102, section 4.2; Laio and Tamea (2007), Hydrology and Earth System Sciences
//! 11). Here the average is over [`model::LEVELS`]. For cases that are followed to one common end, H days after the as-of
//! time, min(T, H) is fully observed and has the quantiles min(q, H), so this is a proper score without censoring weights.
//!
//! Without the levels below 5 and above 95 per cent, the average differs by some per cent from the CRPS as Matheson and
//! Winkler (1976), "Scoring rules for continuous probability distributions", Management Science 22, define it: the integral
//! of (F(t) - 1{t >= T})² over t. [`integral_of_min`] is that integral, exact for the [`Distribution`] through the quantiles.
//!
//! ```
//! use model::{LEVELS, Quantiles};
//! use training::score::crps;
//!
//! // For a single number the CRPS is its absolute error; the follow-up of 40 days ends both.
//! let certain = Quantiles::from_days([30.0; LEVELS.len()]);
//! assert!((crps::of_min(&certain, 36.0, 40.0) - 6.0).abs() < 1e-12);
//! assert!((crps::of_min(&certain, 90.0, 40.0) - 10.0).abs() < 1e-12);
//! ```

use model::{LEVELS, Quantiles};

use super::distribution::Distribution;

/// The pinball loss of a quantile at a level, in the unit of its arguments (Koenker and Bassett (1978), "Regression
/// quantiles", Econometrica 46).
#[must_use]
pub fn pinball(level: f64, quantile: f64, time: f64) -> f64 {
    let over = time - quantile;
    (level * over).max((level - 1.0) * over)
}

/// The CRPS, in days, of the quantiles of T against min(T, H): the mean over [`LEVELS`].
#[must_use]
pub fn of_min(quantiles: &Quantiles, time: f64, horizon: f64) -> f64 {
    let time = time.min(horizon);
    let losses = LEVELS
        .iter()
        .zip(quantiles.days())
        .map(|(&level, &quantile)| pinball(level, f64::from(quantile).min(horizon), time));
    2.0 * losses.sum::<f64>() / LEVELS.len() as f64
}

/// The CRPS, in days, of a distribution of T against min(T, H): the integral over time.
#[must_use]
pub fn integral_of_min(distribution: &Distribution, time: f64, horizon: f64) -> f64 {
    distribution.squared_distance(time.min(horizon), horizon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integral(quantiles: &Quantiles, time: f64, horizon: f64) -> f64 {
        integral_of_min(&Distribution::new(quantiles), time, horizon)
    }

    #[test]
    fn the_pinball_loss_weighs_each_side_by_the_level() {
        assert_eq!(pinball(0.8, 10.0, 15.0), 4.0);
        assert!((pinball(0.8, 10.0, 5.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn for_a_single_number_the_integral_is_its_absolute_error() {
        for (said, came, horizon, error) in [
            (30.0, 36.0, 40.0, 6.0),
            (30.0, 10.0, 40.0, 20.0),
            (30.0, 90.0, 40.0, 10.0),
            (50.0, 10.0, 40.0, 30.0),
            (50.0, 90.0, 40.0, 0.0),
            (0.0, 0.0, 40.0, 0.0),
            (0.0, 7.0, 40.0, 7.0),
        ] {
            let score = integral(&Quantiles::known(said), came, horizon);
            assert!((score - error).abs() < 1e-12, "{said} {came} {horizon}: {score}");
        }
    }

    #[test]
    fn the_integral_of_a_uniform_distribution_is_exact() {
        // F(t) = t / 100: t³/3e4 before the event at 40, (100 - t)³/3e4 after it.
        let uniform = Quantiles::from_days(LEVELS.map(|level| 100.0 * level as f32));
        let expected = |until: f64, end: f64| {
            (until.powi(3) + (100.0 - until).powi(3) - (100.0 - end).powi(3)) / 30_000.0
        };
        for (time, horizon) in [(40.0, 1000.0), (40.0, 100.0), (40.0, 60.0), (70.0, 60.0), (2.0, 99.0)] {
            let score = integral(&uniform, time, horizon);
            let exact = expected(time.min(horizon), horizon.min(100.0));
            assert!((score - exact).abs() < 1e-5, "{time} {horizon}: {score}, not {exact}");
        }
    }

    #[test]
    fn the_integral_of_an_exponential_is_near_its_exact_value_and_the_mean_over_levels_is_not() {
        let mean = 50.0;
        let quantiles = Quantiles::from_days(LEVELS.map(|level| (-mean * (1.0 - level).ln()) as f32));
        // The integral of (1 - e^(-t/m))² to T, and of e^(-2t/m) from T to H.
        let exact = |time: f64, horizon: f64| {
            let fall = |rate: f64, time: f64| (-rate * time / mean).exp();
            let before = time - 2.0 * mean * (1.0 - fall(1.0, time)) + mean / 2.0 * (1.0 - fall(2.0, time));
            before + mean / 2.0 * (fall(2.0, time) - fall(2.0, horizon))
        };
        for (time, horizon) in [(5.0, 400.0), (35.0, 100.0), (100.0, 100.0), (170.0, 400.0)] {
            let score = integral(&quantiles, time, horizon);
            let exact = exact(time, horizon);
            assert!((score / exact - 1.0).abs() < 0.01, "{time} {horizon}: {score}, not {exact}");
        }
        let over_levels = of_min(&quantiles, 170.0, 400.0);
        assert!((over_levels / exact(170.0, 400.0) - 1.0).abs() > 0.03, "{over_levels}");
    }

    #[test]
    fn the_integral_agrees_with_a_sum_over_small_steps() {
        let mut days = LEVELS.map(|level| (level * level * 90.0) as f32);
        // An atom at zero, a jump and a gap.
        days[..3].fill(0.0);
        days[7..10].fill(30.0);
        let distribution = Distribution::new(&Quantiles::from_days(days));
        for (time, horizon) in [(0.0, 80.0), (12.3, 80.0), (30.0, 80.0), (31.0, 33.0), (85.0, 200.0)] {
            let step = 1e-3;
            let steps = (horizon / step) as usize;
            let sum: f64 = (0..steps)
                .map(|k| (k as f64 + 0.5) * step)
                .map(|at| (distribution.by(at) - f64::from(u8::from(at >= time))).powi(2) * step)
                .sum();
            let score = integral_of_min(&distribution, time, horizon);
            assert!((score - sum).abs() < 2e-3, "{time} {horizon}: {score}, not {sum}");
        }
    }
}
