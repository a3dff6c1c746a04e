//! The scores of one candidate for one form at one origin.

use std::collections::BTreeMap;

use model::{AsOf, Target};
use serde::Serialize;

use super::calibration::Calibration;
use super::case_score::{CaseScore, brier_times};
use super::questions::{Answers, Questions};
use crate::score::censoring::{Censoring, Observed};
use crate::score::coverage::Coverage;
use crate::score::standard_error::{Cluster, mean_of, over_clusters};
use crate::score::{brier, concordance, label};

/// Scores of one candidate for one form at one origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// The as-of time of the training and of the estimates.
    pub origin: AsOf,
    /// The form.
    pub form: String,
    /// The model or baseline.
    pub candidate: &'static str,
    /// The time that was estimated.
    pub target: Target,
    /// Cases that were pending at the origin. All were estimated.
    pub pending: usize,
    /// The share of them with the event by the end of the history.
    pub event_share: f64,
    /// Mean of the said probabilities of that.
    pub expected_share: f64,
    /// Mean CRPS of min(T, H) over 19 levels, in days: T is the time to the event, H the follow-up.
    pub crps_days: f64,
    /// Standard error of `crps_days`, with queues as independent units; none with fewer than two queues.
    pub crps_se_by_queue: Option<f64>,
    /// The number of queues.
    pub queues: usize,
    /// `crps_days` less that of the model; none for the model itself.
    pub crps_above_model_days: Option<f64>,
    /// Standard error of `crps_above_model_days`, with queues as independent units.
    pub crps_above_model_se_by_queue: Option<f64>,
    /// Mean CRPS of min(T, H) as the integral over time, in days.
    pub crps_integral_days: f64,
    /// Mean pinball loss at the 80 per cent level, in days.
    pub pinball_q80_days: f64,
    /// Mean absolute error of the median of min(T, H), in days.
    pub mae_median_days: f64,
    /// Cases whose 50 per cent quantile lies inside the follow-up, so that it can be judged.
    pub judged_cases_q50: u64,
    /// The share of them with the event within it; none without such a case.
    pub within_q50: Option<f64>,
    /// Cases whose 80 per cent quantile can be judged.
    pub judged_cases_q80: u64,
    /// The share of them with the event within it.
    pub within_q80: Option<f64>,
    /// Cases whose 90 per cent quantile can be judged.
    pub judged_cases_q90: u64,
    /// The share of them with the event within it.
    pub within_q90: Option<f64>,
    /// The share of all cases whose 80 per cent quantile can be judged.
    pub judged_q80: f64,
    /// Mean width of the range from the 10 to the 90 per cent quantile of min(T, H), in days.
    pub width_days: f64,
    /// Integrated Brier score over the follow-up.
    pub integrated_brier: f64,
    /// Harrell's C of the median.
    pub concordance: Option<f64>,
    /// How good the said next step is; none if the candidate does not say which step it is.
    pub step: Option<StepScores>,
}

/// How good the said next step is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepScores {
    /// Cases to which a step was said.
    pub said_cases: u64,
    /// Those of them whose next step came by the end of the history.
    pub known_cases: u64,
    /// Mean probability said to these; none without any.
    pub said: Option<f64>,
    /// The share of these for which it came true.
    pub came_true: Option<f64>,
    /// The share of all cases to which a step was said, if it came true for none of the others.
    pub at_least: Option<f64>,
    /// The same if it came true for all of the others.
    pub at_most: Option<f64>,
    /// Mean Brier score of the said probability, over the cases whose step came.
    pub brier: Option<f64>,
    /// Mean log loss of the said probability, over the cases whose step came.
    pub log_loss: Option<f64>,
}

/// The mean CRPS of each queue, and how it differs from the model's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QueueScore {
    /// CRPS over 19 levels, in days.
    pub crps: Cluster,
    /// The same less that of the model.
    pub above_model: Cluster,
}

/// The scores of the cases of each queue, by its name.
pub(super) fn by_queue(
    questions: &Questions<'_>,
    scored: &[CaseScore],
    model: Option<&[CaseScore]>,
) -> BTreeMap<String, QueueScore> {
    let mut queues = vec![QueueScore::default(); questions.queues.len()];
    for (index, (question, score)) in questions.list.iter().zip(scored).enumerate() {
        let queue = &mut queues[question.queue];
        queue.crps.add(score.crps);
        if let Some(model) = model {
            queue.above_model.add(score.crps - model[index].crps);
        }
    }
    questions.queues.iter().cloned().zip(queues).collect()
}

impl Scores {
    pub(super) fn new(
        questions: &Questions<'_>,
        answers: &Answers,
        scored: &[CaseScore],
        queues: &BTreeMap<String, QueueScore>,
        calibration: &Calibration,
    ) -> Self {
        let Answers { candidate, target, quantiles, .. } = answers;
        let horizon = questions.horizon;
        let count = scored.len() as f64;
        let mean = |value: fn(&CaseScore) -> f64| scored.iter().map(value).sum::<f64>() / count;
        let truths: Vec<Option<f64>> = questions.list.iter().map(|question| question.time(*target)).collect();
        let coverage = |level: f64| {
            let mut coverage = Coverage::default();
            for (quantiles, truth) in quantiles.iter().zip(&truths) {
                coverage.add(f64::from(quantiles.at(level)), *truth, horizon);
            }
            coverage
        };
        let observed: Vec<Observed> = truths
            .iter()
            .map(|truth| Observed { time: truth.unwrap_or(horizon), event: truth.is_some() })
            .collect();
        let risk: Vec<f64> = quantiles.iter().map(|quantiles| -f64::from(quantiles.at(0.5))).collect();
        let (integrated_brier, concordance) = rayon::join(
            || integrated_brier(&observed, scored, horizon),
            || concordance::harrell(&observed, &risk),
        );
        let [q50, q80, q90] = [0.5, 0.8, 0.9].map(coverage);
        let crps: Vec<Cluster> = queues.values().map(|queue| queue.crps).collect();
        let above: Vec<Cluster> = queues.values().map(|queue| queue.above_model).collect();
        let is_compared = above.iter().any(|queue| queue.cases > 0.0);
        Self {
            origin: questions.origin,
            form: questions.form.name().to_owned(),
            candidate,
            target: *target,
            pending: scored.len(),
            event_share: truths.iter().flatten().count() as f64 / count,
            expected_share: mean(|score| score.expected),
            crps_days: mean(|score| score.crps),
            crps_se_by_queue: over_clusters(&crps),
            queues: queues.len(),
            crps_above_model_days: is_compared.then(|| mean_of(&above)),
            crps_above_model_se_by_queue: if is_compared { over_clusters(&above) } else { None },
            crps_integral_days: mean(|score| score.crps_integral),
            pinball_q80_days: mean(|score| score.pinball_q80),
            mae_median_days: mean(|score| score.median_error),
            judged_cases_q50: q50.judged(),
            within_q50: q50.share(),
            judged_cases_q80: q80.judged(),
            within_q80: q80.share(),
            judged_cases_q90: q90.judged(),
            within_q90: q90.share(),
            judged_q80: q80.judged() as f64 / count,
            width_days: mean(|score| score.width),
            integrated_brier,
            concordance,
            step: StepScores::new(questions, answers, calibration),
        }
    }
}

impl StepScores {
    fn new(questions: &Questions<'_>, answers: &Answers, calibration: &Calibration) -> Option<Self> {
        let (steps, reliability) = (answers.steps.as_ref()?, calibration.step?);
        let whole = reliability.whole();
        let known = steps.iter().zip(&questions.list).filter_map(|(said, question)| {
            let (said, came) = ((*said)?, question.came?);
            Some((said.probability, came == said.milestone))
        });
        let (mut brier, mut log_loss) = (0.0, 0.0);
        for (probability, came_true) in known {
            brier += label::brier(probability, came_true);
            log_loss += label::log_loss(probability, came_true);
        }
        let mean = |sum: f64| (whole.known > 0).then(|| sum / whole.known as f64);
        Some(Self {
            said_cases: whole.cases,
            known_cases: whole.known,
            said: whole.mean_said(),
            came_true: whole.true_share(),
            at_least: whole.bounds().map(|[low, _]| low),
            at_most: whole.bounds().map(|[_, high]| high),
            brier: mean(brier),
            log_loss: mean(log_loss),
        })
    }
}

/// Every case is followed to the horizon, so before it nothing is censored and all weights are 1.
fn integrated_brier(observed: &[Observed], scored: &[CaseScore], horizon: f64) -> f64 {
    if horizon <= 0.0 {
        return 0.0;
    }
    let censoring = Censoring::from_observed(observed);
    let times = brier_times(horizon);
    brier::integrated(&censoring, observed, &times, |case, time| {
        let position = times.partition_point(|&known| known < time);
        f64::from(scored[case].survival[position])
    })
}
