//! The learner of a form: the one that forward validation chooses, or the one that a person forces.
//!
//! Both times count, at every origin. Few origins can judge, so what is known beforehand counts too:
//!
//! - Where cases wait in lines whose heads the record shows, boosted hazards serve unless cohort curves are clearly better. They
//!   count in drain times, so a change of pace after the last origin, which no comparison inside the training window can show, harms
//!   them least.
//! - Elsewhere hazards serve if they are better, unless the mixture with cohort curves is clearly better still. Else the mixture
//!   serves, unless cohort curves are clearly better: where both its parts are about as good, it is rarely worse than either on what
//!   comes later.
//! - Where the record is short and does not show the heads of the lines, it shows no whole waits, and what is better within the few
//!   weeks that can be compared says little of the months that are asked about. Cohort curves serve without a comparison.

use model::{CandidateRecord, FormDefinition, MAX_QUEUE_ATTRIBUTES, Predictor};
use rayon::prelude::*;

use super::boosted_hazards::{self, Trees};
use super::cohort_curves::{CohortCurvesLearner, Fixed, Selected};
use super::estimator::Estimator;
use super::{Learned, Learner};
use crate::error::TrainingError;
use crate::landmarks::window;
use crate::validation::Fold;
use crate::visits::TrainingView;

/// What makes a candidate clearly better: the share by which the mean of its scores over origins and both times is lower. A candidate
/// that serves must not be worse than cohort curves for either time at any origin by more than [`TOLERATED`], or by more than half of
/// the share by which it is better in the mean; twice as much is tolerated where cohort curves have to be clearly better.
const CLEARLY_BETTER: f64 = 0.02;
const TOLERATED: f64 = 0.02;
/// What makes it better, by more than chance.
const BETTER: f64 = 0.01;
/// A record is not short if so many days of it, half a year, lie before the latest origin. Settled on the bundled history as of
/// 2022-03-15, 2022-04-30, 2022-07-31 and 2022-08-15.
const LONG_RECORD: f64 = 182.0;

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
        let default =
            |estimator| Settings { cohorts, estimator, trees: Trees::default(), candidates: Vec::new() };
        if self.estimator == Some(Estimator::CohortCurves) {
            return Ok(default(Estimator::CohortCurves));
        }
        let Some((latest, earlier)) = folds.split_last() else {
            return Ok(default(self.estimator.unwrap_or(Estimator::CohortCurves)));
        };
        let is_long = || window(latest.visits).is_some_and(|days| days >= LONG_RECORD);
        if self.estimator.is_none() && !boosted_hazards::heads_are_in_view(latest.visits) && !is_long() {
            return Ok(default(Estimator::CohortCurves));
        }
        // How many trees are enough is much the same at all origins, and the latest has the most to say it with.
        let at_latest = self.compare(form, latest, cohorts, None)?;
        let trees = at_latest.as_ref().and_then(|origin| origin.trees);
        if let Some(estimator) = self.estimator {
            return Ok(Settings { trees: trees.unwrap_or_default(), ..default(estimator) });
        }
        let (Some(at_latest), Some(trees)) = (at_latest, trees) else {
            return Ok(default(Estimator::CohortCurves));
        };
        let is_in_line = at_latest.is_in_line;
        let compared = earlier
            .par_iter()
            .map(|fold| self.compare(form, fold, cohorts, Some(trees)))
            .collect::<Result<Vec<Option<Compared>>, TrainingError>>()?;
        let origins = compared.into_iter().flatten().chain([at_latest]);
        let scores: Vec<[Scores; Estimator::ALL.len()]> = origins.map(|origin| origin.scores).collect();
        let estimator = choose(&scores, is_in_line);
        let candidates = Estimator::ALL.iter().enumerate().map(|(candidate, of)| {
            let mean = |target: usize| {
                let sum: f64 = scores.iter().map(|origin| origin[candidate][target]).sum();
                Some(sum / scores.len() as f64)
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
        let attributes = match settings.estimator {
            // The trees know the queues.
            Estimator::BoostedHazards => QUEUE_ATTRIBUTES_BESIDE_TREES,
            Estimator::CohortCurves | Estimator::Mixture => MAX_QUEUE_ATTRIBUTES,
        };
        let learner = CohortCurvesLearner { fixed: self.fixed };
        let cohorts = learner.fit_wide(view, &settings.cohorts, attributes)?;
        let candidates = settings.candidates.clone();
        let Some(cohorts) = cohorts.map(|cohorts| Learned { candidates, ..cohorts }) else { return Ok(None) };
        if settings.estimator == Estimator::CohortCurves {
            return Ok(Some(cohorts));
        }
        let (boosted, _) = boosted_hazards::fit(view, cohorts, Some(settings.trees))?;
        Ok(Some(match settings.estimator {
            Estimator::Mixture => mixture(boosted),
            _ => boosted,
        }))
    }
}

/// Beside boosted hazards, cohort curves answer for decided and for reopened cases and say how many cases are alike.
const QUEUE_ATTRIBUTES_BESIDE_TREES: usize = 1;

/// The weight of boosted hazards in a mixture. Equal weights are hard to beat where few origins can judge (Clemen 1989).
const WEIGHT: f32 = 0.5;

/// A mixture of boosted hazards with their cohort curves, where something was boosted.
fn mixture(learned: Learned) -> Learned {
    match learned.predictor {
        Predictor::BoostedHazards(boosted) => Learned {
            estimator: Estimator::Mixture,
            predictor: Predictor::BoostedHazards(Box::new(boosted.with_weight(WEIGHT))),
            ..learned
        },
        Predictor::CohortCurves(_) => learned,
    }
}

/// The CRPS of both times, in days.
type Scores = [f64; 2];

/// What one origin says.
struct Compared {
    /// By candidate, in the order of [`Estimator::ALL`].
    scores: [Scores; Estimator::ALL.len()],
    /// How many trees were enough.
    trees: Option<Trees>,
    /// Whether boosted hazards count in drain times.
    is_in_line: bool,
}

impl BestLearner {
    /// The scores of all candidates at one origin, with a number of trees or with as many as are found to be enough.
    fn compare(
        &self,
        form: &FormDefinition,
        fold: &Fold<'_>,
        cohorts: Selected,
        trees: Option<Trees>,
    ) -> Result<Option<Compared>, TrainingError> {
        let view = fold.view(form);
        let Some(cohorts) = (CohortCurvesLearner { fixed: self.fixed }).fit(view, &cohorts)? else {
            return Ok(None);
        };
        let of_cohorts = fold.crps_days_of_both(&cohorts.predictor);
        let (boosted, trees) = boosted_hazards::fit(view, cohorts, trees)?;
        let of_boosted = fold.crps_days_of_both(&boosted.predictor);
        let is_in_line =
            matches!(&boosted.predictor, Predictor::BoostedHazards(boosted) if boosted.is_in_line());
        let of_mixture = fold.crps_days_of_both(&mixture(boosted).predictor);
        Ok(Some(Compared { scores: [of_cohorts, of_boosted, of_mixture], trees, is_in_line }))
    }
}

/// The estimator that serves, by the scores of the candidates at every origin, cohort curves first.
fn choose(origins: &[[Scores; Estimator::ALL.len()]], is_in_line: bool) -> Estimator {
    let qualified = |candidate: usize, margin: f64| {
        let ratios = || {
            origins
                .iter()
                .flat_map(|scores| [0, 1].map(|target| scores[candidate][target] / scores[0][target]))
        };
        let mean = (ratios().map(f64::ln).sum::<f64>() / ratios().count() as f64).exp();
        let worst = 1.0 + TOLERATED.max((1.0 - mean) / 2.0) + (-margin).max(0.0);
        (mean < 1.0 - margin && ratios().all(|ratio| ratio < worst)).then_some(mean)
    };
    let (of_hazards, of_mixture) =
        if is_in_line { (-CLEARLY_BETTER, 0.0) } else { (BETTER, -CLEARLY_BETTER) };
    match (qualified(1, of_hazards), qualified(2, of_mixture)) {
        // What is mixed in does not follow the pace.
        (Some(_), Some(_)) if is_in_line => Estimator::BoostedHazards,
        (Some(hazards), Some(mixture)) if mixture < hazards * (1.0 - CLEARLY_BETTER) => Estimator::Mixture,
        (None, Some(_)) => Estimator::Mixture,
        (Some(_), _) => Estimator::BoostedHazards,
        (None, None) => Estimator::CohortCurves,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scores of hazards and of the mixture at one origin, where cohort curves have 10 for both times.
    type Origin = [Scores; 2];

    fn must_serve(is_in_line: bool, cases: &[(&str, &[Origin], Estimator)]) {
        for (name, origins, expected) in cases {
            let scores: Vec<_> =
                origins.iter().map(|[hazards, mix]| [[10.0, 10.0], *hazards, *mix]).collect();
            assert_eq!(choose(&scores, is_in_line), *expected, "{name}");
        }
    }

    #[test]
    fn a_mixture_serves_unless_cohort_curves_are_clearly_better() {
        use Estimator::{BoostedHazards, CohortCurves, Mixture};
        must_serve(
            false,
            &[
                ("alike", &[[[9.9, 10.0], [10.0, 10.1]], [[9.9, 10.0], [10.2, 10.1]]], Mixture),
                ("worse", &[[[10.4, 10.4], [10.3, 10.2]], [[10.4, 10.4], [10.2, 10.2]]], CohortCurves),
                ("worse at one", &[[[9.5, 9.6], [9.7, 10.5]], [[9.7, 10.3], [9.9, 10.3]]], CohortCurves),
                (
                    "a loss that is little beside the gain",
                    &[[[5.0, 6.0], [8.0, 9.9]], [[7.0, 10.5], [9.9, 10.3]]],
                    BoostedHazards,
                ),
                ("better", &[[[9.5, 9.6], [9.7, 9.8]], [[9.7, 10.1], [9.8, 9.8]]], BoostedHazards),
                ("a much better mixture", &[[[9.8, 9.8], [9.5, 9.6]], [[9.8, 9.9], [9.5, 9.6]]], Mixture),
                ("hedged", &[[[9.0, 10.5], [9.3, 9.9]], [[9.0, 9.5], [9.5, 9.6]]], Mixture),
            ],
        );
    }

    #[test]
    fn where_cases_wait_in_line_hazards_serve_unless_clearly_worse() {
        use Estimator::{BoostedHazards, CohortCurves, Mixture};
        must_serve(
            true,
            &[
                ("better", &[[[9.9, 9.9], [9.8, 9.8]]], BoostedHazards),
                ("a better mixture", &[[[9.9, 9.9], [9.6, 9.6]]], BoostedHazards),
                ("a little worse", &[[[10.2, 10.1], [9.6, 9.6]]], BoostedHazards),
                ("clearly worse", &[[[10.4, 10.1], [9.6, 9.6]]], Mixture),
                ("both worse", &[[[10.4, 10.0], [10.0, 10.1]]], CohortCurves),
            ],
        );
    }
}
