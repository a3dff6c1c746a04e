//! No report, note or summary repeats a receipt number, a control character or a long value of a file.

use std::fs;
use std::path::Path;

use data::case_status::{CaseStatusOptions, UnknownStatus};
use data::event_log::ReadOptions;
use data::{CaseIdKey, Summary, bundled_status_texts, case_status, event_log, forms};
use tempfile::TempDir;

use crate::folder::{Folder, GOOD_ABOUT, GOOD_ACTIONS, GOOD_CASES, parquet};

/// A receipt number in two spellings, an escape code that clears a terminal, and more text than a message holds.
fn canary() -> String {
    format!("IOE0123456789\u{1b}[2Jmsc-21-900-12345 {}", "z".repeat(5_000))
}

fn is_clean(text: &str, of: &str) {
    assert!(!text.is_empty(), "{of} says nothing");
    for part in ["0123456", "900-123", "\u{1b}", &"z".repeat(1_100)] {
        assert!(!text.contains(part), "of {of}: {text}");
    }
}

/// The report of a history that is refused, or the summary of one that is not.
fn said_of(folder: &Folder) -> String {
    match folder.read() {
        Err(report) => report.to_string(),
        Ok(history) => {
            let warnings: String = history.warnings().iter().map(|warning| format!("{warning}\n")).collect();
            format!("{}{warnings}", Summary::from_history(&history).unwrap())
        }
    }
}

/// Each form definition in the folder needs a name of its own.
fn custom_form(form: &str) -> String {
    let text = include_str!("../../forms/i-90.toml");
    text.replacen("form = \"I-90\"", &format!("form = {form:?}"), 1)
}

#[test]
fn no_text_of_a_history_is_repeated_raw() {
    let canary = canary();
    for (file, from) in [
        ("cases.csv", "a,"),
        ("cases.csv", "I-765"),
        ("cases.csv", "2022-01-03"),
        ("cases.csv", "2022-02-01"),
        ("cases.csv", "NBC"),
        ("cases.csv", "case_id"),
        ("cases.csv", "center"),
        ("actions.csv", "a,"),
        ("actions.csv", "b,"),
        ("actions.csv", "rfe_sent"),
        ("actions.csv", "received"),
        ("actions.csv", "2022-01-20"),
        ("actions.csv", "occurred_on"),
    ] {
        let mut folder = Folder::good();
        let text = folder.text(file);
        // Behind the place, so that the rest of a word is there too.
        folder.set(file, text.replace(from, &format!("{canary}{from}")));
        is_clean(&said_of(&folder), &format!("`{from}` in {file}"));
    }
    // Escape codes alone pass more checks than receipt numbers do.
    let escape = "\u{1b}[2J";
    for code in ["other", "received"] {
        let mut folder = Folder::good();
        folder.append("actions.csv", &format!("a,{code}{escape},2022-02-03\nd,{code}{escape},2022-02-03\n"));
        let said = said_of(&folder);
        assert!(said.contains(&format!("action `{code}\u{fffd}[2J` (1 times)")), "{said}");
        is_clean(&said, "a warning");
    }
    let actions = GOOD_ACTIONS.lines().map(|line| format!("{line},{canary}\n")).collect::<String>();
    let actions = actions.replacen(&canary, "scheduled_for", 1);
    is_clean(&said_of(&Folder::of(GOOD_CASES, &actions, GOOD_ABOUT)), "appointments");
}

#[test]
fn no_text_of_a_description_or_a_form_definition_is_repeated_raw() {
    let canary = canary();
    let quoted = serde_json::to_string(&canary).unwrap();
    let escaped = serde_json::to_string("\u{1b}[2Jsmall").unwrap();
    for about in [
        format!(r#"{{"name": {quoted}, "extracted_on": "2022-06-30"}}"#),
        format!(r#"{{"name": {escaped}, "extracted_on": "2022-06-30"}}"#),
        format!(r#"{{"name": "small", "extracted_on": {quoted}}}"#),
        r#"{"name": "small", "extracted_on": "IOE0123456789"}"#.to_owned(),
        r#"{"name": "small", "extracted_on": "2022-06-30", "kind": "\nIOE0123456789"}"#.to_owned(),
        r#"{"name": "small", "extracted_on": "2022-06-30", "source": ["\nIOE0123456789"]}"#.to_owned(),
        r#"{"name": "small", "extracted_on": "2022-06-30", "note": {"x": "\nIOE0123456789"}}"#.to_owned(),
        format!(r#"{{"name": "small", "extracted_on": "2022-06-30", "kind": {quoted}}}"#),
        format!(r#"{{"name": "small", "extracted_on": "2022-06-30", "note": {quoted}}}"#),
        format!(r#"{{"name": "small", "extracted_on": "2022-06-30", "source": {quoted}}}"#),
        format!(r#"{{"name": "small", {quoted}: 1, "extracted_on": }}"#),
        format!("{{{canary}"),
    ] {
        let of = format!("{about:.60}");
        is_clean(&said_of(&Folder::of(GOOD_CASES, GOOD_ACTIONS, &about)), &of);
    }
    for toml in [canary.clone(), format!("form = \"{canary}\""), format!("{canary:?} = 1")] {
        let mut folder = Folder::good();
        folder.set("form.toml", toml);
        is_clean(&said_of(&folder), "a damaged form definition");
    }
    let mut folder = Folder::good();
    folder.set("form.toml", custom_form("IOE0123456789")).append("cases.csv", "e,Z-9,2022-02-03,\n");
    is_clean(&said_of(&folder), "the list of definitions");
}

#[test]
fn no_column_of_a_parquet_table_is_named_raw() {
    use arrow::array::{ArrayRef, Decimal128Array, StringArray};
    use std::sync::Arc;
    let canary = canary();
    let decimal: ArrayRef = Arc::new(Decimal128Array::from(vec![1]));
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let mut folder = Folder::good();
    folder.set("cases.parquet", parquet(&[("case_id", ids), (&canary, decimal)]));
    is_clean(&said_of(&folder), "a column of decimals");
}

const STATUSES: &str = "\
case_id,form,received_on,status,occurred_on,scheduled_for,office,officer
a,N-400,2024-01-10,Case Was Received,2024-01-10,,Boston,x
a,N-400,2024-01-10,Biometrics Appointment Was Scheduled,2024-01-24,2024-07-14,Boston,x
";

fn key() -> CaseIdKey {
    CaseIdKey::from_bytes(b"0123456789abcdef0123456789abcdef").unwrap()
}

/// What the import of a file of case statuses says in the end, whatever its options.
fn said_of_statuses(dir: &Path, content: &str) -> String {
    let path = dir.join("statuses.csv");
    fs::write(&path, content).unwrap();
    let (texts, forms) = (bundled_status_texts().unwrap(), forms::bundled().unwrap());
    let mut said = String::new();
    for case_id_key in [None, Some(key())] {
        for unknown_status in [UnknownStatus::Refuse, UnknownStatus::Keep] {
            let case_id_key = case_id_key.clone();
            let options = CaseStatusOptions { unknown_status, case_id_key, ..CaseStatusOptions::default() };
            match case_status::read(&path, &options, &texts, &forms) {
                Ok(statuses) => said.extend(statuses.notes().iter().map(|note| format!("{note}\n"))),
                Err(error) => said.push_str(&format!("{error}\n")),
            }
        }
    }
    said
}

#[test]
fn no_text_of_a_table_of_case_statuses_is_repeated_raw() {
    let dir = TempDir::new().unwrap();
    let (canary, short) = (canary(), "IOE0123456789\u{1b}[2Jmsc-21-900-12345");
    for canary in [canary.as_str(), short] {
        for from in [
            "\na,",
            "N-400",
            ",2024-01-10,C",
            "Case Was Received",
            "2024-01-24",
            "2024-07-14",
            "Boston",
            ",x\n",
            "case_id",
            "office,",
            "officer",
            "scheduled_for",
        ] {
            let to = from.replacen(|it: char| it.is_alphanumeric(), &format!("{canary}q"), 1);
            let content = STATUSES.replace(from, &to);
            is_clean(&said_of_statuses(dir.path(), &content), &format!("`{from}`"));
        }
    }
    // More unknown statuses than are listed one by one.
    let rows: String =
        (0..30).map(|row| format!("a,N-400,2024-01-10,{row} {short},2024-02-01,,,\n")).collect();
    is_clean(&said_of_statuses(dir.path(), &format!("{STATUSES}{rows}")), "many unknown statuses");
}

const LOG: &str = "\
case_id,activity,timestamp,lifecycle,case_kind,note
a,Register,2010-01-13,complete,new,x
a,Send,2010-01-14,complete,new,x
";

#[test]
fn no_text_of_an_event_log_is_repeated_raw() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("log.csv");
    let (canary, short) = (canary(), "IOE0123456789\u{1b}[2Jmsc-21-900-12345");
    for canary in [canary.as_str(), short] {
        for from in ["\na,", "Send", "2010-01-14", "complete", "new", ",x\n", "case_id", "case_kind", "note"]
        {
            let to = from.replacen(|it: char| it.is_alphanumeric(), &format!("{canary}q"), 1);
            fs::write(&path, LOG.replace(from, &to)).unwrap();
            for case_id_key in [None, Some(key())] {
                let options = ReadOptions { case_id_key, ..ReadOptions::default() };
                let said: String = match event_log::read(&path, &options) {
                    Ok(log) => log.notes().iter().map(|note| format!("{note}\n")).collect(),
                    Err(error) => error.to_string(),
                };
                is_clean(&said, &format!("`{from}`"));
            }
        }
    }
}
