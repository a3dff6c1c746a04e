//! From counts to curves: Kaplan-Meier and Aalen-Johansen by cohort, each shrunk to the next wider cohort.
//!
//! At a tick with weight Y at risk and weight d of events the hazard is d/Y. A cohort's hazard is the mean of its own
//! and its parent's, with weights Y and [`SHRINKAGE`]. Under recency weights, the widest cohort and each state after the
//! decision are shrunk in the same way to the same cohort without weights. The product limit over ticks (Kaplan and
//! Meier 1958) is the survival curve; the incidences are those of Aalen and Johansen (1978).
//!
//! Nothing is known beyond the last tick with [`MIN_AT_RISK`] rows at risk. From there the tail continues with a constant
//! hazard: the mean hazard over the last [`TAIL_SHARE`] of the known time, again shrunk to the parent's.

use std::collections::BTreeMap;

use model::{Cause, Cohort, CohortCurves, CohortKey, MilestoneId, TimeScale};

use crate::error::TrainingError;
use crate::risk_table::{CohortCounts, PlacedRows, Ticks};

/// The weight of the parent cohort, in cases at risk.
const SHRINKAGE: f64 = 30.0;
/// A hazard with fewer rows at risk is not used.
const MIN_AT_RISK: f64 = 10.0;
/// A cohort with fewer events has no curve of its own: its cases belong to the next wider one.
const MIN_EVENTS: u32 = 10;
/// The last share of the known time, whose mean hazard is the tail's.
const TAIL_SHARE: f64 = 0.15;
/// The most causes of a cohort that are stored, most common first.
const MAX_CAUSES: usize = 12;
/// The smallest hazard per day of a tail: one event in 100,000 days.
const MIN_TAIL: f64 = 1e-5;
/// The largest probability of an event at one tick. With 1, a curve would say that no case is left.
const MAX_HAZARD: f64 = 0.98;

/// Hazards of one cohort by tick, its tail, and the shares of the causes.
#[derive(Debug, Clone)]
struct Hazards {
    by_tick: Vec<f64>,
    tail: f64,
    /// Shares of the causes over all times.
    overall: BTreeMap<MilestoneId, f64>,
    /// Shares of the causes by interval.
    shares: BTreeMap<MilestoneId, Vec<f64>>,
    tail_shares: BTreeMap<MilestoneId, f64>,
}

/// Shares of causes by interval, smoothed over the neighbouring intervals: each interval further away counts half as much.
fn smoothed(
    counts: &CohortCounts,
    events: &[f64],
    causes: &[(f64, MilestoneId)],
) -> BTreeMap<MilestoneId, Vec<f64>> {
    let around = |events: &[f64]| -> Vec<f64> {
        let pass = |sum: &mut f64, own: f64| {
            *sum = *sum / 2.0 + own;
            Some(*sum)
        };
        let before: Vec<f64> = events.iter().copied().scan(0.0, |sum, own| pass(sum, own)).collect();
        let after: Vec<f64> = events.iter().rev().copied().scan(0.0, |sum, own| pass(sum, own)).collect();
        before
            .iter()
            .zip(after.iter().rev())
            .zip(events)
            .map(|((before, after), own)| before + after - own)
            .collect()
    };
    let all = around(events);
    let share = |(own, all): (f64, &f64)| if *all > 0.0 { own / all } else { 0.0 };
    let of =
        |cause: MilestoneId| around(&counts.cause_weight[&cause]).into_iter().zip(&all).map(share).collect();
    causes.iter().map(|&(_, cause)| (cause, of(cause))).collect()
}

/// Learns the curves of one target on one time scale. A case weighs half as much every `half_life` days.
///
/// # Errors
/// [`TrainingError`] if the numbers are not curves.
pub(crate) fn fit(
    placed: &PlacedRows,
    time_scale: TimeScale,
    half_life: Option<f64>,
) -> Result<CohortCurves, TrainingError> {
    let ticks = placed.ticks();
    let weighted = half_life.map(|_| placed.count(half_life));
    let counts = weighted.as_ref().unwrap_or_else(|| placed.unweighted());
    let mut hazards: BTreeMap<CohortKey, Hazards> = BTreeMap::new();
    let mut cohorts = Vec::new();
    // Keys sort wider cohorts before the narrower ones inside them.
    for (key, counted) in counts {
        let parent = key.parent().and_then(|parent| hazards.get(&parent));
        // Steps after a decision are unlike those before it, so such cohorts are shrunk only to themselves.
        let is_widest = key.parent().is_none() || (counted.after_decision && key.queue.codes().is_empty());
        let shrunk = match parent {
            _ if counted.events < MIN_EVENTS && key.parent().is_some() => continue,
            _ if is_widest => {
                let base = weighted.as_ref().and_then(|_| placed.unweighted().get(key));
                let base = base.map(|counts| Hazards::from_counts(counts, ticks, None));
                Hazards::from_counts(counted, ticks, base.as_ref())
            }
            Some(parent) => Hazards::from_counts(counted, ticks, Some(parent)),
            None => continue,
        };
        cohorts.push(shrunk.cohort(*key, counted, ticks));
        hazards.insert(*key, shrunk);
    }
    Ok(CohortCurves::new(time_scale, ticks.grid()?, cohorts)?)
}

impl Hazards {
    fn from_counts(counts: &CohortCounts, ticks: &Ticks, parent: Option<&Self>) -> Self {
        let known =
            counts.rows_at_risk.iter().rposition(|&rows| rows >= MIN_AT_RISK).map_or(0, |tick| tick + 1);
        let last = ticks.times().len();
        let mut by_tick = Vec::with_capacity(last);
        for tick in 0..last {
            let (events, at_risk) = (counts.event_weight[tick], counts.at_risk_weight[tick]);
            let hazard = match parent {
                Some(parent) => (events + SHRINKAGE * parent.by_tick[tick]) / (at_risk + SHRINKAGE),
                // A few cases at risk, as where most come under observation later, say little about all cases.
                None => events / at_risk.max(MIN_AT_RISK),
            };
            by_tick.push(hazard.clamp(0.0, MAX_HAZARD));
        }
        let tail = tail(counts, ticks, known, parent);
        if parent.is_none() {
            continue_with_tail(&mut by_tick, known, tail, ticks.times());
        }
        let mut hazards = Self {
            by_tick,
            tail,
            overall: BTreeMap::new(),
            shares: BTreeMap::new(),
            tail_shares: BTreeMap::new(),
        };
        hazards.share_out(counts, ticks, parent);
        hazards
    }

    /// Shares the events of each interval among the most common causes.
    ///
    /// A cohort's own events count one each. The wider cohort's shares *of the same interval* count like [`SHRINKAGE`] events,
    /// weighted by how much more common a cause is in this cohort than in the wider one: a step that never comes after
    /// a hundred days must not be expected then because it is common before. The widest cohort borrows from its neighbouring
    /// intervals instead.
    fn share_out(&mut self, counts: &CohortCounts, ticks: &Ticks, parent: Option<&Self>) {
        let intervals = ticks.knots().len() - 1;
        let mut totals: Vec<(f64, MilestoneId)> =
            counts.cause_weight.iter().map(|(cause, events)| (events.iter().sum(), *cause)).collect();
        // A cause that only the wider cohort has seen may come here too.
        let unseen = parent.into_iter().flat_map(|parent| parent.overall.keys());
        totals.extend(
            unseen.filter(|cause| !counts.cause_weight.contains_key(cause)).map(|cause| (0.0, *cause)),
        );
        totals.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let whole: f64 = totals.iter().map(|(total, _)| total).sum();
        let mut events = vec![0.0; intervals];
        for by_interval in counts.cause_weight.values() {
            events.iter_mut().zip(by_interval).for_each(|(sum, own)| *sum += own);
        }
        totals.truncate(MAX_CAUSES);
        for &(total, cause) in &totals {
            let wider = parent.and_then(|parent| parent.overall.get(&cause)).copied();
            let weight = if wider.is_some() { SHRINKAGE } else { 0.0 };
            let together = whole + weight;
            let overall =
                if together > 0.0 { (total + weight * wider.unwrap_or(0.0)) / together } else { 0.0 };
            self.overall.insert(cause, overall);
        }
        let priors = match parent {
            Some(parent) => self.parent_shares(parent, intervals),
            None => smoothed(counts, &events, &totals),
        };
        let weight = if parent.is_some() { SHRINKAGE } else { 0.0 };
        for &(_, cause) in &totals {
            let own = counts.cause_weight.get(&cause);
            let share = |k: usize| {
                let (own, together) = (own.map_or(0.0, |own| own[k]), events[k] + weight);
                if together > 0.0 { (own + weight * priors[&cause][k]) / together } else { priors[&cause][k] }
            };
            let shares: Vec<f64> = (0..intervals).map(share).collect();
            self.tail_shares.insert(cause, shares.last().copied().unwrap_or_default());
            self.shares.insert(cause, shares);
        }
    }

    /// The wider cohort's shares by interval, each cause weighted by how much more common it is here.
    fn parent_shares(&self, parent: &Self, intervals: usize) -> BTreeMap<MilestoneId, Vec<f64>> {
        let mut shared: BTreeMap<MilestoneId, Vec<f64>> = BTreeMap::new();
        for (cause, here) in &self.overall {
            let there = parent.overall.get(cause).copied().unwrap_or(0.0);
            let times = if there > 0.0 { here / there } else { 0.0 };
            let shares = parent.shares.get(cause);
            let share = |k: usize| shares.map_or(0.0, |shares| times * shares[k]);
            shared.insert(*cause, (0..intervals).map(share).collect());
        }
        for k in 0..intervals {
            let sum: f64 = shared.values().map(|shares| shares[k]).sum();
            for (cause, shares) in &mut shared {
                // Where the wider cohort has none of the causes, the shares over all times are the best guess.
                shares[k] = if sum > 0.0 { shares[k] / sum } else { self.overall[cause] };
            }
        }
        shared
    }

    /// The curve as a model stores it.
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
        Cohort { key, n: counts.n, events: counts.events, hazard, tail: self.tail as f32, causes }
    }
}

/// Mean hazard per day over the last stretch of the known time.
fn tail(counts: &CohortCounts, ticks: &Ticks, known: usize, parent: Option<&Hazards>) -> f64 {
    let times = ticks.times();
    let end = if known > 0 { times[known - 1] } else { 0.0 };
    let begin = end * (1.0 - TAIL_SHARE);
    let (mut events, mut exposure) = (0.0, 0.0);
    for tick in 0..known {
        let from = if tick > 0 { times[tick - 1] } else { 0.0 };
        if times[tick] > begin {
            events += counts.event_weight[tick];
            exposure += counts.at_risk_weight[tick] * (times[tick] - from.max(begin));
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
        None => MIN_TAIL,
    }
    .max(MIN_TAIL)
}

/// Sets the hazards of the ticks from `known` on, which too few cases reached, to the tail's over the time since the tick
/// before.
fn continue_with_tail(hazards: &mut [f64], known: usize, tail: f64, times: &[f64]) {
    for tick in known..hazards.len() {
        let before = tick.checked_sub(1).map_or(0.0, |before| times[before]);
        hazards[tick] = (1.0 - (-tail * (times[tick] - before)).exp()).clamp(0.0, MAX_HAZARD);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use model::{Days, FormDefinition, Queue};
    use serde_json::Value;

    use super::*;
    use crate::risk_table::KeyedRow;
    use crate::visits::RiskRow;

    const KNOWN: &str = include_str!("../../../tests/it/known_answers/scikit_survival.json");

    fn numbers(value: &Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    fn form() -> FormDefinition {
        data::forms::bundled().unwrap().definition("I-485", model::Day::parse("2022-06-30").unwrap()).unwrap()
    }

    /// The rows of scikit-survival's case, all of one state.
    fn rows(late_entry: bool) -> Vec<KeyedRow> {
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
        (0..times.len())
            .map(|i| KeyedRow { key, case: i as u32, after_decision: false, risk: row(i) })
            .collect()
    }

    #[test]
    fn the_product_limit_agrees_with_scikit_survival_under_late_entry_and_censoring() {
        let known: Value = serde_json::from_str(KNOWN).unwrap();
        let placed = PlacedRows::new(&rows(true)).unwrap();
        let counts = placed.count(None).remove(&CohortKey::all()).unwrap();
        let expected = numbers(&known["kaplan_meier"]["time"])
            .into_iter()
            .zip(numbers(&known["kaplan_meier"]["survival"]));
        let expected: Vec<(f64, f64)> = expected.collect();
        let mut survival = 1.0;
        for (tick, time) in placed.ticks().times().iter().enumerate() {
            survival *= 1.0 - counts.event_weight[tick] / counts.at_risk_weight[tick];
            let there = expected.iter().find(|(at, _)| at == time).unwrap().1;
            assert!((survival - there).abs() < 1e-9, "at {time}: {survival}, not {there}");
        }
    }

    #[test]
    fn cumulative_incidences_agree_with_scikit_survival() {
        let known: Value = serde_json::from_str(KNOWN).unwrap();
        let placed = PlacedRows::new(&rows(false)).unwrap();
        let curves = fit(&placed, TimeScale::SinceReceipt, None).unwrap();
        let times = numbers(&known["aalen_johansen"]["time"]);
        let incidence: Vec<Vec<f64>> =
            known["aalen_johansen"]["incidence"].as_array().unwrap().iter().map(numbers).collect();
        let milestones: Vec<MilestoneId> = form().milestone_ids().collect();
        for cause in &curves.cohorts()[0].causes {
            let number = milestones.iter().position(|known| *known == cause.milestone).unwrap();
            for (knot, known) in curves.grid().knots().iter().zip(&cause.incidence).skip(1) {
                let Some(at) = times.iter().position(|time| *time as f32 == *knot) else { continue };
                // Beyond the last tick with ten rows at risk the tail continues.
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
    fn a_step_that_never_comes_late_is_not_expected_late_in_a_small_cohort() {
        let form = form();
        let milestones: Vec<MilestoneId> = form.milestone_ids().collect();
        let (early, late) = (milestones[0], form.decision());
        let all = CohortKey { state: Some(form.start().into()), queue: Queue::default() };
        let few = {
            let mut queue = Queue::default();
            queue.push(0);
            CohortKey { queue, ..all }
        };
        // Of each hundred cases, 80 reach the early step within 20 days and the others the decision within 100 to 120 days. 40
        // cases are a cohort of their own, in which no case was followed for so long.
        let row = |i: u32| {
            let is_early = !i.is_multiple_of(5);
            let exit = f64::from(if is_early { 1 + i % 20 } else { 100 + i % 21 });
            let (key, is_new) = if i < 40 { (few, true) } else { (all, false) };
            let (exit, cause) = match (is_early, is_new) {
                (true, _) => (exit, Some(early)),
                (false, true) => (60.0, None),
                (false, false) => (exit, Some(late)),
            };
            let risk = RiskRow { entry: 0.0, exit, cause, origin: -200.0 };
            KeyedRow { key, case: i, after_decision: false, risk }
        };
        let rows: Vec<KeyedRow> = (0..2_000).map(row).collect();
        let curves = fit(&PlacedRows::new(&rows).unwrap(), TimeScale::SinceReceipt, None).unwrap();
        let narrow = curves.cohorts().iter().find(|cohort| cohort.key == few).unwrap();
        let share = |cause: MilestoneId, from: f32| {
            let cause = narrow.causes.iter().find(|other| other.milestone == cause).unwrap();
            let knot = curves.grid().knots().iter().position(|knot| *knot >= from).unwrap();
            cause.incidence.last().unwrap() - cause.incidence[knot]
        };
        let (late_share, early_share) = (share(late, 50.0), share(early, 50.0));
        assert!(late_share > 0.05 && early_share < 0.01 * late_share, "{early_share} and {late_share}");
        assert!(share(early, 0.0) > 0.7);
        let tail =
            |cause| narrow.causes.iter().find(|other| other.milestone == cause).map(|cause| cause.tail_share);
        assert!(tail(early).unwrap() < 0.01 && tail(late).unwrap() > 0.99);
    }

    #[test]
    fn a_small_cohort_is_close_to_the_wider_one() {
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
        let curves = fit(&placed, TimeScale::SinceReceipt, None).unwrap();
        let narrow = curves.cohorts().last().unwrap();
        assert_eq!(narrow.key, few);
        let left = curves.curve(narrow).survival_after(Days::ZERO, Days::new(1.0).unwrap());
        assert!((0.5..0.75).contains(&left), "15 cases against a weight of {SHRINKAGE}: {left}");
    }
}
