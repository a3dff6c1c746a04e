//! Public case statuses: what the agency says about cases, turned into a history.
//!
//! [`read`] takes a table (CSV, or JSON lines) with a case, its form, its receipt date, a status and the date of the
//! status in each row, and looks the statuses up in the vocabulary. [`CaseStatuses::write`] writes the history.

mod cases;
mod columns;
mod dates;
mod error;
mod json_lines;
mod meaning;
mod note;
mod problems;
mod rows;
mod statuses;
mod table;

pub use error::{CaseStatusError, CaseStatusReport};
pub use meaning::UnknownStatus;
pub use note::{CaseStatusNote, PassedOver};
pub use statuses::{CaseStatusOptions, CaseStatuses, read};
