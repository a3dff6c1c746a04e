//! Rolling-origin backtests: train at a past origin, estimate every case pending then, score against what came after.

mod calibration;
mod case_score;
mod judged;
mod over_origins;
mod questions;
mod scores;
mod slices;

use data::History;
use model::{AsOf, Features, FormModel, Target};
use rayon::prelude::*;

use self::case_score::CaseScore;
use self::questions::{Answers, Questions};
use self::slices::Slicing;
use crate::baselines::{self, Baseline, CandidateSet};
use crate::error::TrainingError;
use crate::fit::fit;
use crate::visits::Visits;

pub use self::calibration::{Calibration, CalibrationRow};
pub use self::judged::{Judged, JudgedCases};
pub use self::over_origins::{OverOrigins, over_origins};
pub use self::scores::{QueueScore, Scores, StepScores};
pub use self::slices::SliceScores;

/// The name of the model that `train` makes, in the tables.
const MODEL: &str = "cohort_curves";

/// Trains and scores every form of a history at one origin. `tell` is called with each form before it is trained, `each` with
/// the cases of every candidate.
///
/// # Errors
/// [`TrainingError`] if a form cannot be trained. A form with too little to learn from by the origin is left out.
pub fn backtest(
    history: &History,
    origin: AsOf,
    forms: &[String],
    candidates: CandidateSet,
    mut tell: impl FnMut(&str),
    mut each: impl FnMut(&JudgedCases<'_>),
) -> Result<Vec<Judged>, TrainingError> {
    let mut judged = Vec::new();
    for form in forms {
        tell(form);
        let model = match fit(history.view_at(origin), form) {
            Ok(model) => model,
            Err(error) if error.is_too_little() => continue,
            Err(error) => return Err(error),
        };
        judged.extend(judge_form(history, origin, &model, candidates, &mut each));
    }
    Ok(judged)
}

fn judge_form(
    history: &History,
    origin: AsOf,
    model: &FormModel,
    candidates: CandidateSet,
    each: &mut impl FnMut(&JudgedCases<'_>),
) -> Vec<Judged> {
    let questions = Questions::new(history, origin, model);
    if questions.list.is_empty() {
        return Vec::new();
    }
    let cuts = Slicing::all(&questions);
    let features = questions.features();
    let visits = Visits::from_view(history.view_at(origin), model.form());
    let baselines = baselines::all(model.form(), &visits, candidates);
    let mut judged = Vec::new();
    for target in Target::ALL {
        let mut judge = |answers: &Answers, of_model: Option<&[CaseScore]>| {
            let scored = score_cases(&questions, answers);
            judged.push(Judged::new(&questions, answers, &scored, of_model, &cuts));
            each(&JudgedCases { questions: &questions, answers, scored: &scored });
            scored
        };
        let of_model = judge(&answers_of_model(&questions, model, target), None);
        for baseline in baselines.iter().filter(|baseline| baseline.target() == target) {
            judge(&answers_of(baseline.as_ref(), &features), Some(&of_model));
        }
    }
    judged
}

fn answers_of_model(questions: &Questions<'_>, model: &FormModel, target: Target) -> Answers {
    let quantiles = questions
        .list
        .par_iter()
        .map(|question| question.case.quantiles(model.predictor(), target))
        .collect();
    let said = || questions.list.iter().map(|question| question.said).collect();
    Answers { candidate: MODEL, target, quantiles, steps: (target == Target::NextStep).then(said) }
}

fn answers_of(baseline: &dyn Baseline, features: &[Features]) -> Answers {
    let steps = baseline.steps(features).map(|steps| steps.into_iter().map(Some).collect());
    let (candidate, target) = (baseline.name(), baseline.target());
    Answers { candidate, target, quantiles: baseline.quantiles(features), steps }
}

fn score_cases(questions: &Questions<'_>, answers: &Answers) -> Vec<CaseScore> {
    let cases = questions.list.par_iter().zip(&answers.quantiles);
    cases
        .map(|(question, quantiles)| {
            CaseScore::new(quantiles, question.time(answers.target), questions.horizon)
        })
        .collect()
}
