//! What learners make: a predictor of one target.
//!
//! A [`FormModel`](crate::FormModel) holds one predictor a target and asks it the questions below. Nothing outside this
//! module depends on how a predictor answers them. A new kind of predictor is a variant of [`Predictor`] and a section
//! of the model file.

mod cohort_curves;
mod prediction;

pub use cohort_curves::{Cause, Cohort, CohortCurves, CohortError, CohortKey};
pub use prediction::{PredictedStep, TimeScale};

use crate::curve::Quantiles;
use crate::estimate::{Basis, RemainingTime};
use crate::features::{FeatureSchema, Features};
use crate::form::{FormDefinition, MilestoneId};

/// What answers for one target of one form.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictor {
    /// Curves of cohorts of similar cases.
    CohortCurves(CohortCurves),
}

impl Predictor {
    /// Quantiles of the remaining time of a case with these features.
    #[must_use]
    pub fn quantiles(&self, features: &Features) -> Quantiles {
        match self {
            Self::CohortCurves(curves) => curves.quantiles(features),
        }
    }

    /// The remaining time of a case with these features, and the cases on which it rests.
    #[must_use]
    pub fn remaining_time(&self, features: &Features) -> RemainingTime {
        match self {
            Self::CohortCurves(curves) => curves.remaining_time(features),
        }
    }

    /// The step that comes next among those that still can, or `None` if the history shows no such step of such cases.
    #[must_use]
    pub fn next_step(
        &self,
        features: &Features,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<PredictedStep> {
        match self {
            Self::CohortCurves(curves) => curves.next_step(features, can_come),
        }
    }

    /// Whether enough cases were seen in the state of the case: at least [`MIN_SIMILAR_CASES`](crate::MIN_SIMILAR_CASES) with the event.
    #[must_use]
    pub fn knows_state(&self, features: &Features) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.knows_state(features),
        }
    }

    /// All cases that the predictor learned from, and how many of them had the event.
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
            Self::CohortCurves(curves) => curves.time_scale(),
        }
    }

    /// Whether every state, queue and milestone of the predictor exists in the form and the schema.
    pub(crate) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.fits(form, schema),
        }
    }
}
