//! Kaplan-Meier curves (Kaplan and Meier 1958) of the time from receipt to the decision: of all cases, by queue, and by
//! queue in the last 90 days (the period life table).

use std::collections::BTreeMap;

use model::{Features, MilestoneId, Quantiles, Queue, Target};
use rayon::prelude::*;

use super::baseline::Baseline;
use super::product_limit::StepCurve;
use super::spells::{Spell, first_visits, suffice, with_wider};
use crate::visits::Visits;

/// The length of the period of the life table, before the origin.
const PERIOD_DAYS: f64 = 90.0;

/// Curves from receipt, whatever the state. A queue with too few events belongs to the next wider one.
struct FromReceipt {
    name: &'static str,
    by_queue: BTreeMap<Queue, StepCurve>,
    all: StepCurve,
}

/// The baselines that these visits allow.
pub(super) fn all(visits: &Visits, decision: MilestoneId) -> Vec<Box<dyn Baseline>> {
    let by_case = first_visits(visits)
        .filter_map(|visit| Some((visit.queue, visit.received, Spell::until_decision(visit, decision)?)));
    let by_case: Vec<(Queue, f64, Spell)> = by_case.collect();
    let ever: Vec<(Queue, Spell)> = by_case.iter().map(|&(queue, _, spell)| (queue, spell)).collect();
    let in_period = |&(queue, received, spell): &(Queue, f64, Spell)| {
        Some((queue, spell.after(-PERIOD_DAYS - received)?))
    };
    let period: Vec<(Queue, Spell)> = by_case.iter().filter_map(in_period).collect();
    [
        ("kaplan_meier", &ever, false),
        ("kaplan_meier_by_queue", &ever, true),
        ("life_table_90_days", &period, true),
    ]
    .into_iter()
    .filter_map(|(name, spells, by_queue)| FromReceipt::new(name, spells, by_queue))
    .map(|baseline| Box::new(baseline) as Box<dyn Baseline>)
    .collect()
}

impl FromReceipt {
    fn new(name: &'static str, spells: &[(Queue, Spell)], by_queue: bool) -> Option<Self> {
        let every: Vec<Spell> = spells.iter().map(|(_, spell)| *spell).collect();
        let all = StepCurve::new(&every)?;
        let mut groups: BTreeMap<Queue, Vec<Spell>> = BTreeMap::new();
        if by_queue {
            for (queue, spell) in spells {
                with_wider(*queue).for_each(|queue| groups.entry(queue).or_default().push(*spell));
            }
        }
        let curves = groups.into_par_iter().filter(|(_, spells)| suffice(spells));
        let by_queue = curves.filter_map(|(queue, spells)| Some((queue, StepCurve::new(&spells)?))).collect();
        Some(Self { name, by_queue, all })
    }
}

impl Baseline for FromReceipt {
    fn name(&self) -> &'static str {
        self.name
    }

    fn target(&self) -> Target {
        Target::Decision
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        let answer = |features: &Features| {
            let of_queue = with_wider(features.queue).find_map(|queue| self.by_queue.get(&queue));
            of_queue.unwrap_or(&self.all).quantiles_after(features.since_receipt.get())
        };
        cases.par_iter().map(answer).collect()
    }
}
