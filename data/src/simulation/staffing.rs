//! How many turns every line has in a week: what the plan needs, what chance and changes make of it.

use rand_distr::{Distribution, Normal};

use super::calendar::is_working;
use super::scenario::{StepKind, What};
use super::world::{BIOMETRICS, INTERVIEW, MISSED, Staff, World};

/// Biometrics come so many days after the filing; application support centers are staffed for that, with some room.
const BIOMETRICS_AFTER: i32 = 40;
const BIOMETRICS_ROOM: f64 = 1.15;
/// The fewest appointments, and the fewest turns elsewhere, of a working day in a place that works at all: one a week, one in ten
/// weeks.
const FEWEST_APPOINTMENTS: f64 = 0.2;
const FEWEST_TURNS: f64 = 0.02;

impl World<'_> {
    /// Plans the turns of a working day in the week that begins.
    pub(super) fn staff_the_week(&mut self) {
        let staffing = self.scenario.staffing;
        for line in 0..self.staff.len() {
            let change = Normal::new(0.0, staffing.weekly_change)
                .map_or(0.0, |normal| normal.sample(&mut self.random));
            self.staff[line].noise = staffing.persistence * self.staff[line].noise + change;
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
            let late = station.head().map_or(0.0, |turn| f64::from(self.today - turn));
            let catching_up = (1.0 + self.scenario.staffing.catching_up * late / 28.0).clamp(0.3, 2.5);
            let Staff { noise, .. } = self.staff[line];
            let turns = a_week * noise.exp() * catching_up / working;
            // In a small world a place may be planned for less than a case a year; whoever comes there must not wait for that.
            let fewest = if line < offices { FEWEST_APPOINTMENTS } else { FEWEST_TURNS };
            let turns = if a_week > 0.0 { turns.max(fewest) } else { 0.0 };
            self.staff[line] = Staff { noise, turns };
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
        let code = self.scenario.offices[office].code.as_str();
        let mut sum = 0.0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            let capacity = self.capacity_factor(number, step, code);
            if line >= offices {
                if self.plan.steps[INTERVIEW].is_some() {
                    sum += capacity
                        * self.timetable.turns_a_day(number, stream.centers.len() + office, self.today);
                }
            } else if self.plan.steps[BIOMETRICS].is_some() {
                let filed = (self.today - BIOMETRICS_AFTER).max(self.begins);
                let reused = self.plan.share_on(number, What::Reused, stream.goes.reused, filed);
                let share = *self.scenario.offices[office].share.get_ref();
                let needed = (1.0 - reused) * (1.0 + MISSED) * self.plan.receipts_expected(number, filed);
                sum += capacity * BIOMETRICS_ROOM * share * needed * (1.0 - self.plan.rejected);
            }
        }
        sum * more
    }

    fn reviews_a_day(&self, line: usize) -> f64 {
        let mut before = 0;
        for (number, stream) in self.plan.streams.iter().enumerate() {
            if let Some(center) = line.checked_sub(before).and_then(|place| stream.centers.get(place)) {
                let turns = match &stream.draft.capacity_a_week {
                    Some(capacity) => *capacity.get_ref() / 7.0 / self.scale * center.share,
                    None => self.timetable.turns_a_day(number, line - before, self.today),
                };
                return turns * self.capacity_factor(number, StepKind::Review, &center.code);
            }
            before += stream.centers.len();
        }
        0.0
    }
}
