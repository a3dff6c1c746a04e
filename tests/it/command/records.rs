//! What `check` and `train` make of single records: signs of an approval, and case ids that are receipt numbers.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::histories::write_history;
use super::run::{is_refused, run, succeeds};

/// 60 cases of N-400 with an oath at the end and no approval, and 20 pending ones.
fn write_oaths(folder: &Path) {
    let (mut cases, mut actions) =
        ("case_id,form,received_on\n".to_owned(), "case_id,action,occurred_on\n".to_owned());
    for case in 0..80_i32 {
        let received = model::Day::parse("2022-01-03").unwrap().plus(case);
        cases.push_str(&format!("c{case},N-400,{received}\n"));
        actions.push_str(&format!("c{case},received,{received}\n"));
        if case < 60 {
            actions.push_str(&format!("c{case},oath_scheduled,{}\n", received.plus(90 + case % 9)));
            actions.push_str(&format!("c{case},oath_taken,{}\n", received.plus(100 + case % 9)));
        }
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("cases.csv"), cases).unwrap();
    fs::write(folder.join("actions.csv"), actions).unwrap();
    fs::write(folder.join("history.json"), r#"{"name": "oaths", "extracted_on": "2022-07-31"}"#).unwrap();
}

#[test]
fn an_oath_without_an_approval_decides_a_case_for_check_and_train() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_oaths(&folder.join("history"));
    let summary = succeeds("check --history history --json", folder);
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let form = &summary["forms"][0];
    assert_eq!((form["decided"].as_u64(), form["pending"].as_u64()), (Some(60), Some(20)));
    let trained = succeeds("train --history history --models models --json", folder);
    let trained: serde_json::Value = serde_json::from_str(&trained).unwrap();
    assert_eq!(trained[0]["training"]["decided"], 60);
    let estimated = succeeds(
        "estimate --history history --models models --as-of 2022-07-31 --output out.parquet",
        folder,
    );
    assert_eq!(estimated, "20 rows in out.parquet: 20 estimated\n");
}

#[test]
fn a_receipt_number_as_a_case_id_is_refused_by_check_and_train_and_masked() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let file = folder.join("history/cases.csv");
    let cases = fs::read_to_string(&file).unwrap() + "IOE0123456789,I-765,2022-02-01,MSC\n";
    fs::write(file, cases).unwrap();
    for command in ["check --history history", "train --history history --models models"] {
        is_refused(command, folder, "column `case_id` has receipt numbers");
        let errors = String::from_utf8(run(command, folder).stderr).unwrap();
        assert!(errors.contains("[receipt number]") && !errors.contains("IOE0123456789"), "{errors}");
    }
    assert!(!folder.join("models").exists());
}
