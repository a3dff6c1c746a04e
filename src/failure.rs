//! How a command ends when it does not succeed.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

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

    /// The exit status.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::BadInput(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
            Self::OutputClosed => ExitCode::SUCCESS,
        }
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
            Self::BadInput(error) | Self::Failed(error) => write_with_causes(f, error.as_ref()),
            Self::OutputClosed => f.write_str("standard output is closed"),
        }
    }
}

fn write_with_causes(f: &mut fmt::Formatter<'_>, error: &dyn Error) -> fmt::Result {
    let text = error.to_string();
    let mut last = text.trim_end().to_owned();
    f.write_str(&last)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Errors of libraries often repeat their cause in their own text.
        if !last.contains(text.trim_end()) {
            last = text.trim_end().to_owned();
            write!(f, "\n  cause: {last}")?;
        }
        cause = error.source();
    }
    Ok(())
}

/// Writes to standard output. A closed pipe, as in `myprogress check | head`, is not a failure.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::failed(format!("cannot write to standard output: {error}")),
    })
}

#[cfg(test)]
mod tests {
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
        let disk = Layer("disk full", None);
        let copied = Layer("cannot save: disk full", Some(Box::new(disk)));
        let top = Layer("cannot train", Some(Box::new(copied)));
        assert_eq!(Failure::failed(top).to_string(), "cannot train\n  cause: cannot save: disk full");
    }
}
