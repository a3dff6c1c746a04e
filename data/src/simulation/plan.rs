//! A checked scenario: what the world lives by.

use model::Day;

use super::scenario::{
    After, Chances, Delays, OfficeDraft, Record, Rhythm, Staffing, StepKind, Stream, What,
};
use super::source::ScenarioError;
use super::yearly::Yearly;

/// How many kinds of steps there are.
pub(super) const STEPS: usize = 4;

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What its text says, as one number.
    pub(super) fingerprint: u64,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) calendar: Calendar,
    /// The extraction that the scenario itself names: worlds of the same size are the same world, whenever it is asked.
    pub(super) own_extraction: Day,
    pub(super) rhythm: Rhythm,
    pub(super) staffing: Staffing,
    pub(super) delays: Delays,
    pub(super) chances: Chances,
    pub(super) record: Record,
    pub(super) offices: Vec<OfficeDraft>,
    pub(super) forms: Vec<FormPlan>,
}

/// When what begins and ends, in this order.
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
    /// Bits of the steps that it waits for.
    pub(super) after: u8,
    pub(super) days: f64,
    pub(super) spread: f64,
}

/// A stream, checked.
#[derive(Debug, Clone)]
pub(super) struct StreamPlan {
    pub(super) draft: Stream,
    pub(super) goes: Goes,
    pub(super) receipts: Yearly,
    /// Days from the receipt to the turn.
    pub(super) pace: Yearly,
    pub(super) centers: Vec<CenterPlan>,
    /// Its filings come by mail.
    pub(super) on_paper: bool,
    /// Working days between two batches of decisions.
    pub(super) batch_days: u16,
}

/// How the cases of a stream go: shares, and times in days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goes {
    pub(super) jitter_days: f64,
    pub(super) easy: f64,
    pub(super) easy_skips: f64,
    pub(super) set_aside: f64,
    pub(super) set_aside_days: f64,
    pub(super) expedited: f64,
    pub(super) reused: f64,
    pub(super) evidence: f64,
    pub(super) intent: f64,
    pub(super) transferred: f64,
    pub(super) approved: f64,
    pub(super) leaves_a_year: f64,
    pub(super) interview: f64,
}

/// A center in a stream.
#[derive(Debug, Clone)]
pub(super) struct CenterPlan {
    pub(super) code: String,
    pub(super) share: f64,
    pub(super) slowness: f64,
}

/// A change, for the form that it is part of.
#[derive(Debug, Clone)]
pub(super) struct ChangePlan {
    pub(super) what: What,
    /// Which streams it concerns.
    pub(super) streams: Vec<bool>,
    /// At which center or field office, if not at all of them.
    pub(super) office: Option<String>,
    /// At which step, if not at all of them.
    pub(super) step: Option<StepKind>,
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) to: f64,
    pub(super) planned: bool,
}

impl ChangePlan {
    /// Whether it concerns the lines of a step at a place.
    pub(super) fn is_at(&self, step: StepKind, place: &str) -> bool {
        self.step.is_none_or(|kind| kind == step) && self.office.as_deref().is_none_or(|code| code == place)
    }

    /// Whether it closes the lines of a step at a place altogether, for everybody.
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
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its text says, in a few letters: two scenarios with the same letters make the same world.
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

    /// The same world, its record ending on another day.
    ///
    /// # Errors
    /// [`ScenarioError::File`] unless the day lies between the beginning of the record and the end of the world.
    pub fn extracted_at(mut self, day: Day) -> Result<Self, ScenarioError> {
        let Calendar { recorded_from, ends, .. } = self.calendar;
        if day <= recorded_from || ends <= day {
            let problem = format!(
                "a record until {day} is none: choose a day after {recorded_from}, when the record begins, and before {ends}, when \
                 the world ends"
            );
            return Err(ScenarioError::File { file: self.name, problem });
        }
        self.calendar.extracted_on = day;
        Ok(self)
    }
}
