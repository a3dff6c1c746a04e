//! The vocabulary as a file says it, before it is checked.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The vocabulary as written. [`StatusTextsSpec::check`] makes it usable.
///
/// Lists are named in the singular where TOML repeats the name above every entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusTextsSpec {
    /// Where the words were read.
    pub source: Vec<VocabularySource>,
    /// Status titles.
    pub titles: Vec<TitleGroup>,
    /// Event codes.
    pub event_codes: Vec<EventCodeGroup>,
}

/// What a source id stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularySource {
    /// Short name, unique in the file.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its public address, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Status titles that stand for the same action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleGroup {
    /// Action code.
    pub action: String,
    /// The forms for which this holds; empty for every form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Ids of the sources that print the titles.
    pub source: Vec<String>,
    /// English titles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub en: Vec<String>,
    /// Spanish titles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub es: Vec<String>,
}

/// Event codes that stand for the same action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventCodeGroup {
    /// Action code.
    pub action: String,
    /// The forms for which this holds; empty for every form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Ids of the sources that list the codes.
    pub source: Vec<String>,
    /// The codes.
    pub codes: Vec<String>,
}

/// Why a vocabulary is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// Two groups list one title or code for the same forms.
    #[error(
        "duplicate `{text}`, for `{first}` and for `{second}`; keep one, or limit them to different `forms`"
    )]
    Duplicate {
        /// The title or code.
        text: String,
        /// The action listed first.
        first: String,
        /// The other action; it may be the same.
        second: String,
    },
    /// A text without a visible character.
    #[error("a title, event code or action of group `{action}` is blank; write it or remove it")]
    Blank {
        /// The action of the group.
        action: String,
    },
    /// A source id that the file does not explain.
    #[error("group `{action}` names source `{id}`, which no `[[source]]` explains; add it or correct the id")]
    UnknownSource {
        /// The action of the group.
        action: String,
        /// The id.
        id: String,
    },
    /// A group without a source.
    #[error("group `{action}` names no source; say where its words were read")]
    NoSource {
        /// The action of the group.
        action: String,
    },
    /// Two sources with one id.
    #[error("duplicate source `{id}`; keep one")]
    DuplicateSource {
        /// The id.
        id: String,
    },
}
