//! Cohort curves: what groups of similar cases went on to, and when, under recency weights.

mod counts;
mod curves;
mod fit;
mod fixed;
mod hazards;
mod selection;
mod sets;
mod ticks;

use model::TargetRecord;

pub use self::fixed::{Fixed, HalfLife};
use self::sets::{Exits, learn};
use super::{Learned, Learner, TrainingView};
use crate::error::TrainingError;
use crate::risk_rows::Wait;

/// Name and revision of the learner. Change the revision with everything that changes what the same history gives: `demo`
/// retrains models of another revision.
pub const ESTIMATOR: &str = "cohort_curves 5";

/// Learns cohort curves.
pub(crate) struct CohortCurvesLearner {
    /// What is not left to validation.
    pub(crate) fixed: Fixed,
}

impl Learner for CohortCurvesLearner {
    fn estimator(&self) -> &'static str {
        ESTIMATOR
    }

    fn fit(&self, view: TrainingView<'_>) -> Result<Option<Learned>, TrainingError> {
        let selected = selection::select(view, self.fixed)?;
        let [next_step, decision] = [selected.next_step, selected.decision];
        let (exits, decisions) = rayon::join(
            || Exits::learn(view.form, view.visits, next_step.hyperparameters),
            || learn(view.form, view.visits, Wait::Decision, decision.hyperparameters),
        );
        let (Some(exits), Some(decisions)) = (exits?, decisions?) else { return Ok(None) };
        let record = |selected: selection::Selection| TargetRecord {
            time_scale: selected.hyperparameters.time_scale,
            half_life_days: selected.hyperparameters.half_life,
            fixed: self.fixed != Fixed::default(),
            validation_crps_days: selected.crps_days,
        };
        let predictor = exits.with_decisions(view.form, decisions);
        Ok(Some(Learned { predictor, decision: record(decision), next_step: record(next_step) }))
    }
}
