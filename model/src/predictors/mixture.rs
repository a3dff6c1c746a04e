//! Quantiles of a mixture of curves.
//!
//! Between knots every curve is linear, so the distribution function of a mixture is linear between the knots of all of
//! them. One pass through these knots in the order of time meets every level.

use super::few::Few;
use crate::curve::Curve;
use crate::quantiles::{LEVELS, Quantiles};

/// What is left of a tail at the points between which it is taken as linear, with `-ln` of each.
const TAIL_POINTS: [(f64, f64); 9] = [
    (0.8, 0.223_143_551_314_209_76),
    (0.6, 0.510_825_623_765_990_7),
    (0.43, 0.843_970_070_294_529_4),
    (0.3, 1.203_972_804_325_936),
    (0.2, 1.609_437_912_434_100_3),
    (0.125, 2.079_441_541_679_835_6),
    (0.07, 2.659_260_036_932_778),
    (0.03, 3.506_557_897_319_982),
    (0.005, 5.298_317_366_548_036),
];
/// What is lost before each of these points in units of the tail's hazard.
const TAIL_FALLS: [f64; TAIL_POINTS.len()] = {
    let mut falls = [0.0; TAIL_POINTS.len()];
    let (mut index, mut before) = (0, (1.0, 0.0));
    while index < falls.len() {
        let point = TAIL_POINTS[index];
        falls[index] = (before.0 - point.0) / (point.1 - before.1);
        before = point;
        index += 1;
    }
    falls
};
/// A part with at least this probability decides from when on a quantile rests on an assumption.
const NOTICEABLE: f64 = 0.05;

/// A case that enters a curve at some time with some probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arrival {
    /// Days from now.
    pub(super) at: f64,
    /// The probability.
    pub(super) probability: f64,
}

/// A part of a mixture: a curve with the times at which it is entered, all on one scale of the curve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) curve: &'a Curve,
    /// How long the case has waited now on the scale of the curve.
    pub(super) waited: f64,
    /// The entries, in order of time.
    pub(super) arrivals: &'a [Arrival],
    /// The shares of every arrival that have the event at once, and that follow the curve.
    pub(super) at_once: f64,
    pub(super) later: f64,
    /// The share of the curve's events that count, in each interval and in the tail; all of them if there is none.
    pub(super) shares: Option<(&'a [f32], f32)>,
}

/// Where the pass is in one part.
struct Cursor<'a> {
    part: Part<'a>,
    times: &'a [f32],
    survivals: &'a [f32],
    /// When the present segment ends, in days from now: at the next knot or arrival.
    until: f64,
    /// The probability per day that the part adds now.
    slope: f64,
    /// The position of the knot at which the present segment of the curve ends; beyond the last knot points of the tail follow.
    knot: usize,
    /// The time of that knot and of the next arrival, in days from now.
    knot_at: f64,
    arrival_at: f64,
    /// The survival per day that is lost in the present segment of the curve, and the survival at its end.
    fall: f64,
    left: f64,
    /// The arrivals so far.
    arrived: usize,
    /// The probability of those that arrived for each unit of survival.
    scale: f64,
    /// Beginning of the tail in days from now, and the survival there.
    tail: (f64, f64),
    /// The mean time of the tail, in days.
    tail_days: f64,
}

impl<'a> Cursor<'a> {
    /// A part from its first arrival on; `None` if there is none.
    fn new(part: Part<'a>) -> Option<Self> {
        let first = part.arrivals.first()?.at;
        let curve = part.curve;
        let waited = part.waited + first;
        let knot = curve.knot_after(waited);
        let survival = curve.survival_before_knot(knot, waited);
        let last = curve.survivals().last().copied().map_or(1.0, f64::from);
        let tail = ((curve.end() - part.waited).max(first), last.min(survival));
        let mut cursor = Self {
            part,
            times: curve.times(),
            survivals: curve.survivals(),
            until: first,
            slope: 0.0,
            knot,
            knot_at: first,
            arrival_at: first,
            fall: 0.0,
            left: survival,
            arrived: 0,
            scale: 0.0,
            tail,
            tail_days: 1.0 / f64::from(curve.tail()),
        };
        cursor.set_segment(first);
        Some(cursor)
    }

    /// The probability of those whose curve is not left.
    fn weight(&self) -> f64 {
        self.part.later * self.part.arrivals.iter().map(|arrival| arrival.probability).sum::<f64>()
    }

    /// Sets the segment of the curve that ends at the knot at the present position.
    fn set_segment(&mut self, now: f64) {
        if let (Some(&time), Some(&left)) = (self.times.get(self.knot), self.survivals.get(self.knot)) {
            self.knot_at = (f64::from(time) - self.part.waited).max(now);
            self.left = f64::from(left);
            self.fall = self.part.curve.falls()[self.knot];
        } else {
            self.set_tail_segment(now);
        }
    }

    fn set_tail_segment(&mut self, now: f64) {
        let knots = self.times.len();
        if self.knot >= knots + TAIL_POINTS.len() && self.arrived < self.part.arrivals.len() {
            // Those who arrive so late have the whole tail before them.
            (self.knot, self.tail) = (knots, (now, self.left));
        }
        match TAIL_POINTS.get(self.knot - knots) {
            Some(&(left, time)) => {
                self.knot_at = (self.tail.0 + time * self.tail_days).max(now);
                self.left = self.tail.1 * left;
                self.fall = self.tail.1 * TAIL_FALLS[self.knot - knots] / self.tail_days;
            }
            None => (self.knot_at, self.fall) = (f64::INFINITY, 0.0),
        }
    }

    fn share(&self, interval: usize) -> f64 {
        match self.part.shares {
            None => 1.0,
            Some((shares, tail)) => f64::from(shares.get(interval).copied().unwrap_or(tail)),
        }
    }

    /// Goes over the end of the present segment; returns the probability of the events at exactly that time.
    fn advance(&mut self) -> f64 {
        let now = self.until;
        let mut jump = 0.0;
        while self.knot_at <= now {
            let before = self.left;
            self.knot += 1;
            self.set_segment(now);
            // A jump: the next knot is at the same time.
            if self.knot_at <= now && self.left < before {
                jump += self.scale * (before - self.left) * self.share(self.knot - 1);
            }
        }
        if self.arrival_at <= now {
            jump += self.arrive(now);
        }
        self.until = self.knot_at.min(self.arrival_at);
        self.slope = self.scale * self.fall * self.share(self.knot - 1);
        jump
    }

    /// Lets those arrive whose time has come; returns the probability of those who have the event at once.
    fn arrive(&mut self, now: f64) -> f64 {
        let survival = if self.knot >= self.times.len() {
            // Those who arrive in the tail have the whole tail before them; so have those who are still there.
            self.scale *= self.survival(now);
            (self.knot, self.tail) = (self.times.len(), (now, 1.0));
            self.set_segment(now);
            1.0
        } else {
            self.survival(now)
        };
        let mut at_once = 0.0;
        while let Some(arrival) = self.part.arrivals.get(self.arrived).filter(|arrival| arrival.at <= now) {
            at_once += arrival.probability * self.part.at_once;
            self.scale += arrival.probability * self.part.later / survival;
            self.arrived += 1;
        }
        self.arrival_at = self.part.arrivals.get(self.arrived).map_or(f64::INFINITY, |arrival| arrival.at);
        at_once
    }

    /// The survival at a time of the present segment.
    fn survival(&self, now: f64) -> f64 {
        if self.knot_at.is_finite() { self.left + self.fall * (self.knot_at - now) } else { self.left }
    }
}

/// Quantiles of the time to the event in a mixture whose probabilities sum to 1, and the days for which no noticeable part
/// of it rests on the assumption of a tail.
pub(super) fn quantiles(parts: &[Part<'_>]) -> (Quantiles, f64) {
    let mut known = f64::INFINITY;
    let mut cursors: Few<Cursor<'_>> = Few::new();
    // Where each of them ends its segment: looked through at every step.
    let mut ends: Few<f64> = Few::new();
    for part in parts {
        if let Some(cursor) = Cursor::new(*part) {
            if cursor.weight() >= NOTICEABLE {
                known = known.min(cursor.tail.0);
            }
            ends.push(cursor.until);
            cursors.push(cursor);
        }
    }
    let mut days = [0.0_f32; LEVELS.len()];
    let (mut level, mut now, mut reached, mut slope) = (0, 0.0_f64, 0.0_f64, 0.0_f64);
    while level < LEVELS.len() {
        let mut next = 0;
        let mut until = f64::INFINITY;
        for (index, &end) in ends.iter().enumerate() {
            if end < until {
                (next, until) = (index, end);
            }
        }
        if until == f64::INFINITY {
            break;
        }
        let then = reached + slope * (until - now);
        while level < LEVELS.len() && LEVELS[level] <= then && slope > 0.0 {
            days[level] = (now + (LEVELS[level] - reached) / slope) as f32;
            level += 1;
        }
        (now, reached) = (until, then);
        let cursor = &mut cursors[next];
        let before = cursor.slope;
        reached += cursor.advance();
        ends[next] = cursor.until;
        slope = (slope + cursor.slope - before).max(0.0);
        while level < LEVELS.len() && LEVELS[level] <= reached {
            days[level] = now as f32;
            level += 1;
        }
    }
    for rest in &mut days[level..] {
        *rest = now as f32;
    }
    (Quantiles::from_days(days), known)
}
