//! What `history.json` says.

use std::collections::BTreeMap;

use model::Stamp;
use serde::{Deserialize, Serialize};

/// Whether a history is real or simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HistoryKind {
    /// Recorded from real cases.
    Real,
    /// Made by a simulation.
    Simulated,
}

/// The members that a simulation adds to `history.json`.
pub(super) const SIMULATED_MEMBERS: [&str; 6] =
    ["cases", "cases_per_real_case", "recorded_from", "scenario_fingerprint", "seed", "simulator"];

/// The content of `history.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryJson {
    /// The name of the history.
    pub name: String,
    /// Everything up to and on this day or moment is complete.
    pub extracted_on: Stamp,
    /// Whether it is real or simulated, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HistoryKind>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A note for readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// All other members.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}
