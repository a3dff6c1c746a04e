//! Who files on a day, and what is known of a case from the first.

use model::DAYS_PER_YEAR;
use rand::RngExt;
use rand_distr::{Distribution, Normal, Poisson};

use super::calendar::{is_working, month, weekday};
use super::scenario::{StepKind, What};
use super::world::{Act, CaseState, Coming, INTERVIEW, World};

impl World<'_> {
    /// Filings of today.
    pub(super) fn receive(&mut self) {
        let today = f64::from(self.today);
        let rhythm = &self.scenario.rhythm;
        let weekdays: f64 = rhythm.weekdays.get_ref().iter().sum::<f64>() / 7.0;
        let months: f64 = rhythm.months.get_ref().iter().sum::<f64>() / 12.0;
        let weight = rhythm.weekdays.get_ref()[weekday(self.today)] / weekdays
            * rhythm.months.get_ref()[month(self.today)]
            / months;
        for stream in 0..self.plan.streams.len() {
            let usual = self.plan.streams[stream].receipts.at(today) / DAYS_PER_YEAR;
            let mean = usual * weight * self.receipts_factor(stream) * self.scale;
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

    /// One filing.
    pub(super) fn file(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let case = self.cases.len() as u32;
        let center = pick(plan.centers.iter().map(|center| center.share), self.random.random());
        let support =
            pick(self.scenario.offices.iter().map(|office| *office.share.get_ref()), self.random.random());
        let mut office = support;
        if self.is_closed(StepKind::Interview, office) {
            office = self.another_office(StepKind::Interview);
        }
        let share = self.plan.share_on(stream, What::Interviews, plan.goes.interview, self.today);
        let interview = self.plan.steps[INTERVIEW].is_some() && self.chance(share);
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
            ahead: false,
            had_turn: false,
            biometrics_missed: 0,
            filed_at: office as u8,
            support: support as u8,
            held: None,
            rejected: false,
            over: false,
        });
        let place = if interview { plan.centers.len() + office } else { center };
        let easy = plan.goes.easy;
        let skips = if self.chance(easy) { plan.goes.easy_skips } else { 0.0 };
        let wait = f64::from(self.timetable.turn(stream, place, self.today) - self.today) * (1.0 - skips);
        let jitter =
            Normal::new(0.0, plan.goes.jitter_days).map_or(0.0, |normal| normal.sample(&mut self.random));
        self.cases[case as usize].planned_on = self.today + (wait + jitter).round().max(0.0) as i32;
        self.log(case, Act::Received);
        if self.chance(self.plan.rejected) {
            self.cases[case as usize].rejected = true;
            return self.expect(case, Coming::Refusal);
        }
        if self.chance(plan.goes.expedited) {
            self.expect(case, Coming::Act(Act::Expedite));
        }
        if let Some(premium) = &plan.draft.premium
            && self.chance(*premium.share.get_ref())
        {
            // Taken up in the last half of the time that the fee buys.
            let business_days = f64::from(premium.business_days) * self.random.random_range(0.5..0.95);
            self.cases[case as usize].ahead = true;
            self.cases[case as usize].planned_on = self.today + (business_days * 7.0 / 5.0) as i32;
        }
        for hold in self.holds_of(stream) {
            self.hold(case, hold);
        }
        self.begin_steps(case);
        if plan.goes.leaves_a_year > 0.0 {
            self.expect(case, Coming::Departure);
        }
    }
}

/// The position in which a number between 0 and 1 falls among shares of their sum.
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
