//! Cohort curves: for each group of similar cases, how long one thing takes and what it turns out to be.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::curve::{Curve, CurveError, Grid, Quantiles};
use crate::features::{Features, Queue};
use crate::form::{MilestoneId, StateId};
use crate::time::Days;

/// The share of a cohort that must be left for its incidences, kept as `f32`, to say what comes next.
const MIN_LEFT: f64 = 1e-4;

/// From when the time waited is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeScale {
    /// From the receipt of the case.
    SinceReceipt,
    /// From its entry into its present state.
    InState,
}

impl TimeScale {
    /// The time that a case has waited by this clock.
    #[must_use]
    pub fn waited(self, features: &Features) -> Days {
        match self {
            Self::SinceReceipt => features.since_receipt,
            Self::InState => features.in_state,
        }
    }
}

/// A group of similar cases: all, those in a state, or those in a state and a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CohortKey {
    /// The state, or any.
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

    /// The smallest group that these features belong to.
    #[must_use]
    pub fn of(features: &Features) -> Self {
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

/// One of the things that the next step may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The milestone.
    pub milestone: MilestoneId,
    /// Cumulative incidence at each knot (Aalen and Johansen 1978).
    pub incidence: Vec<f32>,
    /// Its share of what happens beyond the last knot.
    pub tail_share: f32,
}

/// The curve of one cohort, with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// Which cases.
    pub key: CohortKey,
    /// How many cases (or visits to a state) were followed.
    pub followed: u32,
    /// In how many of them it happened.
    pub happened: u32,
    /// Cumulative hazard at each knot.
    pub hazard: Vec<f32>,
    /// Hazard a day beyond the last knot.
    pub tail: f32,
    /// What it was, commonest first; empty for a target with one outcome.
    pub causes: Vec<Cause>,
}

/// What is wrong with a table of cohorts.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CohortError {
    /// Keys must rise and begin with the cohort of all cases.
    #[error("cohort {0} is out of order, there twice, or lacks the wider cohort it belongs to")]
    Order(usize),
    /// Not a curve.
    #[error("cohort {index}: {error}")]
    Curve {
        /// Which cohort.
        index: usize,
        /// What is wrong with its curve.
        error: CurveError,
    },
    /// Incidences are not chances.
    #[error("cohort {0}: an incidence is not a rising chance between 0 and 1")]
    Incidence(usize),
    /// More happened than was followed.
    #[error("cohort {0}: more happened than was followed")]
    Support(usize),
}

/// The curves of all cohorts for one target: the decision, or the next step.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortTable {
    clock: TimeScale,
    grid: Grid,
    cohorts: Vec<Cohort>,
}

impl CohortTable {
    /// A table of cohorts sorted by key.
    ///
    /// # Errors
    /// [`CohortError`] unless keys rise, every cohort's parent is there, and every curve is one.
    pub fn new(clock: TimeScale, grid: Grid, cohorts: Vec<Cohort>) -> Result<Self, CohortError> {
        let table = Self { clock, grid, cohorts };
        for (index, cohort) in table.cohorts.iter().enumerate() {
            if index > 0 && table.cohorts[index - 1].key >= cohort.key {
                return Err(CohortError::Order(index));
            }
            if let Some(parent) = cohort.key.parent()
                && table.find(&parent).is_none()
            {
                return Err(CohortError::Order(index));
            }
            if cohort.happened > cohort.followed {
                return Err(CohortError::Support(index));
            }
            Curve::new(&table.grid, &cohort.hazard, cohort.tail)
                .map_err(|error| CohortError::Curve { index, error })?;
            let knots = table.grid.knots().len();
            if !cohort.causes.iter().all(|cause| cause.is_sound(knots)) {
                return Err(CohortError::Incidence(index));
            }
        }
        if table.cohorts.first().is_none_or(|first| first.key != CohortKey::all()) {
            return Err(CohortError::Order(0));
        }
        Ok(table)
    }

    /// By which clock the curves run.
    #[must_use]
    pub const fn clock(&self) -> TimeScale {
        self.clock
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

    /// The smallest cohort there is for a case with these features, and how long the case has waited by its clock.
    ///
    /// Where too few cases were ever in the case's state, it is taken to be in its last step still: a status that nobody
    /// has been in tells nothing, and must not hide the step and the queue.
    #[must_use]
    pub fn place(&self, features: &Features) -> (&Cohort, Days) {
        let has = |state| self.find(&CohortKey { state: Some(state), queue: Queue::default() }).is_some();
        let seen = if has(features.state) { *features } else { features.in_last_step() };
        let mut key = CohortKey::of(&seen);
        let cohort = loop {
            if let Some(cohort) = self.find(&key) {
                break cohort;
            }
            match key.parent() {
                Some(parent) => key = parent,
                None => break &self.cohorts[0],
            }
        };
        (cohort, self.clock.waited(&seen))
    }

    /// The curve of a cohort of this table.
    #[must_use]
    pub fn curve<'a>(&'a self, cohort: &'a Cohort) -> Curve<'a> {
        Curve::of_checked(&self.grid, &cohort.hazard, cohort.tail)
    }

    /// Quantiles of the time that is left for a case with these features.
    #[must_use]
    pub fn quantiles(&self, features: &Features) -> Quantiles {
        let (cohort, waited) = self.place(features);
        self.curve(cohort).quantiles_after(waited)
    }

    /// The likeliest outcome for a case of this cohort that has waited so long, with its chance.
    #[must_use]
    pub fn likeliest(&self, cohort: &Cohort, waited: Days) -> Option<(MilestoneId, f32)> {
        let curve = self.curve(cohort);
        let waited = waited.get().max(0.0);
        let now = (-curve.cumulative_hazard(waited)).exp();
        let end = (-curve.cumulative_hazard(self.grid.end())).exp();
        // Where next to nobody is left, differences of incidences are rounding; the tail knows better.
        let in_tail = waited >= self.grid.end() || now < MIN_LEFT;
        let mut best: Option<(MilestoneId, f64)> = None;
        let mut total = 0.0;
        for cause in &cohort.causes {
            let ahead = if in_tail {
                f64::from(cause.tail_share)
            } else {
                cause.ahead(&curve, &self.grid, waited, end)
            };
            total += ahead;
            if best.is_none_or(|(_, chance)| ahead > chance) {
                best = Some((cause.milestone, ahead));
            }
        }
        // Causes that were too rare to keep take up the rest.
        let whole = f64::max(total, if in_tail { 1.0 } else { now });
        best.map(|(milestone, chance)| (milestone, (chance / whole).clamp(0.0, 1.0) as f32))
    }
}

impl Cause {
    fn is_sound(&self, knots: usize) -> bool {
        let chances = self.incidence.iter().copied().chain([self.tail_share]);
        self.incidence.len() == knots
            && chances.into_iter().all(|chance| (0.0..=1.001).contains(&chance))
            && self.incidence.is_sorted()
    }

    /// The chance, at the start of the curve, that this happens after `waited`.
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
