//! The cases on which the rows of `estimate` rest.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use model::Day;
use tempfile::TempDir;

use super::histories::write_history;
use super::run::{run, succeeds};
use super::tables::{table_of, texts, write_table};

/// The columns about the basis, in their order, with their neighbours.
const COLUMNS: [&str; 6] =
    ["outcome", "basis_cases", "basis_group", "beyond_data", "missing", "model_version"];

/// The history of these tests: a category besides the center, and a center with a few cases.
fn write_history_with_categories(history: &Path) {
    write_history(history);
    let cases = fs::read_to_string(history.join("cases.csv")).unwrap();
    let categories = |(row, line): (usize, &str)| match row {
        0 => format!("{line},category\n"),
        _ => format!("{line},{}\n", if row % 2 == 0 { "c08" } else { "c09" }),
    };
    let mut cases: String = cases.lines().enumerate().map(categories).collect();
    let mut actions = fs::read_to_string(history.join("actions.csv")).unwrap();
    for case in 0..5 {
        cases.push_str(&format!("n{case},I-765,2022-01-0{},NBC,c08\n", case + 1));
        actions.push_str(&format!(
            "n{case},received,2022-01-0{0}\nn{case},biometrics_taken,2022-02-01\nn{case},approved,2022-04-01\n",
            case + 1
        ));
    }
    fs::write(history.join("cases.csv"), cases).unwrap();
    fs::write(history.join("actions.csv"), actions).unwrap();
}

/// Adds a case that was received on 2022-05-01, with what happened to it.
fn add_case(history: &Path, id: &str, attributes: &str, actions: &str) {
    let add = |file: &str, lines: String| {
        let text = fs::read_to_string(history.join(file)).unwrap() + &lines;
        fs::write(history.join(file), text).unwrap();
    };
    add("cases.csv", format!("{id},I-765,2022-05-01,{attributes}\n"));
    add("actions.csv", format!("{id},received,2022-05-01\n"));
    for action in actions.split_whitespace() {
        let (code, day) = action.split_once('=').unwrap();
        add("actions.csv", format!("{id},{code},{day}\n"));
    }
}

/// Asks about cases, each as of a day.
fn ask(folder: &Path, queries: &[(&str, &str)]) -> RecordBatch {
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(queries.iter().map(|(id, _)| *id)));
    let epoch = Day::parse("1970-01-01").unwrap();
    let days = queries.iter().map(|(_, day)| Day::parse(day).unwrap().since(epoch));
    let as_of: ArrayRef = Arc::new(Date32Array::from_iter_values(days));
    write_table(&folder.join("queries.parquet"), &[("case_id", ids), ("as_of", as_of)]);
    succeeds(
        "estimate --history history --models models --queries queries.parquet --output out.parquet",
        folder,
    );
    table_of(&folder.join("out.parquet"))
}

/// The columns `basis_cases`, `basis_group`, `beyond_data` and `missing` of each row.
fn bases(table: &RecordBatch) -> Vec<Option<(i64, &str, bool, &str)>> {
    let column = |name: &str| table.column_by_name(name).unwrap();
    let cases = column("basis_cases").as_primitive::<Int64Type>();
    let beyond = column("beyond_data").as_boolean();
    let (groups, missing) = (texts(table, "basis_group"), texts(table, "missing"));
    let row = |row: usize| {
        let nulls = COLUMNS[1..5].iter().filter(|name| column(name).is_null(row)).count();
        assert!(nulls == 0 || nulls == 4, "row {row} has {nulls} nulls");
        (nulls == 0).then(|| (cases.value(row), groups[row], beyond.value(row), missing[row]))
    };
    (0..table.num_rows()).map(row).collect()
}

#[test]
fn a_row_says_which_cases_answered_and_what_was_missing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let history = folder.join("history");
    write_history_with_categories(&history);
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    let taken = "biometrics_taken=2022-05-20";
    let transferred = "biometrics_taken=2022-05-20 transferred=2022-06-01";
    let asked = [
        ("full", "LIN,c08", taken, "state=biometrics; center=LIN; category=c08", ""),
        ("waits", "LIN,c09", "", "state=received; center=LIN; category=c09", ""),
        ("rare", "NBC,c08", taken, "state=biometrics", ""),
        ("status", "LIN,c08", transferred, "state=biometrics; center=LIN; category=c08", ""),
        ("step", "LIN,c08", "rfe_sent=2022-05-20", "all", ""),
        ("unknown", "LIN,c77", taken, "state=biometrics; center=LIN", "category"),
        ("gap", "LIN,", taken, "state=biometrics; center=LIN", "category"),
        ("neither", "lin,", taken, "state=biometrics", "center,category"),
    ];
    for (id, attributes, actions, ..) in asked {
        add_case(&history, id, attributes, actions);
    }
    let queries = asked.map(|(id, ..)| (id, "2022-06-15"));
    let table = ask(folder, &queries);
    assert_eq!(texts(&table, "status"), ["estimated"; 8]);
    let schema = table.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert!(names.ends_with(&COLUMNS), "{names:?}");
    let found = bases(&table);
    for (row, (id, _, _, group, missing)) in found.iter().zip(asked) {
        let (cases, found_group, beyond, found_missing) = row.unwrap();
        assert_eq!((found_group, found_missing, beyond), (group, missing, false), "{id}");
        assert!(cases > 0, "{id}");
    }
    let cases: Vec<i64> = found.iter().map(|row| row.unwrap().0).collect();
    assert_eq!(cases[3], cases[0], "one group has one number of cases");
    assert_eq!(cases[7], cases[2]);
    assert!(cases[0] < cases[5] && cases[5] < cases[2] && cases[2] < cases[4], "{cases:?}");
    // Without the column every case lacks its value.
    let file = history.join("cases.csv");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen(",center,", ",Center,", 1)).unwrap();
    let table = ask(folder, &queries[..1]);
    let (_, group, _, missing) = bases(&table)[0].unwrap();
    assert!(!group.contains("center") && group.starts_with("state=biometrics"), "{group}");
    assert_eq!(missing, "center");
}

#[test]
fn a_median_beyond_the_history_is_marked() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history_with_categories(&folder.join("history"));
    add_case(&folder.join("history"), "old", "LIN,c08", "biometrics_taken=2022-05-20");
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    let table = ask(folder, &[("old", "2022-06-15"), ("old", "2022-07-31"), ("old", "2023-07-31")]);
    assert_eq!(texts(&table, "status"), ["estimated"; 3]);
    let beyond: Vec<bool> = bases(&table).into_iter().map(|row| row.unwrap().2).collect();
    assert_eq!(beyond, [false, false, true]);
    // A case that nobody saw since the end of the history is due, and the history cannot show how late it is.
    let estimate = "estimate --history history --models models --as-of 2023-07-31 --output out.parquet";
    let output = run(estimate, folder);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let table = table_of(&folder.join("out.parquet"));
    let rows = bases(&table);
    assert!(!rows.is_empty() && rows.iter().all(|row| row.unwrap().2), "{rows:?}");
}

#[test]
fn a_row_without_an_estimate_has_no_basis() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let history = folder.join("history");
    write_history_with_categories(&history);
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    add_case(&history, "held", "LIN,c08", "on_hold=2022-05-20");
    let table = ask(folder, &[("c0", "2022-06-16"), ("held", "2022-06-16"), ("held", "2022-05-30")]);
    assert_eq!(texts(&table, "status"), ["decided", "on_hold", "model_trained_later"]);
    assert_eq!(bases(&table), [None; 3]);
}
