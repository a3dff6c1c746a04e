//! The learner of a form: the one that forward validation chooses, or the one that a person forces.
//!
//! Cohort curves serve unless another candidate is clearly better. Both times count, at every origin.

use model::{CandidateRecord, FormDefinition, Predictor, Target};
use rayon::prelude::*;

use super::boosted_hazards::{self, Trees};
use super::cohort_curves::{CohortCurvesLearner, Fixed, Selected};
use super::estimator::Estimator;
use super::{Learned, Learner};
use crate::error::TrainingError;
use crate::validation::Fold;
use crate::visits::TrainingView;

/// Another candidate must lower the score by this share in the mean over origins and both times, and must not be worse for
/// either time at any origin by more than [`TOLERATED`].
const CLEARLY_BETTER: f64 = 0.02;
const TOLERATED: f64 = 0.02;

/// Learns with the estimator that serves the form best.
pub(crate) struct BestLearner {
    /// What is not left to validation.
    pub(crate) fixed: Fixed,
    /// The estimator, if it is forced.
    pub(crate) estimator: Option<Estimator>,
}

/// What validation settles.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    cohorts: Selected,
    estimator: Estimator,
    trees: Trees,
    candidates: Vec<CandidateRecord>,
}

impl Learner for BestLearner {
    type Settings = Settings;

    fn select(&self, form: &FormDefinition, folds: &[Fold<'_>]) -> Result<Settings, TrainingError> {
        let cohorts = CohortCurvesLearner { fixed: self.fixed }.select(form, folds)?;
        if self.estimator == Some(Estimator::CohortCurves) {
            return Ok(Settings {
                cohorts,
                estimator: Estimator::CohortCurves,
                trees: Trees::default(),
                candidates: Vec::new(),
            });
        }
        let compared = folds
            .par_iter()
            .map(|fold| self.compare(form, fold, cohorts))
            .collect::<Result<Vec<Option<Compared>>, TrainingError>>()?;
        let compared: Vec<Compared> = compared.into_iter().flatten().collect();
        let scores: Vec<[Scores; 2]> = compared.iter().map(|origin| origin.scores).collect();
        let found: Vec<Trees> = compared.iter().filter_map(|origin| origin.trees).collect();
        let trees = Trees::mean(&found);
        if let Some(estimator) = self.estimator {
            return Ok(Settings { cohorts, estimator, trees, candidates: Vec::new() });
        }
        let estimator = choose(&scores);
        let candidates = Estimator::ALL.iter().enumerate().map(|(candidate, of)| {
            let mean = |target: usize| {
                let sum: f64 = scores.iter().map(|origin| origin[candidate][target]).sum();
                (!scores.is_empty()).then(|| sum / scores.len() as f64)
            };
            CandidateRecord {
                estimator: of.revision().to_owned(),
                decision_crps_days: mean(0),
                next_step_crps_days: mean(1),
                serves: *of == estimator,
            }
        });
        Ok(Settings { cohorts, estimator, trees, candidates: candidates.collect() })
    }

    fn fit(&self, view: TrainingView<'_>, settings: &Settings) -> Result<Option<Learned>, TrainingError> {
        let cohorts = CohortCurvesLearner { fixed: self.fixed }.fit(view, &settings.cohorts)?;
        let candidates = settings.candidates.clone();
        let Some(cohorts) = cohorts.map(|cohorts| Learned { candidates, ..cohorts }) else { return Ok(None) };
        Ok(Some(match settings.estimator {
            Estimator::CohortCurves => cohorts,
            Estimator::BoostedHazards => boosted_hazards::fit(view, cohorts, Some(settings.trees)).0,
        }))
    }
}

/// The CRPS of both times, in days.
type Scores = [f64; 2];

/// What one origin says.
struct Compared {
    /// Of cohort curves and of boosted hazards.
    scores: [Scores; 2],
    /// How many trees were enough.
    trees: Option<Trees>,
}

impl BestLearner {
    /// The scores of cohort curves and of boosted hazards at one origin.
    fn compare(
        &self,
        form: &FormDefinition,
        fold: &Fold<'_>,
        cohorts: Selected,
    ) -> Result<Option<Compared>, TrainingError> {
        let view = fold.view(form);
        let Some(cohorts) = (CohortCurvesLearner { fixed: self.fixed }).fit(view, &cohorts)? else {
            return Ok(None);
        };
        let score = |predictor: &Predictor| {
            [Target::Decision, Target::NextStep].map(|target| fold.crps_days(predictor, target))
        };
        let of_cohorts = score(&cohorts.predictor);
        let (boosted, trees) = boosted_hazards::fit(view, cohorts, None);
        Ok(Some(Compared { scores: [of_cohorts, score(&boosted.predictor)], trees }))
    }
}

/// The estimator that serves, by the scores of cohort curves and boosted hazards at every origin.
fn choose(origins: &[[Scores; 2]]) -> Estimator {
    let ratios = || {
        origins.iter().flat_map(|[cohorts, boosted]| [0, 1].map(|target| boosted[target] / cohorts[target]))
    };
    let count = ratios().count().max(1) as f64;
    let mean = (ratios().map(f64::ln).sum::<f64>() / count).exp();
    let is_better =
        !origins.is_empty() && mean < 1.0 - CLEARLY_BETTER && ratios().all(|ratio| ratio < 1.0 + TOLERATED);
    if is_better { Estimator::BoostedHazards } else { Estimator::CohortCurves }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clearly_better_candidate_replaces_cohort_curves() {
        let at = |decision: f64, step: f64| [[10.0, 10.0], [decision, step]];
        assert_eq!(choose(&[]), Estimator::CohortCurves);
        assert_eq!(choose(&[at(9.9, 9.9), at(9.8, 9.9)]), Estimator::CohortCurves, "too little");
        assert_eq!(choose(&[at(7.0, 9.0), at(9.0, 10.3)]), Estimator::CohortCurves, "worse at one origin");
        assert_eq!(choose(&[at(9.5, 9.6), at(9.7, 10.1)]), Estimator::BoostedHazards);
    }
}
