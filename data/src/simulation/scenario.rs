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
    pub name: Spanned<String>,
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
    /// How long things take that wait for no turn.
    #[serde(default)]
    pub delays: Option<Delays>,
    /// How often things happen that are not left to the streams.
    #[serde(default)]
    pub chances: Option<Chances>,
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

impl Delay {
    /// Days at the median, and the standard deviation of the logarithm.
    pub fn numbers(&self) -> (f64, f64) {
        (*self.days.get_ref(), *self.spread.get_ref())
    }
}

/// How receipts differ between days. What comes on paper is opened on working days only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Weights of the days of a week, from Monday.
    pub weekdays: Spanned<[f64; 7]>,
    /// Weights of the months of a year, from January.
    pub months: Spanned<[f64; 12]>,
}

/// How capacity varies by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staffing {
    /// Standard deviation of what hiring, attrition and absence change from one week to the next, as a share.
    pub weekly_change: Spanned<f64>,
    /// Share of such a change that is still there after a week.
    pub persistence: Spanned<f64>,
    /// Share of a backlog or an advance that offices would plan away within four weeks.
    pub catching_up: Spanned<f64>,
    /// By at most which share of their capacity they can do so.
    pub overtime: Spanned<f64>,
    /// Nobody's turn comes more than so many days before it is planned: officers are given other work.
    pub earliest_days: u16,
}

/// A time: lognormal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// Days, at the median.
    pub days: Spanned<f64>,
    /// Standard deviation of the logarithm.
    pub spread: Spanned<f64>,
}

/// How long things take that wait for no turn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delays {
    /// From a biometrics notice to the appointment.
    pub appointment: Delay,
    /// Until the notice that earlier biometrics are used again.
    pub reuse: Delay,
    /// From a request for evidence to the answer; the last day to answer cuts it.
    pub evidence: Delay,
    /// From a notice of intent to the answer; the last day to answer cuts it.
    pub intent: Delay,
    /// From the notice of an interview to the interview.
    pub interview: Delay,
    /// While a case is set aside: the streams say the median.
    pub set_aside_spread: Spanned<f64>,
    /// From the end of an officer's work to the decision.
    pub decision: Delay,
    /// From the receipt to the refusal at intake.
    pub refusal: Delay,
    /// From the receipt to a request to expedite that is granted.
    pub expedite: Delay,
    /// From the approval to the card or document.
    pub produced: Delay,
    /// From then until it is mailed.
    pub mailed: Delay,
    /// From then until it is delivered or comes back.
    pub delivered: Delay,
    /// From the approval to the notice of the oath.
    pub oath_notice: Delay,
    /// From then to the oath.
    pub oath: Delay,
    /// From the approval until a petition is sent to the Department of State.
    pub sent: Delay,
    /// From a denial to a reopening.
    pub reopening: Delay,
}

/// How often things happen that are not left to the streams: shares.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chances {
    /// Of biometrics appointments: missed or moved; a third time is not given.
    pub missed: Spanned<f64>,
    /// Of requests and notices: never answered.
    pub unanswered: Spanned<f64>,
    /// Of interviews: moved.
    pub moved: Spanned<f64>,
    /// Of interviews: cancelled by the office.
    pub cancelled: Spanned<f64>,
    /// Of interviews: continued, so that the case comes back.
    pub continued: Spanned<f64>,
    /// Of those who leave before a decision: closed because another case made theirs moot, instead of withdrawn.
    pub moot: Spanned<f64>,
    /// Of denials: reopened.
    pub reopened: Spanned<f64>,
    /// Of cards and documents: returned.
    pub returned: Spanned<f64>,
    /// Of approved petitions: sent to the Department of State.
    pub sent: Spanned<f64>,
}

/// What the record gets wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Share of actions that are dated later than they happened.
    pub late: Spanned<f64>,
    /// By how many days.
    pub late_by: Delay,
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
    pub from: Vec<Spanned<String>>,
    /// The code of what they become.
    pub into: Spanned<String>,
    /// The first day of the new code.
    pub on: Day,
}

/// A field office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeDraft {
    /// Its code.
    pub code: Spanned<String>,
    /// Its share of all receipts.
    pub share: Spanned<f64>,
    /// How long a case takes here, against the mean of all offices.
    pub slowness: Spanned<f64>,
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
    pub after_approval: Spanned<After>,
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
    /// How long it takes, besides waiting for its turn; no time at all if that is not said.
    #[serde(default)]
    pub takes: Option<Delay>,
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

/// A group of cases that are worked on by people of their own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// What it is called.
    pub name: Spanned<String>,
    /// Attributes that its cases share.
    pub attributes: BTreeMap<String, Spanned<String>>,
    /// Receipts a year, by fiscal year.
    pub receipts: BTreeMap<String, Spanned<f64>>,
    /// Months from the receipt to the turn of a case, by fiscal year: what the agency staffs for.
    pub pace: BTreeMap<String, Spanned<f64>>,
    /// Centers with their shares of the receipts.
    pub centers: BTreeMap<String, Spanned<f64>>,
    /// How long a case takes at a center, against the pace.
    #[serde(default)]
    pub slowness: BTreeMap<String, Spanned<f64>>,
    /// Turns a week at all centers together, in cases of the simulation, whatever comes: then nobody plans, hires or catches up.
    #[serde(default)]
    pub capacity_a_week: Option<Spanned<f64>>,
    /// How its cases go, where that differs from what is usual in the form.
    #[serde(default)]
    pub but: Habits,
    /// Share with premium processing, and its limit in business days: these cases have their turn by then.
    #[serde(default)]
    pub premium: Option<Premium>,
    /// Share with an interview.
    #[serde(default)]
    pub interview: Option<Spanned<f64>>,
    /// Working days between two batches of decisions; 1 if every day is one.
    #[serde(default)]
    pub batch_days: Option<Spanned<u16>>,
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
    pub what: Spanned<What>,
    /// In which form; all if none is named.
    #[serde(default)]
    pub form: Option<Spanned<String>>,
    /// For which cases: values of attributes.
    #[serde(default)]
    pub cases: BTreeMap<String, Spanned<String>>,
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
    /// Capacity, by a factor; 0 closes a field office or an application support center.
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
    /// Share of interview cases whose way from the center to the field office is recorded as a transfer.
    pub transferred: Option<Spanned<f64>>,
    /// Share of decisions that are approvals.
    pub approved: Option<Spanned<f64>>,
    /// Share of cases a year that are withdrawn or closed because another case made them moot.
    pub leaves_a_year: Option<Spanned<f64>>,
}
