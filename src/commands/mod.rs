//! One file a subcommand.

pub mod backtest;
pub mod check;
pub mod demo;
pub mod estimate;
pub mod import;
pub mod limits;
pub mod serve;
pub mod simulate;
pub mod train;

use std::path::{Path, PathBuf};

use data::History;
use model::{FormModel, TrainedOn};
use training::TrainingError;

use crate::failure::Failure;
use crate::progress::Working;

/// Where the real history is that comes with the program, below the folder of its source or of its installation.
const BUNDLED_HISTORY: &str = "data/history/uscis-fy22";

/// The real history that comes with the program: in the clone that it was built from, or below the folder of the
/// program, or below the current folder.
pub fn bundled_history() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent);
    let folders = [Some(Path::new(env!("CARGO_MANIFEST_DIR"))), beside, Some(Path::new("."))];
    let places: Vec<PathBuf> =
        folders.into_iter().flatten().map(|folder| folder.join(BUNDLED_HISTORY)).collect();
    places.iter().find(|place| place.is_dir()).cloned().ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
        Failure::bad_input(format!(
            "the bundled history is in none of {}; run this in a clone of the project, or put its \
             {BUNDLED_HISTORY} below the folder of the program or the current folder",
            places.join(", ")
        ))
    })
}

/// Reads and checks a history; what is worth knowing of it goes to standard error.
pub fn read_history(dir: &Path) -> Result<History, Failure> {
    let working = Working::on(format!("Reading {}", dir.display()));
    let catalog = data::forms::bundled().map_err(Failure::failed)?;
    let history = History::read(dir, catalog).map_err(Failure::bad_input)?;
    drop(working);
    for warning in history.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(history)
}

/// The forms of a history that were asked for, each once, or all of them if none was.
pub fn forms_of(history: &History, asked: &[String]) -> Result<Vec<String>, Failure> {
    if asked.is_empty() {
        return Ok(history.forms().to_vec());
    }
    let mut forms: Vec<String> = Vec::new();
    let mut strangers: Vec<String> = Vec::new();
    for form in asked {
        let list = if history.forms().contains(form) { &mut forms } else { &mut strangers };
        if !list.contains(form) {
            list.push(form.clone());
        }
    }
    if strangers.is_empty() {
        return Ok(forms);
    }
    let strangers: Vec<String> = strangers.iter().map(|form| format!("`{form}`")).collect();
    Err(Failure::bad_input(format!(
        "the history has no cases of form {}; it has {}",
        strangers.join(" and "),
        history.forms().join(", ")
    )))
}

/// Whether no case that a model learnt from is real.
pub fn learnt_from_simulation(model: &FormModel) -> bool {
    model.training().trained_on == TrainedOn::SimulatedHistory
}

/// What a training that failed means: bad input, or a fault of this program.
pub fn training_failure(error: TrainingError) -> Failure {
    match error {
        TrainingError::NoSuchForm { .. } | TrainingError::Form(_) => Failure::bad_input(error),
        error if error.is_too_little() => Failure::bad_input(error),
        error => Failure::failed(error),
    }
}
