//! A case and what its actions have made of it.

use serde::{Deserialize, Serialize};

use crate::form::{
    ActionRule, AppointmentId, AppointmentRole, Effect, FormDefinition, MAX_APPOINTMENTS, MAX_MILESTONES,
    MilestoneId, OpenRequests, OutcomeId, PauseId, Pauses, RequestRole, StateId,
};
use crate::standing::Standing;
use crate::time::{Days, Moment, Stamp};

/// Something dated that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Action code, for example `biometrics_taken`.
    pub code: String,
    /// When.
    pub at: Stamp,
    /// For the notice of an appointment: when that is. It may lie in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Stamp>,
    /// Who or what did it, as the record names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
}

impl Action {
    /// An action that names no appointment and nobody who did it.
    #[must_use]
    pub fn new(code: impl Into<String>, at: Stamp) -> Self {
        Self { code: code.into(), at, scheduled_for: None, resource: None }
    }
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

/// A set of milestones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Milestones([u64; MAX_MILESTONES / 64]);

impl Milestones {
    pub(crate) const NONE: Self = Self([0; MAX_MILESTONES / 64]);

    fn insert(&mut self, id: MilestoneId) -> bool {
        let new = !self.has(id);
        self.0[id.index() / 64] |= 1_u64 << (id.index() % 64);
        new
    }

    fn remove(&mut self, id: MilestoneId) {
        self.0[id.index() / 64] &= !(1_u64 << (id.index() % 64));
    }

    pub(crate) fn has(&self, id: MilestoneId) -> bool {
        self.0[id.index() / 64] & 1_u64 << (id.index() % 64) != 0
    }
}

/// A decision that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decision {
    at: Moment,
    outcome: OutcomeId,
    closed: bool,
    revoked: Option<Moment>,
}

/// Where a case stands with one kind of appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Appointed {
    /// There was a notice, and the applicant has neither come nor been told not to.
    open: bool,
    scheduled_for: Option<Stamp>,
}

/// Where a case stands after the actions seen so far. Training and serving follow a case with this alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    received: Moment,
    state: StateId,
    entered: Moment,
    last_step: StateId,
    last_step_at: Moment,
    reached: Milestones,
    not_needed: Milestones,
    decision: Option<Decision>,
    reopened: Option<(Moment, StateId)>,
    situation: Situation,
    /// The state of a request that waits for its answer, if no step came after it.
    asked: bool,
    pauses: Pauses,
    held: Days,
    held_since: Option<Moment>,
    rejected: bool,
    open_requests: OpenRequests,
    appointed: [Appointed; MAX_APPOINTMENTS],
    standing: Standing,
}

/// What a case waits in, as a model sees it, with the time that it had waited since its receipt when that began.
///
/// It differs from the state of the case in two ways. A case that is pending since a reopening resembles other reopened
/// cases, and not those that were never decided: it stays in the state that the reopening put it in. A case with
/// an open request stays in the state of the request while only its status changes, because the answer is what it waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation {
    /// The state.
    pub state: StateId,
    /// When the case entered it.
    pub entered: Days,
    /// The last step that the case completed, as a state.
    pub last_step: StateId,
    /// When it completed that step.
    pub last_step_at: Days,
    /// Whether it is pending since a reopening.
    pub is_reopened: bool,
}

/// What one action did to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// A step was completed.
    pub step: Option<MilestoneId>,
    /// The same action showed a second step: a sign of the decision that is a step after it.
    pub also: Option<MilestoneId>,
    /// The case entered a state (perhaps the one that it was in).
    pub entered: Option<StateId>,
    /// What became of the action.
    pub consequence: Consequence,
}

/// What became of an action: every action of a case has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The form does not list its code.
    Unlisted,
    /// It confirms the receipt with which the case began.
    Receipt,
    /// The case reached a step or entered a status.
    Moved,
    /// It decided the case.
    Decided,
    /// It changed the outcome of a case that was decided.
    Overturned,
    /// It made the case pending again.
    Reopened,
    /// It refused the filing at intake.
    Rejected,
    /// It began this pause.
    Paused(PauseId),
    /// It ended this pause.
    Resumed(PauseId),
    /// It would end this pause, which did not last.
    NotPaused(PauseId),
    /// It gives a date to this step, and later steps were reached before.
    Dated(MilestoneId),
    /// It says again what was known: the same decision, a pause that lasts, a step that comes once.
    Repeated,
    /// The form knows it as a notice that changes nothing.
    Notice,
    /// The case was decided, and it cannot change that.
    AfterDecision,
    /// The filing had been refused at intake.
    AfterRejection,
    /// It belongs after a decision that the record does not show.
    BeforeDecision,
}

impl Consequence {
    /// Whether the case went on because of the action, in any way: if not, an answer should say what became of it.
    #[must_use]
    pub const fn moves(self) -> bool {
        matches!(
            self,
            Self::Moved
                | Self::Decided
                | Self::Overturned
                | Self::Reopened
                | Self::Rejected
                | Self::Paused(_)
                | Self::Resumed(_)
                | Self::Dated(_)
        )
    }

    /// Whether the action was taken as its form means it, so that its parts in requests and appointments count.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Unlisted | Self::AfterDecision | Self::AfterRejection | Self::BeforeDecision)
    }
}

impl From<Consequence> for Observed {
    fn from(consequence: Consequence) -> Self {
        Self { step: None, also: None, entered: None, consequence }
    }
}

impl Progress {
    /// A case that was received and to which nothing else has happened.
    #[must_use]
    pub fn received(form: &FormDefinition, at: Moment) -> Self {
        let mut reached = Milestones::NONE;
        reached.insert(form.start());
        Self {
            received: at,
            state: form.start().into(),
            entered: at,
            last_step: form.start().into(),
            last_step_at: at,
            reached,
            not_needed: Milestones::NONE,
            decision: None,
            reopened: None,
            situation: Situation {
                state: form.start().into(),
                entered: Days::ZERO,
                last_step: form.start().into(),
                last_step_at: Days::ZERO,
                is_reopened: false,
            },
            asked: false,
            pauses: Pauses::default(),
            held: Days::ZERO,
            held_since: None,
            rejected: false,
            open_requests: OpenRequests::default(),
            appointed: [Appointed::default(); MAX_APPOINTMENTS],
            standing: Standing::default(),
        }
    }

    /// Takes in one action. Actions come in the order in which they happened; `scheduled_for` is the day of the
    /// appointment that the action announces.
    pub fn observe(
        &mut self,
        form: &FormDefinition,
        rule: ActionRule,
        at: Moment,
        scheduled_for: Option<Stamp>,
    ) -> Observed {
        let observed = self.apply(form, rule.effect, at);
        if observed.consequence.counts() {
            match rule.request {
                Some(RequestRole::Asks(request)) => {
                    self.open_requests = self.open_requests.with(request);
                    if observed.entered.is_some() {
                        self.asked = true;
                        self.wait_in(self.state, at);
                    }
                }
                Some(RequestRole::Answers(request)) => {
                    self.open_requests = self.open_requests.without(request);
                    if self.asked {
                        self.asked = false;
                        self.wait_in(self.state, at);
                    }
                }
                None => {}
            }
            if let Some(role) = rule.appointment {
                self.appoint(form, role, scheduled_for, at);
            }
            self.standing.take(form, rule, observed.consequence == Consequence::Decided);
        }
        observed
    }

    fn apply(&mut self, form: &FormDefinition, effect: Effect, at: Moment) -> Observed {
        if self.rejected {
            return Consequence::AfterRejection.into();
        }
        match (effect, self.decision) {
            (Effect::Confirms, _) => Consequence::Receipt.into(),
            (Effect::Notice, _) => Consequence::Notice.into(),
            // A pending case, whether it was decided before or not, stays pending: this is a status like others.
            (Effect::Reopens(state), None) => self.enter(state, None, at),
            (Effect::Reopens(state), Some(_)) => self.reopen(form, state, at),
            (_, Some(decision)) => self.apply_decided(form, effect, decision, at),
            // A case that was decided once was not refused at intake, whatever its record says later.
            (Effect::Rejects, None) if self.reopened.is_some() => Consequence::AfterDecision.into(),
            (Effect::Rejects, None) => {
                self.rejected = true;
                Consequence::Rejected.into()
            }
            (Effect::Pauses(pause), None) if self.pauses.has(pause) => Consequence::Repeated.into(),
            (Effect::Pauses(pause), None) => {
                self.held_since.get_or_insert(at);
                self.pauses = self.pauses.with(pause);
                Consequence::Paused(pause).into()
            }
            (Effect::Resumes(pause), None) if self.pauses.has(pause) => {
                self.pauses = self.pauses.without(pause);
                if self.pauses.first().is_none() {
                    self.resume(at);
                }
                Consequence::Resumed(pause).into()
            }
            (Effect::Resumes(pause), None) => Consequence::NotPaused(pause).into(),
            (Effect::SetsState(state), None) => self.enter(state, None, at),
            (Effect::Reaches(milestone), None) => self.reach(form, milestone, at),
            (Effect::Decides(outcome), None) => self.decide(form, outcome, false, at),
            (Effect::Closes(outcome), None) => self.decide(form, outcome, true, at),
            (Effect::Shows { after, outcome }, None) => {
                let decision = self.decide(form, outcome, false, at);
                let Some(after) = after else { return decision };
                let after = self.reach(form, after, at);
                Observed { also: after.step, entered: after.entered.or(decision.entered), ..decision }
            }
            (Effect::ReachesAfterDecision(_), None) => Consequence::BeforeDecision.into(),
        }
    }

    fn apply_decided(
        &mut self,
        form: &FormDefinition,
        effect: Effect,
        decision: Decision,
        at: Moment,
    ) -> Observed {
        match effect {
            Effect::Decides(outcome) | Effect::Closes(outcome) if outcome == decision.outcome => {
                Consequence::Repeated.into()
            }
            Effect::Decides(outcome) | Effect::Closes(outcome)
                if form.replaces(outcome, decision.outcome) =>
            {
                let closed = matches!(effect, Effect::Closes(_));
                self.decision = Some(Decision { outcome, closed, revoked: Some(at), ..decision });
                Consequence::Overturned.into()
            }
            // What was taken back is not produced or sent.
            Effect::Shows { .. } | Effect::ReachesAfterDecision(_) if decision.revoked.is_some() => {
                Consequence::AfterDecision.into()
            }
            // A card or an oath belongs to an approval. A record that states another decision is believed: what was
            // mailed may be its letter.
            Effect::Shows { .. } | Effect::ReachesAfterDecision(_)
                if decision.closed && !form.outcome(decision.outcome).yields_to_signs =>
            {
                Consequence::AfterDecision.into()
            }
            Effect::Shows { after: None, .. } if !decision.closed => Consequence::Repeated.into(),
            Effect::Shows { after: Some(milestone), outcome } => {
                let outcome = if decision.closed { outcome } else { decision.outcome };
                self.decision = Some(Decision { outcome, closed: false, ..decision });
                self.reach(form, milestone, at)
            }
            Effect::ReachesAfterDecision(milestone) => {
                self.decision = Some(Decision { closed: false, ..decision });
                self.reach(form, milestone, at)
            }
            _ => Consequence::AfterDecision.into(),
        }
    }

    fn decide(&mut self, form: &FormDefinition, outcome: OutcomeId, closed: bool, at: Moment) -> Observed {
        self.decision = Some(Decision { at, outcome, closed, revoked: None });
        self.resume(at);
        (self.pauses, self.asked, self.situation.is_reopened) = (Pauses::default(), false, false);
        self.open_requests = OpenRequests::default();
        for appointment in form.appointment_ids() {
            // What comes after the decision, such as an oath, may have a day already.
            if closed || !form.is_after_decision(form.kept_milestone(appointment)) {
                self.appointed[appointment.index()] = Appointed::default();
            }
        }
        Observed { consequence: Consequence::Decided, ..self.reach(form, form.decision(), at) }
    }

    /// Steps count from the reopening: whatever the case had reached may come again, the decision above all.
    fn reopen(&mut self, form: &FormDefinition, state: StateId, at: Moment) -> Observed {
        let fresh = Self::received(form, self.received);
        let reopened = Some((at, state));
        // An officer took the case up once; it does not wait for that again.
        let (held, standing) = (self.held, self.standing);
        *self = Self { reopened, last_step: state, last_step_at: at, held, standing, ..fresh };
        let observed = self.enter(state, None, at);
        let entered = self.situation.entered;
        self.situation =
            Situation { last_step: state, last_step_at: entered, is_reopened: true, ..self.situation };
        Observed { consequence: Consequence::Reopened, ..observed }
    }

    fn reach(&mut self, form: &FormDefinition, milestone: MilestoneId, at: Moment) -> Observed {
        let new = self.reached.insert(milestone);
        // What follows a decision comes in order: somebody who has the card does not wait for its production.
        if form.is_after_decision(milestone) && milestone.index() < self.last_step.index() {
            return if new { Consequence::Dated(milestone) } else { Consequence::Repeated }.into();
        }
        if new || form.milestone(milestone).repeats {
            self.enter(milestone.into(), Some(milestone), at)
        } else {
            Consequence::Repeated.into()
        }
    }

    fn enter(&mut self, state: StateId, step: Option<MilestoneId>, at: Moment) -> Observed {
        self.state = state;
        self.entered = at;
        if step.is_some() {
            (self.last_step, self.last_step_at) = (state, at);
            self.asked = false;
        }
        if !self.asked {
            self.wait_in(state, at);
        }
        if step.is_some() && !self.situation.is_reopened {
            (self.situation.last_step, self.situation.last_step_at) = (state, self.waited(at));
        }
        Observed { step, also: None, entered: Some(state), consequence: Consequence::Moved }
    }

    /// From now on the case waits in a state, unless it stays in the one that a reopening put it in.
    fn wait_in(&mut self, state: StateId, at: Moment) {
        if !self.situation.is_reopened {
            self.situation = Situation { state, entered: self.waited(at), ..self.situation };
        }
    }

    /// Ends what held the case, if anything did.
    fn resume(&mut self, at: Moment) {
        if let Some(since) = self.held_since.take() {
            let held = self.held.get() + at.since(since).get().max(0.0);
            self.held = Days::new(held).unwrap_or(self.held);
        }
    }

    fn appoint(
        &mut self,
        form: &FormDefinition,
        role: AppointmentRole,
        scheduled_for: Option<Stamp>,
        at: Moment,
    ) {
        let id = role.appointment();
        let waived = matches!(role, AppointmentRole::Waives(_));
        let appointed = &mut self.appointed[id.index()];
        let scheduled_for = role.day(scheduled_for, appointed.scheduled_for, at);
        *appointed = Appointed { open: role.is_notice(), scheduled_for };
        let kept = form.kept_milestone(id);
        for milestone in form.scheduled_milestones(id).iter().copied().chain([kept]) {
            self.not_needed.remove(milestone);
            // The action that says that no appointment is needed may itself be the step.
            if waived && !(milestone == kept && self.state == kept.into()) {
                self.not_needed.insert(milestone);
            }
        }
    }

    /// Where the case stands in the lines of its form.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
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

    /// What the case waits in, as a model sees it.
    #[must_use]
    pub const fn situation(&self) -> Situation {
        self.situation
    }

    /// How long the case has waited at a moment since its receipt, without the time on hold.
    #[must_use]
    pub fn waited(&self, at: Moment) -> Days {
        let held_now = self.held_since.map_or(0.0, |since| at.since(since).get().max(0.0));
        let waited = at.since(self.received).get() - self.held.get() - held_now;
        Days::new(waited).unwrap_or(Days::ZERO).at_least_zero()
    }

    /// The last step that was completed, as a state, and when: what is known of a case whose status tells nothing.
    /// Before the first step after a reopening it is the reopening.
    #[must_use]
    pub const fn last_step(&self) -> (StateId, Moment) {
        (self.last_step, self.last_step_at)
    }

    /// Whether a milestone was reached, since the last reopening if there was one.
    #[must_use]
    pub fn has_reached(&self, milestone: MilestoneId) -> bool {
        self.reached.has(milestone)
    }

    /// Whether the record says that a milestone will not come because nobody needs it.
    #[must_use]
    pub fn is_not_needed(&self, milestone: MilestoneId) -> bool {
        self.not_needed.has(milestone)
    }

    /// The milestones that are not needed.
    pub(crate) const fn not_needed(&self) -> Milestones {
        self.not_needed
    }

    /// When the case was decided, if a decision stands: the first terminal action, or the first after the last
    /// reopening.
    #[must_use]
    pub fn decided_at(&self) -> Option<Moment> {
        self.decision.map(|decision| decision.at)
    }

    /// How the case was decided, if a decision stands.
    #[must_use]
    pub fn outcome(&self) -> Option<OutcomeId> {
        self.decision.map(|decision| decision.outcome)
    }

    /// When the decision that stands was taken back, if it was: [`Self::outcome`] then says how.
    #[must_use]
    pub fn revoked_at(&self) -> Option<Moment> {
        self.decision.and_then(|decision| decision.revoked)
    }

    /// When the case, decided before, was last made pending again, if it ever was. It may have been decided since.
    #[must_use]
    pub fn reopened_at(&self) -> Option<Moment> {
        self.reopened.map(|(at, _)| at)
    }

    /// For a case that is pending since a reopening: when that was, and the state that it put the case in.
    #[must_use]
    pub fn pending_since_reopening(&self) -> Option<(Moment, StateId)> {
        self.reopened.filter(|_| self.decision.is_none())
    }

    /// Whether it was decided so that no step follows.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.decision.is_some_and(|decision| decision.closed)
    }

    /// What stops the clock, if anything does: the first of the form's pauses that lasts.
    #[must_use]
    pub const fn pause(&self) -> Option<PauseId> {
        self.pauses.first()
    }

    /// Whether a pause lasts.
    #[must_use]
    pub const fn is_paused(&self, pause: PauseId) -> bool {
        self.pauses.has(pause)
    }

    /// Whether the filing was refused at intake.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        self.rejected
    }

    /// The kinds of requests that wait for an answer.
    pub(crate) const fn open_requests(&self) -> OpenRequests {
        self.open_requests
    }

    /// Whether an appointment was announced and neither kept nor called off.
    pub(crate) const fn has_appointment(&self, appointment: AppointmentId) -> bool {
        self.appointed[appointment.index()].open
    }

    /// The next appointment whose day is not over at `now`, with that day.
    #[must_use]
    pub fn appointment_ahead(&self, form: &FormDefinition, now: Moment) -> Option<(AppointmentId, Stamp)> {
        let day = |id: AppointmentId| Some((id, self.appointed[id.index()].scheduled_for?));
        let ahead = form.appointment_ids().filter_map(day).filter(|(id, at)| {
            // One that belongs to the other side of the decision is not what the case waits for.
            !at.is_over_at(now) && form.is_after_decision(form.kept_milestone(*id)) == self.decision.is_some()
        });
        ahead.min_by_key(|(_, at)| at.moment())
    }
}
