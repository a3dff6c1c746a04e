//! Who files on a day, and what is known of a case from the first.

use model::DAYS_PER_YEAR;
use rand::RngExt;
use rand_distr::{Distribution, Normal, Poisson};

use super::calendar::{month, weekday};
use super::scenario::{StepKind, What};
use super::world::{Act, CaseState, Coming, INTERVIEW, World};

impl World<'_> {
    /// Filings of today.
    pub(super) fn receive(&mut self) {
        let today = f64::from(self.today);
        let rhythm = &self.scenario.rhythm;
        let weekdays: f64 = rhythm.weekdays.iter().sum::<f64>() / 7.0;
        let months: f64 = rhythm.months.iter().sum::<f64>() / 12.0;
        let weight =
            rhythm.weekdays[weekday(self.today)] / weekdays * rhythm.months[month(self.today)] / months;
        for stream in 0..self.plan.streams.len() {
            let usual = self.plan.streams[stream].receipts.at(today) / DAYS_PER_YEAR;
            let mean = usual * weight * self.receipts_factor(stream) * self.scale;
            let filings = Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(&mut self.random));
            for _ in 0..filings as u32 {
                self.file(stream);
            }
        }
    }

    /// One filing.
    pub(super) fn file(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let case = self.cases.len() as u32;
        let center = pick(plan.centers.iter().map(|center| center.share), self.random.random());
        let mut office =
            pick(self.scenario.offices.iter().map(|office| *office.share.get_ref()), self.random.random());
        if self.is_closed(StepKind::Interview, office) {
            office = self.another_office(StepKind::Interview, office);
        }
        let usual = plan.goes.interview;
        let share = self.share(stream, What::Interviews, usual);
        let interview = self.plan.steps[INTERVIEW].is_some() && self.chance(share);
        self.cases.push(CaseState {
            received: self.today,
            stream: stream as u8,
            center: center as u8,
            office: office as u8,
            done: 0,
            begun: 0,
            turn: self.today,
            interview,
            ahead: false,
            had_turn: false,
            biometrics_missed: 0,
            filed_at: office as u8,
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
        self.cases[case as usize].turn = self.today + (wait + jitter).round().max(0.0) as i32;
        self.log(case, Act::Received);
        if self.chance(self.plan.rejected) {
            self.cases[case as usize].rejected = true;
            return self.expect(case, Coming::Refusal);
        }
        let expedited = plan.goes.expedited;
        let premium = plan.draft.premium.as_ref();
        let pays = premium.is_some_and(|premium| self.random.random::<f64>() < *premium.share.get_ref());
        let asks = self.chance(expedited);
        self.cases[case as usize].ahead = pays || asks;
        if asks {
            self.expect(case, Coming::Act(Act::Expedite));
        }
        if let Some(premium) = premium.filter(|_| pays) {
            // Among those who come first, by half of the limit.
            self.cases[case as usize].turn = self.today + i32::from(premium.business_days) * 7 / 10;
        }
        for hold in self.holds_of(stream) {
            self.hold(case, hold);
        }
        self.begin_steps(case);
        if plan.goes.leaves_a_year > 0.0 {
            let days = self.delay(case, Coming::Departure).unwrap_or(1.0);
            self.in_days(case, days, Coming::Departure);
        }
    }
}

/// The position in which a number between 0 and 1 falls among shares.
pub(super) fn pick(shares: impl Iterator<Item = f64>, mut at: f64) -> usize {
    let mut last = 0;
    for (position, share) in shares.enumerate() {
        last = position;
        at -= share;
        if at < 0.0 {
            break;
        }
    }
    last
}
