//! How fast a line moves: formulas for rates, the pace and the drain time.

use super::parts::Flow;

/// A line's own rate of the last 91 days counts as if this many more turns had been seen at the rate of its share of the stream.
const PRIOR_TURNS: f64 = 10.0;
/// The pace of the last 28 days counts as if this many more turns had been seen at the wider pace.
const PRIOR_PACE: f64 = 30.0;
/// Bounds of the pace.
const PACE: (f64, f64) = (0.4, 2.5);
/// How much of the pace goes into the drain time: a change of pace rarely lasts.
const PACE_EXPONENT: f64 = 0.5;
/// The lowest rate of a stream, in turns a day: a turn in half a year.
const MIN_STREAM_RATE: f64 = 1.0 / 182.0;
/// The lowest rate that a line's share of its stream may be.
const MIN_SHARE_RATE: f64 = 1.0 / 400.0;
/// The lowest rate of a line.
const MIN_LINE_RATE: f64 = 1.0 / 800.0;
/// A line counts for nothing up to this age in days.
const YOUNG: f64 = 60.0;
/// Its part grows over this many more days.
const GROWS: f64 = 364.0;
/// The largest part of a line in the drain time.
const MAX_WEIGHT: f64 = 0.7;
/// Half-life of the turns in a second line, in days.
const READY_HALF_LIFE: f64 = 60.0;
/// A second line's rate counts as if this many more turns had been seen at the form's rate per waiting case.
const PRIOR_READY: f64 = 4.0;

/// The lengths over which turns were seen, in days: 28 and 91, or less where the history is shorter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Windows {
    short: f64,
    long: f64,
    /// The weight of the days of a second line, the newest counting as one.
    ready: f64,
}

impl Windows {
    pub(super) fn new(observed_days: u32) -> Self {
        let observed = f64::from(observed_days);
        let aged = 1.0 - (-observed / READY_HALF_LIFE).exp2();
        Self {
            short: observed.min(28.0),
            long: observed.min(91.0),
            ready: READY_HALF_LIFE / std::f64::consts::LN_2 * aged,
        }
    }

    /// Turns per day of a stream or a whole form.
    pub(super) fn stream_rate(self, flow: Flow) -> f64 {
        self.raw_rate(flow).max(MIN_STREAM_RATE)
    }

    fn raw_rate(self, flow: Flow) -> f64 {
        f64::from(flow.turns[1]) / self.long
    }

    /// Arrivals per day.
    pub(super) fn arrival_rate(self, flow: Flow) -> f64 {
        f64::from(flow.arrivals[1]) / self.long
    }

    /// Turns per day of a line, which leans on its share of the stream where it has few of its own.
    pub(super) fn line_rate(self, line: (Flow, u32), stream: (Flow, u32)) -> f64 {
        let size = |(flow, waiting): (Flow, u32)| f64::from(waiting) + f64::from(flow.turns[2]) + 1.0;
        let share = size(line) / size(stream);
        let expected = (share * self.raw_rate(stream.0)).max(MIN_SHARE_RATE);
        let rate = (f64::from(line.0.turns[1]) + PRIOR_TURNS) / (self.long + PRIOR_TURNS / expected);
        rate.max(MIN_LINE_RATE)
    }

    /// Turns per day in the last 28 days as a multiple of those in the last 91, leaning on a wider pace. Not yet bounded.
    pub(super) fn pace(self, flow: Flow, wider: f64) -> f64 {
        let short = f64::from(flow.turns[0]) * 28.0 / self.short;
        let long = 28.0 * self.raw_rate(flow);
        (short + PRIOR_PACE * wider) / (long + PRIOR_PACE)
    }

    /// Turns per day of a second line with `waiting` cases, where the form's second lines have `all_waiting` cases and
    /// `all_called` weighted turns.
    pub(super) fn ready_rate(self, called: f64, waiting: f64, all_called: f64, all_waiting: f64) -> f64 {
        let per_case = all_called / self.ready / all_waiting.max(1.0);
        (called + PRIOR_READY) / (self.ready + PRIOR_READY / (per_case * waiting).max(1e-3))
    }
}

/// A pace within its bounds.
pub(super) fn bounded(pace: f64) -> f64 {
    pace.clamp(PACE.0, PACE.1)
}

/// The days in which a line gets rid of what is ahead, with the case itself as half a case.
pub(super) fn drain(ahead: f64, a_day: f64) -> f64 {
    (ahead + 0.5) / a_day
}

/// The part that a line of this age in days has in the drain time; its stream has the rest.
pub(super) fn weight(age: i32) -> f64 {
    MAX_WEIGHT * ((f64::from(age) - YOUNG) / GROWS).clamp(0.0, 1.0)
}

/// The drain time of a case: the geometric mean of its line's and its stream's, at the present pace.
pub(super) fn mixed(line: f64, stream: f64, weight: f64, pace: f64) -> f64 {
    (weight * line.ln() + (1.0 - weight) * stream.ln() - PACE_EXPONENT * pace.ln()).exp()
}
