//! Scores over several origins, with their standard errors by origin and by queue.

use std::collections::BTreeMap;

use model::Target;
use serde::Serialize;

use super::calibration::Calibration;
use super::judged::Judged;
use super::scores::QueueScore;
use crate::score::standard_error::{Cluster, between_origins, from_influences, mean_of};

/// The scores of one candidate for one form over all origins, each origin with the same weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverOrigins {
    /// The form.
    pub form: String,
    /// The time that was estimated.
    pub target: Target,
    /// The model or baseline.
    pub candidate: &'static str,
    /// The number of origins.
    pub origins: usize,
    /// The number of queues, over all origins.
    pub queues: usize,
    /// Mean of the origins' CRPS of min(T, H) over 19 levels, in days.
    pub crps_days: f64,
    /// Its standard error from the spread between origins; none with one origin.
    pub crps_se_by_origin: Option<f64>,
    /// Its standard error with queues as independent units; none with one queue. A queue is one unit over all origins.
    pub crps_se_by_queue: Option<f64>,
    /// Mean of the origins' CRPS as the integral over time, in days.
    pub crps_integral_days: f64,
    /// `crps_days` less that of the model at the same origins; none for the model itself.
    pub crps_above_model_days: Option<f64>,
    /// Its standard error from the spread between origins.
    pub crps_above_model_se_by_origin: Option<f64>,
    /// Its standard error with queues as independent units.
    pub crps_above_model_se_by_queue: Option<f64>,
    /// The calibration over all cases of all origins.
    #[serde(skip)]
    pub calibration: Calibration,
}

/// The scores over all origins, in the order in which forms and candidates first appear.
#[must_use]
pub fn over_origins(judged: &[Judged]) -> Vec<OverOrigins> {
    let mut groups: Vec<Vec<&Judged>> = Vec::new();
    for one in judged {
        match groups.iter_mut().find(|group| group[0].is_about_the_same_as(one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    // A candidate may be missing at the first origin, and its form must stay in one piece.
    let mut forms: Vec<&str> = Vec::new();
    for one in judged {
        if !forms.contains(&one.scores.form.as_str()) {
            forms.push(&one.scores.form);
        }
    }
    groups.sort_by_key(|group| {
        let scores = &group[0].scores;
        (forms.iter().position(|form| *form == scores.form), scores.target)
    });
    groups.iter().map(|origins| OverOrigins::new(origins)).collect()
}

impl OverOrigins {
    fn new(origins: &[&Judged]) -> Self {
        let first = &origins[0].scores;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let crps: Vec<f64> = origins.iter().map(|origin| origin.scores.crps_days).collect();
        let integral: Vec<f64> = origins.iter().map(|origin| origin.scores.crps_integral_days).collect();
        let above: Option<Vec<f64>> =
            origins.iter().map(|origin| origin.scores.crps_above_model_days).collect();
        let (queues, crps_se_by_queue) = by_queue(origins, |queue| queue.crps);
        let mut calibration = Calibration::default();
        origins.iter().for_each(|origin| calibration.merge(&origin.calibration));
        Self {
            form: first.form.clone(),
            target: first.target,
            candidate: first.candidate,
            origins: origins.len(),
            queues,
            crps_days: mean(&crps),
            crps_se_by_origin: between_origins(&crps),
            crps_se_by_queue,
            crps_integral_days: mean(&integral),
            crps_above_model_days: above.as_deref().map(mean),
            crps_above_model_se_by_origin: above.as_deref().and_then(between_origins),
            crps_above_model_se_by_queue: above
                .as_ref()
                .and_then(|_| by_queue(origins, |queue| queue.above_model).1),
            calibration,
        }
    }
}

/// The number of queues, and the standard error of the mean of the origins' means with queues as independent units.
fn by_queue(origins: &[&Judged], value: impl Fn(&QueueScore) -> Cluster) -> (usize, Option<f64>) {
    let mut influences: BTreeMap<&str, f64> = BTreeMap::new();
    for origin in origins {
        let clusters: Vec<Cluster> = origin.queues.values().map(&value).collect();
        let (mean, cases) = (mean_of(&clusters), clusters.iter().map(|cluster| cluster.cases).sum::<f64>());
        for (name, cluster) in origin.queues.keys().zip(&clusters) {
            let deviation = cluster.sum - cluster.cases * mean;
            *influences.entry(name).or_default() += deviation / cases / origins.len() as f64;
        }
    }
    (influences.len(), from_influences(influences.into_values()))
}
