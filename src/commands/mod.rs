//! One file a subcommand.

pub mod backtest;
pub mod check;
pub mod demo;
pub mod estimate;
pub mod import;
pub mod serve;
pub mod train;

use std::path::{Path, PathBuf};

use data::History;

use crate::failure::Failure;
use crate::progress::Working;

/// The real history that comes with the program.
pub fn bundled_history() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/history/uscis-fy22")
}

/// Reads and checks a history.
pub fn read_history(dir: &Path) -> Result<History, Failure> {
    let _working = Working::on(format!("Reading {}", dir.display()));
    let catalog = data::forms::bundled().map_err(Failure::failed)?;
    History::read(dir, catalog).map_err(Failure::bad_input)
}
