//! The two times that a model estimates.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A time that a model estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The time to the decision: the first terminal action.
    Decision,
    /// The time to the next milestone of any kind.
    NextStep,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 2] = [Self::Decision, Self::NextStep];

    /// The name that every output writes: `decision` or `next_step`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::NextStep => "next_step",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text does not name a target.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a target; write `decision` or `next_step`")]
pub struct UnknownTarget(String);

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|target| target.as_str() == text);
        known.ok_or_else(|| UnknownTarget(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_one_name_everywhere() {
        for target in Target::ALL {
            assert_eq!(target.to_string().parse(), Ok(target));
            assert_eq!(serde_json::to_value(target).unwrap(), target.as_str());
        }
        let error = "Decision".parse::<Target>().unwrap_err();
        assert!(error.to_string().contains("`Decision` is not a target"), "{error}");
    }
}
