//! The three sets of curves that make a predictor.

use model::{Cohort, CohortCurves, CohortSet, Event, FormDefinition, Predictor, TimeScale};

use super::counts::Table;
use super::fit::{self, Unweighted};
use crate::error::TrainingError;
use crate::risk_rows::{Wait, rows};
use crate::visits::Visits;

/// The hyperparameters of cohort curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hyperparameters {
    /// The time scale of the curves.
    pub(crate) time_scale: TimeScale,
    /// The age, in days, at which a case weighs half as much; `None` weighs all cases alike.
    pub(crate) half_life: Option<f64>,
}

/// How cases leave their states.
#[derive(Clone)]
pub(super) struct Exits {
    pub(super) exits: CohortSet,
    pub(super) steps: Option<CohortSet>,
}

impl Exits {
    pub(super) fn learn(
        form: &FormDefinition,
        visits: &Visits,
        hyperparameters: Hyperparameters,
        attributes: usize,
    ) -> Result<Option<Self>, TrainingError> {
        let learn = |wait| learn(form, visits, wait, hyperparameters, attributes);
        let Some(exits) = learn(Wait::Exit)? else { return Ok(None) };
        let steps = learn(Wait::StepAfterStatus)?;
        Ok(Some(Self { exits, steps }))
    }

    pub(super) fn with_decisions(self, form: &FormDefinition, decisions: CohortSet) -> Predictor {
        let has_status =
            |cohort: &Cohort| cohort.causes.iter().any(|cause| matches!(cause.event, Event::Status(_)));
        // Where no case waited in a status, the step that is sure to come from there is the decision.
        let needed = self.steps.is_none() && self.exits.cohorts().iter().any(has_status);
        let steps = if needed { Some(decisions.clone()) } else { self.steps };
        Predictor::CohortCurves(CohortCurves::new(form.decision(), self.exits, steps, decisions))
    }
}

/// Learns the curves of one wait for queues with at most `attributes` known attributes; `None` if no case was seen waiting.
pub(super) fn learn(
    form: &FormDefinition,
    visits: &Visits,
    wait: Wait,
    Hyperparameters { time_scale, half_life }: Hyperparameters,
    attributes: usize,
) -> Result<Option<CohortSet>, TrainingError> {
    let rows = rows(&visits.rows, wait, time_scale, form);
    let Some(table) = Table::new(rows, visits.schema.queue.len()) else { return Ok(None) };
    fit::fit(&table, &Unweighted::new(&table), time_scale, half_life, attributes).map(Some)
}
