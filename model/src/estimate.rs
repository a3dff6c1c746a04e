//! What a model says about a case: the estimate, its status, and the cases on which it rests.

use crate::features::Queue;
use crate::form::{MilestoneId, StateId};
use crate::quantiles::Quantiles;
use crate::time::Days;

/// There is an estimate.
const ESTIMATED: &str = "estimated";
/// The case is decided.
const DECIDED: &str = "decided";
/// The filing was refused at intake.
const REJECTED_AT_INTAKE: &str = "rejected_at_intake";
/// Fewer similar cases were decided than an estimate needs.
const TOO_FEW_SIMILAR_CASES: &str = "too_few_similar_cases";
/// The form has no model.
pub const UNSUPPORTED_FORM: &str = "unsupported_form";
/// The case had not been received at the as-of time.
pub const NOT_RECEIVED: &str = "not_yet_received";
/// The as-of time is earlier than the training of the form's model, which has learned from what came between.
pub const MODEL_TRAINED_LATER: &str = "model_trained_later";
/// The case as described cannot be estimated; the answer says what is wrong with it.
pub const PROBLEM: &str = "problem";

/// Every status but the pauses, which the form definition names.
pub const STATUS_WORDS: [&str; 8] = [
    ESTIMATED,
    DECIDED,
    REJECTED_AT_INTAKE,
    TOO_FEW_SIMILAR_CASES,
    UNSUPPORTED_FORM,
    NOT_RECEIVED,
    MODEL_TRAINED_LATER,
    PROBLEM,
];

/// Fewer events than this, in the form or in the state that a reopened case is in, support no estimate.
pub const MIN_SIMILAR_CASES: u32 = 30;

/// Whether there is an estimate, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status<'a> {
    /// There is an estimate.
    Estimated,
    /// The case is decided.
    Decided,
    /// The filing was refused at intake.
    RejectedAtIntake,
    /// The clock is stopped; the name is the pause's in the form definition.
    Paused(&'a str),
    /// Fewer similar cases were decided than an estimate needs.
    TooFewSimilarCases,
}

impl Status<'_> {
    /// The status as every output writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Estimated => ESTIMATED,
            Self::Decided => DECIDED,
            Self::RejectedAtIntake => REJECTED_AT_INTAKE,
            Self::Paused(pause) => pause,
            Self::TooFewSimilarCases => TOO_FEW_SIMILAR_CASES,
        }
    }
}

/// The cases on which an estimate rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The queue attributes that these cases share with the case.
    pub queue: Queue,
    /// The state that these cases were in; `None` for cases of any state. It is the case's last step, and not its own state,
    /// where too few cases were ever in its own state.
    pub state: Option<StateId>,
    /// These cases.
    pub n: u32,
    /// Those of them that were decided.
    pub events: u32,
}

/// The time that remains until an event, and the cases on which it rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RemainingTime {
    /// Quantiles, in days from the as-of time.
    pub time: Quantiles,
    /// The cases on which it rests.
    pub basis: Basis,
    /// From the as-of time to the longest wait after which the history shows an event. Beyond it the quantiles are the
    /// tail's assumption; all of them are if this is zero.
    pub known_for: Days,
}

impl RemainingTime {
    /// Whether the median lies beyond what the history can show, so that it rests on the tail's assumption.
    #[must_use]
    pub fn is_beyond_history(&self) -> bool {
        self.known_for <= Days::ZERO || f64::from(self.time.at(0.5)) > self.known_for.get()
    }
}

/// The step that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextStep {
    /// The most likely next milestone.
    pub milestone: MilestoneId,
    /// The probability that it is the next one, whenever it comes.
    pub probability: f32,
    /// Time to the next milestone of any kind.
    pub time: Quantiles,
}

/// Both times of a case at an as-of time, or the reason why there are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate<'a> {
    /// Whether there is an estimate.
    pub status: Status<'a>,
    /// The time to the decision; only while the case is pending.
    pub decision: Option<RemainingTime>,
    /// The next step; after the decision too, where the form has one.
    pub next_step: Option<NextStep>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_beyond_the_history_where_no_case_waited_as_long() {
        let basis = Basis { queue: Queue::default(), state: None, n: 50, events: 40 };
        let is_beyond = |median: f32, known_for: f64| {
            let known_for = Days::new(known_for).unwrap();
            RemainingTime { time: Quantiles::known(median), basis, known_for }.is_beyond_history()
        };
        assert!(!is_beyond(10.0, 10.0) && is_beyond(10.1, 10.0));
        assert!(!is_beyond(0.0, 1.0));
        assert!(is_beyond(0.0, 0.0), "the history shows no wait as long as the one so far");
    }
}
