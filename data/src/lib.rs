//! Form definitions, case histories, and what of them was known at a time.
//!
//! A [`History`] is read and checked as a whole; its cases can only be seen through [`HistoryView`], which hides
//! everything later than an as-of time. Importers write other records as histories.

mod as_of;
mod case_ids;
pub mod estimates;
pub mod event_log;
pub mod forms;
mod history;
mod history_files;
pub mod simulation;
mod status_texts;
mod unreadable_types;

pub use as_of::{Effects, FollowUp, HistoryCase, HistoryView, Outcome, rolling_origins};
pub use case_ids::{CaseIdKey, CaseIdKeyError};
pub use forms::FormFileError;
pub use history::{
    Attribute, CaseIndex, FormSummary, History, HistoryError, HistoryIssue, HistoryReport, Summary, Times,
};
pub use history_files::*;
pub use status_texts::{StatusTextsError, bundled_status_texts};
