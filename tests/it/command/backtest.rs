//! `backtest`.

use std::fs;

use arrow::array::AsArray;
use arrow::datatypes::Float32Type;
use tempfile::TempDir;

use super::histories::write_history;
use super::run::{is_refused, succeeds};
use super::tables::{table_of, texts};

#[test]
fn rolling_origins_count_back_from_the_end() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let backtest = "backtest --history history --output scores";
    let scores =
        succeeds(&format!("{backtest} --rolling 2 --every 10 --follow-up 30 --json --form I-765"), folder);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    let mut origins: Vec<_> =
        scores.as_array().unwrap().iter().map(|row| row["origin"].as_str().unwrap()).collect();
    origins.dedup();
    assert_eq!(origins, ["2022-06-21", "2022-07-01"]);
    is_refused(&format!("{backtest} --rolling 2 --origins 2022-06-15"), folder, "cannot be used with");
    is_refused(backtest, folder, "--origins");
    is_refused(&format!("{backtest} --origins 2022-06-15 --every 9"), folder, "cannot be used with");
    is_refused(&format!("{backtest} --rolling 2 --follow-up 3000"), folder, "shorter --follow-up");
}

#[test]
fn a_repeated_origin_is_refused_and_not_scored_twice() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let backtest = "backtest --history history --output scores --origins";
    // The end of a day is also a moment.
    for (origins, named) in [
        ("2022-06-30,2022-06-15,2022-06-30", "2022-06-30"),
        ("2022-06-30,2022-06-30T23:59:59.999999Z", "2022-06-30T23:59:59.999999Z"),
    ] {
        is_refused(&format!("{backtest} {origins}"), folder, &format!("duplicate `{named}`; keep one"));
    }
    assert!(!folder.join("scores").exists());
}

#[test]
fn every_table_and_picture_is_written_and_agrees_with_the_cases() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let backtest = "backtest --history history --origins 2022-06-01,2022-06-15 --output scores";
    let tables = succeeds(&format!("{backtest} --per-case"), folder);
    let scores = folder.join("scores");
    let mut names: Vec<_> = fs::read_dir(&scores).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    let expected = [
        "calibration.csv",
        "cases.parquet",
        "over_origins.csv",
        "pit-I-765.svg",
        "reliability-I-765.svg",
        "scores.json",
        "scores.txt",
        "slices.csv",
    ];
    assert_eq!(names, expected);
    let read = |name: &str| fs::read_to_string(scores.join(name)).unwrap();
    assert_eq!(read("scores.txt"), tables);

    let written: serde_json::Value = serde_json::from_str(&read("scores.json")).unwrap();
    let written = written.as_array().unwrap();
    let cases = table_of(&scores.join("cases.parquet"));
    let [as_of, candidates, targets] = ["as_of", "candidate", "target"].map(|column| texts(&cases, column));
    let crps = cases.column_by_name("crps_days").unwrap().as_primitive::<Float32Type>();
    let rows: u64 = written.iter().map(|row| row["pending"].as_u64().unwrap()).sum();
    assert_eq!(cases.num_rows() as u64, rows);
    for row in written {
        let is_here = |at: &usize| {
            row["origin"] == as_of[*at]
                && row["candidate"] == candidates[*at]
                && row["target"] == targets[*at]
        };
        let here: Vec<f64> =
            (0..cases.num_rows()).filter(is_here).map(|at| f64::from(crps.value(at))).collect();
        let mean = here.iter().sum::<f64>() / here.len() as f64;
        assert!((mean - row["crps_days"].as_f64().unwrap()).abs() < 1e-3, "{row}: {mean}");
    }

    let lines = |name: &str| read(name).lines().count();
    let candidates = written.len() / 2;
    assert_eq!(lines("over_origins.csv"), 1 + candidates);
    // Ten bins of each kind; three candidates say which step comes.
    assert_eq!(lines("calibration.csv"), 1 + 20 * candidates + 30);
    assert!(read("slices.csv").starts_with("origin,form,target,candidate,slice,value,cases,crps_days,"));
    assert!(read("slices.csv").contains("2022-06-15,I-765,decision,kaplan_meier,center,LIN,"));
    for picture in ["pit-I-765.svg", "reliability-I-765.svg"] {
        let picture = read(picture);
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert!(!picture.contains("NaN") && picture.matches(">cohort_curves</text>").count() >= 2);
    }
}

#[test]
fn cases_are_written_on_request_only() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("backtest --history history --origins 2022-06-15 --output scores", folder);
    assert!(!folder.join("scores/cases.parquet").exists());
}
