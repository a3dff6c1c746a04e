//! Explains the estimate of one case.

use model::artifact::Artifact;
use model::{
    AsOf, COHORT_CURVES, Features, FormDefinition, MODEL_TRAINED_LATER, NOT_RECEIVED, Queue, UNSUPPORTED_FORM,
};
use serde::Serialize;
use thiserror::Error;

use super::basis::{ExplainedBasis, ExplainedModel};
use super::case::{ExplainedCase, Followed};
use super::changes::ExplainedChanges;
use super::curves::ExplainedCurves;
use super::reasons::{ExplainedLine, ExplainedReasons, not_in_line};
use super::times::{ExplainedDecision, ExplainedNextStep};
use super::{nearest, reason};
use crate::forms::FormFileError;
use crate::history::{Featurizer, History};
use crate::shown_text::shown;

/// The history does not have the case that is asked about.
#[derive(Debug, Error)]
#[error("the history has no case `{id}`; {suggestion}")]
pub struct UnknownCase {
    /// The id as it is shown.
    pub id: String,
    /// Which ids it may be.
    pub suggestion: String,
}

/// The estimate of one case, with all that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The case.
    pub case_id: String,
    /// Its form.
    pub form: String,
    /// Nothing later is used.
    pub as_of: AsOf,
    /// `estimated`, or why not.
    pub status: String,
    /// Why there is no estimate of the decision, and what to do.
    pub reason: Option<String>,
    /// What is known of the case; `None` before its receipt.
    pub case: Option<ExplainedCase>,
    /// The time to the decision.
    pub decision: Option<ExplainedDecision>,
    /// The time to the next step, after the decision too.
    pub next_step: Option<ExplainedNextStep>,
    /// The cases that answered for the decision.
    pub basis: Option<ExplainedBasis>,
    /// The model of the form.
    pub model: Option<ExplainedModel>,
    /// The estimator that gave the times: `boosted_hazards`, `mixture` or `cohort_curves`.
    pub answered_by: Option<&'static str>,
    /// The curves of the cases that answered; `None` where boosted hazards gave the times or had a part in them. Then
    /// the curve of [`Self::decision`] is their distribution.
    pub curves: Option<ExplainedCurves>,
    /// What makes the decision later or earlier than that of a typical case.
    pub reasons: Option<ExplainedReasons>,
    /// Where the case is in line.
    pub line: Option<ExplainedLine>,
    /// Why that is not told.
    pub no_line: Option<String>,
    /// What changed since an earlier estimate; `None` unless somebody asks.
    pub changes: Option<ExplainedChanges>,
}

/// The number of the case with an id.
///
/// # Errors
/// [`UnknownCase`] if the history does not have it.
pub fn find_case(history: &History, case_id: &str) -> Result<usize, UnknownCase> {
    let case = (0..history.cases()).find(|&case| history.case_id(case) == case_id);
    case.ok_or_else(|| UnknownCase { id: shown(case_id), suggestion: nearest::suggestion(history, case_id) })
}

/// Explains what the model of its form, if there is one, says of a case of a history at an as-of time.
///
/// The case is followed as in a table of all pending cases, so the times are those of its row.
///
/// # Errors
/// [`FormFileError`] if the form of the case has neither a model nor a definition.
pub fn explain(
    history: &History,
    case: usize,
    as_of: AsOf,
    artifact: Option<&Artifact>,
) -> Result<Explanation, FormFileError> {
    let form = &history.forms()[history.form_of(case)];
    let empty = Explanation {
        case_id: history.case_id(case).to_owned(),
        form: form.clone(),
        as_of,
        status: UNSUPPORTED_FORM.to_owned(),
        reason: Some(reason::unsupported(form)),
        case: None,
        decision: None,
        next_step: None,
        basis: None,
        model: artifact.map(ExplainedModel::new),
        answered_by: None,
        curves: None,
        reasons: None,
        line: None,
        no_line: None,
        changes: None,
    };
    let view = history.view_at(as_of);
    let Some(known) = view.case(case, None) else {
        let reason = Some(reason::not_received(history.received().stamp(case), as_of));
        return Ok(Explanation { status: NOT_RECEIVED.to_owned(), reason, ..empty });
    };
    let definition = match artifact {
        Some(artifact) => artifact.model.form().clone(),
        None => history.definition(form, history.extracted_on().day())?,
    };
    let followed = Followed::new(&view, &known, &definition, &history.effects(&definition));
    let features = match artifact {
        Some(artifact) => Featurizer::new(view, artifact.model.schema(), artifact.model.queue_state())
            .features(&known, &followed.progress, followed.seen),
        None => Features::at(&followed.progress, Queue::default(), followed.seen),
    };
    Ok(answer(history, &definition, artifact, (&followed, features), empty))
}

/// Adds what the model says of a case, if there is a model that may answer.
fn answer(
    history: &History,
    form: &FormDefinition,
    artifact: Option<&Artifact>,
    (followed, features): (&Followed, Features),
    empty: Explanation,
) -> Explanation {
    let as_of = empty.as_of;
    let model = artifact.map(|artifact| &artifact.model);
    let case = ExplainedCase::new(history, form, model, followed, &features, as_of.moment());
    let empty = Explanation { case: Some(case), ..empty };
    let Some(artifact) = artifact else { return empty };
    let model = &artifact.model;
    if model.knows_until().moment() > as_of.moment() {
        let reason = Some(reason::trained_later(artifact, as_of));
        return Explanation { status: MODEL_TRAINED_LATER.to_owned(), reason, ..empty };
    }
    let progress = &followed.progress;
    let estimate = model.estimate_of(progress, &features, followed.seen, as_of.moment());
    let next_step = estimate.next_step.map(|step| {
        let events = model.next_steps(progress, &features, as_of.moment());
        ExplainedNextStep::new(form, &step, &events, as_of)
    });
    let basis = estimate.decision.map(|decision| decision.basis);
    let answered_by = model.predictor().answered_by(&features);
    let is_by_cohorts = answered_by == COHORT_CURVES;
    let reasons = estimate
        .decision
        .filter(|decision| !decision.is_beyond_history())
        .and_then(|decision| model.reasons(&decision, progress, &features, [followed.seen, as_of.moment()]));
    let line = model.in_line(progress, &features, as_of.moment());
    Explanation {
        status: estimate.status.as_str().to_owned(),
        reason: reason::of_status(form, followed, estimate.status),
        decision: estimate.decision.map(|decision| ExplainedDecision::new(&decision, as_of)),
        next_step,
        basis: basis.map(|basis| ExplainedBasis::new(model, &features, &basis)),
        answered_by: basis.map(|_| answered_by),
        curves: basis.filter(|_| is_by_cohorts).map(|basis| ExplainedCurves::new(model, &features, &basis)),
        reasons: reasons.and_then(|reasons| ExplainedReasons::new(model, reasons)),
        no_line: line.err().map(|why| not_in_line(model, &features, why)),
        line: line.ok().map(|place| ExplainedLine::new(model, place)),
        ..empty
    }
}
