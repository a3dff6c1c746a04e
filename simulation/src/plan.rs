//! A checked scenario.

use model::{DAYS_PER_YEAR, Day};

use super::diagnostics::ScenarioError;
use super::fiscal_series::FiscalSeries;
use super::scenario::{
    After, Delays, OfficeSpec, Probabilities, Record, Seasonality, Staffing, StepKind, Stream, What,
};

/// The number of kinds of steps.
pub(super) const STEPS: usize = 4;

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// A hash of its text.
    pub(super) fingerprint: u64,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) calendar: Calendar,
    /// The extraction day in the file. The size of the world follows from it, so the same world can be extracted on other days.
    pub(super) own_extraction: Day,
    pub(super) seasonality: Seasonality,
    pub(super) staffing: Staffing,
    pub(super) delays: Delays,
    pub(super) probabilities: Probabilities,
    pub(super) record: Record,
    pub(super) offices: Vec<OfficeSpec>,
    pub(super) forms: Vec<FormPlan>,
}

/// When the world and the record begin and end, in this order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) begins: Day,
    pub(super) recorded_from: Day,
    pub(super) extracted_on: Day,
    pub(super) ends: Day,
}

/// The world of one form, checked.
#[derive(Debug, Clone)]
pub(super) struct FormPlan {
    pub(super) form: String,
    pub(super) rejected: f64,
    /// The steps of the form, by kind.
    pub(super) steps: [Option<StepPlan>; STEPS],
    pub(super) after_approval: After,
    pub(super) streams: Vec<StreamPlan>,
    pub(super) changes: Vec<ChangePlan>,
}

/// A step of a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlan {
    /// The steps that it waits for, as bits.
    pub(super) after: u8,
    pub(super) days: f64,
    pub(super) spread: f64,
}

/// A stream, checked.
#[derive(Debug, Clone)]
pub(super) struct StreamPlan {
    pub(super) spec: Stream,
    pub(super) rates: StreamRates,
    pub(super) receipts: FiscalSeries,
    /// Days from the receipt to the review of an ordinary case.
    pub(super) target_wait: FiscalSeries,
    pub(super) centers: Vec<CenterPlan>,
    /// Whether its filings come by mail.
    pub(super) on_paper: bool,
    /// Working days between two batches of decisions.
    pub(super) batch_days: u16,
}

/// The rates of a stream: shares, and times in days.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamRates {
    pub(super) jitter_days: f64,
    pub(super) easy: f64,
    pub(super) easy_wait_reduction: f64,
    pub(super) set_aside: f64,
    pub(super) set_aside_days: f64,
    pub(super) expedited: f64,
    pub(super) reused: f64,
    pub(super) rfe: f64,
    pub(super) noid: f64,
    pub(super) transferred: f64,
    pub(super) approved: f64,
    pub(super) annual_withdrawal_rate: f64,
    pub(super) interview: f64,
}

/// A center in a stream.
#[derive(Debug, Clone)]
pub(super) struct CenterPlan {
    pub(super) code: String,
    pub(super) share: f64,
    pub(super) wait_factor: f64,
}

/// A change to the world of one form.
#[derive(Debug, Clone)]
pub(super) struct ChangePlan {
    pub(super) what: What,
    /// Whether it concerns each stream.
    pub(super) streams: Vec<bool>,
    /// The center or field office; all of them if `None`.
    pub(super) office: Option<String>,
    /// The step; all of them if `None`.
    pub(super) step: Option<StepKind>,
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) to: f64,
    pub(super) planned: bool,
}

impl ChangePlan {
    /// Whether it concerns the queues of a step at a place.
    pub(super) fn is_at(&self, step: StepKind, place: &str) -> bool {
        self.step.is_none_or(|kind| kind == step) && self.office.as_deref().is_none_or(|code| code == place)
    }

    /// Whether it closes the queue of a step at a place for all streams.
    pub(super) fn closes(&self, step: StepKind, place: &str) -> bool {
        self.what == What::Capacity
            && self.to == 0.0
            && self.office.is_some()
            && self.is_at(step, place)
            && !self.streams.contains(&false)
    }

    pub(super) fn holds(&self, day: i32) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

impl Scenario {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A hash of its text: scenarios with the same fingerprint make the same world.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.fingerprint)
    }

    /// What happens in it.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The last day of its record.
    #[must_use]
    pub fn extracted_on(&self) -> Day {
        self.calendar.extracted_on
    }

    /// The same world with a record that ends on another day.
    ///
    /// # Errors
    /// [`ScenarioError::File`] unless the day lies after the beginning of the record and before the end of the world.
    pub fn extracted_at(mut self, day: Day) -> Result<Self, ScenarioError> {
        let Calendar { recorded_from, ends, .. } = self.calendar;
        if day <= recorded_from || ends <= day {
            let problem = format!(
                "a record cannot end on {day}; choose a day after {recorded_from}, when the record begins, and before {ends}, when \
                 the world ends"
            );
            return Err(ScenarioError::File { file: self.name, problem });
        }
        self.calendar.extracted_on = day;
        Ok(self)
    }
}

impl Scenario {
    /// The expected number of cases in the record of the real agency, and of all filings of the world.
    pub(super) fn expected_cases(&self) -> (f64, f64) {
        let (from, until) = (self.calendar.recorded_from.epoch_days(), self.own_extraction.epoch_days());
        let (begins, ends) = (self.calendar.begins.epoch_days(), self.calendar.ends.epoch_days());
        let (mut in_record, mut in_all) = (0.0, 0.0);
        for form in &self.forms {
            for (number, stream) in form.streams.iter().enumerate() {
                let receipts = |day: i32| {
                    let changes = form.changes.iter().filter(|change| {
                        change.what == What::Receipts && change.streams[number] && change.holds(day)
                    });
                    stream.receipts.at(f64::from(day)) / DAYS_PER_YEAR
                        * changes.map(|change| change.to).product::<f64>()
                };
                // The cases that were pending when the record began, and those received since.
                let before = from - stream.target_wait.at(f64::from(from)) as i32;
                in_record += (before.max(begins)..=until).map(receipts).sum::<f64>();
                in_all += (begins..=ends).map(receipts).sum::<f64>();
            }
        }
        (in_record, in_all)
    }
}
