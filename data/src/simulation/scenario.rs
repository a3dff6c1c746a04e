//! A scenario as somebody wrote it: which cases come, who works on them, and what goes wrong. Nothing is checked yet.
//!
//! Shares are between 0 and 1, times in days, paces in months of a twelfth of 365.25 days, and whatever is given by fiscal year
//! (1 October to 30 September, named by the year in which it ends) or by its quarters (`2022Q1` begins in October 2021)
//! holds in the middle and is linear between.

use std::collections::BTreeMap;

use model::Day;
use serde::Deserialize;
use toml::Spanned;

/// The file of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// What the scenario is called.
    pub name: String,
    /// What happens in it, for a reader.
    pub about: String,
    /// The scenario that this one changes; it then has no forms of its own.
    #[serde(default)]
    pub base: Option<Spanned<String>>,
    /// What the ids of sources mean.
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
    /// Whether nothing changes over the years: receipts and paces stay as they are in the middle of the record.
    #[serde(default)]
    pub steady: bool,
    /// When what begins and ends.
    #[serde(default)]
    pub calendar: Option<CalendarDraft>,
    /// How receipts differ between days.
    #[serde(default)]
    pub rhythm: Option<Rhythm>,
    /// How capacity varies by itself.
    #[serde(default)]
    pub staffing: Option<Staffing>,
    /// What the record gets wrong.
    #[serde(default)]
    pub record: Option<Record>,
    /// Field offices, with the application support center of the same city.
    #[serde(default)]
    pub offices: Vec<OfficeDraft>,
    /// The worlds of the forms.
    #[serde(default)]
    pub forms: Vec<FormWorld>,
    /// What happens to them.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// When what begins and ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDraft {
    /// The world begins, empty.
    pub begins: Spanned<Day>,
    /// The record begins: of cases that were there before, only what happens from then on is known.
    pub recorded_from: Spanned<Day>,
    /// The record ends.
    pub extracted_on: Spanned<Day>,
    /// The world ends; what is not over by then never ends.
    pub ends: Spanned<Day>,
}

/// How receipts differ between days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Weights of the days of a week, from Monday.
    pub weekdays: [f64; 7],
    /// Weights of the months of a year, from January.
    pub months: [f64; 12],
}

/// How capacity varies by itself.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staffing {
    /// Standard deviation of what hiring, attrition and absence change from one week to the next, as a share.
    pub weekly_change: f64,
    /// Share of such a change that is still there after a week.
    pub persistence: f64,
    /// Share of a backlog or an advance that is planned away within four weeks.
    pub catching_up: f64,
}

/// What the record gets wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Share of actions that are dated later than they happened.
    pub late: Spanned<f64>,
    /// By how many days, at the median.
    pub late_days: f64,
    /// Share of actions of a code that are never recorded.
    pub missing: BTreeMap<String, Spanned<f64>>,
    /// Codes of centers that become another on a day: the cases received from then on carry the new one.
    #[serde(default)]
    pub merges: Vec<Merge>,
}

/// Centers that become one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Their codes.
    pub from: Vec<String>,
    /// The code of what they become.
    pub into: String,
    /// The first day of the new code.
    pub on: Day,
}

/// A field office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeDraft {
    /// Its code.
    pub code: String,
    /// Its share of all receipts.
    pub share: Spanned<f64>,
    /// How long a case takes here, against the mean of all offices.
    pub slowness: f64,
}

/// The world of one form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormWorld {
    /// Name of the form.
    pub form: Spanned<String>,
    /// Share that is refused at intake.
    pub rejected: Spanned<f64>,
    /// What a case goes through before its decision.
    pub steps: Vec<Step>,
    /// What follows an approval.
    pub after_approval: After,
    /// How the cases of a stream go that does not say otherwise.
    #[serde(default)]
    pub usual: Habits,
    /// Groups of cases that are worked on by people of their own.
    pub streams: Vec<Stream>,
}

/// One of the steps before a decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which.
    pub step: Spanned<StepKind>,
    /// Steps that it waits for.
    #[serde(default)]
    pub after: Vec<Spanned<StepKind>>,
    /// Days that it takes at the median, besides waiting for its turn.
    #[serde(default)]
    pub days: f64,
    /// Spread of these days: standard deviation of their logarithm.
    #[serde(default)]
    pub spread: f64,
}

/// The kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The lockbox opens the filing and a center takes it in.
    Intake,
    /// Biometrics are scheduled and taken, or used again.
    Biometrics,
    /// An officer of the center reviews the case.
    Review,
    /// A field office interviews the applicant.
    Interview,
}

/// What follows an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// Nothing.
    Nothing,
    /// A card is produced, mailed, delivered, or returned.
    Card,
    /// A document is produced and mailed.
    Document,
    /// The oath is scheduled and taken.
    Oath,
    /// Some cases are sent to the Department of State.
    StateDepartment,
}

/// A group of cases that are worked on by people of their own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// What it is called.
    pub name: String,
    /// Attributes that its cases share.
    pub attributes: BTreeMap<String, String>,
    /// Receipts a year, by fiscal year.
    pub receipts: BTreeMap<String, Spanned<f64>>,
    /// Months from the receipt to the turn of a case, by fiscal year: what the agency staffs for.
    pub pace: BTreeMap<String, Spanned<f64>>,
    /// Centers with their shares of the receipts.
    pub centers: BTreeMap<String, Spanned<f64>>,
    /// How long a case takes at a center, against the pace.
    #[serde(default)]
    pub slowness: BTreeMap<String, Spanned<f64>>,
    /// Turns a week at all centers together, in cases of the simulation, instead of those that the pace needs.
    #[serde(default)]
    pub capacity_a_week: Option<Spanned<f64>>,
    /// How its cases go, where that differs from what is usual in the form.
    #[serde(default)]
    pub but: Habits,
    /// Share with premium processing, and its limit in business days.
    #[serde(default)]
    pub premium: Option<Premium>,
    /// Share with an interview.
    #[serde(default)]
    pub interview: Option<Spanned<f64>>,
    /// Working days between two batches of decisions; 1 if every day is one.
    #[serde(default)]
    pub batch_days: Option<u16>,
    /// Where the numbers come from; `ASSUMPTION` for those that no source says.
    pub source: Spanned<Vec<String>>,
}

/// Premium processing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Premium {
    /// The share of cases that pay for it.
    pub share: Spanned<f64>,
    /// The limit.
    pub business_days: u16,
}

/// Something that happens to the world.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What changes.
    pub what: What,
    /// In which form; all if none is named.
    #[serde(default)]
    pub form: Option<Spanned<String>>,
    /// For which cases: values of attributes.
    #[serde(default)]
    pub cases: BTreeMap<String, String>,
    /// At which center or field office.
    #[serde(default)]
    pub office: Option<Spanned<String>>,
    /// First day.
    pub from: Spanned<Day>,
    /// Last day; it stays if none is named.
    #[serde(default)]
    pub until: Option<Spanned<Day>>,
    /// At which step, for a change of capacity: at all of them if none is named.
    #[serde(default)]
    pub step: Option<Spanned<StepKind>>,
    /// By which factor, or to which share.
    #[serde(default)]
    pub to: Option<Spanned<f64>>,
    /// Whether the agency plans its capacity by it.
    #[serde(default)]
    pub planned: bool,
    /// Where it was read; `ASSUMPTION` if no source says it.
    pub source: Spanned<Vec<String>>,
}

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Receipts, by a factor.
    Receipts,
    /// Capacity, by a factor; 0 closes an office.
    Capacity,
    /// The share of biometrics that are used again.
    Reused,
    /// The share of interviews.
    Interviews,
    /// The share of requests for evidence.
    Evidence,
    /// Cases are put on hold; they go on when it ends.
    Hold,
    /// No visa numbers are available.
    VisaUnavailable,
}

/// How cases go.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// Days by which a turn may come sooner or later than first in, first out: a standard deviation.
    pub jitter_days: Option<Spanned<f64>>,
    /// Share of easy cases, whose turn comes earlier.
    pub easy: Option<Spanned<f64>>,
    /// The share of the wait that an easy case skips.
    pub easy_skips: Option<Spanned<f64>>,
    /// Share of cases that are set aside at their turn and taken up again later.
    pub set_aside: Option<Spanned<f64>>,
    /// Days for which they are, at the median.
    pub set_aside_days: Option<Spanned<f64>>,
    /// Share that is expedited.
    pub expedited: Option<Spanned<f64>>,
    /// Share of biometrics that are used again.
    pub reused: Option<Spanned<f64>>,
    /// Share with a request for evidence.
    pub evidence: Option<Spanned<f64>>,
    /// Share with a notice of intent.
    pub intent: Option<Spanned<f64>>,
    /// Share of cases that are sent to another office for their interview.
    pub transferred: Option<Spanned<f64>>,
    /// Share of decisions that are approvals.
    pub approved: Option<Spanned<f64>>,
    /// Share of cases a year that are withdrawn or closed because another case made them moot.
    pub leaves_a_year: Option<Spanned<f64>>,
}
