//! The server alone: it answers from trained models and contains nothing that trains.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use serving::ServeArguments;

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

/// The error and its causes, each on a line of its own.
fn with_causes(error: &dyn Error) -> String {
    let mut lines = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Errors of libraries often repeat their cause in their own text.
        if lines.last().is_none_or(|last| !last.contains(text.trim_end())) {
            lines.push(text.trim_end().to_owned());
        }
        cause = error.source();
    }
    lines.join("\n  cause: ")
}

const FAILED: u8 = 1;
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let announce = |address, forms: &str| println!("Listening on http://{address}/ for {forms}");
    match Cli::parse().serve.run(announce) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_causes(&error));
            ExitCode::from(if error.is_bad_input() { BAD_INPUT } else { FAILED })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as &(dyn Error + 'static))
        }
    }

    #[test]
    fn every_cause_is_printed_once() {
        let knot = Layer("knot 3 is NaN", None);
        let copied = Layer("not sound: knot 3 is NaN", Some(Box::new(knot)));
        let grid = Layer("the grid cannot be read", Some(Box::new(copied)));
        let top = Layer("cannot load the model", Some(Box::new(grid)));
        assert_eq!(
            with_causes(&top),
            "cannot load the model\n  cause: the grid cannot be read\n  cause: not sound: knot 3 is NaN"
        );
    }
}
