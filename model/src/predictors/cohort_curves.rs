//! Cohort curves: for each group of similar cases, the time to an event as a curve, and the events that it may be.

use thiserror::Error;

use super::prediction::{PredictedStep, TimeScale};
use crate::curve::{Curve, CurveError, Grid, Quantiles};
use crate::estimate::{Basis, MIN_SIMILAR_CASES, RemainingTime};
use crate::features::{FeatureSchema, Features, Queue};
use crate::form::{FormDefinition, MilestoneId, StateId};
use crate::time::Days;

/// Below this survival the incidences, stored as `f32`, are too coarse to say what comes next.
const MIN_SURVIVAL: f64 = 1e-4;

/// A group of similar cases: all cases, those in a state, or those in a state and a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CohortKey {
    /// The state; `None` for any.
    pub state: Option<StateId>,
    /// The queue; empty for any.
    pub queue: Queue,
}

impl CohortKey {
    /// All cases of the form.
    #[must_use]
    pub fn all() -> Self {
        Self { state: None, queue: Queue::default() }
    }

    /// The narrowest group that these features belong to.
    #[must_use]
    pub fn from_features(features: &Features) -> Self {
        Self { state: Some(features.state), queue: features.queue }
    }

    /// The next wider group, if this is not the widest.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.queue.codes().len() {
            0 => self.state.map(|_| Self::all()),
            depth => Some(Self { state: self.state, queue: self.queue.wider(depth - 1) }),
        }
    }
}

/// One of the milestones that the next step may be: a competing event.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The milestone.
    pub milestone: MilestoneId,
    /// Cumulative incidence at each knot (Aalen and Johansen 1978).
    pub incidence: Vec<f32>,
    /// Its share of the events beyond the last knot.
    pub tail_share: f32,
}

/// The curve of one cohort, with the cases on which it rests.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// The cases that belong to it.
    pub key: CohortKey,
    /// Cases (or visits to a state) that were at risk.
    pub n: u32,
    /// Those of them that had the event.
    pub events: u32,
    /// Cumulative hazard at each knot.
    pub hazard: Vec<f32>,
    /// Hazard per day beyond the last knot.
    pub tail: f32,
    /// The competing events, most common first; empty for a target with one outcome.
    pub causes: Vec<Cause>,
}

/// Why cohorts are not the cohort curves of a target.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CohortError {
    /// Keys must rise and begin with the cohort of all cases.
    #[error("cohort {0} is out of order, a duplicate, or lacks the wider cohort that it belongs to")]
    Order(usize),
    /// The numbers of a cohort are not a curve.
    #[error("the curve of cohort {index} is not sound")]
    Curve {
        /// Position of the cohort.
        index: usize,
        /// What is wrong with its curve.
        #[source]
        cause: CurveError,
    },
    /// Incidences are not probabilities.
    #[error("cohort {0}: an incidence is not a rising probability between 0 and 1")]
    Incidence(usize),
    /// A cohort has more events than cases.
    #[error("cohort {0} has more events than cases")]
    Counts(usize),
}

/// The curves of all cohorts for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCurves {
    time_scale: TimeScale,
    grid: Grid,
    cohorts: Vec<Cohort>,
}

impl CohortCurves {
    /// Curves of cohorts that are sorted by key. All share one grid.
    ///
    /// # Errors
    /// [`CohortError`] unless keys rise, every cohort's parent is present, and every curve is sound.
    pub fn new(time_scale: TimeScale, grid: Grid, cohorts: Vec<Cohort>) -> Result<Self, CohortError> {
        let curves = Self { time_scale, grid, cohorts };
        for (index, cohort) in curves.cohorts.iter().enumerate() {
            if index > 0 && curves.cohorts[index - 1].key >= cohort.key {
                return Err(CohortError::Order(index));
            }
            if let Some(parent) = cohort.key.parent()
                && curves.find(&parent).is_none()
            {
                return Err(CohortError::Order(index));
            }
            if cohort.events > cohort.n {
                return Err(CohortError::Counts(index));
            }
            Curve::new(&curves.grid, &cohort.hazard, cohort.tail)
                .map_err(|cause| CohortError::Curve { index, cause })?;
            let knots = curves.grid.knots().len();
            if !cohort.causes.iter().all(|cause| cause.is_sound(knots)) {
                return Err(CohortError::Incidence(index));
            }
        }
        if curves.cohorts.first().is_none_or(|first| first.key != CohortKey::all()) {
            return Err(CohortError::Order(0));
        }
        Ok(curves)
    }

    /// The time scale of the curves.
    #[must_use]
    pub const fn time_scale(&self) -> TimeScale {
        self.time_scale
    }

    /// The times at which the curves are known.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The cohorts, sorted by key.
    #[must_use]
    pub fn cohorts(&self) -> &[Cohort] {
        &self.cohorts
    }

    fn find(&self, key: &CohortKey) -> Option<&Cohort> {
        self.cohorts.binary_search_by(|cohort| cohort.key.cmp(key)).ok().map(|index| &self.cohorts[index])
    }

    /// The smallest cohort for a case with these features, and how long the case has waited on the time scale.
    ///
    /// Where too few cases were ever in the case's state, the case counts as still in its last step: an unseen status
    /// carries no information and must not hide the step and the queue.
    fn place(&self, features: &Features) -> (&Cohort, Days) {
        let has = |state| self.find(&CohortKey { state: Some(state), queue: Queue::default() }).is_some();
        let seen = if has(features.state) { *features } else { features.in_last_step() };
        let mut key = CohortKey::from_features(&seen);
        let cohort = loop {
            if let Some(cohort) = self.find(&key) {
                break cohort;
            }
            match key.parent() {
                Some(parent) => key = parent,
                None => break &self.cohorts[0],
            }
        };
        (cohort, self.time_scale.waited(&seen))
    }

    /// The curve of one of these cohorts.
    #[must_use]
    pub fn curve<'a>(&'a self, cohort: &'a Cohort) -> Curve<'a> {
        Curve::from_checked(&self.grid, &cohort.hazard, cohort.tail)
    }

    /// Quantiles of the remaining time of a case with these features.
    #[must_use]
    pub fn quantiles(&self, features: &Features) -> Quantiles {
        let (cohort, waited) = self.place(features);
        self.curve(cohort).quantiles_after(waited)
    }

    pub(super) fn remaining_time(&self, features: &Features) -> RemainingTime {
        let (cohort, waited) = self.place(features);
        self.remaining_in(cohort, waited)
    }

    pub(super) fn next_step(
        &self,
        features: &Features,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<PredictedStep> {
        let (cohort, waited) = self.place(features);
        let (milestone, probability) = self.likeliest(cohort, waited, can_come)?;
        Some(PredictedStep { milestone, probability, remaining: self.remaining_in(cohort, waited) })
    }

    pub(super) fn knows_state(&self, features: &Features) -> bool {
        let state = CohortKey { state: Some(features.state), queue: Queue::default() };
        self.find(&state).is_some_and(|cohort| cohort.events >= MIN_SIMILAR_CASES)
    }

    pub(super) fn basis(&self) -> Basis {
        self.cohorts[0].basis()
    }

    pub(super) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        self.cohorts.iter().all(|cohort| cohort.fits(form, schema))
    }

    fn remaining_in(&self, cohort: &Cohort, waited: Days) -> RemainingTime {
        let time = self.curve(cohort).quantiles_after(waited);
        RemainingTime { time, basis: cohort.basis(), known_for: self.grid.left_after(waited) }
    }

    /// The most likely event of a case of this cohort that has waited so long, among those that can still come, with its
    /// probability.
    fn likeliest(
        &self,
        cohort: &Cohort,
        waited: Days,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<(MilestoneId, f32)> {
        let curve = self.curve(cohort);
        let waited = waited.get().max(0.0);
        let now = (-curve.cumulative_hazard(waited)).exp();
        let end = (-curve.cumulative_hazard(self.grid.end())).exp();
        // Where almost no case is left, differences of incidences are rounding errors; the tail's shares are better.
        let in_tail = waited >= self.grid.end() || now < MIN_SURVIVAL;
        let mut best: Option<(MilestoneId, f64)> = None;
        let (mut total, mut excluded) = (0.0, 0.0);
        for cause in &cohort.causes {
            let ahead = if in_tail {
                f64::from(cause.tail_share)
            } else {
                cause.ahead(&curve, &self.grid, waited, end)
            };
            total += ahead;
            if !can_come(cause.milestone) {
                excluded += ahead;
                continue;
            }
            if best.is_none_or(|(_, probability)| ahead > probability) {
                best = Some((cause.milestone, ahead));
            }
        }
        // The rest belongs to causes that were too rare to store.
        let whole = f64::max(total, if in_tail { 1.0 } else { now }) - excluded;
        best.map(|(milestone, probability)| {
            let share = if whole > 0.0 { probability / whole } else { 0.0 };
            (milestone, share.clamp(0.0, 1.0) as f32)
        })
    }
}

impl Cohort {
    fn basis(&self) -> Basis {
        Basis {
            queue_depth: self.key.queue.codes().len(),
            same_state: self.key.state.is_some(),
            n: self.n,
            events: self.events,
        }
    }

    fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        let state = self.key.state.is_none_or(|state| state.index() < form.states());
        let codes = self.key.queue.codes();
        let queue = codes.len() <= schema.queue.len()
            && codes.iter().zip(&schema.queue).all(|(&code, known)| usize::from(code) < known.values.len());
        let causes = self.causes.iter().all(|cause| cause.milestone.index() < form.milestones().len());
        state && queue && causes
    }
}

impl Cause {
    fn is_sound(&self, knots: usize) -> bool {
        let probabilities = self.incidence.iter().copied().chain([self.tail_share]);
        self.incidence.len() == knots
            && probabilities.into_iter().all(|probability| (0.0..=1.001).contains(&probability))
            && self.incidence.is_sorted()
    }

    /// The probability, at the start of the curve, that this event comes after `waited`.
    fn ahead(&self, curve: &Curve<'_>, grid: &Grid, waited: f64, survival_at_end: f64) -> f64 {
        let knots = grid.knots();
        let k = knots.partition_point(|&knot| f64::from(knot) <= waited).clamp(1, knots.len() - 1) - 1;
        let survival = |time: f64| (-curve.cumulative_hazard(time)).exp();
        let (from, to) = (survival(f64::from(knots[k])), survival(f64::from(knots[k + 1])));
        let part = if from > to { ((from - survival(waited)) / (from - to)).clamp(0.0, 1.0) } else { 0.0 };
        let (low, high) = (f64::from(self.incidence[k]), f64::from(self.incidence[k + 1]));
        let last = f64::from(self.incidence[knots.len() - 1]);
        (last - low - (high - low) * part).max(0.0) + survival_at_end * f64::from(self.tail_share)
    }
}
