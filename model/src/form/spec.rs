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
    /// Actions that refuse the filing at intake: never a case for an estimate.
    pub rejections: Vec<String>,
    /// HistoryView actions that change nothing.
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
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
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

/// A state of the case that is no milestone of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterimStatus {
    /// Short name, unique among milestones and statuses.
    pub id: String,
    /// What the applicant reads.
    pub label: Label,
    /// Action codes that bring it about.
    pub set_by: Vec<String>,
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
    /// Action codes that begin it.
    pub begins: Vec<String>,
    /// Action codes that end it.
    pub ends: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
    /// When somebody last compared it with its sources.
    pub checked_on: Day,
}
