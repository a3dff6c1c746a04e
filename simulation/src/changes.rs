//! Changes of a scenario: receipts, capacity, shares, holds and office closures.

use rand::RngExt;

use super::arrivals::pick;
use super::plan::ChangePlan;
use super::scenario::{OfficeSpec, StepKind, What};
use super::world::{Act, CaseState, Resumption, World};

impl World<'_> {
    /// The factor on the receipts of a stream today.
    pub(super) fn receipts_factor(&self, stream: usize) -> f64 {
        self.factor(stream, |change| change.what == What::Receipts)
    }

    /// The factor on the capacity for a stream today, at a step and a place.
    pub(super) fn capacity_factor(&self, stream: usize, step: StepKind, place: &str) -> f64 {
        self.factor(stream, |change| change.what == What::Capacity && change.is_at(step, place))
    }

    fn factor(&self, stream: usize, concerns: impl Fn(&ChangePlan) -> bool) -> f64 {
        let here =
            |change: &&ChangePlan| change.streams[stream] && change.holds(self.today) && concerns(change);
        self.plan.changes.iter().filter(here).map(|change| change.to).product()
    }

    /// Whether an office is closed for a step today.
    pub(super) fn is_closed(&self, step: StepKind, office: usize) -> bool {
        let code = self.scenario.offices[office].code.get_ref();
        self.plan.changes.iter().any(|change| change.closes(step, code) && change.holds(self.today))
    }

    /// Draws an office that is open for a step, by share.
    pub(super) fn another_office(&mut self, step: StepKind) -> usize {
        let at = self.random.random();
        let share = |(number, office): (usize, &OfficeSpec)| {
            if self.is_closed(step, number) { 0.0 } else { *office.share.get_ref() }
        };
        pick(self.scenario.offices.iter().enumerate().map(share), at)
    }

    /// The pauses in force for the cases of a stream.
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

    /// Begins and ends the holds and closures of today.
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
                self.set_slots();
                if change.from == self.today {
                    self.close_queues(change);
                }
            }
        }
    }

    pub(super) fn pending_of(&self, streams: &[bool]) -> Vec<u32> {
        let is_pending = |(_, case): &(usize, &CaseState)| !case.over && streams[usize::from(case.stream)];
        self.cases.iter().enumerate().filter(is_pending).map(|(number, _)| number as u32).collect()
    }

    /// Resumes the cases of the streams whose pause has ended.
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
            // Another pause may still be in force; it holds the case now.
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

    /// The field office of a case. If that is closed, the case is transferred to another one.
    pub(super) fn field_office(&mut self, case: u32) -> usize {
        let office = usize::from(self.cases[case as usize].office);
        if !self.is_closed(StepKind::Interview, office) {
            return office;
        }
        let other = self.another_office(StepKind::Interview);
        self.cases[case as usize].office = other as u8;
        self.log(case, Act::Transferred);
        other
    }

    /// The application support center of an appointment: where the applicant lives, or another one if that is closed. The case
    /// itself is not transferred.
    pub(super) fn asc_of(&mut self, case: u32) -> usize {
        let asc = usize::from(self.cases[case as usize].asc);
        if self.is_closed(StepKind::Biometrics, asc) {
            self.another_office(StepKind::Biometrics)
        } else {
            asc
        }
    }

    /// Moves the cases of queues that a change closes to other offices.
    fn close_queues(&mut self, change: &ChangePlan) {
        let Some(office) = self
            .scenario
            .offices
            .iter()
            .position(|office| change.office.as_ref() == Some(office.code.get_ref()))
        else {
            return;
        };
        let code = self.scenario.offices[office].code.get_ref();
        if change.closes(StepKind::Interview, code) {
            for (case, rank) in self.interviews[office].drain() {
                let state = &mut self.cases[case as usize];
                if !state.over && state.queued == Some(rank.class) {
                    state.queued = None;
                    self.join(case, Resumption::Interview(rank));
                }
            }
        }
        if change.closes(StepKind::Biometrics, code) {
            for (case, rank) in self.biometrics[office].drain() {
                if !self.cases[case as usize].over {
                    let other = self.asc_of(case);
                    self.biometrics[other].join(case, rank);
                }
            }
        }
    }
}
