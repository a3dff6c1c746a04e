//! The model of one form: features in, estimate out.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::case::{Action, Case, Progress};
use crate::cohorts::{Cohort, CohortTable};
use crate::estimate::{Basis, DecisionTime, Estimate, NextStep, Status};
use crate::features::{CaseView, FeatureSchema, Features, Queue};
use crate::form::FormDefinition;
use crate::time::{AsOf, Day, Moment, Stamp};

/// Fewer decided cases than this in the whole form, and there is no estimate.
pub const MIN_SIMILAR_CASES: u32 = 30;

/// What kind of history a model learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainedOn {
    /// What really happened.
    RealHistory,
    /// A simulation: no case-level data exists for this form.
    SimulatedHistory,
    /// The history does not say.
    Unstated,
}

/// How the curves of one target were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRecord {
    /// Days after which a case weighs half as much; none if all weigh alike.
    pub half_life_days: Option<f64>,
    /// Mean CRPS, in days, on the validation inside the training window; none if it was too short for one.
    pub validation_crps_days: Option<f64>,
}

/// How estimates that were made in the same way did at an earlier time, by what was known when the model was trained.
///
/// The estimates then used nothing that came after them. What an estimator was tuned on is another matter: a record that
/// lies in a time at which somebody looked while choosing its settings flatters it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackRecord {
    /// Trained and asked as of then.
    pub as_of: AsOf,
    /// For how many days the cases were followed from then on.
    pub followed_days: f64,
    /// Cases that were pending then, all asked about, those on hold too.
    pub pending: u64,
    /// The share of them whose decision was expected within those days.
    pub expected: f64,
    /// The share of them that was decided within those days.
    pub decided: f64,
    /// Cases whose 80 per cent quantile lay within those days, so that it can be judged.
    pub judged: u64,
    /// How many of those were decided by it.
    pub within_q80: u64,
    /// Mean CRPS of min(T, days followed), in days.
    pub crps_days: f64,
    /// Mean absolute error of the median of min(T, days followed), in days.
    pub mae_median_days: f64,
}

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// Name and revision of the estimator that made the model.
    pub estimator: String,
    /// Nothing later was used.
    pub as_of: AsOf,
    /// Receipt of the first case that was used.
    pub first_received: Day,
    /// Receipt of the last case that was used.
    pub last_received: Day,
    /// Cases used.
    pub cases: u64,
    /// Those of them that were decided.
    pub decided: u64,
    /// Name of the history.
    pub history: String,
    /// Last day on which the history is complete.
    pub extracted_on: Stamp,
    /// Kind of history.
    pub trained_on: TrainedOn,
    /// How the decision's curves were made.
    pub decision: TargetRecord,
    /// How the next step's curves were made.
    pub next_step: TargetRecord,
    /// How such estimates did before; none where the history is too short to tell.
    pub track_record: Option<TrackRecord>,
}

/// A case with the answer that the model gave when it was made; it must give the same when it is loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenCase {
    /// When the case was received.
    pub received: Stamp,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Its actions.
    pub actions: Vec<(String, Stamp)>,
    /// When it was asked.
    pub as_of: AsOf,
    /// The status.
    pub status: String,
    /// The decision's quantiles, in days.
    pub decision: Option<Vec<f32>>,
    /// The likeliest next step.
    pub next_step: Option<GoldenStep>,
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

/// Why parts do not make a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelError {
    /// Attribute values out of order or repeated, or attributes that the form does not know.
    #[error("feature schema: `{0}` is no queue attribute of the form, or its values do not rise")]
    Schema(String),
    /// A cohort of a state, queue or milestone that does not exist.
    #[error("the {target} table has a cohort of a state, queue or milestone that does not exist")]
    UnknownCohort {
        /// `decision` or `next step`.
        target: &'static str,
    },
    /// A golden case that is not answered as it was.
    #[error("golden case {index} is not answered as it was when the model was made")]
    Golden {
        /// Which.
        index: usize,
    },
    /// No golden case: nothing could tell whether the model still answers.
    #[error("the model has no golden case, so nothing shows that it still answers as it did")]
    NoGolden,
}

/// The model of one form.
#[derive(Debug, Clone)]
pub struct FormModel {
    form: FormDefinition,
    schema: FeatureSchema,
    training: TrainingRecord,
    decision: CohortTable,
    next_step: CohortTable,
    golden: Vec<GoldenCase>,
}

impl FormModel {
    /// Puts a model together.
    ///
    /// # Errors
    /// [`ModelError`] if the parts do not fit each other. Golden cases are not asked here: see [`Self::check_golden`].
    pub fn new(
        form: FormDefinition,
        schema: FeatureSchema,
        training: TrainingRecord,
        decision: CohortTable,
        next_step: CohortTable,
        golden: Vec<GoldenCase>,
    ) -> Result<Self, ModelError> {
        check_schema(&form, &schema)?;
        check_cohorts("decision", &form, &schema, &decision)?;
        check_cohorts("next step", &form, &schema, &next_step)?;
        Ok(Self { form, schema, training, decision, next_step, golden })
    }

    /// The form.
    #[must_use]
    pub fn form(&self) -> &FormDefinition {
        &self.form
    }

    /// The values of the queue attributes that it knows.
    #[must_use]
    pub fn schema(&self) -> &FeatureSchema {
        &self.schema
    }

    /// What it was trained on.
    #[must_use]
    pub fn training(&self) -> &TrainingRecord {
        &self.training
    }

    /// Curves of the time to the decision.
    #[must_use]
    pub fn decision(&self) -> &CohortTable {
        &self.decision
    }

    /// Curves of the time to the next step.
    #[must_use]
    pub fn next_step(&self) -> &CohortTable {
        &self.next_step
    }

    /// Cases with the answers that it gave when it was made.
    #[must_use]
    pub fn golden(&self) -> &[GoldenCase] {
        &self.golden
    }

    /// The estimate for a case as it is seen at its as-of time.
    #[must_use]
    pub fn estimate(&self, view: &CaseView<'_>) -> Estimate<'_> {
        let queue = self.schema.queue_of(|name| view.attribute(name));
        self.estimate_at(view.progress(), queue, view.as_of().moment())
    }

    /// The estimate for a case that stands at `progress` in `queue` at the moment `as_of`.
    #[must_use]
    pub fn estimate_at(&self, progress: &Progress, queue: Queue, as_of: Moment) -> Estimate<'_> {
        let none = |status| Estimate { status, decision: None, next_step: None };
        if progress.is_rejected() {
            return none(Status::RejectedAtIntake);
        }
        let features = Features::at(progress, queue, as_of);
        if progress.decided_at().is_some() {
            let next_step = if progress.is_closed() { None } else { self.step_after_decision(&features) };
            return Estimate { status: Status::Decided, decision: None, next_step };
        }
        if let Some(pause) = progress.pause() {
            return none(Status::Paused(&self.form.pause(pause).id));
        }
        if self.decision.cohorts()[0].happened < MIN_SIMILAR_CASES {
            return none(Status::TooFewSimilarCases);
        }
        let (cohort, waited) = self.decision.place(&features);
        let time = self.decision.curve(cohort).quantiles_after(waited);
        let known_for = self.decision.grid().left_after(waited);
        let decision = DecisionTime { time, basis: basis(cohort), known_for };
        // The decision is a step, so the next step never comes after it.
        let next_step = self.estimate_next_step(&features).map_or_else(
            || NextStep { milestone: self.form.decision(), probability: 1.0, time },
            |step| NextStep { time: step.time.sooner(&time), ..step },
        );
        Estimate { status: Status::Estimated, decision: Some(decision), next_step: Some(next_step) }
    }

    /// The step after the decision, if one is likely to come within a wait that the history shows: many a decided case is
    /// never seen to go on, and a time for what will not come is worse than none. Only cases in the very state that the
    /// case is in say what comes.
    fn step_after_decision(&self, features: &Features) -> Option<NextStep> {
        let (cohort, waited) = self.next_step.place(features);
        let alike = cohort.key.state == Some(features.state) && cohort.happened >= MIN_SIMILAR_CASES;
        let known_for = self.next_step.grid().left_after(waited);
        let step = self.estimate_next_step(features).filter(|_| alike)?;
        (f64::from(step.time.at(0.5)) < known_for.get()).then_some(step)
    }

    fn estimate_next_step(&self, features: &Features) -> Option<NextStep> {
        let (cohort, waited) = self.next_step.place(features);
        let (milestone, probability) = self.next_step.likeliest(cohort, waited)?;
        let time = self.next_step.curve(cohort).quantiles_after(waited);
        Some(NextStep { milestone, probability, time })
    }

    /// The answer to a golden case, to be kept with the model.
    #[must_use]
    pub fn answer(&self, case: &Case, as_of: AsOf) -> GoldenCase {
        let estimate = self.estimate(&CaseView::new(&self.form, case, as_of));
        GoldenCase {
            received: case.received,
            attributes: case.attributes.clone(),
            actions: case.actions.iter().map(|action| (action.code.clone(), action.at)).collect(),
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

    /// Asks every golden case again.
    ///
    /// # Errors
    /// [`ModelError::NoGolden`] if there is none, [`ModelError::Golden`] for the first one that is answered
    /// otherwise than when the model was made.
    pub fn check_golden(&self) -> Result<(), ModelError> {
        if self.golden.is_empty() {
            return Err(ModelError::NoGolden);
        }
        for (index, golden) in self.golden.iter().enumerate() {
            let actions =
                golden.actions.iter().map(|(code, at)| Action { code: code.clone(), at: *at }).collect();
            let case = Case { received: golden.received, attributes: golden.attributes.clone(), actions };
            let now = self.answer(&case, golden.as_of);
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

fn basis(cohort: &Cohort) -> Basis {
    Basis {
        queue_depth: cohort.key.queue.codes().len(),
        same_state: cohort.key.state.is_some(),
        followed: cohort.followed,
        happened: cohort.happened,
    }
}

/// Alike but for what another machine's `exp` may round otherwise.
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
        // A history may lack some of the form's attributes; those it has keep the form's order.
        if !rises || !known.any(|name| name == attribute.name) {
            return Err(ModelError::Schema(attribute.name.clone()));
        }
    }
    Ok(())
}

fn check_cohorts(
    target: &'static str,
    form: &FormDefinition,
    schema: &FeatureSchema,
    table: &CohortTable,
) -> Result<(), ModelError> {
    for cohort in table.cohorts() {
        let state = cohort.key.state.is_none_or(|state| state.index() < form.states());
        let codes = cohort.key.queue.codes();
        let queue = codes.len() <= schema.queue.len()
            && codes.iter().zip(&schema.queue).all(|(&code, known)| usize::from(code) < known.values.len());
        let causes = cohort.causes.iter().all(|cause| cause.milestone.index() < form.milestones().len());
        if !(state && queue && causes) {
            return Err(ModelError::UnknownCohort { target });
        }
    }
    Ok(())
}
