//! What learners make: a predictor of the next step and of the decision.
//!
//! A [`FormModel`](crate::FormModel) holds one predictor and asks it the questions below. Nothing outside this module depends
//! on how a predictor answers them. A new kind of predictor is a variant of [`Predictor`] and a section of the model file.

mod cohort_curves;
mod cohorts;
mod leaving;
mod mixture;
mod prediction;

pub use cohort_curves::CohortCurves;
pub use cohorts::{Cause, Cohort, CohortError, CohortKey, CohortSet, Event};
pub use prediction::{PredictedStep, Prediction, TimeScale};

use crate::estimate::Basis;
use crate::features::{FeatureSchema, Features};
use crate::form::{FormDefinition, MilestoneId};

/// What answers for one form.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictor {
    /// Curves of cohorts of similar cases.
    CohortCurves(CohortCurves),
}

impl Predictor {
    /// The next step and the decision of a case with these features. `is_pending` says that it is not decided; only the steps that
    /// `can_come` are considered. `None` if the history shows no such step of such cases.
    #[must_use]
    pub fn predict(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<Prediction> {
        match self {
            Self::CohortCurves(curves) => curves.predict(features, is_pending, can_come),
        }
    }

    /// Whether enough cases were seen in the state of the case: at least [`MIN_SIMILAR_CASES`](crate::MIN_SIMILAR_CASES)
    /// that left it.
    #[must_use]
    pub fn knows_state(&self, features: &Features) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.knows_state(features),
        }
    }

    /// All cases that the predictor learned from, and how many of them were decided.
    #[must_use]
    pub fn basis(&self) -> Basis {
        match self {
            Self::CohortCurves(curves) => curves.basis(),
        }
    }

    /// The scale on which the time already waited is counted.
    #[must_use]
    pub const fn time_scale(&self) -> TimeScale {
        match self {
            Self::CohortCurves(curves) => curves.exits().time_scale(),
        }
    }

    /// Whether every state, queue and milestone of the predictor exists in the form and the schema.
    pub(crate) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.fits(form, schema),
        }
    }
}
