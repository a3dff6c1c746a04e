//! What outlives the process: a folder of models, and files that are replaced atomically.
//!
//! [`ModelFolder`] lists, loads and saves models. [`atomic_file`] writes any file so that a reader sees the old content or
//! the new content, never a part of it.
//!
//! ```
//! use store::{ModelFolder, ModelsError, atomic_file};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dir = tempfile::tempdir()?;
//! let folder = ModelFolder::new(dir.path());
//! assert!(folder.load("I-485")?.is_none(), "no model has been saved yet");
//!
//! // A file that is not a model is refused by its name, and the cause is the error's source.
//! atomic_file::write(&dir.path().join("I-485.myprogress"), "not a model")?;
//! let error = folder.load("I-485").unwrap_err();
//! assert!(matches!(error, ModelsError::Artifact { .. }));
//! assert!(error.to_string().contains("I-485.myprogress"));
//! # Ok(())
//! # }
//! ```

pub mod atomic_file;
mod models;

pub use atomic_file::WriteError;
pub use models::{ModelFolder, ModelSet, ModelsError, SavedModel, file_stem};
