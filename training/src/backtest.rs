//! How good the candidates would have been: trained at past origins, asked about every case pending then, scored
//! against what followed.

use data::{FollowUp, History, Queues};
use model::{AsOf, Features, FormDefinition, FormModel, Quantiles};
use serde::Serialize;

use crate::TrainingError;
use crate::candidates::{self, Which};
use crate::fit::fit;
use crate::score::censoring::{Censoring, Observed};
use crate::score::coverage::{Coverage, width};
use crate::score::{brier, concordance, crps, point};
use crate::visits::Visits;

/// Times, as shares of the follow-up, at which the Brier score is taken.
const BRIER_TIMES: usize = 12;

/// Scores of one candidate for one form at one origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Trained and asked as of the end of this day.
    pub origin: AsOf,
    /// The form.
    pub form: String,
    /// The candidate.
    pub candidate: &'static str,
    /// What was estimated: `decision` or `next_step`.
    pub target: &'static str,
    /// Cases that were pending, and all asked about.
    pub pending: usize,
    /// The share of them in which it happened by the end of the history.
    pub happened: f64,
    /// CRPS of min(T, H), in days.
    pub crps_days: f64,
    /// Mean pinball loss at the 80 per cent level, in days.
    pub pinball_q80_days: f64,
    /// Mean absolute error of the median of min(T, H), in days.
    pub mae_median_days: f64,
    /// Shares within the 50, 80 and 90 per cent quantiles, where these lie inside the follow-up.
    pub within_q50: Option<f64>,
    /// See [`Self::within_q50`].
    pub within_q80: Option<f64>,
    /// See [`Self::within_q50`].
    pub within_q90: Option<f64>,
    /// The share of cases whose 80 per cent quantile lies inside the follow-up.
    pub judged_q80: f64,
    /// Mean width of the range from 10 to 90 per cent of min(T, H), in days.
    pub width_days: f64,
    /// Integrated Brier score over the follow-up.
    pub integrated_brier: f64,
    /// Harrell's C of the median.
    pub concordance: Option<f64>,
}

/// A pending case and what came of it.
struct Question {
    features: Features,
    decision: Option<f64>,
    next_step: Option<f64>,
}

/// Trains and scores every form of a history at one origin. `tell` hears of each form as it begins.
///
/// # Errors
/// If a candidate's numbers do not make curves. A form with too little to learn from by then is left out.
pub fn backtest(
    history: &History,
    origin: AsOf,
    forms: &[String],
    which: Which,
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
        scores.extend(score_form(history, origin, &model, which)?);
    }
    Ok(scores)
}

fn score_form(
    history: &History,
    origin: AsOf,
    model: &FormModel,
    which: Which,
) -> Result<Vec<Scores>, TrainingError> {
    let known = history.view_at(origin);
    let form = model.form();
    let visits = Visits::of(known, form);
    let questions = questions(history, origin, model);
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let horizon = FollowUp::of(known).length().get();
    let sheet = Sheet { origin, form, horizon, questions: &questions };
    let features: Vec<Features> = questions.iter().map(|question| question.features).collect();
    let mut scores = Vec::new();
    for candidate in candidates::side_by_side(model, form, &visits, which)? {
        let quantiles = candidate.decisions(&features);
        scores.push(sheet.score(candidate.name(), "decision", &quantiles, |question| question.decision));
    }
    // As an estimate says it: the decision is a step, so the next step is never later.
    let next_step =
        |features| model.next_step().quantiles(features).sooner(&model.decision().quantiles(features));
    let quantiles: Vec<Quantiles> = features.iter().map(next_step).collect();
    scores.push(sheet.score("cohort_curves", "next_step", &quantiles, |question| question.next_step));
    Ok(scores)
}

/// Every case of the form that was pending at the origin and was not refused at intake later.
fn questions(history: &History, origin: AsOf, model: &FormModel) -> Vec<Question> {
    let known = history.view_at(origin);
    let form = model.form();
    let effects = history.effects(form);
    let queues = Queues::new(known, model.schema());
    let follow_up = FollowUp::of(known);
    let pending = known.cases_of(form.name());
    pending
        .filter_map(|case| {
            let progress = case.follow(form, &effects, |_, _, _| {});
            if progress.is_rejected() || progress.decided_at().is_some() {
                return None;
            }
            let outcome = follow_up.outcome(form, &effects, case.number())?;
            (!outcome.rejected_later).then(|| Question {
                features: Features::at(&progress, queues.of(case.number()), origin.moment()),
                decision: outcome.decision.map(|days| days.get()),
                next_step: outcome.next_step.map(|days| days.get()),
            })
        })
        .collect()
}

struct Sheet<'a> {
    origin: AsOf,
    form: &'a FormDefinition,
    horizon: f64,
    questions: &'a [Question],
}

impl Sheet<'_> {
    fn score(
        &self,
        candidate: &'static str,
        target: &'static str,
        quantiles: &[Quantiles],
        truth: impl Fn(&Question) -> Option<f64> + Sync,
    ) -> Scores {
        let horizon = self.horizon;
        let count = self.questions.len() as f64;
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
            happened: truths.iter().flatten().count() as f64 / count,
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

/// Everybody is followed to the horizon, so before it nothing is censored and all weights are 1.
fn integrated_brier(observed: &[Observed], quantiles: &[Quantiles], horizon: f64) -> f64 {
    let censoring = Censoring::of(observed);
    let times: Vec<f64> = (1..=BRIER_TIMES).map(|k| horizon * k as f64 / (BRIER_TIMES + 1) as f64).collect();
    if horizon <= 0.0 {
        return 0.0;
    }
    brier::integrated(&censoring, observed, &times, |case, time| quantiles[case].survival(time))
}
