//! A scenario as it is written: which cases are filed, who works on them, and what goes wrong. Nothing is checked yet.
//!
//! Shares are between 0 and 1, times in days, and target waits in months of a twelfth of 365.25 days. A number by fiscal year
//! (1 October to 30 September, named by the year in which it ends) or by quarter (`2022Q1` begins in October 2021) holds at
//! the midpoint of its period and is linear between.

use std::collections::BTreeMap;

use model::Day;
use serde::Deserialize;
use toml::Spanned;

/// A scenario file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// The name of the scenario.
    pub name: Spanned<String>,
    /// What happens in it, for readers.
    pub about: String,
    /// The scenario that this one changes. It then has no forms of its own.
    #[serde(default)]
    pub base: Option<Spanned<String>>,
    /// The ids of sources with what they stand for.
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
    /// Whether receipts and target waits stay as they are in the middle of the record.
    #[serde(default)]
    pub steady: bool,
    /// When the world and the record begin and end.
    #[serde(default)]
    pub calendar: Option<CalendarSpec>,
    /// How receipts differ between days.
    #[serde(default)]
    pub seasonality: Option<Seasonality>,
    /// How capacity varies.
    #[serde(default)]
    pub staffing: Option<Staffing>,
    /// How long things take that do not wait in a queue.
    #[serde(default)]
    pub delays: Option<Delays>,
    /// Probabilities that are the same for all streams.
    #[serde(default)]
    pub probabilities: Option<Probabilities>,
    /// The faults of the record.
    #[serde(default)]
    pub record: Option<Record>,
    /// Field offices, with the application support center of the same city.
    #[serde(default)]
    pub offices: Vec<OfficeSpec>,
    /// The world of each form.
    #[serde(default)]
    pub forms: Vec<FormWorld>,
    /// What changes.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// When the world and the record begin and end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// The world begins, without cases.
    pub begins: Spanned<Day>,
    /// The record begins. Of earlier cases it shows only what happens from then on.
    pub recorded_from: Spanned<Day>,
    /// The record ends.
    pub extracted_on: Spanned<Day>,
    /// The world ends. A case that is not over by then never ends.
    pub ends: Spanned<Day>,
}

impl Delay {
    /// The median in days, and the standard deviation of the logarithm.
    pub fn numbers(&self) -> (f64, f64) {
        (*self.days.get_ref(), *self.spread.get_ref())
    }
}

/// How receipts differ between days. Mail is opened on working days only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seasonality {
    /// The weights of the weekdays, from Monday.
    pub weekdays: Spanned<[f64; 7]>,
    /// The weights of the months, from January.
    pub months: Spanned<[f64; 12]>,
}

/// How capacity varies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staffing {
    /// The standard deviation of the weekly change by hiring, attrition and absence, as a share.
    pub weekly_change: Spanned<f64>,
    /// The share of such a change that remains after a week.
    pub persistence: Spanned<f64>,
    /// The share of a backlog, or of an advance, that offices aim to remove within four weeks.
    pub backlog_recovery: Spanned<f64>,
    /// The largest share of their capacity that they can add or drop to do so.
    pub max_overtime: Spanned<f64>,
    /// The most days by which a case is served before its planned day. Officers get other work instead.
    pub max_early_days: u16,
}

/// A lognormal time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// The median in days.
    pub days: Spanned<f64>,
    /// The standard deviation of the logarithm.
    pub spread: Spanned<f64>,
}

/// How long things take that do not wait in a queue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delays {
    /// From a biometrics notice to the appointment.
    pub appointment: Delay,
    /// Until the notice that earlier biometrics are reused.
    pub reuse: Delay,
    /// From a request for evidence to the response, cut at the deadline.
    pub rfe_response: Delay,
    /// From a notice of intent to the response, cut at the deadline.
    pub noid_response: Delay,
    /// From the notice of an interview to the interview.
    pub interview: Delay,
    /// The spread of the time that a case is set aside; streams give the median.
    pub set_aside_spread: Spanned<f64>,
    /// From the end of the work on a case to the decision.
    pub decision: Delay,
    /// From the receipt to the rejection at intake.
    pub rejection: Delay,
    /// From the receipt to a request to expedite that is granted.
    pub expedite: Delay,
    /// From the approval to the card or document.
    pub produced: Delay,
    /// From then until it is mailed.
    pub mailed: Delay,
    /// From then until it is delivered or returned.
    pub delivered: Delay,
    /// From the approval to the notice of the oath.
    pub oath_notice: Delay,
    /// From then to the oath.
    pub oath: Delay,
    /// From the approval until a petition is sent to the Department of State.
    pub sent: Delay,
    /// From a denial to a reopening.
    pub reopening: Delay,
    /// From a reopening to the new decision.
    pub redecision: Delay,
}

/// Probabilities that are the same for all streams.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probabilities {
    /// A biometrics appointment is missed; there is no third one.
    pub missed: Spanned<f64>,
    /// A request or notice gets no response.
    pub unanswered: Spanned<f64>,
    /// An interview is rescheduled.
    pub rescheduled: Spanned<f64>,
    /// An interview is cancelled by the office.
    pub cancelled: Spanned<f64>,
    /// An interview is continued, so the case comes back.
    pub continued: Spanned<f64>,
    /// A case that ends before a decision is closed because another one made it moot, instead of withdrawn.
    pub moot: Spanned<f64>,
    /// A denial is reopened.
    pub reopened: Spanned<f64>,
    /// A card or document is returned.
    pub returned: Spanned<f64>,
    /// An approved petition is sent to the Department of State.
    pub sent: Spanned<f64>,
}

/// The faults of the record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The share of actions that are dated later than they happened.
    pub late: Spanned<f64>,
    /// How many days later.
    pub late_by: Delay,
    /// The share of actions that are never recorded, by code.
    pub missing: BTreeMap<String, Spanned<f64>>,
    /// Centers that merge: cases received from a day on carry the new code.
    #[serde(default)]
    pub merges: Vec<Merge>,
}

/// A merger of centers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Their codes.
    pub from: Vec<Spanned<String>>,
    /// The code of the merged center.
    pub into: Spanned<String>,
    /// The first day of the new code.
    pub on: Day,
}

/// A field office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSpec {
    /// Its code.
    pub code: Spanned<String>,
    /// Its share of all receipts.
    pub share: Spanned<f64>,
    /// The factor on the target wait here.
    pub wait_factor: Spanned<f64>,
}

/// The world of one form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormWorld {
    /// Name of the form.
    pub form: Spanned<String>,
    /// The share that is rejected at intake.
    pub rejected: Spanned<f64>,
    /// What a case goes through before its decision.
    pub steps: Vec<Step>,
    /// What follows an approval.
    pub after_approval: Spanned<After>,
    /// The habits of streams without `overrides`.
    #[serde(default)]
    pub defaults: Habits,
    /// Groups of cases with their own officers.
    pub streams: Vec<Stream>,
}

/// One of the steps before a decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The kind.
    pub step: Spanned<StepKind>,
    /// The steps that it waits for.
    #[serde(default)]
    pub after: Vec<Spanned<StepKind>>,
    /// How long it takes besides waiting in a queue; no time if absent.
    #[serde(default)]
    pub duration: Option<Delay>,
}

/// The kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The lockbox opens the filing and a center takes it in.
    Intake,
    /// Biometrics are scheduled and taken, or reused.
    Biometrics,
    /// An officer of the center reviews the case.
    Review,
    /// A field office interviews the applicant.
    Interview,
}

impl StepKind {
    /// Its name in a scenario.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Biometrics => "biometrics",
            Self::Review => "review",
            Self::Interview => "interview",
        }
    }
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

/// A group of cases with its own officers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Its name.
    pub name: Spanned<String>,
    /// Attributes that its cases share.
    pub attributes: BTreeMap<String, Spanned<String>>,
    /// Receipts a year, by fiscal year.
    pub receipts: BTreeMap<String, Spanned<f64>>,
    /// Months from the receipt to the service of a case, by fiscal year, which the agency staffs for.
    pub target_wait_months: BTreeMap<String, Spanned<f64>>,
    /// Centers with their shares of the receipts.
    pub centers: BTreeMap<String, Spanned<f64>>,
    /// The factor on the target wait at a center.
    #[serde(default)]
    pub wait_factor: BTreeMap<String, Spanned<f64>>,
    /// Fixed service slots per week at all centers together, in cases of the simulation. Target wait and backlog do not change it.
    #[serde(default)]
    pub weekly_capacity: Option<Spanned<f64>>,
    /// Its habits where they differ from the defaults of the form.
    #[serde(default)]
    pub overrides: Habits,
    /// Premium processing, which serves a case within a limit.
    #[serde(default)]
    pub premium: Option<Premium>,
    /// The share with an interview.
    #[serde(default)]
    pub interview: Option<Spanned<f64>>,
    /// Working days from one batch of decisions to the next; 1 if absent.
    #[serde(default)]
    pub batch_days: Option<Spanned<u16>>,
    /// Where the numbers come from; `ASSUMPTION` without a source.
    pub source: Spanned<Vec<String>>,
}

/// Premium processing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Premium {
    /// The share of cases that pay for it.
    pub share: Spanned<f64>,
    /// The limit in business days.
    pub business_days: u16,
}

/// A change of the world.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What changes.
    pub what: Spanned<What>,
    /// The form; all of them if absent.
    #[serde(default)]
    pub form: Option<Spanned<String>>,
    /// The attributes of the cases; all cases if empty.
    #[serde(default)]
    pub cases: BTreeMap<String, Spanned<String>>,
    /// The center or field office.
    #[serde(default)]
    pub office: Option<Spanned<String>>,
    /// First day.
    pub from: Spanned<Day>,
    /// Last day; the end of the world if absent.
    #[serde(default)]
    pub until: Option<Spanned<Day>>,
    /// The step of a change of capacity; all of them if absent.
    #[serde(default)]
    pub step: Option<Spanned<StepKind>>,
    /// The factor, or the new share.
    #[serde(default)]
    pub to: Option<Spanned<f64>>,
    /// Whether the agency plans its capacity for it.
    #[serde(default)]
    pub planned: bool,
    /// Where it was read; `ASSUMPTION` without a source.
    pub source: Spanned<Vec<String>>,
}

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Receipts, by a factor.
    Receipts,
    /// Capacity, by a factor; 0 closes a field office or an application support center.
    Capacity,
    /// The share of reused biometrics.
    Reused,
    /// The share of interviews.
    Interviews,
    /// The share of requests for evidence.
    Rfe,
    /// Cases are put on hold; they resume when it ends.
    Hold,
    /// No visa numbers are available.
    VisaUnavailable,
}

/// The habits of the cases of a stream.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// The standard deviation, in days, from first in, first out.
    pub jitter_days: Option<Spanned<f64>>,
    /// The share of easy cases, which are served earlier.
    pub easy: Option<Spanned<f64>>,
    /// The share by which the wait of an easy case is shorter.
    pub easy_wait_reduction: Option<Spanned<f64>>,
    /// The share of cases that are set aside when they are served, and taken up again later.
    pub set_aside: Option<Spanned<f64>>,
    /// The median days for which they are set aside.
    pub set_aside_days: Option<Spanned<f64>>,
    /// The share that is expedited.
    pub expedited: Option<Spanned<f64>>,
    /// The share of reused biometrics.
    pub reused: Option<Spanned<f64>>,
    /// The share with a request for evidence.
    pub rfe: Option<Spanned<f64>>,
    /// The share with a notice of intent.
    pub noid: Option<Spanned<f64>>,
    /// The share of interview cases whose move to the field office is recorded as a transfer.
    pub transferred: Option<Spanned<f64>>,
    /// The share of decisions that are approvals.
    pub approved: Option<Spanned<f64>>,
    /// The share of cases per year that are withdrawn, or closed because another case made them moot.
    pub annual_withdrawal_rate: Option<Spanned<f64>>,
}
