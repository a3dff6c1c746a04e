//! Form definitions: what the cases of a form pass through, in dated TOML files.
//!
//! Seven forms come with the program; a folder with a history may bring its own. A file holds one form in one or
//! more eras: an era is a definition with the days on which it was in force. Every fact in it names its source.

mod catalog;
mod error;
mod file;
#[cfg(test)]
mod tests;

pub use catalog::{FormCatalog, bundled};
pub use error::FormFileError;
pub use file::{Era, FormFile, parse, write};
