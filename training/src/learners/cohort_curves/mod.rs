//! Cohort curves: Kaplan-Meier and Aalen-Johansen curves of groups of similar cases, under recency weights.

pub(crate) mod curves;
mod selection;

use model::{Predictor, Target, TargetRecord};

use super::{Learner, TrainingView};
use crate::error::TrainingError;
use crate::risk_table::{PlacedRows, keyed_rows};

/// Name and revision of the learner. Change the revision with everything that changes what the same history gives: `demo`
/// retrains models of another revision.
pub const ESTIMATOR: &str = "cohort_curves 4";

/// Learns cohort curves.
pub(crate) struct CohortCurvesLearner;

impl Learner for CohortCurvesLearner {
    fn estimator(&self) -> &'static str {
        ESTIMATOR
    }

    fn fit(
        &self,
        view: TrainingView<'_>,
        target: Target,
    ) -> Result<Option<(Predictor, TargetRecord)>, TrainingError> {
        let selected = selection::select(view, target)?;
        let (time_scale, half_life) =
            (selected.hyperparameters.time_scale, selected.hyperparameters.half_life);
        let rows = keyed_rows(&view.visits.rows, target, time_scale, view.form.decision());
        let Some(placed) = PlacedRows::new(&rows) else { return Ok(None) };
        let curves = curves::fit(&placed, time_scale, half_life)?;
        let record = TargetRecord { half_life_days: half_life, validation_crps_days: selected.crps_days };
        Ok(Some((Predictor::CohortCurves(curves), record)))
    }
}
