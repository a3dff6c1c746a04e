//! Forward validation inside the training window: learn what was known at an earlier origin, score on what came after it.
//!
//! Each fold scores two populations: the cases that were pending at the origin, which ask on any day, and the cases that
//! entered a state afterwards, which ask when something happens. The mean of both is the score of the fold.

use data::HistoryView;
use model::{FormDefinition, Predictor, Target};
use rayon::prelude::*;

use crate::landmarks::{Earlier, Landmark};
use crate::score::crps;
use crate::visits::{TrainingView, Visits};

/// How far the origins lie before the as-of time, as shares of the time that the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];
/// The most landmarks of a population that are scored, picked evenly.
const MAX_LANDMARKS: usize = 1500;
/// A population with fewer landmarks is not scored.
const MIN_LANDMARKS: usize = 50;

/// What was known at an origin, and landmarks after it whose outcome is known by now.
pub(crate) struct Fold<'a> {
    /// What was known at the origin.
    pub(crate) known: HistoryView<'a>,
    pub(crate) visits: &'a Visits,
    populations: Vec<Vec<Landmark>>,
}

impl<'a> Fold<'a> {
    /// What was known at the origins of the folds of a view, the earliest first: none if its history is too short.
    pub(crate) fn origins(view: TrainingView<'a>) -> Vec<Earlier<'a>> {
        ORIGINS.par_iter().filter_map(|share| Earlier::before(view, *share)).collect()
    }

    /// The folds at these origins, with what became of cases by the as-of time of a view.
    pub(crate) fn at(origins: &'a [Earlier<'a>], view: TrainingView<'_>) -> Vec<Self> {
        origins.par_iter().filter_map(|origin| Self::new(origin, view)).collect()
    }

    /// A fold with what became of cases by the as-of time of a view; `None` if there were too few.
    fn new(earlier: &'a Earlier<'a>, view: TrainingView<'_>) -> Option<Self> {
        let (_, pending) = earlier.pending(view.form, view.known, MAX_LANDMARKS);
        let entries = earlier.entries(view.form, view.known, MAX_LANDMARKS);
        let populations: Vec<Vec<Landmark>> =
            [pending, entries].into_iter().filter(|population| population.len() >= MIN_LANDMARKS).collect();
        (!populations.is_empty()).then_some(Self {
            known: earlier.known,
            visits: &earlier.visits,
            populations,
        })
    }

    /// What a learner may use at the origin.
    pub(crate) fn view<'f>(&'f self, form: &'f FormDefinition) -> TrainingView<'f> {
        TrainingView { known: self.known, form, visits: self.visits }
    }

    /// Mean CRPS, in days, of a predictor that was learned from [`Self::visits`].
    pub(crate) fn crps_days(&self, predictor: &Predictor, target: Target) -> f64 {
        let score = |landmark: &Landmark| {
            let time = landmark.outcome(target).unwrap_or(landmark.horizon);
            let quantiles = match target {
                Target::Decision => landmark.case.quantiles(predictor, target),
                Target::NextStep => match predictor {
                    Predictor::CohortCurves(_) => landmark.case.step_by_exits(predictor),
                    Predictor::BoostedHazards(_) => landmark.case.quantiles(predictor, target),
                },
            };
            crps::of_min(&quantiles, time, landmark.horizon)
        };
        let mean =
            |population: &Vec<Landmark>| population.iter().map(score).sum::<f64>() / population.len() as f64;
        self.populations.iter().map(mean).sum::<f64>() / self.populations.len() as f64
    }
}
