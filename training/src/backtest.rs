//! Rolling-origin backtests: train at a past origin, estimate every case pending then, score against what came after.

use data::{FollowUp, History, Queues};
use model::{AsOf, Features, FormDefinition, FormModel, Quantiles, Target};
use serde::Serialize;

use crate::baselines::{self, CandidateSet};
use crate::error::TrainingError;
use crate::fit::fit;
use crate::pending_case::PendingCase;
use crate::score::censoring::{Censoring, Observed};
use crate::score::coverage::{Coverage, width};
use crate::score::{brier, concordance, crps, point};
use crate::visits::Visits;

/// The number of times, evenly spread over the follow-up, at which the Brier score is taken.
const BRIER_TIMES: usize = 12;

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
    /// Mean CRPS of min(T, H), in days: T is the time to the event, H the follow-up.
    pub crps_days: f64,
    /// Mean pinball loss at the 80 per cent level, in days.
    pub pinball_q80_days: f64,
    /// Mean absolute error of the median of min(T, H), in days.
    pub mae_median_days: f64,
    /// The share of cases with the event within the 50 per cent quantile, of those whose quantile lies inside the follow-up.
    pub within_q50: Option<f64>,
    /// The same of the 80 per cent quantile.
    pub within_q80: Option<f64>,
    /// The same of the 90 per cent quantile.
    pub within_q90: Option<f64>,
    /// The share of cases whose 80 per cent quantile lies inside the follow-up, so that it can be judged.
    pub judged_q80: f64,
    /// Mean width of the range from the 10 to the 90 per cent quantile of min(T, H), in days.
    pub width_days: f64,
    /// Integrated Brier score over the follow-up.
    pub integrated_brier: f64,
    /// Harrell's C of the median.
    pub concordance: Option<f64>,
}

/// The name of the model that `train` makes, in the tables.
const MODEL: &str = "cohort_curves";

/// A pending case and its outcome: the days to its decision and to its next step, if they came.
struct Question {
    case: PendingCase,
    decision: Option<f64>,
    next_step: Option<f64>,
}

/// Trains and scores every form of a history at one origin. `tell` is called with each form before it is trained.
///
/// # Errors
/// [`TrainingError`] if a form cannot be trained. A form with too little to learn from by the origin is left out.
pub fn backtest(
    history: &History,
    origin: AsOf,
    forms: &[String],
    candidates: CandidateSet,
    mut tell: impl FnMut(&str),
) -> Result<Vec<Scores>, TrainingError> {
    let mut scores = Vec::new();
    for form in forms {
        tell(form);
        let model = match fit(history.view_at(origin), form) {
            Ok(model) => model,
            Err(error) if error.is_too_little() => continue,
            Err(error) => return Err(error),
        };
        scores.extend(score_form(history, origin, &model, candidates)?);
    }
    Ok(scores)
}

fn score_form(
    history: &History,
    origin: AsOf,
    model: &FormModel,
    candidates: CandidateSet,
) -> Result<Vec<Scores>, TrainingError> {
    let known = history.view_at(origin);
    let form = model.form();
    let visits = Visits::from_view(known, form);
    let questions = questions(history, origin, model);
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let horizon = FollowUp::after(known).length().get();
    let sheet = Sheet { origin, form, horizon, questions: &questions };
    let features: Vec<Features> = questions.iter().map(|question| question.case.features).collect();
    let mut scores = Vec::new();
    let of_model = |target| -> Vec<Quantiles> {
        questions.iter().map(|question| question.case.quantiles(model, target)).collect()
    };
    scores.push(sheet.score(MODEL, Target::Decision, &of_model(Target::Decision)));
    for baseline in baselines::all(form, &visits, candidates)? {
        scores.push(sheet.score(baseline.name(), Target::Decision, &baseline.decisions(&features)));
    }
    scores.push(sheet.score(MODEL, Target::NextStep, &of_model(Target::NextStep)));
    Ok(scores)
}

/// Every case of the form that was pending at the origin and was not rejected at intake later.
fn questions(history: &History, origin: AsOf, model: &FormModel) -> Vec<Question> {
    let known = history.view_at(origin);
    let form = model.form();
    let effects = history.effects(form);
    let queues = Queues::new(known, model.schema());
    let follow_up = FollowUp::after(known);
    let pending = known.cases_of(form.name());
    pending
        .filter_map(|case| {
            let progress = case.follow(form, &effects, |_, _, _| {});
            if progress.is_rejected() || progress.decided_at().is_some() {
                return None;
            }
            let outcome = follow_up.outcome(form, &effects, case.number())?;
            (!outcome.rejected_later).then(|| Question {
                case: PendingCase::at(model, &progress, queues.queue(case.number()), origin.moment()),
                decision: outcome.decision.map(|days| days.get()),
                next_step: outcome.next_step.map(|days| days.get()),
            })
        })
        .collect()
}

/// What the scores of one form at one origin share.
struct Sheet<'a> {
    origin: AsOf,
    form: &'a FormDefinition,
    horizon: f64,
    questions: &'a [Question],
}

impl Sheet<'_> {
    fn score(&self, candidate: &'static str, target: Target, quantiles: &[Quantiles]) -> Scores {
        let horizon = self.horizon;
        let count = self.questions.len() as f64;
        let truth = |question: &Question| match target {
            Target::Decision => question.decision,
            Target::NextStep => question.next_step,
        };
        let truths: Vec<Option<f64>> = self.questions.iter().map(truth).collect();
        let mean = |each: &dyn Fn(&Quantiles, f64) -> f64| {
            let sum: f64 = quantiles
                .iter()
                .zip(&truths)
                .map(|(quantiles, truth)| each(quantiles, truth.unwrap_or(horizon)))
                .sum();
            sum / count
        };
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
        let q80 = coverage(0.8);
        Scores {
            origin: self.origin,
            form: self.form.name().to_owned(),
            candidate,
            target,
            pending: self.questions.len(),
            event_share: truths.iter().flatten().count() as f64 / count,
            crps_days: mean(&|quantiles, time| crps::of_min(quantiles, time, horizon)),
            pinball_q80_days: mean(&|quantiles, time| {
                crps::pinball(0.8, f64::from(quantiles.at(0.8)).min(horizon), time.min(horizon))
            }),
            mae_median_days: mean(&|quantiles, time| point::median_error(quantiles, time, horizon)),
            within_q50: coverage(0.5).share(),
            within_q80: q80.share(),
            within_q90: coverage(0.9).share(),
            judged_q80: q80.judged() as f64 / count,
            width_days: mean(&|quantiles, _| width(quantiles, horizon)),
            integrated_brier: integrated_brier(&observed, quantiles, horizon),
            concordance: concordance::harrell(&observed, &risk),
        }
    }
}

/// Every case is followed to the horizon, so before it nothing is censored and all weights are 1.
fn integrated_brier(observed: &[Observed], quantiles: &[Quantiles], horizon: f64) -> f64 {
    let censoring = Censoring::from_observed(observed);
    let times: Vec<f64> = (1..=BRIER_TIMES).map(|k| horizon * k as f64 / (BRIER_TIMES + 1) as f64).collect();
    if horizon <= 0.0 {
        return 0.0;
    }
    brier::integrated(&censoring, observed, &times, |case, time| quantiles[case].survival(time))
}
