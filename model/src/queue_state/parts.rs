//! What a queue state is made of, as it stands in a model file, and what can be wrong with it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::attributes::LineAttributes;
use super::waiting::WaitingByReceipt;
use crate::features::Queue;
use crate::time::Day;

/// A queue state has at most this many lines, streams and second lines, each.
pub const MAX_LINES: usize = 4096;
/// No history is longer, in days.
const MAX_OBSERVED_DAYS: u32 = 110_000;

/// Why parts are not a queue state.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueueStateError {
    /// More of something than the format holds.
    #[error("the queue state has {count} {what}; at most {MAX_LINES} are allowed")]
    TooMany {
        /// Kind of thing.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// Bits for attributes that no schema has.
    #[error("the queue state says that no attributes of a queue make its lines")]
    Attributes,
    /// A queue that is not one of its kind, or that is listed out of order or twice.
    #[error("{what} {position} of the queue state has a queue that does not belong there")]
    Queue {
        /// Kind of thing.
        what: &'static str,
        /// Its position, from zero.
        position: usize,
    },
    /// A line of a stream that is not listed.
    #[error("line {position} of the queue state belongs to a stream that is not listed")]
    NoStream {
        /// Its position, from zero.
        position: usize,
    },
    /// Counts that cannot be together.
    #[error("{what} {position} of the queue state has counts that contradict each other")]
    Counts {
        /// Kind of thing.
        what: &'static str,
        /// Its position, from zero.
        position: usize,
    },
    /// A length of the history that is zero or longer than any history.
    #[error("the queue state rests on {0} days; it needs 1 to {MAX_OBSERVED_DAYS}")]
    ObservedDays(u32),
}

/// How many cases came to a line and left it in the last days, the day of the state among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Cases received (or first seen, if that was later) in the last 28 and 91 days.
    pub arrivals: [u32; 2],
    /// Turns in the last 28, 91 and 182 days.
    pub turns: [u32; 3],
}

/// A line, a stream, or the whole form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineParts {
    /// The attributes that make it; none for the whole form.
    #[serde(with = "super::codes")]
    pub queue: Queue,
    /// Arrivals and turns.
    pub flow: Flow,
    /// The first day of receipt of any case of the line, waiting or not.
    pub first_receipt: Day,
    /// Who waits for a turn in the order of the line.
    pub waiting: WaitingByReceipt,
}

/// A second line: who is ready for an appointment at an office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadyParts {
    /// The office.
    #[serde(with = "super::codes")]
    pub queue: Queue,
    /// Cases that left the line for an appointment, each weighted by its age with a half-life of 60 days.
    pub called: f32,
    /// Who waits.
    pub waiting: WaitingByReceipt,
}

/// The parts of a queue state. [`QueueState`](super::QueueState) is made of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueStateParts {
    /// The day: nothing later has any part in it.
    pub day: Day,
    /// The length of the visible history, in days: from the day on which the first case was seen, to the day.
    pub observed_days: u32,
    /// Which attributes make a stream and a line.
    pub attributes: LineAttributes,
    /// Turns in the whole visible history.
    pub turns: u32,
    /// Cases received in the first 30 days of the visible history, and how many of them are decided.
    pub first_receipts: [u32; 2],
    /// The whole form.
    pub form: LineParts,
    /// The streams, by queue.
    pub streams: Vec<LineParts>,
    /// The lines, by queue.
    pub lines: Vec<LineParts>,
    /// The second lines, by office.
    pub ready: Vec<ReadyParts>,
}

impl QueueStateParts {
    pub(super) fn check(&self) -> Result<(), QueueStateError> {
        let lengths = [
            ("streams", self.streams.len()),
            ("lines", self.lines.len()),
            ("second lines", self.ready.len()),
        ];
        if let Some((what, count)) = lengths.into_iter().find(|(_, count)| *count > MAX_LINES) {
            return Err(QueueStateError::TooMany { what, count });
        }
        if !self.attributes.are_sound() {
            return Err(QueueStateError::Attributes);
        }
        if !(1..=MAX_OBSERVED_DAYS).contains(&self.observed_days) {
            return Err(QueueStateError::ObservedDays(self.observed_days));
        }
        self.check_counts("form", std::slice::from_ref(&self.form))?;
        if self.first_receipts[1] > self.first_receipts[0] || self.form.flow.turns[2] > self.turns {
            return Err(QueueStateError::Counts { what: "form", position: 0 });
        }
        let attributes = self.attributes;
        check_queues("stream", self.streams.iter().map(|stream| stream.queue), |queue| {
            attributes.stream(queue)
        })?;
        check_queues("line", self.lines.iter().map(|line| line.queue), |queue| attributes.line(queue))?;
        check_queues("second line", self.ready.iter().map(|ready| ready.queue), |queue| {
            attributes.ready(queue)
        })?;
        self.check_counts("stream", &self.streams)?;
        self.check_counts("line", &self.lines)?;
        let is_sound = |ready: &ReadyParts| {
            ready.called.is_finite() && ready.called >= 0.0 && ready.waiting.is_sound(self.day)
        };
        match self.ready.iter().position(|ready| !is_sound(ready)) {
            Some(position) => Err(QueueStateError::Counts { what: "second line", position }),
            None => Ok(()),
        }
    }

    fn check_counts(&self, what: &'static str, lines: &[LineParts]) -> Result<(), QueueStateError> {
        let is_sound = |line: &LineParts| {
            let Flow { arrivals, turns } = line.flow;
            arrivals[0] <= arrivals[1]
                && turns.is_sorted()
                && line.first_receipt <= self.day
                && line.waiting.is_sound(self.day)
                && line.waiting.head().is_none_or(|head| head >= line.first_receipt)
        };
        match lines.iter().position(|line| !is_sound(line)) {
            Some(position) => Err(QueueStateError::Counts { what, position }),
            None => Ok(()),
        }
    }
}

/// Queues rise, and each has exactly the attributes of its kind.
fn check_queues(
    what: &'static str,
    queues: impl Iterator<Item = Queue>,
    of_kind: impl Fn(&Queue) -> Option<Queue>,
) -> Result<(), QueueStateError> {
    let mut last = None;
    for (position, queue) in queues.enumerate() {
        if of_kind(&queue) != Some(queue) || last.is_some_and(|last| last >= queue) {
            return Err(QueueStateError::Queue { what, position });
        }
        last = Some(queue);
    }
    Ok(())
}
