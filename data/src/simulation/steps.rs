//! What happens to a case: its steps, its turn, its decision, and what follows.

use model::DAYS_PER_YEAR;
use rand::RngExt;

use super::scenario::{After, StepKind, What};
use super::station::Class;
use super::world::{
    ANSWER_DAYS, Act, BIOMETRICS, Coming, DEPARTURE_LOOKS, Event, GoesOn, INTAKE, INTERVIEW,
    INTERVIEW_CANCELLED, INTERVIEW_CONTINUED, INTERVIEW_MOVED, MISSED, MOST_MISSED, REVIEW, UNANSWERED,
    World,
};

impl World<'_> {
    /// Begins every step that waits for nothing more; decides where none is left.
    pub(super) fn begin_steps(&mut self, case: u32) {
        for step in 0..self.plan.steps.len() {
            let state = &mut self.cases[case as usize];
            let bit = 1 << step;
            let Some(plan) = self.plan.steps[step].filter(|plan| plan.after & !state.done == 0) else {
                continue;
            };
            if state.begun & bit != 0 {
                continue;
            }
            state.begun |= bit;
            let (days, spread) = (plan.days, plan.spread);
            match step {
                INTAKE => {
                    let days = self.lognormal(days, spread);
                    self.in_days(case, days, Coming::IntakeDone);
                }
                BIOMETRICS => self.begin_biometrics(case),
                REVIEW if self.cases[case as usize].interview => {
                    let days = self.lognormal(days, spread);
                    self.in_days(case, days, Coming::InterviewReady);
                }
                REVIEW => self.join(case, GoesOn::Review(Class::Ordinary)),
                // Its line is joined when the review has made the case ready; without one there is none.
                _ => {
                    if !self.cases[case as usize].interview {
                        self.step_done(case, step);
                    }
                }
            }
        }
    }

    pub(super) fn step_done(&mut self, case: u32, step: usize) {
        self.cases[case as usize].done |= 1 << step;
        self.begin_steps(case);
    }

    pub(super) fn begin_biometrics(&mut self, case: u32) {
        let stream = usize::from(self.cases[case as usize].stream);
        let usual = self.plan.streams[stream].goes.reused;
        let share = self.share(stream, What::Reused, usual);
        let what = if self.chance(share) { Coming::BiometricsReuse } else { Coming::BiometricsNotice };
        let days = self.delay(case, what).unwrap_or(1.0);
        self.in_days(case, days, what);
    }

    /// Something comes due.
    pub(super) fn happens(&mut self, event: Event) {
        let case = event.case;
        let over = self.cases[case as usize].over;
        if let Coming::Act(act) = event.what {
            // Nothing is expedited that is over.
            if !(over && act == Act::Expedite) {
                self.log(case, act);
            }
            return;
        }
        if over {
            return;
        }
        match event.what {
            Coming::Act(_) => {}
            Coming::IntakeDone => self.step_done(case, INTAKE),
            Coming::BiometricsReuse => {
                self.log(case, Act::BiometricsReused);
                self.step_done(case, BIOMETRICS);
            }
            Coming::BiometricsNotice => {
                self.log(case, Act::BiometricsScheduled);
                self.expect(case, Coming::BiometricsAppointment);
            }
            Coming::BiometricsAppointment => {
                let (today, office) = (self.today, self.support_center(case));
                self.biometrics[office].join(case, Class::Ordinary, today);
            }
            Coming::InterviewReady => {
                if self.chance(self.stream_of(case).goes.transferred) {
                    self.log(case, Act::Transferred);
                }
                self.log(case, Act::InterviewReady);
                self.step_done(case, REVIEW);
                let class = self.class_of(case);
                self.join(case, GoesOn::Interview(class));
            }
            Coming::Interview => self.interview(case),
            Coming::Answer { intent } => {
                self.log(case, if intent { Act::NoidResponse } else { Act::RfeResponse });
                self.goes_back(case);
            }
            Coming::TakenUpAgain => self.goes_back(case),
            Coming::Decision => self.decide(case),
            // A clock that stands still runs out later.
            Coming::Unanswered if self.cases[case as usize].held.is_some() => {
                self.in_days(case, 30.0, Coming::Unanswered);
            }
            Coming::Unanswered => self.ends_with(case, Act::Denied),
            Coming::Refusal => self.ends_with(case, Act::Rejected),
            Coming::Departure => self.may_leave(case),
        }
    }

    /// Draws the delay of what comes next.
    pub(super) fn expect(&mut self, case: u32, what: Coming) {
        let days = self.delay(case, what).unwrap_or(1.0);
        self.in_days(case, days, what);
    }

    pub(super) fn class_of(&self, case: u32) -> Class {
        if self.cases[case as usize].ahead { Class::Ahead } else { Class::Ordinary }
    }

    /// Back to the line where it had its turn.
    pub(super) fn goes_back(&mut self, case: u32) {
        let to = if self.cases[case as usize].interview {
            GoesOn::Interview(Class::Back)
        } else {
            GoesOn::Review(Class::Back)
        };
        self.join(case, to);
    }

    pub(super) fn join(&mut self, case: u32, to: GoesOn) {
        let state = self.cases[case as usize];
        if state.held.is_some() {
            return self.on_hold.push((case, to));
        }
        let turn = |class: Class| if class == Class::Back { self.today } else { state.turn };
        match to {
            GoesOn::Review(class) => {
                let class = if class == Class::Ordinary { self.class_of(case) } else { class };
                let rank = turn(class);
                let line = self.review_line(case);
                self.reviews[line].join(case, class, rank);
            }
            GoesOn::Interview(class) => {
                let rank = turn(class);
                let office = self.field_office(case);
                self.interviews[office].join(case, class, rank);
            }
            GoesOn::Decision => self.expect(case, Coming::Decision),
        }
    }

    pub(super) fn review_line(&self, case: u32) -> usize {
        let state = self.cases[case as usize];
        let before: usize =
            self.plan.streams[..usize::from(state.stream)].iter().map(|stream| stream.centers.len()).sum();
        before + usize::from(state.center)
    }

    /// A biometrics appointment: kept, or missed and given again.
    pub(super) fn appointment(&mut self, case: u32) {
        let missed = self.cases[case as usize].biometrics_missed;
        if missed < MOST_MISSED && self.chance(MISSED) {
            self.cases[case as usize].biometrics_missed += 1;
            self.log(case, Act::BiometricsRescheduled);
            return self.expect(case, Coming::BiometricsAppointment);
        }
        self.log(case, Act::BiometricsTaken);
        self.step_done(case, BIOMETRICS);
    }

    /// An officer takes a case up: more is asked of the applicant, it is set aside, or it is decided.
    pub(super) fn turn(&mut self, case: u32, interviewed: bool) {
        if self.cases[case as usize].held.is_some() {
            let to = if interviewed { GoesOn::Decision } else { GoesOn::Review(Class::Back) };
            return self.on_hold.push((case, to));
        }
        let stream = usize::from(self.cases[case as usize].stream);
        let goes = self.plan.streams[stream].goes;
        let evidence = self.share(stream, What::Evidence, goes.evidence);
        let (intent, aside) = (goes.intent, goes.set_aside);
        if !self.cases[case as usize].had_turn {
            self.cases[case as usize].had_turn = true;
            let draw = self.random.random::<f64>();
            if draw < evidence + intent {
                let intent = draw >= evidence;
                self.log(case, if intent { Act::Noid } else { Act::RfeSent });
                if self.chance(UNANSWERED) {
                    let last = if intent { ANSWER_DAYS.1 } else { ANSWER_DAYS.0 };
                    return self.in_days(case, last + 14.0, Coming::Unanswered);
                }
                return self.expect(case, Coming::Answer { intent });
            }
            if draw < evidence + intent + aside {
                self.log(case, Act::UnderReview);
                return self.expect(case, Coming::TakenUpAgain);
            }
        }
        self.done_with(case);
    }

    /// All that was to be done is done.
    pub(super) fn done_with(&mut self, case: u32) {
        let state = self.cases[case as usize];
        if self.plan.steps[INTERVIEW].is_some() && !state.interview {
            self.log(case, Act::InterviewWaived);
        }
        self.cases[case as usize].done |= 1 << REVIEW | 1 << INTERVIEW;
        self.expect(case, Coming::Decision);
    }

    pub(super) fn schedule_interview(&mut self, case: u32) {
        if self.cases[case as usize].held.is_some() {
            return self.on_hold.push((case, GoesOn::Interview(Class::Back)));
        }
        // Who comes back after an interview needs no other.
        if self.cases[case as usize].had_turn {
            return self.done_with(case);
        }
        self.log(case, Act::InterviewScheduled);
        self.expect(case, Coming::Interview);
    }

    pub(super) fn interview(&mut self, case: u32) {
        if self.cases[case as usize].held.is_some() {
            return self.on_hold.push((case, GoesOn::Interview(Class::Ordinary)));
        }
        // The office was closed after the interview was scheduled.
        if self.is_closed(StepKind::Interview, usize::from(self.cases[case as usize].office)) {
            self.log(case, Act::InterviewCancelled);
            return self.join(case, GoesOn::Interview(Class::Ordinary));
        }
        let draw = self.random.random::<f64>();
        if draw < INTERVIEW_CANCELLED {
            self.log(case, Act::InterviewCancelled);
            return self.join(case, GoesOn::Interview(Class::Ordinary));
        }
        if draw < INTERVIEW_CANCELLED + INTERVIEW_MOVED {
            self.log(case, Act::InterviewRescheduled);
            return self.expect(case, Coming::Interview);
        }
        self.log(case, Act::InterviewCompleted);
        if self.chance(INTERVIEW_CONTINUED) {
            self.cases[case as usize].had_turn = true;
            return self.expect(case, Coming::TakenUpAgain);
        }
        self.turn(case, true);
    }

    pub(super) fn decide(&mut self, case: u32) {
        if self.cases[case as usize].held.is_some() {
            return self.on_hold.push((case, GoesOn::Decision));
        }
        let approved = self.stream_of(case).goes.approved;
        if self.chance(approved) {
            self.ends_with(case, Act::Approved);
            self.after_approval(case);
        } else {
            self.ends_with(case, Act::Denied);
            if self.chance(0.04) {
                let days = self.random.random_range(20.0..60.0);
                self.in_days(case, days, Coming::Act(Act::ReopenedAppeal));
            }
        }
    }

    pub(super) fn ends_with(&mut self, case: u32, act: Act) {
        self.log(case, act);
        self.cases[case as usize].over = true;
        if self.watched.as_ref().is_some_and(|watched| watched.get(case as usize) == Some(&true)) {
            self.watched_open -= 1;
        }
    }

    pub(super) fn after_approval(&mut self, case: u32) {
        let mut days = 0.0;
        let mut then = |world: &mut Self, median: f64, act: Act| {
            days += world.lognormal(median, 0.5).max(1.0);
            world.in_days(case, days, Coming::Act(act));
        };
        match self.plan.after_approval {
            After::Nothing => {}
            After::Card | After::Document => {
                then(self, 5.0, Act::DocProduced);
                then(self, 3.0, Act::DocMailed);
                let returned = self.chance(0.015);
                then(self, 4.0, if returned { Act::DocReturned } else { Act::DocDelivered });
            }
            After::Oath => {
                then(self, 14.0, Act::OathScheduled);
                then(self, 28.0, Act::OathTaken);
            }
            After::StateDepartment => {
                if self.chance(0.6) {
                    then(self, 10.0, Act::SentDos);
                }
            }
        }
    }

    /// Withdrawn, or closed because another case made it moot.
    pub(super) fn may_leave(&mut self, case: u32) {
        let share = self.stream_of(case).goes.leaves_a_year;
        if self.chance(1.0 - (1.0 - share).powf(DEPARTURE_LOOKS / DAYS_PER_YEAR)) {
            let moot = self.chance(0.6);
            return self.ends_with(case, if moot { Act::ClosedOther } else { Act::Withdrawn });
        }
        self.expect(case, Coming::Departure);
    }
}
