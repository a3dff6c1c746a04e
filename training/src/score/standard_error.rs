//! Standard errors of mean scores and of differences of mean scores, in the unit of the score.
//!
//! Cases of one queue share what happens to it, so they are not independent; queues are. The variance of a mean over
//! clusters is that of Liang and Zeger (1986), "Longitudinal data analysis using generalized linear models", Biometrika 73,
//! with the correction for few clusters of Cameron and Miller (2015), "A practitioner's guide to cluster-robust inference",
//! Journal of Human Resources 50: with mean m of N values in G clusters,
//!
//! ```text
//! variance = G / (G - 1) * sum over clusters of (sum over its cases of (value - m) / N)²
//! ```
//!
//! The standard error between origins is the standard deviation of their means over the root of their number. Origins
//! share cases, so it is a lower bound. The error of a difference is that of the differences case by case (Diebold and
//! Mariano (1995), "Comparing predictive accuracy", Journal of Business and Economic Statistics 13).
//!
//! ```
//! use training::score::standard_error::{Cluster, between_origins, over_clusters};
//!
//! // The values 1, 3 in one queue and 8 in another: the mean is 4, the residuals sum to -4 and 4, and
//! // 2 / 1 * (16 + 16) / 3² = 64 / 9.
//! let queues = [Cluster { cases: 2.0, sum: 4.0 }, Cluster { cases: 1.0, sum: 8.0 }];
//! assert!((over_clusters(&queues).unwrap() - 8.0 / 3.0).abs() < 1e-12);
//! assert_eq!(over_clusters(&queues[..1]), None);
//!
//! // The deviations of 2, 4, 9 from their mean 5 have the sum of squares 26: 26 / 2 / 3.
//! assert!((between_origins(&[2.0, 4.0, 9.0]).unwrap() - (13.0_f64 / 3.0).sqrt()).abs() < 1e-12);
//! ```

/// The cases of one queue.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cluster {
    /// Their number.
    pub cases: f64,
    /// The sum of their values.
    pub sum: f64,
}

impl Cluster {
    /// Adds a case.
    pub fn add(&mut self, value: f64) {
        self.cases += 1.0;
        self.sum += value;
    }
}

/// The mean of all cases of clusters; 0 without a case.
#[must_use]
pub fn mean_of<'a>(clusters: impl IntoIterator<Item = &'a Cluster>) -> f64 {
    let add = |(cases, sum): (f64, f64), cluster: &Cluster| (cases + cluster.cases, sum + cluster.sum);
    let (cases, sum) = clusters.into_iter().fold((0.0, 0.0), add);
    if cases > 0.0 { sum / cases } else { 0.0 }
}

/// The standard error of the mean of all cases, with clusters as the independent units; `None` for fewer than two.
#[must_use]
pub fn over_clusters(clusters: &[Cluster]) -> Option<f64> {
    let mean = mean_of(clusters);
    let cases: f64 = clusters.iter().map(|cluster| cluster.cases).sum();
    from_influences(clusters.iter().map(|cluster| (cluster.sum - cluster.cases * mean) / cases))
}

/// The standard error of an estimate to which independent units contribute these deviations; `None` for fewer than two.
#[must_use]
pub fn from_influences(influences: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut units, mut squares) = (0.0, 0.0);
    for influence in influences {
        units += 1.0;
        squares += influence * influence;
    }
    (units >= 2.0).then(|| (units / (units - 1.0) * squares).sqrt())
}

/// The standard error of the mean over origins from their spread; `None` for fewer than two.
#[must_use]
pub fn between_origins(means: &[f64]) -> Option<f64> {
    let count = means.len() as f64;
    let mean = means.iter().sum::<f64>() / count;
    from_influences(means.iter().map(|value| (value - mean) / count))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn with_one_case_a_queue_it_is_the_usual_standard_error() {
        // Variance 5/3 of four values, over 4.
        let alone: Vec<Cluster> =
            [1.0, 2.0, 3.0, 4.0].into_iter().map(|sum| Cluster { cases: 1.0, sum }).collect();
        assert!((over_clusters(&alone).unwrap() - (5.0_f64 / 12.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn copies_of_a_case_in_its_queue_add_nothing() {
        let once = [1.0, 2.0, 6.0].map(|sum| Cluster { cases: 1.0, sum });
        let often = [1.0, 2.0, 6.0].map(|value| Cluster { cases: 500.0, sum: 500.0 * value });
        let [once, often] = [over_clusters(&once).unwrap(), over_clusters(&often).unwrap()];
        assert!((once - often).abs() < 1e-12, "{once} {often}");
    }
}
