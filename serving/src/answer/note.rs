//! A note beside an estimate: a code for programs, a text for people, and its place on the page.

use model::{Day, Label, RequestState};
use serde::{Serialize, Serializer};

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
    /// In an alert of its own, under the text with this key.
    Told(&'static str),
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
/// - `unused-attribute`: the model has seen no value of this attribute, or the estimate does not depend on it
/// - `unlisted-action`: actions that the form does not list were left out
/// - `end-without-beginning`: a pause ended that had not begun, and that end was left out
/// - `after-decision`: actions after the decision were left out
/// - `after-rejection`: actions after the filing was refused at intake were left out
/// - `before-decision`: actions that belong after a decision were left out because the record shows no decision
/// - `repeated-action`: actions that repeat what the record already showed changed nothing
/// - `notice`: notices of the agency changed nothing
/// - `other-receipt`: the record has another day of receipt than the one that the case counts from
/// - `also-paused`: since `date` the case is paused for another reason too, beside the one that `status` names
/// - `reopened`: the case was made pending again on `date`
/// - `decision-replaced`: the decision was taken back on `date`
/// - `to-do`: since `date` the applicant has something to do
/// - `appointment-ahead`: the applicant has an appointment on `date`
/// - `appointment-past`: the day of an appointment, `date`, is over, and the record does not show that the applicant came
/// - `appointment-cancelled`: an appointment was cancelled on `date`
/// - `appointment-not-needed`: an appointment is not needed, by the record or because the case was decided before its day
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
    AfterRejection,
    BeforeDecision,
    RepeatedAction,
    Notice,
    OtherReceipt,
    AlsoPaused,
    Reopened,
    DecisionReplaced,
    ToDo,
    AppointmentAhead,
    AppointmentPast,
    AppointmentCancelled,
    AppointmentNotNeeded,
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
            Self::AfterRejection => "after-rejection",
            Self::BeforeDecision => "before-decision",
            Self::RepeatedAction => "repeated-action",
            Self::Notice => "notice",
            Self::OtherReceipt => "other-receipt",
            Self::AlsoPaused => "also-paused",
            Self::Reopened => "reopened",
            Self::DecisionReplaced => "decision-replaced",
            Self::ToDo => "to-do",
            Self::AppointmentAhead => "appointment-ahead",
            Self::AppointmentPast => "appointment-past",
            Self::AppointmentCancelled => "appointment-cancelled",
            Self::AppointmentNotNeeded => "appointment-not-needed",
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
    pub(super) code: Code,
    /// The day that the note is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<Day>,
    #[serde(flatten)]
    pub(crate) text: Label,
}
