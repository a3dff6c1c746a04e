//! A case as it was submitted.

use std::fmt;

/// A case as it was submitted: every member has its type, but no text has been checked yet.
#[derive(Clone, Default)]
pub(crate) struct SubmittedCase {
    pub(crate) key: Option<String>,
    pub(crate) form: String,
    pub(crate) received: Dated,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) actions: Vec<SubmittedAction>,
    pub(crate) as_of: Option<String>,
}

/// Prints no text of the case: each can identify a person.
impl fmt::Debug for SubmittedCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubmittedCase {{ {} attributes, {} actions }}", self.attributes.len(), self.actions.len())
    }
}

/// An action as it was submitted.
#[derive(Clone, Default)]
pub(crate) struct SubmittedAction {
    pub(crate) code: String,
    pub(crate) occurred: Dated,
    /// For the notice of an appointment: the day of the appointment.
    pub(crate) scheduled_for: Option<Dated>,
}

/// A time as it was submitted, and the member that it came in.
#[derive(Clone, Default)]
pub(crate) struct Dated {
    pub(crate) text: String,
    pub(crate) member: &'static str,
}
