//! `import event-log`: turns an event log into a history and a form definition.

use std::path::PathBuf;

use clap::Args;
use data::CaseIdKey;
use data::event_log::{self, DateOrder, End, EventLog, ReadOptions};

use super::target::{check_target, not_written};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// The value of `--end` that makes the last event of each case its end.
const LAST_EVENT: &str = "last-event";

/// Turn an event log (CSV, XES or Parquet) into a history and a form definition
///
/// CSV and XES may be gzipped. The column names of pm4py, Disco, Celonis and other tools are known, and delimiters and
/// date orders are recognized. Every activity becomes a milestone; columns named `case_...` or `case:...` become
/// attributes of the case.
///
/// Example: myprogress import event-log log.csv.gz --form permits --output permits --end last-event
#[derive(Args)]
pub struct ImportEventLog {
    /// The log
    #[arg(value_name = "FILE")]
    log: PathBuf,
    /// Name of the form
    #[arg(long, value_name = "NAME")]
    form: String,
    /// Folder to write the history to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the history that the folder holds
    #[arg(long)]
    replace: bool,
    /// What ends a case: `last-event`, or the name of an activity; may be repeated [default: not known]
    #[arg(long, value_name = "END")]
    end: Vec<String>,
    /// Lifecycle transition whose events count, or `all`; may be repeated [default: complete, if the log has it]
    #[arg(long, value_name = "TRANSITION")]
    lifecycle: Vec<String>,
    /// Order of day, month and year in dates: dmy, mdy or ymd [default: decided by the values]
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// Replace case ids by a hash under the key in this file (HMAC-SHA-256; at least 32 bytes)
    #[arg(long, value_name = "KEYFILE")]
    hash_ids: Option<PathBuf>,
    /// Column with the case (CSV and Parquet) [default: a known name]
    #[arg(long, value_name = "COLUMN")]
    case_column: Option<String>,
    /// Column with the activity (CSV and Parquet) [default: a known name]
    #[arg(long, value_name = "COLUMN")]
    activity_column: Option<String>,
    /// Column with the time (CSV and Parquet); times without an offset are UTC [default: a known name]
    #[arg(long, value_name = "COLUMN")]
    timestamp_column: Option<String>,
    /// Column with who did it (CSV and Parquet) [default: a known name, if there is one]
    #[arg(long, value_name = "COLUMN")]
    resource_column: Option<String>,
    /// Leave out who did each event: it may name employees
    #[arg(long, conflicts_with = "resource_column")]
    without_resource: bool,
}

impl ImportEventLog {
    pub fn run(self) -> Result<(), Failure> {
        check_target(&self.output, self.replace)?;
        let end = end(self.end)?;
        let is_end_unknown = end == End::Unknown;
        let key = self.hash_ids.as_deref().map(CaseIdKey::read).transpose().map_err(Failure::bad_input)?;
        let options = ReadOptions {
            case_column: self.case_column,
            activity_column: self.activity_column,
            timestamp_column: self.timestamp_column,
            resource_column: self.resource_column,
            without_resource: self.without_resource,
            date_order: self.date_order,
            lifecycle: self.lifecycle,
            case_id_key: key,
        };
        let working = Working::on(format!("Reading {}", self.log.display()));
        let log = event_log::read(&self.log, &options).map_err(Failure::bad_input)?;
        let activities = log.activities().len();
        let notes = notes(&log);
        let history = event_log::to_history(log, &self.form, end).map_err(Failure::bad_input)?;
        // The form was checked when it was made, so a failure to write it is not bad input.
        let toml = data::forms::write(history.form()).map_err(Failure::failed)?;
        history.write(&self.output, &toml).map_err(not_written)?;
        drop(working);
        eprint!("{notes}");
        if is_end_unknown {
            eprintln!("warning: without --end, no case ever ends, so there is no decision to estimate");
        }
        print(&format!(
            "{} cases, {} actions, {activities} activities in {}\n",
            history.case_count(),
            history.action_count(),
            self.output.display()
        ))
    }
}

fn end(given: Vec<String>) -> Result<End, Failure> {
    if given.is_empty() {
        return Ok(End::Unknown);
    }
    if !given.iter().any(|end| end == LAST_EVENT) {
        return Ok(End::Activities(given));
    }
    if given.iter().any(|end| end != LAST_EVENT) {
        return Err(Failure::bad_input(
            "`--end last-event` ends every case, so no activity can be another end; keep one of them",
        ));
    }
    Ok(End::LastEvent)
}

fn notes(log: &EventLog) -> String {
    log.notes().iter().map(|note| format!("note: {note}\n")).collect()
}
