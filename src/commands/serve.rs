//! `serve`: models become an HTTP interface and a page.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use model::AsOf;
use serving::{Models, Settings};

use crate::failure::Failure;

/// Serve the HTTP interface and the page
///
/// Example: myprogress serve --models models --listen 127.0.0.1:8080
#[derive(Args)]
pub struct Serve {
    /// Folder with models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Address and port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Estimate as of then where a request does not say: a date or an RFC 3339 timestamp [default: today]
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
}

impl Serve {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        serve(&self.models, self.listen, self.as_of)
    }
}

/// Serves the models of a folder until the process is told to stop.
pub fn serve(models: &Path, listen: SocketAddr, default_as_of: Option<AsOf>) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::INFO.into())
        .from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let models = Models::load(models).map_err(Failure::bad_input)?;
    let settings = Settings { listen, default_as_of, ..Settings::default() };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    let ready = |address: SocketAddr| println!("The page is at http://{address}/ (stop with Ctrl-C)");
    runtime.block_on(serving::serve(models, settings, ready)).map_err(Failure::failed)
}
