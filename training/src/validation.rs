//! Forward validation inside the training window: learn what was known at an earlier origin, score on what came after it.
//!
//! Each fold scores two populations: the cases that were pending at the origin, which ask on any day, and the cases that
//! entered a state afterwards, which ask when something happens. The mean of both is the score of the fold. Where actions have a
//! time of day, a case is mostly asked about when something happens, and those count ten times as much.

use data::HistoryView;
use model::{FormDefinition, Predictor, Target};
use rayon::prelude::*;

use crate::landmarks::{Earlier, Landmark};
use crate::pending_case::PendingCase;
use crate::visits::{TrainingView, Visits};

/// How far the origins lie before the as-of time, as shares of the time that the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];
/// The most landmarks of a population that are scored, picked evenly.
const MAX_LANDMARKS: usize = 1500;
/// The weights of pending cases and of entries where actions have a time of day.
const BY_MOMENT: [f64; 2] = [1.0, 10.0];
/// A population with fewer landmarks is not scored.
const MIN_LANDMARKS: usize = 50;

/// What was known at an origin, and landmarks after it whose outcome is known by now.
pub(crate) struct Fold<'a> {
    /// What was known at the origin.
    pub(crate) known: HistoryView<'a>,
    pub(crate) visits: &'a Visits,
    /// With their weights, which sum to 1.
    populations: Vec<(f64, Vec<Landmark>)>,
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
        let weights = if view.known.history().received().by_day() { [1.0, 1.0] } else { BY_MOMENT };
        let mut populations: Vec<(f64, Vec<Landmark>)> = weights
            .into_iter()
            .zip([pending, entries])
            .filter(|(_, population)| population.len() >= MIN_LANDMARKS)
            .collect();
        let sum: f64 = populations.iter().map(|(weight, _)| weight).sum();
        populations.iter_mut().for_each(|(weight, _)| *weight /= sum);
        (!populations.is_empty()).then_some(Self {
            known: earlier.known,
            visits: &earlier.visits,
            populations,
        })
    }

    /// What a learner may use at the origin.
    pub(crate) fn view<'f>(&'f self, form: &'f FormDefinition) -> TrainingView<'f> {
        TrainingView { known: self.known, form, visits: self.visits, is_trial: true }
    }

    /// Mean CRPS, in days, of cohort curves that were learned from [`Self::visits`]. The next step is that of the exits alone.
    pub(crate) fn crps_days(&self, cohort_curves: &Predictor, target: Target) -> f64 {
        self.mean(|landmark| {
            let quantiles = match target {
                Target::Decision => landmark.case.quantiles(cohort_curves, target),
                Target::NextStep => landmark.case.step_by_exits(cohort_curves),
            };
            [landmark.crps_days(&quantiles, target)]
        })[0]
    }

    /// Mean CRPS, in days, of the times to the decision and to the next step by a predictor that was learned from
    /// [`Self::visits`]. An appointment whose day is known has no part in it: no predictor sees it.
    pub(crate) fn crps_days_of_both(&self, predictor: &Predictor) -> [f64; 2] {
        self.mean(|landmark| {
            let case = PendingCase { appointment: None, ..landmark.case };
            let [decision, step] = case.both(predictor);
            [landmark.crps_days(&decision, Target::Decision), landmark.crps_days(&step, Target::NextStep)]
        })
    }

    /// The mean over populations of the mean over landmarks.
    fn mean<const N: usize>(&self, score: impl Fn(&Landmark) -> [f64; N]) -> [f64; N] {
        let mut sums = [0.0; N];
        for (weight, population) in &self.populations {
            let weight = weight / population.len() as f64;
            for landmark in population {
                for (sum, score) in sums.iter_mut().zip(score(landmark)) {
                    *sum += weight * score;
                }
            }
        }
        sums
    }
}
