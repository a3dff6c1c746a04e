//! Forward validation inside the training window: learn what was known at an earlier origin, score on what came after it.
//!
//! Each fold scores two populations: the cases that were pending at the origin, which ask on any day, and the cases that
//! entered a state afterwards, which ask when something happens. The mean of both is the score of the fold.

use std::collections::BTreeSet;

use model::{FormDefinition, Predictor, Target};

use crate::landmarks::{Earlier, Landmark, evenly, recode};
use crate::learners::TrainingView;
use crate::score::crps;

/// The most landmarks of a population that are scored, picked evenly.
const MAX_LANDMARKS: usize = 3000;
/// A population with fewer landmarks is not scored.
const MIN_LANDMARKS: usize = 50;

/// What was known at an origin, and landmarks after it whose outcome is known by now.
pub(crate) struct Fold<'a> {
    earlier: &'a Earlier<'a>,
    form: &'a FormDefinition,
    populations: Vec<Vec<Landmark>>,
}

impl<'a> Fold<'a> {
    /// The folds that the history of a view allows for a target: none if it is too short.
    pub(crate) fn all(view: TrainingView<'a>, target: Target) -> Vec<Self> {
        view.earlier.iter().filter_map(|earlier| Self::new(view, target, earlier)).collect()
    }

    fn new(view: TrainingView<'a>, target: Target, earlier: &'a Earlier<'a>) -> Option<Self> {
        let (TrainingView { form, visits, .. }, back) = (view, earlier.back);
        let pending = visits.rows.iter().filter_map(|visit| Landmark::pending(visit, target, -back));
        // An entry in the second half of the follow-up would show quick outcomes only.
        let entries =
            visits.rows.iter().filter_map(|visit| Landmark::entry(visit, target, -back, -back / 2.0));
        let mut populations: Vec<Vec<Landmark>> = [thinned(pending.collect()), thinned(entries.collect())]
            .into_iter()
            .filter(|population| population.len() >= MIN_LANDMARKS)
            .collect();
        for population in &mut populations {
            recode(population, &visits.schema, &earlier.visits.schema);
        }
        (!populations.is_empty()).then_some(Self { earlier, form, populations })
    }

    /// What was known at the origin. It has no folds of its own.
    pub(crate) fn view(&self) -> TrainingView<'_> {
        TrainingView { form: self.form, visits: &self.earlier.visits, earlier: &[] }
    }

    /// Mean CRPS, in days, of a predictor that was learned from [`Self::view`].
    pub(crate) fn crps_days(&self, predictor: &Predictor) -> f64 {
        let mean = |population: &Vec<Landmark>| {
            let sum: f64 = population
                .iter()
                .map(|landmark| {
                    let quantiles = predictor.quantiles(&landmark.features);
                    crps::of_min(&quantiles, landmark.time, landmark.horizon)
                })
                .sum();
            sum / population.len() as f64
        };
        self.populations.iter().map(mean).sum::<f64>() / self.populations.len() as f64
    }
}

/// At most [`MAX_LANDMARKS`] of them, picked evenly.
fn thinned(all: Vec<Landmark>) -> Vec<Landmark> {
    let count = all.len().min(MAX_LANDMARKS);
    let picked: BTreeSet<usize> = evenly(all.len(), count).collect();
    all.into_iter()
        .enumerate()
        .filter(|(index, _)| picked.contains(index))
        .map(|(_, landmark)| landmark)
        .collect()
}
