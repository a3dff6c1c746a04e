//! Times under observation, as the baselines count them: one per case until its decision, one per visit until its next step.

use model::{Event, MilestoneId, Queue};

use crate::visits::{Visit, Visits};

/// A group with fewer events has no curve of its own.
const MIN_EVENTS: usize = 30;

/// A time under observation, in days on some clock: from `entry` (excluded, unless it is 0) to `exit` (included).
///
/// An exit at 0 counts: it is a wait of no length, and not a mistake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spell {
    /// When the observation begins.
    pub(super) entry: f64,
    /// When it ends.
    pub(super) exit: f64,
    /// The event at its end; `None` if it was right-censored.
    pub(super) cause: Option<MilestoneId>,
}

/// Differences of days that are meant to be equal may differ in the last digits.
fn exact(days: f64) -> f64 {
    (days * 1e9).round() / 1e9
}

impl Spell {
    /// A spell on the clock that starts at `zero`; `None` if it was over when the observation began.
    fn new(zero: f64, seen_from: f64, end: f64, cause: Option<MilestoneId>) -> Option<Self> {
        let entry = exact(seen_from - zero).max(0.0);
        let exit = exact(end - zero).max(0.0);
        (exit > entry || entry == 0.0).then_some(Self { entry, exit, cause })
    }

    /// The time until the decision since the receipt, for the first visit of a case.
    pub(super) fn until_decision(first: &Visit, decision: MilestoneId) -> Option<Self> {
        let cause = first.decided.map(|_| decision);
        Self::new(0.0, first.seen_from.waited, first.decided.unwrap_or(first.until).waited, cause)
    }

    /// The time until the next step since the entry into the state. A case that leaves the state for another one before
    /// it reaches a step is censored there, so that later times speak of cases that are still in the state.
    pub(super) fn until_step(visit: &Visit) -> Option<Self> {
        if visit.after_decision || !visit.entry_seen {
            return None;
        }
        let (end, event) = match visit.left {
            Some((at, Event::Step(milestone))) => (at, Some(milestone)),
            Some((at, Event::Status(_))) => (at, None),
            None => (visit.until, None),
        };
        Self::new(visit.state_entered, visit.seen_from.waited, end.waited, event)
    }

    /// The part of the spell after `start`, if there is one.
    pub(super) fn after(&self, start: f64) -> Option<Self> {
        let part = Self { entry: self.entry.max(start), ..*self };
        (part.exit > part.entry || part.entry == 0.0).then_some(part)
    }
}

/// The first visit of every case: the one that begins with its receipt.
pub(super) fn first_visits(visits: &Visits) -> impl Iterator<Item = &Visit> {
    visits.rows.chunk_by(|a, b| a.case == b.case).filter_map(|of_case| of_case.first())
}

/// A queue and every wider one that it is a part of, the narrowest first, without the queue of all cases.
pub(super) fn with_wider(queue: Queue) -> impl Iterator<Item = Queue> {
    std::iter::successors(Some(queue), Queue::wider).filter(|queue| queue.wider().is_some())
}

/// Whether spells have enough events for a curve of their own.
pub(super) fn suffice(spells: &[Spell]) -> bool {
    spells.iter().filter(|spell| spell.cause.is_some()).nth(MIN_EVENTS - 1).is_some()
}
