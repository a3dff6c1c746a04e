//! Runs the program.

use std::path::Path;
use std::process::{Command, Output};

pub fn command(arguments: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myprogress"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    command
}

pub fn run(arguments: &str, folder: &Path) -> Output {
    command(arguments, folder).output().unwrap()
}

#[track_caller]
pub fn succeeds(arguments: &str, folder: &Path) -> String {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Expects exit status 2, for bad input or usage.
#[track_caller]
pub fn is_refused(arguments: &str, folder: &Path, because: &str) {
    ends_with(2, arguments, folder, because);
}

/// Expects exit status 1, for any other failure.
#[track_caller]
pub fn fails(arguments: &str, folder: &Path, because: &str) {
    ends_with(1, arguments, folder, because);
}

#[track_caller]
fn ends_with(status: i32, arguments: &str, folder: &Path, because: &str) {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments}: {errors}");
    assert!(errors.contains(because), "{arguments}: `{because}` is not in\n{errors}");
    assert!(output.stdout.is_empty(), "{arguments}: errors belong on standard error");
}
