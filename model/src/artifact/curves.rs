//! Cohort curves as a file holds them: their shape as JSON, their numbers as `f32`.

use serde::{Deserialize, Serialize};

use super::error::ArtifactError;
use crate::curve::Curve;
use crate::features::Queue;
use crate::form::{FormDefinition, MAX_QUEUE_ATTRIBUTES};
use crate::form_model::ModelError;
use crate::predictors::{Cause, Cohort, CohortCurves, CohortError, CohortKey, CohortSet, Event, TimeScale};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CurvesShape {
    exits: SetShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<SetShape>,
    decisions: SetShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetShape {
    time_scale: TimeScale,
    cohorts: Vec<CohortShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CohortShape {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queue: Vec<Option<u16>>,
    n: u32,
    events: u32,
    decided: u32,
    knots: usize,
    causes: Vec<EventShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EventShape {
    Step(String),
    Status(String),
}

impl CurvesShape {
    pub(super) fn new(form: &FormDefinition, curves: &CohortCurves) -> Self {
        let shape = |set: &CohortSet| SetShape::from_set(form, set);
        Self {
            exits: shape(curves.exits()),
            steps: curves.steps().map(shape),
            decisions: shape(curves.decisions()),
        }
    }

    pub(super) fn read(
        self,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<CohortCurves, ArtifactError> {
        let exits = self.exits.read(form, numbers)?;
        let steps = self.steps.map(|steps| steps.read(form, numbers)).transpose()?;
        let decisions = self.decisions.read(form, numbers)?;
        Ok(CohortCurves::new(form.decision(), exits, steps, decisions))
    }
}

impl SetShape {
    fn from_set(form: &FormDefinition, set: &CohortSet) -> Self {
        let event = |cause: &Cause| match cause.event {
            Event::Step(milestone) => EventShape::Step(form.milestone(milestone).id.clone()),
            Event::Status(state) => EventShape::Status(form.state(state).0.to_owned()),
        };
        let cohorts = set.cohorts().iter().map(|cohort| CohortShape {
            state: cohort.key.state.map(|state| form.state(state).0.to_owned()),
            queue: codes(cohort.key.queue),
            n: cohort.n,
            events: cohort.events,
            decided: cohort.decided,
            knots: cohort.curve.times().len(),
            causes: cohort.causes.iter().map(event).collect(),
        });
        Self { time_scale: set.time_scale(), cohorts: cohorts.collect() }
    }

    fn read(self, form: &FormDefinition, numbers: &mut Numbers<'_>) -> Result<CohortSet, ArtifactError> {
        let cohorts = self
            .cohorts
            .into_iter()
            .enumerate()
            .map(|(index, shape)| shape.read(index, form, numbers))
            .collect::<Result<Vec<Cohort>, ArtifactError>>()?;
        CohortSet::new(self.time_scale, cohorts).map_err(ArtifactError::Cohorts)
    }
}

/// The codes of a queue up to the last one that is known.
fn codes(queue: Queue) -> Vec<Option<u16>> {
    let length = queue.known().last().map_or(0, |(position, _)| position + 1);
    (0..length).map(|position| queue.code(position)).collect()
}

impl CohortShape {
    fn read(
        self,
        index: usize,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<Cohort, ArtifactError> {
        let unknown = || ArtifactError::Model(ModelError::UnknownPart);
        let state_named =
            |name: &str| form.state_ids().find(|&id| form.state(id).0 == name).ok_or_else(unknown);
        let state = self.state.as_deref().map(state_named).transpose()?;
        if self.queue.len() > MAX_QUEUE_ATTRIBUTES {
            return Err(unknown());
        }
        let mut queue = Queue::default();
        for (position, code) in self.queue.iter().enumerate() {
            if let Some(code) = code {
                queue.set(position, *code);
            }
        }
        let (times, survival) = (numbers.take(self.knots)?, numbers.take(self.knots)?);
        let curve = Curve::new(times, survival, numbers.take_one()?);
        let curve = curve.map_err(|cause| ArtifactError::Cohorts(CohortError::Curve { index, cause }))?;
        let mut causes = Vec::new();
        for shape in self.causes {
            let event = match shape {
                EventShape::Step(name) => Event::Step(form.milestone_named(&name).ok_or_else(unknown)?),
                EventShape::Status(name) => Event::Status(state_named(&name)?),
            };
            let (at_once, tail_share) = (numbers.take_one()?, numbers.take_one()?);
            let shares = numbers.take(self.knots.saturating_sub(1))?;
            causes.push(Cause { event, at_once, shares, tail_share });
        }
        let key = CohortKey { state, queue };
        Ok(Cohort { key, n: self.n, events: self.events, decided: self.decided, curve, causes })
    }
}

/// Appends the numbers of cohort curves.
pub(super) fn write(bytes: &mut Vec<u8>, curves: &CohortCurves) {
    let mut put = |numbers: &[f32]| {
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    };
    for set in [Some(curves.exits()), curves.steps(), Some(curves.decisions())].into_iter().flatten() {
        for cohort in set.cohorts() {
            put(cohort.curve.times());
            put(cohort.curve.survivals());
            put(&[cohort.curve.tail()]);
            for cause in &cohort.causes {
                put(&[cause.at_once, cause.tail_share]);
                put(&cause.shares);
            }
        }
    }
}

/// The numbers that are not read yet.
pub(super) struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn new(section: &'a [u8]) -> Result<Self, ArtifactError> {
        if section.len().is_multiple_of(4) { Ok(Self(section)) } else { Err(ArtifactError::CurvesLength) }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<Vec<f32>, ArtifactError> {
        Ok(self.take_words(count)?.into_iter().map(f32::from_bits).collect())
    }

    pub(super) fn take_words(&mut self, count: usize) -> Result<Vec<u32>, ArtifactError> {
        let split = count.checked_mul(4).and_then(|length| self.0.split_at_checked(length));
        let (head, rest) = split.ok_or(ArtifactError::CurvesLength)?;
        self.0 = rest;
        Ok(head
            .chunks_exact(4)
            .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
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
