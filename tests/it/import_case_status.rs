//! `import case-status` from outside: what it writes, refuses and says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const STATUSES: &str = "\
case_id;form;received_on;status;occurred_on
IOE0123456789;Form N400;2024-01-10;Case Was Received;2024-01-10
IOE0123456789;N-400;;case was approved.;2024-06-03
EAC2190012345;i130;2023-09-05;Caso Fue Aprobado;2024-03-01
";

fn myprogress(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myprogress")).args(arguments).current_dir(folder).output().unwrap()
}

#[track_caller]
fn says(arguments: &[&str], folder: &Path, status: i32, words: &str) {
    let output = myprogress(arguments, folder);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: `{words}` is not in\n{said}");
}

fn with_statuses(statuses: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("statuses.csv"), statuses).unwrap();
    fs::write(folder.path().join("key"), "0123456789abcdef0123456789abcdef\n").unwrap();
    folder
}

#[test]
fn statuses_become_a_history_that_passes_the_check_without_receipt_numbers() {
    let folder = with_statuses(STATUSES);
    let folder = folder.path();
    let to = ["import", "case-status", "statuses.csv", "--output", "out"];
    says(&to, folder, 2, "--hash-ids");
    assert!(!folder.join("out").exists());
    let hashed = [&to[..], &["--hash-ids", "key"]].concat();
    says(&hashed, folder, 0, "2 cases, 3 actions, complete up to 2024-06-03, in out");
    says(&["check", "--history", "out"], folder, 0, "2 cases, 3 actions, extracted on 2024-06-03");
    for file in ["cases.parquet", "actions.parquet", "history.json"] {
        let bytes = fs::read(folder.join("out").join(file)).unwrap();
        assert!(!bytes.windows(10).any(|window| window == b"0123456789"), "{file}");
    }
    says(&hashed, folder, 2, "--replace");
    let replaced = [&hashed[..], &["--replace", "--extracted-on", "2024-12-31"]].concat();
    says(&replaced, folder, 0, "complete up to 2024-12-31");
}

#[test]
fn status_columns_that_contradict_each_other_are_noted() {
    let folder = with_statuses(
        "case|form|status|event_code|date\na|N-400|Case Was Received||2024-01-02\na|N-400|Case Was Approved|EA|2024-01-03\n",
    );
    let to = ["import", "case-status", "statuses.csv", "--output", "out"];
    says(
        &to,
        folder.path(),
        0,
        "note: 1 row with status columns that contradict each other, for example line 3",
    );
}

#[test]
fn an_unknown_status_stops_the_import_unless_it_is_kept() {
    let folder = with_statuses(
        "case,form,status,date\na,N-400,Case Was Received,2024-01-02\na,N-400,Lost,2024-01-03\n",
    );
    let folder = folder.path();
    let to = ["import", "case-status", "statuses.csv", "--output", "out"];
    says(&to, folder, 2, "unknown status `Lost` (1 in all, for example line 3)");
    assert!(!folder.join("out").exists());
    says(
        &[&to[..], &["--unknown-status", "keep"]].concat(),
        folder,
        0,
        "1 row is kept with the unknown status `Lost`",
    );
    says(&["check", "--history", "out"], folder, 0, "unknown_lost");
}
