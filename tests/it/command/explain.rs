//! `explain`.

use std::fs;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::{Float32Type, Int64Type};
use serde_json::Value;
use tempfile::TempDir;

use super::histories::{add_cards, write_history, write_history_of_kind};
use super::run::{is_refused, run, succeeds};
use super::tables::{table_of, texts};

fn explain(folder: &Path, case: &str, more: &str) -> String {
    succeeds(&format!("explain --history history --models models --case {case} {more}"), folder)
}

fn explained(folder: &Path, case: &str, more: &str) -> Value {
    serde_json::from_str(&explain(folder, case, &format!("{more} --json"))).unwrap()
}

/// The row of a text whose first word this is, as words.
#[track_caller]
fn row<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mut rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find(|words| words.first() == Some(&name)).unwrap_or_else(|| panic!("no `{name}` in\n{text}"))
}

fn assert_fits_a_terminal(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 90, "{} columns: {line}", line.chars().count());
    }
}

/// Trains the small history of these tests as of 2022-06-15, and adds what is asked about.
fn folder_with_models(cases: &str, actions: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let history = folder.path().join("history");
    write_history(&history);
    succeeds("train --history history --models models --as-of 2022-06-15", folder.path());
    for (file, lines) in [("cases.csv", cases), ("actions.csv", actions)] {
        let text = fs::read_to_string(history.join(file)).unwrap() + lines;
        fs::write(history.join(file), text).unwrap();
    }
    folder
}

/// All cases are decided 61 to 100 days after their receipt, each day as often.
fn write_even_history(history: &Path) {
    let mut cases = "case_id,form,received_on\n".to_owned();
    let mut actions = "case_id,action,occurred_on\n".to_owned();
    let extracted = model::Day::parse("2022-12-31").unwrap();
    for case in 0..1_000_i32 {
        let received = model::Day::parse("2022-01-01").unwrap().plus(case * 364 / 1_000);
        cases.push_str(&format!("k{case},I-131,{received}\n"));
        actions.push_str(&format!("k{case},received,{received}\n"));
        let decided = received.plus(61 + case * 7 % 40);
        if decided <= extracted {
            actions.push_str(&format!("k{case},approved,{decided}\n"));
        }
    }
    fs::create_dir_all(history).unwrap();
    fs::write(history.join("cases.csv"), cases).unwrap();
    fs::write(history.join("actions.csv"), actions).unwrap();
    fs::write(history.join("history.json"), r#"{"name": "even", "extracted_on": "2022-12-31"}"#).unwrap();
}

#[test]
fn the_text_holds_the_times_of_a_known_curve() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_even_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-12-31", folder);
    // Received on 2022-12-01, so it has waited for 30 days. Half of such cases are decided after 80 days.
    let case = (0..1_000).find(|case| case * 364 / 1_000 == 334).unwrap();
    let text = explain(folder, &format!("k{case}"), "");
    assert_fits_a_terminal(&text);
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        format!("Case k{case}, form I-131, as of 2022-12-31"),
        "the end of the history is meant"
    );
    assert_eq!(row(&text, "status"), ["status", "estimated"]);
    assert_eq!(row(&text, "received"), ["received", "2022-12-01"]);
    assert_eq!(row(&text, "waited")[1..5], ["30", "days", "since", "receipt,"]);
    assert_eq!(row(&text, "observed")[1..3], ["until", "2022-12-31,"]);
    let days: Vec<f64> = row(&text, "decided").iter().filter_map(|word| word.parse().ok()).collect();
    let expected = [34.0, 40.0, 50.0, 60.0, 62.0, 66.0, 68.0];
    assert_eq!(days.len(), expected.len(), "{text}");
    for (days, expected) in days.iter().zip(expected) {
        assert!((days - expected).abs() <= 2.0, "{days} instead of {expected}");
    }
    let until = row(&text, "by")[3];
    let median = model::Day::parse("2022-12-31").unwrap().plus(days[2] as i32);
    assert!((model::Day::parse(until).unwrap().since(median)).abs() <= 1, "{until}");
    let chances: Vec<&str> = row(&text[text.find("within").unwrap()..], "chance")[1..].to_vec();
    assert_eq!(chances, ["<", "5", "%", ">", "95", "%", ">", "95", "%", ">", "95", "%"]);
    assert!(text.contains("100 %  decision (") && text.contains("state=received"), "{text}");
    assert!(text.contains("│ median: 5") || text.contains("│ median: 49"), "{text}");
    assert!(text.contains(" 100 ┤⠉⠉⠉⠉⠉"), "nothing is decided at first:\n{text}");
}

#[test]
fn the_json_is_the_row_of_the_table() {
    let folder = folder_with_models(
        "gap,I-765,2022-05-01,\nnew,I-765,2022-05-01,XYZ\n",
        "gap,received,2022-05-01\nnew,received,2022-05-01\nnew,rfe_sent,2022-05-20\n",
    );
    let folder = folder.path();
    for as_of in ["2022-06-15", "2022-08-31"] {
        let estimate =
            format!("estimate --history history --models models --as-of {as_of} --output out.parquet");
        succeeds(&estimate, folder);
        let table = table_of(&folder.join("out.parquet"));
        let number = |name: &str, row: usize| {
            table.column_by_name(name).unwrap().as_primitive::<Float32Type>().value(row)
        };
        let ids = texts(&table, "case_id");
        let last = ids.len() - 1;
        for row in [0, last / 2, last - 1, last] {
            let found = explained(folder, ids[row], &format!("--as-of {as_of}"));
            for (target, prefix) in [("decision", "decision"), ("next_step", "next_step")] {
                let rows = found[target]["quantiles"].as_array().unwrap();
                assert_eq!(rows.len(), 19);
                for (step, quantile) in rows.iter().enumerate() {
                    let expected = number(&format!("{prefix}_q{:02}", 5 * (step + 1)), row);
                    assert_eq!(quantile["days"].as_f64().unwrap() as f32, expected, "{} {target}", ids[row]);
                }
            }
            let likeliest = &found["next_step"]["events"][0];
            assert_eq!(likeliest["milestone"], texts(&table, "next_step")[row]);
            assert_eq!(
                likeliest["probability"].as_f64().unwrap() as f32,
                number("next_step_probability", row)
            );
            let events = found["next_step"]["events"].as_array().unwrap();
            let sum: f64 = events.iter().map(|event| event["probability"].as_f64().unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{sum}");
            assert_eq!(found["status"], texts(&table, "status")[row]);
            assert_eq!(found["basis"]["group"], texts(&table, "basis_group")[row]);
            assert_eq!(found["curves"]["in_state"]["group"], found["basis"]["group"]);
            let cases = table.column_by_name("basis_cases").unwrap().as_primitive::<Int64Type>();
            assert_eq!(found["basis"]["cases"], cases.value(row));
            let beyond = table.column_by_name("beyond_data").unwrap().as_boolean().value(row);
            assert_eq!(found["decision"]["beyond_data"], beyond);
            assert_eq!(found["model"]["version"], texts(&table, "model_version")[row]);
            for curve in ["in_state", "undecided"] {
                let days = found["curves"][curve]["days"].as_array().unwrap();
                let share = found["curves"][curve]["share"].as_array().unwrap();
                assert!(days.len() == share.len() && days.len() > 2);
                let falls = |one: &Value, other: &Value| one.as_f64() >= other.as_f64();
                assert!(share.is_sorted_by(falls) && share[0] == 1.0, "{share:?}");
            }
        }
        let gap = explained(folder, "new", &format!("--as-of {as_of}"))["case"]["unobserved_days"].as_f64();
        assert_eq!(gap, Some(if as_of == "2022-06-15" { 0.0 } else { 31.0 }));
    }
}

#[test]
fn missing_and_unknown_attributes_and_wider_groups_are_named() {
    let folder = folder_with_models(
        "gap,I-765,2022-05-01,\nnew,I-765,2022-05-01,XYZ\nodd,I-765,2022-05-01,MSC\n",
        "gap,received,2022-05-01\nnew,received,2022-05-01\nodd,received,2022-05-01\nodd,rfe_sent,2022-05-20\n",
    );
    let text = |case: &str| {
        let text = explain(folder.path(), case, "--as-of 2022-06-15");
        assert_fits_a_terminal(&text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let gap = text("gap");
    assert!(gap.contains("center: missing") && gap.contains("center: any value counts as alike"), "{gap}");
    assert!(gap.contains("category: missing, and the model does not use it"), "{gap}");
    let new = text("new");
    assert!(new.contains("center = XYZ: the model has not seen this value"), "{new}");
    // Too few cases were ever asked for evidence, and the receipt stands for that.
    let odd = text("odd");
    assert!(odd.contains("center = MSC") && !odd.contains("center = MSC:"), "{odd}");
    let wider =
        "group, state=evidence_requested; center=MSC, has too few cases, so all cases of the form answered";
    assert!(odd.contains(wider), "{odd}");
    assert!(!gap.contains("has too few cases"), "{gap}");
    let json = explained(folder.path(), "odd", "--as-of 2022-06-15");
    assert!(json["basis"]["own_group"].as_str().unwrap().starts_with("state=evidence_requested"), "{json}");
    assert_ne!(json["basis"]["state"], "own");
}

#[test]
fn a_case_without_an_estimate_has_its_reason_and_a_remedy() {
    let folder = folder_with_models(
        "held,I-765,2022-05-01,MSC\nlate,I-765,2022-07-01,MSC\nback,I-765,2022-05-01,MSC\n",
        "held,received,2022-05-01\nheld,on_hold,2022-05-20\nlate,received,2022-07-01\nback,rejected,2022-05-03\n",
    );
    let folder = folder.path();
    add_cards(&folder.join("history"));
    for (case, as_of, status, reason, remedy) in [
        ("c0", "2022-06-16", "decided", "decided on 2022-02-20 (denied)", "an earlier --as-of"),
        ("held", "2022-06-16", "on_hold", "stopped by `on_hold` since 2022-05-20", "ask again"),
        ("back", "2022-06-16", "rejected_at_intake", "refused the filing at intake", "another case"),
        ("late", "2022-06-16", "not_yet_received", "received on 2022-07-01", "--as-of 2022-07-01 or later"),
        ("held", "2022-06-14", "model_trained_later", "trained as of 2022-06-15", "train --as-of 2022-06-14"),
        ("p", "2022-06-16", "unsupported_form", "form `I-131` does not have a model", "train --form I-131"),
    ] {
        let text = explain(folder, case, &format!("--as-of {as_of}"));
        assert_fits_a_terminal(&text);
        assert_eq!(row(&text, "status")[1], status, "{text}");
        let json = explained(folder, case, &format!("--as-of {as_of}"));
        let why = json["reason"].as_str().unwrap();
        assert!(why.contains(reason) && why.contains(remedy), "{why}");
        assert!(json["decision"].is_null() && json["basis"].is_null() && json["curves"].is_null(), "{json}");
        assert!(!text.contains("Still undecided"), "{text}");
        assert_eq!(json["case"].is_null(), case == "late", "{json}");
    }
    let held = explained(folder, "held", "--as-of 2022-06-16");
    assert_eq!(held["case"]["paused_since"], "2022-05-20");
    assert_eq!(held["case"]["on_hold_days"], 27.0);
    assert_eq!(held["case"]["since_receipt_days"], 19.0);
    let decided = explained(folder, "c0", "--as-of 2022-06-16");
    assert_eq!(decided["case"]["outcome"], "denied");
    assert_eq!(decided["case"]["decided_on"], "2022-02-20");
}

#[test]
fn an_unknown_case_is_refused_with_the_nearest_ids() {
    let folder = folder_with_models("", "");
    let ask = |case: &str| format!("explain --history history --models models --case {case}");
    for words in ["the history has no case `c1490`", "is it `c140` or `c149` or `c190`?"] {
        is_refused(&ask("c1490"), folder.path(), words);
    }
    is_refused(&ask("2022/AB/77"), folder.path(), "its ids look like `c0` or `c1` or `c2`");
    is_refused(&ask("IOE0123456789"), folder.path(), "no case `[receipt number]`");
}

#[test]
fn only_the_model_of_the_form_is_read() {
    let folder = folder_with_models("", "");
    let ask = |models: &str| format!("explain --history history --models {models} --case c149");
    let text = succeeds(&ask("models"), folder.path());
    fs::write(folder.path().join("models/I-90.myprogress"), "broken").unwrap();
    assert_eq!(succeeds(&ask("models"), folder.path()), text);
    is_refused(
        &ask("nowhere"),
        folder.path(),
        "nowhere is not a folder; give --models one that `myprogress train` wrote",
    );
}

#[test]
fn a_model_of_a_simulated_history_says_so() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for kind in ["real", "simulated"] {
        write_history_of_kind(&folder.join(kind), kind);
        succeeds(&format!("train --history {kind} --models of-{kind} --as-of 2022-06-15"), folder);
        let ask = format!("explain --history {kind} --models of-{kind} --case c149 --as-of 2022-06-15");
        let text = succeeds(&ask, folder);
        assert_eq!(text.lines().any(|line| line.starts_with("  SIMULATED: ")), kind == "simulated", "{text}");
        assert_eq!(row(&text, "trained").last(), Some(&kind));
        let output = run(&format!("{ask} --json"), folder);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["model"]["trained_on"], format!("{kind}_history"));
    }
}
