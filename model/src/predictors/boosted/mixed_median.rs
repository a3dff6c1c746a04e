//! The median of the decision for every mixture of two cases: no more is computed than it needs.

use super::boosted_hazards::{BoostedHazards, KNOTS_BEYOND, LEAST_HAZARDS, MAX_KNOTS};
use super::mixed_rows::MixedRows;
use super::mixed_sums::MixedSums;
use crate::form::MilestoneId;
use crate::quantiles::LEVELS;

/// What is left at the median.
const HALF: f32 = 0.5;
/// With fewer decisions among the next steps, the next step says nothing about the median of the decision.
const OFTEN: f32 = 0.54;

impl BoostedHazards {
    /// The median of the decision, in days, for every set of players; only the steps that `can_come` there are considered.
    /// `None` where no step can come: the cohort curves answer then.
    ///
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
            let median = mixture.median()?;
            Some(mixture.step_bound().map_or(median, |bound| median.min(bound)))
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
                return Some(self.time_between(knot, [before, now], HALF));
            }
            before = now;
        }
        Some(self.days * self.knots[bins + KNOTS_BEYOND])
    }

    /// The time before a knot at which a curve has fallen to a level. Between knots the hazard is constant.
    fn time_between(&self, knot: usize, [before, now]: [f32; 2], level: f32) -> f32 {
        let share = if before <= level {
            0.0
        } else if now > level {
            1.0
        } else {
            (before / level).ln() / (before / now.max(f32::MIN_POSITIVE)).ln()
        };
        let width = self.knots[knot] - self.knots[knot - 1];
        self.days * (self.knots[knot - 1] + share * width)
    }

    /// The quantile of the next step that a median is never beyond, where the next step is the decision often enough for that:
    /// as in `one_event`, level by level.
    fn step_bound(&self) -> Option<f32> {
        let segments = usize::from(self.model.shares.segments.last().copied().unwrap_or_default()) + 1;
        let of_decision = |segment: Segment| segment.decision / segment.possible;
        // Most often no segment has so many decisions, and nothing else need be computed.
        let likely = (0..segments).filter(|number| self.is_decision_likeliest(*number));
        likely.map(|number| of_decision(self.segment(number))).find(|share| *share >= OFTEN)?;
        let bins = self.model.exits.bins();
        let mut none = [0.0; MAX_KNOTS];
        none[0] = 1.0;
        let (mut segment, mut sum, mut probability) = (self.segment(0), 0.0, 0.0);
        for knot in 1..=bins + KNOTS_BEYOND {
            let bin = knot.min(bins) - 1;
            let number = usize::from(self.model.shares.segments[bin]);
            if number != segment.number {
                segment = self.segment(number);
            }
            let least = LEAST_HAZARDS[usize::from(knot > bins)] * self.days;
            let hazard = hazard(self.model.exits.base[bin], self.exits[bin]) * segment.possible;
            sum += hazard.max(least) * (self.knots[knot] - self.knots[knot - 1]);
            none[knot] = (-sum).exp();
            probability += (none[knot - 1] - none[knot]) * of_decision(segment);
        }
        let last = bins + KNOTS_BEYOND;
        probability += none[last] * of_decision(segment);
        let skipped = ((1.0 - f64::from(probability.clamp(0.0, 1.0))) * 20.0).ceil() as usize;
        let level = 1.0 - *LEVELS.get(LEVELS.len() / 2 + skipped)? as f32;
        let knot = (1..last).find(|&knot| none[knot] <= level).unwrap_or(last);
        Some(self.time_between(knot, [none[knot - 1], none[knot]], level))
    }

    /// Whether no other step that can come is likelier than the decision in a segment.
    fn is_decision_likeliest(&self, number: usize) -> bool {
        let first = number * self.model.shares.events;
        let log = |event: usize| self.model.shares.base[first + event] + self.shares[first + event];
        let decision = self.model.decision_position().filter(|decision| self.kept[*decision]);
        decision.is_some_and(|decision| {
            let decision = log(decision);
            self.kept.iter().enumerate().all(|(event, kept)| !kept || log(event) <= decision)
        })
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
