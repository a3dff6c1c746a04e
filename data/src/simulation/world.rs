//! The world of one form, day by day: filings arrive, steps begin and end, officers take up what is next in line.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_pcg::Pcg64Mcg;

use super::calendar::{is_working, weekday};
use super::plan::{FormPlan, Scenario, StreamPlan};
use super::scenario::{StepKind, What};
use super::station::{Class, Place, Station};
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
    pub(super) planned_on: i32,
    /// In which class it waits for a review or an interview, if it stands in such a line.
    pub(super) queued: Option<Class>,
    pub(super) interview: bool,
    pub(super) ahead: bool,
    /// It had its turn and was asked for evidence or set aside: it is not asked again.
    pub(super) had_turn: bool,
    pub(super) biometrics_missed: u8,
    /// Where it was filed: what an attribute known at receipt says, wherever it is sent later.
    pub(super) filed_at: u8,
    /// The application support center where its applicant lives.
    pub(super) support: u8,
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
    Unanswered {
        intent: bool,
    },
    /// It is denied for that, after a hold.
    Denial,
    Decision,
    Refusal,
    Departure,
    /// Recorded when it comes, and then what follows it.
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

/// Whole days, at least one; what takes a thousand years takes no longer.
fn whole(days: f64) -> i32 {
    days.round().clamp(1.0, 365_250.0) as i32
}

/// Where a case goes on that was on hold at its turn.
#[derive(Debug, Clone, Copy)]
pub(super) enum GoesOn {
    Review(Place),
    Interview(Place),
    Decision,
    Denial,
}

/// How a line is staffed by and by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Staff {
    /// Logarithm of what is there against what was planned.
    pub(super) noise: f64,
    /// Turns a working day.
    pub(super) a_day: f64,
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
    /// Filings by stream that came when nobody opens mail.
    pub(super) unopened: Vec<u32>,
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

/// Missed biometrics appointments are given again so often.
pub(super) const MAX_MISSED: u8 = 2;
/// The longest time to answer a request for evidence and a notice of intent (84 and 30 days, 8 CFR 103.2(b)(8)(iv)), with three days
/// for the mail.
pub(super) const ANSWER_DAYS: (f64, f64) = (87.0, 33.0);
/// A request that nobody answered is denied so many days after the last day to answer.
const SILENCE: f64 = 14.0;
/// A denial that a hold kept back comes so many days after it.
const AFTER_HOLD: f64 = 30.0;
/// Days between two looks at whether a case leaves.
pub(super) const DEPARTURE_LOOKS: f64 = 60.0;
/// A delay that is drawn again, given that it is not over yet, is drawn at most so often.
const REDRAWS: usize = 5_000;

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
            unopened: vec![0; plan.streams.len()],
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
        let coming: Vec<Event> =
            other.coming[from..].iter_mut().flat_map(|events| events.drain(..)).collect();
        for event in coming {
            other.draw_again(event);
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

    /// Draws when something comes that begins today; not before tomorrow.
    pub(super) fn expect(&mut self, case: u32, what: Coming) {
        let days = self.delay(case, what);
        let day = self.today + whole(days);
        self.put(Event { case, began: self.today, what }, day);
    }

    fn put(&mut self, event: Event, day: i32) {
        let day = working_day(event.what, event.case, day);
        // What lies beyond the end of the world never comes.
        if let Some(events) = self.coming.get_mut((day - self.begins) as usize) {
            events.push(event);
        }
    }

    /// Draws an event again, given that it has not come yet: when, and which it is where more than one could be coming.
    fn draw_again(&mut self, event: Event) {
        let Event { case, began, what } = event;
        for _ in 0..REDRAWS {
            let what = self.instead(case, what, began);
            let days = self.delay(case, what);
            let day = working_day(what, case, began + whole(days));
            if day >= self.today {
                return self.put(Event { case, began, what }, day);
            }
        }
        // A delay that is hardly ever so long is over soon.
        let soon = self.random.random_range(0..10);
        self.put(event, self.today + soon);
    }

    /// What may be coming as well, as long as nobody knows: an answer or none, a notice or none because earlier biometrics do.
    fn instead(&mut self, case: u32, what: Coming, began: i32) -> Coming {
        match what {
            Coming::Answer { intent } | Coming::Unanswered { intent } => self.answer_or_none(intent),
            Coming::BiometricsNotice | Coming::BiometricsReuse => self.biometrics_or_reuse(case, began),
            other => other,
        }
    }

    /// Whether a request will be answered.
    pub(super) fn answer_or_none(&mut self, intent: bool) -> Coming {
        let silent = self.chance(*self.scenario.chances.unanswered.get_ref());
        if silent { Coming::Unanswered { intent } } else { Coming::Answer { intent } }
    }

    /// Whether a case that is ready for biometrics on a day is invited, or earlier ones are used again.
    pub(super) fn biometrics_or_reuse(&mut self, case: u32, day: i32) -> Coming {
        let stream = usize::from(self.cases[case as usize].stream);
        let usual = self.plan.streams[stream].goes.reused;
        let share = self.plan.share_on(stream, What::Reused, usual, day);
        if self.chance(share) { Coming::BiometricsReuse } else { Coming::BiometricsNotice }
    }

    /// Draws how long something takes that is coming.
    fn delay(&mut self, case: u32, what: Coming) -> f64 {
        let step = |kind: usize| self.plan.steps[kind].map_or((0.0, 0.0), |step| (step.days, step.spread));
        let delays = &self.scenario.delays;
        let (median, spread) = match what {
            Coming::IntakeDone => step(INTAKE),
            Coming::BiometricsNotice => step(BIOMETRICS),
            Coming::BiometricsReuse => delays.reuse.numbers(),
            Coming::BiometricsAppointment => delays.appointment.numbers(),
            Coming::InterviewReady => step(REVIEW),
            Coming::Interview => delays.interview.numbers(),
            Coming::Answer { intent } => {
                let (answer, most) =
                    if intent { (&delays.intent, ANSWER_DAYS.1) } else { (&delays.evidence, ANSWER_DAYS.0) };
                let (median, spread) = answer.numbers();
                // Who would take longer answers in the last days before the deadline.
                return self.lognormal(median, spread).min(most - self.random.random_range(0.0..6.0));
            }
            Coming::TakenUpAgain => {
                (self.stream_of(case).goes.set_aside_days.max(1.0), *delays.set_aside_spread.get_ref())
            }
            Coming::Unanswered { intent } => {
                (if intent { ANSWER_DAYS.1 } else { ANSWER_DAYS.0 } + SILENCE, 0.0)
            }
            Coming::Denial => (AFTER_HOLD, 0.0),
            Coming::Decision => delays.decision.numbers(),
            Coming::Refusal => delays.refusal.numbers(),
            Coming::Departure => return self.random.random_range(0.5..1.5) * DEPARTURE_LOOKS,
            Coming::Act(act) => match act {
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

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.random.random::<f64>() < share
    }

    pub(super) fn stream_of(&self, case: u32) -> &'a StreamPlan {
        &self.plan.streams[usize::from(self.cases[case as usize].stream)]
    }
}
