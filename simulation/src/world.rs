//! The world of one form, day by day: filings arrive, steps begin and end, queues are served.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_pcg::Pcg64Mcg;

use super::calendar::{is_working, weekday};
use super::plan::{FormPlan, Scenario, StreamPlan};
use super::queue::{Class, QueueRank, ServiceQueue};
use super::scenario::{StepKind, What};
use super::timetable::Timetable;

/// What can happen to a case. The record shows some acts as actions.
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
    /// All acts.
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

    /// The action code of the data contract.
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

    /// Whether it ends the case.
    pub(super) const fn ends(self) -> bool {
        matches!(self, Self::Approved | Self::Denied | Self::Withdrawn | Self::ClosedOther | Self::Rejected)
    }
}

/// An act of a case on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogEntry {
    pub(super) case: u32,
    pub(super) day: i32,
    pub(super) act: Act,
}

/// The state of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaseState {
    pub(super) received: i32,
    pub(super) stream: u8,
    pub(super) center: u8,
    pub(super) office: u8,
    /// The steps that are done and that have begun, as bits.
    pub(super) done: u8,
    pub(super) begun: u8,
    /// The planned service day, by which queues order it.
    pub(super) planned_on: i32,
    /// The class in which it waits for a review or an interview, if it does.
    pub(super) queued: Option<Class>,
    pub(super) interview: bool,
    pub(super) priority: bool,
    /// Whether it was served and got a request or was set aside: it does not get another.
    pub(super) was_served: bool,
    pub(super) biometrics_missed: u8,
    /// The office at receipt, which is the attribute in the record, wherever the case is transferred later.
    pub(super) filed_at: u8,
    /// The application support center where its applicant lives.
    pub(super) asc: u8,
    /// The pause that holds it.
    pub(super) held: Option<What>,
    pub(super) rejected: bool,
    pub(super) over: bool,
}

/// An event of a case that lies ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScheduledEvent {
    pub(super) case: u32,
    /// The day on which its delay began, to redraw it for another future.
    began: i32,
    pub(super) what: PendingEvent,
}

/// The kinds of events that can lie ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PendingEvent {
    IntakeDone,
    BiometricsNotice,
    BiometricsReuse,
    BiometricsAppointment,
    InterviewReady,
    Interview,
    Response {
        noid: bool,
    },
    SetAsideOver,
    /// The deadline to respond has passed.
    Unanswered {
        noid: bool,
    },
    /// A denial that a hold delayed.
    Denial,
    Decision,
    /// The new decision of a case that was reopened.
    Redecision,
    Rejection,
    WithdrawalCheck,
    /// An act that is logged when it comes, with what follows it.
    Act(Act),
}

impl PendingEvent {
    /// Whether the agency does it, on a working day.
    fn is_of_the_agency(self) -> bool {
        !matches!(self, Self::Response { .. } | Self::WithdrawalCheck)
    }
}

/// The day of an event that is due on a day.
///
/// The agency spreads what falls on a day off over the working week that follows. The day depends only on the case and the day,
/// not on a random number, so the same delay always means the same day.
fn working_day(what: PendingEvent, case: u32, mut day: i32) -> i32 {
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

/// Rounds to whole days, between one day and a thousand years.
fn whole(days: f64) -> i32 {
    days.round().clamp(1.0, 365_250.0) as i32
}

/// Where a case resumes after a hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Resumption {
    Review(QueueRank),
    Interview(QueueRank),
    Decision,
    Denial,
}

/// The weekly staffing of a queue.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Staff {
    /// The logarithm of the actual capacity relative to the plan.
    pub(super) noise: f64,
    /// Slots per working day.
    pub(super) per_day: f64,
}

/// The world of one form.
#[derive(Clone)]
pub(super) struct World<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) plan: &'a FormPlan,
    pub(super) timetable: Arc<Timetable>,
    /// Working days since the beginning.
    pub(super) working_days: i32,
    /// Receipts of the world per receipt of the real agency.
    pub(super) scale: f64,
    pub(super) today: i32,
    pub(super) begins: i32,
    pub(super) random: Pcg64Mcg,
    pub(super) cases: Vec<CaseState>,
    pub(super) pending_events: Vec<Vec<ScheduledEvent>>,
    pub(super) biometrics: Vec<ServiceQueue>,
    pub(super) reviews: Vec<ServiceQueue>,
    pub(super) interviews: Vec<ServiceQueue>,
    pub(super) staff: Vec<Staff>,
    pub(super) on_hold: Vec<(u32, Resumption)>,
    /// Mailed filings by stream that wait for a working day.
    pub(super) unopened: Vec<u32>,
    pub(super) log: Vec<LogEntry>,
    /// If set, only these cases are logged.
    pub(super) watched: Option<Vec<bool>>,
    /// How many of them are not over.
    pub(super) watched_open: usize,
}

/// Working days of a week.
const WORKING_WEEK: i32 = 5;

pub(super) const INTAKE: usize = StepKind::Intake as usize;
pub(super) const BIOMETRICS: usize = StepKind::Biometrics as usize;
pub(super) const REVIEW: usize = StepKind::Review as usize;
pub(super) const INTERVIEW: usize = StepKind::Interview as usize;

/// How often a missed biometrics appointment is given again.
pub(super) const MAX_MISSED: u8 = 2;
/// The days to respond to a request for evidence and to a notice of intent: 84 and 30 (8 CFR 103.2(b)(8)(iv)) and three for the
/// mail.
pub(super) const ANSWER_DAYS: (f64, f64) = (87.0, 33.0);
/// Days from a missed response deadline to the denial.
const SILENCE_DENIAL_DAYS: f64 = 14.0;
/// Days from the end of a hold to a denial that it delayed.
const HOLD_DENIAL_DAYS: f64 = 30.0;
/// Days between two checks whether a case is withdrawn.
pub(super) const WITHDRAWAL_CHECK_DAYS: f64 = 60.0;
/// How often a delay is redrawn until it is long enough to lie ahead.
const MAX_REDRAWS: usize = 5_000;

impl<'a> World<'a> {
    /// An empty world on its first day.
    pub(super) fn new(scenario: &'a Scenario, plan: &'a FormPlan, scale: f64, seed: u64) -> Self {
        // Begins long enough before the record for its queues to be in their usual state by then.
        let recorded = scenario.calendar.recorded_from.epoch_days();
        let target_wait = |stream: &StreamPlan| stream.target_wait.at(f64::from(recorded));
        let longest = plan.streams.iter().map(target_wait).fold(0.0, f64::max);
        let begins = scenario.calendar.begins.epoch_days().max(recorded - (1.5 * longest) as i32 - 200);
        let days = (scenario.calendar.ends.epoch_days() - begins + 1) as usize;
        let offices = scenario.offices.len();
        let reviews = plan.streams.iter().map(|stream| stream.centers.len()).sum::<usize>();
        let queues = |count: usize| vec![ServiceQueue::default(); count];
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
            pending_events: vec![Vec::new(); days],
            biometrics: queues(offices),
            reviews: queues(reviews),
            interviews: queues(offices),
            staff: vec![Staff::default(); offices * 2 + reviews],
            on_hold: Vec::new(),
            unopened: vec![0; plan.streams.len()],
            log: Vec::new(),
            watched: None,
            watched_open: 0,
        }
    }

    /// The slots of all queues so far, and those that were used.
    pub(super) fn slots(&self) -> (f64, u64) {
        let queues = self.biometrics.iter().chain(&self.reviews).chain(&self.interviews);
        queues.map(ServiceQueue::slots).fold((0.0, 0), |sum, work| (sum.0 + work.0, sum.1 + work.1))
    }

    /// Runs until the end of a day.
    pub(super) fn run_until(&mut self, day: i32) {
        while self.today <= day {
            self.run_day();
            if self.watched.is_some() && self.watched_open == 0 {
                break;
            }
        }
    }

    /// The same world with another future: every event that lies ahead is redrawn, given that it has not come yet. Only the
    /// `watched` cases are logged.
    pub(super) fn with_fresh_future(&self, seed: u64, watched: Vec<bool>) -> Self {
        let mut other = self.clone();
        other.random = Pcg64Mcg::seed_from_u64(seed);
        other.watch(watched);
        let from = (other.today - other.begins) as usize;
        let pending_events: Vec<ScheduledEvent> =
            other.pending_events[from..].iter_mut().flat_map(|events| events.drain(..)).collect();
        for event in pending_events {
            other.redraw(event);
        }
        other
    }

    /// Logs only these cases from now on.
    pub(super) fn watch(&mut self, watched: Vec<bool>) {
        self.log = Vec::new();
        self.watched_open =
            watched.iter().zip(&self.cases).filter(|(watched, case)| **watched && !case.over).count();
        self.watched = Some(watched);
    }

    fn run_day(&mut self) {
        let today = self.today;
        if weekday(today) == 0 || today == self.begins {
            self.staff_the_week();
        }
        self.begin_and_end_changes();
        for event in std::mem::take(&mut self.pending_events[(today - self.begins) as usize]) {
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
            self.log.push(LogEntry { case, day: self.today, act });
        }
    }

    /// Schedules an event whose delay begins today; it comes tomorrow at the earliest.
    pub(super) fn schedule(&mut self, case: u32, what: PendingEvent) {
        let days = self.delay(case, what);
        let day = self.today + whole(days);
        self.put(ScheduledEvent { case, began: self.today, what }, day);
    }

    fn put(&mut self, event: ScheduledEvent, day: i32) {
        let day = working_day(event.what, event.case, day);
        // An event past the end of the world never comes.
        if let Some(events) = self.pending_events.get_mut((day - self.begins) as usize) {
            events.push(event);
        }
    }

    /// Redraws an event, given that it has not come yet: its day, and its kind where more than one is possible.
    fn redraw(&mut self, event: ScheduledEvent) {
        let ScheduledEvent { case, began, what } = event;
        for _ in 0..MAX_REDRAWS {
            let what = self.redraw_kind(case, what, began);
            let days = self.delay(case, what);
            let day = working_day(what, case, began + whole(days));
            if day >= self.today {
                return self.put(ScheduledEvent { case, began, what }, day);
            }
        }
        // A delay that is almost never this long ends soon.
        let soon = self.random.random_range(0..10);
        self.put(event, self.today + soon);
    }

    /// Redraws which of two kinds an event is: a response or none, a biometrics notice or a reuse.
    fn redraw_kind(&mut self, case: u32, what: PendingEvent, began: i32) -> PendingEvent {
        match what {
            PendingEvent::Response { noid } | PendingEvent::Unanswered { noid } => {
                self.response_or_none(noid)
            }
            PendingEvent::BiometricsNotice | PendingEvent::BiometricsReuse => {
                self.biometrics_or_reuse(case, began)
            }
            other => other,
        }
    }

    /// Draws whether a request gets a response.
    pub(super) fn response_or_none(&mut self, noid: bool) -> PendingEvent {
        let silent = self.bernoulli(*self.scenario.probabilities.unanswered.get_ref());
        if silent { PendingEvent::Unanswered { noid } } else { PendingEvent::Response { noid } }
    }

    /// Draws whether a case that is ready for biometrics on a day gets an appointment, or earlier biometrics are reused.
    pub(super) fn biometrics_or_reuse(&mut self, case: u32, day: i32) -> PendingEvent {
        let stream = usize::from(self.cases[case as usize].stream);
        let defaults = self.plan.streams[stream].rates.reused;
        let share = self.plan.share_on(stream, What::Reused, defaults, day);
        if self.bernoulli(share) { PendingEvent::BiometricsReuse } else { PendingEvent::BiometricsNotice }
    }

    /// Draws the delay of an event.
    fn delay(&mut self, case: u32, what: PendingEvent) -> f64 {
        let step = |kind: usize| self.plan.steps[kind].map_or((0.0, 0.0), |step| (step.days, step.spread));
        let delays = &self.scenario.delays;
        let (median, spread) = match what {
            PendingEvent::IntakeDone => step(INTAKE),
            PendingEvent::BiometricsNotice => step(BIOMETRICS),
            PendingEvent::BiometricsReuse => delays.reuse.numbers(),
            PendingEvent::BiometricsAppointment => delays.appointment.numbers(),
            PendingEvent::InterviewReady => step(REVIEW),
            PendingEvent::Interview => delays.interview.numbers(),
            PendingEvent::Response { noid } => {
                let (answer, most) = if noid {
                    (&delays.noid_response, ANSWER_DAYS.1)
                } else {
                    (&delays.rfe_response, ANSWER_DAYS.0)
                };
                let (median, spread) = answer.numbers();
                // A longer delay becomes a response in the last days before the deadline.
                return self.lognormal(median, spread).min(most - self.random.random_range(0.0..6.0));
            }
            PendingEvent::SetAsideOver => {
                (self.stream_of(case).rates.set_aside_days.max(1.0), *delays.set_aside_spread.get_ref())
            }
            PendingEvent::Unanswered { noid } => {
                (if noid { ANSWER_DAYS.1 } else { ANSWER_DAYS.0 } + SILENCE_DENIAL_DAYS, 0.0)
            }
            PendingEvent::Denial => (HOLD_DENIAL_DAYS, 0.0),
            PendingEvent::Decision => delays.decision.numbers(),
            PendingEvent::Redecision => delays.redecision.numbers(),
            PendingEvent::Rejection => delays.rejection.numbers(),
            PendingEvent::WithdrawalCheck => {
                return self.random.random_range(0.5..1.5) * WITHDRAWAL_CHECK_DAYS;
            }
            PendingEvent::Act(act) => match act {
                Act::Expedite => delays.expedite.numbers(),
                Act::DocProduced => delays.produced.numbers(),
                Act::DocMailed => delays.mailed.numbers(),
                Act::DocDelivered | Act::DocReturned => delays.delivered.numbers(),
                Act::OathScheduled => delays.oath_notice.numbers(),
                Act::OathTaken => delays.oath.numbers(),
                Act::SentDos => delays.sent.numbers(),
                Act::ReopenedAppeal => delays.reopening.numbers(),
                _ => (1.0, 0.0),
            },
        };
        self.lognormal(median, spread)
    }

    pub(super) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        if spread <= 0.0 {
            return median;
        }
        let normal = Normal::new(0.0, spread).map_or(0.0, |normal| normal.sample(&mut self.random));
        median * normal.exp()
    }

    pub(super) fn bernoulli(&mut self, share: f64) -> bool {
        self.random.random::<f64>() < share
    }

    pub(super) fn stream_of(&self, case: u32) -> &'a StreamPlan {
        &self.plan.streams[usize::from(self.cases[case as usize].stream)]
    }
}
