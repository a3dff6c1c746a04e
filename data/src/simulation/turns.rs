//! A working day of the lines: who has a turn.

use super::station::Station;
use super::world::{GoesOn, INTERVIEW, World};

/// The line that a case stands in.
#[derive(Clone, Copy)]
pub(super) enum Line {
    Biometrics(usize),
    Review(usize),
    Interview(usize),
}

impl World<'_> {
    /// A working day of every line.
    pub(super) fn work(&mut self) {
        let mut line = 0;
        for stream in 0..self.plan.streams.len() {
            let every = i32::from(self.plan.streams[stream].batch_days);
            for _ in 0..self.plan.streams[stream].centers.len() {
                self.take_turns(Line::Review(line), self.working_days % every == 0);
                line += 1;
            }
        }
        for office in 0..self.scenario.offices.len() {
            self.take_turns(Line::Biometrics(office), true);
            if self.plan.steps[INTERVIEW].is_some() {
                self.take_turns(Line::Interview(office), true);
            }
        }
    }

    fn take_turns(&mut self, line: Line, open: bool) {
        let offices = self.scenario.offices.len();
        let turns = self.staff[match line {
            Line::Biometrics(office) => office,
            Line::Interview(office) => offices + office,
            Line::Review(line) => offices * 2 + line,
        }]
        .a_day;
        self.line(line).offer(turns);
        if !open {
            return;
        }
        let latest = self.today + i32::from(self.scenario.staffing.earliest_days);
        let (today, of_biometrics) = (self.today, matches!(line, Line::Biometrics(_)));
        loop {
            let mut cases = std::mem::take(&mut self.cases);
            let mut held = Vec::new();
            let next = self.line(line).next(today, latest, |case, place| {
                let state = &mut cases[case as usize];
                if state.over || of_biometrics {
                    return state.over;
                }
                // Who was moved to the front is no longer at the old place.
                if state.queued != Some(place.class) {
                    return true;
                }
                state.queued = None;
                if state.held.is_some() {
                    held.push((case, place));
                }
                state.held.is_some()
            });
            self.cases = cases;
            // Who is on hold gives the turn to the next, and comes back to the same place in the line.
            let waits = |(case, place)| match line {
                Line::Interview(_) => (case, GoesOn::Interview(place)),
                _ => (case, GoesOn::Review(place)),
            };
            self.on_hold.extend(held.into_iter().map(waits));
            let Some(case) = next else { break };
            match line {
                Line::Biometrics(_) => self.appointment(case),
                Line::Review(_) => self.officer_works_on(case),
                Line::Interview(_) => self.schedule_interview(case),
            }
        }
        self.line(line).close(5.0 * turns);
    }

    pub(super) fn line(&mut self, line: Line) -> &mut Station {
        match line {
            Line::Biometrics(office) => &mut self.biometrics[office],
            Line::Review(line) => &mut self.reviews[line],
            Line::Interview(office) => &mut self.interviews[office],
        }
    }
}
