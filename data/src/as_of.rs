//! Who may see the future: nobody, and it is decided here.
//!
//! The actions of a history are reached through [`HistoryView`], which shows only what had happened by an as-of time.
//! [`FollowUp`] is the one exception: what came after, for scoring an estimate that was made without it.

use model::{AsOf, Day, Days, Effect, FormDefinition, Moment, Observed, Progress};

use crate::history::{History, Times};

/// The actions of all cases, those of one case together and in order of time.
///
/// Nobody else sees them: the fields are private to this file.
#[derive(Debug)]
pub(crate) struct Actions {
    /// Where the actions of each case begin, and behind the last case where they end.
    first: Vec<u32>,
    codes: Vec<String>,
    code: Vec<u16>,
    at: Times,
}

impl Actions {
    /// Actions that are in order; `first` has one entry more than there are cases.
    pub(crate) fn new(first: Vec<u32>, codes: Vec<String>, code: Vec<u16>, at: Times) -> Self {
        Self { first, codes, code, at }
    }

    /// The distinct codes, in order of first appearance.
    pub(crate) fn codes(&self) -> &[String] {
        &self.codes
    }

    fn rows_of(&self, case: usize) -> std::ops::Range<usize> {
        self.first[case] as usize..self.first[case + 1] as usize
    }
}

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
    until: usize,
}

/// What each action code of a history does to the cases of one form.
#[derive(Debug, Clone)]
pub struct Effects(Vec<Option<Effect>>);

impl History {
    /// What was known of this history at `as_of`.
    #[must_use]
    pub fn view_at(&self, as_of: AsOf) -> HistoryView<'_> {
        HistoryView { history: self, as_of }
    }

    /// How many actions it has in all.
    #[must_use]
    pub fn action_count(&self) -> usize {
        self.actions.code.len()
    }

    /// What each action code of this history does to the cases of a form.
    #[must_use]
    pub fn effects(&self, form: &FormDefinition) -> Effects {
        Effects(self.action_codes().iter().map(|code| form.effect(code)).collect())
    }
}

impl<'a> HistoryView<'a> {
    /// The history.
    #[must_use]
    pub fn history(&self) -> &'a History {
        self.history
    }

    /// The time at which this was known; the extraction at the latest, since nothing is known of what follows it.
    #[must_use]
    pub fn horizon(&self) -> Moment {
        self.as_of.moment().min(self.history.extracted_on().moment())
    }

    /// The as-of time.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// A case, unless it was received later. `actions_seen` hides all but its first so many actions, which ties in
    /// time make necessary; it never shows one that is later than the as-of time.
    #[must_use]
    pub fn case(&self, case: usize, actions_seen: Option<usize>) -> Option<HistoryCase<'a>> {
        let received = self.history.received().moment(case);
        if !self.as_of.sees(received) {
            return None;
        }
        let rows = self.history.actions.rows_of(case);
        let at = self.history.actions.at.slice(rows.clone());
        let seen = at.partition_point(|&moment| self.as_of.sees(moment));
        let until = rows.start + seen.min(actions_seen.unwrap_or(usize::MAX));
        Some(HistoryCase { history: self.history, case, until })
    }

    /// The cases that were known, in file order.
    pub fn cases(&self) -> impl Iterator<Item = HistoryCase<'a>> + use<'a> {
        let known = *self;
        (0..known.history.cases()).filter_map(move |case| known.case(case, None))
    }

    /// The cases of one form that were known, in file order; none if the history has no such form.
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

    /// The codes and moments of its known actions, in order of time.
    pub fn actions(&self) -> impl Iterator<Item = (u16, Moment)> + use<'a> {
        let actions = &self.history.actions;
        let rows = actions.rows_of(self.case).start..self.until;
        actions.code[rows.clone()].iter().copied().zip(actions.at.slice(rows).iter().copied())
    }

    /// When the case was first seen, if it was: its first action. It is at risk only from then on.
    #[must_use]
    pub fn first_seen(&self) -> Option<Moment> {
        self.actions().next().map(|(_, at)| at)
    }

    /// Follows the case through its known actions, telling `each` of every one.
    pub fn follow(
        &self,
        form: &FormDefinition,
        effects: &Effects,
        mut each: impl FnMut(&Progress, Observed, Moment),
    ) -> Progress {
        let mut progress = Progress::received(form, self.received());
        for (code, at) in self.actions() {
            if let Some(effect) = effects.0[usize::from(code)] {
                let observed = progress.observe(form, effect, at);
                each(&progress, observed, at);
            }
        }
        progress
    }
}

/// What came of a case by the end of the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The case's number in the history.
    pub case: usize,
    /// Time from the as-of time to the decision, if it came by the end.
    pub decision: Option<Days>,
    /// Time from the as-of time to the next milestone, if one came by the end.
    pub next_step: Option<Days>,
    /// Refused at intake later on: not a case for an estimate after all.
    pub rejected_later: bool,
}

/// What followed an as-of time. Only scores may use it.
#[derive(Debug, Clone, Copy)]
pub struct FollowUp<'a> {
    known: HistoryView<'a>,
}

impl<'a> FollowUp<'a> {
    /// What followed on what was known.
    #[must_use]
    pub fn of(known: HistoryView<'a>) -> Self {
        Self { known }
    }

    /// From the as-of time to the end of the history.
    #[must_use]
    pub fn length(&self) -> Days {
        self.known.history.extracted_on().moment().since(self.known.as_of.moment()).at_least_zero()
    }

    /// What came of a case after the as-of time.
    #[must_use]
    pub fn outcome(&self, form: &FormDefinition, effects: &Effects, case: usize) -> Option<Outcome> {
        let as_of = self.known.as_of;
        let end = self.known.history.view_at(AsOf::new(self.known.history.extracted_on()));
        let mut outcome = Outcome { case, decision: None, next_step: None, rejected_later: false };
        let last = end.case(case, None)?.follow(form, effects, |_, observed, at| {
            if observed.step.is_some() && !as_of.sees(at) && outcome.next_step.is_none() {
                outcome.next_step = Some(at.since(as_of.moment()));
            }
        });
        let mut codes = end.case(case, None)?.actions();
        outcome.rejected_later = codes.any(|(code, _)| effects.0[usize::from(code)] == Some(Effect::Rejects));
        outcome.decision = last.decided_at().filter(|&at| !as_of.sees(at)).map(|at| at.since(as_of.moment()));
        Some(outcome)
    }
}

/// Origins `step` days apart, the last `follow_up` days before `end`, none before `start`, oldest first.
#[must_use]
pub fn rolling_origins(start: Day, end: Day, follow_up: i32, step: i32, most: usize) -> Vec<Day> {
    let mut origins: Vec<Day> = (0..most as i32)
        .map(|index| end.plus(-follow_up - index * step.max(1)))
        .take_while(|&origin| origin >= start)
        .collect();
    origins.reverse();
    origins
}
