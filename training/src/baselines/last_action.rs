//! The quantiles of the remaining time by last action (the state), from cases with the event alone, and for the next step
//! the most common one. On event logs this baseline beats several published neural networks.

use std::collections::BTreeMap;

use model::{Features, LEVELS, MilestoneId, Quantiles, StateId, Target};
use rayon::prelude::*;

use super::baseline::{Baseline, SaidStep};
use super::product_limit::most_likely;
use crate::visits::{Visit, Visits};

/// What followed the entry into a state, or into any state.
struct Followed {
    time: Quantiles,
    /// For the next step: the most common one and its share.
    step: Option<(MilestoneId, f64)>,
}

/// The times and the steps of one group of visits.
#[derive(Default)]
struct Sample {
    times: Vec<f64>,
    steps: BTreeMap<MilestoneId, f64>,
}

pub(super) struct MedianByLastAction {
    target: Target,
    by_state: BTreeMap<StateId, Followed>,
    overall: Followed,
}

impl MedianByLastAction {
    pub(super) fn new(visits: &Visits, target: Target) -> Option<Self> {
        let mut by_state: BTreeMap<StateId, Sample> = BTreeMap::new();
        let mut overall = Sample::default();
        for visit in visits.rows.iter().filter(|visit| !visit.after_decision) {
            by_state.entry(visit.state).or_default().add(visit, target);
            overall.add(visit, target);
        }
        let by_state = by_state.into_iter().filter_map(|(state, sample)| Some((state, sample.followed()?)));
        Some(Self { target, by_state: by_state.collect(), overall: overall.followed()? })
    }

    fn of(&self, features: &Features) -> &Followed {
        self.by_state.get(&features.state).unwrap_or(&self.overall)
    }
}

impl Sample {
    fn add(&mut self, visit: &Visit, target: Target) {
        let (end, step) = match target {
            Target::Decision => (visit.decided, None),
            Target::NextStep => (visit.step.map(|(at, _)| at), visit.step.map(|(_, milestone)| milestone)),
        };
        if let Some(end) = end {
            self.times.push(end.waited - visit.entered.waited);
            if let Some(step) = step {
                *self.steps.entry(step).or_insert(0.0) += 1.0;
            }
        }
    }

    fn followed(self) -> Option<Followed> {
        let step = most_likely(&self.steps);
        (!self.times.is_empty()).then(|| Followed { time: empirical(self.times), step })
    }
}

/// The quantiles of a sample.
fn empirical(mut times: Vec<f64>) -> Quantiles {
    times.sort_by(f64::total_cmp);
    let last = times.len() - 1;
    Quantiles::from_days(LEVELS.map(|level| times[((level * times.len() as f64) as usize).min(last)] as f32))
}

impl Baseline for MedianByLastAction {
    fn name(&self) -> &'static str {
        "median_by_last_action"
    }

    fn target(&self) -> Target {
        self.target
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        cases.par_iter().map(|features| self.of(features).time).collect()
    }

    fn steps(&self, cases: &[Features]) -> Option<Vec<SaidStep>> {
        let answer = |features: &Features| {
            self.of(features).step.map(|(milestone, probability)| SaidStep { milestone, probability })
        };
        cases.par_iter().map(answer).collect()
    }
}
