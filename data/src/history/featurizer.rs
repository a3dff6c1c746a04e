//! What a model sees of the cases of a history.

use model::{Covariates, FeatureSchema, Features, Moment, Progress, Queue, QueueState, Trail, TrailAction};

use super::actions::HistoryAction;
use super::as_of::{HistoryCase, HistoryView};
use super::columns::Attribute;

/// Translates the cases of a history into what a model sees, in the codes of its schema.
pub struct Featurizer<'a> {
    schema: &'a FeatureSchema,
    queue_state: Option<&'a QueueState>,
    /// A queue attribute with its position, and the schema's code of each of its values in the history.
    queue: Vec<(usize, &'a Attribute, Vec<Option<u16>>)>,
    /// By column, an attribute with the number that stands for each of its values in the history.
    columns: Vec<Option<(&'a Attribute, Vec<f32>)>>,
    /// The schema's position of each action code of the history.
    actions: Vec<Option<u16>>,
    /// The schema's position of each resource of the history.
    resources: Vec<Option<u16>>,
}

impl<'a> Featurizer<'a> {
    /// Prepares the translation into the codes of a schema, with the state of the lines that a case is placed in.
    #[must_use]
    pub fn new(
        known: HistoryView<'a>,
        schema: &'a FeatureSchema,
        queue_state: Option<&'a QueueState>,
    ) -> Self {
        let history = known.history();
        let queue = schema.queue.iter().enumerate().filter_map(|(position, expected)| {
            let attribute = history.attribute(&expected.name)?;
            let codes = attribute.values().iter().map(|value| expected.code(value)).collect();
            Some((position, attribute, codes))
        });
        let covariates = &schema.covariates;
        let columns = (0..covariates.columns.len()).map(|column| {
            let attribute = history.attribute(covariates.attribute(column)?)?;
            let number = |value: &String| covariates.value(column, Some(value));
            Some((attribute, attribute.values().iter().map(number).collect()))
        });
        let actions = history.action_codes().iter().map(|code| covariates.action(code));
        let resources = history.resources().iter().map(|name| covariates.resource(name));
        Self {
            schema,
            queue_state,
            queue: queue.collect(),
            columns: columns.collect(),
            actions: actions.collect(),
            resources: resources.collect(),
        }
    }

    /// The queue of a case. An attribute that the history lacks, or whose value the schema does not have, is not known.
    #[must_use]
    pub fn queue(&self, case: usize) -> Queue {
        let mut queue = Queue::default();
        for (position, attribute, codes) in &self.queue {
            if let Some(code) = attribute.code(case).and_then(|code| codes[code]) {
                queue.set(*position, code);
            }
        }
        queue
    }

    /// What a model sees at a moment of a case that stands at `progress` after its known actions.
    #[must_use]
    pub fn features(&self, case: &HistoryCase<'_>, progress: &Progress, at: Moment) -> Features {
        let features = Features::at(progress, self.queue(case.number()), at);
        if self.schema.covariates.is_empty() {
            return features;
        }
        let mut trail = Trail::default();
        for action in case.known_actions() {
            self.take(&mut trail, action);
        }
        let covariates = self.covariates(case.number(), &features, progress, (&trail, self.queue_state), at);
        Features { covariates, ..features }
    }

    /// Takes an action of the history into a trail.
    pub fn take(&self, trail: &mut Trail, action: HistoryAction) {
        let HistoryAction { code, at, resource } = action;
        let resource = resource.and_then(|resource| self.resources[resource as usize]);
        let action = TrailAction { action: self.actions[usize::from(code)], resource, at };
        trail.observe(&self.schema.covariates, action);
    }

    /// The state of the lines that cases are placed in.
    #[must_use]
    pub fn queue_state(&self) -> Option<&'a QueueState> {
        self.queue_state
    }

    /// The covariates of a case that looks like `features` and stands at `progress` after `trail`.
    #[must_use]
    pub fn covariates(
        &self,
        case: usize,
        features: &Features,
        progress: &Progress,
        (trail, queue_state): (&Trail, Option<&QueueState>),
        at: Moment,
    ) -> Covariates {
        let attribute = |column: usize| match &self.columns[column] {
            Some((attribute, numbers)) => attribute.code(case).map_or(f32::NAN, |code| numbers[code]),
            None => f32::NAN,
        };
        self.schema.covariates.row(features, progress, trail, at, queue_state, attribute)
    }
}
