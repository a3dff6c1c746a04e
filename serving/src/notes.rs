//! What a reader of an estimate must know besides it: what was taken but could not be used as it was meant, what the
//! applicant has to do, and where the estimate leaves the history behind.

use model::{AsOf, CaseView, Day, Days, DecisionTime, Effect, Estimate, FormDefinition, Label, TimeScale};
use serde::{Serialize, Serializer};

use crate::checks::CheckedCase;
use crate::masking::shown;
use crate::models::{Loaded, is_old};
use crate::standing::{self, Request, RequestStands};
use crate::texts::{Language, in_both};
use crate::words::{self, Cases};

/// At most this many actions are named in a note.
const MAX_NAMED: usize = 5;
/// Level of the farthest bound that is shown. An estimate whose bound nobody has lived to see says so.
const FARTHEST_SHOWN: f64 = 0.9;

/// What the page shows a note beside. The interface lists all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The time itself.
    Estimate,
    /// Where the case is now.
    Request(RequestStands),
    /// How the estimate was made.
    Details,
    /// Nothing: an alert on the page says it already.
    Alert,
}

/// What a note is about, for programs. A code keeps its meaning; its words may change.
///
/// - `answer-requested`: the case waits for the applicant's answer to a request of `date`
/// - `answer-probably-late`: no answer to a request of `date` is known, and its deadline is probably over
/// - `answer-not-shown`: no answer to a request of `date` is known, but other steps came after it
/// - `notice-after-decision`: a notice was sent on `date`, after the decision
/// - `waited-longest`: the history has no decision after a wait as long as this one, or in this step as long
/// - `beyond-history`: a part of the time told is longer than any such wait
/// - `simulated-history`: the model was trained on a simulated history, no case of which is real
/// - `old-data`: the model was trained more than 180 days before the as-of day
/// - `unknown-value`: the model has not seen this value of an attribute
/// - `unused-attribute`: the model has seen no value of an attribute at all
/// - `unlisted-action`: actions that the form does not list were left out
/// - `end-without-beginning`: a pause ended while it did not last, and that end was left out
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

/// A note: its code for programs, its text for people.
#[derive(Debug, Serialize)]
pub(crate) struct Note {
    #[serde(skip)]
    pub(crate) beside: Beside,
    code: Code,
    /// The day of the request that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Day>,
    #[serde(flatten)]
    pub(crate) text: Label,
}

/// Which wait is longer than any after which the history shows a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// The one since the receipt of the case.
    Whole,
    /// The one in its present step.
    InStep,
}

/// Whether the case has waited longer than anybody whom the history shows to have been decided.
pub(crate) fn beyond(loaded: &Loaded, view: &CaseView<'_>, decision: &DecisionTime) -> Option<Beyond> {
    let is_known = decision.known_for > Days::ZERO;
    match loaded.model.decision().clock() {
        TimeScale::SinceReceipt => (!is_known).then_some(Beyond::Whole),
        TimeScale::InState => {
            // That clock starts anew with every step, so a case may be in a familiar step and yet be older than the data.
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
    request: Option<Request>,
) -> Vec<Note> {
    let form = loaded.model.form();
    let trained = loaded.model.training().as_of;
    let of = |beside| move |(code, text)| Note { beside, code, date: None, text };
    let beyond = estimate.decision.and_then(|decision| beyond_history(loaded, view, &decision));
    // Where no time is told, none can be different now.
    let tells_time = estimate.decision.is_some() || estimate.next_step.is_some();
    let old =
        (tells_time && is_old(trained, checked.as_of.day())).then(|| (Code::OldData, old_data(trained)));
    // Whatever is told of such a form: its source can never be left out.
    let simulated = (loaded.cases() == Cases::Simulated).then(|| {
        (Code::SimulatedHistory, in_both(|language| language.text("data.simulated_form").to_owned()))
    });
    let alerts = simulated.into_iter().chain(old);
    let details = unused_values(loaded, checked)
        .into_iter()
        .chain(unlisted_actions(form, checked))
        .chain(ends_of_nothing(form, view))
        .chain(after_decision(form, view, request))
        .chain(later_model(trained, checked.as_of))
        .map(of(Beside::Details));
    let told = request.map(request_note).into_iter();
    told.chain(beyond.map(of(Beside::Estimate))).chain(alerts.map(of(Beside::Alert))).chain(details).collect()
}

fn request_note(request: Request) -> Note {
    let (code, key) = match request.stands {
        RequestStands::Open => (Code::AnswerRequested, "note.request"),
        RequestStands::Old => (Code::AnswerProbablyLate, "note.request_old"),
        RequestStands::Followed => (Code::AnswerNotShown, "note.request_followed"),
        RequestStands::AfterDecision => (Code::NoticeAfterDecision, "note.notice_after_decision"),
    };
    let text = in_both(|language| language.filled(key, &[("date", &words::date(request.sent, language))]));
    Note { beside: Beside::Request(request.stands), code, date: Some(request.sent), text }
}

/// That what was trained then may be out of date.
pub(crate) fn old_data(trained: AsOf) -> Label {
    let year = trained.day().year_month_day().0.to_string();
    in_both(|language| language.filled("data.old", &[("year", &year)]))
}

fn beyond_history(loaded: &Loaded, view: &CaseView<'_>, decision: &DecisionTime) -> Option<(Code, Label)> {
    let is_in_part = f64::from(decision.time.at(FARTHEST_SHOWN)) > decision.known_for.get();
    let (code, key) = match (beyond(loaded, view, decision), loaded.model.decision().clock()) {
        (Some(Beyond::Whole), _) => (Code::WaitedLongest, "note.waited_longest"),
        (Some(Beyond::InStep), _) => (Code::WaitedLongest, "note.waited_longest_step"),
        (None, TimeScale::SinceReceipt) if is_in_part => (Code::BeyondHistory, "note.beyond_history"),
        (None, TimeScale::InState) if is_in_part => (Code::BeyondHistory, "note.beyond_history_step"),
        (None, _) => return None,
    };
    let case = |language| loaded.cases().one(language);
    Some((code, in_both(|language| language.filled(key, &[("case", case(language))]))))
}

/// Values of queue attributes that the model has never seen, and attributes of which it has seen none at all.
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
        let value = shown(value);
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
    let mut named: Vec<String> = unlisted.iter().copied().map(shown).collect();
    named.sort();
    named.dedup();
    named.truncate(MAX_NAMED);
    let (count, named) = (unlisted.len().to_string(), named.join(", "));
    let values = [("n", count.as_str()), ("actions", &named)];
    Some((Code::UnlistedAction, in_both(|language| language.filled("note.unlisted_action", &values))))
}

/// Ends of pauses that did not last: without a word, a case would seem to go on because of an end that was never counted, or
/// to be on hold in spite of one.
fn ends_of_nothing(form: &FormDefinition, view: &CaseView<'_>) -> Option<(Code, Label)> {
    let mut lasting = Vec::new();
    let mut named: Vec<&Label> = Vec::new();
    for action in view.actions() {
        match form.effect(&action.code) {
            Some(Effect::Pauses(pause)) => lasting.push(pause),
            Some(Effect::Resumes(pause)) if lasting.contains(&pause) => {
                lasting.retain(|other| *other != pause);
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
    request: Option<Request>,
) -> Option<(Code, Label)> {
    let ignored = standing::ignored_after_decision(form, view, request);
    let named = |language: Language| {
        let labels: Vec<&str> = ignored.iter().take(MAX_NAMED).map(|label| language.of(label)).collect();
        language.filled("note.after_decision", &[("actions", &labels.join(", "))])
    };
    (!ignored.is_empty()).then(|| (Code::AfterDecision, in_both(named)))
}

fn later_model(trained: AsOf, as_of: AsOf) -> Option<(Code, Label)> {
    let note = |language: Language| {
        language.filled("note.later_model", &[("date", &words::date(trained.day(), language))])
    };
    (trained.moment() > as_of.moment()).then(|| (Code::LaterModel, in_both(note)))
}
