//! What a form looks like: a checked graph of milestones, and what each action does to a case.

mod check;
mod spec;

use std::collections::BTreeMap;

pub use check::FormError;
pub use spec::{FormAttribute, FormSpec, InterimStatus, Label, Milestone, Pause};

/// A form may have this many milestones at most.
pub const MAX_MILESTONES: usize = 512;
/// A queue may be described by this many attributes at most.
pub const MAX_QUEUE_ATTRIBUTES: usize = 4;

/// Position of a milestone in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MilestoneId(u16);

impl MilestoneId {
    /// Position, from zero, in the order of the form.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Position of a state of the case: the milestones of the form, then its statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(u16);

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

/// A form may have this many pauses at most.
pub const MAX_PAUSES: usize = 64;

/// Position of a pause in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseId(u8);

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

    /// The first of them in the order of the form, if there is any.
    #[must_use]
    pub const fn first(self) -> Option<PauseId> {
        if self.0 == 0 { None } else { Some(PauseId(self.0.trailing_zeros() as u8)) }
    }
}

/// What an action does to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// HistoryView, changes nothing.
    Notice,
    /// Refuses the filing at intake.
    Rejects,
    /// Reaches a milestone before the decision.
    Reaches(MilestoneId),
    /// Is the decision, or a sign of it; afterwards it may reach a milestone of its own.
    Decides(Option<MilestoneId>),
    /// Is a decision after which no step follows.
    Closes,
    /// Reaches a milestone that comes after the decision.
    ReachesAfterDecision(MilestoneId),
    /// Puts the case in a state.
    SetsState(StateId),
    /// Stops the clock.
    Pauses(PauseId),
    /// Lets the clock run again.
    Resumes(PauseId),
}

/// A checked form definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormDefinition {
    spec: FormSpec,
    effects: BTreeMap<String, Effect>,
    start: MilestoneId,
    decision: MilestoneId,
    after_decision: Vec<bool>,
}

impl FormDefinition {
    /// The definition as written.
    #[must_use]
    pub fn spec(&self) -> &FormSpec {
        &self.spec
    }

    /// Name of the form.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.form
    }

    /// The milestones in order.
    #[must_use]
    pub fn milestones(&self) -> &[Milestone] {
        &self.spec.milestones
    }

    /// One milestone.
    #[must_use]
    pub fn milestone(&self, id: MilestoneId) -> &Milestone {
        &self.spec.milestones[id.index()]
    }

    /// The milestone with this name.
    #[must_use]
    pub fn milestone_named(&self, name: &str) -> Option<MilestoneId> {
        let position = self.spec.milestones.iter().position(|milestone| milestone.id == name)?;
        u16::try_from(position).ok().map(MilestoneId)
    }

    /// Every milestone's position, in order.
    pub fn milestone_ids(&self) -> impl Iterator<Item = MilestoneId> + use<> {
        (0..self.spec.milestones.len() as u16).map(MilestoneId)
    }

    /// The milestone that every case has reached: its receipt.
    #[must_use]
    pub const fn start(&self) -> MilestoneId {
        self.start
    }

    /// The milestone that is the decision.
    #[must_use]
    pub const fn decision(&self) -> MilestoneId {
        self.decision
    }

    /// Whether a milestone can only come after the decision.
    #[must_use]
    pub fn is_after_decision(&self, id: MilestoneId) -> bool {
        self.after_decision[id.index()]
    }

    /// How many states a case can be in: milestones and statuses.
    #[must_use]
    pub fn states(&self) -> usize {
        self.spec.milestones.len() + self.spec.statuses.len()
    }

    /// Every state's position, in order.
    pub fn state_ids(&self) -> impl Iterator<Item = StateId> + use<> {
        (0..self.states() as u16).map(StateId)
    }

    /// Short name and label of a state.
    #[must_use]
    pub fn state(&self, id: StateId) -> (&str, &Label) {
        match self.spec.milestones.get(id.index()) {
            Some(milestone) => (&milestone.id, &milestone.label),
            None => {
                let status = &self.spec.statuses[id.index() - self.spec.milestones.len()];
                (&status.id, &status.label)
            }
        }
    }

    /// The pause at this position.
    #[must_use]
    pub fn pause(&self, id: PauseId) -> &Pause {
        &self.spec.pauses[id.0 as usize]
    }

    /// The names of the attributes that describe the queue, in the order in which they refine it.
    pub fn queue_attributes(&self) -> impl Iterator<Item = &FormAttribute> {
        self.spec.attributes.iter().filter(|attribute| attribute.queue)
    }

    /// What an action does, or nothing if the form does not list it.
    #[must_use]
    pub fn effect(&self, action: &str) -> Option<Effect> {
        self.effects.get(action).copied()
    }

    /// Every listed action with what it does.
    pub fn effects(&self) -> impl Iterator<Item = (&str, Effect)> {
        self.effects.iter().map(|(action, effect)| (action.as_str(), *effect))
    }
}
