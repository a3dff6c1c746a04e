//! The queues of the cases of a history.

use model::{FeatureSchema, Queue};

use super::as_of::HistoryView;
use super::columns::Attribute;

/// The queues of a history's cases, in the codes of a schema.
pub struct Queues<'a> {
    /// An attribute of the schema with its position, and the schema's code of each of its values in the history.
    attributes: Vec<(usize, &'a Attribute, Vec<Option<u16>>)>,
}

impl<'a> Queues<'a> {
    /// Prepares the lookup of queues in the codes of a schema.
    #[must_use]
    pub fn new(known: HistoryView<'a>, schema: &FeatureSchema) -> Self {
        let found = schema.queue.iter().enumerate().filter_map(|(position, expected)| {
            let attribute = known.history().attribute(&expected.name)?;
            let codes = attribute.values().iter().map(|value| expected.code(value)).collect();
            Some((position, attribute, codes))
        });
        Self { attributes: found.collect() }
    }

    /// The queue of a case. An attribute that the history lacks, or whose value the schema does not have, is not known.
    #[must_use]
    pub fn queue(&self, case: usize) -> Queue {
        let mut queue = Queue::default();
        for (position, attribute, codes) in &self.attributes {
            if let Some(code) = attribute.code(case).and_then(|code| codes[code]) {
                queue.set(*position, code);
            }
        }
        queue
    }
}
