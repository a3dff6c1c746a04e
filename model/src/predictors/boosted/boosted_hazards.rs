//! Both times of a case from boosted hazards.
//!
//! The *exits* give the hazard of the next step of any kind, the *shares* which step it is, and the *decisions* the hazard of
//! the decision, whatever comes before it. One event has one time by construction: with F the distribution of the time to the
//! next step and A that of the next step being the decision, the decision has come by t with a probability between A(t) and
//! F(t), since a decision is a step and no decision comes before the next step. The direct answer is moved into these bounds at
//! every knot.
//!
//! The answer may be a mixture with that of the cohort curves, with a fixed weight: both times and the probabilities of the
//! steps are mixed alike.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::falling::Falling;
use super::hazards::{ByBin, Hazards, MAX_SHARES, Shares};
use super::next_step_curve::NextStepCurve;
use crate::estimate::{Basis, RemainingTime};
use crate::features::{FeatureSchema, Features};
use crate::form::{FormDefinition, MilestoneId, StateId};
use crate::predictors::cohort_curves::{CohortCurves, one_event};
use crate::predictors::pool::pooled;
use crate::predictors::prediction::{PredictedStep, Prediction};
use crate::quantiles::Quantiles;

/// Steps with their probabilities: room for those of both parts of a mixture.
type MixedSteps = SmallVec<[(MilestoneId, f32); 64]>;

/// With a smaller weight of the hazards a mixture would be the cohort curves.
const LEAST_WEIGHT: f32 = 0.01;

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
    /// The weight of the hazards in the answer, at most 1. The rest is that of the cohort curves.
    pub(crate) weight: f32,
    pub(crate) unit: Unit,
    /// By state, the days of a unit of the exits; `None` where they have the unit of the decisions.
    pub(crate) exit_days: Vec<Option<f32>>,
    pub(crate) exits: Hazards,
    /// The steps that come next, in the order of the shares. One more share is that of all others.
    pub(crate) steps: Vec<MilestoneId>,
    pub(crate) shares: Shares,
    pub(crate) decisions: Hazards,
    pub(crate) cohorts: CohortCurves,
}

impl BoostedHazards {
    /// Puts the parts together; `None` if they do not fit each other: there is a share for every step, with at most one more
    /// for all steps that are not named, and the units of the exits are days above zero.
    #[must_use]
    pub fn new(
        unit: Unit,
        (exit_days, exits): (Vec<Option<f32>>, Hazards),
        (steps, shares): (Vec<MilestoneId>, Shares),
        decisions: Hazards,
        cohorts: CohortCurves,
    ) -> Option<Self> {
        let is_length = |days: f32| days > 0.0 && days.is_finite();
        let fits = exit_days.iter().flatten().all(|days| is_length(*days))
            && (shares.events == steps.len() || shares.events == steps.len() + 1)
            && !steps.is_empty()
            && shares.segments.len() == exits.bins();
        fits.then_some(Self { weight: 1.0, unit, exit_days, exits, steps, shares, decisions, cohorts })
    }

    /// The same with another weight of the hazards in a mixture with the cohort curves: at least 0.01, at most 1.
    #[must_use]
    pub fn with_weight(self, weight: f32) -> Self {
        Self { weight: weight.clamp(LEAST_WEIGHT, 1.0), ..self }
    }

    /// Whether time is counted in drain times.
    #[must_use]
    pub fn is_in_line(&self) -> bool {
        self.unit != Unit::Day
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
        let next = if Self::answers(features, is_pending) { self.next(features, &can_come) } else { None };
        let Some(next) = next else { return self.cohorts.predict(features, is_pending, can_come) };
        let row = features.covariates.as_slice();
        let decided = self.decision_of(&next, &self.decisions.of(row), self.unit.days(row));
        let times = [next.none().quantiles(), decided.quantiles()];
        if self.weight < 1.0
            && let Some((by_cohort, steps)) = self.cohorts.predict_steps(features, true, can_come)
        {
            return self.mixed(&next, times, &by_cohort, &steps);
        }
        let (step, probability) = likeliest(self.steps.iter().copied().zip(*next.probabilities()))?;
        let support = self.cohorts.support(features);
        let remaining = |time, known_for| RemainingTime { time, basis: support.basis, known_for };
        let [step_for, decision_for] = support.known_for;
        let [next, decision] = times;
        Some(self.prediction(
            (step, probability),
            remaining(next, step_for),
            remaining(decision, decision_for),
        ))
    }

    /// The next step, unless no step that was seen can come.
    fn next(&self, features: &Features, can_come: impl Fn(MilestoneId) -> bool) -> Option<NextStepCurve> {
        let row = features.covariates.as_slice();
        let days = self.exit_days(features.state).unwrap_or_else(|| self.unit.days(row));
        self.next_of(&self.exits.of(row), days, &self.shares.of(row), can_come)
    }

    /// The same from hazards and shares that are known already.
    pub(super) fn next_of(
        &self,
        exits: &ByBin,
        days: f32,
        shares: &[f32; MAX_SHARES],
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<NextStepCurve> {
        // A step that is not named can always come.
        let mut kept = [true; MAX_SHARES];
        for (kept, step) in kept.iter_mut().zip(&self.steps) {
            *kept = can_come(*step);
        }
        let decision = self.steps.iter().position(|step| *step == self.cohorts.decision());
        NextStepCurve::new(Falling::new(&self.exits, exits, days), (&self.shares, shares), &kept, decision)
    }

    /// The days of a unit of the exits from a state; `None` where they have the unit of the decisions.
    pub(super) fn exit_days(&self, state: StateId) -> Option<f32> {
        self.exit_days.get(state.index()).copied().flatten()
    }

    /// The time to the decision, between its bounds.
    pub(super) fn decision_of(&self, next: &NextStepCurve, decisions: &ByBin, days: f32) -> Falling {
        next.bound(&Falling::new(&self.decisions, decisions, days))
    }

    /// The probability that the decision is the next step, if that is likelier than every other one.
    pub(super) fn decision_share(&self, next: &NextStepCurve) -> f32 {
        let likeliest = likeliest(self.steps.iter().copied().zip(*next.probabilities()));
        likeliest.filter(|(step, _)| *step == self.cohorts.decision()).map_or(0.0, |(_, share)| share)
    }

    /// The mixture with the answer of the cohort curves.
    fn mixed(
        &self,
        next: &NextStepCurve,
        [step, decision]: [Quantiles; 2],
        by_cohort: &Prediction,
        steps: &[(MilestoneId, f32)],
    ) -> Option<Prediction> {
        let known = by_cohort.decision?;
        let weight = f64::from(self.weight);
        let pool = |time: &Quantiles, known: RemainingTime| RemainingTime {
            time: pooled(time, &known.time, weight),
            ..known
        };
        let likeliest = likeliest(self.mixed_steps(next, steps).into_iter())?;
        Some(self.prediction(likeliest, pool(&step, by_cohort.next_step.remaining), pool(&decision, known)))
    }

    /// Every step with its probability in the mixture.
    fn mixed_steps(&self, next: &NextStepCurve, by_cohort: &[(MilestoneId, f32)]) -> MixedSteps {
        let mut steps: MixedSteps = self
            .steps
            .iter()
            .zip(*next.probabilities())
            .map(|(step, share)| (*step, self.weight * share))
            .collect();
        for (step, share) in by_cohort {
            let share = (1.0 - self.weight) * share;
            match steps.iter_mut().find(|(known, _)| known == step) {
                Some((_, sum)) => *sum += share,
                None => steps.push((*step, share)),
            }
        }
        steps
    }

    /// Both times of one case. The curves keep to their bounds; so do the levels between which quantiles are read.
    fn prediction(
        &self,
        (milestone, probability): (MilestoneId, f32),
        step: RemainingTime,
        decision: RemainingTime,
    ) -> Prediction {
        let is_decision = if milestone == self.cohorts.decision() { probability } else { 0.0 };
        let time = one_event(&decision.time, &step.time, is_decision);
        let remaining = RemainingTime { time: step.time.min(&time), ..step };
        Prediction {
            next_step: PredictedStep { milestone, probability, remaining },
            decision: Some(RemainingTime { time, ..decision }),
        }
    }

    /// Every step that can still come, with its probability, most likely first.
    pub(crate) fn next_steps(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Vec<(MilestoneId, f32)> {
        let next = if Self::answers(features, is_pending) { self.next(features, &can_come) } else { None };
        let by_cohort = || self.cohorts.next_steps(features, is_pending, &can_come);
        let Some(next) = next else { return by_cohort() };
        let mut steps = if self.weight < 1.0 {
            self.mixed_steps(&next, &by_cohort()).into_vec()
        } else {
            self.steps.iter().copied().zip(*next.probabilities()).collect()
        };
        steps.retain(|(_, share)| *share > 0.0);
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
            && self.exit_days.len() <= form.states()
            && self.steps.iter().all(|step| step.index() < form.milestones().len())
            && [self.exits.forest.columns(), self.shares.forest.columns(), self.decisions.forest.columns()]
                .into_iter()
                .all(|used| used <= columns)
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

/// The most likely step, with its probability.
fn likeliest(steps: impl Iterator<Item = (MilestoneId, f32)>) -> Option<(MilestoneId, f32)> {
    let most = steps.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some((most.0, most.1.clamp(0.0, 1.0)))
}
