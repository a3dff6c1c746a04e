//! The questions of a backtest: every case of a form that was pending at the origin, with what came after it.

use std::collections::BTreeMap;

use data::{Featurizer, FollowUp, History, HistoryCase};
use model::{AsOf, Features, FormDefinition, FormModel, MilestoneId, Quantiles, Target};
use rayon::prelude::*;

use crate::baselines::SaidStep;
use crate::pending_case::PendingCase;

/// What stands for a missing value of an attribute.
pub(super) const MISSING: &str = "(missing)";

/// A pending case and its outcome.
pub(super) struct Question {
    /// The case's number in the history.
    pub(super) number: usize,
    pub(super) case: PendingCase,
    /// The next step that the model says; `None` if it makes no estimate for the case, for example because it is paused.
    pub(super) said: Option<SaidStep>,
    /// Days to the decision, if it came.
    decision: Option<f64>,
    /// Days to the next step, if one came.
    next_step: Option<f64>,
    /// Which step came next.
    pub(super) came: Option<MilestoneId>,
    /// The position of its queue in [`Questions::queues`].
    pub(super) queue: usize,
}

impl Question {
    /// Days to the event of a target, if it came.
    pub(super) fn time(&self, target: Target) -> Option<f64> {
        match target {
            Target::Decision => self.decision,
            Target::NextStep => self.next_step,
        }
    }
}

/// The questions about one form at one origin.
pub(super) struct Questions<'a> {
    pub(super) history: &'a History,
    pub(super) form: &'a FormDefinition,
    pub(super) origin: AsOf,
    /// Days from the origin to the end of the history.
    pub(super) horizon: f64,
    pub(super) list: Vec<Question>,
    /// The names of the queues: the values of the queue attributes, as the history has them.
    pub(super) queues: Vec<String>,
}

impl<'a> Questions<'a> {
    /// Asks about every case that was pending at the origin and was not rejected at intake later.
    pub(super) fn new(history: &'a History, origin: AsOf, model: &'a FormModel) -> Self {
        let known = history.view_at(origin);
        let form = model.form();
        let effects = history.effects(form);
        let featurizer = Featurizer::new(known, model.schema(), model.queue_state());
        let follow_up = FollowUp::after(known);
        let seen = known.observed_until();
        let ask = |case: &HistoryCase<'_>| {
            let progress = case.follow(form, &effects, |_, _, _| {});
            if progress.is_rejected() || progress.decided_at().is_some() {
                return None;
            }
            let outcome = follow_up.outcome(form, &effects, case.number())?;
            let features = featurizer.features(case, &progress, seen);
            let case_seen = PendingCase::at(form, &progress, features, seen, origin.moment());
            let says = || model.estimate_of(&progress, &case_seen.features, seen, origin.moment()).next_step;
            (!outcome.rejected_later).then(|| Question {
                number: case.number(),
                case: case_seen,
                said: says().map(|step| SaidStep {
                    milestone: step.milestone,
                    probability: f64::from(step.probability),
                }),
                decision: outcome.decision.map(|days| days.get()),
                next_step: outcome.next_step.map(|days| days.get()),
                came: outcome.next_milestone,
                queue: 0,
            })
        };
        let cases: Vec<HistoryCase<'_>> = known.cases_of(form.name()).collect();
        let list = cases.par_iter().filter_map(ask).collect();
        let horizon = follow_up.length().get();
        let mut questions = Self { history, form, origin, horizon, list, queues: Vec::new() };
        questions.name_queues();
        questions
    }

    /// Featurizer are named after the values in the history, not after what a model knows of them: origins share the names.
    fn name_queues(&mut self) {
        let (form, history) = (self.form, self.history);
        let attributes: Vec<_> =
            form.queue_attributes().filter_map(|attribute| history.attribute(&attribute.name)).collect();
        let mut positions: BTreeMap<Vec<Option<usize>>, usize> = BTreeMap::new();
        for question in &mut self.list {
            let codes: Vec<Option<usize>> =
                attributes.iter().map(|attribute| attribute.code(question.number)).collect();
            question.queue = *positions.entry(codes).or_insert_with_key(|codes| {
                let values = attributes
                    .iter()
                    .zip(codes)
                    .map(|(attribute, code)| code.map_or(MISSING, |code| attribute.values()[code].as_str()));
                self.queues.push(values.collect::<Vec<_>>().join(" / "));
                self.queues.len() - 1
            });
        }
    }

    /// What the predictors and the baselines see of every case.
    pub(super) fn features(&self) -> Vec<Features> {
        self.list.iter().map(|question| question.case.features).collect()
    }
}

/// What one candidate answers to all questions about one form at one origin.
pub(super) struct Answers {
    pub(super) candidate: &'static str,
    pub(super) target: Target,
    pub(super) quantiles: Vec<Quantiles>,
    /// The next step that it says for each case, if it says which step comes.
    pub(super) steps: Option<Vec<Option<SaidStep>>>,
}
