//! Who did an event: where it is read from, and how it is left out.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray};
use arrow::datatypes::Int64Type;
use tempfile::TempDir;

use super::super::{End, EventLog, EventLogError, ReadOptions, to_history};
use super::formats::{column, parquet};
use super::history::table;
use super::{CSV, XES, notes, read, read_with};

/// Who did each event, as the log has them; `-` where it does not say.
fn resources(log: &EventLog) -> Vec<&str> {
    let name = |resource: u32| log.resources[resource as usize].as_str();
    log.events.iter().map(|event| event.resource.map_or("-", name)).collect()
}

/// The column `resource` of the actions of a history, if it has one.
fn written(log: EventLog) -> Option<Vec<Option<String>>> {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("history");
    to_history(log, "permit", End::LastEvent).unwrap().write(&target, "form = \"permit\"\n").unwrap();
    let actions = table(&target.join("actions.parquet"));
    let column = actions.column_by_name("resource")?.as_string::<i32>();
    Some(column.iter().map(|name| name.map(str::to_owned)).collect())
}

#[test]
fn who_did_an_event_is_kept_by_its_action_and_nobody_did_the_end() {
    let log = read("log.csv", CSV).unwrap();
    assert_eq!(resources(&log), ["Ann", "Bob", "Ann"]);
    assert!(notes(&log).iter().any(|note| {
        note == "who did each event is read from `resource` and may name employees; --without-resource leaves it out"
    }));
    let by_action = [Some("Bob"), Some("Ann"), None, Some("Ann"), None];
    assert_eq!(written(log).unwrap(), by_action.map(|name| name.map(str::to_owned)));

    let log = read("log.xes", XES).unwrap();
    assert_eq!(resources(&log), ["Ann", "-"]);
    assert!(notes(&log).iter().any(|note| note.contains("`org:resource`")), "{:?}", notes(&log));
}

#[test]
fn without_it_neither_the_log_nor_the_history_has_a_name() {
    let options = ReadOptions { without_resource: true, ..ReadOptions::default() };
    for (name, text) in [("log.csv", CSV), ("log.xes", XES)] {
        let log = read_with(name, text, &options).unwrap();
        assert!(log.resources.is_empty() && log.events.iter().all(|event| event.resource.is_none()));
        assert_eq!(written(log), None);
    }
}

#[test]
fn a_column_is_chosen_by_an_option_then_by_the_xes_name_then_by_order() {
    let csv = "case_id,activity,timestamp,resource,org:resource,clerk\n1,A,2016-02-01,Ann,Bob,Cy\n";
    assert_eq!(resources(&read("log.csv", csv).unwrap()), ["Bob"]);
    let chosen = |name: &str| {
        let options = ReadOptions { resource_column: Some(name.into()), ..ReadOptions::default() };
        read_with("log.csv", csv, &options)
    };
    assert_eq!(resources(&chosen("Clerk").unwrap()), ["Cy"]);
    let missing = chosen("officer").unwrap_err();
    assert!(matches!(missing, EventLogError::MissingResourceColumn { .. }), "{missing}");
    let shared = chosen("activity").unwrap_err().to_string();
    assert!(
        shared.contains("--activity-column and --resource-column both choose the column `activity`"),
        "{shared}"
    );
    let unnamed = "case_id,activity,timestamp,clerk\n1,A,2016-02-01,Cy\n";
    assert_eq!(written(read("log.csv", unnamed).unwrap()), None);
}

#[test]
fn a_name_that_a_history_may_not_have_is_left_out_and_the_event_is_kept() {
    let long = "x".repeat(129);
    let csv =
        format!("case_id,activity,timestamp,resource\n1,A,2016-02-01,IOE0123456789\n1,B,2016-02-02,{long}\n");
    let log = read("log.csv", csv).unwrap();
    assert_eq!((resources(&log), log.case_count()), (vec!["-", "-"], 1));
    let left_out = "2 events are kept without a resource that a history may not have";
    assert_eq!(notes(&log).last().unwrap(), left_out);
}

#[test]
fn a_parquet_log_may_number_who_did_an_event_and_lists_are_not_names() {
    let log = |resource: ArrayRef| {
        read(
            "log.parquet",
            parquet(vec![
                ("case_id", column(&["1", "2"])),
                ("activity", column(&["A", "A"])),
                ("timestamp", column(&["2016-02-01", "2016-02-02"])),
                ("resource", resource),
            ]),
        )
        .unwrap()
    };
    assert_eq!(resources(&log(Arc::new(Int64Array::from(vec![Some(112), None])))), ["112", "-"]);
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)]), None]);
    assert!(lists.data_type().is_nested());
    let lists = log(Arc::new(lists));
    assert_eq!(resources(&lists), ["-", "-"]);
    assert!(notes(&lists)[0].contains("`resource` is left out"), "{:?}", notes(&lists));
}
