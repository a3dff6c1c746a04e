//! The lines of a form through time: one pass over a history, then the queue state of any day.

use model::{
    Day, FeatureSchema, FormDefinition, LineAttributes, Moment, Progress, Queue, QueueState, QueueStateError,
};

use crate::history::{Featurizer, HistoryView, Observation, ObservedFrom};
use crate::queue_counts::{Counted, Counter, LineCase, NEVER, Stay};

/// When each case of a form came to its line and left it, ready to be counted on any day.
///
/// The state of a day is the one that a view as of that day gives, with two exceptions: whether the record keeps receipts
/// ([`Observation`]) and which attribute values exist (the schema) are taken as they were given. A case that was refused
/// at intake counts until its refusal was recorded, and not at all in the states of later days.
#[derive(Debug, Clone)]
pub struct QueueHistory {
    attributes: LineAttributes,
    until: Day,
    /// The cases by line and day of receipt.
    cases: Vec<LineCase>,
    /// The lines, each with the position behind its last case. Cases whose line is not known come last in their stream,
    /// and those whose stream is not known come last of all.
    lines: Vec<(LineKey, usize)>,
    /// The day on which each case was first seen and the day of its refusal, by the former.
    seen: Vec<(i32, i32)>,
    /// The stays in second lines, by office and day of receipt.
    stays: Vec<(Queue, Stay)>,
}

/// Which line a case waits in, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LineKey {
    stream: Known,
    line: Known,
}

/// A queue, or that it is not known, which sorts last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Queue(Queue),
    Unknown,
}

impl QueueHistory {
    /// Follows every case of a form that a view knows. Queues have the codes of the schema; `observation` says from when
    /// on a case counts.
    #[must_use]
    pub fn from_view(
        known: HistoryView<'_>,
        form: &FormDefinition,
        schema: &FeatureSchema,
        observation: &Observation,
    ) -> Self {
        let effects = known.history().effects(form);
        let queues = Featurizer::new(known, schema, None);
        let attributes = LineAttributes::new(form, schema);
        let until = known.observed_until().day();
        let (mut cases, mut stays) = (Vec::new(), Vec::new());
        for case in known.cases_of(form.name()) {
            let seen = match observation.start(&case) {
                ObservedFrom::Receipt => case.received(),
                ObservedFrom::FirstAction(at) => at,
                ObservedFrom::Never => continue,
            };
            let mut followed = Followed::new(until, case.received(), seen);
            case.follow(form, &effects, |progress, _, at| followed.take(progress, at));
            let queue = queues.queue(case.number());
            let key =
                LineKey { stream: attributes.stream(&queue).into(), line: attributes.line(&queue).into() };
            cases.push((key, followed.case));
            if let Some(office) = attributes.ready(&queue) {
                stays.extend(followed.stays().map(|stay| (office, stay)));
            }
        }
        cases.sort_by_key(|(key, case)| (*key, case.received));
        stays.sort_by_key(|(office, stay)| (*office, stay.received));
        let mut lines: Vec<(LineKey, usize)> = Vec::new();
        for (position, (key, _)) in cases.iter().enumerate() {
            match lines.last_mut() {
                Some((last, end)) if last == key => *end = position + 1,
                _ => lines.push((*key, position + 1)),
            }
        }
        let cases: Vec<LineCase> = cases.into_iter().map(|(_, case)| case).collect();
        let mut seen: Vec<(i32, i32)> = cases.iter().map(|case| (case.seen, case.refused)).collect();
        seen.sort_unstable();
        Self { attributes, until, cases, lines, seen, stays }
    }

    /// The last day whose state can be told: the day up to which the history was observed.
    #[must_use]
    pub fn until(&self) -> Day {
        self.until
    }

    /// The state of the lines at the end of a day, or `None` if no case had been seen by then. A day after
    /// [`Self::until`] has the state of that day.
    ///
    /// # Errors
    /// [`QueueStateError`] if the parts do not fit together, which no history can bring about.
    pub fn state_at(&self, day: Day) -> Result<Option<QueueState>, QueueStateError> {
        let day = day.min(self.until);
        let now = day.since(self.until);
        let first = self.seen.iter().find(|(_, refused)| *refused > now).map(|(seen, _)| *seen);
        let Some(first) = first.filter(|first| *first <= now) else { return Ok(None) };
        let mut counter = Counter::new(self.until, now, first, self.attributes);
        let mut begin = 0;
        for (key, end) in &self.lines {
            let mut line = Counted::new(&counter);
            for case in &self.cases[begin..*end] {
                line.add(case);
            }
            begin = *end;
            counter.add_line(key.stream.queue(), key.line.queue(), line);
        }
        for stays in self.stays.chunk_by(|one, other| one.0 == other.0) {
            counter.add_ready(stays[0].0, stays.iter().map(|(_, stay)| stay));
        }
        counter.finish().map(QueueState::new).transpose()
    }
}

impl Known {
    const fn queue(self) -> Option<Queue> {
        match self {
            Self::Queue(queue) => Some(queue),
            Self::Unknown => None,
        }
    }
}

impl From<Option<Queue>> for Known {
    fn from(queue: Option<Queue>) -> Self {
        queue.map_or(Self::Unknown, Self::Queue)
    }
}

/// A case that is followed through its actions.
struct Followed {
    until: Day,
    case: LineCase,
    /// From when until when it was ready for an appointment, and whether it was called.
    ready: Vec<(i32, i32, bool)>,
}

impl Followed {
    fn new(until: Day, received: Moment, seen: Moment) -> Self {
        let case = LineCase {
            received: received.day().since(until),
            seen: seen.day().since(until),
            turn: NEVER,
            expedited: NEVER,
            decided: NEVER,
            refused: NEVER,
        };
        Self { until, case, ready: Vec::new() }
    }

    fn take(&mut self, progress: &Progress, at: Moment) {
        let day = at.day().since(self.until);
        let standing = progress.standing();
        let first = |slot: &mut i32, happened: bool| {
            if happened && *slot == NEVER {
                *slot = day;
            }
        };
        let is_decided = progress.decided_at().is_some();
        first(&mut self.case.turn, standing.had_turn());
        first(&mut self.case.expedited, standing.is_expedited());
        first(&mut self.case.decided, is_decided);
        first(&mut self.case.refused, progress.is_rejected());
        let waits = self.ready.last().is_some_and(|(_, until, _)| *until == NEVER);
        if standing.is_ready() && !waits {
            self.ready.push((day, NEVER, false));
        } else if let Some(last) = self.ready.last_mut().filter(|_| waits && !standing.is_ready()) {
            (last.1, last.2) = (day, !is_decided);
        }
    }

    fn stays(&self) -> impl Iterator<Item = Stay> {
        let LineCase { received, refused, .. } = self.case;
        self.ready.iter().map(move |&(from, until, called)| Stay { received, from, until, called, refused })
    }
}
