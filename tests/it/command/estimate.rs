//! `estimate`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Date32Array, Float32Array, Float64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use tempfile::TempDir;

use super::histories::{add_cards, write_history, write_history_of_kind};
use super::run::{is_refused, run, succeeds};
use super::tables::{rows_of, table_of, texts, write_queries_about, write_table};

#[test]
fn estimates_cover_pending_cases_and_use_nothing_later() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    add_cards(&folder.join("history"));
    succeeds("train --history history --as-of 2022-06-15 --models models --form I-765 --form I-765", folder);
    assert_eq!(fs::read_dir(folder.join("models")).unwrap().count(), 1);
    let estimate = |as_of: &str| {
        format!("estimate --history history --models models --as-of {as_of} --output out.parquet")
    };
    for earlier in ["2022-06-14", "2022-06-15T23:59:59Z"] {
        for words in ["2022-06-15,", earlier, "train --as-of"] {
            is_refused(&estimate(earlier), folder, words);
        }
    }
    assert!(!folder.join("out.parquet").exists());
    let output = run(&estimate("2022-06-15"), folder);
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warnings.contains("warning: actions.csv: action `seen_on_tv` (1 times)"), "{warnings}");
    assert!(!warnings.contains("the history ends"), "{warnings}");
    let table = table_of(&folder.join("out.parquet"));
    let unsupported: Vec<(&str, &str)> = texts(&table, "case_id")
        .into_iter()
        .zip(texts(&table, "status"))
        .filter(|(_, status)| *status == "unsupported_form")
        .collect();
    assert_eq!(unsupported, [("p", "unsupported_form")], "the others are decided and refused");
    let output = run(&estimate("2022-09-30"), folder);
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{warnings}");
    assert!(warnings.contains("the history ends on 2022-07-31"), "{warnings}");
    assert!(warnings.contains("to 2022-09-30"), "{warnings}");
    queries_keep_their_rows_and_times(folder);
}

/// Asks the models of 2022-06-15 with every column type that a time may have.
fn queries_keep_their_rows_and_times(folder: &Path) {
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c1", "p", "c149"]));
    let seen: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN), Some(0.0)]));
    // 2022-06-30, 2022-06-01, 2022-06-30, 2022-01-01
    let days = [19_173, 19_144, 19_173, 18_993];
    let times = |per_second: i64| days.map(|day| i64::from(day) * 86_400 * per_second + 1).to_vec();
    let columns: [ArrayRef; 6] = [
        Arc::new(Date32Array::from(days.to_vec())),
        Arc::new(TimestampMillisecondArray::from(times(1_000)).with_timezone("UTC")),
        Arc::new(TimestampMicrosecondArray::from(times(1_000_000))),
        Arc::new(TimestampMicrosecondArray::from(times(1_000_000)).with_timezone("UTC")),
        Arc::new(TimestampNanosecondArray::from(times(1_000_000_000))),
        Arc::new(TimestampNanosecondArray::from(times(1_000_000_000)).with_timezone("UTC")),
    ];
    let command = "estimate --history history --models models --queries queries.parquet --output out.parquet";
    for as_of in columns {
        write_table(
            &folder.join("queries.parquet"),
            &[("case_id", ids.clone()), ("as_of", as_of.clone()), ("actions_seen", seen.clone())],
        );
        succeeds(command, folder);
        let table = table_of(&folder.join("out.parquet"));
        assert_eq!(
            table.column_by_name("as_of").unwrap(),
            &as_of,
            "the times are written as they were asked"
        );
        assert_eq!(
            texts(&table, "status"),
            ["estimated", "model_trained_later", "unsupported_form", "not_yet_received"]
        );
        let median = table.column_by_name("decision_q50").unwrap();
        let median = median.as_any().downcast_ref::<Float32Array>().unwrap();
        assert_eq!((median.is_valid(0), median.is_valid(1)), (true, false));
    }
    let half: ArrayRef = Arc::new(Float64Array::from(vec![0.5; 4]));
    let as_of: ArrayRef = Arc::new(Date32Array::from(days.to_vec()));
    let columns = [("case_id", ids), ("as_of", as_of), ("actions_seen", half)];
    write_table(&folder.join("queries.parquet"), &columns);
    is_refused(command, folder, "row 1: `actions_seen` is 0.5; write how many of the case's actions count");
}

#[test]
fn a_decided_case_has_its_outcome_in_the_table() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["c0", "c3", "c149"]));
    // 2022-06-16
    let as_of: ArrayRef = Arc::new(Date32Array::from(vec![19_159; 3]));
    write_table(&folder.join("queries.parquet"), &[("case_id", ids), ("as_of", as_of)]);
    succeeds(
        "estimate --history history --models models --queries queries.parquet --output out.parquet",
        folder,
    );
    let table = table_of(&folder.join("out.parquet"));
    assert_eq!(texts(&table, "status"), ["decided", "decided", "estimated"]);
    assert_eq!(texts(&table, "outcome"), ["denied", "approved", ""]);
}

#[test]
fn two_models_of_one_form_are_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    fs::copy(folder.join("models/I-765.myprogress"), folder.join("models/old.myprogress")).unwrap();
    let estimate = "estimate --history history --models models --as-of 2022-06-15 --output out.parquet";
    for words in ["models/I-765.myprogress and", "models/old.myprogress", "`I-765`"] {
        is_refused(estimate, folder, words);
    }
    fs::rename(folder.join("models/old.myprogress"), folder.join("models/old.myprogress.partial")).unwrap();
    succeeds(estimate, folder);
}

#[test]
fn a_model_of_a_simulated_history_warns_about_other_cases() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("unstated"));
    for kind in ["real", "simulated"] {
        write_history_of_kind(&folder.join(kind), kind);
        succeeds(&format!("train --history {kind} --models of-{kind} --as-of 2022-06-15"), folder);
    }
    write_queries_about(&folder.join("queries.parquet"), "c7");
    let warning = "warning: the model of form `I-765` was trained on a simulated history and this one is not";
    for (history, models, times) in [
        ("real", "of-simulated", 1),
        ("unstated", "of-simulated", 1),
        ("simulated", "of-simulated", 0),
        ("real", "of-real", 0),
        ("simulated", "of-real", 0),
    ] {
        for asked in ["--as-of 2022-06-15", "--queries queries.parquet"] {
            let estimate =
                format!("estimate --history {history} --models {models} {asked} --output out.parquet");
            let output = run(&estimate, folder);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{estimate}: {errors}");
            assert_eq!(errors.matches(warning).count(), times, "{estimate}: {errors}");
        }
    }
}

/// Replaces a text in a file of the history.
fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let file = folder.join("history").join(file);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replace(from, to)).unwrap();
}

/// What `estimate` warns of about values, apart from what `check` warns of.
fn unseen_values(folder: &Path, asked: &str) -> Vec<String> {
    let estimate = format!("estimate --history history --models models {asked} --output out.parquet");
    let output = run(&estimate, folder);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    errors.lines().filter(|line| line.starts_with("warning: of the ")).map(str::to_owned).collect()
}

#[test]
fn values_that_the_model_has_not_seen_and_missing_ones_are_counted() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    let asked = "--as-of 2022-06-15";
    assert_eq!(unseen_values(folder, asked), [""; 0]);
    let pending = rows_of(&folder.join("out.parquet"));
    let warning = |what: &str| {
        format!(
            "warning: of the {pending} rows of form `I-765`, {what}; their estimates rest on wider groups; correct the \
             values, or train on a history that has them"
        )
    };
    let ids =
        |table: &RecordBatch| texts(table, "case_id").iter().map(ToString::to_string).collect::<Vec<_>>();
    let at = |center: &str| {
        let cases = fs::read_to_string(folder.join("history/cases.csv")).unwrap();
        let of_center = |line: &str| line.ends_with(&format!(",{center}"));
        let of_case =
            |id: &String| cases.lines().any(|line| line.starts_with(&format!("{id},")) && of_center(line));
        ids(&table_of(&folder.join("out.parquet"))).iter().filter(|id| of_case(id)).count()
    };
    let (msc, lin) = (at("MSC"), at("LIN"));
    assert!(msc > 0 && lin > 0 && msc + lin == pending, "{msc} {lin}");
    // Case matters, and so does every cause: an unknown value, a gap, both, and a column that is missing.
    replace(folder, "cases.csv", ",MSC", ",msc");
    let unseen =
        format!("{msc} have values of `center` that its model has not seen (for example `msc` {msc})");
    assert_eq!(unseen_values(folder, asked), [warning(&unseen)]);
    replace(folder, "cases.csv", ",LIN", ",");
    assert_eq!(unseen_values(folder, asked), [warning(&format!("{unseen} and {lin} have none"))]);
    replace(folder, "cases.csv", ",msc", ",MSC");
    assert_eq!(unseen_values(folder, asked), [warning(&format!("{lin} have no value of `center`"))]);
    replace(folder, "cases.csv", ",center", ",Center");
    let none = "none has a value of `center`, which is not a column of the history";
    assert_eq!(unseen_values(folder, asked), [warning(none)]);
    replace(folder, "cases.csv", ",Center", ",center");
    // Only what is asked about counts.
    write_queries_about(&folder.join("queries.parquet"), "c149");
    let found = unseen_values(folder, "--queries queries.parquet");
    assert!(
        found.len() == 1 && found[0].starts_with("warning: of the 1 rows of form `I-765`, 1 have no value"),
        "{found:?}"
    );
    write_queries_about(&folder.join("queries.parquet"), "c147");
    assert_eq!(unseen_values(folder, "--queries queries.parquet"), [""; 0]);
}

#[test]
fn at_most_five_unseen_values_are_named_and_masked() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    let file = folder.join("history/cases.csv");
    let cases = fs::read_to_string(&file).unwrap();
    let cases = cases.lines().enumerate().map(|(row, line)| match line.strip_suffix(",LIN") {
        Some(start) => format!("{start},L{}\u{7}\n", row % 7),
        None => format!("{line}\n"),
    });
    let cases: String = cases.collect();
    fs::write(&file, cases).unwrap();
    let found = unseen_values(folder, "--as-of 2022-06-15");
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, examples) = found[0].split_once("(for example ").unwrap();
    let (examples, _) = examples.split_once(')').unwrap();
    let counts: Vec<u64> =
        examples.split(", ").map(|example| example.rsplit_once(' ').unwrap().1.parse().unwrap()).collect();
    assert!(counts.len() == 5 && counts.is_sorted_by(|one, other| one >= other), "{examples}");
    assert!(examples.starts_with("`L") && !found[0].contains('\u{7}'), "{found:?}");
}
