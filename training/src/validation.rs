//! Forward validation inside the training window: learn what was known at an earlier origin, score on what came after it.
//!
//! Each fold scores two populations: the cases that were pending at the origin, which ask on any day, and the cases that
//! entered a state afterwards, which ask when something happens. The mean of both is the score of the fold.

use std::collections::BTreeSet;

use data::HistoryView;
use model::{FormDefinition, Predictor, Target};

use crate::landmarks::{Landmark, evenly, origin, recode};
use crate::learners::TrainingView;
use crate::score::crps;
use crate::visits::Visits;

/// How far the origins lie before the as-of time, as shares of the time that the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];
/// The most landmarks of a population that are scored, picked evenly.
const MAX_LANDMARKS: usize = 3000;
/// A population with fewer landmarks is not scored.
const MIN_LANDMARKS: usize = 50;

/// What was known at an origin, and landmarks after it whose outcome is known by now.
pub(crate) struct Fold<'a> {
    known_then: HistoryView<'a>,
    form: &'a FormDefinition,
    visits_then: Visits,
    populations: Vec<Vec<Landmark>>,
}

impl<'a> Fold<'a> {
    /// The folds that the history of a view allows for a target: none if it is too short.
    pub(crate) fn all(view: TrainingView<'a>, target: Target) -> Vec<Self> {
        ORIGINS.iter().filter_map(|share| Self::new(view, target, *share)).collect()
    }

    fn new(view: TrainingView<'a>, target: Target, share: f64) -> Option<Self> {
        let TrainingView { known, form, visits } = view;
        let (origin, back) = origin(known, visits, share)?;
        let known_then = known.history().view_at(origin);
        let visits_then = Visits::from_view(known_then, form);
        let pending = visits.rows.iter().filter_map(|visit| Landmark::pending(visit, target, -back));
        // An entry in the second half of the follow-up would show quick outcomes only.
        let entries =
            visits.rows.iter().filter_map(|visit| Landmark::entry(visit, target, -back, -back / 2.0));
        let mut populations: Vec<Vec<Landmark>> = [thinned(pending.collect()), thinned(entries.collect())]
            .into_iter()
            .filter(|population| population.len() >= MIN_LANDMARKS)
            .collect();
        for population in &mut populations {
            recode(population, &visits.schema, &visits_then.schema);
        }
        (!populations.is_empty()).then_some(Self { known_then, form, visits_then, populations })
    }

    /// What was known at the origin.
    pub(crate) fn view(&self) -> TrainingView<'_> {
        TrainingView { known: self.known_then, form: self.form, visits: &self.visits_then }
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
