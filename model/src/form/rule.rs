//! What an action code means to a form: its effect on the case, and its part in requests, appointments, tasks and lines.

use crate::time::{Moment, Stamp};

/// A form may have this many milestones at most.
pub const MAX_MILESTONES: usize = 512;
/// A queue may be described by this many attributes at most.
pub const MAX_QUEUE_ATTRIBUTES: usize = 4;
/// A form may have this many pauses at most.
pub const MAX_PAUSES: usize = 64;
/// A form may have this many kinds of requests at most.
pub const MAX_REQUESTS: usize = 16;
/// A form may have this many kinds of appointments at most.
pub const MAX_APPOINTMENTS: usize = 4;
/// A form may have this many kinds of tasks at most.
pub const MAX_TASKS: usize = 16;

/// Position of a milestone in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MilestoneId(pub(super) u16);

impl MilestoneId {
    /// Position, from zero, in the order of the form.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Position of a state of the case: the milestones of the form, then its statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub(super) u16);

impl StateId {
    /// Position, from zero.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<MilestoneId> for StateId {
    fn from(milestone: MilestoneId) -> Self {
        Self(milestone.0)
    }
}

/// Position of an outcome in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutcomeId(pub(super) u16);

/// Position of a kind of request in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u8);

/// Position of a kind of appointment in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppointmentId(pub(super) u8);

impl AppointmentId {
    /// Position, from zero; below [`MAX_APPOINTMENTS`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Position of a kind of task in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(super) u8);

/// Position of a pause in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseId(pub(super) u8);

/// The pauses that stop the clock of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pauses(u64);

impl Pauses {
    /// The same with one more.
    #[must_use]
    pub const fn with(self, pause: PauseId) -> Self {
        Self(self.0 | 1 << pause.0)
    }

    /// The same without one.
    #[must_use]
    pub const fn without(self, pause: PauseId) -> Self {
        Self(self.0 & !(1 << pause.0))
    }

    /// Whether a pause is one of them.
    #[must_use]
    pub const fn has(self, pause: PauseId) -> bool {
        self.0 & 1 << pause.0 != 0
    }

    /// The first of them in the order of the form, if there is any.
    #[must_use]
    pub const fn first(self) -> Option<PauseId> {
        if self.0 == 0 { None } else { Some(PauseId(self.0.trailing_zeros() as u8)) }
    }
}

/// The kinds of requests that wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenRequests(u16);

impl OpenRequests {
    /// The same with one more.
    #[must_use]
    pub const fn with(self, request: RequestId) -> Self {
        Self(self.0 | 1 << request.0)
    }

    /// The same without one.
    #[must_use]
    pub const fn without(self, request: RequestId) -> Self {
        Self(self.0 & !(1 << request.0))
    }

    /// Whether a kind of request is one of them.
    #[must_use]
    pub const fn has(self, request: RequestId) -> bool {
        self.0 & 1 << request.0 != 0
    }
}

/// What an action does to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Confirms the receipt with which the case began.
    Confirms,
    /// Known to the form, and changes nothing.
    Notice,
    /// Refuses the filing at intake.
    Rejects,
    /// Reaches a milestone before the decision.
    Reaches(MilestoneId),
    /// Is the decision.
    Decides(OutcomeId),
    /// Is a decision after which no step follows.
    Closes(OutcomeId),
    /// Shows that the decision was made although the record may lack it.
    Shows {
        /// The milestone after the decision that the same action reaches.
        after: Option<MilestoneId>,
        /// What the decision was.
        outcome: OutcomeId,
    },
    /// Reaches a milestone that comes after the decision.
    ReachesAfterDecision(MilestoneId),
    /// Puts the case in a state.
    SetsState(StateId),
    /// Makes a decided case pending again, in this state.
    Reopens(StateId),
    /// Stops the clock.
    Pauses(PauseId),
    /// Lets the clock run again.
    Resumes(PauseId),
}

/// The part of an action in an exchange with the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestRole {
    /// Asks the applicant for something.
    Asks(RequestId),
    /// Is the applicant's answer.
    Answers(RequestId),
}

impl AppointmentRole {
    /// The appointment.
    #[must_use]
    pub const fn appointment(self) -> AppointmentId {
        let (Self::Schedules(id)
        | Self::Reschedules(id)
        | Self::Keeps(id)
        | Self::Cancels(id)
        | Self::Waives(id)) = self;
        id
    }

    /// Whether it announces the appointment.
    #[must_use]
    pub const fn is_notice(self) -> bool {
        matches!(self, Self::Schedules(_) | Self::Reschedules(_))
    }

    /// The day of the appointment after an action at the moment `at` that names `given`, if it was to be on the day `known`.
    pub(crate) fn day(self, given: Option<Stamp>, known: Option<Stamp>, at: Moment) -> Option<Stamp> {
        match self {
            // The same notice may come again without the day.
            Self::Schedules(_) => given.or(known.filter(|day| !day.is_over_at(at))),
            Self::Reschedules(_) => given,
            Self::Keeps(_) | Self::Cancels(_) | Self::Waives(_) => None,
        }
    }
}

/// The part of an action in an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentRole {
    /// Gives it a day. Without one, a day that is known already still holds.
    Schedules(AppointmentId),
    /// Gives it another day, known or not: the one before does not hold any more.
    Reschedules(AppointmentId),
    /// Shows that the applicant came.
    Keeps(AppointmentId),
    /// Takes its day away: the agency will set another.
    Cancels(AppointmentId),
    /// Says that none is needed.
    Waives(AppointmentId),
}

/// The part of an action in something that the applicant has to do without being sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRole {
    /// From now on the applicant has to do it.
    Begins(TaskId),
    /// It is settled.
    Ends(TaskId),
}

/// The part of an action in the lines in which cases wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRole {
    /// Shows that an officer took the case up.
    TakesUp,
    /// Takes the case out of the order of its line.
    Expedites,
    /// Makes the case ready for the appointment that the second line waits for.
    Readies,
}

/// Everything that an action code means to a form, looked up once by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionRule {
    /// What it does to the case.
    pub effect: Effect,
    /// Its part in an exchange with the applicant.
    pub request: Option<RequestRole>,
    /// Its part in an appointment.
    pub appointment: Option<AppointmentRole>,
    /// Its part in a task.
    pub task: Option<TaskRole>,
    /// Its part in the lines in which cases wait.
    pub line: Option<LineRole>,
}

impl ActionRule {
    /// An action with an effect and no other part.
    pub(super) const fn new(effect: Effect) -> Self {
        Self { effect, request: None, appointment: None, task: None, line: None }
    }
}
