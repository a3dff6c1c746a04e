//! The folder that holds one model file a form.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::FormModel;
use model::artifact::{self, Artifact};

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
    let cannot = |path: &Path, error: std::io::Error| {
        Failure::failed(format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(dir).map_err(|error| cannot(dir, error))?;
    let mut ready = Vec::new();
    for model in models {
        let bytes = artifact::encode(model).map_err(Failure::failed)?;
        let version = artifact::decode(&bytes).map_err(Failure::failed)?.version;
        let path = dir.join(file_name(model.form().name()));
        let partial = path.with_extension(format!("{ENDING}.partial"));
        std::fs::write(&partial, &bytes).map_err(|error| cannot(&partial, error))?;
        ready.push((partial, path, version));
    }
    // Nothing takes its place before everything is written.
    for (partial, path, _) in &ready {
        std::fs::rename(partial, path).map_err(|error| cannot(path, error))?;
    }
    Ok(ready.into_iter().map(|(_, path, version)| (path, version)).collect())
}

/// Loads every model of a folder, by form.
pub fn load(dir: &Path) -> Result<BTreeMap<String, Artifact>, Failure> {
    let cannot = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::bad_input(format!("{}: {error}; train models with `myprogress train`", path.display()))
    };
    let mut models = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(|error| cannot(dir, &error))? {
        let path = entry.map_err(|error| cannot(dir, &error))?.path();
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| cannot(&path, &error))?;
        let artifact = artifact::decode(&bytes).map_err(|error| cannot(&path, &error))?;
        models.insert(artifact.model.form().name().to_owned(), artifact);
    }
    if models.is_empty() {
        return Err(cannot(dir, &"there is no model in this folder"));
    }
    Ok(models)
}
