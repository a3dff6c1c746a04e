//! The cases that answered, and the model that they come from.

use model::artifact::Artifact;
use model::{AsOf, Basis, Day, Features, FormModel, Queue, TimeScale, TrainedOn};
use serde::Serialize;

use crate::estimates::group_name;

/// What the state of the cases that answered has to do with that of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SharedState {
    /// They were in the same state.
    Own,
    /// They were in the last step of the case, because too few cases were ever in its own state.
    LastStep,
    /// They were in any state, because too few cases were ever in either.
    Any,
}

/// The cases that answered for the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedBasis {
    /// What they share with the case: `state=biometrics; center=MSC`, or `all`.
    pub group: String,
    /// The group of the case itself, as far as its attributes are known.
    pub own_group: String,
    /// How many they are.
    pub cases: u32,
    /// How many of them were decided.
    pub decided: u32,
    /// Which state they were in.
    pub state: SharedState,
    /// The attributes of the case in which they may differ from it, because too few cases share them.
    pub dropped: Vec<String>,
}

impl ExplainedBasis {
    pub(super) fn new(model: &FormModel, features: &Features, basis: &Basis) -> Self {
        let state = match basis.state {
            None => SharedState::Any,
            Some(state) if state == features.state => SharedState::Own,
            Some(_) => SharedState::LastStep,
        };
        Self {
            group: group_name(model, basis.state, basis.queue),
            own_group: group_name(model, Some(features.state), features.queue),
            cases: basis.n,
            decided: basis.events,
            state,
            dropped: dropped(model, features.queue, basis.queue),
        }
    }
}

fn dropped(model: &FormModel, own: Queue, shared: Queue) -> Vec<String> {
    let names = &model.schema().queue;
    let dropped = own.known().filter(|(position, _)| shared.code(*position).is_none());
    dropped.filter_map(|(position, _)| names.get(position).map(|attribute| attribute.name.clone())).collect()
}

/// What the model was trained on, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedModel {
    /// Form, as-of day of the training, and a hash of the file.
    pub version: String,
    /// Name and revision of the learner.
    pub estimator: String,
    /// The training used nothing later.
    pub trained_as_of: AsOf,
    /// Real or simulated cases.
    pub trained_on: TrainedOn,
    /// The name of the training history.
    pub history: String,
    /// The training cases.
    pub cases: u64,
    /// Those of them that were decided.
    pub decided: u64,
    /// Receipt of the first of them.
    pub first_received: Day,
    /// Receipt of the last of them.
    pub last_received: Day,
    /// The clock on which waits are counted.
    pub clock: TimeScale,
    /// The age, in days, at which a case weighs half as much; `None` if all weigh alike.
    pub half_life_days: Option<f64>,
    /// Whether the person who trained the model fixed the clock or the half-life; if not, forward validation chose them.
    pub fixed: bool,
}

impl ExplainedModel {
    pub(super) fn new(artifact: &Artifact) -> Self {
        let training = artifact.model.training();
        Self {
            version: artifact.version.clone(),
            estimator: training.estimator.clone(),
            trained_as_of: training.as_of,
            trained_on: training.trained_on,
            history: training.history.clone(),
            cases: training.cases,
            decided: training.decided,
            first_received: training.first_received,
            last_received: training.last_received,
            clock: training.decision.time_scale,
            half_life_days: training.decision.half_life_days,
            fixed: training.decision.fixed,
        }
    }
}
