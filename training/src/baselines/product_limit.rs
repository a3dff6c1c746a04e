//! The product-limit estimator (Kaplan and Meier 1958) as a step function, and the incidences of competing events (Aalen
//! and Johansen 1978).
//!
//! All mass lies at the times of events, also at time 0. Times with fewer than [`MIN_AT_RISK`] spells at risk are passed
//! over. Beyond the last time that counts (the known end) the hazard is constant: the events over the days at risk in the
//! last quarter of the known time. A case that has waited longer than all others is answered by this tail alone.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{LEVELS, MilestoneId, Quantiles};

use super::spells::Spell;

/// With fewer spells at risk, a time does not count, unless there never are as many.
const MIN_AT_RISK: usize = 10;
/// Where the part of the known time begins that the tail continues.
const LATE_FROM: f64 = 0.75;
/// Survival probabilities are products of many factors: smaller differences are rounding errors.
const ROUNDING: f64 = 1e-9;

/// A survival curve that falls at the times of events.
#[derive(Debug, Clone)]
pub(super) struct StepCurve {
    /// Times of events that count, rising.
    times: Vec<f64>,
    /// The probability of the event at each of them for a case without it before.
    hazards: Vec<f64>,
    /// The probability that the event comes after each of them.
    survival: Vec<f64>,
    /// Hazard per day beyond the last time; infinite if no event took any time.
    tail: f64,
}

impl StepCurve {
    /// The curve of some spells; `None` without an event.
    pub(super) fn new(spells: &[Spell]) -> Option<Self> {
        let sorted = |time: fn(&Spell) -> f64, of: &dyn Fn(&Spell) -> bool| {
            let mut times: Vec<f64> = spells.iter().filter(|spell| of(spell)).map(time).collect();
            times.sort_unstable_by(f64::total_cmp);
            times
        };
        let entries = sorted(|spell| spell.entry, &|_| true);
        let exits = sorted(|spell| spell.exit, &|_| true);
        let events = sorted(|spell| spell.exit, &|spell| spell.cause.is_some());
        let at_risk = |time: f64| {
            let begun = entries.partition_point(|&entry| entry < time || entry == 0.0);
            begun - exits.partition_point(|&exit| exit < time)
        };
        let counted: Vec<(f64, usize, usize)> =
            events.chunk_by(|a, b| a == b).map(|tied| (tied[0], tied.len(), at_risk(tied[0]))).collect();
        let enough = counted.iter().map(|(.., at_risk)| *at_risk).max()?.min(MIN_AT_RISK);
        let (times, hazards): (Vec<f64>, Vec<f64>) = counted
            .into_iter()
            .filter(|(.., at_risk)| *at_risk >= enough)
            .map(|(time, events, at_risk)| (time, events as f64 / at_risk as f64))
            .unzip();
        let tail = tail_hazard(spells, *times.last()?);
        let survival = survival_of(&hazards);
        Some(Self { times, hazards, survival, tail })
    }

    /// The position of the first time that a case can still have its event at. Nothing is known of a case that has not
    /// waited yet, so an event at time 0 can still come.
    fn first_after(&self, waited: f64) -> usize {
        if waited > 0.0 { self.times.partition_point(|&time| time <= waited + ROUNDING) } else { 0 }
    }

    /// Quantiles of the remaining time after `waited` days without the event: at each level the first time by which at
    /// least that share has had it.
    pub(super) fn quantiles_after(&self, waited: f64) -> Quantiles {
        let first = self.first_after(waited);
        let now = if first == 0 { 1.0 } else { self.survival[first - 1] };
        // Where all cases at risk had the event, only cases that were seen later say what comes then.
        let (now, ahead) = if now > 0.0 {
            (now, Cow::Borrowed(&self.survival[first..]))
        } else {
            (1.0, Cow::Owned(survival_of(&self.hazards[first..])))
        };
        let times = &self.times[first..];
        let (Some(&last), Some(&end)) = (ahead.last(), times.last()) else {
            return Quantiles::from_days(LEVELS.map(|level| (-(1.0 - level).ln() / self.tail) as f32));
        };
        Quantiles::from_days(LEVELS.map(|level| {
            let bound = now * (1.0 - level) * (1.0 + ROUNDING);
            let position = ahead.partition_point(|&survival| survival > bound);
            let time = times.get(position).copied().unwrap_or_else(|| end + (last / bound).ln() / self.tail);
            (time - waited) as f32
        }))
    }
}

/// The product limit of hazards.
fn survival_of(hazards: &[f64]) -> Vec<f64> {
    let step = |left: &mut f64, hazard: &f64| {
        *left *= 1.0 - hazard;
        Some(*left)
    };
    hazards.iter().scan(1.0, step).collect()
}

/// Events over days at risk in the last part of the known time.
fn tail_hazard(spells: &[Spell], end: f64) -> f64 {
    let from = end * LATE_FROM;
    let days: f64 = spells.iter().map(|spell| (spell.exit.min(end) - spell.entry.max(from)).max(0.0)).sum();
    if days > 0.0 { late_causes(spells, end).values().sum::<f64>() / days } else { f64::INFINITY }
}

/// The number of events of each cause in the last part of the known time.
fn late_causes(spells: &[Spell], end: f64) -> BTreeMap<MilestoneId, f64> {
    let mut causes = BTreeMap::new();
    for spell in
        spells.iter().filter(|spell| spell.exit <= end && (spell.exit > end * LATE_FROM || end == 0.0))
    {
        if let Some(cause) = spell.cause {
            *causes.entry(cause).or_insert(0.0) += 1.0;
        }
    }
    causes
}

/// A [`StepCurve`] of the time to the first of several competing events, and which of them it will be.
#[derive(Debug, Clone)]
pub(super) struct StepIncidence {
    pub(super) curve: StepCurve,
    /// For each time of the curve, the most likely event at that time or later and its probability; then those of the tail.
    likeliest: Vec<(MilestoneId, f64)>,
}

impl StepIncidence {
    /// The curves of some spells; `None` without an event.
    pub(super) fn new(spells: &[Spell]) -> Option<Self> {
        let curve = StepCurve::new(spells)?;
        let end = *curve.times.last()?;
        let mut at_time: Vec<BTreeMap<MilestoneId, f64>> = vec![BTreeMap::new(); curve.times.len()];
        for spell in spells {
            let position = curve.times.binary_search_by(|time| time.total_cmp(&spell.exit));
            if let (Some(cause), Ok(position)) = (spell.cause, position) {
                *at_time[position].entry(cause).or_insert(0.0) += 1.0;
            }
        }
        // From the end to the start: the probability of each event for a case that has had none before that time.
        let mut ahead = late_causes(spells, end);
        let mut likeliest = vec![most_likely(&ahead)?];
        let late: f64 = ahead.values().sum();
        ahead.values_mut().for_each(|share| *share /= late);
        for (causes, hazard) in at_time.iter().zip(&curve.hazards).rev() {
            let all: f64 = causes.values().sum();
            ahead.values_mut().for_each(|share| *share *= 1.0 - hazard);
            for (cause, count) in causes {
                *ahead.entry(*cause).or_insert(0.0) += hazard * count / all;
            }
            likeliest.push(most_likely(&ahead)?);
        }
        likeliest.reverse();
        Some(Self { curve, likeliest })
    }

    /// The most likely event of a case that has waited for `waited` days, and its probability, whenever it comes.
    pub(super) fn likeliest_after(&self, waited: f64) -> (MilestoneId, f64) {
        self.likeliest[self.curve.first_after(waited)]
    }
}

/// The cause with the most mass, and its share; of equal ones the first.
pub(super) fn most_likely(mass: &BTreeMap<MilestoneId, f64>) -> Option<(MilestoneId, f64)> {
    let all: f64 = mass.values().sum();
    let most = mass.iter().rev().max_by(|a, b| a.1.total_cmp(b.1))?;
    Some((*most.0, if all > 0.0 { most.1 / all } else { 0.0 }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn milestones() -> Vec<MilestoneId> {
        let catalog = data::forms::bundled().unwrap();
        let form = catalog.definition("I-765", model::Day::parse("2022-06-30").unwrap()).unwrap();
        form.milestone_ids().collect()
    }

    /// Spells from 0, with one event or, where it is false, censored.
    fn spells(ends: impl IntoIterator<Item = (f64, bool)>) -> Vec<Spell> {
        let event = milestones()[1];
        ends.into_iter().map(|(exit, is)| Spell { entry: 0.0, exit, cause: is.then_some(event) }).collect()
    }

    #[test]
    fn everybody_takes_exactly_100_days() {
        let curve = StepCurve::new(&spells((0..500).map(|_| (100.0, true)))).unwrap();
        assert_eq!(curve.quantiles_after(0.0), Quantiles::known(100.0));
        assert_eq!(curve.quantiles_after(90.0), Quantiles::known(10.0));
        // Nobody was ever seen to wait longer: 500 events in 12,500 days at risk after day 75.
        assert!((f64::from(curve.quantiles_after(130.0).at(0.5)) - 25.0 * 2_f64.ln()).abs() < 1e-3);
    }

    #[test]
    fn a_wait_of_no_length_counts() {
        let half = spells((0..3_000).map(|case| (if case % 2 == 0 { 0.0 } else { 40.0 }, true)));
        let curve = StepCurve::new(&half).unwrap();
        let days = *curve.quantiles_after(0.0).days();
        assert_eq!((days[1], days[8], days[10], days[18]), (0.0, 0.0, 40.0, 40.0));
        assert_eq!(curve.quantiles_after(1.0), Quantiles::known(39.0));
        let never_wait = StepCurve::new(&spells([(0.0, true), (0.0, true)])).unwrap();
        assert_eq!(never_wait.quantiles_after(0.0), Quantiles::known(0.0));
        assert_eq!(never_wait.quantiles_after(5.0), Quantiles::known(0.0));
    }

    #[test]
    fn the_product_limit_agrees_with_hand_computed_values() {
        // At risk 4, 3 (one was censored on day 1), 1: survival 3/4, 3/4 * 1/2, 0.
        let curve = StepCurve::new(&spells([(1.0, true), (1.0, false), (2.0, true), (5.0, true)])).unwrap();
        assert_eq!((curve.times.as_slice(), curve.survival.as_slice()), (&[1.0][..], &[0.75][..]));
        // With ten times as many, times with ten at risk count too.
        let many = (0..10).flat_map(|_| [(1.0, true), (1.0, false), (2.0, true), (5.0, true)]);
        let curve = StepCurve::new(&spells(many)).unwrap();
        assert_eq!(
            (curve.times.as_slice(), curve.survival.as_slice()),
            (&[1.0, 2.0, 5.0][..], &[0.75, 0.375, 0.0][..])
        );
        assert_eq!(curve.quantiles_after(0.0).days()[4], 1.0);
        assert_eq!(curve.quantiles_after(0.0).days()[5], 2.0);
        assert_eq!(curve.quantiles_after(1.0).days()[9], 1.0);
    }

    #[test]
    fn the_product_limit_agrees_with_scikit_survival_under_late_entry_and_censoring() {
        let known: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/it/known_answers/scikit_survival.json")).unwrap();
        let numbers = |of: &str, name: &str| -> Vec<f64> {
            known[of][name].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let [times, entries, causes] = ["time", "entry", "cause"].map(|name| numbers("train", name));
        let spell = |at: usize| Spell {
            entry: entries[at],
            exit: times[at],
            cause: (causes[at] > 0.0).then(|| milestones()[1]),
        };
        let curve = StepCurve::new(&(0..times.len()).map(spell).collect::<Vec<_>>()).unwrap();
        let [at, expected] = ["time", "survival"].map(|name| numbers("kaplan_meier", name));
        assert!(curve.times.len() > 20, "{:?}", curve.times);
        for (time, survival) in curve.times.iter().zip(&curve.survival) {
            let there = expected[at.iter().position(|known| known == time).unwrap()];
            assert!((survival - there).abs() < 1e-9, "at {time}: {survival}, not {there}");
        }
    }

    #[test]
    fn a_case_counts_only_from_when_it_was_seen() {
        let event = milestones()[1];
        let late = Spell { entry: 30.0, exit: 60.0, cause: Some(event) };
        let mut all = spells((0..20).map(|_| (10.0, true)));
        all.extend([late; 20]);
        let curve = StepCurve::new(&all).unwrap();
        // All that were at risk on day 10 had the event then; the others were seen only later.
        assert_eq!(curve.quantiles_after(0.0), Quantiles::known(10.0));
        assert_eq!(curve.quantiles_after(31.0), Quantiles::known(29.0));
    }

    #[test]
    fn the_tail_has_the_hazard_of_the_last_quarter() {
        // 100 events on day 20 among 200, the others are censored then: nobody is known to wait longer than 20 days.
        let curve = StepCurve::new(&spells((0..200).map(|case| (20.0, case % 2 == 0)))).unwrap();
        let hazard = 100.0 / (200.0 * 5.0);
        let q90 = f64::from(curve.quantiles_after(0.0).at(0.9));
        assert!((q90 - (20.0 + 5_f64.ln() / hazard)).abs() < 1e-3, "{q90}");
    }

    #[test]
    fn incidences_agree_with_hand_computed_values() {
        let [a, b] = [milestones()[1], milestones()[2]];
        // Of 40, ten have `a` on day 1 and ten are censored; of the other 20 five have `a` and 15 have `b` on day 9.
        let end = |exit, cause| Spell { entry: 0.0, exit, cause };
        let mut all = vec![end(1.0, Some(a)); 10];
        all.extend(vec![end(1.0, None); 10]);
        all.extend(vec![end(9.0, Some(a)); 5]);
        all.extend(vec![end(9.0, Some(b)); 15]);
        let incidence = StepIncidence::new(&all).unwrap();
        // `b`: 3/4 * 15/20.
        assert_eq!(incidence.likeliest_after(0.0), (b, 0.5625));
        assert_eq!(incidence.likeliest_after(1.0), (b, 0.75));
        assert_eq!(incidence.likeliest_after(50.0), (b, 0.75));
        all.extend(vec![end(0.0, Some(a)); 60]);
        assert_eq!(StepIncidence::new(&all).unwrap().likeliest_after(0.0).0, a);
    }
}
