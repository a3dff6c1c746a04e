//! The answer for one case.

use std::sync::LazyLock;

use model::{
    AsOf, CaseView, FormDefinition, LEVELS, Label, MilestoneState, NextStep, Quantiles, RemainingTime,
    TimelineStep, UNSUPPORTED_FORM, timeline,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::model::ModelAnswer;
use super::note::Note;
use super::notes::{self, Beyond};
use super::object::as_object;
use super::reason::{Reason, reason, unsupported_reason};
use super::reasons::{LineAnswer, ReasonsAnswer};
use super::record::{AppointmentAnswer, OutcomeAnswer, RequestAnswer};
use crate::case::checks::CheckedCase;
use crate::case::record::Record;
use crate::case::status;
use crate::models::{Loaded, Models};
use crate::wording::cases::Cases;
use crate::wording::phrasing::{self, About, Range};

/// The answer for one case.
#[derive(Debug, Serialize)]
pub(crate) struct EstimateAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    pub(crate) form: String,
    pub(crate) as_of: AsOf,
    pub(crate) status: String,
    /// Where the case is now, by its record.
    pub(crate) now: Option<Label>,
    /// How the case was decided.
    pub(crate) outcome: Option<OutcomeAnswer>,
    pub(crate) decision: Option<DecisionAnswer>,
    pub(crate) next_step: Option<NextStepAnswer>,
    pub(crate) timeline: Vec<TimelineAnswer>,
    pub(crate) requests: Vec<RequestAnswer>,
    pub(crate) appointments: Vec<AppointmentAnswer>,
    reasons: Option<ReasonsAnswer>,
    pub(crate) line: Option<LineAnswer>,
    pub(crate) reason: Option<Reason>,
    pub(crate) notes: Vec<Note>,
    #[serde(flatten)]
    model: AnsweredBy,
}

/// The model as an answer names it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum AnsweredBy {
    /// A batch describes each model once.
    Version { model_version: Option<String> },
    /// An answer that stands alone describes its model.
    Model { model: Option<Box<ModelAnswer>> },
}

impl EstimateAnswer {
    /// The model, if the answer describes it.
    pub(crate) fn model(&self) -> Option<&ModelAnswer> {
        match &self.model {
            AnsweredBy::Model { model } => model.as_deref(),
            AnsweredBy::Version { .. } => None,
        }
    }

    /// The same with a description of the model in place of its version.
    pub(crate) fn with_model(self, loaded: Option<&Loaded>) -> Self {
        let model = loaded.map(|loaded| Box::new(ModelAnswer::from_loaded(loaded)));
        Self { model: AnsweredBy::Model { model }, ..self }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct DecisionAnswer {
    quantiles_days: ByLevel,
    pub(crate) about: About,
    pub(crate) range: Range,
    /// Beyond the history there are no cases to compare with, so this text mentions none.
    pub(crate) eight_in_ten_text: Label,
    #[serde(skip)]
    pub(crate) beyond: Option<Beyond>,
    pub(crate) basis: BasisAnswer,
}

impl DecisionAnswer {
    /// The bounds in one line of the page. Programs have the quantiles.
    pub(crate) fn odds(&self, cases: Cases) -> Option<Label> {
        phrasing::odds(&self.quantiles_days.0, cases)
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct BasisAnswer {
    pub(crate) cases: u32,
    decided: u32,
    pub(crate) same_state: bool,
    #[serde(serialize_with = "as_object")]
    pub(crate) queue: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
pub(crate) struct NextStepAnswer {
    pub(crate) milestone: String,
    pub(crate) label: Label,
    pub(crate) probability: f64,
    quantiles_days: ByLevel,
    pub(crate) about: About,
    range: Range,
    /// `None` where not even the decision has cases to compare with.
    pub(crate) eight_in_ten_text: Option<Label>,
}

#[derive(Debug, Serialize)]
pub(crate) struct TimelineAnswer {
    pub(crate) milestone: String,
    pub(crate) label: Label,
    pub(crate) place: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<model::Day>,
    /// Whether the step was done by that day, and perhaps earlier.
    #[serde(skip)]
    pub(crate) is_latest: bool,
}

/// Quantiles under the names `q05` to `q95`, in days.
#[derive(Debug, Clone, Copy)]
struct ByLevel(Quantiles);

static LEVEL_NAMES: LazyLock<[String; LEVELS.len()]> =
    LazyLock::new(|| LEVELS.map(|level| format!("q{:02}", (level * 100.0).round() as u8)));

impl Serialize for ByLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(LEVELS.len()))?;
        for (name, days) in LEVEL_NAMES.iter().zip(self.0.days()) {
            map.serialize_entry(name, &phrasing::rounded(*days))?;
        }
        map.end()
    }
}

/// Asks the model of the case's form.
pub(crate) fn estimate(loaded: &Loaded, checked: &CheckedCase, key: Option<String>) -> EstimateAnswer {
    let form = loaded.model.form();
    let view = CaseView::new(form, &checked.case, checked.as_of);
    let now = checked.as_of.moment();
    let features = loaded.model.features(&view, now);
    let estimate = loaded.model.estimate_of(view.progress(), &features, now, now);
    let record = Record::new(form, &view);
    let waits_for_applicant = record.waits_for_applicant();
    let is_latest = status::decision(&view).is_some_and(|decision| decision.is_latest);
    // How long others took to answer is not the time that the applicant has: the deadline is on the notice.
    let is_own_answer = |step: &NextStep| record.lacks_answer(form, form.milestone(step.milestone));
    let next = estimate.next_step.filter(|step| !waits_for_applicant && !is_own_answer(step));
    let cases = Cases::from_training(loaded.trained_on());
    let beyond = estimate.decision.and_then(|decision| notes::beyond(loaded, &view, &decision));
    EstimateAnswer {
        key,
        form: form.name().to_owned(),
        as_of: checked.as_of,
        status: estimate.status.as_str().to_owned(),
        now: status::now(form, &view, estimate.status, waits_for_applicant),
        outcome: OutcomeAnswer::from_view(form, &view),
        decision: estimate.decision.map(|decision| decision_answer(loaded, &view, &decision, beyond)),
        next_step: next.map(|step| next_step_answer(form, &step, beyond)),
        timeline: timeline(form, &view, next.map(|step| step.milestone))
            .into_iter()
            .map(|step| timeline_answer(form, step, &record, is_latest && step.milestone == form.decision()))
            .collect(),
        requests: record.requests.iter().map(|request| RequestAnswer::new(form, request)).collect(),
        appointments: record.appointments.iter().map(|one| AppointmentAnswer::new(form, one)).collect(),
        reasons: estimate
            .decision
            .and_then(|decision| ReasonsAnswer::new(&loaded.model, &view, &features, &decision)),
        line: LineAnswer::new(loaded, &view, &features),
        reason: reason(form, &view, estimate.status, cases),
        notes: notes::notes(loaded, checked, &view, &estimate, &record),
        model: AnsweredBy::Version { model_version: Some(loaded.version.clone()) },
    }
}

/// The answer for a covered form without a model.
pub(crate) fn unsupported(form: String, as_of: AsOf, key: Option<String>, models: &Models) -> EstimateAnswer {
    EstimateAnswer {
        key,
        form,
        as_of,
        status: UNSUPPORTED_FORM.to_owned(),
        now: None,
        outcome: None,
        decision: None,
        next_step: None,
        timeline: Vec::new(),
        requests: Vec::new(),
        appointments: Vec::new(),
        reasons: None,
        line: None,
        reason: Some(unsupported_reason(models)),
        notes: Vec::new(),
        model: AnsweredBy::Version { model_version: None },
    }
}

fn decision_answer(
    loaded: &Loaded,
    view: &CaseView<'_>,
    decision: &RemainingTime,
    beyond: Option<Beyond>,
) -> DecisionAnswer {
    let cases = Cases::from_training(loaded.trained_on());
    let attributes = &loaded.model.schema().queue;
    let known = decision.basis.queue.known().filter_map(|(position, _)| attributes.get(position));
    let queue = known.filter_map(|attribute| {
        view.attribute(&attribute.name).map(|value| (attribute.name.clone(), value.to_owned()))
    });
    DecisionAnswer {
        beyond,
        quantiles_days: ByLevel(decision.time),
        about: phrasing::about(&decision.time),
        range: phrasing::range(&decision.time),
        eight_in_ten_text: match beyond {
            None => phrasing::eight_in_ten_decided(&decision.time, cases),
            Some(_) => phrasing::eight_in_ten_at_that_pace(&decision.time),
        },
        basis: BasisAnswer {
            cases: decision.basis.n,
            decided: decision.basis.events,
            same_state: decision.basis.state == Some(view.progress().situation().state),
            queue: queue.collect(),
        },
    }
}

fn next_step_answer(form: &FormDefinition, step: &NextStep, beyond: Option<Beyond>) -> NextStepAnswer {
    let milestone = form.milestone(step.milestone);
    NextStepAnswer {
        milestone: milestone.id.clone(),
        label: milestone.label.clone(),
        probability: phrasing::rounded(step.probability),
        quantiles_days: ByLevel(step.time),
        about: phrasing::about(&step.time),
        range: phrasing::range(&step.time),
        eight_in_ten_text: beyond.is_none().then(|| phrasing::eight_in_ten_next(&step.time)),
    }
}

/// While the case waits for the applicant, the applicant's answer is the current step.
fn timeline_answer(
    form: &FormDefinition,
    step: TimelineStep,
    record: &Record,
    is_latest: bool,
) -> TimelineAnswer {
    let milestone = form.milestone(step.milestone);
    let (place, date) = match step.place {
        _ if record.is_awaited_answer(form, milestone) => place(MilestoneState::Current),
        known => place(known),
    };
    TimelineAnswer { milestone: milestone.id.clone(), label: milestone.label.clone(), place, date, is_latest }
}

fn place(state: MilestoneState) -> (&'static str, Option<model::Day>) {
    match state {
        MilestoneState::Done(at) => ("done", Some(at.day())),
        MilestoneState::NotReported => ("not_reported", None),
        MilestoneState::Current => ("current", None),
        MilestoneState::Ahead => ("ahead", None),
        MilestoneState::Maybe => ("maybe", None),
        MilestoneState::NotNeeded => ("not_needed", None),
    }
}
