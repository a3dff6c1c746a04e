//! Numbers at risk and events by tick, for one cohort at a time.
//!
//! At a tick a row weighs `2^(-age/half-life)`, where the age is how long ago the tick was for that row: exponential
//! recency weights. From one tick to the next all weights grow by the same factor, so one sum is carried along.

use std::collections::BTreeMap;

use model::{CohortKey, Event};

use super::ticks::Ticks;
use crate::risk_rows::Row;

/// The rows of one wait on one time scale, by cohort.
pub(super) struct Table {
    pub(super) ticks: Ticks,
    /// The rows of each narrowest cohort.
    leaves: Vec<Leaf>,
    /// The cohorts with the narrowest cohorts inside them, sorted by key.
    cohorts: BTreeMap<CohortKey, Members>,
    /// The cohorts directly inside each cohort of a state.
    inside: BTreeMap<CohortKey, Vec<CohortKey>>,
}

struct Leaf {
    rows: Vec<Placed>,
}

/// A row on the ticks.
#[derive(Clone, Copy)]
struct Placed {
    /// The first tick at which it is at risk, and the first one after that at which it is not.
    enters: u32,
    leaves: u32,
    /// In days relative to the end of the observation. They only say how much the row weighs.
    origin: f32,
    entered: Option<f32>,
    event: Option<Event>,
    /// Whether the event came at the very moment of the entry.
    at_once: bool,
}

/// What a cohort consists of.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    leaves: Vec<u32>,
    /// Whether its cases were decided before.
    pub(super) after_decision: bool,
    /// Cases.
    pub(super) n: u32,
    /// Cases with an event.
    pub(super) events: u32,
    /// Cases that were decided.
    pub(super) decided: u32,
    last: (Option<u32>, Option<u32>),
}

impl Members {
    /// Counts the case of a row once: the rows of a case are neighbours.
    fn add(&mut self, row: &Row) {
        self.after_decision |= row.after_decision;
        if self.last.0 != Some(row.case) {
            self.last.0 = Some(row.case);
            self.n += 1;
            self.decided += u32::from(row.decided);
        }
        if row.event.is_some() && self.last.1 != Some(row.case) {
            self.last.1 = Some(row.case);
            self.events += 1;
        }
    }
}

/// The counts of one cohort under weights.
pub(super) struct Counts {
    /// The weight at risk at each tick.
    pub(super) at_risk: Vec<f64>,
    /// The number of rows at risk at each tick.
    pub(super) rows: Vec<u32>,
    /// For each event the ticks at which it happened, rising, with the weight.
    pub(super) events: BTreeMap<Event, Vec<(u32, f64)>>,
    /// The weight of the observed entries.
    pub(super) entered: f64,
    /// The weight of the events that came at the very moment of the entry.
    pub(super) at_once: BTreeMap<Event, f64>,
}

impl Table {
    /// Places rows on their own ticks; `None` if no case waited for an event. `attributes` is the number of queue attributes.
    pub(super) fn new(rows: impl Iterator<Item = Row> + Clone, attributes: usize) -> Option<Self> {
        let ticks = Ticks::from_rows(rows.clone())?;
        let mut position: BTreeMap<CohortKey, u32> = BTreeMap::new();
        let mut leaves: Vec<Leaf> = Vec::new();
        let mut members: Vec<Members> = Vec::new();
        let mut all = Members::default();
        let mut last: Option<(CohortKey, u32)> = None;
        for row in rows {
            let leaf = match last {
                Some((key, leaf)) if key == row.key => leaf,
                _ => *position.entry(row.key).or_insert_with(|| {
                    leaves.push(Leaf { rows: Vec::new() });
                    members.push(Members::default());
                    (leaves.len() - 1) as u32
                }),
            };
            last = Some((row.key, leaf));
            members[leaf as usize].add(&row);
            if !row.after_decision {
                all.add(&row);
            }
            let waits = row.exit > row.entry;
            let enters = ticks.after(row.entry);
            let leaves_at = match row.event {
                _ if !waits => enters,
                Some(_) => ticks.at(row.exit) + 1,
                None => ticks.after(row.exit),
            };
            leaves[leaf as usize].rows.push(Placed {
                enters: enters as u32,
                leaves: leaves_at as u32,
                origin: row.origin as f32,
                entered: row.entered.map(|day| day as f32),
                event: row.event,
                at_once: !waits,
            });
        }
        let mut cohorts: BTreeMap<CohortKey, Members> = BTreeMap::new();
        for (key, &leaf) in &position {
            let own = &members[leaf as usize];
            for mask in 0..1_u8 << attributes {
                let queue = key.queue.masked(mask);
                // A case that lacks an attribute belongs to the same cohort under several masks.
                if queue.known().count() == mask.count_ones() as usize {
                    let cohort = cohorts.entry(CohortKey { queue, ..*key }).or_default();
                    cohort.leaves.push(leaf);
                    cohort.after_decision |= own.after_decision;
                    cohort.n += own.n;
                    cohort.events += own.events;
                    cohort.decided += own.decided;
                }
            }
            if !own.after_decision {
                all.leaves.push(leaf);
            }
        }
        let mut inside: BTreeMap<CohortKey, Vec<CohortKey>> = BTreeMap::new();
        for key in cohorts.keys() {
            if let Some(queue) = key.queue.wider() {
                inside.entry(CohortKey { queue, ..*key }).or_default().push(*key);
            }
        }
        cohorts.insert(CohortKey::all(), all);
        Some(Self { ticks, leaves, cohorts, inside })
    }

    /// The cohort of all cases, then those of each state.
    pub(super) fn states(&self) -> impl Iterator<Item = (&CohortKey, &Members)> {
        self.cohorts.iter().filter(|(key, _)| key.queue.wider().is_none())
    }

    /// The cohorts directly inside one of a state: those with one more attribute.
    pub(super) fn inside(&self, key: &CohortKey) -> impl Iterator<Item = (&CohortKey, &Members)> {
        let keys = self.inside.get(key).into_iter().flatten();
        keys.filter_map(|key| self.cohorts.get(key).map(|members| (key, members)))
    }

    /// The marks of every narrowest cohort under weights. A row weighs half as much every `half_life` days; with `None` all rows weigh alike.
    pub(super) fn marks(&self, half_life: Option<f64>) -> Vec<Marks> {
        let weights = Weights::new(half_life);
        self.leaves.iter().map(|leaf| Marks::of(leaf, &self.ticks, &weights)).collect()
    }

    /// The counts of a cohort, from the marks of the narrowest cohorts.
    pub(super) fn counts(&self, members: &Members, marks: &[Marks], half_life: Option<f64>) -> Counts {
        let times = self.ticks.times();
        let mut counts = Counts {
            at_risk: vec![0.0; times.len()],
            rows: vec![0; times.len()],
            events: BTreeMap::new(),
            entered: 0.0,
            at_once: BTreeMap::new(),
        };
        let mut rows = vec![0_i64; times.len()];
        for &leaf in &members.leaves {
            let marks = &marks[leaf as usize];
            for &(tick, weight, change) in &marks.at_risk {
                counts.at_risk[tick as usize] += weight;
                rows[tick as usize] += i64::from(change);
            }
            for (event, at) in &marks.events {
                counts.events.entry(*event).or_default().extend(at);
            }
            counts.entered += marks.entered;
            for (event, weight) in &marks.at_once {
                *counts.at_once.entry(*event).or_default() += weight;
            }
        }
        counts.events.values_mut().for_each(join);
        counts.accumulate(&rows, times, half_life);
        counts
    }
}

/// What rows weigh by their age.
struct Weights {
    half_life: Option<f64>,
    /// The weights at ages of whole days: histories with dates need no others.
    whole_days: Vec<f64>,
}

impl Weights {
    fn new(half_life: Option<f64>) -> Self {
        const WHOLE_DAYS: i32 = 4096;
        let mut weights = Self { half_life, whole_days: Vec::new() };
        weights.whole_days = (0..WHOLE_DAYS).map(|age| weights.at(-f64::from(age))).collect();
        weights
    }

    /// The weight on a day relative to the end of the observation.
    fn at(&self, day: f64) -> f64 {
        let Some(half_life) = self.half_life else { return 1.0 };
        // The time of a row is never after the end of the observation, but its tick may be.
        let age = (-day).max(0.0);
        let whole = age as usize;
        match self.whole_days.get(whole) {
            Some(&weight) if whole as f64 == age => weight,
            _ => (-age / half_life).exp2(),
        }
    }
}

/// Where the rows of a narrowest cohort enter and leave, and their events.
pub(super) struct Marks {
    /// By tick: the weight, and the number of rows, that are at risk there but not later, less those that enter after it.
    at_risk: Vec<(u32, f64, i32)>,
    events: BTreeMap<Event, Vec<(u32, f64)>>,
    entered: f64,
    at_once: BTreeMap<Event, f64>,
}

impl Marks {
    fn of(leaf: &Leaf, ticks: &Ticks, weights: &Weights) -> Self {
        let times = ticks.times();
        let weight = |day: f64| weights.at(day);
        let mut dense = vec![(0.0, 0_i32); times.len()];
        let mut marks =
            Self { at_risk: Vec::new(), events: BTreeMap::new(), entered: 0.0, at_once: BTreeMap::new() };
        for row in &leaf.rows {
            if let Some(entered) = row.entered {
                marks.entered += weight(f64::from(entered));
            }
            if row.at_once {
                if let (Some(event), Some(entered)) = (row.event, row.entered) {
                    *marks.at_once.entry(event).or_default() += weight(f64::from(entered));
                }
                continue;
            }
            let (enters, leaves) = (row.enters as usize, row.leaves as usize);
            if leaves <= enters {
                continue;
            }
            let last = leaves - 1;
            let last_weight = weight(f64::from(row.origin) + times[last]);
            dense[last].0 += last_weight;
            dense[last].1 += 1;
            if let Some(event) = row.event {
                marks.events.entry(event).or_default().push((last as u32, last_weight));
            }
            if let Some(before) = enters.checked_sub(1) {
                dense[before].0 -= weight(f64::from(row.origin) + times[before]);
                dense[before].1 -= 1;
            }
        }
        let marked =
            dense.into_iter().enumerate().filter(|(_, (weight, change))| *weight != 0.0 || *change != 0);
        marks.at_risk = marked.map(|(tick, (weight, change))| (tick as u32, weight, change)).collect();
        marks.events.values_mut().for_each(join);
        marks
    }
}

/// Sorts weights by tick and joins those of one tick.
fn join(at: &mut Vec<(u32, f64)>) {
    at.sort_by_key(|(tick, _)| *tick);
    at.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

impl Counts {
    /// Sums from the last tick to the first. Rows that are at risk late are old and weigh little, so small weights are
    /// added before large ones and are not lost in rounding.
    fn accumulate(&mut self, changes: &[i64], times: &[f64], half_life: Option<f64>) {
        let (mut weight, mut rows) = (0.0_f64, 0_i64);
        for tick in (0..times.len()).rev() {
            if let (Some(half_life), Some(later)) = (half_life, times.get(tick + 1)) {
                // The same rows were younger by the gap, so they weigh less here.
                weight *= ((times[tick] - later) / half_life).exp2();
            }
            weight += self.at_risk[tick];
            rows += changes[tick];
            // Rounding can leave a tiny weight where no row is at risk.
            self.at_risk[tick] = if rows > 0 { weight.max(0.0) } else { 0.0 };
            self.rows[tick] = rows.max(0) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{FormDefinition, Queue, StateId};

    use super::*;

    /// Rows of cases that each wait in two states of a form, at many offices and times. Every third has an event.
    fn rows(form: &FormDefinition, offices: u32, cases: u32) -> Vec<Row> {
        let states: Vec<StateId> = form.state_ids().take(2).collect();
        let row = |number: u32| {
            let mut queue = Queue::default();
            queue.set(0, (number % offices) as u16);
            let entry = f64::from(number % 7);
            let state = states[number as usize % 2];
            Row {
                key: CohortKey { state: Some(state), queue },
                case: number / 2,
                after_decision: false,
                decided: false,
                entered: None,
                entry,
                exit: entry + 1.0 + f64::from(number) * 0.37 % 400.0,
                event: number.is_multiple_of(3).then_some(Event::Status(state)),
                origin: -500.0,
            }
        };
        (0..2 * cases).map(row).collect()
    }

    #[test]
    fn what_is_stored_grows_with_the_rows_and_not_with_offices_states_and_ticks() {
        let form =
            data::forms::bundled().unwrap().definition("I-765", model::Day::parse("2022-06-30").unwrap());
        let form = form.unwrap();
        for offices in [1, 90, 900] {
            let rows = rows(&form, offices, 3_000);
            let table = Table::new(rows.iter().copied(), 1).unwrap();
            let marks = table.marks(Some(20.0));
            let of_events = |marks: &Marks| marks.events.values().map(Vec::len).sum::<usize>();
            let stored: usize = marks.iter().map(|marks| marks.at_risk.len() + of_events(marks)).sum();
            // A row enters once, leaves once and has at most one event.
            assert!(stored <= 3 * rows.len(), "{offices} offices: {stored} numbers for {} rows", rows.len());
            let dense = table.cohorts.len() * table.ticks.times().len();
            assert!(offices == 1 || stored * 5 < dense, "{offices} offices: {stored} of {dense}");
            let members: usize = table.cohorts.values().map(|members| members.leaves.len()).sum();
            // Each narrowest cohort is a part of itself, of its state and of all cases.
            assert_eq!(members, 3 * table.leaves.len());
        }
    }
}
