//! Brier score of survival curves, with inverse-probability-of-censoring weights, and its integral over time.
//!
//! Graf, Schmoor, Sauerbrei and Schumacher 1999, Statistics in Medicine 18.

use super::censoring::{Censoring, Observed};

/// Brier score at `time` of the chances of surviving it, one for each observed case.
#[must_use]
pub fn at(censoring: &Censoring, observed: &[Observed], time: f64, survival: impl Fn(usize) -> f64) -> f64 {
    let later = censoring.uncensored_at(time);
    let mut sum = 0.0;
    for (case, seen) in observed.iter().enumerate() {
        let chance = survival(case);
        if seen.time <= time && seen.event {
            let weight = censoring.uncensored_at(seen.time);
            // A weight without end means a case that nobody could have seen: it counts nothing.
            if weight > 0.0 {
                sum += chance * chance / weight;
            }
        } else if seen.time > time && later > 0.0 {
            sum += (1.0 - chance) * (1.0 - chance) / later;
        }
    }
    sum / observed.len() as f64
}

/// Mean Brier score over `times` (rising, at least two), by the trapezoid rule.
#[must_use]
pub fn integrated(
    censoring: &Censoring,
    observed: &[Observed],
    times: &[f64],
    survival: impl Fn(usize, f64) -> f64,
) -> f64 {
    let scores: Vec<f64> =
        times.iter().map(|&time| at(censoring, observed, time, |case| survival(case, time))).collect();
    let area: f64 = times
        .windows(2)
        .zip(scores.windows(2))
        .map(|(time, score)| (time[1] - time[0]) * (score[0] + score[1]) / 2.0)
        .sum();
    area / (times[times.len() - 1] - times[0])
}
