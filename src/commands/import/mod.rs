//! `import`: turns records of other systems into histories.

mod case_status;
mod event_log;
mod target;

use clap::{Args, Subcommand};

use crate::failure::Failure;

/// Turn records of other systems into a history
#[derive(Args)]
pub struct Import {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    CaseStatus(case_status::ImportCaseStatus),
    EventLog(event_log::ImportEventLog),
}

impl Import {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self.kind {
            Kind::CaseStatus(command) => command.run(),
            Kind::EventLog(command) => command.run(),
        }
    }
}
