//! At-risk counts and events by tick of the clock, for every cohort at once.
//!
//! At a tick a row weighs `2^(-age/half-life)`, where the age is how long ago the tick was for that row: exponential
//! recency weights. From one tick to the next all weights grow by the same factor, so sums are carried along.

use std::collections::BTreeMap;

use model::{CohortKey, Grid, MilestoneId, TimeScale};

use crate::visits::{RiskRow, Target, Visit};

/// A clock is read at this many different times at most; more are thinned by quantiles.
const MAX_TICKS: usize = 2048;
/// Knots at quantiles of the times of events.
const KNOTS_BY_EVENTS: usize = 128;
/// Knots spread evenly over the time.
const KNOTS_BY_TIME: usize = 64;

/// The times at which risk is counted, and the coarser grid on which curves are kept.
#[derive(Debug, Clone)]
pub struct Ticks {
    times: Vec<f64>,
    /// For each tick the interval of the grid that ends at or after it.
    interval: Vec<usize>,
    /// Knots of the grid, from 0, each but the first a tick.
    knots: Vec<f64>,
}

impl Ticks {
    /// Ticks at the times of events among `rows`; nothing if there is no event.
    #[must_use]
    pub fn of(rows: &[RowOf]) -> Option<Self> {
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
            // The knot is a tick, and far enough from the last to be another number in the artifact.
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

    /// The grid as an artifact keeps it.
    ///
    /// # Errors
    /// If the knots do not rise.
    pub fn grid(&self) -> Result<Grid, model::CurveError> {
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

/// A row with the cohort it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct RowOf {
    /// The smallest cohort.
    pub key: CohortKey,
    /// The case's number, to count cases and not rows.
    pub case: u32,
    /// Whether the case was decided before: such rows have no part in wider cohorts.
    pub after_decision: bool,
    /// The row.
    pub risk: RiskRow,
}

/// The rows of all visits for one target on one clock.
#[must_use]
pub fn rows_of(visits: &[Visit], target: Target, clock: TimeScale, decision: MilestoneId) -> Vec<RowOf> {
    let row = |visit: &Visit| {
        let risk = visit.risk_row(target, clock, decision)?;
        let key = CohortKey { state: Some(visit.state), queue: visit.queue };
        Some(RowOf { key, case: visit.case, after_decision: visit.after_decision, risk })
    };
    visits.iter().filter_map(row).collect()
}

/// Rows placed on ticks and sorted into their smallest cohorts, ready to be counted under any weights.
#[derive(Debug)]
pub struct PlacedRows {
    ticks: Ticks,
    cohorts: Vec<(CohortKey, bool)>,
    rows: Vec<Placed>,
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

/// What happened in one cohort, by tick. Weighted sums, but for `followed` and `happened`.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCounts {
    /// Whether its cases were decided before.
    pub after_decision: bool,
    /// Cases.
    pub followed: u32,
    /// Cases with an event.
    pub happened: u32,
    /// The last case that was counted, and the last with an event: the rows of a case stand together.
    last: (Option<u32>, Option<u32>),
    /// Weight at risk, at each tick.
    pub at_risk: Vec<f64>,
    /// Rows at risk, unweighted, at each tick.
    pub rows_at_risk: Vec<f64>,
    /// Weight of the events, at each tick.
    pub events: Vec<f64>,
    /// Weight of the events of each cause, by interval of the grid.
    pub causes: BTreeMap<MilestoneId, Vec<f64>>,
}

impl PlacedRows {
    /// Places rows on their own ticks; nothing if there is no event.
    #[must_use]
    pub fn new(rows: &[RowOf]) -> Option<Self> {
        let ticks = Ticks::of(rows)?;
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
        Some(Self { ticks, cohorts, rows: placed })
    }

    /// The ticks.
    #[must_use]
    pub fn ticks(&self) -> &Ticks {
        &self.ticks
    }

    /// Counts every cohort, wider ones included, with rows weighing half as much every `half_life` days (or alike).
    #[must_use]
    pub fn count(&self, half_life: Option<f64>) -> BTreeMap<CohortKey, CohortCounts> {
        let mut leaves = vec![CohortCounts::empty(self.ticks.times.len()); self.cohorts.len()];
        // A case has rows in several leaves but only one vote in the widest cohort.
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
            (widest.followed, widest.happened) = (all.followed, all.happened);
        }
        counts
    }
}

impl CohortCounts {
    fn empty(ticks: usize) -> Self {
        Self {
            after_decision: false,
            followed: 0,
            happened: 0,
            last: (None, None),
            at_risk: vec![0.0; ticks],
            rows_at_risk: vec![0.0; ticks],
            events: vec![0.0; ticks],
            causes: BTreeMap::new(),
        }
    }

    fn count_case(&mut self, row: &Placed) {
        if self.last.0 != Some(row.case) {
            self.followed += 1;
            self.last.0 = Some(row.case);
        }
        if row.cause.is_some() && self.last.1 != Some(row.case) {
            self.happened += 1;
            self.last.1 = Some(row.case);
        }
    }

    /// Notes where a row enters and leaves; [`Self::accumulate`] makes counts of it.
    fn add(&mut self, row: &Placed, ticks: &Ticks, half_life: Option<f64>) {
        self.count_case(row);
        let weight =
            |tick: usize| half_life.map_or(1.0, |days| ((row.origin + ticks.times[tick]) / days).exp2());
        let (enters, leaves) = (row.enters as usize, row.leaves as usize);
        if let Some(cause) = row.cause {
            let tick = leaves - 1;
            self.events[tick] += weight(tick);
            let intervals = ticks.knots.len() - 1;
            let by_interval = self.causes.entry(cause).or_insert_with(|| vec![0.0; intervals]);
            by_interval[ticks.interval(tick)] += weight(tick);
        }
        if enters < leaves {
            self.at_risk[leaves - 1] += weight(leaves - 1);
            self.rows_at_risk[leaves - 1] += 1.0;
            if let Some(before) = enters.checked_sub(1) {
                self.at_risk[before] -= weight(before);
                self.rows_at_risk[before] -= 1.0;
            }
        }
    }

    /// Sums from the last tick to the first: whoever is at risk late is old and weighs little, so that small
    /// weights are added before large ones and are not lost.
    fn accumulate(&mut self, ticks: &Ticks, half_life: Option<f64>) {
        let (mut weight, mut rows) = (0.0, 0.0);
        for tick in (0..self.at_risk.len()).rev() {
            if let (Some(days), Some(later)) = (half_life, ticks.times.get(tick + 1)) {
                // The same rows were younger by the gap, so they weigh less here.
                weight *= ((ticks.times[tick] - later) / days).exp2();
            }
            weight += self.at_risk[tick];
            rows += self.rows_at_risk[tick];
            // Sums of differences leave dust where nobody is.
            self.at_risk[tick] = if rows > 0.5 { weight.max(0.0) } else { 0.0 };
            self.rows_at_risk[tick] = rows;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.after_decision |= other.after_decision;
        self.followed += other.followed;
        self.happened += other.happened;
        for (own, more) in [
            (&mut self.at_risk, &other.at_risk),
            (&mut self.rows_at_risk, &other.rows_at_risk),
            (&mut self.events, &other.events),
        ] {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        for (cause, more) in &other.causes {
            let own = self.causes.entry(*cause).or_insert_with(|| vec![0.0; more.len()]);
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
    }
}
