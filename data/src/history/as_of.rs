//! The only gate to the actions of a history. It hides the future.
//!
//! A [`HistoryView`] shows what was known at an as-of time. [`FollowUp`] is the one exception: it shows what came after,
//! to score an estimate that was made without it.

use model::{
    Action, ActionRule, AsOf, Day, Days, Effect, FormDefinition, MilestoneId, Moment, Observed, Progress,
    Stamp,
};

use super::actions::{HistoryAction, KnownActions};
use super::activity::Activity;
use super::case_history::History;

/// A history as it was known at an as-of time.
#[derive(Debug, Clone, Copy)]
pub struct HistoryView<'a> {
    history: &'a History,
    as_of: AsOf,
}

/// A case as it was known at an as-of time.
#[derive(Debug, Clone, Copy)]
pub struct HistoryCase<'a> {
    history: &'a History,
    case: usize,
    known: KnownActions<'a>,
}

/// What each action code of a history does to the cases of one form.
#[derive(Debug, Clone)]
pub struct Effects(Vec<Option<ActionRule>>);

impl History {
    /// This history as it was known at `as_of`.
    #[must_use]
    pub fn view_at(&self, as_of: AsOf) -> HistoryView<'_> {
        HistoryView { history: self, as_of }
    }

    /// The number of its actions.
    #[must_use]
    pub fn action_count(&self) -> usize {
        self.actions.count()
    }

    /// When something happened, counted once.
    fn activity(&self) -> &Activity {
        self.activity.get_or_init(|| {
            let whole = self.view_at(AsOf::new(self.extracted_on()));
            Activity::new(
                whole.cases().flat_map(|case| case.known.moments().chain([case.received()])).collect(),
            )
        })
    }

    /// What each action code of this history does to the cases of a form.
    #[must_use]
    pub fn effects(&self, form: &FormDefinition) -> Effects {
        Effects(self.action_codes().iter().map(|code| form.rule(code)).collect())
    }
}

impl<'a> HistoryView<'a> {
    /// The history.
    #[must_use]
    pub fn history(&self) -> &'a History {
        self.history
    }

    /// The as-of time, or the extraction if that is earlier: nothing is known after it.
    #[must_use]
    pub fn horizon(&self) -> Moment {
        self.as_of.moment().min(self.history.extracted_on().moment())
    }

    /// The as-of time.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// The time up to which the record shows what happened: the [horizon](Self::horizon), or the newest action or receipt of
    /// any form before it if the silence since then is too long to be chance.
    ///
    /// Silence is chance if it has a probability of at least 1 in 100 in a Poisson process with the number of actions a
    /// day of the 60 days before it. A case for which nothing is recorded in a silence was not seen to wait in it.
    #[must_use]
    pub fn observed_until(&self) -> Moment {
        self.history.activity().observed_until(self.horizon())
    }

    /// A case, or `None` if it was received later. `actions_seen` limits its actions to the first ones: an as-of time does
    /// not separate actions of one time. No limit shows an action later than the as-of time.
    #[must_use]
    pub fn case(&self, case: usize, actions_seen: Option<usize>) -> Option<HistoryCase<'a>> {
        let received = self.history.received().moment(case);
        if !self.as_of.sees(received) {
            return None;
        }
        let known = self.history.actions.known_at(self.as_of, case, actions_seen);
        Some(HistoryCase { history: self.history, case, known })
    }

    /// The known cases, in file order.
    pub fn cases(&self) -> impl Iterator<Item = HistoryCase<'a>> + use<'a> {
        let view = *self;
        (0..view.history.cases()).filter_map(move |case| view.case(case, None))
    }

    /// The known cases of one form, in file order; none if the history does not have the form.
    pub fn cases_of(&self, form: &str) -> impl Iterator<Item = HistoryCase<'a>> + use<'a> {
        let known = *self;
        let position = known.history.forms().iter().position(|name| name == form);
        let of_form = move |case: &usize| Some(known.history.form_of(*case)) == position;
        (0..known.history.cases()).filter(of_form).filter_map(move |case| known.case(case, None))
    }
}

impl<'a> HistoryCase<'a> {
    /// The case's number in the history.
    #[must_use]
    pub fn number(&self) -> usize {
        self.case
    }

    /// When it was received.
    #[must_use]
    pub fn received(&self) -> Moment {
        self.history.received().moment(self.case)
    }

    /// The codes and moments of its known actions, in the order in which they happened.
    pub fn actions(&self) -> impl Iterator<Item = (u16, Moment)> + use<'a> {
        self.known.iter()
    }

    /// Its known actions as they were recorded, in the order in which they happened.
    #[must_use]
    pub fn recorded_actions(&self) -> Vec<Action> {
        let (codes, resources) = (self.history.action_codes(), self.history.resources());
        let action = |(action, at, scheduled_for): (HistoryAction, Stamp, Option<Stamp>)| Action {
            code: codes[usize::from(action.code)].clone(),
            at,
            scheduled_for,
            resource: action.resource.map(|resource| resources[resource as usize].clone()),
        };
        self.known.recorded().map(action).collect()
    }

    /// Its known actions with who did them, in the order in which they happened.
    pub fn known_actions(&self) -> impl Iterator<Item = HistoryAction> + use<'a> {
        self.known.with_resources()
    }

    /// The code and the recorded time of its first known action.
    pub(super) fn first_action(&self) -> Option<(u16, Stamp)> {
        self.known.first()
    }

    /// When it was received, as it was recorded.
    pub(super) fn received_stamp(&self) -> Stamp {
        self.history.received().stamp(self.case)
    }

    /// Follows the case through its known actions and calls `each` with every one that the form lists.
    pub fn follow(
        &self,
        form: &FormDefinition,
        effects: &Effects,
        mut each: impl FnMut(&Progress, Observed, Moment),
    ) -> Progress {
        self.walk(form, effects, |progress, observed, action| {
            if let Some(observed) = observed {
                each(progress, observed, action.at);
            }
        })
    }

    /// Follows the case through its known actions and calls `each` with every one, and with what it did if the form lists it.
    pub fn walk(
        &self,
        form: &FormDefinition,
        effects: &Effects,
        mut each: impl FnMut(&Progress, Option<Observed>, HistoryAction),
    ) -> Progress {
        let mut progress = Progress::received(form, self.received());
        for (action, scheduled_for) in self.known.with_appointments() {
            let rule = effects.0[usize::from(action.code)];
            let observed = rule.map(|rule| progress.observe(form, rule, action.at, scheduled_for));
            each(&progress, observed, action);
        }
        progress
    }
}

/// What happened to a case after an as-of time, by the end of the follow-up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The case's number in the history.
    pub case: usize,
    /// Time from the as-of time to the decision, if it came by the end.
    pub decision: Option<Days>,
    /// Time from the as-of time to the next milestone, if one came by the end.
    pub next_step: Option<Days>,
    /// Which milestone that was.
    pub next_milestone: Option<MilestoneId>,
    /// Whether it was rejected at intake later, so it was not a case for an estimate.
    pub rejected_later: bool,
}

/// What came after an as-of time. Only scores may use it.
#[derive(Debug, Clone, Copy)]
pub struct FollowUp<'a> {
    known: HistoryView<'a>,
    end: HistoryView<'a>,
}

impl<'a> FollowUp<'a> {
    /// What came after the as-of time of a view.
    #[must_use]
    pub fn after(known: HistoryView<'a>) -> Self {
        Self { known, end: known.history.view_at(AsOf::new(known.history.extracted_on())) }
    }

    /// What came after the as-of time of a view, as far as a later view of the same history knows it.
    #[must_use]
    pub fn between(known: HistoryView<'a>, end: HistoryView<'a>) -> Self {
        Self { known, end }
    }

    /// The time from the as-of time to the end of the follow-up.
    #[must_use]
    pub fn length(&self) -> Days {
        self.end.horizon().since(self.known.as_of.moment()).at_least_zero()
    }

    /// What happened to a case after the as-of time.
    #[must_use]
    pub fn outcome(&self, form: &FormDefinition, effects: &Effects, case: usize) -> Option<Outcome> {
        let (as_of, end) = (self.known.as_of, self.end);
        let mut outcome =
            Outcome { case, decision: None, next_step: None, next_milestone: None, rejected_later: false };
        // The first decision that follows counts, whether or not the case was decided before or reopened later.
        end.case(case, None)?.follow(form, effects, |progress, observed, at| {
            if as_of.sees(at) {
                return;
            }
            if observed.step.is_some() && outcome.next_step.is_none() {
                outcome.next_step = Some(at.since(as_of.moment()));
                outcome.next_milestone = observed.step;
            }
            if outcome.decision.is_none() && progress.decided_at() == Some(at) {
                outcome.decision = Some(at.since(as_of.moment()));
            }
        });
        let mut codes = end.case(case, None)?.actions();
        outcome.rejected_later = codes
            .any(|(code, _)| effects.0[usize::from(code)].is_some_and(|rule| rule.effect == Effect::Rejects));
        Some(outcome)
    }
}

/// At most `limit` origins, `step` days apart, the last one `follow_up` days before `end` and none before `start`, oldest
/// first.
#[must_use]
pub fn rolling_origins(start: Day, end: Day, follow_up: i32, step: i32, limit: usize) -> Vec<Day> {
    let mut origins: Vec<Day> = (0..limit as i32)
        .map(|index| end.plus(-follow_up - index * step.max(1)))
        .take_while(|&origin| origin >= start)
        .collect();
    origins.reverse();
    origins
}
