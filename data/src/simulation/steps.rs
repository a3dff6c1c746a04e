//! What happens to a case: its steps, its turn, its decision, and what follows.

use model::DAYS_PER_YEAR;
use rand::RngExt;

use super::scenario::{After, StepKind, What};
use super::station::{Class, Place};
use super::world::{
    Act, BIOMETRICS, Coming, DEPARTURE_LOOKS, Event, GoesOn, INTAKE, INTERVIEW, MAX_MISSED, REVIEW, World,
};

impl World<'_> {
    /// Begins every step that waits for nothing more.
    pub(super) fn begin_steps(&mut self, case: u32) {
        for step in 0..self.plan.steps.len() {
            let state = &mut self.cases[case as usize];
            let bit = 1 << step;
            let ready = self.plan.steps[step].is_some_and(|plan| plan.after & !state.done == 0);
            if !ready || state.begun & bit != 0 {
                continue;
            }
            state.begun |= bit;
            match step {
                INTAKE => self.expect(case, Coming::IntakeDone),
                BIOMETRICS => {
                    let what = self.biometrics_or_reuse(case, self.today);
                    self.expect(case, what);
                }
                REVIEW if self.cases[case as usize].interview => self.expect(case, Coming::InterviewReady),
                REVIEW => self.join(case, GoesOn::Review(self.place_of(case))),
                // Its line is joined when the review has made the case ready.
                _ => {}
            }
        }
    }

    pub(super) fn step_done(&mut self, case: u32, step: usize) {
        self.cases[case as usize].done |= 1 << step;
        self.begin_steps(case);
    }

    /// Something comes due.
    pub(super) fn happens(&mut self, event: Event) {
        let case = event.case;
        let (over, held) = {
            let state = &self.cases[case as usize];
            (state.over, state.held.is_some())
        };
        match event.what {
            // Nothing is expedited that is over.
            Coming::Act(Act::Expedite) => {
                if !over {
                    self.expedite(case);
                }
            }
            Coming::Act(act) => {
                self.log(case, act);
                self.follows(case, act);
            }
            _ if over => {}
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
                self.biometrics[office].join(case, Place { class: Class::Ordinary, rank: today });
            }
            Coming::InterviewReady => {
                if self.chance(self.stream_of(case).goes.transferred) {
                    self.log(case, Act::Transferred);
                }
                self.log(case, Act::InterviewReady);
                self.step_done(case, REVIEW);
                self.join(case, GoesOn::Interview(self.place_of(case)));
            }
            Coming::Interview => self.interview(case),
            Coming::Answer { intent } => {
                self.log(case, if intent { Act::NoidResponse } else { Act::RfeResponse });
                self.goes_back(case);
            }
            Coming::TakenUpAgain => self.goes_back(case),
            Coming::Decision => self.decide(case),
            // A clock that stands still runs out later.
            Coming::Unanswered { .. } | Coming::Denial if held => self.on_hold.push((case, GoesOn::Denial)),
            Coming::Unanswered { .. } | Coming::Denial => self.deny(case),
            Coming::Refusal => self.ends_with(case, Act::Rejected),
            Coming::Departure => self.may_leave(case),
        }
    }

    /// Where a case stands in a line to which it comes for the first time.
    pub(super) fn place_of(&self, case: u32) -> Place {
        let state = &self.cases[case as usize];
        Place { class: if state.ahead { Class::Ahead } else { Class::Ordinary }, rank: state.planned_on }
    }

    /// Back to the line where it had its turn.
    fn goes_back(&mut self, case: u32) {
        let place = Place { class: Class::Back, rank: self.today };
        let to = if self.cases[case as usize].interview {
            GoesOn::Interview(place)
        } else {
            GoesOn::Review(place)
        };
        self.join(case, to);
    }

    /// From now on it goes before others, also where it stands in line.
    fn expedite(&mut self, case: u32) {
        self.log(case, Act::Expedite);
        let today = self.today;
        let state = &mut self.cases[case as usize];
        let waits_already = state.queued == Some(Class::Ordinary);
        let for_interview = state.interview;
        state.ahead = true;
        state.planned_on = state.planned_on.min(today);
        if waits_already {
            // The old place is left; on hold it waits for the end of that.
            state.queued = None;
            let place = self.place_of(case);
            self.join(case, if for_interview { GoesOn::Interview(place) } else { GoesOn::Review(place) });
        }
    }

    pub(super) fn join(&mut self, case: u32, to: GoesOn) {
        let state = self.cases[case as usize];
        if state.held.is_some() {
            return self.on_hold.push((case, to));
        }
        // Who was expedited on the way is ahead on arrival.
        let at = |world: &Self, place: Place| {
            if place.class == Class::Ordinary && state.ahead { world.place_of(case) } else { place }
        };
        match to {
            GoesOn::Review(place) => {
                let place = at(self, place);
                let line = self.review_line(case);
                self.cases[case as usize].queued = Some(place.class);
                self.reviews[line].join(case, place);
            }
            GoesOn::Interview(place) => {
                let place = at(self, place);
                let office = self.field_office(case);
                self.cases[case as usize].queued = Some(place.class);
                self.interviews[office].join(case, place);
            }
            GoesOn::Decision => self.expect(case, Coming::Decision),
            GoesOn::Denial => self.expect(case, Coming::Denial),
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
        if missed < MAX_MISSED && self.chance(*self.scenario.chances.missed.get_ref()) {
            self.cases[case as usize].biometrics_missed += 1;
            self.log(case, Act::BiometricsRescheduled);
            return self.expect(case, Coming::BiometricsAppointment);
        }
        self.log(case, Act::BiometricsTaken);
        self.step_done(case, BIOMETRICS);
    }

    /// An officer takes a case up: more is asked of the applicant, it is set aside, or it is decided.
    pub(super) fn officer_works_on(&mut self, case: u32) {
        let stream = usize::from(self.cases[case as usize].stream);
        let goes = self.plan.streams[stream].goes;
        let evidence = self.plan.share_on(stream, What::Evidence, goes.evidence, self.today);
        let (intent, aside) = (goes.intent, goes.set_aside);
        if !self.cases[case as usize].had_turn {
            self.cases[case as usize].had_turn = true;
            let draw = self.random.random::<f64>();
            if draw < evidence + intent {
                let intent = draw >= evidence;
                self.log(case, if intent { Act::Noid } else { Act::RfeSent });
                let what = self.answer_or_none(intent);
                return self.expect(case, what);
            }
            if draw < evidence + intent + aside {
                self.log(case, Act::UnderReview);
                return self.expect(case, Coming::TakenUpAgain);
            }
        }
        self.done_with(case);
    }

    /// All that was to be done is done.
    fn done_with(&mut self, case: u32) {
        let state = self.cases[case as usize];
        if self.plan.steps[INTERVIEW].is_some() && !state.interview {
            self.log(case, Act::InterviewWaived);
        }
        self.cases[case as usize].done |= 1 << REVIEW | 1 << INTERVIEW;
        self.expect(case, Coming::Decision);
    }

    pub(super) fn schedule_interview(&mut self, case: u32) {
        // Who comes back after an interview needs no other.
        if self.cases[case as usize].had_turn {
            return self.done_with(case);
        }
        self.log(case, Act::InterviewScheduled);
        self.expect(case, Coming::Interview);
    }

    fn interview(&mut self, case: u32) {
        let state = self.cases[case as usize];
        let chances = &self.scenario.chances;
        let (cancelled, moved) = (*chances.cancelled.get_ref(), *chances.moved.get_ref());
        let draw = self.random.random::<f64>();
        // Nobody is interviewed who is on hold, or where the office was closed after the interview was scheduled.
        let off = state.held.is_some() || self.is_closed(StepKind::Interview, usize::from(state.office));
        if off || draw < cancelled {
            self.log(case, Act::InterviewCancelled);
            return self.join(case, GoesOn::Interview(self.place_of(case)));
        }
        if draw < cancelled + moved {
            self.log(case, Act::InterviewRescheduled);
            return self.expect(case, Coming::Interview);
        }
        self.log(case, Act::InterviewCompleted);
        if self.chance(*self.scenario.chances.continued.get_ref()) {
            self.cases[case as usize].had_turn = true;
            return self.expect(case, Coming::TakenUpAgain);
        }
        self.officer_works_on(case);
    }

    fn decide(&mut self, case: u32) {
        if self.cases[case as usize].held.is_some() {
            return self.on_hold.push((case, GoesOn::Decision));
        }
        let approved = self.stream_of(case).goes.approved;
        if self.chance(approved) {
            self.ends_with(case, Act::Approved);
            self.follows(case, Act::Approved);
        } else {
            self.deny(case);
        }
    }

    fn deny(&mut self, case: u32) {
        self.ends_with(case, Act::Denied);
        if self.chance(*self.scenario.chances.reopened.get_ref()) {
            self.expect(case, Coming::Act(Act::ReopenedAppeal));
        }
    }

    pub(super) fn ends_with(&mut self, case: u32, act: Act) {
        self.log(case, act);
        self.cases[case as usize].over = true;
        if self.watched.as_ref().is_some_and(|watched| watched.get(case as usize) == Some(&true)) {
            self.watched_open -= 1;
        }
    }

    /// What comes after an act when a case is approved: each when the one before has come.
    fn follows(&mut self, case: u32, act: Act) {
        let chances = &self.scenario.chances;
        let (returned, sent) = (*chances.returned.get_ref(), *chances.sent.get_ref());
        let next = match (act, self.plan.after_approval) {
            (Act::Approved, After::Card | After::Document) => Act::DocProduced,
            (Act::DocProduced, _) => Act::DocMailed,
            (Act::DocMailed, _) if self.chance(returned) => Act::DocReturned,
            (Act::DocMailed, _) => Act::DocDelivered,
            (Act::Approved, After::Oath) => Act::OathScheduled,
            (Act::OathScheduled, _) => Act::OathTaken,
            (Act::Approved, After::StateDepartment) if self.chance(sent) => Act::SentDos,
            _ => return,
        };
        self.expect(case, Coming::Act(next));
    }

    /// Withdrawn, or closed because another case made it moot.
    pub(super) fn may_leave(&mut self, case: u32) {
        let share = self.stream_of(case).goes.leaves_a_year;
        if self.chance(1.0 - (1.0 - share).powf(DEPARTURE_LOOKS / DAYS_PER_YEAR)) {
            let moot = self.chance(*self.scenario.chances.moot.get_ref());
            return self.ends_with(case, if moot { Act::ClosedOther } else { Act::Withdrawn });
        }
        self.expect(case, Coming::Departure);
    }
}
