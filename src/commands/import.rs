//! `import`: records of other systems become histories.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use data::HistoryFilesError;
use data::event_log::{self, End, ReadOptions};

use crate::failure::{Failure, print};
use crate::progress::Working;

/// Turn another record into a history
#[derive(Args)]
pub struct Import {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    EventLog(EventLog),
}

impl Import {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self.kind {
            Kind::EventLog(command) => command.run(),
        }
    }
}

/// Turn an event log (CSV or XES, gzipped or not) into a history and a form definition
///
/// Every activity becomes a milestone; columns called `case_...` become attributes of the case.
///
/// Example: myprogress import event-log log.csv.gz --form permits --output permits --end last-event
#[derive(Args)]
struct EventLog {
    /// The log
    #[arg(value_name = "FILE")]
    log: PathBuf,
    /// What the form is called
    #[arg(long, value_name = "NAME")]
    form: String,
    /// Folder to write the history to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// What ends a case: `last-event`, or the names of activities separated by commas [default: not known]
    #[arg(long, value_name = "END")]
    end: Option<String>,
    /// Column with the case (CSV)
    #[arg(long, value_name = "COLUMN", default_value = "case_id")]
    case_column: String,
    /// Column with the activity (CSV)
    #[arg(long, value_name = "COLUMN", default_value = "activity")]
    activity_column: String,
    /// Column with the time (CSV); times without an offset are UTC
    #[arg(long, value_name = "COLUMN", default_value = "timestamp")]
    timestamp_column: String,
}

impl EventLog {
    fn run(self) -> Result<(), Failure> {
        let working = Working::on(format!("Reading {}", self.log.display()));
        let options = ReadOptions {
            case_id: self.case_column,
            activity: self.activity_column,
            timestamp: self.timestamp_column,
        };
        let end = match self.end.as_deref() {
            None => End::Unknown,
            Some("last-event") => End::LastEvent,
            Some(activities) => {
                End::Activities(activities.split(',').map(|name| name.trim().to_owned()).collect())
            }
        };
        let ends_unknown = end == End::Unknown;
        let log = event_log::read(&self.log, &options).map_err(Failure::bad_input)?;
        for name in log.left_out() {
            eprintln!("warning: `{name}` is left out: an attribute may not have this name");
        }
        let activities = log.activities().len();
        let history = event_log::to_history(log, &self.form, end).map_err(Failure::bad_input)?;
        // The draft was checked when it was made; it is written with every label, so this can only be a fault of ours.
        let toml = data::forms::write(history.form()).map_err(Failure::failed)?;
        history.write(&self.output, |_| toml.clone()).map_err(not_written)?;
        drop(working);
        if ends_unknown {
            eprintln!("warning: without --end no case ever ends, so there is no decision to estimate");
        }
        print(&format!(
            "{} cases, {} actions, {activities} activities in {}\n",
            history.case_count(),
            history.action_count(),
            self.output.display()
        ))
    }
}

/// What a history that was not written means: a full disk or a folder that may not be written to is no bad input.
fn not_written(error: HistoryFilesError) -> Failure {
    match error {
        HistoryFilesError::Io { .. } => Failure::failed(error),
        HistoryFilesError::Target { .. } | HistoryFilesError::Row { .. } => Failure::bad_input(error),
    }
}
