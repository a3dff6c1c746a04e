//! A checked form: a graph of milestones, and what each action does to a case.

use std::collections::BTreeMap;

use super::rule::{
    ActionRule, AppointmentId, Effect, MilestoneId, OutcomeId, PauseId, RequestId, StateId, TaskId,
};
use super::spec::{
    AppointmentSpec, FormAttribute, FormSpec, Label, Milestone, OutcomeSpec, Pause, RequestSpec, TaskSpec,
};

/// A checked form definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormDefinition {
    pub(super) spec: FormSpec,
    pub(super) rules: BTreeMap<String, ActionRule>,
    /// The outcomes of the spec, then one for each deciding action that the spec gives none.
    pub(super) outcomes: Vec<OutcomeSpec>,
    pub(super) start: MilestoneId,
    pub(super) decision: MilestoneId,
    pub(super) after_decision: Vec<bool>,
    /// The milestones that each milestone may directly follow.
    pub(super) predecessors: Vec<Vec<MilestoneId>>,
    /// For each appointment the milestone that it is kept with.
    pub(super) kept: Vec<MilestoneId>,
    /// For each appointment the milestones that its notices reach.
    pub(super) scheduled: Vec<Vec<MilestoneId>>,
    /// The appointment that the second line waits for.
    pub(super) ready_for: Option<AppointmentId>,
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

    /// The milestones that a milestone may directly follow; none for the first.
    #[must_use]
    pub fn predecessors(&self, id: MilestoneId) -> &[MilestoneId] {
        &self.predecessors[id.index()]
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

    /// The outcome at this position. An action that decides and for which the form lists no outcome has one of its
    /// own name.
    #[must_use]
    pub fn outcome(&self, id: OutcomeId) -> &OutcomeSpec {
        &self.outcomes[id.0 as usize]
    }

    /// Whether an outcome takes the place of another that came before it.
    #[must_use]
    pub fn replaces(&self, later: OutcomeId, earlier: OutcomeId) -> bool {
        self.outcome(later).replaces.contains(&self.outcome(earlier).id)
    }

    /// The kind of request at this position.
    #[must_use]
    pub fn request(&self, id: RequestId) -> &RequestSpec {
        &self.spec.requests[id.0 as usize]
    }

    /// The kind of appointment at this position.
    #[must_use]
    pub fn appointment(&self, id: AppointmentId) -> &AppointmentSpec {
        &self.spec.appointments[id.0 as usize]
    }

    /// Every kind of appointment, in order.
    pub fn appointment_ids(&self) -> impl Iterator<Item = AppointmentId> + use<> {
        (0..self.spec.appointments.len() as u8).map(AppointmentId)
    }

    /// The milestone that a case reaches when the applicant keeps an appointment.
    #[must_use]
    pub fn kept_milestone(&self, id: AppointmentId) -> MilestoneId {
        self.kept[id.index()]
    }

    /// The milestones that a case reaches when an appointment gets a day: none where that is only a status.
    #[must_use]
    pub fn scheduled_milestones(&self, id: AppointmentId) -> &[MilestoneId] {
        &self.scheduled[id.index()]
    }

    /// The appointment to which an action gives a day: only such an action may name a day that lies in the future.
    #[must_use]
    pub fn schedules(&self, action: &str) -> Option<AppointmentId> {
        let role = self.rule(action)?.appointment.filter(|role| role.is_notice())?;
        Some(role.appointment())
    }

    /// The appointment that the second line waits for, if the form has such a line.
    #[must_use]
    pub const fn ready_for(&self) -> Option<AppointmentId> {
        self.ready_for
    }

    /// The kind of task at this position.
    #[must_use]
    pub fn task(&self, id: TaskId) -> &TaskSpec {
        &self.spec.tasks[id.0 as usize]
    }

    /// The names of the attributes that describe the queue, in the order in which they refine it.
    pub fn queue_attributes(&self) -> impl Iterator<Item = &FormAttribute> {
        self.spec.attributes.iter().filter(|attribute| attribute.queue)
    }

    /// What an action means, or nothing if the form does not list it.
    #[must_use]
    pub fn rule(&self, action: &str) -> Option<ActionRule> {
        self.rules.get(action).copied()
    }

    /// What an action does, or nothing if the form does not list it.
    #[must_use]
    pub fn effect(&self, action: &str) -> Option<Effect> {
        self.rule(action).map(|rule| rule.effect)
    }

    /// Every listed action with what it means, sorted by name.
    pub fn rules(&self) -> impl Iterator<Item = (&str, ActionRule)> {
        self.rules.iter().map(|(action, rule)| (action.as_str(), *rule))
    }

    /// Every listed action with what it does, sorted by name.
    pub fn effects(&self) -> impl Iterator<Item = (&str, Effect)> {
        self.rules().map(|(action, rule)| (action, rule.effect))
    }
}
