//! What a command ends with when it does not succeed.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// What was given cannot be used; exit status 2.
    BadInput(String),
    /// Something else failed; exit status 1.
    Failed(String),
    /// Nobody reads the output any more.
    OutputClosed,
}

impl Failure {
    /// Bad input, told by `error`.
    pub fn bad_input(error: impl fmt::Display) -> Self {
        Self::BadInput(error.to_string())
    }

    /// Bad input, told by `error` and its causes.
    pub fn bad_input_from(error: impl Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self::BadInput(text)
    }

    /// A failure, told by `error`.
    pub fn failed(error: impl fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The exit status.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::BadInput(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
            Self::OutputClosed => ExitCode::SUCCESS,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(text) | Self::Failed(text) => f.write_str(text.trim_end()),
            Self::OutputClosed => f.write_str("nobody reads the output"),
        }
    }
}

/// Writes to standard output; a closed pipe is no error of ours.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::failed(format!("standard output cannot be written: {error}")),
    })
}
