//! Event logs: what other programs recorded of their cases, as CSV or XES, read and turned into a history.
//!
//! [`read`] takes a file as it is; [`to_history`] decides what in it is an end and makes the form definition.

mod csv;
mod error;
mod log;
mod source;
#[cfg(test)]
mod tests;
mod to_history;
mod xes;

use std::path::Path;

pub(crate) use error::shown;
pub use error::{EventLogError, EventLogReport, Place, Problem, ProblemKind};
pub use log::EventLog;
pub use to_history::{End, ImportedHistory, to_history};

use log::LogBuilder;
use source::{Format, Source};

/// What the columns of a CSV log are called. XES logs have fixed names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Column with the key of the case.
    pub case_id: String,
    /// Column with what happened.
    pub activity: String,
    /// Column with when it happened.
    pub timestamp: String,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { case_id: "case_id".into(), activity: "activity".into(), timestamp: "timestamp".into() }
    }
}

/// Reads a log: CSV or XES (by its extension, else by how it begins), gzipped or not (by how it begins).
///
/// Times are RFC 3339 timestamps, or dates and times without an offset, which are taken as UTC. Spaces around an
/// activity are dropped. CSV columns named `case_*` and the attributes of XES traces are attributes of the case;
/// a case has the values of its earliest event. Other columns and attributes are ignored.
///
/// # Errors
/// [`EventLogError`]: the file cannot be read or is no log, or (all of it at once) what is wrong with its rows.
pub fn read(path: &Path, options: &ReadOptions) -> Result<EventLog, EventLogError> {
    let source = Source::open(path)?;
    match source.format {
        Format::Csv => {
            let mut log = LogBuilder::new(path, Place::Line);
            csv::read(source, options, &mut log)?;
            log.finish()
        }
        Format::Xes => {
            let mut log = LogBuilder::new(path, Place::Byte);
            xes::read(source, &mut log)?;
            log.finish()
        }
    }
}
