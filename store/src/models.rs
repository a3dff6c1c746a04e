//! A folder with one model file per form.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::FormModel;
use model::artifact::{self, Artifact, ArtifactError};
use thiserror::Error;

use crate::atomic_file::{self, StagedFile, WriteError};

/// File name extension of a model.
const EXTENSION: &str = "myprogress";

/// Why models cannot be loaded or saved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// The folder cannot be listed.
    #[error(
        "cannot read the models folder `{}`; run `myprogress train` to create it, or name another folder with --models",
        .folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system reported.
        source: io::Error,
    },
    /// The folder has no model file.
    #[error(
        "the models folder `{}` has no *.myprogress file; run `myprogress train`, or name another folder with --models",
        .folder.display()
    )]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error(
        "cannot read the model file `{}`; give this user permission to read it, or move it out of the folder",
        .file.display()
    )]
    File {
        /// The file.
        file: PathBuf,
        /// What the operating system reported.
        source: io::Error,
    },
    /// A file is not a valid model.
    #[error("cannot load the model file `{}`", .file.display())]
    Artifact {
        /// The file.
        file: PathBuf,
        /// What is wrong with its content.
        source: ArtifactError,
    },
    /// The file that a form's model is saved to holds the model of another form.
    #[error(
        "`{}` holds the model of form `{found}`, not of form `{form}`; move it out of the folder",
        .file.display()
    )]
    OtherForm {
        /// The file.
        file: PathBuf,
        /// The form that was asked for.
        form: String,
        /// The form of the model in the file.
        found: String,
    },
    /// Two models of one form.
    #[error("form `{form}` has two models, {first} and {second}; keep one of them")]
    Duplicate {
        /// The form.
        form: String,
        /// One of the two: its file, or its version if it did not come from a file.
        first: String,
        /// The other.
        second: String,
    },
    /// A model cannot be encoded.
    #[error("cannot encode the model of form `{form}`")]
    Encode {
        /// The form.
        form: String,
        /// Why not.
        source: ArtifactError,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Models by form name, at most one for each form.
#[derive(Debug, Clone, Default)]
pub struct ModelSet(BTreeMap<String, Artifact>);

impl ModelSet {
    /// Collects decoded models.
    ///
    /// # Errors
    /// [`ModelsError::Duplicate`], naming the versions, for two models of one form.
    pub fn from_artifacts(artifacts: impl IntoIterator<Item = Artifact>) -> Result<Self, ModelsError> {
        unique(artifacts.into_iter().map(|artifact| (artifact.version.clone(), artifact)))
    }

    /// The model of a form.
    #[must_use]
    pub fn get(&self, form: &str) -> Option<&Artifact> {
        self.0.get(form)
    }

    /// The models in the order of their form names.
    pub fn iter(&self) -> impl Iterator<Item = &Artifact> {
        self.0.values()
    }
}

impl IntoIterator for ModelSet {
    type Item = Artifact;
    type IntoIter = std::collections::btree_map::IntoValues<String, Artifact>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values()
    }
}

/// The one place that refuses duplicates. Each model comes with the name that an error gives it.
fn unique(named: impl IntoIterator<Item = (String, Artifact)>) -> Result<ModelSet, ModelsError> {
    let mut models = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (name, artifact) in named {
        let form = artifact.model.form().name().to_owned();
        if let Some(first) = names.insert(form.clone(), name.clone()) {
            return Err(ModelsError::Duplicate { form, first, second: name });
        }
        models.insert(form, artifact);
    }
    Ok(ModelSet(models))
}

/// A model that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedModel {
    /// Its file.
    pub file: PathBuf,
    /// Its version.
    pub version: String,
}

/// A folder of models. It need not exist until a model is saved.
#[derive(Debug, Clone)]
pub struct ModelFolder(PathBuf);

impl ModelFolder {
    /// The models in the folder at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Loads every `*.myprogress` file. Other files are ignored.
    ///
    /// # Errors
    /// [`ModelsError`] for a folder that is missing or has no model, a file that is not a valid model, and two models of
    /// one form.
    pub fn load_all(&self) -> Result<ModelSet, ModelsError> {
        let files = self.files()?;
        if files.is_empty() {
            return Err(ModelsError::Empty { folder: self.0.clone() });
        }
        let named = |file: PathBuf| Ok((file.display().to_string(), read(&file)?));
        unique(files.into_iter().map(named).collect::<Result<Vec<_>, ModelsError>>()?)
    }

    /// Loads the model of one form from the file that [`ModelFolder::save`] writes it to; `None` if there is no such file.
    ///
    /// # Errors
    /// [`ModelsError`] for a file that cannot be read, is not a valid model, or holds the model of another form.
    pub fn load(&self, form: &str) -> Result<Option<Artifact>, ModelsError> {
        let file = self.file_of(form);
        let artifact = match read(&file) {
            Err(ModelsError::File { source, .. }) if is_absent(&file, &source) => return Ok(None),
            read => read?,
        };
        let found = artifact.model.form().name();
        if found != form {
            let (form, found) = (form.to_owned(), found.to_owned());
            return Err(ModelsError::OtherForm { file, form, found });
        }
        Ok(Some(artifact))
    }

    /// Saves models, replacing earlier models of the same forms. Models of other forms stay.
    ///
    /// Every model is written before the first one replaces a file.
    ///
    /// # Errors
    /// [`ModelsError::Write`] if the folder is not writable or the disk is full; [`ModelsError::Encode`] for a model with a
    /// part that the format has no room for.
    pub fn save(&self, models: &[FormModel]) -> Result<Vec<SavedModel>, ModelsError> {
        atomic_file::create_folder(&self.0)?;
        let (mut staged, mut saved) = (Vec::new(), Vec::new());
        for model in models {
            let form = model.form().name();
            let encoded = |source| ModelsError::Encode { form: form.to_owned(), source };
            let bytes = artifact::encode(model).map_err(encoded)?;
            let version = artifact::decode(&bytes).map_err(encoded)?.version;
            let file = self.file_of(form);
            staged.push(StagedFile::new(&file, &bytes)?);
            saved.push(SavedModel { file, version });
        }
        staged.into_iter().try_for_each(StagedFile::replace)?;
        Ok(saved)
    }

    /// The model files, sorted: the order of a listing differs between machines, and an error names the first bad file.
    fn files(&self) -> Result<Vec<PathBuf>, ModelsError> {
        let unreadable = |source| ModelsError::Folder { folder: self.0.clone(), source };
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn file_of(&self, form: &str) -> PathBuf {
        self.0.join(format!("{}.{EXTENSION}", file_stem(form)))
    }
}

/// The name of a form as a part of a file's name: bytes other than letters, digits, `-` and `_` are percent-encoded.
#[must_use]
pub fn file_stem(form: &str) -> String {
    let mut name = String::new();
    for byte in form.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(byte as char),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

/// Whether a file could not be read because there is none. A link whose target is missing is a file that cannot be read.
fn is_absent(file: &Path, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && file.symlink_metadata().is_err()
}

fn read(file: &Path) -> Result<Artifact, ModelsError> {
    let bytes = fs::read(file).map_err(|source| ModelsError::File { file: file.to_owned(), source })?;
    artifact::decode(&bytes).map_err(|source| ModelsError::Artifact { file: file.to_owned(), source })
}
