//! Which queue attributes make a stream, a line and the second line.

use serde::{Deserialize, Serialize};

use crate::features::{FeatureSchema, Queue};
use crate::form::{AttributeKind, FormDefinition, MAX_QUEUE_ATTRIBUTES};

/// Which queue attributes of a schema make a stream, a line and the second line: sets of positions, as bits.
///
/// The attributes of a stream are all but center and office. A line has those of its stream and those that the form's
/// definition divides a stream by. Who is ready for an appointment waits by office alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineAttributes {
    stream: u8,
    line: u8,
    ready: u8,
}

impl LineAttributes {
    /// The attributes of a form, in the positions of a schema. An attribute that the schema lacks divides nothing.
    #[must_use]
    pub fn new(form: &FormDefinition, schema: &FeatureSchema) -> Self {
        let divided_by = form.spec().line.as_ref().map_or(&[][..], |line| &line.divided_by);
        let mut attributes = Self { stream: 0, line: 0, ready: 0 };
        for (position, attribute) in schema.queue.iter().enumerate().take(MAX_QUEUE_ATTRIBUTES) {
            let listed = form.queue_attributes().find(|listed| listed.name == attribute.name);
            let kind = listed.map_or(AttributeKind::Other, |listed| listed.kind);
            let bit = 1 << position;
            if !matches!(kind, AttributeKind::Center | AttributeKind::Office) {
                attributes.stream |= bit;
            }
            if divided_by.contains(&attribute.name) {
                attributes.line |= bit;
            }
            if kind == AttributeKind::Office {
                attributes.ready |= bit;
            }
        }
        attributes.line |= attributes.stream;
        attributes
    }

    /// The stream of a queue, if every attribute that makes it is known.
    #[must_use]
    pub fn stream(&self, queue: &Queue) -> Option<Queue> {
        all_known(queue, self.stream)
    }

    /// The line of a queue, if every attribute that makes it is known.
    #[must_use]
    pub fn line(&self, queue: &Queue) -> Option<Queue> {
        all_known(queue, self.line)
    }

    /// The second line of a queue, if every attribute that makes it is known.
    #[must_use]
    pub fn ready(&self, queue: &Queue) -> Option<Queue> {
        all_known(queue, self.ready)
    }

    /// Whether they can be those of a schema: a line has the attributes of its stream, and no position is beyond the last.
    pub(super) const fn are_sound(&self) -> bool {
        let all = self.stream | self.line | self.ready;
        self.stream & !self.line == 0 && self.stream & self.ready == 0 && all >> MAX_QUEUE_ATTRIBUTES == 0
    }
}

fn all_known(queue: &Queue, positions: u8) -> Option<Queue> {
    let masked = queue.masked(positions);
    (masked.known().count() == positions.count_ones() as usize).then_some(masked)
}
