//! What can be wrong with a form definition.

use thiserror::Error;

/// What is wrong with a form definition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormError {
    /// A name is empty, too long, or has characters that names do not have.
    #[error("{what} `{name}`: a name has 1 to 128 printable characters and no space at either end")]
    BadName {
        /// Kind of thing that is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A label is empty in a language.
    #[error("{what} `{name}` has no label in {language}; write one")]
    NoLabel {
        /// Kind of thing that is labelled.
        what: &'static str,
        /// Its name.
        name: String,
        /// `English` or `Spanish`.
        language: &'static str,
    },
    /// A fact without a source.
    #[error("{what} `{name}` names no source; write where it was read")]
    NoSource {
        /// Kind of fact.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The name of a pause is the status of an estimate while the pause lasts, and estimates have a status of that name.
    #[error("pause `{name}`: estimates have a status of this name that means something else; choose another")]
    ReservedPause {
        /// Name of the pause.
        name: String,
    },
    /// Two things have one name.
    #[error("duplicate {what} `{name}`; keep one")]
    Duplicate {
        /// Kind of thing.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// An action with two meanings.
    #[error("action `{action}` does two things ({first}, {second}); keep one")]
    ActionTwice {
        /// The action code.
        action: String,
        /// What it does first.
        first: String,
        /// What it does as well.
        second: String,
    },
    /// A milestone follows one that is not there.
    #[error("milestone `{milestone}` follows `{missing}`, which is not a milestone of this form")]
    UnknownPredecessor {
        /// The milestone.
        milestone: String,
        /// What it says it follows.
        missing: String,
    },
    /// Not exactly one first milestone.
    #[error("{count} milestones follow nothing ({names}); exactly one, the receipt, may")]
    Starts {
        /// How many.
        count: usize,
        /// Which.
        names: String,
    },
    /// Not exactly one decision.
    #[error("{count} milestones are the decision ({names}); mark exactly one with `decision = true`")]
    Decisions {
        /// How many.
        count: usize,
        /// Which.
        names: String,
    },
    /// Milestones that follow each other in a circle.
    #[error(
        "milestones follow each other in a circle: {circle}; a step that comes again is marked `repeats = true`"
    )]
    Cycle {
        /// The circle.
        circle: String,
    },
    /// A milestone that no case can reach from the first.
    #[error("milestone `{milestone}` cannot be reached from `{start}`")]
    Unreachable {
        /// The milestone.
        milestone: String,
        /// The first milestone.
        start: String,
    },
    /// A milestone listed before one that it follows.
    #[error("milestone `{milestone}` is listed before `{earlier}`, which it follows; list them in order")]
    OutOfOrder {
        /// The milestone.
        milestone: String,
        /// What it follows.
        earlier: String,
    },
    /// A milestone that no action reaches.
    #[error("no action reaches milestone `{milestone}`; list one in `reached_by`")]
    NoAction {
        /// The milestone.
        milestone: String,
    },
    /// Signs of the decision on another milestone.
    #[error("milestone `{milestone}` lists signs, but only the decision has signs")]
    SignsElsewhere {
        /// The milestone.
        milestone: String,
    },
    /// A closing action that is not a decision.
    #[error("milestone `{milestone}` closes with `{action}`, which does not reach it as the decision")]
    ClosesElsewhere {
        /// The milestone.
        milestone: String,
        /// The action.
        action: String,
    },
    /// More of something than the format holds.
    #[error("{count} {what}; at most {max} are allowed")]
    TooMany {
        /// Kind of thing.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A request, appointment or task names an action that the form gives no meaning.
    #[error(
        "{what} `{name}` names the action `{action}`, which the form does not list; add it to a milestone, status or notice"
    )]
    UnlistedAction {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// The action.
        action: String,
    },
    /// A request, appointment, task or outcome without an action that brings it about or ends it.
    #[error("{what} `{name}` lists no action in `{key}`; list one")]
    NoActionIn {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// The list that is empty.
        key: &'static str,
    },
    /// A length of time outside its range.
    #[error("request `{name}`: {key} is {days}; write {min} to {max} days")]
    DaysOutOfRange {
        /// Name of the request.
        name: String,
        /// Which length.
        key: &'static str,
        /// What was written.
        days: u16,
        /// The shortest.
        min: u16,
        /// The longest.
        max: u16,
    },
    /// An appointment is kept with a milestone that the form does not have.
    #[error("appointment `{name}` is kept with `{milestone}`, which is not a milestone of this form")]
    UnknownKept {
        /// Name of the appointment.
        name: String,
        /// The milestone.
        milestone: String,
    },
    /// An appointment is scheduled by the action that keeps it.
    #[error(
        "appointment `{name}`: `{action}` schedules it and reaches `{milestone}`, with which it is kept; keep one"
    )]
    KeptByItsNotice {
        /// Name of the appointment.
        name: String,
        /// The action.
        action: String,
        /// The milestone.
        milestone: String,
    },
    /// An outcome of an action that does not decide.
    #[error("outcome `{outcome}` names the action `{action}`, which does not reach the decision")]
    OutcomeElsewhere {
        /// The outcome.
        outcome: String,
        /// The action.
        action: String,
    },
    /// An outcome replaces one that is not listed, or itself.
    #[error("outcome `{outcome}` replaces `{replaced}`, which is not another outcome of this form")]
    UnknownReplaced {
        /// The outcome.
        outcome: String,
        /// What it says it replaces.
        replaced: String,
    },
    /// Signs of a decision whose outcome is not clear.
    #[error("{count} outcomes are shown by signs ({names}); mark exactly one with `shown_by_signs = true`")]
    SignOutcomes {
        /// How many.
        count: usize,
        /// Which.
        names: String,
    },
    /// Lines are divided by something that does not divide them.
    #[error(
        "line: `divided_by` names `{attribute}`, which is not a queue attribute of kind `center` or `office` of this form"
    )]
    LineAttribute {
        /// What was written.
        attribute: String,
    },
    /// An action in a list of the line that the form gives no meaning.
    #[error(
        "line: `{key}` names the action `{action}`, which the form does not list; add it to a milestone, status or notice"
    )]
    LineAction {
        /// The list.
        key: &'static str,
        /// The action.
        action: String,
    },
    /// The receipt or a refusal at intake in a list of the line.
    #[error("line: `{key}` names the action `{action}`, with which no case waits in line; remove it there")]
    NotInLine {
        /// The list.
        key: &'static str,
        /// The action.
        action: String,
    },
    /// The second line waits for an appointment that the form does not have.
    #[error("line: `ready_for` is `{appointment}`, which is not an appointment of this form")]
    UnknownReadyFor {
        /// What was written.
        appointment: String,
    },
    /// Half of a second line.
    #[error("line: `ready_by` and `ready_for` belong together; write `{missing}` too, or remove the other")]
    HalfReady {
        /// What is missing.
        missing: &'static str,
    },
}
