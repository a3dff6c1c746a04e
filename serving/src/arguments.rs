//! The command line of a server, shared by `myprogress serve` and `myprogress-server`.

use std::io;
use std::net::SocketAddr;
use std::panic;
use std::path::PathBuf;

use clap::Args;
use model::AsOf;
use store::ModelsError;
use thiserror::Error;
use tracing_subscriber::EnvFilter;

use crate::config::Settings;
use crate::models::Models;
use crate::serve::{ServeError, serve};

/// Which models to serve, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ServeArguments {
    /// Folder of *.myprogress files, written by `myprogress train`
    #[arg(long, value_name = "DIR")]
    pub models: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// As-of time of cases that name none: a date (its end) or an RFC 3339 timestamp [default: today]
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    pub as_of: Option<AsOf>,
}

/// Why a server did not run until it was told to stop.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The models cannot be loaded.
    #[error(transparent)]
    Models(#[from] ModelsError),
    /// The threads that serve requests cannot be started.
    #[error("cannot start the threads that serve requests; check the limits of this user")]
    Runtime(#[source] io::Error),
    /// The server cannot run.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

impl RunError {
    /// Whether the input is at fault rather than the system.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        matches!(self, Self::Models(_))
    }
}

impl ServeArguments {
    /// Loads the models and serves them until the process is told to stop.
    ///
    /// `announce` is called once, with the address that the server listens on and the forms that it answers for. Logs go to
    /// standard error; the environment variable `RUST_LOG` sets their level. From then on the process logs only the place of a
    /// panic, not its message, which may hold what a caller sent.
    ///
    /// # Errors
    /// [`RunError`] if the models cannot be loaded, the address cannot be listened on, or the system refuses threads or
    /// signals.
    pub fn run(self, announce: impl FnOnce(SocketAddr, &str)) -> Result<(), RunError> {
        let models = Models::load(&self.models)?;
        let forms = models.forms().collect::<Vec<_>>().join(", ");
        let settings = Settings { listen: self.listen, default_as_of: self.as_of, ..Settings::default() };
        let filter =
            EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
        log_only_the_place_of_a_panic();
        let runtime = tokio::runtime::Runtime::new().map_err(RunError::Runtime)?;
        runtime.block_on(serve(models, settings, |address| announce(address, &forms)))?;
        Ok(())
    }
}

fn log_only_the_place_of_a_panic() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
}
