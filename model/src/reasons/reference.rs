//! The case with which others are compared.

use serde::{Deserialize, Serialize};

use super::weighing::Aspect;
use crate::case::{Action, Case};
use crate::form::StateId;
use crate::time::{AsOf, Days, Stamp};

/// A typical pending case as a model file keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceCase {
    /// When the case was received.
    pub received: Stamp,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Its actions.
    pub actions: Vec<Action>,
    /// When it was typical.
    pub as_of: AsOf,
}

/// Says how much is known of the case, never what.
impl std::fmt::Debug for ReferenceCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (attributes, actions) = (self.attributes.len(), self.actions.len());
        write!(f, "ReferenceCase {{ {attributes} attributes, {actions} actions }}")
    }
}

impl ReferenceCase {
    pub(crate) fn case(&self) -> Case {
        Case { received: self.received, attributes: self.attributes.clone(), actions: self.actions.clone() }
    }

    /// The same case some days later, with everything that happened to it.
    pub(crate) fn later_by(&self, days: i32) -> Self {
        let later = |stamp: Stamp| stamp.later_by(days);
        let action = |action: &Action| Action {
            code: action.code.clone(),
            at: later(action.at),
            scheduled_for: action.scheduled_for.map(later),
            resource: action.resource.clone(),
        };
        Self {
            received: later(self.received),
            attributes: self.attributes.clone(),
            actions: self.actions.iter().map(action).collect(),
            as_of: AsOf::new(later(self.as_of.stamp())),
        }
    }
}

/// A reference case with what its model says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub(crate) case: ReferenceCase,
    pub(crate) aspect: Aspect,
    /// The state in which the model sees it wait.
    pub state: StateId,
    /// How long it has waited since its receipt, without time on hold.
    pub waited: Days,
    /// The median of its decision, in days.
    pub days: f64,
}

impl Reference {
    /// Its attributes, by name.
    #[must_use]
    pub fn attributes(&self) -> &[(String, String)] {
        &self.case.attributes
    }

    /// The case as the model file keeps it.
    #[must_use]
    pub fn case(&self) -> &ReferenceCase {
        &self.case
    }
}
