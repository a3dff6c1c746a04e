//! The two times of an estimate: quantiles with their dates, probabilities by a day, and the curve.

use model::{AsOf, Day, FormDefinition, LEVELS, MilestoneId, Moment, NextStep, Quantiles, RemainingTime};
use serde::Serialize;

const MICROS_PER_DAY: f64 = 86_400_000_000.0;
/// A quantile is a number of 24 bits: what it says below a thousandth of a day means nothing.
const THOUSANDTHS: f64 = 1_000.0;
/// The days within which a decision may come.
const WITHIN: [u32; 4] = [30, 90, 180, 365];

/// A quantile of a remaining time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuantileRow {
    /// The probability that the event has come by then.
    pub level: f64,
    /// Days from the as-of time.
    pub days: f32,
    /// The day (UTC) on which they end; `None` after 2199.
    pub on: Option<Day>,
}

/// On which side of a probability the truth lies, where an estimate does not say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The probability is at most this.
    AtMost,
    /// The probability is at least this.
    AtLeast,
}

/// The probability that the decision comes within some days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WithinDays {
    /// Days from the as-of time.
    pub days: u32,
    /// The probability, between the outermost levels of an estimate: 0.05 and 0.95.
    pub probability: f64,
    /// Set where the days lie outside the outermost quantiles.
    pub bound: Option<Bound>,
}

/// A share that falls over time, as points to be joined by straight lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareCurve {
    /// Days from the as-of time.
    pub days: Vec<f32>,
    /// The probability that the case is still undecided then.
    pub share_undecided: Vec<f64>,
}

/// What is said of the decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedDecision {
    /// All quantiles of the estimate.
    pub quantiles: Vec<QuantileRow>,
    /// The probability of a decision within 30, 90, 180 and 365 days.
    pub within: Vec<WithinDays>,
    /// Days from the as-of time up to which the history shows decisions. Later quantiles rest on the tail's assumption.
    pub known_for_days: f64,
    /// The day on which these days end; `None` after 2199, where no noticeable part rests on an assumption.
    pub known_until: Option<Day>,
    /// Whether the median is later than that.
    pub beyond_data: bool,
    /// The quantiles as a curve: from all cases undecided now to one in twenty.
    pub curve: ShareCurve,
}

impl ExplainedDecision {
    pub(super) fn new(decision: &RemainingTime, as_of: AsOf) -> Self {
        let time = &decision.time;
        let known_for_days = decision.known_for.get();
        // The levels mirror each other.
        let shares = LEVELS.iter().rev().copied();
        Self {
            quantiles: rows(time, as_of),
            within: WITHIN.iter().map(|&days| within(time, days)).collect(),
            known_for_days,
            known_until: day_after(as_of, known_for_days),
            beyond_data: decision.is_beyond_history(),
            curve: ShareCurve {
                days: std::iter::once(0.0).chain(time.days().iter().copied()).collect(),
                share_undecided: std::iter::once(1.0).chain(shares).collect(),
            },
        }
    }
}

/// A step that may come next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LikelyStep {
    /// Id of the milestone.
    pub milestone: String,
    /// Its name in English.
    pub label: String,
    /// The probability that it is the next one, whenever it comes.
    pub probability: f32,
}

/// What is said of the next step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedNextStep {
    /// Every step that may come, the likeliest first.
    pub events: Vec<LikelyStep>,
    /// The quantiles of the time to the next step of any kind.
    pub quantiles: Vec<QuantileRow>,
}

impl ExplainedNextStep {
    pub(super) fn new(
        form: &FormDefinition,
        step: &NextStep,
        events: &[(MilestoneId, f32)],
        as_of: AsOf,
    ) -> Self {
        let event = |&(milestone, probability): &(MilestoneId, f32)| {
            let milestone = form.milestone(milestone);
            LikelyStep { milestone: milestone.id.clone(), label: milestone.label.en.clone(), probability }
        };
        Self { events: events.iter().map(event).collect(), quantiles: rows(&step.time, as_of) }
    }
}

fn rows(time: &Quantiles, as_of: AsOf) -> Vec<QuantileRow> {
    let row = |(&level, &days): (&f64, &f32)| QuantileRow { level, days, on: day_after(as_of, days.into()) };
    LEVELS.iter().zip(time.days()).map(row).collect()
}

/// The day on which some days from an as-of time end, if it is in the calendar.
fn day_after(as_of: AsOf, days: f64) -> Option<Day> {
    let days = (days * THOUSANDTHS).round() / THOUSANDTHS;
    let micros = as_of.moment().epoch_micros() as f64 + days * MICROS_PER_DAY;
    Moment::from_epoch_micros(micros as i64).ok().map(Moment::day)
}

fn within(time: &Quantiles, days: u32) -> WithinDays {
    let [first, last] = [0, LEVELS.len() - 1].map(|level| (f64::from(time.days()[level]), LEVELS[level]));
    let at = f64::from(days);
    let (probability, bound) = if at < first.0 {
        (first.1, Some(Bound::AtMost))
    } else if at >= last.0 {
        (last.1, Some(Bound::AtLeast))
    } else {
        (1.0 - time.survival(at), None)
    };
    WithinDays { days, probability, bound }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_on_a_day_of_the_calendar() {
        let on = |as_of: &str, days: f64| {
            day_after(AsOf::parse(as_of).unwrap(), days).map_or("never".to_owned(), |day| day.to_string())
        };
        assert_eq!(on("2022-06-30", 0.0), "2022-06-30");
        assert_eq!(on("2022-06-30", 0.2), "2022-07-01");
        assert_eq!(on("2022-06-30", f64::from(31.000_002_f32)), "2022-07-31");
        assert_eq!(on("2022-06-30T12:00:00Z", 0.4), "2022-06-30");
        assert_eq!(on("2022-06-30T12:00:00Z", 0.6), "2022-07-01");
        assert_eq!(on("2022-06-30", 1e6), "never");
    }

    #[test]
    fn outside_the_outermost_quantiles_a_probability_is_a_bound() {
        let time = Quantiles::from_days(LEVELS.map(|level| 1_000.0 * level as f32));
        let row = |days| (within(&time, days).probability, within(&time, days).bound);
        assert_eq!(row(30), (0.05, Some(Bound::AtMost)));
        assert_eq!(row(950), (0.95, Some(Bound::AtLeast)));
        let (probability, bound) = row(365);
        assert!((probability - 0.365).abs() < 1e-6 && bound.is_none(), "{probability}");
    }
}
