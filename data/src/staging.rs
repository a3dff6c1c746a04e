//! Names for files and folders that are complete before anybody sees them.
//!
//! The name is random, so two runs never share one, and it lies beside the target, on the same disk.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

/// Characters of the target's name in the temporary name. File systems allow 255 bytes in all.
const MAX_PREFIX: usize = 16;

/// A file that is to take the place of `target`; it is removed when it is dropped before that.
///
/// A symbolic link stays and the file that it leads to is replaced. A device or a pipe, such as `/dev/null`, is not replaced
/// but written to when the file is complete.
pub(crate) fn file_beside(target: &Path) -> io::Result<NamedTempFile> {
    if is_stream(target) {
        return NamedTempFile::new();
    }
    in_folder_of(&file_behind(target), 0o666, |builder, folder| builder.tempfile_in(folder))
}

/// A folder that is to take the place of `target`; it is removed when it is dropped before that.
pub(crate) fn folder_beside(target: &Path) -> io::Result<TempDir> {
    in_folder_of(target, 0o777, |builder, folder| builder.tempdir_in(folder))
}

/// Puts a complete file in its place, so that it is still there after a power cut.
pub(crate) fn persist(file: NamedTempFile, target: &Path) -> io::Result<()> {
    if is_stream(target) {
        let mut stream = OpenOptions::new().write(true).open(target)?;
        return io::copy(&mut file.reopen()?, &mut stream).map(drop);
    }
    let target = file_behind(target);
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    sync_folder(folder_of(&target))
}

/// Whether a path leads to something that is neither a file nor a folder. Giving a file its name would destroy it.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The file that a symbolic link leads to, or the path itself.
fn file_behind(path: &Path) -> PathBuf {
    if path.is_file() { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() }
}

/// Makes sure that the names in a folder are still there after a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only Unix opens a folder as a file.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The folder that a path lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn in_folder_of<T>(
    target: &Path,
    mode: u32,
    make: impl FnOnce(&Builder<'_, '_>, &Path) -> io::Result<T>,
) -> io::Result<T> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().take(MAX_PREFIX).collect();
    let prefix = format!(".{name}.partial-");
    let mut builder = Builder::new();
    builder.prefix(&prefix);
    if let Some(permissions) = permissions(mode) {
        builder.permissions(permissions);
    }
    make(&builder, folder_of(target))
}

/// What a file that is not temporary would get; the user's mask still applies.
#[cfg(unix)]
fn permissions(mode: u32) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_mode: u32) -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_length_and_script_has_a_file_and_a_folder_beside_it() {
        let dir = TempDir::new().unwrap();
        for name in ["x".repeat(255), "é".repeat(127), "x".to_owned()] {
            let target = dir.path().join(name);
            let folder = folder_beside(&target).unwrap();
            assert_eq!(folder.path().parent(), Some(dir.path()));
            persist(file_beside(&target).unwrap(), &target).unwrap();
            assert!(target.is_file());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_pipe_stays_a_pipe() {
        use std::io::{Read, Write};
        use std::os::unix::fs::{FileTypeExt, symlink};
        let dir = TempDir::new().unwrap();
        let put = |target: &Path| {
            let mut file = file_beside(target).unwrap();
            file.write_all(b"new").unwrap();
            persist(file, target).unwrap();
        };
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        put(&link);
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");

        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        put(&pipe);
        assert_eq!(reader.join().unwrap(), "new");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    }
}
