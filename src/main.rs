//! The `myprogress` command: check and import histories, train, estimate, backtest and serve.

mod commands;
mod failure;
mod progress;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// How long an immigration case still takes: the next step, the decision, the range, and the cases behind it.
///
/// Results go to standard output, progress and errors to standard error. Exit status: 0 done, 1 failed, 2 bad input
/// or usage.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(commands::demo::Demo),
    Check(commands::check::Check),
    Import(commands::import::Import),
    Limits(commands::limits::Limits),
    Simulate(commands::simulate::Simulate),
    Train(commands::train::Train),
    Refresh(commands::refresh::Refresh),
    Estimate(commands::estimate::Estimate),
    Explain(commands::explain::Explain),
    Backtest(commands::backtest::Backtest),
    Serve(commands::serve::Serve),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Limits(command) => command.run(),
        Command::Simulate(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Refresh(command) => command.run(),
        Command::Estimate(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Backtest(command) => command.run(),
        Command::Serve(command) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure @ Failure::OutputClosed) => failure.exit_code(),
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
