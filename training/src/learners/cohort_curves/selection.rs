//! The time scale and the half-life of cohort curves, selected by forward validation inside the training window.

use model::{Predictor, Target, TimeScale};
use rayon::prelude::*;

use super::curves;
use crate::error::TrainingError;
use crate::learners::TrainingView;
use crate::risk_table::{PlacedRows, keyed_rows};
use crate::validation::Fold;

/// The half-lives that are tried, in days; `None` weighs all cases alike.
const HALF_LIVES: [Option<f64>; 6] = [Some(10.0), Some(20.0), Some(40.0), Some(90.0), Some(365.0), None];

/// The hyperparameters of cohort curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hyperparameters {
    /// The time scale of the curves.
    pub(crate) time_scale: TimeScale,
    /// The age, in days, at which a case weighs half as much; `None` weighs all cases alike.
    pub(crate) half_life: Option<f64>,
}

/// The hyperparameters that are used unless others are clearly better, or where the window is too short for validation. A
/// case then counts with a mean age of four weeks, as in the life tables that are the best baseline at most dates.
///
/// This default, [`CLEARLY_BETTER`] and the weight of a parent cohort were settled after looking at scores on the
/// bundled history as of 2022-03-31, 2022-06-30 and 2022-08-31, so scores on those dates are slightly optimistic.
const DEFAULT: Hyperparameters =
    Hyperparameters { time_scale: TimeScale::SinceReceipt, half_life: Some(20.0) };
/// Others must lower the score by this share. Smaller differences come and go with the origin.
const CLEARLY_BETTER: f64 = 0.02;

/// The selected hyperparameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selection {
    pub(crate) hyperparameters: Hyperparameters,
    /// Their mean CRPS in days, if they were validated.
    pub(crate) crps_days: Option<f64>,
}

/// Selects the hyperparameters for a target.
///
/// # Errors
/// [`TrainingError`] if the numbers of some hyperparameters are not curves.
pub(crate) fn select(view: TrainingView<'_>, target: Target) -> Result<Selection, TrainingError> {
    let folds = Fold::all(view, target);
    if folds.is_empty() {
        return Ok(Selection { hyperparameters: DEFAULT, crps_days: None });
    }
    let mut validated: Vec<(Hyperparameters, f64)> = Vec::new();
    for time_scale in [TimeScale::SinceReceipt, TimeScale::InState] {
        let placed: Vec<Option<PlacedRows>> =
            folds.iter().map(|fold| placed(fold.view(), target, time_scale)).collect();
        let scores: Vec<Result<Option<f64>, TrainingError>> = HALF_LIVES
            .par_iter()
            .map(|&half_life| {
                let mut total = 0.0;
                for (fold, placed) in folds.iter().zip(&placed) {
                    let Some(placed) = placed else { return Ok(None) };
                    let curves = curves::fit(placed, time_scale, half_life)?;
                    total += fold.crps_days(&Predictor::CohortCurves(curves));
                }
                Ok(Some(total / folds.len() as f64))
            })
            .collect();
        for (half_life, score) in HALF_LIVES.into_iter().zip(scores) {
            validated.extend(score?.map(|score| (Hyperparameters { time_scale, half_life }, score)));
        }
    }
    Ok(decide(&validated))
}

fn placed(view: TrainingView<'_>, target: Target, time_scale: TimeScale) -> Option<PlacedRows> {
    PlacedRows::new(&keyed_rows(&view.visits.rows, target, time_scale, view.form.decision()))
}

/// The best hyperparameters if they are clearly better than the default, else the default.
fn decide(validated: &[(Hyperparameters, f64)]) -> Selection {
    let default = validated.iter().find(|(hyperparameters, _)| *hyperparameters == DEFAULT);
    let best = validated.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let selected = match (default, best) {
        (Some(default), Some(best)) if best.1 < default.1 * (1.0 - CLEARLY_BETTER) => Some(best),
        (Some(default), _) => Some(default),
        (None, best) => best,
    };
    selected.map_or(Selection { hyperparameters: DEFAULT, crps_days: None }, |&(hyperparameters, score)| {
        Selection { hyperparameters, crps_days: Some(score) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clearly_better_hyperparameters_replace_the_default() {
        let other = Hyperparameters { time_scale: TimeScale::InState, half_life: None };
        assert_eq!(decide(&[(DEFAULT, 10.0), (other, 9.9)]).hyperparameters, DEFAULT);
        assert_eq!(decide(&[(DEFAULT, 10.0), (other, 9.7)]).hyperparameters, other);
        assert_eq!(decide(&[(other, 9.7)]).hyperparameters, other);
        assert_eq!(decide(&[]), Selection { hyperparameters: DEFAULT, crps_days: None });
    }
}
