//! The command from outside: exit statuses, files, and what it says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SUBCOMMANDS: [&str; 7] =
    ["demo", "check", "import event-log", "train", "estimate", "backtest", "serve"];

fn run(arguments: &str, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myprogress"));
    command.args(arguments.split_whitespace()).current_dir(folder).output().unwrap()
}

#[track_caller]
fn succeeds(arguments: &str, folder: &Path) -> String {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn is_refused(arguments: &str, folder: &Path, because: &str) {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments}: {errors}");
    assert!(errors.contains(because), "{arguments}: `{because}` is not in\n{errors}");
    assert!(output.stdout.is_empty(), "{arguments}: errors belong on standard error");
}

/// A history of one form: every third case is decided quickly at MSC, the others slowly at LIN, some pending.
fn write_history(folder: &Path) {
    let (mut cases, mut actions) =
        ("case_id,form,received_on,center\n".to_owned(), "case_id,action,occurred_on\n".to_owned());
    for case in 0..400_i32 {
        let received = model::Day::parse("2022-01-01").unwrap().plus(case % 150);
        let center = if case % 3 == 0 { "MSC" } else { "LIN" };
        cases.push_str(&format!("c{case},I-765,{received},{center}\n"));
        actions.push_str(&format!("c{case},received,{received}\n"));
        actions.push_str(&format!("c{case},biometrics_taken,{}\n", received.plus(20 + case % 7)));
        let decided = received.plus(if case % 3 == 0 { 50 } else { 110 } + case * 7 % 40);
        if decided <= model::Day::parse("2022-07-31").unwrap() {
            let action = if case % 11 == 0 { "denied" } else { "approved" };
            actions.push_str(&format!("c{case},{action},{decided}\n"));
        }
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("cases.csv"), cases).unwrap();
    fs::write(folder.join("actions.csv"), actions).unwrap();
    fs::write(folder.join("history.json"), r#"{"name": "small", "extracted_on": "2022-07-31"}"#).unwrap();
}

#[test]
fn every_subcommand_has_help_with_an_example() {
    let folder = TempDir::new().unwrap();
    for subcommand in SUBCOMMANDS {
        let help = succeeds(&format!("{subcommand} --help"), folder.path());
        assert!(help.contains("Example"), "{subcommand}: {help}");
        assert!(help.contains(&format!("myprogress {subcommand}")), "{subcommand}: {help}");
    }
}

#[test]
fn a_history_becomes_models_estimates_and_scores() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let summary = succeeds("check --history history --json", folder);
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["cases"], 400);
    assert_eq!(summary["forms"][0]["form"], "I-765");
    let trained = succeeds("train --history history --as-of 2022-06-15 --models models --json", folder);
    let trained: serde_json::Value = serde_json::from_str(&trained).unwrap();
    assert_eq!(trained[0]["training"]["as_of"], "2022-06-15");
    succeeds(
        "estimate --history history --models models --as-of 2022-06-15 --output estimates.parquet",
        folder,
    );
    let pending = 400 - decided_by(&folder.join("history"), "2022-06-15");
    assert_eq!(rows_of(&folder.join("estimates.parquet")), pending);
    let scores =
        succeeds("backtest --history history --origins 2022-05-15,2022-06-15 --output scores", folder);
    for candidate in ["cohort_curves", "kaplan_meier_by_queue", "elastic_net", "random_forest"] {
        assert!(scores.contains(candidate), "{scores}");
    }
    let written: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("scores/scores.json")).unwrap()).unwrap();
    assert!(written.as_array().unwrap().iter().all(|row| row["crps_days"].as_f64().unwrap().is_finite()));
}

fn decided_by(history: &Path, day: &str) -> usize {
    let actions = fs::read_to_string(history.join("actions.csv")).unwrap();
    let decided = |line: &&str| {
        (line.contains("approved") || line.contains("denied")) && &line[line.len() - 10..] <= day
    };
    actions.lines().filter(decided).count()
}

fn rows_of(file: &Path) -> usize {
    let file = fs::File::open(file).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum()
}

#[test]
fn an_event_log_is_imported_trained_and_asked() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let mut log = "case_id,activity,timestamp,case_channel\n".to_owned();
    for case in 0..200_i64 {
        for (step, activity) in ["register", "check", "close"].iter().enumerate() {
            let seconds = 1_600_000_000 + case * 7000 + step as i64 * (3600 + case * 37 % 9000);
            let at = model::Moment::from_epoch_micros(seconds * 1_000_000).unwrap();
            log.push_str(&format!("k{case},{activity},{at},web\n"));
        }
    }
    fs::write(folder.join("log.csv"), log).unwrap();
    succeeds("import event-log log.csv --form permit --output history --end last-event", folder);
    assert!(folder.join("history/form.toml").is_file());
    succeeds("train --history history --as-of 2020-09-20T00:00:00Z --models models", folder);
    write_queries(&folder.join("queries.parquet"), 1_600_000_000 + 199 * 7000);
    succeeds(
        "estimate --history history --models models --queries queries.parquet --output out.parquet",
        folder,
    );
    assert_eq!(rows_of(&folder.join("out.parquet")), 2);
}

/// Two queries about the last case, one of them with only its first action seen.
fn write_queries(file: &Path, seconds: i64) {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
    let columns: [(&str, ArrayRef); 3] = [
        ("case_id", Arc::new(StringArray::from(vec!["k199", "k199"]))),
        (
            "as_of",
            Arc::new(TimestampMicrosecondArray::from(vec![seconds * 1_000_000, seconds * 1_000_000 + 1])),
        ),
        ("actions_seen", Arc::new(Int32Array::from(vec![Some(1), None]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = fs::File::create(file).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn what_cannot_be_used_is_refused_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    fs::create_dir(folder.join("empty")).unwrap();
    is_refused("", folder, "Usage");
    is_refused("train", folder, "--history");
    is_refused("check --history nowhere", folder, "not a folder");
    is_refused("check --history empty", folder, "cases.parquet: is missing");
    is_refused("train --history history --as-of 30/06/2022 --models models", folder, "30/06/2022");
    is_refused("train --history history --as-of 2021-06-30 --models models", folder, "no case was decided");
    is_refused("train --history history --form N-400 --models models", folder, "N-400");
    is_refused(
        "estimate --history history --models empty --as-of 2022-06-15 --output out.parquet",
        folder,
        "myprogress train",
    );
    is_refused("estimate --history history --models empty --output out.parquet", folder, "--as-of");
    is_refused("backtest --history history --origins 2022-07-31 --output scores", folder, "nothing followed");
    is_refused("import event-log nowhere.csv --form x --output log", folder, "nowhere.csv");
    is_refused("serve --models empty", folder, "myprogress train");
    for left in ["models", "out.parquet", "scores", "log"] {
        assert!(!folder.join(left).exists(), "{left} was left behind");
    }
}
