//! Event logs: what other programs recorded of their cases, read and turned into a history.
//!
//! [`read`] takes a log as a tool wrote it, and [`EventLog::notes`] says what it decided and left out. [`to_history`]
//! decides what in the log is an end and makes the form definition.

mod columns;
pub(crate) mod content;
pub(crate) mod csv;
mod date_order;
pub(crate) mod dates;
pub(crate) mod diagnostics;
mod error;
mod known_columns;
mod lifecycle;
mod log;
mod months;
mod note;
mod numbering;
mod options;
mod parquet;
pub(crate) mod source;
#[cfg(test)]
mod tests;
pub(crate) mod times;
mod to_history;
mod xes;

use std::path::Path;

pub use date_order::{DateOrder, UnknownDateOrder};
pub(crate) use diagnostics::{listed, plural};
pub use error::{EventLogError, EventLogReport, LogIssue, LogIssueKind, LogPosition};
pub use log::EventLog;
pub use note::LogNote;
pub use options::ReadOptions;
pub use to_history::{End, ImportedHistory, to_history};

use content::Content;
use log::LogBuilder;
use source::LogSource;

/// Reads a log: CSV, XES or Parquet, by how it begins; CSV and XES may be gzipped.
///
/// Times are RFC 3339 timestamps, dates with or without a time of day and an offset, or counts since 1970. Times without
/// an offset are UTC. Spaces around an activity are dropped. Columns named `case_*` or `case:*` and the attributes of XES
/// traces are attributes of the case; a case has the values of its earliest event. Other columns and attributes are
/// ignored, except who did an event (`resource`, `org:resource` and what other tools call it).
///
/// # Errors
/// [`EventLogError`] if the file cannot be read or is not a log, if its dates leave the order of day and month open, or
/// with everything that is wrong with its rows.
pub fn read(path: &Path, options: &ReadOptions) -> Result<EventLog, EventLogError> {
    let assumed = options.date_order.unwrap_or(DateOrder::DayMonthYear);
    let mut log = read_with_order(path, options, assumed)?;
    if options.date_order.is_none()
        && let Some((order, note)) = log.evidence().decide(path)?
    {
        // Only now do the values say in which order they are, so a log in another order is read again.
        if order != assumed {
            log = read_with_order(path, options, order)?;
        }
        log.note(note);
    }
    let (mut log, transitions) = log.finish()?;
    lifecycle::select(&mut log, &transitions, &options.lifecycle, path)?;
    Ok(log)
}

fn read_with_order(
    path: &Path,
    options: &ReadOptions,
    order: DateOrder,
) -> Result<LogBuilder, EventLogError> {
    let source = LogSource::open(path)?;
    let mut log = LogBuilder::new(path, options, order);
    match source.content {
        Content::Csv => csv::read(source, options, &mut log)?,
        Content::Xes => xes::read(source, options, &mut log)?,
        Content::Parquet => parquet::read(path, &source.origin, options, &mut log)?,
    }
    Ok(log)
}
