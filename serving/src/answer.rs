//! The estimate as it is answered: numbers for programs, texts in both languages for people.

use model::{
    AsOf, CaseView, DecisionTime, FormDefinition, LEVELS, Label, MilestoneState, NextStep, Quantiles, Stamp,
    Status, TimelineStep, TrackRecord, TrainedOn, TrainingRecord, UNSUPPORTED_FORM, timeline,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::checks::CheckedCase;
use crate::models::{Loaded, Models};
use crate::notes::{self, Beyond, Note};
use crate::standing;
use crate::texts::{Language, in_both};
use crate::words::{self, About, Cases, Range};

/// A case waits for a visa number in pauses of these names.
const VISA_PAUSES: [&str; 2] = ["visa", "visa_unavailable"];

/// The answer for one case.
#[derive(Debug, Serialize)]
pub(crate) struct EstimateAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    pub(crate) form: String,
    pub(crate) as_of: AsOf,
    pub(crate) status: String,
    /// Where the case is now by its record.
    pub(crate) now: Option<Label>,
    pub(crate) decision: Option<DecisionAnswer>,
    pub(crate) next_step: Option<NextStepAnswer>,
    pub(crate) timeline: Vec<TimelineAnswer>,
    pub(crate) reason: Option<Reason>,
    pub(crate) notes: Vec<Note>,
    pub(crate) model: Option<ModelAnswer>,
}

/// Why there is no estimate; what the page puts above it stays there.
#[derive(Debug, Serialize)]
pub(crate) struct Reason {
    #[serde(skip)]
    pub(crate) title: Label,
    #[serde(flatten)]
    pub(crate) text: Label,
}

#[derive(Debug, Serialize)]
pub(crate) struct DecisionAnswer {
    quantiles_days: ByLevel,
    pub(crate) about: About,
    pub(crate) range: Range,
    /// Beyond the history it speaks of no cases, for there are none.
    pub(crate) eight_in_ten_text: Label,
    /// How the bounds stand to each other, in one line of the page; programs have the quantiles.
    #[serde(skip)]
    pub(crate) odds: Option<Label>,
    #[serde(skip)]
    pub(crate) beyond: Option<Beyond>,
    pub(crate) basis: BasisAnswer,
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
    /// Nothing where not even the decision has cases to compare with.
    pub(crate) eight_in_ten_text: Option<Label>,
}

#[derive(Debug, Serialize)]
pub(crate) struct TimelineAnswer {
    pub(crate) milestone: String,
    pub(crate) label: Label,
    pub(crate) place: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<model::Day>,
}

/// What the estimate was learnt from.
#[derive(Debug, Serialize)]
pub(crate) struct ModelAnswer {
    version: String,
    form: String,
    estimator: String,
    pub(crate) trained_as_of: AsOf,
    pub(crate) trained_on: TrainedOn,
    pub(crate) history: String,
    extracted_on: Stamp,
    pub(crate) first_received: model::Day,
    pub(crate) last_received: model::Day,
    pub(crate) cases: u64,
    decided: u64,
    pub(crate) track_record: Option<TrackRecord>,
}

impl ModelAnswer {
    pub(crate) fn of(loaded: &Loaded) -> Self {
        let training = loaded.model.training();
        Self {
            estimator: training.estimator.clone(),
            track_record: training.track_record.as_ref().map(rounded),
            version: loaded.version.clone(),
            form: loaded.model.form().name().to_owned(),
            trained_as_of: training.as_of,
            trained_on: training.trained_on,
            history: training.history.clone(),
            extracted_on: training.extracted_on,
            first_received: training.first_received,
            last_received: training.last_received,
            cases: training.cases,
            decided: training.decided,
        }
    }
}

/// A training record as it is answered.
pub(crate) fn training_answer(training: &TrainingRecord) -> TrainingRecord {
    TrainingRecord { track_record: training.track_record.as_ref().map(rounded), ..training.clone() }
}

/// Shares to the hundredth of a per cent, lengths as days are always written.
fn rounded(record: &TrackRecord) -> TrackRecord {
    let share = |share: f64| (share * 1e4).round() / 1e4;
    let days = |days: f64| (days * 100.0).round() / 100.0;
    TrackRecord {
        followed_days: days(record.followed_days),
        expected: share(record.expected),
        decided: share(record.decided),
        crps_days: days(record.crps_days),
        mae_median_days: days(record.mae_median_days),
        ..record.clone()
    }
}

/// Quantiles under the names `q05` to `q95`, in days.
#[derive(Debug, Clone, Copy)]
struct ByLevel(Quantiles);

impl Serialize for ByLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(LEVELS.len()))?;
        for (level, days) in LEVELS.iter().zip(self.0.days()) {
            map.serialize_entry(&format!("q{:02}", (level * 100.0).round() as u8), &words::written(*days))?;
        }
        map.end()
    }
}

fn as_object<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

/// Asks a form's model.
pub(crate) fn estimate(loaded: &Loaded, checked: &CheckedCase, key: Option<String>) -> EstimateAnswer {
    let form = loaded.model.form();
    let view = CaseView::new(form, &checked.case, checked.as_of);
    let estimate = loaded.model.estimate(&view);
    let request = standing::request(form, &view);
    let waits_for_answer = standing::waits_for_answer(request);
    // How long others took to answer is no time that the applicant has: the notice has the deadline.
    let next = estimate.next_step.filter(|_| !waits_for_answer);
    let beyond = estimate.decision.and_then(|decision| notes::beyond(loaded, &view, &decision));
    EstimateAnswer {
        key,
        form: form.name().to_owned(),
        as_of: checked.as_of,
        status: estimate.status.as_str().to_owned(),
        now: standing::now(form, &view, estimate.status, waits_for_answer),
        decision: estimate.decision.map(|decision| decision_answer(loaded, &view, &decision, beyond)),
        next_step: next.map(|step| next_step_answer(form, &step, beyond)),
        timeline: timeline(form, &view, next.map(|step| step.milestone))
            .into_iter()
            .map(|step| timeline_answer(form, step, waits_for_answer))
            .collect(),
        reason: reason(form, &view, estimate.status, loaded.cases()),
        notes: notes::notes(loaded, checked, &view, &estimate, request),
        model: Some(ModelAnswer::of(loaded)),
    }
}

/// The answer for a form that myProgress is about but has no model for.
pub(crate) fn unsupported(form: String, as_of: AsOf, key: Option<String>, models: &Models) -> EstimateAnswer {
    EstimateAnswer {
        key,
        form,
        as_of,
        status: UNSUPPORTED_FORM.to_owned(),
        now: None,
        decision: None,
        next_step: None,
        timeline: Vec::new(),
        reason: Some(unsupported_reason(models)),
        notes: Vec::new(),
        model: None,
    }
}

/// Which forms are covered instead.
pub(crate) fn unsupported_reason(models: &Models) -> Reason {
    let forms: Vec<&str> = models.forms().collect();
    let text = in_both(|language| match forms.is_empty() {
        true => language.text("state.unsupported.nothing").to_owned(),
        false => language.filled("state.unsupported.body", &[("forms", &forms.join(", "))]),
    });
    Reason { title: said("state.unsupported.title"), text }
}

fn decision_answer(
    loaded: &Loaded,
    view: &CaseView<'_>,
    decision: &DecisionTime,
    beyond: Option<Beyond>,
) -> DecisionAnswer {
    let cases = loaded.cases();
    let known = loaded.model.schema().queue.iter().take(decision.basis.queue_depth);
    let queue = known.filter_map(|attribute| {
        view.attribute(&attribute.name).map(|value| (attribute.name.clone(), value.to_owned()))
    });
    DecisionAnswer {
        odds: if beyond.is_none() { words::odds(&decision.time, cases) } else { None },
        beyond,
        quantiles_days: ByLevel(decision.time),
        about: words::about(&decision.time),
        range: words::range(&decision.time),
        eight_in_ten_text: match beyond {
            None => words::eight_in_ten_decided(&decision.time, cases),
            Some(_) => words::eight_in_ten_at_that_pace(&decision.time),
        },
        basis: BasisAnswer {
            cases: decision.basis.followed,
            decided: decision.basis.happened,
            same_state: decision.basis.same_state,
            queue: queue.collect(),
        },
    }
}

fn next_step_answer(form: &FormDefinition, step: &NextStep, beyond: Option<Beyond>) -> NextStepAnswer {
    let milestone = form.milestone(step.milestone);
    NextStepAnswer {
        milestone: milestone.id.clone(),
        label: milestone.label.clone(),
        probability: words::written(step.probability),
        quantiles_days: ByLevel(step.time),
        about: words::about(&step.time),
        range: words::range(&step.time),
        eight_in_ten_text: beyond.is_none().then(|| words::eight_in_ten_next(&step.time)),
    }
}

/// While the case waits for the applicant, the answer is what comes next.
fn timeline_answer(form: &FormDefinition, step: TimelineStep, waits_for_answer: bool) -> TimelineAnswer {
    let milestone = form.milestone(step.milestone);
    let (place, date) = match step.place {
        _ if waits_for_answer && standing::is_answer(milestone) => place(MilestoneState::Current),
        known => place(known),
    };
    TimelineAnswer { milestone: milestone.id.clone(), label: milestone.label.clone(), place, date }
}

fn place(place: MilestoneState) -> (&'static str, Option<model::Day>) {
    match place {
        MilestoneState::Done(at) => ("done", Some(at.day())),
        MilestoneState::NotReported => ("not_reported", None),
        MilestoneState::Current => ("current", None),
        MilestoneState::Ahead => ("ahead", None),
        MilestoneState::Maybe => ("maybe", None),
    }
}

fn said(key: &'static str) -> Label {
    in_both(|language| language.text(key).to_owned())
}

fn reason(form: &FormDefinition, view: &CaseView<'_>, status: Status<'_>, cases: Cases) -> Option<Reason> {
    let reason = |title, text| Some(Reason { title: said(title), text });
    match status {
        Status::Estimated => None,
        Status::Decided => reason("state.decided.title", decided_text(form, view)),
        Status::RejectedAtIntake => reason("state.rejected.title", said("state.rejected.body")),
        Status::TooFewSimilarCases => {
            let few = |language: Language| {
                language.filled("state.unavailable.few", &[("cases", cases.many(language))])
            };
            reason("state.unavailable.title", in_both(few))
        }
        Status::Paused("on_hold") => reason("state.unavailable.title", said("state.unavailable.hold")),
        Status::Paused(pause) if VISA_PAUSES.contains(&pause) => {
            reason("state.unavailable.title", said("state.unavailable.visa"))
        }
        Status::Paused(_) => {
            let label = view.progress().pause().map(|pause| &form.pause(pause).label);
            let pause = |language: Language| label.map_or("", |label| language.of(label));
            let text =
                |language: Language| language.filled("state.paused.body", &[("pause", pause(language))]);
            reason("state.paused.title", in_both(text))
        }
    }
}

fn decided_text(form: &FormDefinition, view: &CaseView<'_>) -> Label {
    let decision = standing::decision(form, view);
    in_both(|language| {
        let date = decision.map_or_else(String::new, |action| words::date(action.at.day(), language));
        language.filled("state.decided.body", &[("date", &date)])
    })
}
