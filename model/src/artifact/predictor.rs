//! The predictor as a file holds it: its shape as JSON, its numbers as 32-bit words.

use serde::{Deserialize, Serialize};

use super::curves::{self, CurvesShape, Numbers};
use super::error::ArtifactError;
use super::hazards::{self, HazardsShape};
use crate::form::FormDefinition;
use crate::predictors::Predictor;

/// The kind of a predictor with everything but its numbers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PredictorShape {
    CohortCurves(CurvesShape),
    BoostedHazards(Box<HazardsShape>),
}

impl PredictorShape {
    pub(super) fn from_predictor(form: &FormDefinition, predictor: &Predictor) -> Self {
        match predictor {
            Predictor::CohortCurves(curves) => Self::CohortCurves(CurvesShape::new(form, curves)),
            Predictor::BoostedHazards(boosted) => {
                Self::BoostedHazards(Box::new(HazardsShape::new(form, boosted)))
            }
        }
    }

    /// The predictor of this shape with the numbers.
    pub(super) fn read(
        self,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<Predictor, ArtifactError> {
        Ok(match self {
            Self::CohortCurves(curves) => Predictor::CohortCurves(curves.read(form, numbers)?),
            Self::BoostedHazards(boosted) => {
                Predictor::BoostedHazards(Box::new(boosted.read(form, numbers)?))
            }
        })
    }
}

/// Appends the numbers of a predictor.
pub(super) fn write(bytes: &mut Vec<u8>, predictor: &Predictor) {
    curves::write(bytes, predictor.cohorts());
    if let Predictor::BoostedHazards(boosted) = predictor {
        hazards::write(bytes, boosted);
    }
}
