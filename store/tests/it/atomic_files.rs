//! Files appear whole or not at all.

use std::error::Error;
use std::fs;

use store::atomic_file::{self, StagedFile};
use tempfile::TempDir;

#[test]
fn a_file_is_replaced_only_when_asked_and_a_dropped_one_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("scores.txt");
    atomic_file::write(&path, "old").unwrap();
    let staged = StagedFile::new(&path, "new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    drop(staged);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    StagedFile::new(&path, "new").unwrap().replace().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
}

#[test]
fn two_stagings_of_one_file_do_not_share_a_temporary_file() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("scores.txt");
    let (one, two) = (StagedFile::new(&path, "one").unwrap(), StagedFile::new(&path, "two").unwrap());
    one.replace().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    two.replace().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
}

#[test]
fn a_name_of_any_length_and_script_can_be_written() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("é".repeat(120));
    atomic_file::write(&path, "x").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "x");
}

#[test]
fn an_error_names_the_file_and_keeps_its_cause_apart() {
    let dir = TempDir::new().unwrap();
    let error = atomic_file::write(&dir.path().join("nowhere/scores.txt"), "x").unwrap_err();
    assert!(error.to_string().contains("nowhere/scores.txt") && error.to_string().contains("disk has room"));
    let cause = error.source().unwrap().to_string();
    assert!(!error.to_string().contains(&cause), "{error}");
}

#[test]
#[cfg(unix)]
fn a_written_file_is_not_private_to_its_writer() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("scores.txt");
    atomic_file::write(&path, "x").unwrap();
    fs::write(dir.path().join("plain.txt"), "x").unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("scores.txt"), mode("plain.txt"));
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link_and_a_pipe_stays_a_pipe() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::process::Command;
    let dir = TempDir::new().unwrap();
    let (file, link, pipe) = (dir.path().join("file"), dir.path().join("link"), dir.path().join("pipe"));
    fs::write(&file, "old").unwrap();
    symlink(&file, &link).unwrap();
    atomic_file::write(&link, "new").unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");

    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    atomic_file::write(&pipe, "new").unwrap();
    assert_eq!(reader.join().unwrap(), "new");
    assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
}
