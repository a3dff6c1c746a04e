//! The weekly staffing: the slots of every queue by plan, random variation, backlog and changes.

use rand_distr::{Distribution, Normal};

use super::calendar::is_working;
use super::scenario::{Staffing, StepKind, What};
use super::world::{BIOMETRICS, INTAKE, INTERVIEW, World};

/// Application support centers are staffed for the expected appointments with some headroom.
const BIOMETRICS_HEADROOM: f64 = 1.15;
/// Working days of a week without holidays.
const WORKING_WEEK: f64 = 5.0;
/// A queue whose first case is later than this gets a slot once a week, however small it is.
const OVERDUE_DAYS: i32 = 30;
const ONCE_A_WEEK: f64 = 0.2;

impl World<'_> {
    /// Draws the random variation of the week that begins, and sets the slots.
    pub(super) fn staff_the_week(&mut self) {
        let staffing = &self.scenario.staffing;
        let (weekly_change, persistence) =
            (*staffing.weekly_change.get_ref(), *staffing.persistence.get_ref());
        for queue_index in 0..self.staff.len() {
            let change =
                Normal::new(0.0, weekly_change).map_or(0.0, |normal| normal.sample(&mut self.random));
            self.staff[queue_index].noise = persistence * self.staff[queue_index].noise + change;
        }
        self.set_slots();
    }

    /// Sets the slots of a working day of this week by plan, random variation, backlog and changes.
    pub(super) fn set_slots(&mut self) {
        let monday = self.today - super::calendar::weekday(self.today) as i32;
        let working = (monday..monday + 7).filter(|&day| is_working(day)).count().max(1) as f64;
        let offices = self.scenario.offices.len();
        for queue_index in 0..self.staff.len() {
            let per_week = 7.0 * self.planned_per_day(queue_index) * self.scale;
            let queue = match queue_index {
                queue_index if queue_index < offices => &self.biometrics[queue_index],
                queue_index if queue_index < 2 * offices => &self.interviews[queue_index - offices],
                queue_index => &self.reviews[queue_index - 2 * offices],
            };
            let late = queue.head().map_or(0, |planned_on| self.today - planned_on);
            let Staffing { backlog_recovery, max_overtime, .. } = &self.scenario.staffing;
            let (backlog_recovery, max_overtime) = (*backlog_recovery.get_ref(), *max_overtime.get_ref());
            let extra = (backlog_recovery * f64::from(late) / 28.0).clamp(-max_overtime, max_overtime);
            let fixed = queue_index
                .checked_sub(2 * offices)
                .and_then(|queue_index| self.fixed_slots_per_day(queue_index));
            let mut per_day = fixed
                .unwrap_or_else(|| per_week * self.staff[queue_index].noise.exp() * (1.0 + extra) / working);
            // In a small world a queue may be planned for less than a case a year. Its cases must not wait for that.
            let forgotten = queue.earliest().is_some_and(|day| self.today - day > OVERDUE_DAYS);
            if fixed.is_none() && per_week > 0.0 && forgotten {
                per_day = per_day.max(ONCE_A_WEEK);
            }
            self.staff[queue_index].per_day = per_day;
        }
    }

    /// The slots per day that a queue needs to keep its target wait, in cases of the real agency.
    fn planned_per_day(&self, queue_index: usize) -> f64 {
        let offices = self.scenario.offices.len();
        if queue_index >= 2 * offices {
            return self.reviews_per_day(queue_index - 2 * offices);
        }
        let office = queue_index % offices;
        let step = if queue_index < offices { StepKind::Biometrics } else { StepKind::Interview };
        if self.is_closed(step, office) {
            return 0.0;
        }
        // The other offices do the work of closed ones.
        let open: f64 = (0..offices)
            .filter(|&office| !self.is_closed(step, office))
            .map(|office| *self.scenario.offices[office].share.get_ref())
            .sum();
        let extra = if open > 0.0 { 1.0 / open } else { 1.0 };
        let code = self.scenario.offices[office].code.get_ref().as_str();
        let mut sum = 0.0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            let capacity = self.capacity_factor(number, step, code);
            if queue_index >= offices {
                if self.plan.steps[INTERVIEW].is_some() {
                    sum += capacity
                        * self.timetable.slots_per_day(number, stream.centers.len() + office, self.today);
                }
            } else if self.plan.steps[BIOMETRICS].is_some() {
                let filed = (self.today - self.biometrics_after()).max(self.begins);
                let reused = self.plan.share_on(number, What::Reused, stream.rates.reused, filed);
                let share = *self.scenario.offices[office].share.get_ref();
                let needed = (1.0 - reused)
                    * (1.0 + self.scenario.probabilities.missed.get_ref())
                    * self.plan.receipts_expected(number, filed);
                sum += capacity * BIOMETRICS_HEADROOM * share * needed * (1.0 - self.plan.rejected);
            }
        }
        sum * extra
    }

    /// The median days from the filing to the biometrics appointment.
    fn biometrics_after(&self) -> i32 {
        let steps = [INTAKE, BIOMETRICS].into_iter().filter_map(|step| self.plan.steps[step]);
        let days: f64 = steps.map(|step| step.days).sum();
        (days + self.scenario.delays.appointment.numbers().0) as i32
    }

    /// The stream and the center of a review queue.
    fn center_of(&self, queue_index: usize) -> Option<(usize, usize)> {
        let mut before = 0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            if queue_index - before < stream.centers.len() {
                return Some((number, queue_index - before));
            }
            before += stream.centers.len();
        }
        None
    }

    /// The slots per working day of a review queue whose weekly capacity is fixed by the scenario.
    fn fixed_slots_per_day(&self, queue_index: usize) -> Option<f64> {
        let (stream, center) = self.center_of(queue_index)?;
        let plan = &self.plan.streams[stream];
        let center = &plan.centers[center];
        let per_week = plan.spec.weekly_capacity.as_ref()?.get_ref();
        let factor = self.capacity_factor(stream, StepKind::Review, &center.code);
        Some(per_week * center.share * factor / WORKING_WEEK)
    }

    fn reviews_per_day(&self, queue_index: usize) -> f64 {
        let Some((stream, center)) = self.center_of(queue_index) else { return 0.0 };
        let code = &self.plan.streams[stream].centers[center].code;
        self.timetable.slots_per_day(stream, center, self.today)
            * self.capacity_factor(stream, StepKind::Review, code)
    }
}
