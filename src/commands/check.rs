//! `check`: validates a history and says what is in it.

use std::path::PathBuf;

use clap::Args;
use data::Summary;

use super::read_history;
use crate::failure::{Failure, print};

/// Validate a history and print what is in it
///
/// Example: myprogress check --history data/history/uscis-fy22
#[derive(Args)]
pub struct Check {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let history = read_history(&self.history)?;
        let summary = Summary::from_history(&history).map_err(Failure::failed)?;
        if self.json {
            let text = serde_json::to_string_pretty(&summary).map_err(Failure::failed)?;
            print(&format!("{text}\n"))
        } else {
            print(&summary.to_string())
        }
    }
}
