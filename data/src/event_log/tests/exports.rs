//! Logs as pm4py, Disco and Celonis write them.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::{End, ReadOptions, to_history};
use super::history::{actions, table};
use super::{attributes, events, notes, read};
use arrow::array::AsArray;

fn exported(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/event_logs").join(name);
    fs::read(path).unwrap()
}

#[test]
fn a_pm4py_export_is_imported_without_options() {
    let log = read("log.csv", exported("pm4py.csv")).unwrap();
    assert_eq!(
        events(&log),
        [
            "1|register request|2010-12-30T11:02:00Z",
            "1|check ticket|2011-01-05T14:12:00Z",
            "1|decide|2011-01-06T11:18:00.25Z",
            "3|register request|2010-12-30T14:50:00Z",
        ]
    );
    assert_eq!(attributes(&log, 0), ["case_creator=Fluxicon", "case_channel=web"]);
    assert_eq!(attributes(&log, 1), ["case_creator=Fluxicon"]);
    assert_eq!(
        notes(&log),
        [
            "case `case:concept:name`, activity `concept:name`, time `time:timestamp` (as pm4py names them)",
            "who did each event is read from `org:resource` and may name employees; --without-resource leaves it out",
            "`case:variant` is left out: it is known only when the case is over",
            "columns that are not used: `cost`, `@@index`",
            "4 events are left out: only the lifecycle transition `complete` counts; 1 case is without other events; \
             --lifecycle chooses others",
        ]
    );
    let received = log.cases[1].first.to_string();
    assert_eq!(received, "2010-12-30T14:50:00Z", "a case is received at its first event that counts");
}

#[test]
fn a_pm4py_frame_that_keeps_its_own_columns_is_read_by_the_xes_names() {
    let export = exported("pm4py_formatted.csv");
    let log = read("log.csv", &export).unwrap();
    assert_eq!(
        events(&log),
        [
            "3|register request|2010-12-30T14:32:00Z",
            "3|decide|2011-01-06T11:18:00Z",
            "1|register request|2010-12-30T11:02:00Z",
        ]
    );
    assert_eq!(attributes(&log, 0), ["case_channel=web"]);
    assert_eq!(
        notes(&log),
        [
            "case `case:concept:name`, activity `concept:name`, time `time:timestamp` (as pm4py names them)",
            "columns that are not used, because all names of pm4py are there: `case_id`, `activity`, `timestamp`; \
             --case-column, --activity-column and --timestamp-column choose others",
            "columns that are not used: `costs`, `@@index`, `@@case_index`",
        ]
    );
    let options = ReadOptions { activity_column: Some("activity".into()), ..ReadOptions::default() };
    let log = super::read_with("log.csv", export, &options).unwrap();
    assert_eq!(log.activities(), ["Register request", "Decide"], "a column that an option names wins");
}

#[test]
fn the_only_complete_set_of_one_tool_wins_over_other_names() {
    let csv = "Case ID,case_id,activity,EVENTTIME,timestamp,lifecycle_id,lifecycle\n\
               1,2,A,2016-02-01,2016-02-02,start,complete\n";
    let log = read("log.csv", csv).unwrap();
    assert_eq!(events(&log), ["2|A|2016-02-02T00:00:00Z"]);
    let said = notes(&log).join("\n");
    assert!(
        said.contains("all names of myprogress are there: `Case ID`, `EVENTTIME`, `lifecycle_id`"),
        "{said}"
    );
}

#[test]
fn a_disco_export_is_imported_without_options_by_its_complete_times() {
    let log = read("log.csv", exported("disco.csv")).unwrap();
    assert_eq!(
        events(&log),
        [
            "339|Create Purchase Requisition|2016-02-01T13:37:00Z",
            "339|Analyze Purchase Requisition|2016-02-02T08:40:00.125Z",
            "339|Create Request for Quotation, Standard|2016-02-12T16:00:00Z",
            "940|Create Purchase Requisition|2016-02-17T09:46:00Z",
        ]
    );
    assert_eq!(log.attributes(), [""; 0]);
    assert_eq!(
        notes(&log),
        [
            "case `Case ID`, activity `Activity`, time `Complete Timestamp` (as Disco names them)",
            "who did each event is read from `Resource` and may name employees; --without-resource leaves it out",
            "columns that are not used: `Start Timestamp`, `Variant`, `Variant index`, `Product`",
        ]
    );
    let only_start = "Case ID,Activity,Start Timestamp\n1,A,2016/02/01 13:23:52.000\n";
    assert_eq!(events(&read("log.csv", only_start).unwrap()), ["1|A|2016-02-01T13:23:52Z"]);
}

#[test]
fn a_celonis_export_is_imported_without_options_in_its_sorting() {
    let log = read("log.csv", exported("celonis.csv")).unwrap();
    assert_eq!(attributes(&log, 1), ["CASE_COMPANY=IDES; Inc."]);
    assert_eq!(
        notes(&log),
        [
            "case `_CASE_KEY`, activity `ACTIVITY_EN`, time `EVENTTIME` (as Celonis names them)",
            "who did each event is read from `USER_NAME` and may name employees; --without-resource leaves it out",
            "dates are read as day/month/year, the only order that line 6 (`29.02.2016 17:45`) allows",
        ]
    );
    let dir = TempDir::new().unwrap();
    to_history(log, "purchase", End::Unknown).unwrap().write(dir.path(), "").unwrap();
    assert_eq!(
        actions(dir.path()),
        [
            "800000000006800001|Create Purchase Order Item|2016-02-01",
            "800000000006800001|Clear Invoice|2016-02-03",
            "800000000006800001|Record Invoice Receipt|2016-02-03",
            "800000000006800002|Create Purchase Order Item|2016-02-02",
            "800000000006800002|Clear Invoice|2016-02-29",
        ]
    );
    let cases = table(&dir.path().join("cases.parquet"));
    assert_eq!(cases.column(3).as_string::<i32>().value(0), "IDES AG");
}

#[test]
fn tabs_semicolons_and_commas_are_recognized_from_the_header() {
    for delimiter in [",", ";", "\t"] {
        let csv = ["case_id|\"activity\"|timestamp|case_note", "a|A|2016-02-01|\"x,y;z\tw|\"\n"].join("\n");
        let log = read("log.csv", csv.replace('|', delimiter)).unwrap();
        assert_eq!(events(&log), ["a|A|2016-02-01T00:00:00Z"], "{delimiter:?}");
        let csv = format!(
            "\n\"case_id\"{delimiter}activity{delimiter}timestamp\r\na{delimiter}A{delimiter}2016-02-01"
        );
        assert_eq!(read("log.csv", csv).unwrap().events.len(), 1, "{delimiter:?}");
    }
}

#[test]
fn known_names_are_matched_without_regard_to_case_and_options_win() {
    let csv = "CASE ID,ACTIVITY,complete timestamp,other\n1,A,2016-02-01,2\n";
    assert_eq!(events(&read("log.csv", csv).unwrap()), ["1|A|2016-02-01T00:00:00Z"]);
    let options = ReadOptions { case_column: Some("OTHER".into()), ..ReadOptions::default() };
    let log = super::read_with("log.csv", csv, &options).unwrap();
    assert_eq!(events(&log), ["2|A|2016-02-01T00:00:00Z"]);
}

#[test]
fn two_columns_for_one_role_are_refused_by_name() {
    for (header, words) in [
        ("case_id,Case ID,activity,EVENTTIME", ["`case_id` and `Case ID`", "--case-column"]),
        ("case_id,activity,concept:name,EVENTTIME", ["`activity` and `concept:name`", "--activity-column"]),
        ("Case ID,activity,EVENTTIME,timestamp", ["`EVENTTIME` and `timestamp`", "--timestamp-column"]),
        ("Case ID,activity,timestamp,lifecycle,lifecycle_id", ["`lifecycle` and `lifecycle_id`", "rename"]),
        ("case_id,activity,timestamp,lifecycle_id,lifecycle:transition", ["`lifecycle_id` and", "rename"]),
        ("_CASE_KEY,ACTIVITY_EN,ACTIVITY_DE,EVENTTIME", ["`ACTIVITY_EN` and `ACTIVITY_DE`", "--activity"]),
        (
            "case_id,activity,timestamp,_CASE_KEY,ACTIVITY_EN,EVENTTIME",
            ["`case_id` and `_CASE_KEY`", "--case-column"],
        ),
    ] {
        let text = read("log.csv", format!("{header}\n1,2,3,4,5,6\n")).unwrap_err().to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
    let csv = "case_id,Case ID,activity,timestamp\n1,2,A,2016-02-01\n";
    let options = ReadOptions { case_column: Some("Case ID".into()), ..ReadOptions::default() };
    let log = super::read_with("log.csv", csv, &options).unwrap();
    assert_eq!(events(&log), ["2|A|2016-02-01T00:00:00Z"]);
    assert!(notes(&log)[1].contains("`case_id` is left out"), "{:?}", notes(&log));
}
