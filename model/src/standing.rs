//! Where a case stands in the lines of its form.

use crate::form::{ActionRule, AppointmentRole, FormDefinition, LineRole};

/// Where a case stands in the lines of its form: before its turn or not, and whether it is ready for an appointment that has
/// to be scheduled. A refusal at intake does not change it: such a case was never in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    taken_up: bool,
    expedited: bool,
    ready: bool,
}

impl Standing {
    /// Whether an officer took the case up, or it was decided.
    #[must_use]
    pub const fn had_turn(self) -> bool {
        self.taken_up
    }

    /// Whether the case waits for its turn in the order of its line: an expedited case does not.
    #[must_use]
    pub const fn waits_in_order(self) -> bool {
        !self.taken_up && !self.expedited
    }

    /// Whether the case was taken out of the order of its line.
    #[must_use]
    pub const fn is_expedited(self) -> bool {
        self.expedited
    }

    /// Whether the case is in the second line: ready for an appointment that has no day yet.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        self.ready
    }

    /// Takes in an action that counts.
    pub(crate) fn take(&mut self, form: &FormDefinition, rule: ActionRule, decides: bool) {
        match rule.line {
            Some(LineRole::TakesUp) => self.taken_up = true,
            Some(LineRole::Expedites) => self.expedited = true,
            Some(LineRole::Readies) => self.ready = true,
            None => {}
        }
        if let Some(role) = rule.appointment.filter(|role| form.ready_for() == Some(role.appointment())) {
            // Who was called and then not seen waits to be called again.
            self.ready = matches!(role, AppointmentRole::Cancels(_));
        }
        if decides {
            (self.taken_up, self.ready) = (true, false);
        }
    }
}
