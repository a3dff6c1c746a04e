//! The curves of the cases that answered, as the model has them.

use model::{Basis, Cohort, CohortSet, Features, FormModel, TimeScale};
use serde::Serialize;

use crate::estimates::group_name;

/// A curve of a group of cases: of those that were still waiting after some days, the share that is left later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohortCurve {
    /// The cases.
    pub group: String,
    /// How many they are.
    pub cases: u32,
    /// How many of them had the event of the curve.
    pub events: u32,
    /// Days on the clock. Two equal values are a jump.
    pub days: Vec<f32>,
    /// The share of the cases that have not had the event by then. It begins at 1 and is linear between two days.
    pub share: Vec<f32>,
    /// The hazard per day that is assumed beyond the last of the days.
    pub tail_hazard_per_day: f32,
}

impl CohortCurve {
    fn new(model: &FormModel, cohort: &Cohort) -> Self {
        Self {
            group: group_name(model, cohort.key.state, cohort.key.queue),
            cases: cohort.n,
            events: cohort.events,
            days: cohort.curve.times().to_vec(),
            share: cohort.curve.survivals().to_vec(),
            tail_hazard_per_day: cohort.curve.tail(),
        }
    }
}

/// The curves from which the estimate is composed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedCurves {
    /// The clock of the curves.
    pub clock: TimeScale,
    /// Where the case stands on the clock.
    pub waited_days: f64,
    /// The share that is still in the state: the cases that answered, whatever they went on to.
    pub in_state: CohortCurve,
    /// The share that is still undecided, of cases that entered the state.
    pub undecided: CohortCurve,
}

impl ExplainedCurves {
    pub(super) fn new(model: &FormModel, features: &Features, basis: &Basis) -> Self {
        let curves = model.predictor().cohorts();
        let clock = curves.exits().time_scale();
        // The case is placed as the cohort sees it.
        let is_own = basis.state.is_none_or(|state| state == features.state);
        let placed = if is_own { *features } else { features.in_last_step() };
        Self {
            clock,
            waited_days: clock.waited(&placed).at_least_zero().get(),
            in_state: CohortCurve::new(model, cohort(curves.exits(), basis)),
            undecided: CohortCurve::new(model, cohort(curves.decisions(), basis)),
        }
    }
}

/// The smallest cohort of a set that contains the cases of a basis.
fn cohort<'a>(set: &'a CohortSet, basis: &Basis) -> &'a Cohort {
    basis.state.and_then(|state| set.smallest(state, basis.queue)).unwrap_or(set.all())
}
