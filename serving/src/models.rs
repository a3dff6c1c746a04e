//! The models that a server answers from.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::artifact::{self, Artifact, ArtifactError};
use model::{AsOf, Day, FormModel, ModelError};
use thiserror::Error;

use crate::words::Cases;

const EXTENSION: &str = "myprogress";
/// A model with more golden cases than this is not asked again at every readiness check.
const MAX_ASKED_AGAIN: usize = 64;

/// Why models cannot be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The folder cannot be listed.
    #[error("the models folder `{}` cannot be read: {error}; run `myprogress train` to make it, or name another folder with --models", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The folder has no model.
    #[error("the models folder `{}` has no *.myprogress file; run `myprogress train`, or name another folder with --models", .folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("the model file `{}` cannot be read: {error}; let this user read it, or take it out of the folder", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is not a sound model.
    #[error("the model file `{}`: {error}", .file.display())]
    Artifact {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        error: ArtifactError,
    },
    /// Two models of one form.
    #[error("form `{form}` has two models, {first} and {second}; keep one of their files in the folder")]
    Twice {
        /// The form.
        form: String,
        /// Version of one.
        first: String,
        /// Version of the other.
        second: String,
    },
}

/// A model trained more than this many days ago knows little of how things are now.
const OLD_AFTER_DAYS: i32 = 180;

/// Whether what was trained then is old on that day.
pub(crate) fn is_old(trained: AsOf, on: Day) -> bool {
    on.since(trained.day()) > OLD_AFTER_DAYS
}

/// A model with what it said of its golden cases when it was loaded.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) model: FormModel,
    pub(crate) version: String,
    golden: Result<(), ModelError>,
}

impl Loaded {
    /// The cases that it learnt from, as sentences call them.
    pub(crate) fn cases(&self) -> Cases {
        Cases::of(self.model.training().trained_on)
    }

    /// Whether the model answers its golden cases as when it was made.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        if self.golden.is_ok() && self.model.golden().len() <= MAX_ASKED_AGAIN {
            return self.model.check_golden();
        }
        self.golden.clone()
    }
}

/// Loaded models by form.
#[derive(Debug, Clone, Default)]
pub struct Models(BTreeMap<String, Loaded>);

impl Models {
    /// Loads every `*.myprogress` file of a folder and asks each model its golden cases.
    ///
    /// A model that fails them is loaded all the same: `/readyz` says so, and keeps the process from being sent requests.
    ///
    /// # Errors
    /// [`LoadError`] for a folder that is missing or has no model, a file that is not a sound model, and two models of
    /// one form.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let unreadable = |error| LoadError::Folder { folder: folder.to_owned(), error };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                files.push(path);
            }
        }
        if files.is_empty() {
            return Err(LoadError::Empty { folder: folder.to_owned() });
        }
        files.sort();
        let mut artifacts = Vec::with_capacity(files.len());
        for file in files {
            let bytes = fs::read(&file).map_err(|error| LoadError::File { file: file.clone(), error })?;
            artifacts.push(artifact::decode(&bytes).map_err(|error| LoadError::Artifact { file, error })?);
        }
        Self::of(artifacts)
    }

    /// The models of decoded files.
    ///
    /// # Errors
    /// [`LoadError::Twice`] for two models of one form.
    pub fn of(artifacts: impl IntoIterator<Item = Artifact>) -> Result<Self, LoadError> {
        let mut models = BTreeMap::new();
        for Artifact { model, version } in artifacts {
            let form = model.form().name().to_owned();
            let golden = model.check_golden();
            let loaded = Loaded { model, version: version.clone(), golden };
            if let Some(first) = models.insert(form.clone(), loaded) {
                return Err(LoadError::Twice { form, first: first.version, second: version });
            }
        }
        Ok(Self(models))
    }

    /// The names of the forms that have a model, in order.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, form: &str) -> Option<&Loaded> {
        self.0.get(form)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Loaded> {
        self.0.values()
    }
}
