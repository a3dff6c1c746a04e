//! The filings of a day, and what is set when a case is filed.

use model::DAYS_PER_YEAR;
use rand::RngExt;
use rand_distr::{Distribution, Normal, Poisson};

use super::calendar::{is_working, month, weekday};
use super::scenario::{StepKind, What};
use super::world::{Act, CaseState, INTERVIEW, PendingEvent, World};

impl World<'_> {
    /// Draws today's filings.
    pub(super) fn receive(&mut self) {
        let today = f64::from(self.today);
        let seasonality = &self.scenario.seasonality;
        let weekdays: f64 = seasonality.weekdays.get_ref().iter().sum::<f64>() / 7.0;
        let months: f64 = seasonality.months.get_ref().iter().sum::<f64>() / 12.0;
        let weight = seasonality.weekdays.get_ref()[weekday(self.today)] / weekdays
            * seasonality.months.get_ref()[month(self.today)]
            / months;
        for stream in 0..self.plan.streams.len() {
            let defaults = self.plan.streams[stream].receipts.at(today) / DAYS_PER_YEAR;
            let mean = defaults * weight * self.receipts_factor(stream) * self.scale;
            let filings = Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(&mut self.random));
            self.unopened[stream] += filings as u32;
            // Mail is opened on working days.
            if is_working(self.today) || !self.plan.streams[stream].on_paper {
                for _ in 0..std::mem::take(&mut self.unopened[stream]) {
                    self.file(stream);
                }
            }
        }
    }

    /// Files one case.
    pub(super) fn file(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let case = self.cases.len() as u32;
        let center = pick(plan.centers.iter().map(|center| center.share), self.random.random());
        let asc =
            pick(self.scenario.offices.iter().map(|office| *office.share.get_ref()), self.random.random());
        let mut office = asc;
        if self.is_closed(StepKind::Interview, office) {
            office = self.another_office(StepKind::Interview);
        }
        let share = self.plan.share_on(stream, What::Interviews, plan.rates.interview, self.today);
        let interview = self.plan.steps[INTERVIEW].is_some() && self.bernoulli(share);
        self.cases.push(CaseState {
            received: self.today,
            stream: stream as u8,
            center: center as u8,
            office: office as u8,
            done: 0,
            begun: 0,
            planned_on: self.today,
            queued: None,
            interview,
            priority: false,
            was_served: false,
            biometrics_missed: 0,
            filed_at: office as u8,
            asc: asc as u8,
            held: None,
            rejected: false,
            over: false,
        });
        let place = if interview { plan.centers.len() + office } else { center };
        let easy = plan.rates.easy;
        let skips = if self.bernoulli(easy) { plan.rates.easy_wait_reduction } else { 0.0 };
        let wait =
            f64::from(self.timetable.service_day(stream, place, self.today) - self.today) * (1.0 - skips);
        let jitter =
            Normal::new(0.0, plan.rates.jitter_days).map_or(0.0, |normal| normal.sample(&mut self.random));
        self.cases[case as usize].planned_on = self.today + (wait + jitter).round().max(0.0) as i32;
        self.log(case, Act::Received);
        if self.bernoulli(self.plan.rejected) {
            self.cases[case as usize].rejected = true;
            return self.schedule(case, PendingEvent::Rejection);
        }
        if self.bernoulli(plan.rates.expedited) {
            self.schedule(case, PendingEvent::Act(Act::Expedite));
        }
        if let Some(premium) = &plan.spec.premium
            && self.bernoulli(*premium.share.get_ref())
        {
            // Served in the last half of the time that the fee buys.
            let business_days = f64::from(premium.business_days) * self.random.random_range(0.5..0.95);
            self.cases[case as usize].priority = true;
            self.cases[case as usize].planned_on = self.today + (business_days * 7.0 / 5.0) as i32;
        }
        for hold in self.holds_of(stream) {
            self.hold(case, hold);
        }
        self.begin_steps(case);
        if plan.rates.annual_withdrawal_rate > 0.0 {
            self.schedule(case, PendingEvent::WithdrawalCheck);
        }
    }
}

/// The index of the share that a number between 0 and 1 falls into.
pub(super) fn pick(shares: impl Iterator<Item = f64> + Clone, at: f64) -> usize {
    let mut left = at * shares.clone().sum::<f64>();
    let mut last = 0;
    for (position, share) in shares.enumerate().filter(|(_, share)| *share > 0.0) {
        last = position;
        left -= share;
        if left < 0.0 {
            break;
        }
    }
    last
}
