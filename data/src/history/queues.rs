//! The queues of the cases of a history.

use model::{FeatureSchema, Queue};

use super::as_of::HistoryView;
use super::columns::Attribute;

/// The queues of a history's cases, in the codes of a schema.
pub struct Queues<'a> {
    attributes: Vec<(&'a Attribute, Vec<Option<u16>>)>,
}

impl<'a> Queues<'a> {
    /// Prepares the lookup of queues in the codes of a schema.
    #[must_use]
    pub fn new(known: HistoryView<'a>, schema: &FeatureSchema) -> Self {
        let mut attributes = Vec::new();
        for expected in &schema.queue {
            let Some(attribute) = known.history().attribute(&expected.name) else { break };
            let codes = attribute.values().iter().map(|value| {
                expected.values.binary_search(value).ok().and_then(|code| u16::try_from(code).ok())
            });
            attributes.push((attribute, codes.collect()));
        }
        Self { attributes }
    }

    /// The queue of a case.
    #[must_use]
    pub fn queue(&self, case: usize) -> Queue {
        let mut queue = Queue::default();
        for (attribute, codes) in &self.attributes {
            let Some(code) = attribute.code(case).and_then(|code| codes[code]) else { break };
            queue.push(code);
        }
        queue
    }
}
