//! Aalen-Johansen curves (Aalen and Johansen 1978) of the time from the entry into a state to the next step, by state and
//! queue, with the most likely step.

use std::collections::BTreeMap;

use model::{Features, Quantiles, Queue, StateId, Target};
use rayon::prelude::*;

use super::baseline::{Baseline, SaidStep};
use super::product_limit::StepIncidence;
use super::spells::{Spell, suffice, with_wider};
use crate::visits::Visits;

/// Curves from the entry into a state. A group with too few events belongs to the next wider one: the wider queues in the
/// state, the state, all cases.
pub(super) struct FromEntry {
    by_queue: BTreeMap<(StateId, Queue), StepIncidence>,
    all: StepIncidence,
}

/// The groups that a case belongs to, the narrowest first, without that of all cases.
fn groups(state: StateId, queue: Queue) -> impl Iterator<Item = (StateId, Queue)> {
    with_wider(queue).chain([Queue::default()]).map(move |queue| (state, queue))
}

impl FromEntry {
    pub(super) fn new(visits: &Visits) -> Option<Self> {
        let mut every = Vec::new();
        let mut by_group: BTreeMap<(StateId, Queue), Vec<Spell>> = BTreeMap::new();
        for visit in &visits.rows {
            let Some(spell) = Spell::until_step(visit) else { continue };
            every.push(spell);
            groups(visit.state, visit.queue).for_each(|key| by_group.entry(key).or_default().push(spell));
        }
        let all = StepIncidence::new(&every)?;
        let curves = by_group.into_par_iter().filter(|(_, spells)| suffice(spells));
        let by_queue = curves.filter_map(|(key, spells)| Some((key, StepIncidence::new(&spells)?))).collect();
        Some(Self { by_queue, all })
    }

    fn of(&self, features: &Features) -> &StepIncidence {
        groups(features.state, features.queue).find_map(|key| self.by_queue.get(&key)).unwrap_or(&self.all)
    }
}

impl Baseline for FromEntry {
    fn name(&self) -> &'static str {
        "aalen_johansen_by_queue"
    }

    fn target(&self) -> Target {
        Target::NextStep
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        let answer = |features: &Features| self.of(features).curve.quantiles_after(features.in_state.get());
        cases.par_iter().map(answer).collect()
    }

    fn steps(&self, cases: &[Features]) -> Option<Vec<SaidStep>> {
        let answer = |features: &Features| {
            let (milestone, probability) = self.of(features).likeliest_after(features.in_state.get());
            SaidStep { milestone, probability }
        };
        Some(cases.par_iter().map(answer).collect())
    }
}
