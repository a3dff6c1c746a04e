//! `train` and its models.

use std::fs;

use tempfile::TempDir;

use super::histories::{add_late_records, decided_by, write_history, write_history_of_kind};
use super::run::{is_refused, run, succeeds};
use super::tables::rows_of;

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
    let estimated = succeeds(
        "estimate --history history --models models --as-of 2022-06-15 --output estimates.parquet",
        folder,
    );
    let later = succeeds("train --history history --as-of 2030-01-01 --models later --json", folder);
    let later: serde_json::Value = serde_json::from_str(&later).unwrap();
    assert_eq!(later[0]["training"]["as_of"], "2022-07-31", "no model knows more than the history");
    let pending = 400 - decided_by(&folder.join("history"), "2022-06-15");
    assert_eq!(rows_of(&folder.join("estimates.parquet")), pending);
    assert_eq!(estimated, format!("{pending} rows in estimates.parquet: {pending} estimated\n"));
    let scores =
        succeeds("backtest --history history --origins 2022-05-15,2022-06-15 --output scores", folder);
    for candidate in
        ["cohort_curves", "kaplan_meier_by_queue", "head_of_line_delay", "elastic_net", "random_forest"]
    {
        assert!(scores.contains(candidate), "{scores}");
    }
    let written: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("scores/scores.json")).unwrap()).unwrap();
    assert!(written.as_array().unwrap().iter().all(|row| row["crps_days"].as_f64().unwrap().is_finite()));
}

#[test]
fn a_form_without_observed_waits_does_not_block_other_forms() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    add_late_records(&folder.join("history"));
    let train = "train --history history --as-of 2022-06-15 --models models";
    let output = run(train, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(
        errors.contains("warning: form `I-131`: no decided case was seen waiting by 2022-06-15"),
        "{errors}"
    );
    let models: Vec<_> =
        fs::read_dir(folder.join("models")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(models, ["I-765.myprogress"]);
    for words in ["no decided case was seen waiting", "choose a later --as-of or a longer history"] {
        is_refused(&format!("{train} --form I-131"), folder, words);
    }
    // On the first day nothing of the other form is decided either.
    let early = "train --history history --as-of 2022-01-31 --models early";
    is_refused(early, folder, "no form has enough data by 2022-01-31");
    assert!(!folder.join("early").exists());
    let scores = succeeds("backtest --history history --origins 2022-06-15 --output scores --json", folder);
    assert!(scores.contains("I-765") && !scores.contains("I-131"), "{scores}");
}

#[test]
fn check_and_train_say_alike_from_when_on_cases_count() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let both_say = |note: &str| {
        for command in ["check --history history", "train --history history --models models"] {
            let said = succeeds(command, folder);
            assert!(said.lines().any(|line| line == note), "{command}: `{note}` is not in\n{said}");
        }
    };
    let history = folder.join("history");
    write_history(&history);
    let add = |file: &str, lines: &str| {
        let text = fs::read_to_string(history.join(file)).unwrap() + lines;
        fs::write(history.join(file), text).unwrap();
    };
    add(
        "cases.csv",
        "late,I-765,2022-02-01,MSC\nunseen,I-765,2022-02-01,MSC\nreturned,I-765,2022-02-01,MSC\n",
    );
    add("actions.csv", "late,biometrics_taken,2022-03-01\nreturned,rejected,2022-02-03\n");
    // The case that was rejected at intake is known, but it does not count.
    both_say(
        "I-765: 1 of the 401 cases that count entered the record after their receipt, so they count only from their first \
         action; training leaves out the cases without an action (1), because 400 of all 403 known cases came with an \
         action of receipt, so these have not entered the record.",
    );
    let actions = fs::read_to_string(history.join("actions.csv")).unwrap();
    let is_kept = |line: &&str| !line.contains(",received,") || line.starts_with("c0,");
    let kept: Vec<&str> = actions.lines().filter(is_kept).collect();
    fs::write(history.join("actions.csv"), kept.join("\n")).unwrap();
    both_say(
        "I-765: only 1 of all 403 known cases came with an action of receipt, so the others count from their date of \
         receipt.",
    );
}

#[test]
fn a_simulated_history_never_replaces_the_models_of_a_real_one() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for kind in ["real", "simulated"] {
        write_history_of_kind(&folder.join(kind), kind);
    }
    let train = |history: &str, models: &str| {
        format!("train --history {history} --models {models} --as-of 2022-06-15")
    };
    let file = folder.join("models/I-765.myprogress");
    succeeds(&train("simulated", "models"), folder);
    succeeds(&train("simulated", "models"), folder);
    let simulated = fs::read(&file).unwrap();
    succeeds(&train("real", "models"), folder);
    let real = fs::read(&file).unwrap();
    assert_ne!(real, simulated, "a real history may take the place of a simulated one");
    for words in
        ["models has models of I-765 that were trained on a real history", "another folder with --models"]
    {
        is_refused(&train("simulated", "models"), folder, words);
    }
    assert_eq!(fs::read(&file).unwrap(), real);
    assert_eq!(fs::read_dir(folder.join("models")).unwrap().count(), 1);
    succeeds(&train("simulated", "others"), folder);
    succeeds(&train("real", "models"), folder);
}

#[test]
fn a_clock_and_a_half_life_that_are_given_are_used_and_recorded() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let train = |options: &str| -> serde_json::Value {
        let command = format!("train --history history --as-of 2022-06-15 --models models --json {options}");
        serde_json::from_str(&succeeds(&command, folder)).unwrap()
    };
    for (options, clock, days) in [
        ("--clock state --half-life none", "in_state", None),
        ("--clock receipt --half-life 33.5", "since_receipt", Some(33.5)),
        ("--half-life 7", "since_receipt", Some(7.0)),
    ] {
        let trained = train(options);
        for target in ["decision", "next_step"] {
            let record = &trained[0]["training"][target];
            assert_eq!(record["half_life_days"].as_f64(), days, "{options}: {record}");
            assert_eq!(record["fixed"], true, "{options}: {record}");
            // Where only one of both is given, the other one is left to validation.
            if options.contains("--clock") {
                assert_eq!(record["time_scale"], clock, "{options}: {record}");
            }
        }
    }
    let chosen = &train("")[0]["training"]["decision"];
    assert_eq!(chosen["fixed"], false, "{chosen}");
    for (option, named) in [("--clock age", "age"), ("--half-life 0", "`0` is not a half-life")] {
        let command = format!("train --history history --as-of 2022-06-15 --models models {option}");
        is_refused(&command, folder, named);
    }
}
