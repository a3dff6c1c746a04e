use std::fs::{self, File};
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use model::{Day, Moment, Stamp};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

use super::super::{End, EventLogError, ImportedHistory, to_history};
use super::{CSV, XES, read};
use crate::history::{
    ActionRow, CaseRow, HistoryFilesError, HistoryJson, HistoryKind, HistoryTimes, HistoryWriter,
};

const TIES: &str = "\
case_id,activity,timestamp
a,Second,2010-01-14
b,Only,2010-02-01
a,First,2010-01-13
a,Third,2010-01-14
";

fn imported(csv: &str, end: End) -> Result<ImportedHistory, EventLogError> {
    to_history(read("log.csv", csv).unwrap(), "permit", end)
}

const TOML: &str = "form = \"permit\"\n";

pub(super) fn table(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow::compute::concat_batches(&schema, &batches).unwrap()
}

pub(super) fn actions(dir: &Path) -> Vec<String> {
    let table = table(&dir.join("actions.parquet"));
    let (cases, names) = (table.column(0).as_string::<i32>(), table.column(1).as_string::<i32>());
    let times = table.column(2).as_primitive::<TimestampMicrosecondType>();
    let time = |row| Moment::from_epoch_micros(times.value(row)).unwrap().to_string();
    (0..table.num_rows())
        .map(|row| format!("{}|{}|{}", cases.value(row), names.value(row), &time(row)[..10]))
        .collect()
}

fn nothing_in(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().next().is_none()
}

#[test]
fn the_last_event_of_each_case_is_its_end_and_ties_keep_their_order() {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("new/history");
    let history = imported(TIES, End::LastEvent).unwrap();
    assert_eq!((history.case_count(), history.action_count()), (2, 6));
    history.write(&target, TOML).unwrap();
    assert_eq!(
        actions(&target),
        [
            "a|First|2010-01-13",
            "a|Second|2010-01-14",
            "a|Third|2010-01-14",
            "a|case_end|2010-01-14",
            "b|Only|2010-02-01",
            "b|case_end|2010-02-01",
        ]
    );
    assert_eq!(fs::read_to_string(target.join("form.toml")).unwrap(), TOML);
    let description: HistoryJson =
        serde_json::from_slice(&fs::read(target.join("history.json")).unwrap()).unwrap();
    assert_eq!(description, history.description);
    assert_eq!(description.extracted_on.to_string(), "2010-02-01T00:00:00Z");
    assert_eq!(description.source.as_deref(), Some("event log of log.csv"));
    let left: Vec<_> = fs::read_dir(dir.path().join("new")).unwrap().collect();
    assert_eq!(left.len(), 1, "the temporary folder is gone");
}

#[test]
fn the_tables_have_the_columns_of_a_history() {
    let dir = TempDir::new().unwrap();
    imported(CSV, End::Unknown).unwrap().write(dir.path(), TOML).unwrap();
    let cases = table(&dir.path().join("cases.parquet"));
    let schema = cases.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["case_id", "form", "received_at", "case_kind", "case_note"]);
    assert!(matches!(schema.field(2).data_type(), DataType::Timestamp(_, Some(zone)) if &**zone == "UTC"));
    assert_eq!(cases.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("b"), Some("a")]);
    assert_eq!(cases.column(3).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("old"), None]);
    let received = cases.column(2).as_primitive::<TimestampMicrosecondType>();
    assert_eq!(received.value(0), 1_263_372_025_000_000, "the earliest event, not the first row");
    let xes = to_history(read("log.xes", XES).unwrap(), "permit", End::Unknown).unwrap();
    xes.write(dir.path(), TOML).unwrap();
    assert_eq!(table(&dir.path().join("cases.parquet")).num_columns(), 7, "the earlier history is replaced");
}

#[test]
fn every_activity_is_a_milestone_unless_it_is_the_end() {
    let ids = |history: &ImportedHistory| -> Vec<String> {
        history.form().milestones.iter().map(|milestone| milestone.id.clone()).collect()
    };
    let open = imported(TIES, End::Unknown).unwrap();
    assert_eq!(ids(&open), ["case_start", "Second", "Only", "First", "Third", "case_end"]);
    assert_eq!(open.action_count(), 4);
    let form = open.form();
    assert_eq!(
        (form.from, form.checked_on),
        (Day::parse("2010-01-13").unwrap(), Day::parse("2010-02-01").unwrap())
    );
    assert!(form.milestones[1].optional && form.milestones[1].repeats && form.milestones[5].decision);
    let ends = vec!["Third".to_owned(), " Only ".to_owned(), "Third".to_owned()];
    let closed = imported(TIES, End::Activities(ends)).unwrap();
    assert_eq!(ids(&closed), ["case_start", "Second", "First", "case_end"]);
    assert_eq!(closed.form().milestones[3].reached_by, ["Third", "Only"]);
    assert_eq!(closed.action_count(), 4);
}

#[test]
fn an_end_may_have_any_text_in_its_name() {
    let csv = "case_id,activity,timestamp\na,Open,2010-01-13\na,\"Send, then close\",2010-01-14\n";
    let history = imported(csv, End::Activities(vec!["Send, then close".into()])).unwrap();
    let end = history.form().milestones.last().unwrap();
    assert_eq!(end.reached_by, ["Send, then close"]);
    let text = imported(csv, End::Activities(vec!["Open,Close".into()])).unwrap_err().to_string();
    assert!(text.contains("no activity `Open,Close`") && text.contains("once for each"), "{text}");
}

#[test]
fn a_receipt_number_is_neither_the_name_of_the_form_nor_in_that_of_the_log() {
    for name in ["IOE0123456789", "permit ioe-0123456789"] {
        let error = to_history(read("log.csv", TIES).unwrap(), name, End::Unknown).unwrap_err();
        assert!(matches!(error, EventLogError::ReceiptNumberInForm), "{name}: {error}");
        assert!(!format!("{error} {error:?}").contains("0123456789"), "{error}");
    }
    let log = read("IOE0123456789.csv", TIES).unwrap();
    assert_eq!(log.file(), "[receipt number].csv");
    let history = to_history(log, "permit", End::Unknown).unwrap();
    let source = "event log of [receipt number].csv";
    assert_eq!(history.description.source.as_deref(), Some(source));
    assert_eq!(history.form().source, [source]);
    assert!(history.form().milestones.iter().all(|milestone| milestone.source == [source]));
}

#[test]
fn logs_that_do_not_make_a_form_are_refused() {
    let refused = |csv: &str, end: End| imported(csv, end).unwrap_err();
    let row = |activity: &str| format!("case_id,activity,timestamp\na,{activity},2010-01-13\n");
    for name in ["case_start", "case_end"] {
        let error = refused(&row(name), End::LastEvent);
        assert!(matches!(error, EventLogError::ReservedActivity { .. }), "{error}");
    }
    assert!(imported(&row("case_end"), End::Activities(vec!["case_end".into()])).is_ok());
    assert!(matches!(refused(TIES, End::Activities(vec![])), EventLogError::NoEnd));
    let text = refused(TIES, End::Activities(vec!["Fourth".into()])).to_string();
    assert!(text.contains("no activity `Fourth`") && text.contains("`Second`, `Only`, `First`"), "{text}");
    let many: String = (0..501).map(|number| format!("a,A{number},2010-01-13\n")).collect();
    let error = refused(&format!("case_id,activity,timestamp\n{many}"), End::LastEvent);
    assert!(matches!(error, EventLogError::TooManyActivities { count: 501, .. }), "{error}");
    let error = to_history(read("log.csv", TIES).unwrap(), " ", End::LastEvent).unwrap_err();
    assert!(matches!(error, EventLogError::Form { .. }), "{error}");
    let csv = "case_id,activity,timestamp,\"case_a\tb\"\na,A,2010-01-13,x\n";
    let EventLogError::Form { error, .. } = refused(csv, End::Unknown) else { panic!("not a form") };
    assert!(error.to_string().contains("attribute"), "{error}");
}

#[test]
fn a_history_that_is_not_finished_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("new/history");
    let description = imported(TIES, End::Unknown).unwrap().description;
    let day = Stamp::parse("2010-01-13").unwrap();
    let mut writer = HistoryWriter::create(&target, HistoryTimes::Days, &["office".into()]).unwrap();
    let case = CaseRow { case_id: "a", form: "permit", received: day, attributes: &[None] };
    writer.push_case(&case).unwrap();
    for wrong in [
        CaseRow { case_id: "", ..case },
        CaseRow { form: "", ..case },
        CaseRow { attributes: &[], ..case },
        CaseRow { received: Stamp::parse("2010-01-13T08:00:00Z").unwrap(), ..case },
    ] {
        assert!(matches!(writer.push_case(&wrong), Err(HistoryFilesError::Row { .. })));
    }
    for name in ["", "../x", "a/b", ".hidden", "cases.parquet", "cases.csv"] {
        assert!(writer.add_file(name, b"").is_err(), "{name}");
    }
    drop(writer);
    assert!(nothing_in(dir.path()), "neither the temporary folder nor the parent that was made for it");

    let writer = HistoryWriter::create(&target, HistoryTimes::Days, &[]).unwrap();
    fs::create_dir_all(target.join("in the way")).unwrap();
    let error = writer.finish(&description).unwrap_err();
    assert!(error.to_string().contains("history"), "{error}");
    assert_eq!(fs::read_dir(dir.path().join("new")).unwrap().count(), 1, "only what came in the way");
}

#[test]
fn only_a_history_is_replaced_and_other_files_are_kept() {
    let dir = TempDir::new().unwrap();
    let history = imported(TIES, End::LastEvent).unwrap();
    fs::write(dir.path().join("thesis.txt"), "mine").unwrap();
    let error = history.write(dir.path(), TOML).unwrap_err().to_string();
    assert!(error.contains("thesis") || error.contains("no history.json"), "{error}");
    assert!(
        history.write(&dir.path().join("thesis.txt"), TOML).unwrap_err().to_string().contains("not a folder")
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    fs::write(dir.path().join("history.json"), "{}").unwrap();
    history.write(dir.path(), TOML).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("thesis.txt")).unwrap(), "mine");
    assert_eq!(actions(dir.path()).len(), 6);
    fs::write(dir.path().join("cases.csv"), "").unwrap();
    assert!(history.write(dir.path(), TOML).unwrap_err().to_string().contains("cases.csv"));
}

#[test]
fn the_form_of_a_replaced_import_is_set_aside_and_other_files_are_kept() {
    let dir = TempDir::new().unwrap();
    let permit = imported(TIES, End::LastEvent).unwrap();
    let form = crate::forms::write(permit.form()).unwrap();
    permit.write(dir.path(), &form).unwrap();
    for (name, content) in [("second.toml", form.as_str()), ("tool.toml", "[tool]\n"), ("notes.txt", "mine")]
    {
        fs::write(dir.path().join(name), content).unwrap();
    }
    let day = Stamp::parse("2010-01-13").unwrap();
    let mut writer = HistoryWriter::create(dir.path(), HistoryTimes::Days, &[]).unwrap();
    writer.push_case(&CaseRow { case_id: "a", form: "I-765", received: day, attributes: &[] }).unwrap();
    writer
        .push_action(&ActionRow {
            case_id: "a",
            action: "approved",
            occurred: day,
            scheduled_for: None,
            resource: None,
        })
        .unwrap();
    let description = HistoryJson { extracted_on: day, ..permit.description.clone() };
    writer.finish(&description).unwrap();
    let mut left: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let tables = ["actions.parquet", "cases.parquet", "history.json"];
    let tables = [tables[0], tables[1], "form.toml.old", tables[2]];
    assert_eq!(left, [&tables[..], &["notes.txt", "second.toml", "tool.toml"]].concat());

    permit.write(dir.path(), &form).unwrap();
    assert_eq!(
        fs::read_to_string(dir.path().join("form.toml")).unwrap(),
        form,
        "the new history has its own"
    );
}

#[test]
fn a_log_named_like_a_number_becomes_a_history_that_can_be_read() {
    let csv = "case_id,activity,timestamp\na,Open,2010-01-13\na,Close,2010-01-14\n";
    let dir = TempDir::new().unwrap();
    let history = to_history(read("1640995200.csv", csv).unwrap(), "permit", End::LastEvent).unwrap();
    history.write(dir.path(), &crate::forms::write(history.form()).unwrap()).unwrap();
    let forms = crate::forms::bundled().unwrap().with_folder(dir.path()).unwrap();
    let history = crate::History::read(dir.path(), forms).unwrap();
    assert_eq!(history.about().source.as_deref(), Some("event log of 1640995200.csv"));
}

#[test]
fn many_rows_by_day_are_written_in_groups() {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("history");
    let day = Stamp::parse("2010-01-13").unwrap();
    let mut writer = HistoryWriter::create(&target, HistoryTimes::Days, &["office".into()]).unwrap();
    for number in 0..200_000 {
        let case_id = &format!("c{number}");
        let office = (number % 2 == 0).then_some("NBC");
        writer.push_case(&CaseRow { case_id, form: "permit", received: day, attributes: &[office] }).unwrap();
        writer
            .push_action(&ActionRow {
                case_id,
                action: "approved",
                occurred: day,
                scheduled_for: None,
                resource: None,
            })
            .unwrap();
    }
    let description = HistoryJson {
        name: "many".into(),
        extracted_on: day,
        kind: Some(HistoryKind::Simulated),
        source: None,
        note: None,
        more: [("seed".to_owned(), 7.into())].into(),
    };
    writer.finish(&description).unwrap();
    let text = fs::read_to_string(target.join("history.json")).unwrap();
    assert!(
        text.contains("\"seed\": 7") && text.contains("\"simulated\"") && text.contains("\"2010-01-13\"")
    );
    assert_eq!(serde_json::from_str::<HistoryJson>(&text).unwrap(), description);
    let file = File::open(target.join("cases.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 2);
    assert_eq!(reader.schema().field(2).data_type(), &DataType::Date32);
    assert_eq!(table(&target.join("actions.parquet")).num_rows(), 200_000);
}
