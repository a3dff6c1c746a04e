//! The Brier score of survival curves under censoring, and its integral over time. It has no unit, lies between 0 and 1
//! without censoring, and lower is better.
//!
//! Graf, Schmoor, Sauerbrei and Schumacher (1999), "Assessment and comparison of prognostic classification schemes for
//! survival data", Statistics in Medicine 18.
//!
//! ```
//! use training::score::brier;
//! use training::score::censoring::{Censoring, Observed};
//!
//! let observed = [10.0, 30.0].map(|time| Observed { time, event: true });
//! let censoring = Censoring::from_observed(&observed);
//! // One case in two is decided by day 20, as a probability of 1/2 for both says: (0.5² + 0.5²) / 2.
//! assert_eq!(brier::at(&censoring, &observed, 20.0, |_| 0.5), 0.25);
//! // A perfect forecast scores 0 at every time.
//! let known = |case: usize, time: f64| f64::from(u8::from(observed[case].time > time));
//! assert_eq!(brier::integrated(&censoring, &observed, &[5.0, 15.0, 25.0], known), 0.0);
//! ```

use super::censoring::{Censoring, Observed};

/// The Brier score at `time` of the probabilities that the event comes later, one per observed case.
#[must_use]
pub fn at(censoring: &Censoring, observed: &[Observed], time: f64, survival: impl Fn(usize) -> f64) -> f64 {
    let later = censoring.uncensored_at(time);
    let mut sum = 0.0;
    for (case, seen) in observed.iter().enumerate() {
        let probability = survival(case);
        if seen.time <= time && seen.event {
            let weight = censoring.uncensored_at(seen.time);
            // With G(t) = 0 the case could not have been observed, so it does not count.
            if weight > 0.0 {
                sum += probability * probability / weight;
            }
        } else if seen.time > time && later > 0.0 {
            sum += (1.0 - probability) * (1.0 - probability) / later;
        }
    }
    sum / observed.len() as f64
}

/// The mean Brier score over `times` (rising, at least two), by the trapezoidal rule.
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
