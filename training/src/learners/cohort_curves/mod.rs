//! Cohort curves: what groups of similar cases went on to, and when, under recency weights.

mod counts;
mod curves;
mod fit;
mod fixed;
mod hazards;
mod selection;
mod sets;
mod ticks;

use model::{FormDefinition, MAX_QUEUE_ATTRIBUTES, TargetRecord};

pub use self::fixed::{Fixed, HalfLife};
pub(crate) use self::selection::Selected;
use self::sets::{Exits, learn};
use super::estimator::Estimator;
use super::{Learned, Learner};
use crate::error::TrainingError;
use crate::risk_rows::Wait;
use crate::validation::Fold;
use crate::visits::TrainingView;

/// Learns cohort curves.
pub(crate) struct CohortCurvesLearner {
    /// What is not left to validation.
    pub(crate) fixed: Fixed,
}

impl Learner for CohortCurvesLearner {
    type Settings = Selected;

    fn select(&self, form: &FormDefinition, folds: &[Fold<'_>]) -> Result<Selected, TrainingError> {
        selection::select(form, folds, self.fixed)
    }

    fn fit(&self, view: TrainingView<'_>, selected: &Selected) -> Result<Option<Learned>, TrainingError> {
        self.fit_wide(view, selected, MAX_QUEUE_ATTRIBUTES)
    }
}

impl CohortCurvesLearner {
    /// Learns only the cohorts whose queues know at most `attributes` attributes.
    pub(super) fn fit_wide(
        &self,
        TrainingView { form, visits, .. }: TrainingView<'_>,
        selected: &Selected,
        attributes: usize,
    ) -> Result<Option<Learned>, TrainingError> {
        let Selected { next_step, decision } = *selected;
        let (exits, decisions) = rayon::join(
            || Exits::learn(form, visits, next_step.hyperparameters, attributes),
            || learn(form, visits, Wait::Decision, decision.hyperparameters, attributes),
        );
        let (Some(exits), Some(decisions)) = (exits?, decisions?) else { return Ok(None) };
        let record = |selected: selection::Selection| TargetRecord {
            time_scale: selected.hyperparameters.time_scale,
            half_life_days: selected.hyperparameters.half_life,
            fixed: self.fixed != Fixed::default(),
            validation_crps_days: selected.crps_days,
        };
        let predictor = exits.with_decisions(form, decisions);
        Ok(Some(Learned {
            estimator: Estimator::CohortCurves,
            predictor,
            candidates: Vec::new(),
            decision: record(decision),
            next_step: record(next_step),
        }))
    }
}
