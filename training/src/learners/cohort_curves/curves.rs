//! From hazards to the curves that a model stores.
//!
//! The product limit over ticks (Kaplan and Meier 1958) is the survival function. It is known up to the last tick with
//! [`MIN_AT_RISK`] rows at risk. From there the tail continues with a constant hazard: the mean hazard over the last [`TAIL_SHARE`]
//! of the known time, shrunk to the wider cohort's, and for the widest cohort to the mean hazard of its whole history. No tail
//! has a longer median than [`MAX_TAIL_MEDIAN`].
//!
//! Few of the ticks are stored. Starting from the ends, the tick where the stored curve is furthest from the product limit becomes
//! a knot, until the two agree (Douglas and Peucker 1973), so knots lie where the mass is, and on both sides of a jump.

use std::collections::{BTreeMap, BinaryHeap};

use model::{Cause, Cohort, CohortKey, Curve, Event};

use super::counts::{Counts, Members};
use super::hazards::Hazards;
use super::ticks::Ticks;
use crate::error::TrainingError;

/// A curve is known as far as so many rows are at risk.
const MIN_AT_RISK: u32 = 10;
/// The last share of the known time, whose mean hazard is the tail's.
const TAIL_SHARE: f64 = 0.15;
/// The weight of what a tail is shrunk to, in events.
const TAIL_SHRINKAGE: f64 = 5.0;
/// The longest median of a tail, in days: ten years.
const MAX_TAIL_MEDIAN: f64 = 3_652.0;
/// The largest hazard of a tail, per day: one event in a tenth of a second.
const MAX_TAIL: f64 = 1e6;
/// The most knots of a curve.
const MAX_KNOTS: usize = 48;
/// The most causes of a cohort that are stored, most common first.
const MAX_CAUSES: usize = 12;
/// The relative error of the survival that is not worth a knot, and its part that shrinks with the rows at risk.
const TOLERANCE: (f64, f64) = (0.01, 0.2);
/// The part of that error that may pass between two points from which knots are chosen.
const FINENESS: f64 = 0.2;
/// An event with a smaller share of those that are expected of the cohort is not stored, unless it is the most common one.
const NEGLIGIBLE: f64 = 0.002;

/// Sets the tail of hazards.
pub(super) fn set_tail(hazards: &mut Hazards, counts: &Counts, ticks: &Ticks, wider: Option<&Hazards>) {
    let times = ticks.times();
    let known = known(counts);
    let end = known.checked_sub(1).map_or(0.0, |last| times[last]);
    let begin = end * (1.0 - TAIL_SHARE);
    let total = hazards.total(times.len());
    let (mut events, mut exposure) = (0.0, 0.0);
    let (mut all_events, mut all_exposure) = (0.0, 0.0);
    for tick in 0..known {
        let before = tick.checked_sub(1).map_or(0.0, |before| times[before]);
        let here = total[tick] * counts.at_risk[tick];
        all_events += here;
        all_exposure += counts.at_risk[tick] * (times[tick] - before);
        if times[tick] > begin {
            events += here;
            exposure += counts.at_risk[tick] * (times[tick] - before.max(begin));
        }
    }
    let slowest = std::f64::consts::LN_2 / MAX_TAIL_MEDIAN;
    let base = match wider {
        Some(wider) => wider.tail,
        None if all_exposure > 0.0 => all_events / all_exposure,
        None => slowest,
    }
    .max(slowest);
    let tail = (events + TAIL_SHRINKAGE) / (exposure + TAIL_SHRINKAGE / base);
    hazards.tail = tail.clamp(slowest, MAX_TAIL);
}

/// The number of ticks that enough rows reached.
fn known(counts: &Counts) -> usize {
    counts.rows.iter().rposition(|&rows| rows >= MIN_AT_RISK).map_or(0, |tick| tick + 1)
}

/// A point of the product limit, with the survival and the cumulative hazards of the stored events.
struct Point {
    time: f64,
    survival: f64,
    /// The number of ticks that have passed.
    ticks: usize,
    tolerance: f64,
}

/// A stretch between two points, by the largest error of the line through them in units of what is tolerated.
struct Stretch {
    error: f64,
    worst: usize,
    from: usize,
    to: usize,
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Stretch {}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stretch {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.error.total_cmp(&other.error).then(other.from.cmp(&self.from))
    }
}

/// The cohort as a model stores it. `widest` are the counts that say how far the curve is known.
///
/// # Errors
/// [`TrainingError`] if the numbers are not a curve.
pub(super) fn cohort(
    key: CohortKey,
    members: &Members,
    hazards: &Hazards,
    counts: &Counts,
    widest: &Counts,
    ticks: &Ticks,
) -> Result<Cohort, TrainingError> {
    let stored = stored_events(hazards, counts);
    let points = points(hazards, counts, known(widest), ticks);
    let knots = knots(&points);
    let times: Vec<f32> = knots.iter().map(|&point| points[point].time as f32).collect();
    let survival: Vec<f32> = knots.iter().map(|&point| points[point].survival.max(1e-12) as f32).collect();
    let (shares, tail_shares) = shares(hazards, &stored, &points, &knots, ticks);
    let at_once_of = |event: &Event| hazards.at_once.get(event).copied().unwrap_or(0.0);
    let causes = stored.iter().enumerate().map(|(index, event)| Cause {
        event: *event,
        at_once: at_once_of(event) as f32,
        shares: shares.iter().map(|shares| shares[index] as f32).collect(),
        tail_share: tail_shares[index] as f32,
    });
    let curve = Curve::new(times, survival, hazards.tail as f32)?;
    let Members { n, events, decided, .. } = *members;
    Ok(Cohort { key, n, events, decided, curve, causes: causes.collect() })
}

/// The most common events, most common first.
fn stored_events(hazards: &Hazards, counts: &Counts) -> Vec<Event> {
    let expected = |event: &Event| -> f64 {
        let later = hazards.by_event.get(event).into_iter().flatten();
        let later: f64 = later.map(|(tick, hazard)| hazard * counts.at_risk[*tick as usize]).sum();
        later + hazards.at_once.get(event).copied().unwrap_or(0.0) * counts.entered
    };
    let mut events: BTreeMap<Event, f64> = BTreeMap::new();
    for event in hazards.by_event.keys().chain(hazards.at_once.keys()) {
        events.insert(*event, expected(event));
    }
    let mut events: Vec<(Event, f64)> = events.into_iter().collect();
    events.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let all: f64 = events.iter().map(|(_, expected)| expected).sum();
    let common = events.iter().take_while(|(_, expected)| *expected >= NEGLIGIBLE * all).count();
    events.truncate(common.clamp(1, MAX_CAUSES));
    events.into_iter().map(|(event, _)| event).collect()
}

/// The points of the product limit up to a tick: before and after the events of each, where enough is lost since the last point
/// to matter for what is worth a knot.
fn points(hazards: &Hazards, counts: &Counts, known: usize, ticks: &Ticks) -> Vec<Point> {
    let total = hazards.total(ticks.times().len());
    let mut survival = 1.0;
    let mut points = vec![Point { time: 0.0, survival, ticks: 0, tolerance: 1.0 }];
    let with_events = || total.iter().enumerate().take(known).filter(|(_, hazard)| **hazard > 0.0);
    let last_tick = with_events().next_back().map(|(tick, _)| tick);
    for (tick, &hazard) in with_events() {
        let tolerance = TOLERANCE.0.max(TOLERANCE.1 / counts.at_risk[tick].max(1.0).sqrt());
        let (from, time) = (ticks.from()[tick], ticks.times()[tick]);
        let before = survival;
        survival *= 1.0 - hazard;
        let last = &points[points.len() - 1];
        let is_little = survival > last.survival * (1.0 - tolerance * FINENESS);
        if is_little && last_tick != Some(tick) {
            continue;
        }
        if from as f32 > last.time as f32 {
            points.push(Point { time: from, survival: before, ticks: tick, tolerance });
        }
        points.push(Point { time, survival, ticks: tick + 1, tolerance });
    }
    points
}

/// The positions of the points that become knots.
fn knots(points: &[Point]) -> Vec<usize> {
    let last = points.len() - 1;
    let mut knots = vec![0];
    if last == 0 {
        return knots;
    }
    knots.push(last);
    let mut stretches = BinaryHeap::from([stretch(points, 0, last)]);
    while let Some(Stretch { error, worst, from, to }) = stretches.pop() {
        if error <= 1.0 || knots.len() >= MAX_KNOTS {
            break;
        }
        knots.push(worst);
        stretches.push(stretch(points, from, worst));
        stretches.push(stretch(points, worst, to));
    }
    knots.sort_unstable();
    knots
}

fn stretch(points: &[Point], from: usize, to: usize) -> Stretch {
    let (a, b) = (&points[from], &points[to]);
    let mut found = Stretch { error: 0.0, worst: from, from, to };
    for (index, point) in points.iter().enumerate().take(to).skip(from + 1) {
        let part = if b.time > a.time { (point.time - a.time) / (b.time - a.time) } else { 0.0 };
        let line = a.survival + (b.survival - a.survival) * part;
        let error = (line - point.survival).abs() / point.survival.max(1e-12) / point.tolerance;
        if error > found.error {
            (found.error, found.worst) = (error, index);
        }
    }
    found
}

/// The share of each stored event in the hazards of each interval between knots, and in the tail.
fn shares(
    hazards: &Hazards,
    stored: &[Event],
    points: &[Point],
    knots: &[usize],
    ticks: &Ticks,
) -> (Vec<Vec<f64>>, Vec<f64>) {
    let intervals = knots.len() - 1;
    let end = points.last().map_or(0.0, |point| point.time);
    let begin = end * (1.0 - TAIL_SHARE);
    // The interval of each tick: the first whose later knot comes after it.
    let ends: Vec<usize> = knots[1..].iter().map(|&knot| points[knot].ticks).collect();
    let mut sums = vec![vec![0.0; stored.len()]; intervals];
    let (mut tail, mut overall) = (vec![0.0; stored.len()], vec![0.0; stored.len()]);
    for (index, event) in stored.iter().enumerate() {
        for (tick, hazard) in hazards.by_event.get(event).into_iter().flatten() {
            let interval = ends.partition_point(|&end| end <= *tick as usize);
            overall[index] += hazard;
            if interval < intervals {
                sums[interval][index] += hazard;
            }
            let time = ticks.times()[*tick as usize];
            if time > begin {
                tail[index] += hazard;
            }
        }
        overall[index] += 1e-12 + hazards.at_once.get(event).copied().unwrap_or(0.0) * 1e-6;
    }
    let overall = normal(overall, None);
    let shares = sums.into_iter().map(|sums| normal(sums, Some(&overall))).collect();
    (shares, normal(tail, Some(&overall)))
}

/// Numbers as shares of their sum; another distribution where the sum is zero.
fn normal(mut numbers: Vec<f64>, otherwise: Option<&[f64]>) -> Vec<f64> {
    let sum: f64 = numbers.iter().sum();
    if sum > 0.0 {
        numbers.iter_mut().for_each(|number| *number /= sum);
        return numbers;
    }
    otherwise.map_or(numbers, <[f64]>::to_vec)
}
