//! The store from outside: folders of models and atomically written files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod atomic_files;
mod model_folders;
mod small_model;
