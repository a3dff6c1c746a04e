//! The server alone: answers from trained models, and has nothing that trains.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use model::AsOf;
use serving::{Models, Settings, serve};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
Answers how long an immigration case still takes, over HTTP, from trained models.

Usage: myprogress-server --models DIR [--listen ADDR] [--as-of WHEN]

  --models DIR    folder of *.myprogress files, written by `myprogress train`
  --listen ADDR   address and port [default: 127.0.0.1:8080]; port 0 takes a free one
  --as-of WHEN    estimate as of this date or RFC 3339 timestamp where a case names none [default: today]
  --help          print this
  --version       print the version

Logs go to standard error: route, status and time taken, never an address or a body. RUST_LOG sets the level.
Exit status: 0 done, 1 failed, 2 bad input or usage.

Example:
  myprogress-server --models models --listen 127.0.0.1:8080
  curl -s localhost:8080/v1/estimates -H 'content-type: application/json' \\
    -d '{\"form\": \"I-485\", \"received_on\": \"2022-01-10\"}'
";
const FAILED: u8 = 1;
/// As everywhere in myProgress: the usage is wrong, or what was given cannot be used.
const BAD_INPUT: u8 = 2;

/// What the command line asks for.
enum Asked {
    Help,
    Version,
    Serve { models: PathBuf, settings: Settings },
}

fn main() -> ExitCode {
    match read_arguments(std::env::args_os().skip(1)) {
        Err(error) => failed(format!("{error}\nRun `myprogress-server --help` for the options."), BAD_INPUT),
        Ok(Asked::Help) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(Asked::Version) => {
            println!("myprogress-server {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Ok(Asked::Serve { models, settings }) => match Models::load(&models) {
            Ok(models) => {
                run(models, settings).map_or_else(|error| failed(error, FAILED), |()| ExitCode::SUCCESS)
            }
            Err(error) => failed(error, BAD_INPUT),
        },
    }
}

fn failed(error: impl Display, status: u8) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(status)
}

fn run(models: Models, settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let forms = models.forms().collect::<Vec<_>>().join(", ");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(models, settings, |address| {
        println!("Listening on http://{address}/ for {forms}");
    }))?;
    Ok(())
}

fn read_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Asked, String> {
    let mut arguments = arguments;
    let mut models = None;
    let mut settings = Settings::default();
    while let Some(argument) = arguments.next() {
        let argument = argument.to_string_lossy().into_owned();
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(OsString::from(value))),
            None => (argument, None),
        };
        let mut value =
            || attached.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--version" | "-V" => return Ok(Asked::Version),
            "--models" => models = Some(PathBuf::from(value()?)),
            "--listen" => {
                let text = value()?.to_string_lossy().into_owned();
                settings.listen = text.parse().map_err(|_| {
                    format!("--listen `{text}` is no address with a port; write it as 127.0.0.1:8080")
                })?;
            }
            "--as-of" => {
                let text = value()?.to_string_lossy().into_owned();
                settings.default_as_of =
                    Some(AsOf::parse(&text).map_err(|error| format!("--as-of: {error}"))?);
            }
            _ => return Err(format!("there is no option `{name}`")),
        }
    }
    let models = models.ok_or("--models is missing; name the folder that `myprogress train` wrote")?;
    Ok(Asked::Serve { models, settings })
}
