//! One file per subcommand.

pub mod backtest;
pub mod check;
pub mod demo;
pub mod estimate;
pub mod explain;
pub mod import;
pub mod limits;
pub mod refresh;
pub mod serve;
pub mod simulate;
pub mod train;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use data::History;
use model::{FormModel, TrainedOn, recognized_form};
use training::TrainingError;

use crate::failure::Failure;
use crate::progress::Working;

/// The bundled real history, below the folder of the source code or of the installed program.
const BUNDLED_HISTORY: &str = "data/history/uscis-fy22";

/// Finds the bundled real history: in the clone that the program was built from, below the folder of the program, or below
/// the current folder.
pub fn bundled_history() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent);
    let folders = [Some(Path::new(env!("CARGO_MANIFEST_DIR"))), beside, Some(Path::new("."))];
    let places: Vec<PathBuf> =
        folders.into_iter().flatten().map(|folder| folder.join(BUNDLED_HISTORY)).collect();
    places.iter().find(|place| place.is_dir()).cloned().ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
        Failure::bad_input(format!(
            "the bundled history is not in any of {}; run this in a clone of the project, or copy its \
             {BUNDLED_HISTORY} below the folder of the program or the current folder",
            places.join(", ")
        ))
    })
}

/// Reads and checks a history. Warnings go to standard error.
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

/// The requested forms of a history, without repetitions and however they are written, or all of its forms if none is
/// requested.
pub fn forms_of(history: &History, requested: &[String]) -> Result<Vec<String>, Failure> {
    if requested.is_empty() {
        return Ok(history.forms().to_vec());
    }
    let mut forms: Vec<String> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for form in requested {
        let known = recognized_form(form, history.forms().iter().map(String::as_str));
        let list = if known.is_some() { &mut forms } else { &mut unknown };
        let name = known.unwrap_or(form);
        if !list.iter().any(|listed| listed == name) {
            list.push(name.to_owned());
        }
    }
    if unknown.is_empty() {
        return Ok(forms);
    }
    let unknown: Vec<String> = unknown.iter().map(|form| format!("`{form}`")).collect();
    Err(Failure::bad_input(format!(
        "the history has no cases of form {}; it has {}",
        unknown.join(" and "),
        history.forms().join(", ")
    )))
}

/// Refuses a list in which two values have the same key: each would be worked on and counted again.
pub fn refuse_duplicates<T: Display, K: PartialEq>(
    values: &[T],
    key: impl Fn(&T) -> K,
) -> Result<(), Failure> {
    let repeated = |&(at, value): &(usize, &T)| values[..at].iter().any(|earlier| key(earlier) == key(value));
    match values.iter().enumerate().find(repeated) {
        Some((_, value)) => Err(Failure::bad_input(format!("duplicate `{value}`; keep one"))),
        None => Ok(()),
    }
}

/// Whether the model was trained on simulated cases only.
pub fn is_trained_on_simulation(model: &FormModel) -> bool {
    model.training().trained_on == TrainedOn::SimulatedHistory
}

/// Whether a failed training is bad input or a fault of this program.
pub fn training_failure(error: TrainingError) -> Failure {
    match error {
        TrainingError::NoSuchForm { .. } | TrainingError::Form(_) => Failure::bad_input(error),
        error if error.is_too_little() => Failure::bad_input(error),
        error => Failure::failed(error),
    }
}
