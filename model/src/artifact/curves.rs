//! Predictors as a file holds them: their shape as JSON, their numbers as `f32`.

use serde::{Deserialize, Serialize};

use super::error::ArtifactError;
use crate::curve::Grid;
use crate::features::Queue;
use crate::form::{FormDefinition, MAX_QUEUE_ATTRIBUTES};
use crate::form_model::ModelError;
use crate::predictors::{Cause, Cohort, CohortCurves, CohortKey, Predictor, TimeScale};
use crate::target::Target;

/// The kind of a predictor with everything but its numbers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PredictorShape {
    CohortCurves(CurvesShape),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CurvesShape {
    time_scale: TimeScale,
    knots: usize,
    cohorts: Vec<CohortShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CohortShape {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queue: Vec<u16>,
    n: u32,
    events: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
}

impl PredictorShape {
    pub(super) fn from_predictor(form: &FormDefinition, predictor: &Predictor) -> Self {
        match predictor {
            Predictor::CohortCurves(curves) => Self::CohortCurves(CurvesShape::from_curves(form, curves)),
        }
    }

    /// The predictor of this shape with the next of the numbers.
    pub(super) fn read(
        self,
        target: Target,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<Predictor, ArtifactError> {
        match self {
            Self::CohortCurves(shape) => shape.read(target, form, numbers).map(Predictor::CohortCurves),
        }
    }
}

impl CurvesShape {
    fn from_curves(form: &FormDefinition, curves: &CohortCurves) -> Self {
        let cohorts = curves.cohorts().iter().map(|cohort| CohortShape {
            state: cohort.key.state.map(|state| form.state(state).0.to_owned()),
            queue: cohort.key.queue.codes().to_vec(),
            n: cohort.n,
            events: cohort.events,
            causes: cohort.causes.iter().map(|cause| form.milestone(cause.milestone).id.clone()).collect(),
        });
        let knots = curves.grid().knots().len();
        Self { time_scale: curves.time_scale(), knots, cohorts: cohorts.collect() }
    }

    fn read(
        self,
        target: Target,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<CohortCurves, ArtifactError> {
        let grid = Grid::new(numbers.take(self.knots)?);
        let grid = grid.map_err(|cause| ArtifactError::Grid { target, cause })?;
        let cohorts = self
            .cohorts
            .into_iter()
            .map(|shape| shape.read(target, form, self.knots, numbers))
            .collect::<Result<Vec<Cohort>, ArtifactError>>()?;
        CohortCurves::new(self.time_scale, grid, cohorts)
            .map_err(|cause| ArtifactError::Cohorts { target, cause })
    }
}

impl CohortShape {
    fn read(
        self,
        target: Target,
        form: &FormDefinition,
        knots: usize,
        numbers: &mut Numbers<'_>,
    ) -> Result<Cohort, ArtifactError> {
        let unknown = || ArtifactError::Model(ModelError::UnknownPart { target });
        let state = match self.state {
            None => None,
            Some(name) => Some(form.state_ids().find(|&id| form.state(id).0 == name).ok_or_else(unknown)?),
        };
        if self.queue.len() > MAX_QUEUE_ATTRIBUTES {
            return Err(unknown());
        }
        let mut queue = Queue::default();
        self.queue.iter().for_each(|&code| queue.push(code));
        let (hazard, tail) = (numbers.take(knots)?, numbers.take_one()?);
        let mut causes = Vec::new();
        for name in self.causes {
            let milestone = form.milestone_named(&name).ok_or_else(unknown)?;
            let (incidence, tail_share) = (numbers.take(knots)?, numbers.take_one()?);
            causes.push(Cause { milestone, incidence, tail_share });
        }
        let key = CohortKey { state, queue };
        Ok(Cohort { key, n: self.n, events: self.events, hazard, tail, causes })
    }
}

/// Appends the numbers of a predictor.
pub(super) fn write(bytes: &mut Vec<u8>, predictor: &Predictor) {
    let Predictor::CohortCurves(curves) = predictor;
    let mut put = |numbers: &[f32]| {
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    };
    put(curves.grid().knots());
    for cohort in curves.cohorts() {
        put(&cohort.hazard);
        put(&[cohort.tail]);
        for cause in &cohort.causes {
            put(&cause.incidence);
            put(&[cause.tail_share]);
        }
    }
}

/// The numbers that are not read yet.
pub(super) struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn new(section: &'a [u8]) -> Result<Self, ArtifactError> {
        if section.len().is_multiple_of(4) { Ok(Self(section)) } else { Err(ArtifactError::CurvesLength) }
    }

    fn take(&mut self, count: usize) -> Result<Vec<f32>, ArtifactError> {
        let split = count.checked_mul(4).and_then(|length| self.0.split_at_checked(length));
        let (head, rest) = split.ok_or(ArtifactError::CurvesLength)?;
        self.0 = rest;
        Ok(head
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect())
    }

    fn take_one(&mut self) -> Result<f32, ArtifactError> {
        self.take(1).map(|numbers| numbers[0])
    }

    /// Every number must have been read.
    pub(super) fn finish(self) -> Result<(), ArtifactError> {
        if self.0.is_empty() { Ok(()) } else { Err(ArtifactError::CurvesLength) }
    }
}
