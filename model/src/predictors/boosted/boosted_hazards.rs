//! Both times of a case from boosted hazards.
//!
//! The *exits* give the hazard of the next step of any kind, the *shares* which step it is, and the *decisions* the hazard of
//! the decision, whatever comes before it. One event has one time by construction: with F the distribution of the time to the
//! next step and A that of the next step being the decision, the decision has come by t with a probability between A(t) and
//! F(t), since a decision is a step and no decision comes before the next step. The direct answer is moved into these bounds at
//! every knot.

use serde::{Deserialize, Serialize};

use super::hazards::{ByBin, Hazards, MAX_BINS, MAX_SHARES, Shares};
use crate::estimate::{Basis, RemainingTime};
use crate::features::{FeatureSchema, Features};
use crate::form::{FormDefinition, MilestoneId};
use crate::predictors::cohort_curves::{CohortCurves, one_event};
use crate::predictors::prediction::{PredictedStep, Prediction};
use crate::quantiles::{LEVELS, Quantiles};

/// The knots beyond the grid, at which the bounds still hold: each is farther by this factor.
const BEYOND: f32 = 1.5;
pub(super) const KNOTS_BEYOND: usize = 10;
pub(super) const MAX_KNOTS: usize = MAX_BINS + KNOTS_BEYOND + 1;
/// The smallest hazards per day, within the grid and beyond it: one event in 40 and in 10 years. What is rarer than that no
/// history can tell.
pub(super) const LEAST_HAZARDS: [f32; 2] = [1.0 / 14_610.0, 1.0 / 3_652.5];

/// The unit of the grid of a case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A day.
    Day,
    /// The drain time of a case: the time until the cases ahead of it had their turn. After its turn it is [`Unit::AFTER_TURN`].
    DrainTime {
        /// The column of the drain time, in days.
        drain_days: u16,
        /// The column that says whether the case had its turn.
        had_turn: u16,
        /// Days where the drain time is not known.
        otherwise: f32,
    },
}

impl Unit {
    /// The days of a unit after the turn of a case.
    pub const AFTER_TURN: f32 = 60.0;
    /// The fewest and the most days of a unit.
    pub const DAYS: [f32; 2] = [14.0, 1_500.0];

    /// The days of a unit for a case with this row.
    #[must_use]
    pub fn days(&self, row: &[f32]) -> f32 {
        self.days_by(|column| row.get(column).copied().unwrap_or(f32::NAN))
    }

    /// The days of a unit for a case with these values of the columns.
    pub(super) fn days_by(&self, value: impl Fn(usize) -> f32) -> f32 {
        let Self::DrainTime { drain_days, had_turn, otherwise } = *self else { return 1.0 };
        let value = |column: u16| value(usize::from(column));
        if value(had_turn) > 0.5 {
            return Self::AFTER_TURN;
        }
        let drain = value(drain_days);
        let drain = if drain.is_nan() { otherwise } else { drain };
        drain.clamp(Self::DAYS[0], Self::DAYS[1])
    }
}

/// Boosted hazards of one form, and the cohort curves that answer where they cannot: for decided and for reopened cases.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostedHazards {
    pub(crate) unit: Unit,
    pub(crate) exits: Hazards,
    /// The steps that come next, in the order of the shares. One more share is that of all others.
    pub(crate) steps: Vec<MilestoneId>,
    pub(crate) shares: Shares,
    pub(crate) decisions: Hazards,
    pub(crate) cohorts: CohortCurves,
}

/// The probability that an event has not come, at the knots of a case.
#[derive(Clone, Copy)]
struct Falling {
    length: usize,
    at: [f32; MAX_KNOTS],
}

impl BoostedHazards {
    /// Puts the parts together; `None` if they do not fit each other: both grids are the same, and there is a share for every
    /// step, with at most one more for all steps that are not named.
    #[must_use]
    pub fn new(
        unit: Unit,
        exits: Hazards,
        (steps, shares): (Vec<MilestoneId>, Shares),
        decisions: Hazards,
        cohorts: CohortCurves,
    ) -> Option<Self> {
        let fits = exits.knots() == decisions.knots()
            && (shares.events == steps.len() || shares.events == steps.len() + 1)
            && !steps.is_empty()
            && shares.segments.len() == exits.bins();
        fits.then_some(Self { unit, exits, steps, shares, decisions, cohorts })
    }

    /// The cohort curves beside the hazards: they name the cases that are alike.
    #[must_use]
    pub const fn cohorts(&self) -> &CohortCurves {
        &self.cohorts
    }

    /// Whether the hazards can answer for such a case.
    pub(crate) fn answers(features: &Features, is_pending: bool) -> bool {
        is_pending && !features.is_reopened && !features.covariates.as_slice().is_empty()
    }

    pub(crate) fn predict(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<Prediction> {
        let by_cohort = self.cohorts.predict(features, is_pending, &can_come)?;
        if !Self::answers(features, is_pending) {
            return Some(by_cohort);
        }
        let row = features.covariates.as_slice();
        let shares = self.shares.of(row);
        let exits = self.exits.of(row);
        let Some(next) = Next::new(self, (&exits, self.unit.days(row)), &shares, &can_come) else {
            return Some(by_cohort);
        };
        let days = self.unit.days(row);
        let decided = self.decided(&next, (&self.decisions.of(row), days));
        let (step, probability) = next.likeliest(&self.steps)?;
        let [step_time, decision_time] =
            [next.none, decided].map(|curve| quantiles(&curve, &next.knots, days));
        let is_decision = if self.steps[step] == self.cohorts.decision() { probability } else { 0.0 };
        // The curves keep to their bounds; so do the levels between which quantiles are read.
        let decision_time = one_event(&decision_time, &step_time, is_decision);
        let step_time = step_time.min(&decision_time);
        Some(Prediction {
            next_step: PredictedStep {
                milestone: self.steps[step],
                probability,
                remaining: RemainingTime { time: step_time, ..by_cohort.next_step.remaining },
            },
            decision: by_cohort.decision.map(|known| RemainingTime { time: decision_time, ..known }),
        })
    }

    /// Every step that can still come, with its probability, most likely first.
    pub(crate) fn next_steps(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Vec<(MilestoneId, f32)> {
        if !Self::answers(features, is_pending) {
            return self.cohorts.next_steps(features, is_pending, can_come);
        }
        let row = features.covariates.as_slice();
        let Some(next) =
            Next::new(self, (&self.exits.of(row), self.unit.days(row)), &self.shares.of(row), &can_come)
        else {
            return self.cohorts.next_steps(features, is_pending, can_come);
        };
        let mut steps: Vec<(MilestoneId, f32)> =
            self.steps.iter().copied().zip(next.probabilities).filter(|(_, share)| *share > 0.0).collect();
        steps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        steps
    }

    pub(crate) fn knows_state(&self, features: &Features) -> bool {
        self.cohorts.knows_state(features)
    }

    pub(crate) fn basis(&self) -> Basis {
        self.cohorts.basis()
    }

    pub(crate) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        let columns = schema.covariates.columns.len();
        self.cohorts.fits(form, schema)
            && self.steps.iter().all(|step| step.index() < form.milestones().len())
            && [self.exits.forest.columns(), self.shares.forest.columns(), self.decisions.forest.columns()]
                .into_iter()
                .all(|used| used <= columns)
    }

    /// The decision, between its bounds.
    fn decided(&self, next: &Next, (hazards, days): (&ByBin, f32)) -> Falling {
        let direct = falling(hazards, self.decisions.bins(), &next.knots, days);
        let mut bounded = direct;
        for knot in 0..direct.length {
            let most = (1.0 - next.decided[knot]).max(next.none.at[knot]);
            bounded.at[knot] = direct.at[knot].clamp(next.none.at[knot], most);
        }
        bounded
    }
}

/// The next step of a case.
struct Next {
    knots: [f32; MAX_KNOTS],
    /// The probability that no step has come, at each knot.
    none: Falling,
    /// The probability that a step has come and is the decision, at each knot.
    decided: [f32; MAX_KNOTS],
    /// By step, the probability that it comes next.
    probabilities: [f32; MAX_SHARES],
}

impl Next {
    fn new(
        model: &BoostedHazards,
        (exits, days): (&ByBin, f32),
        shares: &[f32; MAX_SHARES],
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<Self> {
        let (bins, events) = (model.exits.bins(), model.shares.events);
        let knots = model.knots();
        // A step that is not named can always come.
        let mut kept = [true; MAX_SHARES];
        for (kept, step) in kept.iter_mut().zip(&model.steps) {
            *kept = can_come(*step);
        }
        let segment = |bin: usize| usize::from(model.shares.segments[bin.min(bins - 1)]) * events;
        let mut hazards = *exits;
        for (bin, hazard) in hazards[..bins].iter_mut().enumerate() {
            let of_bin = &shares[segment(bin)..segment(bin) + events];
            let possible: f32 =
                of_bin.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(share, _)| share).sum();
            *hazard *= possible;
        }
        let none = falling(&hazards, bins, &knots, days);
        let mut next = Self { knots, none, decided: [0.0; MAX_KNOTS], probabilities: [0.0; MAX_SHARES] };
        for knot in 1..=none.length {
            // What is left at the last knot comes after it.
            let left = if knot < none.length { none.at[knot] } else { 0.0 };
            let mass = none.at[knot - 1] - left;
            let of_bin = &shares[segment(knot - 1)..segment(knot - 1) + events];
            let possible: f32 =
                of_bin.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(share, _)| share).sum();
            if possible <= 0.0 {
                return None;
            }
            for (event, share) in of_bin.iter().enumerate().filter(|(event, _)| kept[*event]) {
                next.probabilities[event] += mass * share / possible;
            }
            if let Some(decision) = model.decision_position().filter(|position| kept[*position])
                && knot < none.length
            {
                next.decided[knot] = next.decided[knot - 1] + mass * of_bin[decision] / possible;
            }
        }
        Some(next)
    }

    /// The position of the most likely step, with its probability.
    fn likeliest(&self, steps: &[MilestoneId]) -> Option<(usize, f32)> {
        let of_steps = self.probabilities[..steps.len()].iter().copied().enumerate();
        let most = of_steps.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some((most.0, most.1.clamp(0.0, 1.0)))
    }
}

impl BoostedHazards {
    /// The knots of the grid and those beyond it.
    pub(super) fn knots(&self) -> [f32; MAX_KNOTS] {
        let bins = self.exits.bins();
        let mut knots = [0.0_f32; MAX_KNOTS];
        knots[..=bins].copy_from_slice(self.exits.knots());
        for beyond in 0..KNOTS_BEYOND {
            knots[bins + 1 + beyond] = knots[bins + beyond] * BEYOND;
        }
        knots
    }

    pub(super) fn decision_position(&self) -> Option<usize> {
        self.steps.iter().position(|step| *step == self.cohorts.decision())
    }

    /// Whether any tree, or the unit of the grid, asks for a column.
    pub(crate) fn uses_column(&self, column: usize) -> bool {
        let in_unit = match self.unit {
            Unit::Day => false,
            Unit::DrainTime { drain_days, had_turn, .. } => {
                [drain_days, had_turn].map(usize::from).contains(&column)
            }
        };
        let forests = [&self.exits.forest, &self.shares.forest, &self.decisions.forest];
        in_unit
            || forests.iter().any(|forest| forest.parts().nodes.iter().any(|node| node.column() == column))
    }
}

/// The probability that an event with these hazards per unit has not come, at the knots; a unit has so many days.
fn falling(hazards: &ByBin, bins: usize, knots: &[f32; MAX_KNOTS], days: f32) -> Falling {
    let length = bins + 1 + KNOTS_BEYOND;
    let mut curve = Falling { length, at: [0.0; MAX_KNOTS] };
    curve.at[0] = 1.0;
    let mut sum = 0.0;
    for knot in 1..length {
        let least = LEAST_HAZARDS[usize::from(knot > bins)] * days;
        let hazard = hazards[knot.min(bins) - 1].max(least);
        sum += hazard * (knots[knot] - knots[knot - 1]);
        curve.at[knot] = (-sum).exp();
    }
    curve
}

/// When the curve has fallen to each level, in days. Between knots the hazard is constant.
fn quantiles(curve: &Falling, knots: &[f32; MAX_KNOTS], scale: f32) -> Quantiles {
    let mut knot = 1;
    let last = curve.length - 1;
    Quantiles::from_days(LEVELS.map(|level| {
        let level = 1.0 - level as f32;
        while knot < last && curve.at[knot] > level {
            knot += 1;
        }
        let (high, low) = (curve.at[knot - 1], curve.at[knot]);
        let share = if high <= level {
            0.0
        } else if low > level {
            // Beyond the last knot, where next to nothing is left.
            1.0
        } else {
            (high / level).ln() / (high / low.max(f32::MIN_POSITIVE)).ln()
        };
        scale * (knots[knot - 1] + share * (knots[knot] - knots[knot - 1]))
    }))
}
