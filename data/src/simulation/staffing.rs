//! How many turns every line has in a week: what the plan needs, what chance and changes make of it.

use rand_distr::{Distribution, Normal};

use super::calendar::is_working;
use super::scenario::{Staffing, StepKind, What};
use super::world::{BIOMETRICS, INTAKE, INTERVIEW, World};

/// Application support centers are staffed for the appointments that are due, with some room.
const BIOMETRICS_ROOM: f64 = 1.15;
/// Working days of a week without holidays.
const WORKING_WEEK: f64 = 5.0;
/// Where the first in line is later than planned by so many days, somebody comes once a week, however small the place is.
const FAR_TOO_LATE: i32 = 30;
const ONCE_A_WEEK: f64 = 0.2;

impl World<'_> {
    /// Plans the turns of a working day in the week that begins.
    pub(super) fn staff_the_week(&mut self) {
        let staffing = &self.scenario.staffing;
        let (weekly_change, persistence) =
            (*staffing.weekly_change.get_ref(), *staffing.persistence.get_ref());
        for line in 0..self.staff.len() {
            let change =
                Normal::new(0.0, weekly_change).map_or(0.0, |normal| normal.sample(&mut self.random));
            self.staff[line].noise = persistence * self.staff[line].noise + change;
        }
        self.set_turns();
    }

    /// Sets the turns of a working day of this week by plan, chance, backlog and changes.
    pub(super) fn set_turns(&mut self) {
        let monday = self.today - super::calendar::weekday(self.today) as i32;
        let working = (monday..monday + 7).filter(|&day| is_working(day)).count().max(1) as f64;
        let offices = self.scenario.offices.len();
        for line in 0..self.staff.len() {
            let a_week = 7.0 * self.planned_a_day(line) * self.scale;
            let station = match line {
                line if line < offices => &self.biometrics[line],
                line if line < 2 * offices => &self.interviews[line - offices],
                line => &self.reviews[line - 2 * offices],
            };
            let late = station.head().map_or(0, |planned_on| self.today - planned_on);
            let Staffing { catching_up, overtime, .. } = &self.scenario.staffing;
            let (catching_up, overtime) = (*catching_up.get_ref(), *overtime.get_ref());
            let more = (catching_up * f64::from(late) / 28.0).clamp(-overtime, overtime);
            let fixed = line.checked_sub(2 * offices).and_then(|line| self.fixed_turns_a_day(line));
            let mut a_day =
                fixed.unwrap_or_else(|| a_week * self.staff[line].noise.exp() * (1.0 + more) / working);
            // In a small world a place may be planned for less than a case a year; who comes there must not wait for that.
            let forgotten = station.earliest().is_some_and(|rank| self.today - rank > FAR_TOO_LATE);
            if fixed.is_none() && a_week > 0.0 && forgotten {
                a_day = a_day.max(ONCE_A_WEEK);
            }
            self.staff[line].a_day = a_day;
        }
    }

    /// Turns a day that a line needs for everybody to have theirs as planned, in cases of the real agency.
    fn planned_a_day(&self, line: usize) -> f64 {
        let offices = self.scenario.offices.len();
        if line >= 2 * offices {
            return self.reviews_a_day(line - 2 * offices);
        }
        let office = line % offices;
        let step = if line < offices { StepKind::Biometrics } else { StepKind::Interview };
        if self.is_closed(step, office) {
            return 0.0;
        }
        // The work of offices that are closed is done by the others.
        let open: f64 = (0..offices)
            .filter(|&office| !self.is_closed(step, office))
            .map(|office| *self.scenario.offices[office].share.get_ref())
            .sum();
        let more = if open > 0.0 { 1.0 / open } else { 1.0 };
        let code = self.scenario.offices[office].code.get_ref().as_str();
        let mut sum = 0.0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            let capacity = self.capacity_factor(number, step, code);
            if line >= offices {
                if self.plan.steps[INTERVIEW].is_some() {
                    sum += capacity
                        * self.timetable.turns_a_day(number, stream.centers.len() + office, self.today);
                }
            } else if self.plan.steps[BIOMETRICS].is_some() {
                let filed = (self.today - self.biometrics_after()).max(self.begins);
                let reused = self.plan.share_on(number, What::Reused, stream.goes.reused, filed);
                let share = *self.scenario.offices[office].share.get_ref();
                let needed = (1.0 - reused)
                    * (1.0 + self.scenario.chances.missed.get_ref())
                    * self.plan.receipts_expected(number, filed);
                sum += capacity * BIOMETRICS_ROOM * share * needed * (1.0 - self.plan.rejected);
            }
        }
        sum * more
    }

    /// Days from the filing to the biometrics appointment, at the median.
    fn biometrics_after(&self) -> i32 {
        let steps = [INTAKE, BIOMETRICS].into_iter().filter_map(|step| self.plan.steps[step]);
        let days: f64 = steps.map(|step| step.days).sum();
        (days + self.scenario.delays.appointment.numbers().0) as i32
    }

    /// The stream and the center of a line of reviews.
    fn center_of(&self, line: usize) -> Option<(usize, usize)> {
        let mut before = 0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            if line - before < stream.centers.len() {
                return Some((number, line - before));
            }
            before += stream.centers.len();
        }
        None
    }

    /// Turns a working day of a line of reviews for which the scenario says how many there are.
    fn fixed_turns_a_day(&self, line: usize) -> Option<f64> {
        let (stream, center) = self.center_of(line)?;
        let plan = &self.plan.streams[stream];
        let center = &plan.centers[center];
        let a_week = plan.draft.capacity_a_week.as_ref()?.get_ref();
        let factor = self.capacity_factor(stream, StepKind::Review, &center.code);
        Some(a_week * center.share * factor / WORKING_WEEK)
    }

    fn reviews_a_day(&self, line: usize) -> f64 {
        let Some((stream, center)) = self.center_of(line) else { return 0.0 };
        let code = &self.plan.streams[stream].centers[center].code;
        self.timetable.turns_a_day(stream, center, self.today)
            * self.capacity_factor(stream, StepKind::Review, code)
    }
}
