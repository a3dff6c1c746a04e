//! The server alone: it answers from trained models and contains nothing that trains.

use std::process::ExitCode;

use clap::Parser;
use serving::{ServeArguments, WithCauses};

/// Answer how long an immigration case still takes, over HTTP, from trained models
///
/// Logs go to standard error: route, status and time taken, never an address or a body. RUST_LOG sets their level. Exit
/// status: 0 done, 1 failed, 2 bad input or usage.
///
/// Example:
///   myprogress-server --models models --listen 127.0.0.1:8080
///   curl -s localhost:8080/v1/estimates -H 'content-type: application/json' \
///     -d '{"form": "I-485", "received_on": "2022-01-10"}'
#[derive(Parser)]
#[command(version, verbatim_doc_comment)]
struct Cli {
    #[command(flatten)]
    serve: ServeArguments,
}

const FAILED: u8 = 1;
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let announce = |address, forms: &str| println!("Listening on http://{address}/ for {forms}");
    match Cli::parse().serve.run(announce) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", WithCauses(&error));
            ExitCode::from(if error.is_bad_input() { BAD_INPUT } else { FAILED })
        }
    }
}
