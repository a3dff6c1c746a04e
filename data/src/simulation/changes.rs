//! What a scenario changes: receipts, capacity, shares, holds, offices that close.

use rand::RngExt;

use super::arrivals::pick;
use super::plan::ChangePlan;
use super::scenario::What;
use super::station::Class;
use super::turns::Line;
use super::world::{Act, CaseState, GoesOn, World};

impl World<'_> {
    /// The product of the changes of a kind that hold today.
    pub(super) fn factor(&self, stream: usize, what: What, office: Option<&str>) -> f64 {
        let here = |change: &&ChangePlan| {
            change.what == what
                && change.streams[stream]
                && change.holds(self.today)
                && change.office.as_deref().is_none_or(|code| office == Some(code))
        };
        self.plan.changes.iter().filter(here).map(|change| change.to).product()
    }

    pub(super) fn is_closed(&self, office: usize) -> bool {
        let code = &self.scenario.offices[office].code;
        self.plan.changes.iter().any(|change| {
            change.what == What::Capacity
                && change.closes()
                && change.holds(self.today)
                && change.office.as_ref() == Some(code)
        })
    }

    pub(super) fn another_office(&mut self, closed: usize) -> usize {
        let offices = self.scenario.offices.len();
        for _ in 0..20 {
            let office = pick(
                self.scenario.offices.iter().map(|office| *office.share.get_ref()),
                self.random.random(),
            );
            if office != closed && !self.is_closed(office) {
                return office;
            }
        }
        (closed + 1) % offices
    }

    /// Which pauses last for the cases of a stream.
    pub(super) fn holds_of(&self, stream: usize) -> Vec<What> {
        let pauses = |what: What| matches!(what, What::Hold | What::VisaUnavailable);
        let lasts = self.plan.changes.iter().filter(|change| pauses(change.what) && change.streams[stream]);
        lasts.filter(|change| change.holds(self.today)).map(|change| change.what).collect()
    }

    pub(super) fn hold(&mut self, case: u32, what: What) {
        if self.cases[case as usize].held.is_none() {
            self.cases[case as usize].held = Some(what);
            self.log(case, if what == What::Hold { Act::OnHold } else { Act::VisaUnavailable });
        }
    }

    /// Holds that begin or end today, offices that close.
    pub(super) fn begin_and_end_changes(&mut self) {
        for index in 0..self.plan.changes.len() {
            let change = &self.plan.changes[index];
            let pauses = matches!(change.what, What::Hold | What::VisaUnavailable);
            if pauses && change.from == self.today {
                for case in self.pending_of(&change.streams) {
                    self.hold(case, change.what);
                }
            }
            if pauses && change.until + 1 == self.today {
                self.lift(change);
            }
            if change.what == What::Capacity && (change.from == self.today || change.until + 1 == self.today)
            {
                self.set_turns();
                if change.closes() && change.from == self.today {
                    self.close_office(change.office.as_deref());
                }
            }
        }
    }

    pub(super) fn pending_of(&self, streams: &[bool]) -> Vec<u32> {
        let is_pending = |(_, case): &(usize, &CaseState)| !case.over && streams[usize::from(case.stream)];
        self.cases.iter().enumerate().filter(is_pending).map(|(number, _)| number as u32).collect()
    }

    /// The cases of streams for which no pause lasts any more go on.
    pub(super) fn lift(&mut self, change: &ChangePlan) {
        for case in self.pending_of(&change.streams) {
            let state = self.cases[case as usize];
            let Some(what) = state.held else { continue };
            let lasting = self.holds_of(usize::from(state.stream));
            if lasting.contains(&what) {
                continue;
            }
            self.cases[case as usize].held = None;
            self.log(case, if what == What::Hold { Act::HoldLifted } else { Act::VisaAvailable });
            // Another pause may still last: then that one holds the case now.
            if let Some(&other) = lasting.first() {
                self.hold(case, other);
            }
        }
        for (case, to) in std::mem::take(&mut self.on_hold) {
            if self.cases[case as usize].held.is_some() {
                self.on_hold.push((case, to));
            } else if !self.cases[case as usize].over {
                self.join(case, to);
            }
        }
    }

    /// The office of a case; another one, to which it is sent, if that is closed.
    pub(super) fn open_office(&mut self, case: u32) -> usize {
        let office = usize::from(self.cases[case as usize].office);
        if !self.is_closed(office) {
            return office;
        }
        let other = self.another_office(office);
        self.cases[case as usize].office = other as u8;
        self.log(case, Act::Transferred);
        other
    }

    /// The cases in the lines of a field office that closes go to others.
    pub(super) fn close_office(&mut self, code: Option<&str>) {
        let Some(office) = self.scenario.offices.iter().position(|office| Some(office.code.as_str()) == code)
        else {
            return;
        };
        for line in [Line::Interview(office), Line::Biometrics(office)] {
            let waiting = self.line(line).leave_all();
            for case in waiting {
                if self.cases[case as usize].over {
                    continue;
                }
                match line {
                    Line::Biometrics(_) => {
                        let (today, other) = (self.today, self.open_office(case));
                        self.biometrics[other].join(case, Class::Ordinary, today);
                    }
                    _ => {
                        let class = self.class_of(case);
                        self.join(case, GoesOn::Interview(class));
                    }
                }
            }
        }
    }
}
