//! At-risk counts and events by tick of the clock, for every cohort at once.
//!
//! A case weighs `2^(-age/half-life)` where the age is how long ago the tick was: exponential recency weights. For
//! a case whose clock reads 0 at `origin`, that is `2^(origin/half-life) * 2^(tick/half-life)`, and the second factor
//! is the same for all cases at a tick, so it cancels in every hazard and only scales how much a cohort counts.

use std::collections::BTreeMap;

use model::{Clock, CohortKey, Grid, MilestoneId};

use crate::visits::{RiskRow, Target, Visit};

/// A clock is read at this many different times at most; more are thinned by quantiles.
const MOST_TICKS: usize = 2048;
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
        if times.len() > MOST_TICKS {
            times = quantiles(&events, MOST_TICKS);
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
    /// Whether the case was decided before: such rows have no part in wider cohorts.
    pub after_decision: bool,
    /// The row.
    pub risk: RiskRow,
}

/// The rows of all visits for one target on one clock.
#[must_use]
pub fn rows_of(visits: &[Visit], target: Target, clock: Clock, decision: MilestoneId) -> Vec<RowOf> {
    let row = |visit: &Visit| {
        let risk = visit.risk_row(target, clock, decision)?;
        let key = CohortKey { state: Some(visit.state), queue: visit.queue };
        Some(RowOf { key, after_decision: visit.after_decision, risk })
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
    enters: u32,
    leaves: u32,
    origin: f64,
    cause: Option<MilestoneId>,
}

/// What happened in one cohort, by tick. Weighted sums, but for `followed` and `happened`.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCounts {
    /// Rows.
    pub followed: u32,
    /// Rows that ended in an event.
    pub happened: u32,
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
        let scale: Vec<f64> = match half_life {
            Some(days) => self.ticks.times.iter().map(|&tick| (tick / days).exp2()).collect(),
            None => vec![1.0; self.ticks.times.len()],
        };
        for row in &self.rows {
            let weight = half_life.map_or(1.0, |days| (row.origin / days).exp2());
            leaves[row.cohort as usize].add(row, weight, &self.ticks, &scale);
        }
        let mut counts: BTreeMap<CohortKey, CohortCounts> = BTreeMap::new();
        for (leaf, &(key, after_decision)) in leaves.iter_mut().zip(&self.cohorts) {
            leaf.accumulate(&scale);
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
        counts
    }
}

impl CohortCounts {
    fn empty(ticks: usize) -> Self {
        Self {
            followed: 0,
            happened: 0,
            at_risk: vec![0.0; ticks],
            rows_at_risk: vec![0.0; ticks],
            events: vec![0.0; ticks],
            causes: BTreeMap::new(),
        }
    }

    /// Notes where a row enters and leaves; [`Self::accumulate`] makes counts of it.
    fn add(&mut self, row: &Placed, weight: f64, ticks: &Ticks, scale: &[f64]) {
        self.followed += 1;
        let (enters, leaves) = (row.enters as usize, row.leaves as usize);
        if let Some(cause) = row.cause {
            let tick = leaves - 1;
            self.happened += 1;
            self.events[tick] += weight * scale[tick];
            let intervals = ticks.knots.len() - 1;
            let by_interval = self.causes.entry(cause).or_insert_with(|| vec![0.0; intervals]);
            by_interval[ticks.interval(tick)] += weight * scale[tick];
        }
        if enters < leaves {
            self.at_risk[leaves - 1] += weight;
            self.rows_at_risk[leaves - 1] += 1.0;
            if let Some(before) = enters.checked_sub(1) {
                self.at_risk[before] -= weight;
                self.rows_at_risk[before] -= 1.0;
            }
        }
    }

    /// Sums from the last tick to the first: whoever is at risk late is old and weighs little, so that small
    /// weights are added before large ones and are not lost.
    fn accumulate(&mut self, scale: &[f64]) {
        let (mut weight, mut rows) = (0.0, 0.0);
        for tick in (0..self.at_risk.len()).rev() {
            weight += self.at_risk[tick];
            rows += self.rows_at_risk[tick];
            // Sums of differences leave dust where nobody is.
            self.at_risk[tick] = if rows > 0.5 { (weight * scale[tick]).max(0.0) } else { 0.0 };
            self.rows_at_risk[tick] = rows;
        }
    }

    fn merge(&mut self, other: &Self) {
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
