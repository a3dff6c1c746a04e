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
#[derive(Clone)]
pub(crate) struct SubmittedAction {
    pub(crate) name: ActionName,
    pub(crate) occurred: Dated,
    /// For the notice of an appointment: the day of the appointment.
    pub(crate) scheduled_for: Option<Dated>,
    /// Who or what did it.
    pub(crate) resource: Option<String>,
}

/// How a caller names an action.
#[derive(Clone)]
pub(crate) enum ActionName {
    /// By its code.
    Code(String),
    /// By a status title of the agency.
    Status(String),
    /// By an event code of the agency.
    EventCode(String),
}

impl ActionName {
    /// The member that it came in.
    pub(crate) const fn member(&self) -> &'static str {
        match self {
            Self::Code(_) => "action",
            Self::Status(_) => "status",
            Self::EventCode(_) => "event_code",
        }
    }

    pub(crate) fn text(&self) -> &str {
        let (Self::Code(text) | Self::Status(text) | Self::EventCode(text)) = self;
        text
    }
}

/// What becomes of an action that the form does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum UnlistedActions {
    /// The case is refused.
    #[default]
    Refuse,
    /// The action is left out, and a note names it.
    Note,
}

/// A time as it was submitted, and the member that it came in.
#[derive(Clone, Default)]
pub(crate) struct Dated {
    pub(crate) text: String,
    pub(crate) member: &'static str,
}
