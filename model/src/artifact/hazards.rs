//! Boosted hazards as a file holds them: their shape as JSON, their trees as 32-bit words.

use serde::{Deserialize, Serialize};

use super::curves::{CurvesShape, Numbers};
use super::error::ArtifactError;
use crate::form::FormDefinition;
use crate::form_model::ModelError;
use crate::predictors::forest::{Node, Parts};
use crate::predictors::{BoostedHazards, Forest, Hazards, Shares, Unit};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HazardsShape {
    /// Their weight in a mixture with the cohort curves.
    weight: f32,
    unit: Unit,
    knots: Vec<f32>,
    /// By state, the days of a unit of the exits, unless it is that of the decisions.
    exit_days: Vec<Option<f32>>,
    exit_knots: Vec<f32>,
    /// The steps that come next, by id.
    steps: Vec<String>,
    segments: Vec<u8>,
    exits: ForestShape,
    shares: ForestShape,
    decisions: ForestShape,
    cohorts: CurvesShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForestShape {
    columns: usize,
    width: usize,
    trees: Vec<u32>,
    nodes: usize,
    sets: usize,
    leaves: usize,
}

impl HazardsShape {
    pub(super) fn new(form: &FormDefinition, boosted: &BoostedHazards) -> Self {
        Self {
            weight: boosted.weight,
            unit: boosted.unit,
            knots: boosted.decisions.knots().to_vec(),
            exit_days: boosted.exit_days.clone(),
            exit_knots: boosted.exits.knots().to_vec(),
            steps: boosted.steps.iter().map(|step| form.milestone(*step).id.clone()).collect(),
            segments: boosted.shares.segments.clone(),
            exits: ForestShape::new(&boosted.exits.forest),
            shares: ForestShape::new(&boosted.shares.forest),
            decisions: ForestShape::new(&boosted.decisions.forest),
            cohorts: CurvesShape::new(form, boosted.cohorts()),
        }
    }

    pub(super) fn read(
        self,
        form: &FormDefinition,
        numbers: &mut Numbers<'_>,
    ) -> Result<BoostedHazards, ArtifactError> {
        let unknown = || ArtifactError::Model(ModelError::UnknownPart);
        let cohorts = self.cohorts.read(form, numbers)?;
        let step = |id: &String| form.milestone_named(id).ok_or_else(unknown);
        let steps = self.steps.iter().map(step).collect::<Result<Vec<_>, _>>()?;
        let [exits, shares, decisions] = [self.exits, self.shares, self.decisions].map(|shape| {
            let base = numbers.take(shape.width)?;
            Ok::<_, ArtifactError>((base, shape.read(numbers)?))
        });
        let (exits, shares, decisions) = (exits?, shares?, decisions?);
        let exits = Hazards::new(self.exit_knots, exits.0, exits.1).ok_or_else(unknown)?;
        let decisions = Hazards::new(self.knots, decisions.0, decisions.1).ok_or_else(unknown)?;
        let segments = self.segments.last().map_or(1, |last| usize::from(*last) + 1);
        let events = shares.0.len() / segments;
        let shares = Shares::new(events, self.segments, shares.0, shares.1).ok_or_else(unknown)?;
        let boosted =
            BoostedHazards::new(self.unit, (self.exit_days, exits), (steps, shares), decisions, cohorts);
        Ok(boosted.ok_or_else(unknown)?.with_weight(self.weight))
    }
}

impl ForestShape {
    fn new(forest: &Forest) -> Self {
        let parts = forest.parts();
        Self {
            columns: parts.columns,
            width: parts.width,
            trees: parts.trees.clone(),
            nodes: parts.nodes.len(),
            sets: parts.sets.len(),
            leaves: parts.leaves.len(),
        }
    }

    fn read(self, numbers: &mut Numbers<'_>) -> Result<Forest, ArtifactError> {
        let words = numbers.take_words(self.nodes.checked_mul(4).ok_or(ArtifactError::CurvesLength)?)?;
        let nodes = words.chunks_exact(4).map(|node| Node::from_words([node[0], node[1], node[2], node[3]]));
        let parts = Parts {
            columns: self.columns,
            width: self.width,
            trees: self.trees,
            nodes: nodes.collect(),
            sets: numbers.take_words(self.sets)?,
            leaves: numbers.take(self.leaves)?,
        };
        Forest::from_parts(parts).map_err(ArtifactError::Forest)
    }
}

/// Appends the numbers of boosted hazards.
pub(super) fn write(bytes: &mut Vec<u8>, boosted: &BoostedHazards) {
    let parts = [
        (&boosted.exits.base, &boosted.exits.forest),
        (&boosted.shares.base, &boosted.shares.forest),
        (&boosted.decisions.base, &boosted.decisions.forest),
    ];
    for (base, forest) in parts {
        let parts = forest.parts();
        let nodes = parts.nodes.iter().flat_map(|node| node.to_words());
        let words = base
            .iter()
            .map(|number| number.to_bits())
            .chain(nodes)
            .chain(parts.sets.iter().copied())
            .chain(parts.leaves.iter().map(|number| number.to_bits()));
        words.for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    }
}
