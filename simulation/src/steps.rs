//! What happens to a case: its steps, its service, its decision, and what follows.

use model::DAYS_PER_YEAR;
use rand::RngExt;

use super::queue::{Class, QueueRank};
use super::scenario::{After, StepKind, What};
use super::world::{
    Act, BIOMETRICS, INTAKE, INTERVIEW, MAX_MISSED, PendingEvent, REVIEW, Resumption, ScheduledEvent,
    WITHDRAWAL_CHECK_DAYS, World,
};

impl World<'_> {
    /// Begins every step whose conditions are met.
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
                INTAKE => self.schedule(case, PendingEvent::IntakeDone),
                BIOMETRICS => {
                    let what = self.biometrics_or_reuse(case, self.today);
                    self.schedule(case, what);
                }
                REVIEW if self.cases[case as usize].interview => {
                    self.schedule(case, PendingEvent::InterviewReady)
                }
                REVIEW => self.join(case, Resumption::Review(self.rank_of(case))),
                // The interview queue is joined when the review is done.
                _ => {}
            }
        }
    }

    pub(super) fn step_done(&mut self, case: u32, step: usize) {
        self.cases[case as usize].done |= 1 << step;
        self.begin_steps(case);
    }

    /// Handles an event that is due.
    pub(super) fn happens(&mut self, event: ScheduledEvent) {
        let case = event.case;
        let (over, held) = {
            let state = &self.cases[case as usize];
            (state.over, state.held.is_some())
        };
        match event.what {
            // A case that is over cannot be expedited.
            PendingEvent::Act(Act::Expedite) => {
                if !over {
                    self.expedite(case);
                }
            }
            PendingEvent::Act(Act::ReopenedAppeal) => self.reopen(case),
            PendingEvent::Act(act) => {
                self.log(case, act);
                self.follows(case, act);
            }
            _ if over => {}
            PendingEvent::IntakeDone => self.step_done(case, INTAKE),
            PendingEvent::BiometricsReuse => {
                self.log(case, Act::BiometricsReused);
                self.step_done(case, BIOMETRICS);
            }
            PendingEvent::BiometricsNotice => {
                self.log(case, Act::BiometricsScheduled);
                self.schedule(case, PendingEvent::BiometricsAppointment);
            }
            PendingEvent::BiometricsAppointment => {
                let (today, office) = (self.today, self.asc_of(case));
                self.biometrics[office].join(case, QueueRank { class: Class::Regular, day: today });
            }
            PendingEvent::InterviewReady => {
                if self.bernoulli(self.stream_of(case).rates.transferred) {
                    self.log(case, Act::Transferred);
                }
                self.log(case, Act::InterviewReady);
                self.step_done(case, REVIEW);
                self.join(case, Resumption::Interview(self.rank_of(case)));
            }
            PendingEvent::Interview => self.interview(case),
            PendingEvent::Response { noid } => {
                self.log(case, if noid { Act::NoidResponse } else { Act::RfeResponse });
                self.return_to_queue(case);
            }
            PendingEvent::SetAsideOver => self.return_to_queue(case),
            PendingEvent::Decision | PendingEvent::Redecision => self.decide(case),
            // A hold stops the response deadline.
            PendingEvent::Unanswered { .. } | PendingEvent::Denial if held => {
                self.on_hold.push((case, Resumption::Denial))
            }
            PendingEvent::Unanswered { .. } | PendingEvent::Denial => self.deny(case),
            PendingEvent::Rejection => self.ends_with(case, Act::Rejected),
            PendingEvent::WithdrawalCheck => self.check_withdrawal(case),
        }
    }

    /// The rank of a case that joins a queue for the first time.
    pub(super) fn rank_of(&self, case: u32) -> QueueRank {
        let state = &self.cases[case as usize];
        QueueRank {
            class: if state.priority { Class::Priority } else { Class::Regular },
            day: state.planned_on,
        }
    }

    /// Returns a case to the queue where it was served.
    fn return_to_queue(&mut self, case: u32) {
        let rank = QueueRank { class: Class::Returning, day: self.today };
        let to = if self.cases[case as usize].interview {
            Resumption::Interview(rank)
        } else {
            Resumption::Review(rank)
        };
        self.join(case, to);
    }

    /// Gives a case priority, also in the queue where it waits.
    fn expedite(&mut self, case: u32) {
        self.log(case, Act::Expedite);
        let today = self.today;
        let state = &mut self.cases[case as usize];
        let waits_already = state.queued == Some(Class::Regular);
        let for_interview = state.interview;
        state.priority = true;
        state.planned_on = state.planned_on.min(today);
        if waits_already {
            // It leaves its old rank. On hold it waits for the end of the hold.
            state.queued = None;
            let rank = self.rank_of(case);
            self.join(
                case,
                if for_interview { Resumption::Interview(rank) } else { Resumption::Review(rank) },
            );
        }
    }

    pub(super) fn join(&mut self, case: u32, to: Resumption) {
        let state = self.cases[case as usize];
        if state.held.is_some() {
            return self.on_hold.push((case, to));
        }
        // A case expedited before it arrives has priority on arrival.
        let at = |world: &Self, rank: QueueRank| {
            if rank.class == Class::Regular && state.priority { world.rank_of(case) } else { rank }
        };
        match to {
            Resumption::Review(rank) => {
                let rank = at(self, rank);
                let queue = self.review_queue(case);
                self.cases[case as usize].queued = Some(rank.class);
                self.reviews[queue].join(case, rank);
            }
            Resumption::Interview(rank) => {
                let rank = at(self, rank);
                let office = self.field_office(case);
                self.cases[case as usize].queued = Some(rank.class);
                self.interviews[office].join(case, rank);
            }
            Resumption::Decision => self.schedule(case, PendingEvent::Decision),
            Resumption::Denial => self.schedule(case, PendingEvent::Denial),
        }
    }

    pub(super) fn review_queue(&self, case: u32) -> usize {
        let state = self.cases[case as usize];
        let before: usize =
            self.plan.streams[..usize::from(state.stream)].iter().map(|stream| stream.centers.len()).sum();
        before + usize::from(state.center)
    }

    /// Keeps a biometrics appointment, or misses it and gets another.
    pub(super) fn appointment(&mut self, case: u32) {
        let missed = self.cases[case as usize].biometrics_missed;
        if missed < MAX_MISSED && self.bernoulli(*self.scenario.probabilities.missed.get_ref()) {
            self.cases[case as usize].biometrics_missed += 1;
            self.log(case, Act::BiometricsRescheduled);
            return self.schedule(case, PendingEvent::BiometricsAppointment);
        }
        self.log(case, Act::BiometricsTaken);
        self.step_done(case, BIOMETRICS);
    }

    /// Serves a case: an officer requests evidence, sets the case aside, or finishes it.
    pub(super) fn officer_works_on(&mut self, case: u32) {
        let stream = usize::from(self.cases[case as usize].stream);
        let rates = self.plan.streams[stream].rates;
        let rfe = self.plan.share_on(stream, What::Rfe, rates.rfe, self.today);
        let (noid, aside) = (rates.noid, rates.set_aside);
        if !self.cases[case as usize].was_served {
            self.cases[case as usize].was_served = true;
            let draw = self.random.random::<f64>();
            if draw < rfe + noid {
                let noid = draw >= rfe;
                self.log(case, if noid { Act::Noid } else { Act::RfeSent });
                let what = self.response_or_none(noid);
                return self.schedule(case, what);
            }
            if draw < rfe + noid + aside {
                self.log(case, Act::UnderReview);
                return self.schedule(case, PendingEvent::SetAsideOver);
            }
        }
        self.done_with(case);
    }

    /// Finishes the work on a case; the decision follows.
    fn done_with(&mut self, case: u32) {
        let state = self.cases[case as usize];
        if self.plan.steps[INTERVIEW].is_some() && !state.interview {
            self.log(case, Act::InterviewWaived);
        }
        self.cases[case as usize].done |= 1 << REVIEW | 1 << INTERVIEW;
        self.schedule(case, PendingEvent::Decision);
    }

    pub(super) fn schedule_interview(&mut self, case: u32) {
        // A case that comes back after its interview needs no other.
        if self.cases[case as usize].was_served {
            return self.done_with(case);
        }
        self.log(case, Act::InterviewScheduled);
        self.schedule(case, PendingEvent::Interview);
    }

    fn interview(&mut self, case: u32) {
        let state = self.cases[case as usize];
        let probabilities = &self.scenario.probabilities;
        let (cancelled, rescheduled) =
            (*probabilities.cancelled.get_ref(), *probabilities.rescheduled.get_ref());
        let draw = self.random.random::<f64>();
        // No interview takes place on hold, or at an office that closed after it was scheduled.
        let off = state.held.is_some() || self.is_closed(StepKind::Interview, usize::from(state.office));
        if off || draw < cancelled {
            self.log(case, Act::InterviewCancelled);
            return self.join(case, Resumption::Interview(self.rank_of(case)));
        }
        if draw < cancelled + rescheduled {
            self.log(case, Act::InterviewRescheduled);
            return self.schedule(case, PendingEvent::Interview);
        }
        self.log(case, Act::InterviewCompleted);
        if self.bernoulli(*self.scenario.probabilities.continued.get_ref()) {
            self.cases[case as usize].was_served = true;
            return self.schedule(case, PendingEvent::SetAsideOver);
        }
        self.officer_works_on(case);
    }

    fn decide(&mut self, case: u32) {
        if self.cases[case as usize].held.is_some() {
            return self.on_hold.push((case, Resumption::Decision));
        }
        let approved = self.stream_of(case).rates.approved;
        if self.bernoulli(approved) {
            self.ends_with(case, Act::Approved);
            self.follows(case, Act::Approved);
        } else {
            self.deny(case);
        }
    }

    fn deny(&mut self, case: u32) {
        self.ends_with(case, Act::Denied);
        if self.bernoulli(*self.scenario.probabilities.reopened.get_ref()) {
            self.schedule(case, PendingEvent::Act(Act::ReopenedAppeal));
        }
    }

    /// Makes a decided case pending again, until it gets a new decision.
    fn reopen(&mut self, case: u32) {
        self.log(case, Act::ReopenedAppeal);
        self.cases[case as usize].over = false;
        if self.is_watched(case) {
            self.watched_open += 1;
        }
        self.schedule(case, PendingEvent::Redecision);
    }

    fn is_watched(&self, case: u32) -> bool {
        self.watched.as_ref().is_some_and(|watched| watched.get(case as usize) == Some(&true))
    }

    pub(super) fn ends_with(&mut self, case: u32, act: Act) {
        self.log(case, act);
        self.cases[case as usize].over = true;
        if self.is_watched(case) {
            self.watched_open -= 1;
        }
    }

    /// Schedules what follows an act of an approved case.
    fn follows(&mut self, case: u32, act: Act) {
        let probabilities = &self.scenario.probabilities;
        let (returned, sent) = (*probabilities.returned.get_ref(), *probabilities.sent.get_ref());
        let next = match (act, self.plan.after_approval) {
            (Act::Approved, After::Card | After::Document) => Act::DocProduced,
            (Act::DocProduced, _) => Act::DocMailed,
            (Act::DocMailed, _) if self.bernoulli(returned) => Act::DocReturned,
            (Act::DocMailed, _) => Act::DocDelivered,
            (Act::Approved, After::Oath) => Act::OathScheduled,
            (Act::OathScheduled, _) => Act::OathTaken,
            (Act::Approved, After::StateDepartment) if self.bernoulli(sent) => Act::SentDos,
            _ => return,
        };
        self.schedule(case, PendingEvent::Act(next));
    }

    /// Checks whether a case is withdrawn, or closed because another case made it moot.
    pub(super) fn check_withdrawal(&mut self, case: u32) {
        let share = self.stream_of(case).rates.annual_withdrawal_rate;
        if self.bernoulli(1.0 - (1.0 - share).powf(WITHDRAWAL_CHECK_DAYS / DAYS_PER_YEAR)) {
            let moot = self.bernoulli(*self.scenario.probabilities.moot.get_ref());
            return self.ends_with(case, if moot { Act::ClosedOther } else { Act::Withdrawn });
        }
        self.schedule(case, PendingEvent::WithdrawalCheck);
    }
}
