//! The folder that holds one model file a form.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::FormModel;
use model::artifact::{self, Artifact};

use crate::atomic_file::{self, Ready};
use crate::failure::Failure;

/// Ending of a model file.
const ENDING: &str = "myprogress";

/// The file of a form's model: letters and digits of its name, and whatever else is spelled as its number.
fn file_name(form: &str) -> String {
    let mut name = String::new();
    for byte in form.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(byte as char),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    format!("{name}.{ENDING}")
}

/// Writes models, each whole or not at all. Models of other forms in the folder stay.
pub fn save(dir: &Path, models: &[FormModel]) -> Result<Vec<(PathBuf, String)>, Failure> {
    atomic_file::make_folder(dir)?;
    let (mut ready, mut saved) = (Vec::new(), Vec::new());
    for model in models {
        let bytes = artifact::encode(model).map_err(Failure::failed)?;
        let version = artifact::decode(&bytes).map_err(Failure::failed)?.version;
        let path = dir.join(file_name(model.form().name()));
        ready.push(Ready::beside(&path, &bytes)?);
        saved.push((path, version));
    }
    // Nothing takes its place before everything is written.
    ready.into_iter().try_for_each(Ready::put_in_place)?;
    Ok(saved)
}

/// Whether there is a file where `save` would write the model of a form.
pub fn has_model(dir: &Path, form: &str) -> bool {
    dir.join(file_name(form)).exists()
}

/// The model that `save` wrote for a form, if there is one that can be read.
pub fn saved_model(dir: &Path, form: &str) -> Option<FormModel> {
    let bytes = std::fs::read(dir.join(file_name(form))).ok()?;
    let model = artifact::decode(&bytes).ok()?.model;
    (model.form().name() == form).then_some(model)
}

/// Loads every model of a folder, by form.
pub fn load(dir: &Path) -> Result<BTreeMap<String, Artifact>, Failure> {
    let cannot = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::bad_input(format!("{}: {error}; train models with `myprogress train`", path.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| cannot(dir, &error))? {
        let path = entry.map_err(|error| cannot(dir, &error))?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            paths.push(path);
        }
    }
    // The order of a listing differs between machines, and an error names the first.
    paths.sort();
    let mut models = BTreeMap::new();
    let mut file_of: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(|error| cannot(&path, &error))?;
        let artifact = artifact::decode(&bytes).map_err(|error| cannot(&path, &error))?;
        let form = artifact.model.form().name().to_owned();
        if let Some(first) = file_of.insert(form.clone(), path.clone()) {
            return Err(Failure::bad_input(format!(
                "{} and {} are both models of form `{form}`; take one of them out of the folder",
                first.display(),
                path.display()
            )));
        }
        models.insert(form, artifact);
    }
    if models.is_empty() {
        return Err(cannot(dir, &"there is no model in this folder"));
    }
    Ok(models)
}
