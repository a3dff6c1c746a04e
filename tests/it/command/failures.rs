//! Exit statuses and what a failure leaves behind.

use std::fs;

use tempfile::TempDir;

use super::histories::write_history;
use super::run::{command, fails, is_refused};

#[test]
fn a_failed_write_has_exit_status_1_and_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let files = |name: &str| -> Vec<String> {
        let entries = fs::read_dir(folder.join(name)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    // Folders have the names of files to be written, and a file that of a folder.
    fs::create_dir_all(folder.join("models/I-765.myprogress")).unwrap();
    fails("train --history history --models models", folder, "cannot write `models/I-765.myprogress`");
    assert_eq!(files("models"), ["I-765.myprogress"]);
    fs::create_dir_all(folder.join("scores/scores.json")).unwrap();
    let backtest = "backtest --history history --origins 2022-06-15 --output";
    fails(&format!("{backtest} scores"), folder, "cannot write `scores/scores.json`");
    assert_eq!(files("scores"), ["scores.json"]);
    let log = "case_id,activity,timestamp\na,open,2022-01-01T00:00:00Z\na,close,2022-01-02T00:00:00Z\n";
    fs::write(folder.join("log.csv"), log).unwrap();
    let import = "import event-log log.csv --form x --end last-event --output";
    fails(&format!("{import} log.csv/below"), folder, "you may write there");
    is_refused(&format!("{import} log.csv"), folder, "is not a folder");
    is_refused("import event-log log.csv --form x --output log --end never", folder, "`never`");
}

#[test]
fn bad_input_has_exit_status_2_and_leaves_no_file() {
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
        "train --history history --form I-765 --form N-400 --form X --models models",
        folder,
        "no cases of form `N-400` and `X`; it has I-765",
    );
    is_refused(
        "backtest --history history --origins 2022-06-15 --form N-400 --output scores",
        folder,
        "no cases of form `N-400`",
    );
    is_refused(
        "backtest --history history --origins 2021-12-31,2022-01-02 --output scores",
        folder,
        "nothing to score: no form (I-765) has both decided and pending cases as of 2021-12-31",
    );
    is_refused(
        "estimate --history history --models empty --as-of 2022-06-15 --output out.parquet",
        folder,
        "myprogress train",
    );
    is_refused("estimate --history history --models empty --output out.parquet", folder, "--queries");
    is_refused(
        "estimate --history history --models empty --as-of 2022-06-15 --output out.csv",
        folder,
        "may not end in `.csv`",
    );
    is_refused("backtest --history history --output scores", folder, "--rolling");
    is_refused("backtest --history history --origins 2022-07-31 --output scores", folder, "nothing followed");
    is_refused("import event-log nowhere.csv --form x --output log", folder, "nowhere.csv");
    is_refused("serve --models empty", folder, "myprogress train");
    for left in ["models", "out.parquet", "out.csv", "scores", "log"] {
        assert!(!folder.join(left).exists(), "{left} was left behind");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_a_failure_with_its_cause() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command("check --history history", folder).stdout(full).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let (error, cause) = errors.trim_end().split_once("\n  cause: ").unwrap();
    assert!(error.ends_with("error: cannot write to standard output"), "{error}");
    assert!(cause.contains("os error 28"), "{errors}");
}
