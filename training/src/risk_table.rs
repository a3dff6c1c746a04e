//! Numbers at risk and events by tick of a time scale, for all cohorts at once.
//!
//! At a tick a row weighs `2^(-age/half-life)`, where the age is how long ago the tick was for that row: exponential
//! recency weights. From one tick to the next all weights grow by the same factor, so one sum is carried along.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use model::{CohortKey, CurveError, Grid, MilestoneId, Target, TimeScale};

use crate::visits::{RiskRow, Visit};

/// The most ticks of a time scale. More event times are thinned to quantiles.
const MAX_TICKS: usize = 2048;
/// Knots at quantiles of the event times.
const KNOTS_BY_EVENTS: usize = 128;
/// Knots at equal distances.
const KNOTS_BY_TIME: usize = 64;

/// The times at which numbers at risk are counted, and the coarser grid on which curves are stored.
#[derive(Debug, Clone)]
pub struct Ticks {
    times: Vec<f64>,
    /// For each tick the interval of the grid that ends at or after it.
    interval: Vec<usize>,
    /// Knots of the grid, from 0, each but the first a tick.
    knots: Vec<f64>,
}

impl Ticks {
    /// Ticks at the event times of `rows`; `None` if there is no event.
    #[must_use]
    pub fn from_rows(rows: &[KeyedRow]) -> Option<Self> {
        let mut events: Vec<f64> =
            rows.iter().filter(|row| row.risk.cause.is_some()).map(|row| row.risk.exit).collect();
        events.sort_by(f64::total_cmp);
        let longest = *events.last()?;
        let mut times = events.clone();
        times.dedup();
        if times.len() > MAX_TICKS {
            times = quantiles(&events, MAX_TICKS);
        }
        let mut wanted = quantiles(&events, KNOTS_BY_EVENTS);
        wanted.extend((1..=KNOTS_BY_TIME).map(|k| longest * k as f64 / KNOTS_BY_TIME as f64));
        let mut knots = vec![0.0];
        wanted.sort_by(f64::total_cmp);
        for time in wanted {
            // The knot is a tick, and still differs from the last one when it is stored as `f32`.
            let tick = times[times.partition_point(|&tick| tick < time).min(times.len() - 1)];
            let last = knots[knots.len() - 1];
            if tick as f32 > last as f32 {
                knots.push(tick);
            }
        }
        if knots.len() < 2 {
            return None;
        }
        let interval =
            times.iter().map(|&time| knots.partition_point(|&knot| knot < time).max(1) - 1).collect();
        Some(Self { times, interval, knots })
    }

    /// The times, rising.
    #[must_use]
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The interval of the grid that a tick falls in.
    #[must_use]
    pub fn interval(&self, tick: usize) -> usize {
        self.interval[tick].min(self.knots.len() - 2)
    }

    /// Knots of the grid.
    #[must_use]
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// The grid as a model stores it.
    ///
    /// # Errors
    /// [`CurveError`] if the knots do not rise.
    pub fn grid(&self) -> Result<Grid, CurveError> {
        Grid::new(self.knots.iter().map(|&knot| knot as f32).collect())
    }

    /// The first tick after `time`.
    fn after(&self, time: f64) -> usize {
        self.times.partition_point(|&tick| tick <= time)
    }

    /// The first tick at or after `time`.
    fn at(&self, time: f64) -> usize {
        self.times.partition_point(|&tick| tick < time)
    }
}

fn quantiles(sorted: &[f64], count: usize) -> Vec<f64> {
    let mut found: Vec<f64> =
        (1..=count).map(|k| sorted[(k * sorted.len()).div_ceil(count).max(1) - 1]).collect();
    found.dedup();
    found
}

/// A row with the cohort that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct KeyedRow {
    /// The narrowest cohort.
    pub key: CohortKey,
    /// The number of the case: counts are of cases, not of rows.
    pub case: u32,
    /// Whether the case was decided before. Such rows do not count in the cohort of all cases.
    pub after_decision: bool,
    /// The row.
    pub risk: RiskRow,
}

/// The rows of all visits for one target on one time scale.
#[must_use]
pub fn keyed_rows(
    visits: &[Visit],
    target: Target,
    time_scale: TimeScale,
    decision: MilestoneId,
) -> Vec<KeyedRow> {
    let row = |visit: &Visit| {
        let risk = visit.risk_row(target, time_scale, decision)?;
        let key = CohortKey { state: Some(visit.state), queue: visit.queue };
        Some(KeyedRow { key, case: visit.case, after_decision: visit.after_decision, risk })
    };
    visits.iter().filter_map(row).collect()
}

/// Rows placed on ticks and in their narrowest cohorts, ready to be counted under any weights.
#[derive(Debug)]
pub struct PlacedRows {
    ticks: Ticks,
    cohorts: Vec<(CohortKey, bool)>,
    rows: Vec<Placed>,
    /// The counts with equal weights: curves under every half-life are shrunk to the same ones.
    unweighted: OnceLock<BTreeMap<CohortKey, CohortCounts>>,
}

#[derive(Debug, Clone, Copy)]
struct Placed {
    cohort: u32,
    case: u32,
    enters: u32,
    leaves: u32,
    origin: f64,
    cause: Option<MilestoneId>,
}

/// The counts of one cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCounts {
    /// Whether its cases were decided before.
    pub after_decision: bool,
    /// Cases.
    pub n: u32,
    /// Cases with an event.
    pub events: u32,
    /// The last case that was counted, and the last one with an event: the rows of a case are neighbours.
    last: (Option<u32>, Option<u32>),
    /// The weight at risk at each tick.
    pub at_risk_weight: Vec<f64>,
    /// The number of rows at risk at each tick.
    pub rows_at_risk: Vec<f64>,
    /// The weight of the events at each tick.
    pub event_weight: Vec<f64>,
    /// The weight of the events of each cause in each interval of the grid.
    pub cause_weight: BTreeMap<MilestoneId, Vec<f64>>,
}

impl PlacedRows {
    /// Places rows on their own ticks; `None` if there is no event.
    #[must_use]
    pub fn new(rows: &[KeyedRow]) -> Option<Self> {
        let ticks = Ticks::from_rows(rows)?;
        let mut position: BTreeMap<CohortKey, u32> = BTreeMap::new();
        let mut cohorts = Vec::new();
        let mut placed = Vec::with_capacity(rows.len());
        let mut last = None;
        for row in rows {
            let cohort = match last {
                Some((key, cohort)) if key == row.key => cohort,
                _ => *position.entry(row.key).or_insert_with(|| {
                    cohorts.push((row.key, row.after_decision));
                    (cohorts.len() - 1) as u32
                }),
            };
            last = Some((row.key, cohort));
            let leaves = match row.risk.cause {
                Some(_) => ticks.at(row.risk.exit) + 1,
                None => ticks.after(row.risk.exit),
            };
            placed.push(Placed {
                cohort,
                case: row.case,
                enters: ticks.after(row.risk.entry) as u32,
                leaves: leaves as u32,
                origin: row.risk.origin,
                cause: row.risk.cause,
            });
        }
        Some(Self { ticks, cohorts, rows: placed, unweighted: OnceLock::new() })
    }

    /// The ticks.
    #[must_use]
    pub fn ticks(&self) -> &Ticks {
        &self.ticks
    }

    /// The counts of every cohort with equal weights, counted once.
    #[must_use]
    pub fn unweighted(&self) -> &BTreeMap<CohortKey, CohortCounts> {
        self.unweighted.get_or_init(|| self.count(None))
    }

    /// Counts every cohort, wider ones included. A row weighs half as much every `half_life` days; with `None` all rows
    /// weigh alike.
    #[must_use]
    pub fn count(&self, half_life: Option<f64>) -> BTreeMap<CohortKey, CohortCounts> {
        let mut leaves = vec![CohortCounts::empty(self.ticks.times.len()); self.cohorts.len()];
        // A case has rows in several leaves but counts once in the widest cohort.
        let mut all = CohortCounts::empty(0);
        for row in &self.rows {
            leaves[row.cohort as usize].add(row, &self.ticks, half_life);
            if !self.cohorts[row.cohort as usize].1 {
                all.count_case(row);
            }
        }
        let mut counts: BTreeMap<CohortKey, CohortCounts> = BTreeMap::new();
        for (leaf, &(key, after_decision)) in leaves.iter_mut().zip(&self.cohorts) {
            leaf.after_decision = after_decision;
            leaf.accumulate(&self.ticks, half_life);
            let mut wider = Some(key);
            while let Some(key) = wider {
                if !(after_decision && key.state.is_none()) {
                    counts
                        .entry(key)
                        .or_insert_with(|| CohortCounts::empty(self.ticks.times.len()))
                        .merge(leaf);
                }
                wider = key.parent();
            }
        }
        if let Some(widest) = counts.get_mut(&CohortKey::all()) {
            (widest.n, widest.events) = (all.n, all.events);
        }
        counts
    }
}

impl CohortCounts {
    fn empty(ticks: usize) -> Self {
        Self {
            after_decision: false,
            n: 0,
            events: 0,
            last: (None, None),
            at_risk_weight: vec![0.0; ticks],
            rows_at_risk: vec![0.0; ticks],
            event_weight: vec![0.0; ticks],
            cause_weight: BTreeMap::new(),
        }
    }

    fn count_case(&mut self, row: &Placed) {
        if self.last.0 != Some(row.case) {
            self.n += 1;
            self.last.0 = Some(row.case);
        }
        if row.cause.is_some() && self.last.1 != Some(row.case) {
            self.events += 1;
            self.last.1 = Some(row.case);
        }
    }

    /// Notes where a row enters and leaves; [`Self::accumulate`] turns these marks into counts.
    fn add(&mut self, row: &Placed, ticks: &Ticks, half_life: Option<f64>) {
        self.count_case(row);
        let weight =
            |tick: usize| half_life.map_or(1.0, |days| ((row.origin + ticks.times[tick]) / days).exp2());
        let (enters, leaves) = (row.enters as usize, row.leaves as usize);
        // A row that was censored before the first tick is never counted.
        let Some(tick) = leaves.checked_sub(1) else { return };
        if row.cause.is_none() && enters > tick {
            return;
        }
        // A power is slow and has up to three uses.
        let last = weight(tick);
        if let Some(cause) = row.cause {
            self.event_weight[tick] += last;
            let intervals = ticks.knots.len() - 1;
            let by_interval = self.cause_weight.entry(cause).or_insert_with(|| vec![0.0; intervals]);
            by_interval[ticks.interval(tick)] += last;
        }
        if enters <= tick {
            self.at_risk_weight[tick] += last;
            self.rows_at_risk[tick] += 1.0;
            if let Some(before) = enters.checked_sub(1) {
                self.at_risk_weight[before] -= weight(before);
                self.rows_at_risk[before] -= 1.0;
            }
        }
    }

    /// Sums from the last tick to the first. Rows that are at risk late are old and weigh little, so small weights are
    /// added before large ones and are not lost in rounding.
    fn accumulate(&mut self, ticks: &Ticks, half_life: Option<f64>) {
        let (mut weight, mut rows) = (0.0, 0.0);
        for tick in (0..self.at_risk_weight.len()).rev() {
            if let (Some(days), Some(later)) = (half_life, ticks.times.get(tick + 1)) {
                // The same rows were younger by the gap, so they weigh less here.
                weight *= ((ticks.times[tick] - later) / days).exp2();
            }
            weight += self.at_risk_weight[tick];
            rows += self.rows_at_risk[tick];
            // Rounding can leave a tiny weight where no row is at risk.
            self.at_risk_weight[tick] = if rows > 0.5 { weight.max(0.0) } else { 0.0 };
            self.rows_at_risk[tick] = rows;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.after_decision |= other.after_decision;
        self.n += other.n;
        self.events += other.events;
        for (own, more) in [
            (&mut self.at_risk_weight, &other.at_risk_weight),
            (&mut self.rows_at_risk, &other.rows_at_risk),
            (&mut self.event_weight, &other.event_weight),
        ] {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        for (cause, more) in &other.cause_weight {
            let own = self.cause_weight.entry(*cause).or_insert_with(|| vec![0.0; more.len()]);
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
    }
}
