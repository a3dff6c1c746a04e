//! A case and what its actions have made of it.

use crate::form::{Effect, FormDefinition, MAX_MILESTONES, MilestoneId, PauseId, Pauses, StateId};
use crate::time::{Moment, Stamp};

/// Something dated that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Action code, for example `biometrics_taken`.
    pub code: String,
    /// When.
    pub at: Stamp,
}

/// One filing of one form, as its owner describes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// When the clock started.
    pub received: Stamp,
    /// Attributes known at receipt, by name.
    pub attributes: Vec<(String, String)>,
    /// What happened, in the order in which it happened.
    pub actions: Vec<Action>,
}

/// Says how much is known of the case, never what: a case's dates and attributes can identify a person.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Case {{ {} attributes, {} actions }}", self.attributes.len(), self.actions.len())
    }
}

/// Which milestones a case has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reached([u64; MAX_MILESTONES / 64]);

impl Reached {
    fn insert(&mut self, id: MilestoneId) -> bool {
        let (word, bit) = (id.index() / 64, 1_u64 << (id.index() % 64));
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }
}

/// Where a case stands after the actions seen so far. Training and serving follow a case with this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    received: Moment,
    state: StateId,
    entered: Moment,
    last_step: StateId,
    last_step_at: Moment,
    reached: Reached,
    decided: Option<Moment>,
    closed: bool,
    pauses: Pauses,
    rejected: bool,
}

/// What one action did to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed {
    /// A step was completed.
    pub step: Option<MilestoneId>,
    /// The same action showed a second step: a sign of the decision that is a step after it.
    pub also: Option<MilestoneId>,
    /// The case entered a state (perhaps the one that it was in).
    pub entered: Option<StateId>,
}

impl Progress {
    /// A case that was received and to which nothing else has happened.
    #[must_use]
    pub fn received(form: &FormDefinition, at: Moment) -> Self {
        let mut reached = Reached([0; MAX_MILESTONES / 64]);
        reached.insert(form.start());
        Self {
            received: at,
            state: form.start().into(),
            entered: at,
            last_step: form.start().into(),
            last_step_at: at,
            reached,
            decided: None,
            closed: false,
            pauses: Pauses::default(),
            rejected: false,
        }
    }

    /// Takes in one action. Actions come in the order in which they happened.
    pub fn observe(&mut self, form: &FormDefinition, effect: Effect, at: Moment) -> Observed {
        match effect {
            Effect::Notice => Observed::default(),
            Effect::Rejects => {
                self.rejected |= self.decided.is_none();
                Observed::default()
            }
            Effect::Pauses(pause) => {
                self.pauses = self.pauses.with(pause);
                Observed::default()
            }
            Effect::Resumes(pause) => {
                self.pauses = self.pauses.without(pause);
                Observed::default()
            }
            Effect::SetsState(state) if self.decided.is_none() => self.enter(state, None, at),
            Effect::Reaches(milestone) if self.decided.is_none() => self.reach(form, milestone, at),
            Effect::Closes if self.decided.is_none() => {
                self.decided = Some(at);
                self.closed = true;
                self.reach(form, form.decision(), at)
            }
            Effect::Decides(after) if self.decided.is_none() => {
                self.decided = Some(at);
                let decision = self.reach(form, form.decision(), at);
                let after = after.map(|after| self.reach(form, after, at)).unwrap_or_default();
                Observed { also: after.step, entered: after.entered.or(decision.entered), ..decision }
            }
            Effect::Decides(Some(milestone)) | Effect::ReachesAfterDecision(milestone)
                if self.decided.is_some() =>
            {
                // Whatever the record called the decision: a case that goes on was not closed.
                self.closed = false;
                self.reach(form, milestone, at)
            }
            _ => Observed::default(),
        }
    }

    fn reach(&mut self, form: &FormDefinition, milestone: MilestoneId, at: Moment) -> Observed {
        // What follows a decision comes in order: who has the card is not waiting for it to be produced.
        if form.is_after_decision(milestone) && milestone.index() < self.last_step.index() {
            self.reached.insert(milestone);
            return Observed::default();
        }
        if self.reached.insert(milestone) || form.milestone(milestone).repeats {
            self.enter(milestone.into(), Some(milestone), at)
        } else {
            Observed::default()
        }
    }

    fn enter(&mut self, state: StateId, step: Option<MilestoneId>, at: Moment) -> Observed {
        self.state = state;
        self.entered = at;
        if step.is_some() {
            (self.last_step, self.last_step_at) = (state, at);
        }
        Observed { step, also: None, entered: Some(state) }
    }

    /// When the clock started.
    #[must_use]
    pub const fn received_at(&self) -> Moment {
        self.received
    }

    /// The state the case is in.
    #[must_use]
    pub const fn state(&self) -> StateId {
        self.state
    }

    /// Since when it has been in this state.
    #[must_use]
    pub const fn entered_state_at(&self) -> Moment {
        self.entered
    }

    /// The last step that was completed, as a state, and when: what is known of a case whose status tells nothing.
    #[must_use]
    pub const fn last_step(&self) -> (StateId, Moment) {
        (self.last_step, self.last_step_at)
    }

    /// When the case was decided, if it was.
    #[must_use]
    pub const fn decided_at(&self) -> Option<Moment> {
        self.decided
    }

    /// Whether it was decided so that no step follows.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// What stops the clock, if anything does: the first of the form's pauses that lasts.
    #[must_use]
    pub const fn pause(&self) -> Option<PauseId> {
        self.pauses.first()
    }

    /// Whether the filing was refused at intake.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        self.rejected
    }
}
