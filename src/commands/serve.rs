//! `serve`: models become an HTTP interface and a page.

use clap::Args;
use serving::{RunError, ServeArguments};

use crate::failure::Failure;

/// Serve the HTTP interface and the page
///
/// Example: myprogress serve --models models --listen 127.0.0.1:8080
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    arguments: ServeArguments,
}

impl Serve {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        serve(self.arguments)
    }
}

/// Serves the models of a folder until the process is told to stop.
pub fn serve(arguments: ServeArguments) -> Result<(), Failure> {
    let announce = |address, _: &str| println!("The page is at http://{address}/ (stop with Ctrl-C)");
    arguments.run(announce).map_err(|error: RunError| match error.is_bad_input() {
        true => Failure::bad_input(error),
        false => Failure::failed(error),
    })
}
