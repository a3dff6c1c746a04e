//! What a form looks like: a checked graph of milestones, and what each action does to a case.

mod check;
mod definition;
mod error;
mod graph;
mod line;
mod names;
mod roles;
mod rule;
mod spec;

pub use definition::FormDefinition;
pub use error::FormError;
pub use names::recognized_form;
pub use rule::{
    ActionRule, AppointmentId, AppointmentRole, Effect, LineRole, MAX_APPOINTMENTS, MAX_MILESTONES,
    MAX_PAUSES, MAX_QUEUE_ATTRIBUTES, MAX_REQUESTS, MAX_TASKS, MilestoneId, OpenRequests, OutcomeId, PauseId,
    Pauses, RequestId, RequestRole, StateId, TaskId, TaskRole,
};
pub use spec::{
    AppointmentSpec, AttributeKind, Awaits, FormAttribute, FormSpec, InterimStatus, Label, LineSpec,
    Milestone, OutcomeSpec, Pause, PauseKind, RequestSpec, TaskSpec,
};
