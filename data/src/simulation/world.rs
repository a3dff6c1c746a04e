//! The world of one form, day by day: filings arrive, steps begin and end, officers take up what is next in line.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_pcg::Pcg64Mcg;

use super::calendar::{is_working, weekday};
use super::plan::{FormPlan, Scenario, StreamPlan};
use super::scenario::{StepKind, What};
use super::station::{Class, Station};
use super::timetable::Timetable;

/// What happens to a case, under the code that a record has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Act {
    Received,
    Rejected,
    BiometricsScheduled,
    BiometricsRescheduled,
    BiometricsReused,
    BiometricsTaken,
    RfeSent,
    RfeResponse,
    Noid,
    NoidResponse,
    Transferred,
    UnderReview,
    Expedite,
    InterviewReady,
    InterviewScheduled,
    InterviewRescheduled,
    InterviewCancelled,
    InterviewCompleted,
    InterviewWaived,
    OnHold,
    HoldLifted,
    VisaUnavailable,
    VisaAvailable,
    Approved,
    Denied,
    Withdrawn,
    ClosedOther,
    OathScheduled,
    OathTaken,
    DocProduced,
    DocMailed,
    DocDelivered,
    DocReturned,
    SentDos,
    ReopenedAppeal,
}

impl Act {
    /// All of them.
    pub(super) const ALL: [Self; 35] = [
        Self::Received,
        Self::Rejected,
        Self::BiometricsScheduled,
        Self::BiometricsRescheduled,
        Self::BiometricsReused,
        Self::BiometricsTaken,
        Self::RfeSent,
        Self::RfeResponse,
        Self::Noid,
        Self::NoidResponse,
        Self::Transferred,
        Self::UnderReview,
        Self::Expedite,
        Self::InterviewReady,
        Self::InterviewScheduled,
        Self::InterviewRescheduled,
        Self::InterviewCancelled,
        Self::InterviewCompleted,
        Self::InterviewWaived,
        Self::OnHold,
        Self::HoldLifted,
        Self::VisaUnavailable,
        Self::VisaAvailable,
        Self::Approved,
        Self::Denied,
        Self::Withdrawn,
        Self::ClosedOther,
        Self::OathScheduled,
        Self::OathTaken,
        Self::DocProduced,
        Self::DocMailed,
        Self::DocDelivered,
        Self::DocReturned,
        Self::SentDos,
        Self::ReopenedAppeal,
    ];

    /// The code of the data contract.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Rejected => "rejected",
            Self::BiometricsScheduled => "biometrics_scheduled",
            Self::BiometricsRescheduled => "biometrics_rescheduled",
            Self::BiometricsReused => "biometrics_reused",
            Self::BiometricsTaken => "biometrics_taken",
            Self::RfeSent => "rfe_sent",
            Self::RfeResponse => "rfe_response",
            Self::Noid => "noid_noir",
            Self::NoidResponse => "noid_response",
            Self::Transferred => "transferred",
            Self::UnderReview => "under_review",
            Self::Expedite => "expedite",
            Self::InterviewReady => "interview_ready",
            Self::InterviewScheduled => "interview_scheduled",
            Self::InterviewRescheduled => "interview_rescheduled",
            Self::InterviewCancelled => "interview_cancelled",
            Self::InterviewCompleted => "interview_completed",
            Self::InterviewWaived => "interview_waived",
            Self::OnHold => "on_hold",
            Self::HoldLifted => "hold_lifted",
            Self::VisaUnavailable => "visa_unavailable",
            Self::VisaAvailable => "visa_available",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Withdrawn => "withdrawn",
            Self::ClosedOther => "closed_other",
            Self::OathScheduled => "oath_scheduled",
            Self::OathTaken => "oath_taken",
            Self::DocProduced => "doc_produced",
            Self::DocMailed => "doc_mailed",
            Self::DocDelivered => "doc_delivered",
            Self::DocReturned => "doc_returned",
            Self::SentDos => "sent_dos",
            Self::ReopenedAppeal => "reopened_appeal",
        }
    }

    /// Whether the case is over by it.
    pub(super) const fn ends(self) -> bool {
        matches!(self, Self::Approved | Self::Denied | Self::Withdrawn | Self::ClosedOther | Self::Rejected)
    }
}

/// Something that happened to a case on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) case: u32,
    pub(super) day: i32,
    pub(super) act: Act,
}

/// A case as the world knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaseState {
    pub(super) received: i32,
    pub(super) stream: u8,
    pub(super) center: u8,
    pub(super) office: u8,
    /// Bits of the steps that are done and that have begun.
    pub(super) done: u8,
    pub(super) begun: u8,
    /// The day on which its turn is planned; lines go by it.
    pub(super) turn: i32,
    pub(super) interview: bool,
    pub(super) ahead: bool,
    /// It had its turn and was asked for evidence or set aside: it is not asked again.
    pub(super) had_turn: bool,
    pub(super) biometrics_missed: u8,
    /// Where it was filed: what an attribute known at receipt says, wherever it is sent later.
    pub(super) filed_at: u8,
    /// What it is on hold by.
    pub(super) held: Option<What>,
    pub(super) rejected: bool,
    pub(super) over: bool,
}

/// Something that will happen to a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) case: u32,
    /// When its delay began, for a future that is drawn again.
    began: i32,
    pub(super) what: Coming,
}

/// What can be coming.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Coming {
    IntakeDone,
    BiometricsNotice,
    BiometricsReuse,
    BiometricsAppointment,
    InterviewReady,
    Interview,
    Answer {
        intent: bool,
    },
    TakenUpAgain,
    /// The last day to answer is over.
    Unanswered,
    Decision,
    Refusal,
    Departure,
    /// Recorded when it comes, and nothing more.
    Act(Act),
}

impl Coming {
    /// Whether officers do it, on a working day.
    fn is_of_the_agency(self) -> bool {
        !matches!(self, Self::Answer { .. } | Self::Departure)
    }
}

/// The day on which something comes. Officers do what would fall on a day off in the working week that follows, not all of it on
/// its first day: which day it is for a case is not left to chance, so that the same delay means the same day.
fn working_day(what: Coming, case: u32, mut day: i32) -> i32 {
    if !what.is_of_the_agency() || is_working(day) {
        return day;
    }
    for _ in 0..=(case as i32 + day).rem_euclid(WORKING_WEEK) {
        day += 1;
        while !is_working(day) {
            day += 1;
        }
    }
    day
}

/// Where a case goes on that was on hold at its turn.
#[derive(Debug, Clone, Copy)]
pub(super) enum GoesOn {
    Review(Class),
    Interview(Class),
    Decision,
}

/// How a line is staffed by and by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Staff {
    /// Logarithm of what is there against what was planned.
    pub(super) noise: f64,
    /// Turns a working day.
    pub(super) turns: f64,
}

/// The world of one form.
#[derive(Clone)]
pub(super) struct World<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) plan: &'a FormPlan,
    pub(super) timetable: Arc<Timetable>,
    /// Working days since the beginning.
    pub(super) working_days: i32,
    /// Receipts of the world for one receipt of the real agency.
    pub(super) scale: f64,
    pub(super) today: i32,
    pub(super) begins: i32,
    pub(super) random: Pcg64Mcg,
    pub(super) cases: Vec<CaseState>,
    pub(super) coming: Vec<Vec<Event>>,
    pub(super) biometrics: Vec<Station>,
    pub(super) reviews: Vec<Station>,
    pub(super) interviews: Vec<Station>,
    pub(super) staff: Vec<Staff>,
    pub(super) on_hold: Vec<(u32, GoesOn)>,
    pub(super) log: Vec<Happened>,
    /// Only these cases are logged, if any are named; how many of them are not over.
    pub(super) watched: Option<Vec<bool>>,
    pub(super) watched_open: usize,
}

/// Working days of a week.
const WORKING_WEEK: i32 = 5;

pub(super) const INTAKE: usize = StepKind::Intake as usize;
pub(super) const BIOMETRICS: usize = StepKind::Biometrics as usize;
pub(super) const REVIEW: usize = StepKind::Review as usize;
pub(super) const INTERVIEW: usize = StepKind::Interview as usize;

/// ASSUMPTION, this and what follows: no source says them, but for the times to answer (84 and 30 days).
///
/// Days from a biometrics notice to the appointment, at the median, and their spread.
pub(super) const APPOINTMENT: (f64, f64) = (18.0, 0.25);
/// Days until the notice that earlier biometrics are used again, at the median, and their spread.
pub(super) const REUSE: (f64, f64) = (6.0, 0.5);
/// Share of biometrics appointments that are missed or moved; a third time is not given.
pub(super) const MISSED: f64 = 0.06;
pub(super) const MOST_MISSED: u8 = 2;
/// The longest time to answer a request for evidence and a notice of intent, with three days for the mail.
pub(super) const ANSWER_DAYS: (f64, f64) = (87.0, 33.0);
/// Share of requests that are never answered.
pub(super) const UNANSWERED: f64 = 0.03;
/// Days of lead between the notice of an interview and the day, at the median, and their spread.
pub(super) const INTERVIEW_LEAD: (f64, f64) = (35.0, 0.25);
/// Shares of interviews that are moved, cancelled and continued.
pub(super) const INTERVIEW_MOVED: f64 = 0.05;
pub(super) const INTERVIEW_CANCELLED: f64 = 0.03;
pub(super) const INTERVIEW_CONTINUED: f64 = 0.13;
/// Days between two looks at whether a case leaves.
pub(super) const DEPARTURE_LOOKS: f64 = 60.0;

impl<'a> World<'a> {
    /// An empty world on its first day.
    pub(super) fn new(scenario: &'a Scenario, plan: &'a FormPlan, scale: f64, seed: u64) -> Self {
        // Long enough before the record that its first cases wait behind others as they would have for ever.
        let recorded = scenario.calendar.recorded_from.epoch_days();
        let pace = |stream: &StreamPlan| stream.pace.at(f64::from(recorded));
        let longest = plan.streams.iter().map(pace).fold(0.0, f64::max);
        let begins = scenario.calendar.begins.epoch_days().max(recorded - (1.5 * longest) as i32 - 200);
        let days = (scenario.calendar.ends.epoch_days() - begins + 1) as usize;
        let offices = scenario.offices.len();
        let reviews = plan.streams.iter().map(|stream| stream.centers.len()).sum::<usize>();
        let stations = |count: usize| vec![Station::default(); count];
        Self {
            timetable: Arc::new(Timetable::new(scenario, plan, begins)),
            working_days: 0,
            scenario,
            plan,
            scale,
            today: begins,
            begins,
            random: Pcg64Mcg::seed_from_u64(seed),
            cases: Vec::new(),
            coming: vec![Vec::new(); days],
            biometrics: stations(offices),
            reviews: stations(reviews),
            interviews: stations(offices),
            staff: vec![Staff::default(); offices * 2 + reviews],
            on_hold: Vec::new(),
            log: Vec::new(),
            watched: None,
            watched_open: 0,
        }
    }

    /// Turns that there was capacity for, and turns that were taken, in all lines.
    pub(super) fn turns(&self) -> (f64, u64) {
        let stations = self.biometrics.iter().chain(&self.reviews).chain(&self.interviews);
        stations.map(Station::work).fold((0.0, 0), |sum, work| (sum.0 + work.0, sum.1 + work.1))
    }

    /// Lives until the end of a day.
    pub(super) fn live_until(&mut self, day: i32) {
        while self.today <= day {
            self.live_a_day();
            if self.watched.is_some() && self.watched_open == 0 {
                break;
            }
        }
    }

    /// The same world with another future: everything that is coming is drawn again, as far as it is not yet over, and
    /// only what happens to the `watched` cases is logged.
    pub(super) fn with_fresh_future(&self, seed: u64, watched: Vec<bool>) -> Self {
        let mut other = self.clone();
        other.random = Pcg64Mcg::seed_from_u64(seed);
        other.watch(watched);
        let from = (other.today - other.begins) as usize;
        let mut coming: Vec<(i32, Event)> = Vec::new();
        for (index, events) in other.coming.iter_mut().enumerate().skip(from) {
            let day = other.begins + index as i32;
            coming.extend(events.drain(..).map(|event| (day, event)));
        }
        for (day, event) in coming {
            other.draw_again(event, day);
        }
        other
    }

    /// From now on only these cases are logged.
    pub(super) fn watch(&mut self, watched: Vec<bool>) {
        self.log = Vec::new();
        self.watched_open =
            watched.iter().zip(&self.cases).filter(|(watched, case)| **watched && !case.over).count();
        self.watched = Some(watched);
    }

    fn live_a_day(&mut self) {
        let today = self.today;
        if weekday(today) == 0 || today == self.begins {
            self.staff_the_week();
        }
        self.begin_and_end_changes();
        for event in std::mem::take(&mut self.coming[(today - self.begins) as usize]) {
            self.happens(event);
        }
        self.receive();
        if is_working(today) {
            self.working_days += 1;
            self.work();
        }
        self.today += 1;
    }

    pub(super) fn log(&mut self, case: u32, act: Act) {
        if self.watched.as_ref().is_none_or(|watched| watched.get(case as usize) == Some(&true)) {
            self.log.push(Happened { case, day: self.today, act });
        }
    }

    /// Plans an event so many days from today; not before tomorrow.
    pub(super) fn in_days(&mut self, case: u32, days: f64, what: Coming) {
        let day = self.today + (days.round() as i32).max(1);
        self.put(Event { case, began: self.today, what }, day);
    }

    fn put(&mut self, event: Event, day: i32) {
        let day = working_day(event.what, event.case, day);
        // What lies beyond the end of the world never comes.
        if let Some(events) = self.coming.get_mut((day - self.begins) as usize) {
            events.push(event);
        }
    }

    /// Draws the delay of an event again, given that it is not over yet; `day` is when it would have been.
    fn draw_again(&mut self, event: Event, day: i32) {
        for _ in 0..50 {
            // What is not left to chance comes on its day.
            let Some(days) = self.delay(event.case, event.what) else { return self.put(event, day) };
            let day = working_day(event.what, event.case, event.began + (days.round() as i32).max(1));
            if day >= self.today {
                return self.put(event, day);
            }
        }
        // A delay that is hardly ever so long is over soon.
        let soon = self.random.random_range(0..10);
        self.put(event, self.today + soon);
    }

    /// How long something takes that is coming; nothing for what is not drawn again.
    pub(super) fn delay(&mut self, case: u32, what: Coming) -> Option<f64> {
        let step = |kind: usize| self.plan.steps[kind].map_or((0.0, 0.0), |step| (step.days, step.spread));
        let (median, spread) = match what {
            Coming::IntakeDone => step(INTAKE),
            Coming::BiometricsNotice => step(BIOMETRICS),
            Coming::BiometricsReuse => REUSE,
            Coming::BiometricsAppointment => APPOINTMENT,
            Coming::InterviewReady => step(REVIEW),
            Coming::Interview => INTERVIEW_LEAD,
            Coming::Answer { intent } => return Some(self.answer_days(intent)),
            Coming::TakenUpAgain => {
                let stream = self.stream_of(case);
                (stream.goes.set_aside_days.max(1.0), 0.7)
            }
            Coming::Unanswered => return None,
            Coming::Decision => (4.0, 0.8),
            Coming::Refusal => (6.0, 0.3),
            Coming::Departure => return Some(self.random.random_range(0.5..1.5) * DEPARTURE_LOOKS),
            Coming::Act(_) => return Some(self.random.random_range(1.0..14.0)),
        };
        Some(self.lognormal(median, spread))
    }

    fn answer_days(&mut self, intent: bool) -> f64 {
        let (most, median) = if intent { (ANSWER_DAYS.1, 22.0) } else { (ANSWER_DAYS.0, 50.0) };
        // The last days before the deadline are when most answers come.
        self.lognormal(median, 0.6).min(most - self.random.random_range(0.0..6.0))
    }

    pub(super) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        if spread <= 0.0 {
            return median;
        }
        let normal = Normal::new(0.0, spread).map_or(0.0, |normal| normal.sample(&mut self.random));
        median * normal.exp()
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.random.random::<f64>() < share
    }

    pub(super) fn stream_of(&self, case: u32) -> &'a StreamPlan {
        &self.plan.streams[usize::from(self.cases[case as usize].stream)]
    }

    /// A share of a stream today, or what a change made of it.
    pub(super) fn share(&self, stream: usize, what: What, usual: f64) -> f64 {
        self.plan.share_on(stream, what, usual, self.today)
    }
}
