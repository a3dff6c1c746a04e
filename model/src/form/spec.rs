//! A form definition as somebody wrote it: in a TOML file or in the header of an artifact. Nothing is checked yet.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// A text in the languages that applicants read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

/// What a form's cases pass through, in force from one day until the next definition begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    /// Name of the form, for example `I-485`.
    pub form: String,
    /// What the form is called.
    pub title: Label,
    /// First day on which this definition holds.
    pub from: Day,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
    /// Where it was read.
    pub source: Vec<String>,
    /// Attributes of a case that are known at receipt and used.
    pub attributes: Vec<FormAttribute>,
    /// The steps that the applicant sees, in order.
    pub milestones: Vec<Milestone>,
    /// States between milestones.
    pub statuses: Vec<InterimStatus>,
    /// What stops the clock.
    pub pauses: Vec<Pause>,
    /// How a case can be decided; a deciding action without an outcome here has one of its own name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<OutcomeSpec>,
    /// What the agency asks of the applicant, with the time to answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestSpec>,
    /// What the applicant has to go to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appointments: Vec<AppointmentSpec>,
    /// What the applicant has to do without being sent a request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskSpec>,
    /// How cases wait for an officer. Without it every queue is one line, and the decision is the turn of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineSpec>,
    /// Actions that refuse the filing at intake: never a case for an estimate.
    pub rejections: Vec<String>,
    /// Known actions that change nothing.
    pub notices: Vec<String>,
}

/// An attribute known at receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormAttribute {
    /// Column name in a history.
    pub name: String,
    /// What the applicant reads.
    pub label: Label,
    /// Whether cases with the same value wait in the same queue. Queue attributes refine each other in order.
    pub queue: bool,
    /// What sort of thing it says.
    #[serde(default, skip_serializing_if = "AttributeKind::is_other")]
    pub kind: AttributeKind,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// What sort of thing an attribute says, for programs that treat it in a special way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttributeKind {
    /// Where the filing was received: the first three letters of a receipt number.
    Center,
    /// The office that works on the case.
    Office,
    /// The group of cases that the agency counts it with.
    Category,
    /// Anything else.
    #[default]
    Other,
}

impl AttributeKind {
    fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// A step that the applicant sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Short name, unique in the form.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// Action codes that reach it.
    pub reached_by: Vec<String>,
    /// For the decision: action codes that show that it was made although it was not recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<String>,
    /// For the decision: those of its actions after which no step follows, for example `denied`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closes: Vec<String>,
    /// Milestones after which it may come; none for the first.
    pub follows: Vec<String>,
    /// Whether a case may end without it.
    #[serde(default)]
    pub optional: bool,
    /// Whether it may be reached more than once.
    #[serde(default)]
    pub repeats: bool,
    /// Whether it is the decision.
    #[serde(default)]
    pub decision: bool,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// A state of the case that is not a milestone of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterimStatus {
    /// Short name, unique among milestones and statuses.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// Action codes that bring it about.
    pub set_by: Vec<String>,
    /// Whether those actions make a decided case pending again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reopens: bool,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// What stops the clock: while it lasts there is no estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Short name: the status of an estimate while the pause lasts.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// What stops the clock.
    #[serde(default, skip_serializing_if = "PauseKind::is_other")]
    pub kind: PauseKind,
    /// Action codes that begin it.
    pub begins: Vec<String>,
    /// Action codes that end it.
    pub ends: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// What stops a clock, for programs that treat it in a special way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PauseKind {
    /// The agency set the case aside.
    Hold,
    /// No visa number is available.
    Visa,
    /// Anything else.
    #[default]
    Other,
}

impl PauseKind {
    fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// A way in which a case is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeSpec {
    /// Short name: the outcome of an estimate for a decided case.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// Action codes of the decision that have this outcome.
    pub decided_by: Vec<String>,
    /// Whether the signs of a decision mean this outcome.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shown_by_signs: bool,
    /// Whether signs of a decision that come after it show that it was another one. Otherwise the record is believed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub yields_to_signs: bool,
    /// The outcomes that it takes the place of when it comes after them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// On whom the case waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Awaits {
    /// The person who filed it.
    Applicant,
}

/// Something that the agency asks of the applicant in writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestSpec {
    /// Short name, unique in the form.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// On whom the case waits while the request is open.
    pub awaits: Awaits,
    /// Action codes that send it.
    pub sent_by: Vec<String>,
    /// Action codes that show the answer.
    pub answered_by: Vec<String>,
    /// Days to answer, at most, from the day of the request.
    pub response_days: u16,
    /// Days more where the request came by mail.
    pub mail_days: u16,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// Something that the applicant has to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentSpec {
    /// Short name, unique in the form.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// Action codes that give it a day.
    pub scheduled_by: Vec<String>,
    /// Action codes that give it another day: the one before does not hold any more, even if the new one is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rescheduled_by: Vec<String>,
    /// The milestone that a case reaches when the applicant comes.
    pub kept: String,
    /// Action codes that take its day away: the agency will set another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled_by: Vec<String>,
    /// Action codes that say that none is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_needed_by: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

impl AppointmentSpec {
    /// The action codes that announce it.
    pub fn notices(&self) -> impl Iterator<Item = &String> {
        self.scheduled_by.iter().chain(&self.rescheduled_by)
    }
}

/// Something that the applicant has to do without being sent a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// Short name, unique in the form.
    pub id: String,
    /// What the applicant reads: what to do.
    pub label: Label,
    /// On whom the case waits until it is done.
    pub awaits: Awaits,
    /// Action codes that begin it.
    pub begun_by: Vec<String>,
    /// Action codes that show that it is settled.
    pub ended_by: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}

/// How cases wait for an officer.
///
/// Cases whose queue attributes agree, center and office aside, form a stream. The attributes named here divide a
/// stream into lines, each served at its own pace. A case waits in its line until its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// The queue attributes, of kind center or office, that divide a stream into lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divided_by: Vec<String>,
    /// Action codes that show that an officer took the case up. The decision shows it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<String>,
    /// Action codes after which the case does not wait for its turn in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expedited_by: Vec<String>,
    /// Action codes that put the case in the second line: it is ready for an appointment that its office schedules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ready_by: Vec<String>,
    /// The appointment that the second line waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_for: Option<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}
