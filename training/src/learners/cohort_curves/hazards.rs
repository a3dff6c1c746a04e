//! Cause-specific hazards of a cohort, each shrunk to those of a wider cohort.
//!
//! At a tick with weight Y at risk and weight d of an event, the hazard of the widest cohort is d/Y. The hazard of a
//! narrower one is the wider one's times a ratio θ(t) of observed over expected events. The time axis is halved again and again
//! at the middle of the evidence, and in each part θ is (O + κ θ')/(E + κ): O events are observed there, E are expected
//! with the wider cohort's hazard, θ' is the ratio of the part around it, and κ is [`SHRINKAGE`]. This is the posterior mean under a gamma
//! distribution in each part (the Poisson multiscale model of Kolaczyk (1999), JASA 94): where a cohort has much
//! evidence its own hazard shows in detail, and where it has little the wider cohort's shape is kept.
//!
//! Under recency weights the ratio is a pace, and a pace does not last: [`REVERSION`] of it is taken to be the wider
//! cohort's, however much evidence there is.

use std::collections::BTreeMap;

use model::Event;

use super::counts::Counts;

/// The weight of the wider cohort, in expected events.
const SHRINKAGE: f64 = 10.0;
/// Fewer expected events are counted as so many.
const LEAST_EXPECTED: f64 = 1e-6;
/// The share of a recent ratio that will not last. Settled by scores on the bundled history as of 2022-04-30 and 2022-08-15.
const REVERSION: f64 = 0.1;
/// Parts with fewer observed and expected events than this are not halved.
const MIN_EVIDENCE: f64 = 20.0;
/// A hazard with a smaller weight at risk is not used where there is no wider cohort to lean on.
const MIN_AT_RISK: f64 = 10.0;
/// The largest probability of an event at one tick. With 1, a curve would say that no case is left.
const MAX_HAZARD: f64 = 0.98;

/// What a cohort is shrunk to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wider {
    /// The cases of all states, under equal weights.
    AllStates,
    /// A cohort with fewer attributes, under equal weights.
    SameWeights,
    /// A cohort that is shrunk to, by counts under recency weights.
    Recent,
}

impl Wider {
    /// The weight of the wider cohort where it lets so many events be expected. A state has events that are rare among the cases
    /// of all states, and the few that would be expected say little against those that came.
    fn shrinkage(self, expected: f64) -> f64 {
        if self == Self::AllStates { SHRINKAGE.min(expected.max(LEAST_EXPECTED)) } else { SHRINKAGE }
    }
}

/// Hazards by event: at each tick where it has one, the probability of the event of a case that is at risk there.
#[derive(Debug, Clone, Default)]
pub(super) struct Hazards {
    pub(super) by_event: BTreeMap<Event, Vec<(u32, f64)>>,
    /// The probability of each event at the very moment of the entry.
    pub(super) at_once: BTreeMap<Event, f64>,
    /// The hazard per day beyond the last tick that enough cases reached.
    pub(super) tail: f64,
}

impl Hazards {
    /// The hazards of a cohort without a wider one.
    pub(super) fn of_widest(counts: &Counts) -> Self {
        let hazard =
            |(tick, weight): &(u32, f64)| (*tick, weight / counts.at_risk[*tick as usize].max(MIN_AT_RISK));
        let by_event = counts.events.iter().map(|(&event, at)| (event, at.iter().map(hazard).collect()));
        let entered = counts.entered.max(MIN_AT_RISK);
        let at_once = counts.at_once.iter().map(|(&event, weight)| (event, weight / entered));
        Self { by_event: by_event.collect(), at_once: at_once.collect(), tail: 0.0 }
            .bounded(counts.rows.len())
    }

    /// The hazards of a cohort inside a wider one, under the same weights or under recency weights.
    pub(super) fn of_narrower(counts: &Counts, wider: &Self, kind: Wider) -> Self {
        let lasting = if kind == Wider::Recent { 1.0 - REVERSION } else { 1.0 };
        // Events that the state never had have no hazard in it.
        let only_seen = kind == Wider::AllStates;
        let mut by_event = BTreeMap::new();
        for (&event, base) in &wider.by_event {
            let own = counts.events.get(&event);
            if only_seen && own.is_none() {
                continue;
            }
            let mut observed = vec![0.0; base.len()];
            let expected: Vec<f64> =
                base.iter().map(|(tick, hazard)| hazard * counts.at_risk[*tick as usize]).collect();
            for (tick, weight) in own.into_iter().flatten() {
                if let Ok(position) = base.binary_search_by_key(tick, |(tick, _)| *tick) {
                    observed[position] = *weight;
                }
            }
            let mut ratios = vec![1.0; base.len()];
            halve(&observed, &expected, 1.0, kind, &mut ratios);
            let hazards = base
                .iter()
                .zip(ratios)
                .map(|((tick, hazard), ratio)| (*tick, hazard * (lasting * ratio + 1.0 - lasting)));
            by_event.insert(event, hazards.collect());
        }
        let mut at_once: BTreeMap<Event, f64> = BTreeMap::new();
        for event in wider.at_once.keys().chain(counts.at_once.keys()) {
            let own = counts.at_once.get(event).copied().unwrap_or(0.0);
            let base = wider.at_once.get(event).copied().unwrap_or(0.0);
            if !(only_seen && own == 0.0) {
                at_once.insert(*event, (own + SHRINKAGE * base) / (counts.entered + SHRINKAGE));
            }
        }
        Self { by_event, at_once, tail: 0.0 }.bounded(counts.rows.len())
    }

    /// Bounds the sum of the hazards at each tick, and of the probabilities at the entry.
    fn bounded(mut self, ticks: usize) -> Self {
        let mut sums = vec![0.0_f64; ticks];
        for (tick, hazard) in self.by_event.values().flatten() {
            sums[*tick as usize] += hazard;
        }
        for (tick, hazard) in self.by_event.values_mut().flatten() {
            *hazard *= (MAX_HAZARD / sums[*tick as usize]).min(1.0);
        }
        let sum: f64 = self.at_once.values().sum();
        self.at_once.values_mut().for_each(|share| *share *= (1.0 / sum).min(1.0));
        self
    }

    /// The hazard of any event at each tick.
    pub(super) fn total(&self, ticks: usize) -> Vec<f64> {
        let mut sums = vec![0.0; ticks];
        for (tick, hazard) in self.by_event.values().flatten() {
            sums[*tick as usize] += hazard;
        }
        sums
    }
}

/// The ratio of observed over expected events in a part of the time axis, shrunk to the ratio around it; then in both halves.
fn halve(observed: &[f64], expected: &[f64], around: f64, kind: Wider, ratios: &mut [f64]) {
    let (o, e): (f64, f64) = (observed.iter().sum(), expected.iter().sum());
    let shrinkage = kind.shrinkage(e);
    let ratio = (o + shrinkage * around) / (e + shrinkage);
    if observed.len() < 2 || o + e * ratio < MIN_EVIDENCE {
        ratios.fill(ratio);
        return;
    }
    let half = (o + e * ratio) / 2.0;
    let mut reached = 0.0;
    let mut middle = observed.len() - 1;
    for (position, (observed, expected)) in observed.iter().zip(expected).enumerate() {
        let with = reached + observed + expected * ratio;
        if with >= half {
            // The tick in the middle goes to the half that is smaller without it.
            middle = if half - reached < with - half { position } else { position + 1 };
            break;
        }
        reached = with;
    }
    let middle = middle.clamp(1, observed.len() - 1);
    let (early, late) = ratios.split_at_mut(middle);
    halve(&observed[..middle], &expected[..middle], ratio, kind, early);
    halve(&observed[middle..], &expected[middle..], ratio, kind, late);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_evidence_keeps_the_shape_of_the_wider_cohort() {
        let mut ratios = vec![0.0; 4];
        halve(&[0.0; 4], &[0.0; 4], 1.0, Wider::SameWeights, &mut ratios);
        assert_eq!(ratios, [1.0; 4]);
    }

    #[test]
    fn much_evidence_shows_in_detail() {
        let observed = [2_000.0, 0.0, 0.0, 6_000.0];
        let expected = [2_000.0; 4];
        let mut ratios = vec![0.0; 4];
        halve(&observed, &expected, 1.0, Wider::SameWeights, &mut ratios);
        for (ratio, right) in ratios.iter().zip([1.0, 0.0, 0.0, 3.0]) {
            assert!((ratio - right).abs() < 0.02, "{ratios:?}");
        }
    }

    #[test]
    fn an_event_that_is_rare_in_all_states_has_its_hazard_in_a_state() {
        let (observed, expected) = ([37.0, 0.0], [0.2, 0.1]);
        let mut ratios = vec![0.0; 2];
        halve(&observed, &expected, 1.0, Wider::AllStates, &mut ratios);
        assert!((37.0 / 0.2 / ratios[0]) < 2.1, "{ratios:?}");
        halve(&observed, &expected, 1.0, Wider::SameWeights, &mut ratios);
        assert!((37.0 / 0.2 / ratios[0]) > 5.0, "{ratios:?}");
    }
}
