//! The order of actions that have one date and no time: the one that the form allows.

use smallvec::SmallVec;

use crate::case::Progress;
use crate::form::{ActionRule, Effect, FormDefinition, MilestoneId, RequestRole, TaskRole};

/// A longer day keeps the order of the record: the time to order a day grows with the cube of its actions.
const MAX_ORDERED_ACTIONS: usize = 50;

/// Positions of the actions of a day.
type Order = SmallVec<[usize; 16]>;

/// The order in which the form allows the actions of one day, as positions in `rules`.
///
/// `before` is where the case stood when the day began, `rules` what the form says of each action, in the order of the
/// record. That order is kept wherever the form allows it. Otherwise
///
/// - what moves a pending case comes before its decision, and the decision before what follows it,
/// - a step comes after the steps that it needs,
/// - a request comes before its answer, and the notice of an appointment before the visit or its cancellation, unless one
///   was open before; then the answer comes before the next request, and the visit before the next notice,
/// - a pause begins before it ends, unless it lasted before; then it ends before it begins again,
/// - the reopening of a decided case comes before its next decision, and that of a case that was never decided after its
///   decision,
/// - of two decisions the one comes first that the form lists first, unless it takes the place of the other,
/// - a refusal at intake comes first, unless the case had moved before.
///
/// A day with more than 50 actions keeps the order of the record.
///
/// ```
/// # use model::{Day, FormSpec, Progress, order_within_day};
/// # let json = r#"{"form": "X", "title": {"en": "x", "es": "x"}, "from": "2000-01-01", "checked_on": "2026-01-01",
/// #   "source": ["x"], "attributes": [], "statuses": [], "pauses": [], "rejections": [], "notices": [], "milestones": [
/// #   {"id": "received", "label": {"en": "x", "es": "x"}, "reached_by": ["received"], "follows": [], "source": ["x"],
/// #    "checked_on": "2026-01-01"},
/// #   {"id": "interview", "label": {"en": "x", "es": "x"}, "reached_by": ["interview"], "follows": ["received"],
/// #    "source": ["x"], "checked_on": "2026-01-01"},
/// #   {"id": "decision", "label": {"en": "x", "es": "x"}, "reached_by": ["approved"], "follows": ["interview"],
/// #    "decision": true, "source": ["x"], "checked_on": "2026-01-01"}]}"#;
/// # let form = serde_json::from_str::<FormSpec>(json)?.check()?;
/// let before = Progress::received(&form, Day::parse("2026-01-01")?.end());
/// // A record that lists the newest first.
/// let day = ["approved", "interview"].map(|code| form.rule(code));
/// assert_eq!(order_within_day(&form, &before, &day), [1, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn order_within_day(
    form: &FormDefinition,
    before: &Progress,
    rules: &[Option<ActionRule>],
) -> Vec<usize> {
    order_of(form, before, rules).into_vec()
}

/// The same, without an allocation for a few actions.
pub(crate) fn order_of(form: &FormDefinition, before: &Progress, rules: &[Option<ActionRule>]) -> Order {
    let mut remaining: Order = (0..rules.len()).collect();
    if !(2..=MAX_ORDERED_ACTIONS).contains(&rules.len()) {
        return remaining;
    }
    let mut order = Order::new();
    let mut progress = *before;
    while !remaining.is_empty() {
        let has = |phase| {
            remaining.iter().filter_map(|&at| rules[at]).any(|rule| Phase::from(rule.effect) == phase)
        };
        let (has_decision, has_reopening) = (has(Phase::Decision), has(Phase::Reopening));
        let day =
            Day { form, progress: &progress, rules, remaining: &remaining, has_decision, has_reopening };
        let next = remaining.remove(day.next());
        order.push(next);
        if let Some(rule) = rules[next] {
            progress.observe(form, rule, before.entered_state_at(), None);
        }
    }
    order
}

/// The actions of a day that have no place yet, and where the case stands after those that have.
struct Day<'a> {
    form: &'a FormDefinition,
    progress: &'a Progress,
    rules: &'a [Option<ActionRule>],
    remaining: &'a [usize],
    /// Whether a decision, or a reopening, is among the remaining actions.
    has_decision: bool,
    has_reopening: bool,
}

/// When in the life of a case an action has its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Receipt,
    Rejection,
    Pending,
    Decision,
    After(Option<MilestoneId>),
    Reopening,
    Any,
}

impl From<Effect> for Phase {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Confirms => Self::Receipt,
            Effect::Rejects => Self::Rejection,
            Effect::Reaches(_) | Effect::SetsState(_) | Effect::Pauses(_) | Effect::Resumes(_) => {
                Self::Pending
            }
            Effect::Decides(_) | Effect::Closes(_) => Self::Decision,
            Effect::Shows { after, .. } => Self::After(after),
            Effect::ReachesAfterDecision(milestone) => Self::After(Some(milestone)),
            Effect::Reopens(_) => Self::Reopening,
            Effect::Notice => Self::Any,
        }
    }
}

impl Day<'_> {
    /// Position, among the remaining actions, of the first that need not wait for another.
    fn next(&self) -> usize {
        let waits = |&later: &usize| {
            let Some(later) = self.rules[later] else { return false };
            self.others().any(|earlier| self.precedes(earlier, later))
        };
        // Should they wait for each other, the record's order is as good as any.
        self.remaining.iter().position(|later| !waits(later)).unwrap_or(0)
    }

    fn others(&self) -> impl Iterator<Item = ActionRule> + '_ {
        self.remaining.iter().filter_map(|&position| self.rules[position])
    }

    /// Whether the later action has to wait for the earlier one. Actions alike never wait for each other.
    fn precedes(&self, earlier: ActionRule, later: ActionRule) -> bool {
        self.is_needed(earlier, later) || self.is_earlier(earlier.effect, later.effect)
    }

    /// Whether one effect has its place in the life of a case before another.
    fn is_earlier(&self, earlier: Effect, later: Effect) -> bool {
        let decided = self.progress.decided_at().is_some();
        let has_moved = decided || self.progress.state() != self.form.start().into();
        match (earlier.into(), later.into()) {
            (Phase::Any, _) | (_, Phase::Any) => false,
            (Phase::Receipt, other) => other != Phase::Receipt,
            (_, Phase::Receipt) => false,
            (Phase::Rejection, other) => !has_moved && other != Phase::Rejection,
            (_, Phase::Rejection) => has_moved,
            (Phase::Decision, Phase::Decision) => self.decides_first(earlier, later),
            (Phase::After(Some(earlier)), Phase::After(Some(later))) => earlier < later,
            (earlier, later) if decided && self.has_reopening => self.reopens(earlier, later),
            (Phase::Pending, Phase::Decision | Phase::After(_)) => !decided,
            (Phase::Decision, Phase::After(_)) => true,
            (Phase::Decision | Phase::After(_), Phase::Reopening) => self.progress.reopened_at().is_none(),
            (Phase::Reopening, Phase::Decision | Phase::After(_)) => self.progress.reopened_at().is_some(),
            _ => false,
        }
    }

    /// The order of a day on which a case that was decided before is reopened.
    fn reopens(&self, earlier: Phase, later: Phase) -> bool {
        // A card belongs to an approval: to the one before the reopening only if no new decision is there.
        let belongs_before = !self.progress.is_closed() && !self.has_decision;
        match (earlier, later) {
            (Phase::Reopening, Phase::Pending | Phase::Decision) => true,
            (Phase::Reopening, Phase::After(_)) => !belongs_before,
            (Phase::After(_), Phase::Reopening) => belongs_before,
            _ => false,
        }
    }

    /// Whether a decision comes before another of the same day.
    fn decides_first(&self, earlier: Effect, later: Effect) -> bool {
        let outcome = |effect| match effect {
            Effect::Decides(outcome) | Effect::Closes(outcome) => Some(outcome),
            _ => None,
        };
        let (Some(earlier), Some(later)) = (outcome(earlier), outcome(later)) else { return false };
        self.form.replaces(later, earlier) || (earlier < later && !self.form.replaces(earlier, later))
    }

    /// Whether the later action needs the earlier one: it cannot be without it, and it was not before this day.
    fn is_needed(&self, earlier: ActionRule, later: ActionRule) -> bool {
        self.asks_first(earlier, later)
            || self.appoints_first(earlier, later)
            || self.pauses_first(earlier.effect, later.effect)
            || self.steps_first(earlier.effect, later.effect)
            || self.sends_first(earlier, later)
    }

    fn asks_first(&self, earlier: ActionRule, later: ActionRule) -> bool {
        let open = |request| self.progress.open_requests().has(request);
        match (earlier.request, later.request) {
            (Some(RequestRole::Asks(asked)), Some(RequestRole::Answers(answered))) => {
                asked == answered && !open(asked)
            }
            (Some(RequestRole::Answers(answered)), Some(RequestRole::Asks(_))) => open(answered),
            _ => false,
        }
    }

    fn appoints_first(&self, earlier: ActionRule, later: ActionRule) -> bool {
        let (Some(earlier), Some(later)) = (earlier.appointment, later.appointment) else { return false };
        let (earlier_id, later_id) = (earlier.appointment(), later.appointment());
        let needs_a_notice = if self.progress.has_appointment(later_id) { earlier } else { later };
        earlier_id == later_id && earlier.is_notice() != later.is_notice() && !needs_a_notice.is_notice()
    }

    fn pauses_first(&self, earlier: Effect, later: Effect) -> bool {
        match (earlier, later) {
            (Effect::Pauses(begun), Effect::Resumes(ended)) => {
                begun == ended && !self.progress.is_paused(begun)
            }
            (Effect::Resumes(ended), Effect::Pauses(begun)) => {
                begun == ended && self.progress.is_paused(begun)
            }
            _ => false,
        }
    }

    fn steps_first(&self, earlier: Effect, later: Effect) -> bool {
        let (Effect::Reaches(step), Effect::Reaches(next)) = (earlier, later) else { return false };
        let needed = self.form.predecessors(next);
        needed.contains(&step) && !needed.iter().any(|&milestone| self.progress.has_reached(milestone))
    }

    /// A document comes back only after it was sent.
    fn sends_first(&self, earlier: ActionRule, later: ActionRule) -> bool {
        let (Some(TaskRole::Ends(ended)), Some(TaskRole::Begins(begun))) = (earlier.task, later.task) else {
            return false;
        };
        let Phase::After(Some(milestone)) = Phase::from(earlier.effect) else { return false };
        ended == begun && !self.progress.has_reached(milestone)
    }
}
