//! Cohorts: groups of similar cases, each with the curve of the time to an event and the events that it may be.

use std::sync::Arc;

use thiserror::Error;

use crate::curve::{Curve, CurveError};
use crate::estimate::Basis;
use crate::features::{FeatureSchema, Features, Queue};
use crate::form::{FormDefinition, MilestoneId, StateId};
use crate::predictors::TimeScale;

/// A group of similar cases: all cases, those in a state, or those in a state and a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CohortKey {
    /// The state; `None` for any.
    pub state: Option<StateId>,
    /// The queue; attributes that are not known stand for any value.
    pub queue: Queue,
}

impl CohortKey {
    /// All cases of the form.
    #[must_use]
    pub fn all() -> Self {
        Self { state: None, queue: Queue::default() }
    }

    /// All cases in a state.
    #[must_use]
    pub fn in_state(state: StateId) -> Self {
        Self { state: Some(state), queue: Queue::default() }
    }

    /// The next wider group, if this is not the widest: without the last attribute that is known.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.queue.wider() {
            Some(queue) => Some(Self { queue, ..*self }),
            None => self.state.map(|_| Self::all()),
        }
    }
}

/// What may happen to a case: one of several competing events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// It completes a step.
    Step(MilestoneId),
    /// Its status changes without a step.
    Status(StateId),
}

impl Event {
    /// The state that the case is in afterwards.
    #[must_use]
    pub fn state(self) -> StateId {
        match self {
            Self::Step(milestone) => milestone.into(),
            Self::Status(state) => state,
        }
    }
}

/// One of the events of a cohort, with its part in the cohort's curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The event.
    pub event: Event,
    /// The probability that it comes at the very moment when the state is entered.
    pub at_once: f32,
    /// Its share of the events between each knot and the next one.
    pub shares: Vec<f32>,
    /// Its share of the events beyond the last knot.
    pub tail_share: f32,
}

/// The curve of one cohort, with the cases on which it rests.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// The cases that belong to it.
    pub key: CohortKey,
    /// Cases.
    pub n: u32,
    /// Those of them that had the event.
    pub events: u32,
    /// Those of them that were decided, by whatever way.
    pub decided: u32,
    /// The survival function of those that do not have the event at the very moment when they enter the state.
    pub curve: Curve,
    /// The competing events, most common first. Their shares sum to 1.
    pub causes: Vec<Cause>,
}

/// Why cohorts are not the curves of a predictor.
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
    /// Shares are not probabilities that sum to 1.
    #[error("cohort {0}: the shares of its events are not probabilities that sum to 1")]
    Shares(usize),
    /// A cohort has more events than cases.
    #[error("cohort {0} has more events or decisions than cases")]
    Counts(usize),
}

/// The curves of all cohorts for one kind of wait, on one time scale. Copies share them.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortSet {
    time_scale: TimeScale,
    cohorts: Arc<[Cohort]>,
    /// Sums over the numbers of each cohort, which estimates need again and again.
    sums: Arc<[Sums]>,
}

/// Sums over the numbers of a cohort.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    /// For each cause, the probability at each knot that it comes later, as seen from the start of the curve.
    pub(super) ahead: Vec<Vec<f64>>,
    /// The sums over all causes that are steps: by interval, in the tail, and at once.
    pub(super) steps: Vec<f32>,
    pub(super) steps_in_tail: f32,
    pub(super) steps_at_once: f64,
    /// The probability of any event at the very moment when the state is entered.
    pub(super) at_once: f64,
}

impl Sums {
    fn of(cohort: &Cohort) -> Self {
        let survival = cohort.curve.survivals();
        let ahead = |cause: &Cause| {
            let tail = f64::from(survival.last().copied().unwrap_or(1.0)) * f64::from(cause.tail_share);
            let mut ahead = vec![tail; survival.len()];
            for knot in (0..cause.shares.len()).rev() {
                let lost = f64::from(survival[knot]) - f64::from(survival[knot + 1]);
                ahead[knot] = ahead[knot + 1] + lost * f64::from(cause.shares[knot]);
            }
            ahead
        };
        let is_step = |cause: &&Cause| matches!(cause.event, Event::Step(_));
        let steps: Vec<&Cause> = cohort.causes.iter().filter(is_step).collect();
        let sum = |share: &dyn Fn(&Cause) -> f32| steps.iter().map(|cause| share(cause)).sum::<f32>();
        Self {
            ahead: cohort.causes.iter().map(ahead).collect(),
            steps: (0..survival.len() - 1).map(|k| sum(&|cause| cause.shares[k])).collect(),
            steps_in_tail: sum(&|cause| cause.tail_share),
            steps_at_once: f64::from(sum(&|cause| cause.at_once)),
            at_once: cohort.causes.iter().map(|cause| f64::from(cause.at_once)).sum(),
        }
    }
}

/// How far shares may be from a sum of 1: they are stored with 24 bits.
const ROUNDING: f32 = 1e-3;

impl CohortSet {
    /// Curves of cohorts that are sorted by key.
    ///
    /// # Errors
    /// [`CohortError`] unless keys rise, every cohort's parent is present, and the shares are sound.
    pub fn new(time_scale: TimeScale, cohorts: Vec<Cohort>) -> Result<Self, CohortError> {
        let sums = Arc::new([]);
        let mut set = Self { time_scale, cohorts: cohorts.into(), sums };
        for (index, cohort) in set.cohorts.iter().enumerate() {
            if index > 0 && set.cohorts[index - 1].key >= cohort.key {
                return Err(CohortError::Order(index));
            }
            if let Some(parent) = cohort.key.parent()
                && set.find(&parent).is_none()
            {
                return Err(CohortError::Order(index));
            }
            if cohort.events > cohort.n || cohort.decided > cohort.n {
                return Err(CohortError::Counts(index));
            }
            if !cohort.has_sound_shares() {
                return Err(CohortError::Shares(index));
            }
        }
        if set.cohorts.first().is_none_or(|first| first.key != CohortKey::all()) {
            return Err(CohortError::Order(0));
        }
        set.sums = set.cohorts.iter().map(Sums::of).collect();
        Ok(set)
    }

    /// The time scale of the curves.
    #[must_use]
    pub const fn time_scale(&self) -> TimeScale {
        self.time_scale
    }

    /// The cohorts, sorted by key.
    #[must_use]
    pub fn cohorts(&self) -> &[Cohort] {
        &self.cohorts
    }

    /// The cohort of all cases.
    #[must_use]
    pub fn all(&self) -> &Cohort {
        &self.cohorts[0]
    }

    fn find(&self, key: &CohortKey) -> Option<usize> {
        self.cohorts.binary_search_by(|cohort| cohort.key.cmp(key)).ok()
    }

    /// The position of the smallest cohort of cases in a state and a queue, if there is one of the state.
    fn position(&self, state: StateId, queue: Queue) -> Option<usize> {
        let mut key = CohortKey { state: Some(state), queue };
        while key.state.is_some() {
            if let Some(position) = self.find(&key) {
                return Some(position);
            }
            key = key.parent()?;
        }
        None
    }

    /// The smallest cohort of cases in a state and a queue, if there is one of the state.
    #[must_use]
    pub fn smallest(&self, state: StateId, queue: Queue) -> Option<&Cohort> {
        self.position(state, queue).map(|position| &self.cohorts[position])
    }

    /// The smallest cohort of cases in a state and a queue, or that of all cases, with its sums.
    pub(super) fn smallest_or_all(&self, state: StateId, queue: Queue) -> (&Cohort, &Sums) {
        let position = self.position(state, queue).unwrap_or(0);
        (&self.cohorts[position], &self.sums[position])
    }

    /// The smallest cohort for a case with these features with its sums, and the features as that cohort sees the case.
    ///
    /// Where too few cases were ever in the case's state, the case counts as still in its last step: an unseen status
    /// carries no information and must not hide the step and the queue.
    pub(super) fn place(&self, features: &Features) -> (&Cohort, &Sums, Features) {
        let (position, seen) = match self.position(features.state, features.queue) {
            Some(position) => (position, *features),
            None => {
                let seen = features.in_last_step();
                (self.position(seen.state, seen.queue).unwrap_or(0), seen)
            }
        };
        (&self.cohorts[position], &self.sums[position], seen)
    }

    pub(super) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        self.cohorts.iter().all(|cohort| cohort.fits(form, schema))
    }
}

impl Cohort {
    /// The cases on which the estimate of a case of this cohort rests.
    #[must_use]
    pub fn basis(&self) -> Basis {
        Basis { queue: self.key.queue, state: self.key.state, n: self.n, events: self.decided }
    }

    fn has_sound_shares(&self) -> bool {
        let is_probability = |share: &f32| (0.0..=1.0 + ROUNDING).contains(share);
        let intervals = self.curve.times().len() - 1;
        let each = |cause: &Cause| {
            cause.shares.len() == intervals
                && cause.shares.iter().chain([&cause.tail_share, &cause.at_once]).all(is_probability)
        };
        let sums_to_one = |share: &dyn Fn(&Cause) -> f32| {
            (self.causes.iter().map(share).sum::<f32>() - 1.0).abs() <= ROUNDING
        };
        !self.causes.is_empty()
            && self.causes.iter().all(each)
            && (0..intervals).all(|k| sums_to_one(&|cause| cause.shares[k]))
            && sums_to_one(&|cause| cause.tail_share)
            && self.causes.iter().map(|cause| cause.at_once).sum::<f32>() <= 1.0 + ROUNDING
    }

    fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        let exists = |state: StateId| state.index() < form.states();
        let event = |cause: &Cause| match cause.event {
            Event::Step(milestone) => milestone.index() < form.milestones().len(),
            Event::Status(state) => exists(state),
        };
        self.key.state.is_none_or(exists) && self.key.queue.fits(schema) && self.causes.iter().all(event)
    }
}
