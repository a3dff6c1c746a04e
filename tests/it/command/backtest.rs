//! `backtest`.

use tempfile::TempDir;

use super::histories::write_history;
use super::run::{is_refused, succeeds};

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
