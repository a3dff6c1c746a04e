//! All form definitions that are loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::{Day, FormDefinition, recognized_form};

use super::error::FormFileError;
use super::file::{FormFile, parse};

/// Name and text of every form file that comes with the program.
const BUNDLED: [(&str, &str); 7] = [
    ("n-400.toml", include_str!("../../forms/n-400.toml")),
    ("i-90.toml", include_str!("../../forms/i-90.toml")),
    ("i-130.toml", include_str!("../../forms/i-130.toml")),
    ("i-765.toml", include_str!("../../forms/i-765.toml")),
    ("i-131.toml", include_str!("../../forms/i-131.toml")),
    ("i-485.toml", include_str!("../../forms/i-485.toml")),
    ("i-821.toml", include_str!("../../forms/i-821.toml")),
];

/// The forms that the program knows, by name.
#[derive(Debug, Clone)]
pub struct FormCatalog {
    files: BTreeMap<String, FormFile>,
}

/// The seven forms that come with the program.
///
/// # Errors
/// [`FormFileError`] if one of the files is wrong, which the tests rule out.
pub fn bundled() -> Result<FormCatalog, FormFileError> {
    let mut files = BTreeMap::new();
    for (file, text) in BUNDLED {
        let form = parse(text, file)?;
        files.insert(form.name().to_owned(), form);
    }
    Ok(FormCatalog { files })
}

impl FormCatalog {
    /// The names of all attributes that some definition lists.
    #[must_use]
    pub fn attribute_names(&self) -> BTreeSet<&str> {
        let eras = self.files.values().flat_map(FormFile::eras);
        let attributes = eras.flat_map(|era| &era.definition.spec().attributes);
        attributes.map(|attribute| attribute.name.as_str()).collect()
    }

    /// The names of all attributes that the definitions of a form list; none if nothing defines it.
    pub(crate) fn attribute_names_of(&self, form: &str) -> impl Iterator<Item = &str> {
        let eras = self.files.get(form).into_iter().flat_map(FormFile::eras);
        let attributes = eras.flat_map(|era| &era.definition.spec().attributes);
        attributes.map(|attribute| attribute.name.as_str())
    }

    /// The first day on which a definition of the form is in force.
    pub(crate) fn first_day(&self, form: &str) -> Option<Day> {
        Some(self.files.get(form)?.eras().next()?.definition.spec().from)
    }

    /// The names of the attributes that define queues in some definition.
    #[must_use]
    pub fn queue_attribute_names(&self) -> BTreeSet<&str> {
        let eras = self.files.values().flat_map(FormFile::eras);
        let attributes = eras.flat_map(|era| era.definition.queue_attributes());
        attributes.map(|attribute| attribute.name.as_str()).collect()
    }

    /// Adds every `*.toml` file of a folder. A form that was loaded before is replaced by the folder's.
    ///
    /// # Errors
    /// [`FormFileError`] if the folder or a file cannot be read, a file is wrong, or two files of the folder define
    /// the same form.
    pub fn with_folder(mut self, dir: &Path) -> Result<Self, FormFileError> {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let unreadable = |source| FormFileError::Folder { folder: dir.to_owned(), source };
        for path in toml_files(dir).map_err(unreadable)? {
            let file = path.display().to_string();
            let text = fs::read_to_string(&path)
                .map_err(|source| FormFileError::Unreadable { file: file.clone(), source })?;
            let form = parse(&text, &file)?;
            let name = form.name().to_owned();
            if let Some(first) = seen.insert(name.clone(), file.clone()) {
                return Err(FormFileError::FormTwice { form: name, first, second: file });
            }
            self.files.insert(name, form);
        }
        Ok(self)
    }

    /// The definition of a form that is in force on a day.
    ///
    /// # Errors
    /// [`FormFileError::UnknownForm`] if no file defines the form, [`FormFileError::NotInForce`] if the day is
    /// before its first era.
    pub fn definition(&self, form: &str, on: Day) -> Result<FormDefinition, FormFileError> {
        self.known(form)?.definition(on).cloned()
    }

    /// The newest definition of a form.
    ///
    /// # Errors
    /// [`FormFileError::UnknownForm`] if no file defines the form.
    pub fn newest(&self, form: &str) -> Result<FormDefinition, FormFileError> {
        self.known(form).map(|file| file.newest().clone())
    }

    fn known(&self, form: &str) -> Result<&FormFile, FormFileError> {
        self.files.get(form).ok_or_else(|| {
            let known = self.names().collect::<Vec<_>>().join(", ");
            FormFileError::UnknownForm { form: form.to_owned(), known }
        })
    }

    /// The form that somebody means by what they wrote, for example `N-400` by `n400`.
    #[must_use]
    pub fn recognized(&self, written: &str) -> Option<&str> {
        recognized_form(written, self.names())
    }

    /// The names of all forms, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

/// The `*.toml` files of a folder, sorted by name: the order of a directory listing differs between machines.
fn toml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
