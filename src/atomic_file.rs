//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A file that is written but not yet in its place. Dropped, it leaves nothing behind.
pub struct Ready {
    path: PathBuf,
    sibling: PathBuf,
}

/// Writes a file: under its name it is either the old one or all of the new one.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    Ready::beside(path, content)?.put_in_place()
}

/// Makes a folder, and what is above it.
pub fn make_folder(dir: &Path) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|error| cannot(dir, &error))
}

impl Ready {
    /// Writes the content to a sibling of the file.
    pub fn beside(path: &Path, content: impl AsRef<[u8]>) -> Result<Self, Failure> {
        let mut sibling = path.as_os_str().to_owned();
        sibling.push(".partial");
        // Made first, so that its drop removes a sibling that could be written only in part.
        let ready = Self { path: path.to_owned(), sibling: PathBuf::from(sibling) };
        let written = File::create(&ready.sibling).and_then(|mut file| {
            file.write_all(content.as_ref())?;
            // A name that is in its place after a power cut must not stand for an empty file.
            file.sync_all()
        });
        written.map_err(|error| cannot(path, &error))?;
        Ok(ready)
    }

    /// Gives the file its name.
    pub fn put_in_place(self) -> Result<(), Failure> {
        fs::rename(&self.sibling, &self.path).map_err(|error| cannot(&self.path, &error))
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        // Nothing is there any more once it is in its place.
        let _ = fs::remove_file(&self.sibling);
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!(
        "{} cannot be written: {error}; check that the disk has room and that you may write there",
        path.display()
    ))
}
