//! Notes: what a reader of an estimate must know besides the numbers. They name input that could not be used as it was meant,
//! what the applicant has to do, and where the estimate goes beyond the history.

use model::{
    AsOf, CaseView, Day, Days, Effect, Estimate, FormDefinition, Label, RemainingTime, Target, TimeScale,
    TrainedOn,
};
use serde::{Serialize, Serializer};

use crate::case::checks::CheckedCase;
use crate::case::status::{EvidenceRequest, RequestState, ignored_after_decision};
use crate::http::redaction::redacted;
use crate::models::{Loaded, is_old};
use crate::wording::cases::Cases;
use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// Actions named in one note.
const MAX_NAMED: usize = 5;
/// Level of the farthest bound that is shown. If the history never saw a wait that long, a note says so.
const FARTHEST_SHOWN: f64 = 0.9;

/// Where the page shows a note. The API lists all notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotePlacement {
    /// With the time itself.
    Estimate,
    /// With the place where the case is now.
    Request(RequestState),
    /// With the explanation of the estimate.
    Details,
    /// Nowhere: an alert on the page already says it.
    Alert,
}

/// What a note is about, for programs. The meaning of a code never changes; its texts may.
///
/// - `answer-requested`: the case waits for the applicant's answer to a request of `date`
/// - `answer-probably-late`: no answer to a request of `date` is known, and its deadline has probably passed
/// - `answer-not-shown`: no answer to a request of `date` is known, but other steps came after it
/// - `notice-after-decision`: a notice was sent on `date`, after the decision
/// - `waited-longest`: the history has no decision after a wait this long, in all or in this step
/// - `beyond-history`: part of the estimated time is longer than any such wait
/// - `simulated-history`: the model was trained on a simulated history, in which no case is real
/// - `old-data`: the model was trained more than 180 days before the as-of day
/// - `unknown-value`: the model has not seen this value of an attribute
/// - `unused-attribute`: the model has seen no value of this attribute
/// - `unlisted-action`: actions that the form does not list were left out
/// - `end-without-beginning`: a pause ended that had not begun, and that end was left out
/// - `after-decision`: actions after the decision were left out
/// - `later-model`: the model was trained as of a later time than the as-of time
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    AnswerRequested,
    AnswerProbablyLate,
    AnswerNotShown,
    NoticeAfterDecision,
    WaitedLongest,
    BeyondHistory,
    SimulatedHistory,
    OldData,
    UnknownValue,
    UnusedAttribute,
    UnlistedAction,
    EndWithoutBeginning,
    AfterDecision,
    LaterModel,
}

impl Code {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AnswerRequested => "answer-requested",
            Self::AnswerProbablyLate => "answer-probably-late",
            Self::AnswerNotShown => "answer-not-shown",
            Self::NoticeAfterDecision => "notice-after-decision",
            Self::WaitedLongest => "waited-longest",
            Self::BeyondHistory => "beyond-history",
            Self::SimulatedHistory => "simulated-history",
            Self::OldData => "old-data",
            Self::UnknownValue => "unknown-value",
            Self::UnusedAttribute => "unused-attribute",
            Self::UnlistedAction => "unlisted-action",
            Self::EndWithoutBeginning => "end-without-beginning",
            Self::AfterDecision => "after-decision",
            Self::LaterModel => "later-model",
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A note: a code for programs and a text for people.
#[derive(Debug, Serialize)]
pub(crate) struct Note {
    #[serde(skip)]
    pub(crate) placement: NotePlacement,
    code: Code,
    /// The day of the request that the note is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Day>,
    #[serde(flatten)]
    pub(crate) text: Label,
}

/// Which wait is longer than any that ended in a decision in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// The wait since receipt.
    Whole,
    /// The wait in the present step.
    InStep,
}

/// Whether the case has waited longer than any decided case of the history.
pub(crate) fn beyond(loaded: &Loaded, view: &CaseView<'_>, decision: &RemainingTime) -> Option<Beyond> {
    let is_known = decision.known_for > Days::ZERO;
    match loaded.model.predictor(Target::Decision).time_scale() {
        TimeScale::SinceReceipt => (!is_known).then_some(Beyond::Whole),
        TimeScale::InState => {
            // This clock restarts with every step, so a case can be in a familiar step and still be older than the data.
            let training = loaded.model.training();
            let window = training.as_of.day().since(training.first_received);
            let waited = view.as_of().day().since(view.received().day());
            if waited > window { Some(Beyond::Whole) } else { (!is_known).then_some(Beyond::InStep) }
        }
    }
}

/// The notes of one estimate.
pub(crate) fn notes(
    loaded: &Loaded,
    checked: &CheckedCase,
    view: &CaseView<'_>,
    estimate: &Estimate<'_>,
    request: Option<EvidenceRequest>,
) -> Vec<Note> {
    let form = loaded.model.form();
    let trained = loaded.model.training().as_of;
    let placed = |placement| move |(code, text)| Note { placement, code, date: None, text };
    let beyond = estimate.decision.and_then(|decision| beyond_history(loaded, view, &decision));
    // Without an estimated time there is nothing that could be different now.
    let has_time = estimate.decision.is_some() || estimate.next_step.is_some();
    let old = (has_time && is_old(trained, checked.as_of.day())).then(|| (Code::OldData, old_data(trained)));
    // Every answer about such a form names its source, even one without an estimate.
    let simulated = (loaded.trained_on() == TrainedOn::SimulatedHistory).then(|| {
        (Code::SimulatedHistory, in_both(|language| language.text("data.simulated_form").to_owned()))
    });
    let alerts = simulated.into_iter().chain(old);
    let details = unused_values(loaded, checked)
        .into_iter()
        .chain(unlisted_actions(form, checked))
        .chain(ends_of_nothing(form, view))
        .chain(after_decision(form, view, request))
        .chain(later_model(trained, checked.as_of))
        .map(placed(NotePlacement::Details));
    let requested = request.map(request_note).into_iter();
    requested
        .chain(beyond.map(placed(NotePlacement::Estimate)))
        .chain(alerts.map(placed(NotePlacement::Alert)))
        .chain(details)
        .collect()
}

fn request_note(request: EvidenceRequest) -> Note {
    let (code, key) = match request.state {
        RequestState::Open => (Code::AnswerRequested, "note.request"),
        RequestState::Overdue => (Code::AnswerProbablyLate, "note.request_old"),
        RequestState::Superseded => (Code::AnswerNotShown, "note.request_followed"),
        RequestState::AfterDecision => (Code::NoticeAfterDecision, "note.notice_after_decision"),
    };
    let text = in_both(|language| language.filled(key, &[("date", &phrasing::date(request.sent, language))]));
    Note { placement: NotePlacement::Request(request.state), code, date: Some(request.sent), text }
}

/// The warning that the data of a model trained then may be out of date.
pub(crate) fn old_data(trained: AsOf) -> Label {
    let year = trained.day().year_month_day().0.to_string();
    in_both(|language| language.filled("data.old", &[("year", &year)]))
}

fn beyond_history(loaded: &Loaded, view: &CaseView<'_>, decision: &RemainingTime) -> Option<(Code, Label)> {
    let is_in_part = f64::from(decision.time.at(FARTHEST_SHOWN)) > decision.known_for.get();
    let (code, key) =
        match (beyond(loaded, view, decision), loaded.model.predictor(Target::Decision).time_scale()) {
            (Some(Beyond::Whole), _) => (Code::WaitedLongest, "note.waited_longest"),
            (Some(Beyond::InStep), _) => (Code::WaitedLongest, "note.waited_longest_step"),
            (None, TimeScale::SinceReceipt) if is_in_part => (Code::BeyondHistory, "note.beyond_history"),
            (None, TimeScale::InState) if is_in_part => (Code::BeyondHistory, "note.beyond_history_step"),
            (None, _) => return None,
        };
    let case = |language| Cases::from_training(loaded.trained_on()).one(language);
    Some((code, in_both(|language| language.filled(key, &[("case", case(language))]))))
}

/// Values of queue attributes that the model has never seen, and attributes without any known value.
fn unused_values(loaded: &Loaded, checked: &CheckedCase) -> Vec<(Code, Label)> {
    let (form, schema) = (loaded.model.form(), loaded.model.schema());
    let note = |attribute: &model::FormAttribute| {
        let (_, value) = checked.case.attributes.iter().find(|(name, _)| *name == attribute.name)?;
        let known = schema.queue.iter().find(|known| known.name == attribute.name);
        let (code, key) = match known {
            Some(known) if known.values.contains(value) => return None,
            Some(_) => (Code::UnknownValue, "note.unknown_value"),
            None => (Code::UnusedAttribute, "note.unused_attribute"),
        };
        let value = redacted(value);
        let text = |language: Language| {
            let values = [("attribute", language.of(&attribute.label)), ("value", value.as_str())];
            language.filled(key, &values)
        };
        Some((code, in_both(text)))
    };
    form.queue_attributes().filter_map(note).collect()
}

fn unlisted_actions(form: &FormDefinition, checked: &CheckedCase) -> Option<(Code, Label)> {
    let actions = checked.case.actions.iter().map(|action| action.code.as_str());
    let unlisted: Vec<&str> = actions.filter(|code| form.effect(code).is_none()).collect();
    if unlisted.is_empty() {
        return None;
    }
    let mut named: Vec<String> = unlisted.iter().copied().map(redacted).collect();
    named.sort();
    named.dedup();
    named.truncate(MAX_NAMED);
    let (count, named) = (unlisted.len().to_string(), named.join(", "));
    let values = [("n", count.as_str()), ("actions", &named)];
    Some((Code::UnlistedAction, in_both(|language| language.filled("note.unlisted_action", &values))))
}

/// Ends of pauses that had not begun. Without this note, a case could seem to stay on hold in spite of such an end.
fn ends_of_nothing(form: &FormDefinition, view: &CaseView<'_>) -> Option<(Code, Label)> {
    let mut begun = Vec::new();
    let mut named: Vec<&Label> = Vec::new();
    for action in view.actions() {
        match form.effect(&action.code) {
            Some(Effect::Pauses(pause)) => begun.push(pause),
            Some(Effect::Resumes(pause)) if begun.contains(&pause) => {
                begun.retain(|other| *other != pause);
            }
            Some(Effect::Resumes(pause)) => {
                let label = &form.pause(pause).label;
                if !named.contains(&label) {
                    named.push(label);
                }
            }
            _ => {}
        }
    }
    let text = |language: Language| {
        let labels: Vec<&str> = named.iter().take(MAX_NAMED).map(|label| language.of(label)).collect();
        language.filled("note.end_without_beginning", &[("pauses", &labels.join(", "))])
    };
    (!named.is_empty()).then(|| (Code::EndWithoutBeginning, in_both(text)))
}

fn after_decision(
    form: &FormDefinition,
    view: &CaseView<'_>,
    request: Option<EvidenceRequest>,
) -> Option<(Code, Label)> {
    let ignored = ignored_after_decision(form, view, request);
    let named = |language: Language| {
        let labels: Vec<&str> = ignored.iter().take(MAX_NAMED).map(|label| language.of(label)).collect();
        language.filled("note.after_decision", &[("actions", &labels.join(", "))])
    };
    (!ignored.is_empty()).then(|| (Code::AfterDecision, in_both(named)))
}

fn later_model(trained: AsOf, as_of: AsOf) -> Option<(Code, Label)> {
    let note = |language: Language| {
        language.filled("note.later_model", &[("date", &phrasing::date(trained.day(), language))])
    };
    (trained.moment() > as_of.moment()).then(|| (Code::LaterModel, in_both(note)))
}
