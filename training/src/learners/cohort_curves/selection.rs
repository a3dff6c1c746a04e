//! The time scale and the half-life of cohort curves, selected by forward validation inside the training window.
//!
//! First those of the exits, by the score of the next step, then those of the decisions after an exit, by the score of the
//! decision.

use model::{CohortSet, FormDefinition, MAX_QUEUE_ATTRIBUTES, Target, TimeScale};
use rayon::prelude::*;

use super::counts::Table;
use super::fit::{self, Unweighted};
use super::fixed::{Fixed, HalfLife};
use super::sets::{Exits, Hyperparameters};
use crate::error::TrainingError;
use crate::risk_rows::{Wait, rows};
use crate::validation::Fold;
use crate::visits::Visits;

/// The half-lives that are tried, in days; `None` weighs all cases alike.
const HALF_LIVES: [Option<f64>; 6] = [Some(10.0), Some(20.0), Some(40.0), Some(90.0), Some(365.0), None];

/// The hyperparameters that are used unless others are clearly better, or where the window is too short for validation. A
/// case then counts with a mean age of four weeks, as in the life tables that are the best baseline at most dates.
///
/// This default and [`CLEARLY_BETTER`] were settled after looking at scores on the bundled history as of 2022-03-31,
/// 2022-06-30 and 2022-08-31, so scores on those dates are slightly optimistic.
const DEFAULT: Hyperparameters =
    Hyperparameters { time_scale: TimeScale::SinceReceipt, half_life: Some(20.0) };
/// Others must lower the mean score by this share, and be better at every origin, because differences come and go with it. The
/// rule was settled on event logs, with the bundled history as of 2022-04-30 and 2022-07-31 as a check.
const CLEARLY_BETTER: f64 = 0.005;

/// The selected hyperparameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selection {
    pub(crate) hyperparameters: Hyperparameters,
    /// Their mean CRPS in days, if they were validated.
    pub(crate) crps_days: Option<f64>,
}

/// What was selected for both targets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selected {
    pub(crate) next_step: Selection,
    pub(crate) decision: Selection,
}

/// Selects the hyperparameters.
///
/// # Errors
/// [`TrainingError`] if the numbers of some hyperparameters are not curves.
pub(crate) fn select(
    form: &FormDefinition,
    folds: &[Fold<'_>],
    fixed: Fixed,
) -> Result<Selected, TrainingError> {
    let next_step = best(folds, fixed, |fold, time_scale| {
        let exits = Candidates::new(form, fold.visits, Wait::Exit, time_scale);
        let steps = Candidates::new(form, fold.visits, Wait::StepAfterStatus, time_scale);
        let score = move |half_life| {
            let Some(exits) = exits.fit(half_life)? else { return Ok(None) };
            // The decisions play no part in the time to the next step, so any set may stand for them.
            let decisions = exits.clone();
            let predictor = Exits { exits, steps: steps.fit(half_life)? }.with_decisions(form, decisions);
            Ok(Some(fold.crps_days(&predictor, Target::NextStep)))
        };
        Box::new(score)
    })?;
    let learned =
        |fold: &Fold<'_>| Exits::learn(form, fold.visits, next_step.hyperparameters, MAX_QUEUE_ATTRIBUTES);
    let exits = folds.par_iter().map(learned).collect::<Result<Vec<Option<Exits>>, TrainingError>>()?;
    let exits_of: Vec<(&Fold<'_>, &Option<Exits>)> = folds.iter().zip(&exits).collect();
    let decision = best(&exits_of, fixed, |(fold, exits), time_scale| {
        let decisions = Candidates::new(form, fold.visits, Wait::Decision, time_scale);
        let score = move |half_life| {
            let (Some(exits), Some(decisions)) = ((*exits).clone(), decisions.fit(half_life)?) else {
                return Ok(None);
            };
            Ok(Some(fold.crps_days(&exits.with_decisions(form, decisions), Target::Decision)))
        };
        Box::new(score)
    })?;
    Ok(Selected { next_step, decision })
}

/// One wait on one time scale, to be fitted under any half-life.
struct Candidates {
    table: Option<(Table, Unweighted)>,
    time_scale: TimeScale,
}

impl Candidates {
    fn new(form: &FormDefinition, visits: &Visits, wait: Wait, time_scale: TimeScale) -> Self {
        let table = Table::new(rows(&visits.rows, wait, time_scale, form), visits.schema.queue.len());
        let table = table.map(|table| {
            let unweighted = Unweighted::new(&table);
            (table, unweighted)
        });
        Self { table, time_scale }
    }

    fn fit(&self, half_life: Option<f64>) -> Result<Option<CohortSet>, TrainingError> {
        let Some((table, unweighted)) = &self.table else { return Ok(None) };
        fit::fit(table, unweighted, self.time_scale, half_life, MAX_QUEUE_ATTRIBUTES).map(Some)
    }
}

/// The score of one fold under a half-life; `None` if the fold cannot be fitted.
type Score<'a> = Box<dyn Fn(Option<f64>) -> Result<Option<f64>, TrainingError> + Sync + Send + 'a>;

/// Scores every time scale and half-life on all folds and decides.
fn best<'a, F: Sync>(
    folds: &'a [F],
    fixed: Fixed,
    prepare: impl Fn(&'a F, TimeScale) -> Score<'a> + Sync,
) -> Result<Selection, TrainingError> {
    let default = Hyperparameters {
        time_scale: fixed.time_scale.unwrap_or(DEFAULT.time_scale),
        half_life: fixed.half_life.map_or(DEFAULT.half_life, HalfLife::days),
    };
    let is_decided = fixed.time_scale.is_some() && fixed.half_life.is_some();
    if folds.is_empty() || is_decided {
        return Ok(Selection { hyperparameters: default, crps_days: None });
    }
    let time_scales = [TimeScale::SinceReceipt, TimeScale::InState];
    let time_scales =
        time_scales.into_iter().filter(|scale| fixed.time_scale.is_none_or(|fixed| fixed == *scale));
    let half_lives = fixed.half_life.map_or(HALF_LIVES.to_vec(), |fixed| vec![fixed.days()]);
    let mut validated: Vec<(Hyperparameters, Vec<f64>)> = Vec::new();
    for time_scale in time_scales {
        let prepared: Vec<Score<'a>> = folds.par_iter().map(|fold| prepare(fold, time_scale)).collect();
        let scores: Vec<Result<Option<Vec<f64>>, TrainingError>> = half_lives
            .par_iter()
            .map(|&half_life| prepared.iter().map(|score| score(half_life)).collect())
            .collect();
        for (&half_life, score) in half_lives.iter().zip(scores) {
            validated.extend(score?.map(|score| (Hyperparameters { time_scale, half_life }, score)));
        }
    }
    Ok(decide(&validated, default))
}

/// The best hyperparameters that are better than the default at every origin and clearly better in the mean, else the
/// default. Each comes with its score at every origin.
fn decide(validated: &[(Hyperparameters, Vec<f64>)], otherwise: Hyperparameters) -> Selection {
    let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
    let default = validated.iter().find(|(hyperparameters, _)| *hyperparameters == otherwise);
    let is_better = |scores: &[f64]| {
        default.is_none_or(|(_, of_default)| {
            scores.iter().zip(of_default).all(|(score, of_default)| score < of_default)
                && mean(scores) < mean(of_default) * (1.0 - CLEARLY_BETTER)
        })
    };
    let better = validated.iter().filter(|(_, scores)| is_better(scores));
    let best = better.min_by(|a, b| mean(&a.1).total_cmp(&mean(&b.1))).or(default);
    best.map_or(Selection { hyperparameters: otherwise, crps_days: None }, |(hyperparameters, scores)| {
        Selection { hyperparameters: *hyperparameters, crps_days: Some(mean(scores)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clearly_better_hyperparameters_replace_the_default() {
        let other = Hyperparameters { time_scale: TimeScale::InState, half_life: None };
        let selected = |scores: [f64; 2]| {
            decide(&[(DEFAULT, vec![10.0, 10.0]), (other, scores.to_vec())], DEFAULT).hyperparameters
        };
        assert_eq!(selected([9.98, 9.98]), DEFAULT, "too little");
        assert_eq!(selected([8.0, 10.1]), DEFAULT, "not at every origin");
        assert_eq!(selected([9.9, 9.9]), other);
        assert_eq!(decide(&[(other, vec![9.7])], DEFAULT).hyperparameters, other);
        assert_eq!(decide(&[], DEFAULT), Selection { hyperparameters: DEFAULT, crps_days: None });
    }
}
