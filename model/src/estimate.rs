//! What a model says about a case.

use crate::curve::Quantiles;
use crate::form::MilestoneId;
use crate::time::Days;

/// There is an estimate.
const ESTIMATED: &str = "estimated";
/// The case is decided.
const DECIDED: &str = "decided";
/// The filing was refused at intake.
const REJECTED_AT_INTAKE: &str = "rejected_at_intake";
/// Fewer cases like it were decided than an estimate needs.
const TOO_FEW_SIMILAR_CASES: &str = "too_few_similar_cases";
/// The form has no model.
pub const UNSUPPORTED_FORM: &str = "unsupported_form";
/// The case had not been received at the as-of time.
pub const NOT_RECEIVED: &str = "not_yet_received";
/// The as-of time is earlier than the training of the form's model, which has seen what came between.
pub const MODEL_TRAINED_LATER: &str = "model_trained_later";
/// The case is not one that can be asked about: an answer says what is wrong with it.
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

/// Whether there is an estimate, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status<'a> {
    /// There is one.
    Estimated,
    /// The case is decided.
    Decided,
    /// The filing was refused at intake.
    RejectedAtIntake,
    /// The clock is stopped; the name is the pause's in the form definition.
    Paused(&'a str),
    /// Fewer cases like it were decided than an estimate needs.
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

/// On which cases an estimate rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// How many queue attributes the cohort shares with the case.
    pub queue_depth: usize,
    /// Whether the cohort is of the case's own state.
    pub same_state: bool,
    /// Cases (or visits to the state) that were followed.
    pub followed: u32,
    /// In how many of them it happened.
    pub happened: u32,
}

/// The step that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextStep {
    /// The likeliest next milestone.
    pub milestone: MilestoneId,
    /// The chance that it is the next one, whenever it comes.
    pub probability: f32,
    /// Time to the next milestone, whichever it is.
    pub time: Quantiles,
}

/// The time to the decision with its basis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecisionTime {
    /// Time to the decision.
    pub time: Quantiles,
    /// On which cases it rests.
    pub basis: Basis,
    /// From now to the longest wait after which the history shows a decision; what lies beyond it, all of it if this
    /// is zero, is the tail's assumption and nobody's experience.
    pub known_for: Days,
}

/// Both distributions for a case at an as-of time, or the reason why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate<'a> {
    /// Whether there is an estimate.
    pub status: Status<'a>,
    /// The decision; only while the case is pending.
    pub decision: Option<DecisionTime>,
    /// The next step; after the decision too, where the form has one.
    pub next_step: Option<NextStep>,
}
