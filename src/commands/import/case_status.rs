//! `import case-status`: turns public case statuses into a history.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use data::CaseIdKey;
use data::case_status::{self, CaseStatusOptions, UnknownStatus};
use data::event_log::DateOrder;
use model::Day;

use super::target::{check_target, not_written};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Turn public case statuses (CSV or JSON lines) into a history
///
/// Each row has a case, its form, a status and the date of the status; a receipt date and the day of an appointment are
/// optional. A status is a title of the agency in English or Spanish, an event code or an action code. The usual names
/// of columns and members are known: case_id, form, received_on, status, occurred_on, scheduled_for. Other columns become
/// attributes if the form uses them.
///
/// Example: myprogress import case-status statuses.csv --output statuses --hash-ids key.txt
#[derive(Args)]
pub struct ImportCaseStatus {
    /// The file with the statuses
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder to write the history to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the history that the folder holds
    #[arg(long)]
    replace: bool,
    /// Day up to which the file is complete [default: its newest date]
    #[arg(long, value_name = "DATE", value_parser = Day::parse)]
    extracted_on: Option<Day>,
    /// What to do with a status that is not known
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Unknown::Refuse)]
    unknown_status: Unknown,
    /// Order of day, month and year in dates: dmy, mdy or ymd [default: decided by the values]
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// Replace case ids by a hash under the key in this file (HMAC-SHA-256; at least 32 bytes)
    #[arg(long, value_name = "KEYFILE")]
    hash_ids: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unknown {
    /// Report it and write nothing
    Refuse,
    /// Keep it as an event without a milestone
    Keep,
}

impl ImportCaseStatus {
    pub fn run(self) -> Result<(), Failure> {
        check_target(&self.output, self.replace)?;
        let case_id_key =
            self.hash_ids.as_deref().map(CaseIdKey::read).transpose().map_err(Failure::bad_input)?;
        let unknown_status = match self.unknown_status {
            Unknown::Refuse => UnknownStatus::Refuse,
            Unknown::Keep => UnknownStatus::Keep,
        };
        let (extracted_on, date_order) = (self.extracted_on, self.date_order);
        let options = CaseStatusOptions { extracted_on, date_order, unknown_status, case_id_key };
        // Both come with the program, so a failure to read them is not bad input.
        let texts = data::bundled_status_texts().map_err(Failure::failed)?;
        let forms = data::forms::bundled().map_err(Failure::failed)?;
        let working = Working::on(format!("Reading {}", self.file.display()));
        let statuses = case_status::read(&self.file, &options, &texts, &forms).map_err(Failure::bad_input)?;
        statuses.write(&self.output).map_err(not_written)?;
        drop(working);
        for note in statuses.notes() {
            eprintln!("note: {note}");
        }
        print(&format!(
            "{} cases, {} actions, complete up to {}, in {}\n",
            statuses.case_count(),
            statuses.action_count(),
            statuses.extracted_on(),
            self.output.display()
        ))
    }
}
