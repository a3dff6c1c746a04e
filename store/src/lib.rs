//! What outlives the process: a folder of models, and files that are replaced atomically.
//!
//! [`ModelFolder`] lists, loads and saves models. [`atomic_file`] writes any file so that a reader sees the old content or
//! the new content, never a part of it.

pub mod atomic_file;
pub mod models;

pub use atomic_file::WriteError;
pub use models::{ModelFolder, ModelSet, ModelsError, SavedModel};
