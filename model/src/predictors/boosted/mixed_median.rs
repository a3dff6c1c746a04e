//! The median of the decision for every mixture of two cases: no more is computed than it needs.

use super::boosted_hazards::{BoostedHazards, KNOTS_BEYOND, LEAST_HAZARDS, MAX_KNOTS};
use super::mixed_rows::MixedRows;
use super::mixed_sums::MixedSums;
use crate::form::MilestoneId;

/// What is left at the median.
const HALF: f32 = 0.5;

impl BoostedHazards {
    /// The median of the decision, in days, for every set of players; only the steps that `can_come` there are considered.
    /// `None` where no step can come: the cohort curves answer then.
    ///
    /// It is that of the distribution between its bounds (see [`BoostedHazards`]). In the estimate the quantiles of both times
    /// are then aligned with each other once more, which changes a median by less than its grid can tell.
    pub(crate) fn medians(
        &self,
        rows: &MixedRows,
        can_come: impl Fn(u8, MilestoneId) -> bool,
    ) -> Vec<Option<f32>> {
        let [exits, shares, decisions] = [&self.exits.forest, &self.shares.forest, &self.decisions.forest]
            .map(|forest| MixedSums::new(forest, rows));
        let knots = self.knots();
        let mut kept = vec![true; self.shares.events];
        let median = |set: usize| {
            let set_bits = set as u8;
            for (kept, step) in kept.iter_mut().zip(&self.steps) {
                *kept = can_come(set_bits, *step);
            }
            let mixture = Mixture {
                model: self,
                knots: &knots,
                days: self.unit.days_by(|column| rows.value(column, set_bits)),
                kept: &kept,
                exits: exits.of(set),
                shares: shares.of(set),
                decisions: decisions.of(set),
            };
            mixture.median()
        };
        (0..rows.sets()).map(median).collect()
    }
}

/// One mixture of two cases: what its leaves add to the logs of all cases.
struct Mixture<'a> {
    model: &'a BoostedHazards,
    knots: &'a [f32; MAX_KNOTS],
    days: f32,
    kept: &'a [bool],
    exits: &'a [f32],
    shares: &'a [f32],
    decisions: &'a [f32],
}

/// The probabilities of steps in one segment of the grid: of all that can come, and of the decision.
#[derive(Clone, Copy)]
struct Segment {
    number: usize,
    possible: f32,
    decision: f32,
}

impl Mixture<'_> {
    /// Follows all three curves from knot to knot, until half of the decisions have come.
    fn median(&self) -> Option<f32> {
        let bins = self.model.exits.bins();
        let (mut segment, mut before) = (self.segment(0), 1.0);
        let (mut exits, mut decisions, mut none, mut decided) = (0.0, 0.0, 1.0, 0.0);
        let (mut exit, mut decision) = (0.0, 0.0);
        for knot in 1..=bins + KNOTS_BEYOND {
            let bin = knot.min(bins) - 1;
            // The shares of a bin are those of its segment; so are those beyond the grid.
            let number = usize::from(self.model.shares.segments[bin]);
            if number != segment.number {
                segment = self.segment(number);
            }
            if segment.possible <= 0.0 {
                return None;
            }
            if knot <= bins {
                exit = hazard(self.model.exits.base[bin], self.exits[bin]) * segment.possible;
                decision = hazard(self.model.decisions.base[bin], self.decisions[bin]);
            }
            let least = LEAST_HAZARDS[usize::from(knot > bins)] * self.days;
            let width = self.knots[knot] - self.knots[knot - 1];
            exits += exit.max(least) * width;
            decisions += decision.max(least) * width;
            let none_now = (-exits).exp();
            decided += (none - none_now) * segment.decision / segment.possible;
            none = none_now;
            let now = (-decisions).exp().clamp(none, (1.0 - decided).max(none));
            if now <= HALF {
                let share = if before <= HALF {
                    0.0
                } else {
                    (before / HALF).ln() / (before / now.max(f32::MIN_POSITIVE)).ln()
                };
                return Some(self.days * (self.knots[knot - 1] + share * width));
            }
            before = now;
        }
        Some(self.days * self.knots[bins + KNOTS_BEYOND])
    }

    fn segment(&self, number: usize) -> Segment {
        let events = self.model.shares.events;
        let range = number * events..(number + 1) * events;
        let logs = || self.model.shares.base[range.clone()].iter().zip(&self.shares[range.clone()]);
        let largest = logs().map(|(base, more)| base + more).fold(f32::NEG_INFINITY, f32::max);
        let (mut sum, mut possible, mut decision) = (0.0, 0.0, 0.0);
        let position = self.model.decision_position();
        for (event, (base, more)) in logs().enumerate() {
            let share = (base + more - largest).exp();
            sum += share;
            if self.kept[event] {
                possible += share;
                if position == Some(event) {
                    decision = share;
                }
            }
        }
        Segment { number, possible: possible / sum, decision: decision / sum }
    }
}

fn hazard(base: f32, more: f32) -> f32 {
    (base + more).clamp(-30.0, 30.0).exp()
}
