//! The `myprogress` command: checks and imports histories, trains, estimates, looks back, and serves.

mod atomic_file;
mod commands;
mod failure;
mod models_folder;
mod progress;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// How long an immigration case still takes: the next step, the decision, the range, and on what it rests.
///
/// Results go to standard output, progress and errors to standard error. Exit status: 0 done, 1 failed, 2 bad input
/// or usage.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
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
    Estimate(commands::estimate::Estimate),
    Backtest(commands::backtest::Backtest),
    Serve(commands::serve::Serve),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Demo(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Limits(command) => command.run(),
        Command::Simulate(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Estimate(command) => command.run(),
        Command::Backtest(command) => command.run(),
        Command::Serve(command) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough, as in `myprogress check | head`.
        Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
