//! How a case of a cohort leaves its state: the probabilities of the events, and when each comes.

use super::cohorts::{Cause, Cohort, Event, Sums};
use super::mixture::Arrival;

/// A case of a cohort that has waited for some time.
pub(super) struct Leaving<'a> {
    pub(super) cohort: &'a Cohort,
    pub(super) sums: &'a Sums,
    pub(super) waited: f64,
    /// The position of the first knot after the wait.
    knot: usize,
    /// The survival at the wait.
    survival: f64,
    on_entry: bool,
}

impl<'a> Leaving<'a> {
    /// `on_entry` says that the case is asked about at the very moment when it enters the state.
    pub(super) fn new(cohort: &'a Cohort, sums: &'a Sums, waited: f64, on_entry: bool) -> Self {
        let knot = cohort.curve.knot_after(waited);
        let survival = cohort.curve.survival_before_knot(knot, waited);
        Self { cohort, sums, waited, knot, survival, on_entry }
    }

    /// The probability that it does not leave at once.
    pub(super) fn later(&self) -> f64 {
        if self.on_entry { (1.0 - self.sums.at_once).max(0.0) } else { 1.0 }
    }

    /// The probability that it leaves at once by an event.
    pub(super) fn at_once(&self, cause: &Cause) -> f64 {
        if self.on_entry { f64::from(cause.at_once) } else { 0.0 }
    }

    /// The probability that it leaves at once by a step.
    pub(super) fn step_at_once(&self) -> f64 {
        if self.on_entry { self.sums.steps_at_once } else { 0.0 }
    }

    /// The probability of leaving by the event at a position among the causes, whenever that is.
    pub(super) fn mass(&self, position: usize) -> f64 {
        let cause = &self.cohort.causes[position];
        self.at_once(cause) + self.later() * self.ahead(position)
    }

    /// The probability of leaving by an event after the moment of the entry.
    fn ahead(&self, position: usize) -> f64 {
        let ahead = &self.sums.ahead[position];
        let survivals = self.cohort.curve.survivals();
        let sum = match survivals.get(self.knot) {
            Some(&left) => {
                let share = f64::from(self.cohort.causes[position].shares[self.knot - 1]);
                (self.survival - f64::from(left)) * share + ahead[self.knot]
            }
            None => self.survival * f64::from(self.cohort.causes[position].tail_share),
        };
        sum / self.survival
    }

    /// The middles of `count` parts of equal probability of the time of leaving by an event, with a sum of probabilities of
    /// `probability`.
    pub(super) fn arrivals(
        &self,
        position: usize,
        count: usize,
        probability: f64,
    ) -> impl Iterator<Item = Arrival> {
        let at_once = self.at_once(&self.cohort.causes[position]);
        let ahead_now = self.ahead(position);
        let ahead = &self.sums.ahead[position];
        let later = self.later();
        let mass = at_once + later * ahead_now;
        let mut next = self.knot;
        (0..count).map(move |index| {
            let reached = mass * (index as f64 + 0.5) / count as f64 - at_once;
            let at = if reached > 0.0 {
                // The probability, as seen from the start of the curve, that is still ahead at the time that is looked for.
                let left = (ahead_now - reached / later) * self.survival;
                while ahead.get(next).is_some_and(|later| *later > left) {
                    next += 1;
                }
                self.time(position, left, next)
            } else {
                0.0
            };
            Arrival { at, probability: probability / count as f64 }
        })
    }

    /// The days from now until the probability of leaving by an event that is still ahead falls to `left`, which lies before the
    /// knot `next` and after the one before it.
    fn time(&self, position: usize, left: f64, next: usize) -> f64 {
        let (times, survivals) = (self.cohort.curve.times(), self.cohort.curve.survivals());
        let cause = &self.cohort.causes[position];
        if next >= times.len() {
            let tail_share = f64::from(cause.tail_share);
            let end = self.cohort.curve.end().max(self.waited);
            let whole = f64::from(survivals.last().copied().unwrap_or(1.0)).min(self.survival) * tail_share;
            let days = (whole / left.max(1e-12 * whole)).ln().max(0.0) / f64::from(self.cohort.curve.tail());
            return end - self.waited + days;
        }
        let from = if next == self.knot { self.waited } else { f64::from(times[next - 1]) };
        let before = if next == self.knot { self.survival } else { f64::from(survivals[next - 1]) };
        let lost = (before - f64::from(survivals[next])) * f64::from(cause.shares[next - 1]);
        let part = if lost > 0.0 { 1.0 - (left - self.sums.ahead[position][next]) / lost } else { 0.0 };
        from - self.waited + (f64::from(times[next]) - from) * part.clamp(0.0, 1.0)
    }

    /// The events with their positions.
    pub(super) fn events(&self) -> impl Iterator<Item = (usize, Event)> {
        self.cohort.causes.iter().enumerate().map(|(position, cause)| (position, cause.event))
    }
}
