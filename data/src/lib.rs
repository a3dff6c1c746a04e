//! Form definitions, case histories, what was known when, estimates of many cases, explanations of single ones,
//! and importers.
//!
//! A [`History`] is read and checked as a whole. Its cases can only be seen through a [`HistoryView`], which hides
//! everything later than its as-of time:
//!
//! ```
//! use std::fs;
//!
//! use data::{History, forms};
//! use model::AsOf;
//!
//! let dir = tempfile::tempdir()?;
//! let write = |file: &str, text: &str| fs::write(dir.path().join(file), text);
//! write("history.json", r#"{"name": "small", "extracted_on": "2022-06-30"}"#)?;
//! write("cases.csv", "case_id,form,received_on,center\na,I-765,2022-01-03,NBC\n")?;
//! write("actions.csv", "case_id,action,occurred_on\na,received,2022-01-03\na,approved,2022-05-02\n")?;
//!
//! let history = History::read(dir.path(), forms::bundled()?)?;
//! let known_actions = |day: &str| -> Result<usize, model::TimeError> {
//!     let view = history.view_at(AsOf::parse(day)?);
//!     Ok(view.cases().map(|case| case.actions().count()).sum())
//! };
//! assert_eq!(known_actions("2022-04-30")?, 1, "the approval is still ahead");
//! assert_eq!(known_actions("2022-05-02")?, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod case_ids;
pub mod case_status;
pub mod estimates;
pub mod event_log;
pub mod explanation;
pub mod forms;
mod history;
mod parquet_types;
mod queue_counts;
mod queue_history;
mod shown_text;
mod staging;
mod status_texts;

pub use case_ids::{CaseIdKey, CaseIdKeyError};
pub use forms::FormFileError;
pub use history::*;
pub use queue_history::QueueHistory;
pub use status_texts::{StatusTextsError, bundled_status_texts};
