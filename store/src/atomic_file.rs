//! Atomic replacement of files: a reader sees the old content or the new content, never a part of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// Characters of the target's name in the temporary name. File systems allow 255 bytes in all.
const MAX_PREFIX: usize = 16;

/// A file or folder that could not be written.
#[derive(Debug, Error)]
#[error("cannot write `{}`; check that the disk has room and that you may write there", .path.display())]
pub struct WriteError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the operating system reported.
    pub source: io::Error,
}

impl WriteError {
    fn new(path: &Path, source: io::Error) -> Self {
        Self { path: path.to_owned(), source }
    }
}

/// A file whose content is on disk under a temporary name in the folder of its target.
///
/// [`StagedFile::replace`] gives it its final name. Dropping it removes the temporary file. Staging several files before
/// replacing the first one keeps a full disk from replacing only some of them.
///
/// A symbolic link stays and the file that it leads to is replaced. A device or a pipe, such as `/dev/null`, is not replaced
/// but written to.
#[derive(Debug)]
pub struct StagedFile {
    path: PathBuf,
    place: Place,
    file: NamedTempFile,
}

/// Where the content of a staged file goes.
#[derive(Debug)]
enum Place {
    /// An ordinary file of this name, which may be new.
    File(PathBuf),
    /// Something that is not a file. Giving the temporary file its name would destroy it.
    Stream(PathBuf),
}

impl Place {
    fn of(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => Ok(Self::File(fs::canonicalize(path)?)),
            Ok(found) if !found.is_dir() => Ok(Self::Stream(path.to_owned())),
            _ => Ok(Self::File(path.to_owned())),
        }
    }
}

impl StagedFile {
    /// Writes `content` to a temporary file with a random name beside `path` and syncs it.
    ///
    /// # Errors
    /// [`WriteError`] if the folder is missing or not writable, or the disk is full.
    pub fn new(path: &Path, content: impl AsRef<[u8]>) -> Result<Self, WriteError> {
        let stage = || {
            let place = Place::of(path)?;
            let mut file = match &place {
                Place::File(path) => temporary_beside(path)?,
                Place::Stream(_) => NamedTempFile::new()?,
            };
            file.write_all(content.as_ref())?;
            // Without this, a power cut after the rename could leave the new name with an empty file.
            file.as_file().sync_all()?;
            Ok((place, file))
        };
        let (place, file) = stage().map_err(|source| WriteError::new(path, source))?;
        Ok(Self { path: path.to_owned(), place, file })
    }

    /// Replaces the target with this file and syncs the folder, so that the new name survives a power cut.
    ///
    /// # Errors
    /// [`WriteError`] if the target is a folder or may not be replaced.
    pub fn replace(self) -> Result<(), WriteError> {
        let Self { path, place, file } = self;
        let replace = || match place {
            Place::File(place) => {
                file.persist(&place).map_err(|error| error.error)?;
                sync_folder(folder_of(&place))
            }
            Place::Stream(place) => {
                let mut stream = fs::OpenOptions::new().write(true).open(place)?;
                io::copy(&mut file.reopen()?, &mut stream).map(drop)
            }
        };
        replace().map_err(|source| WriteError::new(&path, source))
    }
}

/// Replaces the content of a file atomically.
///
/// # Errors
/// As for [`StagedFile::new`] and [`StagedFile::replace`].
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), WriteError> {
    StagedFile::new(path, content)?.replace()
}

/// Creates a folder and its missing parents.
///
/// # Errors
/// [`WriteError`] if a file has the name of one of the folders, or a parent is not writable.
pub fn create_folder(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(path).map_err(|source| WriteError::new(path, source))
}

/// A temporary file is readable by its owner alone; the files of this project are ordinary files.
fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefix: String = name.chars().take(MAX_PREFIX).collect();
    let prefix = format!(".{prefix}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process's umask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// The folder of a file; a bare file name is in the current folder.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Folders cannot be opened as files on other systems.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
