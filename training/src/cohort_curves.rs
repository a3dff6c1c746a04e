//! Counts to curves: Kaplan-Meier and Aalen-Johansen by cohort, each shrunk to the next wider cohort.
//!
//! At a tick with weight Y at risk and weight d of events the hazard is d/Y; a cohort's hazard is the mean of its own
//! and its parent's, weighing Y and [`SHRINKAGE`]. The widest cohort under recency weights is shrunk likewise to the
//! widest cohort without weights, and so is each state that follows the decision. The product limit over ticks (Kaplan and
//! Meier 1958) is the survival curve.
//!
//! Beyond the last tick at which [`FEWEST_AT_RISK`] rows were at risk nothing is known. There the tail takes over: the
//! mean hazard of the last stretch that is known (the last [`TAIL_SHARE`] of it), again shrunk to the parent's, goes
//! on for ever.

use std::collections::BTreeMap;

use model::{Cause, Clock, Cohort, CohortKey, CohortTable, MilestoneId};

use crate::risk_table::{CohortCounts, PlacedRows, Ticks};

/// A parent counts as much as this many cases at risk.
pub const SHRINKAGE: f64 = 30.0;
/// Below this many rows at risk a hazard is not trusted.
pub const FEWEST_AT_RISK: f64 = 10.0;
/// A cohort in which less happened is not kept: its cases belong to the next wider one.
pub const FEWEST_HAPPENED: u32 = 10;
/// The share of the known time whose mean hazard is the tail.
pub const TAIL_SHARE: f64 = 0.15;
/// Causes that are kept for a cohort, commonest first.
const MOST_CAUSES: usize = 12;
/// No hazard is trusted to be smaller than one event in so many days: it would mean waiting for ever.
const SMALLEST_TAIL: f64 = 1e-5;
/// Largest chance of an event at one tick: a curve never says that nobody is left.
const LARGEST_HAZARD: f64 = 0.98;

/// Hazards of one cohort by tick, its tail, and which causes share them.
#[derive(Debug, Clone)]
struct Hazards {
    by_tick: Vec<f64>,
    tail: f64,
    shares: BTreeMap<MilestoneId, Vec<f64>>,
    tail_shares: BTreeMap<MilestoneId, f64>,
}

/// Makes the table of curves of one target on one clock.
///
/// # Errors
/// If the numbers do not make curves.
pub fn table(
    placed: &PlacedRows,
    clock: Clock,
    half_life: Option<f64>,
) -> Result<CohortTable, crate::TrainingError> {
    let ticks = placed.ticks();
    let counts = placed.count(half_life);
    let unweighted = half_life.map(|_| placed.count(None)).unwrap_or_default();
    let mut hazards: BTreeMap<CohortKey, Hazards> = BTreeMap::new();
    let mut cohorts = Vec::new();
    // Keys sort wider cohorts before the narrower ones that they hold.
    for (key, counted) in &counts {
        let parent = key.parent().and_then(|parent| hazards.get(&parent));
        // What follows a decision is unlike what comes before it: such cohorts are shrunk only to themselves.
        let is_widest = key.parent().is_none() || (counted.after_decision && key.queue.codes().is_empty());
        let shrunk = match parent {
            _ if counted.happened < FEWEST_HAPPENED && key.parent().is_some() => continue,
            _ if is_widest => {
                let base = unweighted.get(key).map(|counts| Hazards::of(counts, ticks, None));
                Hazards::of(counted, ticks, base.as_ref())
            }
            Some(parent) => Hazards::of(counted, ticks, Some(parent)),
            None => continue,
        };
        cohorts.push(shrunk.cohort(*key, counted, ticks));
        hazards.insert(*key, shrunk);
    }
    Ok(CohortTable::new(clock, ticks.grid()?, cohorts)?)
}

impl Hazards {
    fn of(counts: &CohortCounts, ticks: &Ticks, parent: Option<&Self>) -> Self {
        let known =
            counts.rows_at_risk.iter().rposition(|&rows| rows >= FEWEST_AT_RISK).map_or(0, |tick| tick + 1);
        let last = ticks.times().len();
        let mut by_tick = Vec::with_capacity(last);
        for tick in 0..last {
            let (events, at_risk) = (counts.events[tick], counts.at_risk[tick]);
            let hazard = match parent {
                Some(parent) => (events + SHRINKAGE * parent.by_tick[tick]) / (at_risk + SHRINKAGE),
                // A few cases at risk, as where most come under observation later, say little about all.
                None => events / at_risk.max(FEWEST_AT_RISK),
            };
            by_tick.push(hazard.clamp(0.0, LARGEST_HAZARD));
        }
        let tail = tail(counts, ticks, known, parent);
        if parent.is_none() {
            continue_with_tail(&mut by_tick, known, tail, ticks.times());
        }
        let mut hazards = Self { by_tick, tail, shares: BTreeMap::new(), tail_shares: BTreeMap::new() };
        hazards.share_out(counts, ticks, parent);
        hazards
    }

    /// How the events of each interval are shared among the commonest causes.
    fn share_out(&mut self, counts: &CohortCounts, ticks: &Ticks, parent: Option<&Self>) {
        let intervals = ticks.knots().len() - 1;
        let mut totals: Vec<(f64, MilestoneId)> =
            counts.causes.iter().map(|(cause, events)| (events.iter().sum(), *cause)).collect();
        totals.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let whole: f64 = totals.iter().map(|(total, _)| total).sum();
        let mut events = vec![0.0; intervals];
        for by_interval in counts.causes.values() {
            events.iter_mut().zip(by_interval).for_each(|(sum, own)| *sum += own);
        }
        let weight = if parent.is_some() { SHRINKAGE } else { 0.0 };
        for &(total, cause) in totals.iter().take(MOST_CAUSES) {
            let overall = if whole > 0.0 { total / whole } else { 0.0 };
            let own = &counts.causes[&cause];
            let wider = parent.and_then(|parent| parent.shares.get(&cause));
            let shares: Vec<f64> = (0..intervals)
                .map(|k| {
                    // With few events in an interval the share over all of them is the better guess.
                    let prior = wider.map_or(overall, |wider| 0.5 * (overall + wider[k]));
                    let together = events[k] + weight;
                    if together > 0.0 { (own[k] + weight * prior) / together } else { overall }
                })
                .collect();
            self.tail_shares.insert(cause, shares.last().copied().unwrap_or(overall));
            self.shares.insert(cause, shares);
        }
    }

    /// The curve as an artifact keeps it.
    fn cohort(&self, key: CohortKey, counts: &CohortCounts, ticks: &Ticks) -> Cohort {
        let knots = ticks.knots().len();
        let mut increments = vec![0.0; knots - 1];
        for (tick, hazard) in self.by_tick.iter().enumerate() {
            increments[ticks.interval(tick)] -= (1.0 - hazard).ln();
        }
        let mut hazard = vec![0.0_f32];
        let mut sum = 0.0;
        let mut survival = vec![1.0];
        for increment in &increments {
            sum += increment;
            hazard.push(sum as f32);
            survival.push((-sum).exp());
        }
        let causes = self.shares.iter().map(|(&milestone, shares)| {
            let mut incidence = vec![0.0_f32];
            let mut total = 0.0;
            for (k, share) in shares.iter().enumerate() {
                total += (survival[k] - survival[k + 1]) * share;
                incidence.push(total as f32);
            }
            Cause { milestone, incidence, tail_share: self.tail_shares[&milestone] as f32 }
        });
        let mut causes: Vec<Cause> = causes.collect();
        causes.sort_by(|a, b| {
            b.incidence.last().map(|x| x.to_bits()).cmp(&a.incidence.last().map(|x| x.to_bits()))
        });
        Cohort {
            key,
            followed: counts.followed,
            happened: counts.happened,
            hazard,
            tail: self.tail as f32,
            causes,
        }
    }
}

/// Mean hazard a day over the last stretch that is known.
fn tail(counts: &CohortCounts, ticks: &Ticks, known: usize, parent: Option<&Hazards>) -> f64 {
    let times = ticks.times();
    let end = if known > 0 { times[known - 1] } else { 0.0 };
    let begin = end * (1.0 - TAIL_SHARE);
    let (mut events, mut exposure) = (0.0, 0.0);
    for tick in 0..known {
        let from = if tick > 0 { times[tick - 1] } else { 0.0 };
        if times[tick] > begin {
            events += counts.events[tick];
            exposure += counts.at_risk[tick] * (times[tick] - from.max(begin));
        }
    }
    let stretch = end - begin;
    match parent {
        // The parent's cases are at risk for the whole stretch.
        Some(parent) if stretch > 0.0 => {
            (events + SHRINKAGE * stretch * parent.tail) / (exposure + SHRINKAGE * stretch)
        }
        Some(parent) => parent.tail,
        None if exposure > 0.0 => events / exposure,
        None => SMALLEST_TAIL,
    }
    .max(SMALLEST_TAIL)
}

/// Hazards of the ticks from `known` on, which too few cases reached: the tail's, over the time since the tick before.
fn continue_with_tail(hazards: &mut [f64], known: usize, tail: f64, times: &[f64]) {
    for tick in known..hazards.len() {
        let before = tick.checked_sub(1).map_or(0.0, |before| times[before]);
        hazards[tick] = (1.0 - (-tail * (times[tick] - before)).exp()).clamp(0.0, LARGEST_HAZARD);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use model::{Days, FormDefinition, Queue};
    use serde_json::Value;

    use super::*;
    use crate::risk_table::RowOf;
    use crate::visits::RiskRow;

    const KNOWN: &str = include_str!("../tests/known_answers/scikit_survival.json");

    fn numbers(value: &Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    fn form() -> FormDefinition {
        data::forms::bundled().unwrap().definition("I-485", model::Day::parse("2022-06-30").unwrap()).unwrap()
    }

    /// The rows of scikit-survival's case, all of one state.
    fn rows(late_entry: bool) -> Vec<RowOf> {
        let known: Value = serde_json::from_str(KNOWN).unwrap();
        let (form, train) = (form(), &known["train"]);
        let milestones: Vec<MilestoneId> = form.milestone_ids().collect();
        let (times, entries, causes) =
            (numbers(&train["time"]), numbers(&train["entry"]), numbers(&train["cause"]));
        let key = CohortKey { state: Some(form.start().into()), queue: Queue::default() };
        let row = |i: usize| RiskRow {
            entry: if late_entry { entries[i] } else { 0.0 },
            exit: times[i],
            cause: (causes[i] > 0.0).then(|| milestones[causes[i] as usize]),
            origin: -100.0,
        };
        (0..times.len()).map(|i| RowOf { key, case: i as u32, after_decision: false, risk: row(i) }).collect()
    }

    #[test]
    fn the_product_limit_is_scikit_survivals_with_late_entries_and_censoring() {
        let known: Value = serde_json::from_str(KNOWN).unwrap();
        let placed = PlacedRows::new(&rows(true)).unwrap();
        let counts = placed.count(None).remove(&CohortKey::all()).unwrap();
        let expected = numbers(&known["kaplan_meier"]["time"])
            .into_iter()
            .zip(numbers(&known["kaplan_meier"]["survival"]));
        let expected: Vec<(f64, f64)> = expected.collect();
        let mut survival = 1.0;
        for (tick, time) in placed.ticks().times().iter().enumerate() {
            survival *= 1.0 - counts.events[tick] / counts.at_risk[tick];
            let there = expected.iter().find(|(at, _)| at == time).unwrap().1;
            assert!((survival - there).abs() < 1e-9, "at {time}: {survival}, not {there}");
        }
    }

    #[test]
    fn cumulative_incidences_are_scikit_survivals() {
        let known: Value = serde_json::from_str(KNOWN).unwrap();
        let placed = PlacedRows::new(&rows(false)).unwrap();
        let table = table(&placed, Clock::SinceReceipt, None).unwrap();
        let times = numbers(&known["aalen_johansen"]["time"]);
        let incidence: Vec<Vec<f64>> =
            known["aalen_johansen"]["incidence"].as_array().unwrap().iter().map(numbers).collect();
        let milestones: Vec<MilestoneId> = form().milestone_ids().collect();
        for cause in &table.cohorts()[0].causes {
            let number = milestones.iter().position(|known| *known == cause.milestone).unwrap();
            for (knot, known) in table.grid().knots().iter().zip(&cause.incidence).skip(1) {
                let Some(at) = times.iter().position(|time| *time as f32 == *knot) else { continue };
                // Beyond the last tick with ten at risk the tail takes over.
                if *knot > 25.0 {
                    break;
                }
                let there = incidence[number][at];
                assert!(
                    (f64::from(*known) - there).abs() < 1e-5,
                    "cause {number} at {knot}: {known}, not {there}"
                );
            }
        }
    }

    #[test]
    fn a_cohort_with_few_cases_is_close_to_the_wider_one() {
        let mut rows = rows(false);
        let few = CohortKey {
            queue: {
                let mut queue = Queue::default();
                queue.push(0);
                queue
            },
            ..rows[0].key
        };
        // Fifteen cases that all end at once on the first day.
        for row in rows.iter_mut().take(15) {
            row.key = few;
            row.risk.exit = 1.0;
            row.risk.cause = row.risk.cause.or(Some(form().decision()));
        }
        let placed = PlacedRows::new(&rows).unwrap();
        let table = table(&placed, Clock::SinceReceipt, None).unwrap();
        let narrow = table.cohorts().last().unwrap();
        assert_eq!(narrow.key, few);
        let left = table.curve(narrow).survival_after(Days::ZERO, Days::new(1.0).unwrap());
        assert!((0.5..0.75).contains(&left), "15 cases against a weight of {SHRINKAGE}: {left}");
    }
}
