//! The model of one form: a case in, an estimate out.
//!
//! The predictor answers for both times of a case that waits. The model adds what the record says for sure: the status of
//! the case, its pauses, a rejection, and the day of an appointment.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::case::{Action, Case, Milestones, Progress};
use crate::covariates::{Trail, TrailAction};
use crate::estimate::{Estimate, MIN_SIMILAR_CASES, NextStep, RemainingTime, Status};
use crate::features::{CaseView, FeatureSchema, Features, Queue};
use crate::form::{FormDefinition, MilestoneId};
use crate::predictors::{Prediction, PredictionMemo, Predictor};
use crate::quantiles::Quantiles;
use crate::queue_state::{InLine, NotInLine, QueueState};
use crate::reasons::{Aspect, Grouping, Reasons, Reference, ReferenceCase, weigh};
use crate::time::{AsOf, Days, Moment, Stamp};
use crate::training_record::TrainingRecord;

/// A case with the answer that the model gave when it was trained. A loaded model must give the same answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenCase {
    /// When the case was received.
    pub received: Stamp,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Its actions.
    pub actions: Vec<Action>,
    /// The as-of time of the answer.
    pub as_of: AsOf,
    /// The status.
    pub status: String,
    /// The decision's quantiles, in days.
    pub decision: Option<Vec<f32>>,
    /// The most likely next step.
    pub next_step: Option<GoldenStep>,
}

impl GoldenCase {
    fn case(&self) -> Case {
        Case { received: self.received, attributes: self.attributes.clone(), actions: self.actions.clone() }
    }
}

/// The next step of a golden case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenStep {
    /// Id of the milestone.
    pub milestone: String,
    /// Its probability.
    pub probability: f32,
    /// The next step's quantiles, in days.
    pub days: Vec<f32>,
}

/// Why parts do not fit together as a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Attribute values out of order or repeated, or attributes that the form does not know.
    #[error("feature schema: `{0}` is not a queue attribute of the form, or its values do not rise")]
    Schema(String),
    /// A predictor names a state, queue or milestone that does not exist.
    #[error(
        "the predictor has a state, queue or milestone that does not exist, or another decision than the form"
    )]
    UnknownPart,
    /// The state of the lines has other attributes or values than the feature schema.
    #[error("the lines of the model have attributes or values that its feature schema does not have")]
    QueueState,
    /// The reference case cannot be compared with others.
    #[error("the reference case of the model has no estimate of its decision; retrain")]
    Reference,
    /// A golden case has another answer now.
    #[error(
        "the answer to golden case {index} differs from the one given when the model was trained; retrain"
    )]
    Golden {
        /// Position of the golden case.
        index: usize,
    },
    /// Without a golden case nothing shows that the model still gives its answers.
    #[error("the model has no golden case, so its answers cannot be checked; retrain")]
    NoGolden,
}

/// The model of one form.
#[derive(Debug, Clone)]
pub struct FormModel {
    form: FormDefinition,
    schema: FeatureSchema,
    training: TrainingRecord,
    predictor: Predictor,
    golden: Vec<GoldenCase>,
    queue_state: Option<QueueState>,
    grouping: Grouping,
    reference: Option<Box<Reference>>,
}

impl FormModel {
    /// Puts a model together.
    ///
    /// # Errors
    /// [`ModelError`] if the parts do not fit each other. This does not check golden cases: see [`Self::check_golden`].
    pub fn new(
        form: FormDefinition,
        schema: FeatureSchema,
        training: TrainingRecord,
        predictor: Predictor,
        golden: Vec<GoldenCase>,
    ) -> Result<Self, ModelError> {
        check_schema(&form, &schema)?;
        if !predictor.fits(&form, &schema) {
            return Err(ModelError::UnknownPart);
        }
        let grouping = Grouping::new(&form, &schema, &predictor);
        Ok(Self { form, schema, training, predictor, golden, queue_state: None, grouping, reference: None })
    }

    /// The form.
    #[must_use]
    pub fn form(&self) -> &FormDefinition {
        &self.form
    }

    /// The queue attributes and their known values.
    #[must_use]
    pub fn schema(&self) -> &FeatureSchema {
        &self.schema
    }

    /// What the model was trained on.
    #[must_use]
    pub fn training(&self) -> &TrainingRecord {
        &self.training
    }

    /// The latest time of which the model knows anything: that of its training, or of its lines if they are newer.
    #[must_use]
    pub fn knows_until(&self) -> AsOf {
        let trained = self.training.as_of;
        match self.queue_state().map(QueueState::day).filter(|lines| *lines > trained.day()) {
            Some(lines) => AsOf::new(Stamp::Day(lines)),
            None => trained,
        }
    }

    /// The predictor. What an estimate says is composed by [`Self::estimate`].
    #[must_use]
    pub fn predictor(&self) -> &Predictor {
        &self.predictor
    }

    /// How long the lines are and how fast they move, if the model knows it.
    #[must_use]
    pub fn queue_state(&self) -> Option<&QueueState> {
        self.queue_state.as_ref()
    }

    /// The same model with the lines as they are on another day. Its golden cases keep their answers: see
    /// [`Self::answered_again`]. Its reference case moves on by whole weeks, up to that day.
    ///
    /// # Errors
    /// [`ModelError::QueueState`] if the state has other attributes or values than the model's schema.
    pub fn with_queue_state(mut self, state: QueueState) -> Result<Self, ModelError> {
        if !state.fits(&self.form, &self.schema) {
            return Err(ModelError::QueueState);
        }
        let day = state.day();
        self.queue_state = Some(state);
        match self.reference.take() {
            None => Ok(self),
            Some(reference) => {
                let weeks = day.since(reference.case.as_of.day()).max(0) / 7;
                self.with_reference(reference.case.later_by(7 * weeks))
            }
        }
    }

    /// The case with which others are compared, if the model has one.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_deref()
    }

    /// The same model with a case with which others are compared.
    ///
    /// # Errors
    /// [`ModelError::Reference`] if the decision of the case has no estimate.
    pub fn with_reference(mut self, case: ReferenceCase) -> Result<Self, ModelError> {
        let plain = case.case();
        let view = CaseView::new(&self.form, &plain, case.as_of);
        let now = case.as_of.moment();
        let features = self.features(&view, now);
        let decision = self.estimate_of(view.progress(), &features, now, now).decision;
        let days = f64::from(decision.ok_or(ModelError::Reference)?.time.at(0.5));
        let aspect = self.aspect(view.progress(), &features, now, now);
        let (state, waited) = (features.state, features.since_receipt);
        self.reference = Some(Box::new(Reference { case, aspect, state, waited, days }));
        Ok(self)
    }

    /// Cases with the answers that the model gave when it was trained.
    #[must_use]
    pub fn golden(&self) -> &[GoldenCase] {
        &self.golden
    }

    /// The estimate for a case as it is seen at its as-of time.
    #[must_use]
    pub fn estimate(&self, view: &CaseView<'_>) -> Estimate<'_> {
        let now = view.as_of().moment();
        self.estimate_of(view.progress(), &self.features(view, now), now, now)
    }

    /// What the model sees at a moment of a case in view.
    #[must_use]
    pub fn features(&self, view: &CaseView<'_>, at: Moment) -> Features {
        let queue = self.schema.queue_of(|name| view.attribute(name));
        let features = Features::at(view.progress(), queue, at);
        let schema = &self.schema.covariates;
        if schema.is_empty() {
            return features;
        }
        let mut trail = Trail::default();
        for seen in view.seen() {
            let Action { code, at, resource, .. } = seen.action;
            let resource = resource.as_deref().and_then(|name| schema.resource(name));
            trail.observe(schema, TrailAction { action: schema.action(code), resource, at: at.moment() });
        }
        let attribute = |column| match schema.attribute(column) {
            Some(name) => schema.value(column, view.attribute(name)),
            None => f32::NAN,
        };
        let covariates = schema.row(&features, view.progress(), &trail, at, self.queue_state(), attribute);
        Features { covariates, ..features }
    }

    /// The estimate for a case that stands at `progress` in `queue` at the moment `as_of`.
    #[must_use]
    pub fn estimate_at(&self, progress: &Progress, queue: Queue, as_of: Moment) -> Estimate<'_> {
        self.estimate_of(progress, &Features::at(progress, queue, as_of), as_of, as_of)
    }

    /// The estimate at the moment `as_of` for a case that stands at `progress` and looked like `features` at the moment
    /// `seen`, the last one at which it was observed to wait: what may have happened since then counts as happening now.
    #[must_use]
    pub fn estimate_of(
        &self,
        progress: &Progress,
        features: &Features,
        seen: Moment,
        as_of: Moment,
    ) -> Estimate<'_> {
        let predict = |features: &Features, is_pending: bool, not_needed: Milestones| {
            self.predictor.predict(features, is_pending, |milestone| !not_needed.has(milestone))
        };
        self.estimate_by(progress, features, [seen, as_of], predict)
    }

    /// The same as [`Self::estimate_of`], for many cases: what a memo of this model knows is not computed again.
    #[must_use]
    pub fn estimate_with(
        &self,
        progress: &Progress,
        features: &Features,
        seen: Moment,
        as_of: Moment,
        memo: &mut PredictionMemo,
    ) -> Estimate<'_> {
        let predict = |features: &Features, is_pending: bool, not_needed: Milestones| {
            memo.predict(&self.predictor, features, is_pending, not_needed)
        };
        self.estimate_by(progress, features, [seen, as_of], predict)
    }

    fn estimate_by(
        &self,
        progress: &Progress,
        features: &Features,
        [seen, as_of]: [Moment; 2],
        mut predict: impl FnMut(&Features, bool, Milestones) -> Option<Prediction>,
    ) -> Estimate<'_> {
        let none = |status| Estimate { status, decision: None, next_step: None };
        if progress.is_rejected() {
            return none(Status::RejectedAtIntake);
        }
        let appointment = self.appointment_ahead(progress, as_of);
        if progress.decided_at().is_some() {
            let likely =
                || self.step_after_decision(features, || predict(features, false, progress.not_needed()));
            let next_step = if progress.is_closed() { None } else { appointment.or_else(likely) };
            return Estimate { status: Status::Decided, decision: None, next_step };
        }
        if let Some(pause) = progress.pause() {
            return none(Status::Paused(&self.form.pause(pause).id));
        }
        let is_unseen = || features.is_reopened && !self.predictor.knows_state(features);
        if self.predictor.basis().events < MIN_SIMILAR_CASES || is_unseen() {
            return none(Status::TooFewSimilarCases);
        }
        // A record may say that nothing is needed which such cases were ever seen to go on to.
        let prediction = predict(features, true, progress.not_needed())
            .or_else(|| predict(features, true, Milestones::NONE));
        let Some(Prediction { next_step, decision: Some(decision) }) = prediction else {
            return none(Status::TooFewSimilarCases);
        };
        let unseen = as_of.since(seen).at_least_zero().get();
        let gap = unseen as f32;
        let step: NextStep = next_step.into();
        let next_step = appointment.unwrap_or(NextStep { time: step.time.sooner_by(gap), ..step });
        // An appointment ahead is a step before the decision.
        let is_decided_then = appointment.is_some_and(|visit| visit.milestone == self.form.decision());
        let time = decision.time.sooner_by(gap).max(&next_step.time);
        let time = if is_decided_then { next_step.time } else { time };
        let known_for = Days::new(decision.known_for.get() - unseen).unwrap_or(Days::ZERO).at_least_zero();
        let decision = RemainingTime { time, known_for, ..decision };
        Estimate { status: Status::Estimated, decision: Some(decision), next_step: Some(next_step) }
    }

    /// Every step that may come next to a case that stands at `progress` and looks like `features`, with its probability,
    /// most likely first. Where the [estimate](Self::estimate_of) has a next step, it is the first one. It is the only one while
    /// an appointment lies ahead of `as_of`.
    #[must_use]
    pub fn next_steps(
        &self,
        progress: &Progress,
        features: &Features,
        as_of: Moment,
    ) -> Vec<(MilestoneId, f32)> {
        if let Some(visit) = self.appointment_ahead(progress, as_of) {
            return vec![(visit.milestone, visit.probability)];
        }
        let is_pending = progress.decided_at().is_none();
        let is_needed = |milestone| !progress.is_not_needed(milestone);
        let steps = self.predictor.next_steps(features, is_pending, is_needed);
        if steps.is_empty() && is_pending {
            return self.predictor.next_steps(features, true, |_| true);
        }
        steps
    }

    /// Why the decision of a case takes as long as its estimate says, against the [reference case](Self::reference): the days that
    /// each group of facts adds. `decision` is that of [`Self::estimate_of`] for the same arguments. `None` if the model has no
    /// reference case.
    #[must_use]
    pub fn reasons(
        &self,
        decision: &RemainingTime,
        progress: &Progress,
        features: &Features,
        [seen, as_of]: [Moment; 2],
    ) -> Option<Reasons> {
        let reference = self.reference()?;
        let case = self.aspect(progress, features, seen, as_of);
        let days = [f64::from(decision.time.at(0.5)), reference.days];
        weigh((&self.grouping, &self.predictor), [&case, &reference.aspect], days)
    }

    fn aspect(&self, progress: &Progress, features: &Features, seen: Moment, as_of: Moment) -> Aspect {
        let visit = self.appointment_ahead(progress, as_of);
        Aspect {
            features: *features,
            pace: self.queue_state().map_or(1.0, |state| state.pace(&features.queue)),
            is_in_line: progress.standing().waits_in_order(),
            not_needed: progress.not_needed(),
            gap: as_of.since(seen).at_least_zero().get() as f32,
            visit: visit.map(|visit| (visit.time.at(0.5), visit.milestone == self.form.decision())),
        }
    }

    /// Where a case that stands at `progress` and looks like `features` is in its line at a moment.
    ///
    /// # Errors
    /// [`NotInLine`] where that is not told.
    pub fn in_line(
        &self,
        progress: &Progress,
        features: &Features,
        as_of: Moment,
    ) -> Result<InLine, NotInLine> {
        let state = self.queue_state().ok_or(NotInLine::NoLine)?;
        state.in_line(&self.form, progress, &features.queue, as_of.day())
    }

    /// What the model sees of a case if it waits in the lines of another model of the form, in which its queue is `queue`.
    #[must_use]
    pub fn features_in_lines_of(
        &self,
        other: &Self,
        queue: Queue,
        progress: &Progress,
        features: &Features,
        at: Moment,
    ) -> Features {
        let elsewhere = Features { queue, ..*features };
        let mut moved = *features;
        let columns = self.schema.covariates.columns.iter().enumerate();
        let drains = columns.filter(|(_, column)| column.is_drain_time());
        for (position, column) in drains {
            let days = column.drain_days(&elsewhere, progress, at, other.queue_state());
            moved.covariates.set(position, days);
        }
        moved
    }

    /// The step after the decision, if it is likely to come within a wait that the history shows. Many decided cases are
    /// never seen to go on, and a time for a step that will not come is worse than none. Only cases in the case's present
    /// state count.
    fn step_after_decision(
        &self,
        features: &Features,
        predict: impl FnOnce() -> Option<Prediction>,
    ) -> Option<NextStep> {
        if !self.predictor.knows_state(features) {
            return None;
        }
        let step = predict()?.next_step;
        let median = f64::from(step.remaining.time.at(0.5));
        (median < step.remaining.known_for.get()).then(|| step.into())
    }

    /// The visit to the next appointment whose day is known: no curve knows better when the next step comes.
    fn appointment_ahead(&self, progress: &Progress, as_of: Moment) -> Option<NextStep> {
        let (appointment, day) = progress.appointment_ahead(&self.form, as_of)?;
        let days = day.moment().since(as_of).at_least_zero().get() as f32;
        let milestone = self.form.kept_milestone(appointment);
        Some(NextStep { milestone, probability: 1.0, time: Quantiles::known(days) })
    }

    /// The answer to a golden case, to be stored with the model.
    #[must_use]
    pub fn answer(&self, case: &Case, as_of: AsOf) -> GoldenCase {
        let estimate = self.estimate(&CaseView::new(&self.form, case, as_of));
        GoldenCase {
            received: case.received,
            attributes: case.attributes.clone(),
            actions: case.actions.clone(),
            as_of,
            status: estimate.status.as_str().to_owned(),
            decision: estimate.decision.map(|decision| decision.time.days().to_vec()),
            next_step: estimate.next_step.map(|step| GoldenStep {
                milestone: self.form.milestone(step.milestone).id.clone(),
                probability: step.probability,
                days: step.time.days().to_vec(),
            }),
        }
    }

    /// The same model with other golden cases.
    #[must_use]
    pub fn with_golden(mut self, golden: Vec<GoldenCase>) -> Self {
        self.golden = golden;
        self
    }

    /// The same model with its golden cases answered as it answers them now.
    #[must_use]
    pub fn answered_again(self) -> Self {
        let golden = self.golden.iter().map(|golden| self.answer(&golden.case(), golden.as_of)).collect();
        self.with_golden(golden)
    }

    /// Compares the answers to all golden cases with those given when the model was trained.
    ///
    /// # Errors
    /// [`ModelError::NoGolden`] if there is none, [`ModelError::Golden`] for the first one whose answer differs.
    pub fn check_golden(&self) -> Result<(), ModelError> {
        if self.golden.is_empty() {
            return Err(ModelError::NoGolden);
        }
        for (index, golden) in self.golden.iter().enumerate() {
            let now = self.answer(&golden.case(), golden.as_of);
            let same = now.status == golden.status
                && close(now.decision.as_deref(), golden.decision.as_deref())
                && same_step(now.next_step.as_ref(), golden.next_step.as_ref());
            if !same {
                return Err(ModelError::Golden { index });
            }
        }
        Ok(())
    }
}

/// Equal up to differences in rounding between machines.
fn close(now: Option<&[f32]>, then: Option<&[f32]>) -> bool {
    match (now, then) {
        (None, None) => true,
        (Some(now), Some(then)) => {
            now.len() == then.len()
                && now.iter().zip(then).all(|(a, b)| (a - b).abs() <= 1e-4 * (1.0 + b.abs()))
        }
        _ => false,
    }
}

fn same_step(now: Option<&GoldenStep>, then: Option<&GoldenStep>) -> bool {
    match (now, then) {
        (None, None) => true,
        (Some(now), Some(then)) => {
            now.milestone == then.milestone
                && close(Some(&[now.probability]), Some(&[then.probability]))
                && close(Some(&now.days), Some(&then.days))
        }
        _ => false,
    }
}

fn check_schema(form: &FormDefinition, schema: &FeatureSchema) -> Result<(), ModelError> {
    let mut known = form.queue_attributes().map(|attribute| attribute.name.as_str());
    for attribute in &schema.queue {
        let rises =
            attribute.values.is_sorted_by(|a, b| a < b) && attribute.values.len() < usize::from(u16::MAX);
        // A history may lack some of the form's attributes; the others keep the form's order.
        if !rises || !known.any(|name| name == attribute.name) {
            return Err(ModelError::Schema(attribute.name.clone()));
        }
    }
    if !schema.covariates.is_sound() {
        return Err(ModelError::UnknownPart);
    }
    Ok(())
}
