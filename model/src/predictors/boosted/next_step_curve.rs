//! The next step of a case: when any step comes, and which one.

use super::falling::{Falling, MAX_KNOTS};
use super::hazards::{MAX_BINS, MAX_SHARES, Shares};

/// When the next step comes, and which one it is.
pub(super) struct NextStepCurve {
    /// The probability that no step has come.
    none: Falling,
    /// The probability that a step has come and is the decision, at the knots of that.
    decided: [f32; MAX_KNOTS],
    /// By step, the probability that it comes next.
    probabilities: [f32; MAX_SHARES],
}

impl NextStepCurve {
    /// From the curve of all exits and the shares of the steps. Only steps that are `kept` can come; `decision` is the position
    /// of the decision among all steps. `None` if no step that was seen can come.
    pub(super) fn new(
        exits: Falling,
        (model, shares): (&Shares, &[f32; MAX_SHARES]),
        kept: &[bool; MAX_SHARES],
        decision: Option<usize>,
    ) -> Option<Self> {
        let events = model.events;
        let segment_of = |bin: usize| usize::from(model.segments[bin.min(model.segments.len() - 1)]);
        let segments = segment_of(MAX_BINS) + 1;
        let mut possible = [0.0_f32; MAX_BINS];
        for (possible, shares) in possible.iter_mut().zip(shares.chunks_exact(events)).take(segments) {
            *possible = shares.iter().zip(kept).filter(|(_, kept)| **kept).map(|(share, _)| share).sum();
        }
        if possible[..segments].iter().any(|possible| *possible <= 0.0) {
            return None;
        }
        // The hazard of what can still come.
        let none = exits.times(|bin| possible[segment_of(bin)]);
        let mut next = Self { none, decided: [0.0; MAX_KNOTS], probabilities: [0.0; MAX_SHARES] };
        let decision = decision.filter(|position| kept[*position]);
        let mut masses = [0.0_f32; MAX_BINS];
        for knot in 1..=none.length() {
            // What is left at the last knot comes after it.
            let left = if knot < none.length() { none.at(knot) } else { 0.0 };
            let (mass, segment) = (none.at(knot - 1) - left, segment_of(knot - 1));
            masses[segment] += mass;
            if let Some(decision) = decision
                && knot < none.length()
            {
                let share = shares[segment * events + decision] / possible[segment];
                next.decided[knot] = next.decided[knot - 1] + mass * share;
            }
        }
        for segment in 0..segments {
            let weight = masses[segment] / possible[segment];
            let shares = &shares[segment * events..][..events];
            for (event, share) in shares.iter().enumerate().filter(|(event, _)| kept[*event]) {
                next.probabilities[event] += weight * share;
            }
        }
        Some(next)
    }

    /// The probability that no step has come.
    pub(super) fn none(&self) -> &Falling {
        &self.none
    }

    /// By step, the probability that it comes next.
    pub(super) fn probabilities(&self) -> &[f32; MAX_SHARES] {
        &self.probabilities
    }

    /// The time to the decision, kept between what this says of it: not before any step, and not after the step that it is.
    pub(super) fn bound(&self, direct: &Falling) -> Falling {
        direct.bounded(&self.none, |passed, days| {
            [self.none.survival(passed, days), 1.0 - self.decided_by(passed, days)]
        })
    }

    /// The probability that a step has come by a day and is the decision; `passed` knots are not later than the day.
    fn decided_by(&self, passed: usize, days: f32) -> f32 {
        let before = self.decided[passed - 1];
        if passed >= self.none.length() {
            return before;
        }
        let lost = self.none.at(passed - 1) - self.none.at(passed);
        if lost <= 0.0 {
            return before;
        }
        let share = (self.none.at(passed - 1) - self.none.survival(passed, days)) / lost;
        before + share * (self.decided[passed] - before)
    }
}
