//! Case histories: who was received when, and what happened to them.
//!
//! `load` reads and `check`s the columns of a folder, `warnings` finds what is odd about them, and `grouping` orders the
//! actions of each case. The result is a [`History`], whose actions can only be seen through `as_of`. `writer` writes such folders.

mod actions;
mod activity;
mod as_of;
mod case_history;
mod check;
mod column_names;
mod columns;
mod description;
mod featurizer;
mod files;
mod grouping;
mod load;
mod observation;
mod queue_attributes;
mod receipt_numbers;
mod repeated_actions;
mod report;
mod summary;
mod table;
mod warnings;
mod writer;

pub use actions::HistoryAction;
pub use as_of::{Effects, FollowUp, HistoryCase, HistoryView, Outcome, rolling_origins};
pub use case_history::{CaseIndex, History, HistoryError};
pub use columns::{Attribute, Times};
pub use description::{HistoryJson, HistoryKind};
pub use featurizer::Featurizer;
pub(crate) use files::FORM_FILE;
pub use files::HISTORY_FILES;
pub use observation::{Observation, ObservationCounts, ObservedFrom};
pub use report::{HistoryIssue, HistoryReport};
pub use summary::{FormSummary, Summary};
pub use writer::{ActionRow, CaseRow, HistoryFilesError, HistoryTimes, HistoryWriter};
