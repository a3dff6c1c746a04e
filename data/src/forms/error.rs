//! What can be wrong with a form file, and what to do about it.

use std::io;
use std::path::PathBuf;

use model::{Day, FormError};
use thiserror::Error;

/// Why a form file, or a folder of them, is refused.
#[derive(Debug, Error)]
pub enum FormFileError {
    /// The folder cannot be listed.
    #[error("{}: the folder cannot be read; check that it exists and that you may read it", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be read as text.
    #[error("{file}: the file cannot be read; it must be a readable file in UTF-8")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// Not TOML, or not the fields of a form file.
    #[error("{file}, line {line} (`{text}`): {problem}; correct it there (texts and dates stand in quotes)")]
    Toml {
        /// The file.
        file: String,
        /// Line in the file, from one.
        line: usize,
        /// Beginning of that line.
        text: String,
        /// What the reader of TOML says.
        problem: String,
    },
    /// A form without a definition.
    #[error("{file}: form `{form}` has no era; write an `[[era]]` with a `from` date")]
    NoEra {
        /// The file.
        file: String,
        /// The form.
        form: String,
    },
    /// An era that others follow does not end.
    #[error("{file}: the era from {from} has no `until`; write the day before the next era's `from`, {next}")]
    NoUntil {
        /// The file.
        file: String,
        /// First day of the era.
        from: Day,
        /// First day of the era listed after it.
        next: Day,
    },
    /// The last era ends.
    #[error(
        "{file}: the last era, from {from}, has `until` {until}; remove it, or add the era that follows that day"
    )]
    LastHasUntil {
        /// The file.
        file: String,
        /// First day of the era.
        from: Day,
        /// Its last day.
        until: Day,
    },
    /// An era ends before it begins.
    #[error("{file}: the era from {from} ends before it begins, on {until}; `until` is its last day")]
    Backwards {
        /// The file.
        file: String,
        /// First day of the era.
        from: Day,
        /// Its last day.
        until: Day,
    },
    /// Days on which no definition was in force.
    #[error(
        "{file}: no era covers the days between {until} and {from}; let the next era begin the day after `until`"
    )]
    Gap {
        /// The file.
        file: String,
        /// Last day of an era.
        until: Day,
        /// First day of the era listed after it.
        from: Day,
    },
    /// Days on which two definitions were in force.
    #[error(
        "{file}: the era from {from} begins before the one listed before it is over, on {until}; list eras in \
         order and let each begin the day after the `until` before it"
    )]
    Overlap {
        /// The file.
        file: String,
        /// Last day of an era.
        until: Day,
        /// First day of the era listed after it.
        from: Day,
    },
    /// A source id that the file does not explain.
    #[error("{file}: {place} names source `{id}`, which no `[[source]]` explains; add it or correct the id")]
    UnknownSource {
        /// The file.
        file: String,
        /// What names it.
        place: String,
        /// The id.
        id: String,
    },
    /// Two sources with one id.
    #[error("{file}: duplicate source `{id}`; keep one")]
    SourceTwice {
        /// The file.
        file: String,
        /// The id.
        id: String,
    },
    /// A source without id or title.
    #[error("{file}: source `{id}` lacks an id, a title or the text of its address; write what it is")]
    BlankSource {
        /// The file.
        file: String,
        /// The id.
        id: String,
    },
    /// The definition itself is wrong.
    #[error("{file}, era from {from}: the definition is wrong; correct it in that era")]
    Definition {
        /// The file.
        file: String,
        /// First day of the era.
        from: Day,
        /// What is wrong with it.
        source: FormError,
    },
    /// Two files of one folder define the same form.
    #[error("{first} and {second} both define form `{form}`; keep one of them in the folder")]
    FormTwice {
        /// The form.
        form: String,
        /// The file read first.
        first: String,
        /// The other file.
        second: String,
    },
    /// No file defines the form.
    #[error(
        "form `{form}` is not defined; there are definitions of {known}; put a TOML file that defines it into the history's folder"
    )]
    UnknownForm {
        /// The form asked for.
        form: String,
        /// The forms that are defined.
        known: String,
    },
    /// The day is before the form's first era.
    #[error(
        "form `{form}` is defined from {from} on, not on {on}; ask for a later day or add an earlier era"
    )]
    NotInForce {
        /// The form.
        form: String,
        /// The day asked for.
        on: Day,
        /// First day of its first era.
        from: Day,
    },
    /// The definition cannot be written as TOML.
    #[error("form `{form}` cannot be written as TOML; check its names and labels")]
    Write {
        /// The form.
        form: String,
        /// What the writer of TOML says.
        source: toml::ser::Error,
    },
}
