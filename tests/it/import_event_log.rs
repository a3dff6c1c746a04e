//! `import event-log` from outside: what it writes, refuses and says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const LOG: &str = "case_id,activity,timestamp\na,Open,2022-01-01\na,\"Send, then close\",2022-01-02\n";

fn import(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myprogress"))
        .args(["import", "event-log"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn succeeds(arguments: &[&str], folder: &Path) -> String {
    let output = import(arguments, folder);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    said
}

#[track_caller]
fn is_refused(arguments: &[&str], folder: &Path, because: &str) {
    let output = import(arguments, folder);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(said.contains(because), "{arguments:?}: `{because}` is not in\n{said}");
}

fn with_log(log: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("log.csv"), log).unwrap();
    folder
}

#[test]
fn a_folder_that_holds_a_history_needs_replace() {
    let folder = with_log(LOG);
    let folder = folder.path();
    let arguments = ["log.csv", "--form", "x", "--output", "out", "--end", "last-event"];
    succeeds(&arguments, folder);
    let before = fs::read(folder.join("out/history.json")).unwrap();
    fs::write(folder.join("log.csv"), LOG.replace("2022-01-02", "2022-01-09")).unwrap();
    is_refused(&arguments, folder, "--replace");
    assert_eq!(fs::read(folder.join("out/history.json")).unwrap(), before);
    succeeds(&[&arguments[..], &["--replace"]].concat(), folder);
    assert!(fs::read_to_string(folder.join("out/history.json")).unwrap().contains("2022-01-09"));
    fs::create_dir(folder.join("other")).unwrap();
    fs::write(folder.join("other/cases.csv"), "case_id\n").unwrap();
    is_refused(&["log.csv", "--form", "x", "--output", "other"], folder, "holds a history");
    assert_eq!(fs::read_dir(folder.join("other")).unwrap().count(), 1, "the folder is untouched");
}

#[test]
fn a_receipt_number_as_the_name_of_the_form_is_refused() {
    let folder = with_log(LOG);
    let arguments = ["log.csv", "--form", "IOE0123456789", "--output", "out"];
    is_refused(&arguments, folder.path(), "give the form another name");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn one_column_for_two_things_is_refused() {
    let folder = with_log(LOG);
    let columns = ["--case-column", "activity", "--activity-column", "activity"];
    let arguments = [&["log.csv", "--form", "x", "--output", "out"][..], &columns].concat();
    is_refused(
        &arguments,
        folder.path(),
        "--case-column and --activity-column both choose the column `activity`",
    );
}

#[test]
fn an_end_is_any_text_and_may_be_repeated() {
    let folder = with_log(LOG);
    let folder = folder.path();
    let to = ["log.csv", "--form", "x", "--output", "out"];
    succeeds(&[&to[..], &["--end", "Send, then close", "--end", "Open"]].concat(), folder);
    let form = fs::read_to_string(folder.join("out/form.toml")).unwrap();
    assert!(form.contains("\"Send, then close\", \"Open\""), "{form}");
    let to = ["log.csv", "--form", "x", "--output", "none"];
    is_refused(&[&to[..], &["--end", "Open,Close"]].concat(), folder, "once for each activity");
    is_refused(&[&to[..], &["--end", "last-event", "--end", "Open"]].concat(), folder, "keep one of them");
    assert!(!folder.join("none").exists());
}

#[test]
fn case_ids_are_hashed_under_the_key_of_a_file() {
    let folder = with_log(&LOG.replace("\na,", "\nIOE0123456789,"));
    let folder = folder.path();
    let to = ["log.csv", "--form", "x", "--output", "out"];
    is_refused(&to, folder, "--hash-ids");
    fs::write(folder.join("short"), "secret\n").unwrap();
    is_refused(&[&to[..], &["--hash-ids", "short"]].concat(), folder, "6 bytes");
    is_refused(&[&to[..], &["--hash-ids", "nowhere"]].concat(), folder, "No such file");
    assert!(!folder.join("out").exists());
    fs::write(folder.join("key"), "0123456789abcdef0123456789abcdef\n").unwrap();
    succeeds(&[&to[..], &["--hash-ids", "key"]].concat(), folder);
    let cases = fs::read(folder.join("out/cases.parquet")).unwrap();
    let contains = |text: &[u8]| cases.windows(text.len()).any(|window| window == text);
    assert!(contains(b"9e931e763d459c8fe4d969d9fedc060e") && !contains(b"0123456789"));
}

#[test]
fn exports_of_common_tools_need_only_a_form_and_an_output() {
    let folder = TempDir::new().unwrap();
    let exports = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/tests/event_logs");
    for (export, says) in
        [("pm4py", "4 events are left out"), ("disco", "as Disco"), ("celonis", "as Celonis")]
    {
        let log = exports.join(format!("{export}.csv"));
        let said = succeeds(&[log.to_str().unwrap(), "--form", export, "--output", export], folder.path());
        assert!(said.contains(says), "{said}");
        let check = Command::new(env!("CARGO_BIN_EXE_myprogress"))
            .args(["check", "--history", export])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stderr));
    }
}
