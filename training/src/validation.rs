//! Forward validation inside the training window: learn what was known at an earlier origin, score on what came after it.
//!
//! Each fold scores two populations: the cases that were pending at the origin, which ask on any day, and the cases that
//! entered a state afterwards, which ask when something happens. The mean of both is the score of the fold.

use model::{Predictor, Target};

use crate::landmarks::{Earlier, Landmark, evenly};
use crate::learners::TrainingView;
use crate::score::crps;
use crate::visits::Visits;

/// The most landmarks of a population that are scored, picked evenly.
const MAX_LANDMARKS: usize = 1500;
/// A population with fewer landmarks is not scored.
const MIN_LANDMARKS: usize = 50;

/// What was known at an origin, and landmarks after it whose outcome is known by now.
pub(crate) struct Fold<'a> {
    visits: &'a Visits,
    populations: Vec<Vec<Landmark>>,
}

impl<'a> Fold<'a> {
    /// The folds that the history of a view allows: none if it is too short.
    pub(crate) fn all(view: TrainingView<'a>) -> Vec<Self> {
        view.earlier.iter().filter_map(Self::new).collect()
    }

    fn new(earlier: &'a Earlier<'a>) -> Option<Self> {
        let populations: Vec<Vec<Landmark>> = [&earlier.pending, &earlier.entries]
            .into_iter()
            .filter(|population| population.len() >= MIN_LANDMARKS)
            .map(|all| evenly(all.len(), MAX_LANDMARKS).map(|index| all[index]).collect())
            .collect();
        (!populations.is_empty()).then_some(Self { visits: &earlier.visits, populations })
    }

    /// What was known at the origin.
    pub(crate) fn visits(&self) -> &'a Visits {
        self.visits
    }

    /// Mean CRPS, in days, of a predictor that was learned from [`Self::visits`].
    pub(crate) fn crps_days(&self, predictor: &Predictor, target: Target) -> f64 {
        let score = |landmark: &Landmark| {
            let time = landmark.outcome(target).unwrap_or(landmark.horizon);
            let quantiles = match target {
                Target::Decision => landmark.case.quantiles(predictor, target),
                Target::NextStep => landmark.case.step_by_exits(predictor),
            };
            crps::of_min(&quantiles, time, landmark.horizon)
        };
        let mean =
            |population: &Vec<Landmark>| population.iter().map(score).sum::<f64>() / population.len() as f64;
        self.populations.iter().map(mean).sum::<f64>() / self.populations.len() as f64
    }
}
