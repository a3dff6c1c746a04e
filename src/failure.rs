//! How a command ends when it does not succeed.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use serving::WithCauses;

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The input cannot be used; exit status 2.
    BadInput(Box<dyn Error + Send + Sync>),
    /// Something else failed; exit status 1.
    Failed(Box<dyn Error + Send + Sync>),
    /// The reader of standard output closed it.
    OutputClosed,
}

impl Failure {
    /// Input that cannot be used.
    pub fn bad_input(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::BadInput(error.into())
    }

    /// Any other failure.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }

    /// Something that the operating system refused; `what` names it.
    pub fn io(what: impl Into<String>, cause: io::Error) -> Self {
        Self::failed(IoFailure { what: what.into(), cause })
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

/// What the operating system refused, and why.
#[derive(Debug)]
struct IoFailure {
    what: String,
    cause: io::Error,
}

impl fmt::Display for IoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for IoFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}

impl From<store::WriteError> for Failure {
    fn from(error: store::WriteError) -> Self {
        Self::failed(error)
    }
}

/// The error and its causes, each on a line of its own.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(error) | Self::Failed(error) => WithCauses(error.as_ref()).fmt(f),
            Self::OutputClosed => f.write_str("standard output is closed"),
        }
    }
}

/// Writes to standard output. A closed pipe, as in `myprogress check | head`, is not a failure.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::io("cannot write to standard output", error),
    })
}
