//! A working day of the lines: who has a turn.

use super::station::{Class, Station};
use super::world::{GoesOn, INTERVIEW, World};

/// Nobody's turn comes more than so many days before it is planned: officers are given other work.
const EARLIEST: i32 = 30;

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
            let every = i32::from(self.plan.streams[stream].draft.batch_days.unwrap_or(1).max(1));
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

    pub(super) fn take_turns(&mut self, line: Line, open: bool) {
        let offices = self.scenario.offices.len();
        let turns = self.staff[match line {
            Line::Biometrics(office) => office,
            Line::Interview(office) => offices + office,
            Line::Review(line) => offices * 2 + line,
        }]
        .turns;
        self.line(line).offer(turns);
        if !open {
            return;
        }
        loop {
            let cases = std::mem::take(&mut self.cases);
            let latest = self.today + EARLIEST;
            let mut held = Vec::new();
            let next = self.line(line).next(latest, |case| {
                let state = cases[case as usize];
                if state.held.is_some() && !state.over && !matches!(line, Line::Biometrics(_)) {
                    held.push(case);
                }
                state.over || (state.held.is_some() && !matches!(line, Line::Biometrics(_)))
            });
            self.cases = cases;
            // Who is on hold gives the turn to the next, and comes back to the same place in the line.
            let waits = match line {
                Line::Interview(_) => GoesOn::Interview(Class::Ordinary),
                _ => GoesOn::Review(Class::Ordinary),
            };
            self.on_hold.extend(held.into_iter().map(|case| (case, waits)));
            let Some(case) = next else { break };
            match line {
                Line::Biometrics(_) => self.appointment(case),
                Line::Review(_) => self.turn(case, false),
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
