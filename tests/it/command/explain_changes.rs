//! `explain`: reasons in days, the place in line, and what changed since an earlier estimate.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::histories::write_history;
use super::run::{is_refused, succeeds};

fn explained(folder: &Path, more: &str) -> Value {
    let text = succeeds(&format!("explain --history history --json {more}"), folder);
    serde_json::from_str(&text).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// The days of all parts, by name.
fn parts(days: &Value, name: &str) -> Vec<(String, f64)> {
    let part = |part: &Value| (part[name].as_str().unwrap().to_owned(), number(&part["days"]));
    days.as_array().unwrap().iter().map(part).collect()
}

fn sum(parts: &[(String, f64)]) -> f64 {
    parts.iter().map(|(_, days)| days).sum()
}

/// A small history with a model of 2022-06-15, whose lines are refreshed in a copy, and a pending case of LIN.
fn folder_with_models() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    write_history(&path.join("history"));
    succeeds("train --history history --models june --as-of 2022-06-15 --estimator boosted_hazards", path);
    fs::create_dir(path.join("july")).unwrap();
    fs::copy(path.join("june/I-765.myprogress"), path.join("july/I-765.myprogress")).unwrap();
    succeeds("refresh --history history --models july --as-of 2022-06-30", path);
    folder
}

/// One training of hazards serves all of these.
#[test]
fn reasons_places_and_changes_are_told_of_a_small_history() {
    let folder = folder_with_models();
    for check in [
        reasons_and_changes_sum_to_the_differences,
        a_refresh_changes_only_the_queue,
        one_model_says_which_changes_it_does_not_know,
        estimates_that_cannot_be_compared_are_refused,
        hazards_draw_their_own_curve_and_are_named,
        the_place_in_line_is_told_in_numbers_and_in_words,
    ] {
        check(folder.path());
    }
}

fn reasons_and_changes_sum_to_the_differences(folder: &Path) {
    // Received on 2022-05-30, biometrics on 2022-06-25, decided in September.
    let case = "--case c149 --as-of 2022-06-30";
    let found = explained(folder, &format!("{case} --models july --since 2022-06-20 --since-models june"));
    let reasons = &found["reasons"];
    let days = parts(&reasons["days"], "group");
    assert!(!days.is_empty() && reasons["reference"]["form"] == "I-765", "{reasons}");
    let reference = number(&reasons["reference"]["median_days"]);
    assert!((reference + sum(&days) - number(&reasons["median_days"])).abs() < 1e-6, "{reasons}");
    let changes = &found["changes"];
    let factors = parts(&changes["days"], "factor");
    let names: Vec<&str> = factors.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["time_passed", "what_happened", "queue", "model"]);
    let [from, to] = ["from_days", "to_days"].map(|name| number(&changes[name]));
    assert!((from + sum(&factors) - to).abs() < 1e-6, "{changes}");
    assert_eq!(to, number(&reasons["median_days"]));
    let then = explained(folder, "--case c149 --models june --as-of 2022-06-20");
    assert_eq!(from, number(&then["reasons"]["median_days"]), "the estimate that was made then");
    assert_eq!(factors[3].1, 0.0, "the lines were refreshed, and the model is the same");
}

fn a_refresh_changes_only_the_queue(folder: &Path) {
    let same_day = "--case c149 --models july --as-of 2022-06-30 --since 2022-06-30 --since-models june";
    let changes = &explained(folder, same_day)["changes"];
    let factors = parts(&changes["days"], "factor");
    let queue = number(&changes["to_days"]) - number(&changes["from_days"]);
    assert!(queue.abs() > 0.0, "the lines moved: {changes}");
    for (name, days) in factors {
        let expected = if name == "queue" { queue } else { 0.0 };
        assert!((days - expected).abs() < 1e-9, "{name}: {changes}");
    }
    assert_eq!(changes["unknown"], serde_json::json!([]));
}

fn one_model_says_which_changes_it_does_not_know(folder: &Path) {
    let asked = "--case c149 --models june --as-of 2022-06-30 --since 2022-06-20";
    let found = explained(folder, asked);
    let changes = &found["changes"];
    let factors = parts(&changes["days"], "factor");
    assert_eq!(
        factors.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["time_passed", "what_happened"]
    );
    assert!((number(&changes["from_days"]) + sum(&factors) - number(&changes["to_days"])).abs() < 1e-6);
    let unknown = changes["unknown"].as_array().unwrap();
    assert_eq!(unknown.iter().map(|it| &it["factor"]).collect::<Vec<_>>(), ["queue", "model"]);
    assert!(unknown[0]["why"].as_str().unwrap().contains("the lines of 2022-06-15"), "{changes}");
    let text = succeeds(&format!("explain --history history {asked}"), folder);
    for words in [
        "Reasons, in days of the median",
        "Changes since 2022-06-20",
        "unknown     the queue: both estimates",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

fn estimates_that_cannot_be_compared_are_refused(folder: &Path) {
    for (more, because) in [
        ("--since 2022-07-01", "2022-07-01 is after 2022-06-30"),
        ("--since 2022-06-14", "the model was trained as of 2022-06-15"),
        ("--since 2022-06-20 --since-models nowhere", "nowhere is not a folder"),
        ("--since 2022-06-20 --since-models history", "history has no model of form I-765"),
        ("--since-models june", "--since <WHEN>"),
    ] {
        let asked = format!("explain --history history --models june --case c149 --as-of 2022-06-30 {more}");
        is_refused(&asked, folder, because);
    }
}

fn hazards_draw_their_own_curve_and_are_named(folder: &Path) {
    let by_hazards = explained(folder, "--case c149 --models june --as-of 2022-06-20");
    assert_eq!(by_hazards["answered_by"], "boosted_hazards");
    assert!(by_hazards["curves"].is_null() && by_hazards["decision"]["curve"]["days"].is_array());
    assert!(by_hazards["model"]["estimator"].as_str().unwrap().starts_with("boosted_hazards"));
    succeeds("train --history history --models curves --as-of 2022-06-15 --estimator cohort_curves", folder);
    let by_curves = explained(folder, "--case c149 --models curves --as-of 2022-06-15");
    assert_eq!(by_curves["answered_by"], "cohort_curves");
    assert!(by_curves["curves"]["in_state"]["days"].is_array());
    let sum_of = |found: &Value| sum(&parts(&found["reasons"]["days"], "group"));
    let reasons = &by_curves["reasons"];
    let difference = number(&reasons["median_days"]) - number(&reasons["reference"]["median_days"]);
    assert!((sum_of(&by_curves) - difference).abs() < 1e-6, "{reasons}");
}

fn the_place_in_line_is_told_in_numbers_and_in_words(folder: &Path) {
    let found = explained(folder, "--case c149 --models june --as-of 2022-06-15");
    let line = &found["line"];
    assert_eq!(
        (line["counted_on"].as_str(), line["cases"].as_str()),
        (Some("2022-06-15"), Some("center=LIN"))
    );
    // Pending cases of LIN that were received before 2022-05-30, by hand; this is the newest.
    let (mut before, mut waiting) = (0.0, 0);
    for case in (0..400_i32).filter(|case| case % 3 != 0) {
        let received = case % 150;
        let is_pending = received + 110 + case * 7 % 40 > 165;
        waiting += i32::from(is_pending);
        before += match received.cmp(&149) {
            std::cmp::Ordering::Less if is_pending => 1.0,
            std::cmp::Ordering::Equal if is_pending => 0.5,
            _ => 0.0,
        };
    }
    assert_eq!(line["waiting"].as_i64(), Some(waiting.into()));
    // The table of a line has few knots.
    let ahead = number(&line["ahead"]);
    assert!((ahead - before).abs() <= 1.0 + 0.02 * before, "{ahead} is not {before}");
    let words = line["text"]["en"].as_str().unwrap();
    assert!(words.contains("received before yours are waiting at your office."), "{words}");
    assert!(line["text"]["es"].as_str().unwrap().contains("recibidos antes que el suyo"));
    let later = explained(folder, "--case c149 --models june --as-of 2022-06-23");
    assert!(later["line"].is_null());
    assert!(later["no_line"].as_str().unwrap().contains("knows the lines of 2022-06-15 only"), "{later}");
}
