//! Facts about forms that the form definitions do not state yet.
//!
//! Nothing else in this crate knows a form, an action code, a pause or an attribute by its name.

use model::Milestone;

/// The forms that myProgress is about. One of them without a model is not covered; any other form is unknown.
const COVERED_FORMS: [&str; 7] = ["N-400", "I-90", "I-130", "I-765", "I-131", "I-485", "I-821"];
/// Action codes of requests to the applicant. A form definition says which states they lead to, but not that the case waits
/// for the applicant in those states.
const REQUESTS: [&str; 2] = ["rfe_sent", "noid_noir"];
/// Action codes of the applicant's answers.
const RESPONSES: [&str; 2] = ["rfe_response", "noid_response"];
/// Days after which an unanswered request is probably overdue. A request for evidence gives at most 84 days, and a few more by
/// mail. Records often lack the answer: an older request without one says little about what the agency waits for.
pub(crate) const MAX_OPEN_DAYS: i32 = 90;
/// Names of the pauses in which a case waits for a visa number.
const VISA_PAUSES: [&str; 2] = ["visa", "visa_unavailable"];
/// Name of the pause in which the agency holds a case.
const HOLD: &str = "on_hold";
/// Name of the attribute that holds the letters a receipt number begins with.
const CENTER: &str = "center";

/// Whether myProgress is about this form.
pub(crate) fn is_covered(form: &str) -> bool {
    COVERED_FORMS.contains(&form)
}

/// Whether the action asks the applicant for something.
pub(crate) fn is_request(code: &str) -> bool {
    REQUESTS.contains(&code)
}

/// Whether the action asks the applicant for something or is the answer.
pub(crate) fn is_request_or_response(code: &str) -> bool {
    is_request(code) || RESPONSES.contains(&code)
}

/// Whether any code of an applicant's answer has this property.
pub(crate) fn any_response(has: impl Fn(&str) -> bool) -> bool {
    RESPONSES.iter().any(|code| has(code))
}

/// Whether the milestone is the applicant's answer to a request.
pub(crate) fn is_response(milestone: &Milestone) -> bool {
    any_response(|code| milestone.reached_by.iter().any(|own| own == code))
}

/// What a case waits for during a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PauseKind {
    /// The agency holds the case.
    Hold,
    /// A visa number.
    Visa,
    /// Anything else; the form's label says what.
    Other,
}

/// What a case waits for during the pause of this name.
pub(crate) fn pause_kind(pause: &str) -> PauseKind {
    match pause {
        HOLD => PauseKind::Hold,
        visa if VISA_PAUSES.contains(&visa) => PauseKind::Visa,
        _ => PauseKind::Other,
    }
}

/// Whether the attribute holds the letters that a receipt number begins with. The page tells applicants where to find them.
pub(crate) fn is_center(form: &str, attribute: &str) -> bool {
    attribute == CENTER && is_covered(form)
}
