//! What a file is, whatever it is called, and the formats beside CSV.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array,
    Float64Array, Int64Array, LargeStringArray, ListArray, RecordBatch, StringArray, StringViewArray,
    TimestampMillisecondArray, TimestampNanosecondArray,
};
use arrow::datatypes::{Int32Type, Int64Type};
use parquet::arrow::ArrowWriter;

use super::super::{EventLogError, LogIssueKind, LogPosition};
use super::{CSV, XES, attributes, events, gzip, notes, read};

pub(super) fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

pub(super) fn column(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn a_parquet_log_is_read_whatever_types_its_columns_have() {
    let activities: DictionaryArray<Int32Type> = ["Register", "Send"].into_iter().collect();
    let zoned = TimestampNanosecondArray::from(vec![1_454_333_032_000_000_000, 1_454_333_033_000_000_000])
        .with_timezone("Europe/Berlin");
    let parts = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)]), None]);
    let bytes = parquet(vec![
        ("org:resource", column(&["Ann", "Bob"])),
        ("case:amount", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
        ("concept:name", Arc::new(activities)),
        ("case:urgent", Arc::new(BooleanArray::from(vec![true, false]))),
        ("time:timestamp", Arc::new(zoned)),
        ("case:parts", Arc::new(parts)),
        ("case:concept:name", Arc::new(Int64Array::from(vec![7, 8]))),
        ("case:office", Arc::new(StringViewArray::from(vec!["NBC", "LIN"]))),
        ("case:fee", Arc::new(Decimal128Array::from(vec![12_50, 3]).with_precision_and_scale(9, 2).unwrap())),
        ("case:raw", Arc::new(BinaryArray::from(vec![&b"x"[..], b"y"]))),
    ]);
    for name in ["log.parquet", "log.pq", "log"] {
        let log = read(name, &bytes).unwrap();
        assert_eq!(events(&log), ["7|Register|2016-02-01T13:23:52Z", "8|Send|2016-02-01T13:23:53Z"]);
        assert_eq!(
            attributes(&log, 0),
            ["case_amount=0.5", "case_urgent=true", "case_office=NBC", "case_fee=12.50", "case_raw=x"]
        );
        assert!(notes(&log)[0].contains("`case:parts` is left out"), "{:?}", notes(&log));
        assert_eq!(log.attributes().len(), 5);
    }
}

#[test]
fn times_of_a_parquet_log_may_be_dates_numbers_or_text() {
    let times: [ArrayRef; 5] = [
        Arc::new(Date32Array::from(vec![16_832])),
        Arc::new(TimestampMillisecondArray::from(vec![1_454_284_800_000])),
        Arc::new(Int64Array::from(vec![1_454_284_800_000])),
        Arc::new(LargeStringArray::from(vec!["2016/02/01"])),
        column(&["2016-02-01T01:00:00+01:00"]),
    ];
    for time in times {
        let kind = time.data_type().clone();
        let bytes =
            parquet(vec![("case_id", column(&["a"])), ("activity", column(&["A"])), ("timestamp", time)]);
        assert_eq!(events(&read("log.parquet", bytes).unwrap()), ["a|A|2016-02-01T00:00:00Z"], "{kind}");
    }
}

#[test]
fn a_number_that_is_missing_in_a_parquet_log_is_missing() {
    let log = |cases: ArrayRef| {
        read(
            "log.parquet",
            parquet(vec![
                ("case_id", cases),
                ("activity", column(&["A", "B"])),
                ("timestamp", column(&["2016-02-01", "2016-02-02"])),
                ("case_amount", Arc::new(Float64Array::from(vec![f64::NAN, 0.5]))),
            ]),
        )
    };
    let missing: [ArrayRef; 2] = [
        Arc::new(Float64Array::from(vec![7.0, f64::NAN])),
        Arc::new(Float32Array::from(vec![Some(7.0), None])),
    ];
    for cases in missing {
        let Err(EventLogError::Rows(report)) = log(cases) else { panic!("no report") };
        assert_eq!(report.issues[0].kind, LogIssueKind::NoCase);
        assert_eq!(report.issues[0].examples, [(LogPosition::Row(2), String::new())]);
    }
    let text = log(column(&["NaN", "b"])).unwrap();
    assert_eq!(text.cases[0].id.as_ref(), "NaN", "as a text it may be a name");
    assert_eq!((attributes(&text, 0), attributes(&text, 1)), (vec![], vec!["case_amount=0.5".to_owned()]));
}

#[test]
fn bad_rows_of_a_parquet_log_are_reported_by_their_row() {
    let bytes = parquet(vec![
        ("case_id", Arc::new(StringArray::from(vec![Some("a"), None])) as ArrayRef),
        ("activity", column(&["A", "B"])),
        ("timestamp", column(&["2016-02-01", "soon"])),
    ]);
    let Err(EventLogError::Rows(report)) = read("log.parquet", &bytes) else { panic!("no report") };
    let kinds: Vec<LogIssueKind> = report.issues.iter().map(|issue| issue.kind).collect();
    assert_eq!(kinds, [LogIssueKind::NoCase, LogIssueKind::BadTime]);
    assert_eq!(report.issues[1].examples, [(LogPosition::Row(2), "soon".to_owned())]);
    for length in [4, 8, bytes.len() / 2, bytes.len() - 1] {
        let error = read("log.parquet", &bytes[..length]).unwrap_err();
        assert!(matches!(error, EventLogError::Parquet { .. }), "{error}");
    }
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)])]);
    let nested = parquet(vec![
        ("case_id", Arc::new(list) as ArrayRef),
        ("activity", column(&["A"])),
        ("timestamp", column(&["x"])),
    ]);
    assert!(matches!(read("log.parquet", nested), Err(EventLogError::ColumnType { .. })));
}

#[test]
fn a_log_under_the_name_of_another_format_is_refused_with_what_it_is() {
    let table = parquet(vec![("case_id", column(&["a"]))]);
    let page = b"<!DOCTYPE html><html><body>Sign in</body></html>";
    for (name, content, says) in [
        ("log.csv", &table[..], ["is a Parquet file", "ends in `.csv`", "end in .parquet"]),
        ("log.xes", &table, ["is a Parquet file", "ends in `.xes`", "end in .parquet"]),
        ("log.csv", XES.as_bytes(), ["is an XES log", "ends in `.csv`", "end in .xes"]),
        ("log.csv.gz", &gzip(XES), ["is an XES log", "ends in `.csv`", "end in .xes"]),
        ("log.xes", CSV.as_bytes(), ["is text such as a CSV log", "ends in `.xes`", "end in .csv"]),
        ("log.parquet", CSV.as_bytes(), ["is text such as a CSV log", "ends in `.parquet`", "end in .csv"]),
        ("log.csv", page, ["is an XML or HTML file", "ends in `.csv`", "if it is an XES log"]),
    ] {
        let error = read(name, content).unwrap_err();
        assert!(matches!(error, EventLogError::WrongEnding { .. }), "{error}");
        assert!(says.iter().all(|words| error.to_string().contains(words)), "{error}");
    }
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_it_is() {
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.iter().copied().chain(CSV.encode_utf16().flat_map(bytes)).collect()
    };
    let packed = gzip(CSV);
    let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut twice, &packed).unwrap();
    let parquet = parquet(vec![("case_id", column(&["a"]))]);
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zipped, &parquet).unwrap();
    for (content, says) in [
        (b"PK\x03\x04\x14\0\0\0log.csv".to_vec(), "is a zip archive"),
        (b"PK\x03\x04\x14\0[Content_Types].xml".to_vec(), "is an Excel workbook"),
        (b"\xd0\xcf\x11\xe0".to_vec(), "is an old Excel workbook"),
        (utf16(&[0xff, 0xfe], u16::to_le_bytes), "is UTF-16 text"),
        (utf16(&[0xfe, 0xff], u16::to_be_bytes), "is UTF-16 text"),
        (utf16(&[], u16::to_le_bytes), "is UTF-16 text"),
        (utf16(&[], u16::to_be_bytes), "is UTF-16 text"),
        (twice.finish().unwrap(), "is a gzip file inside a gzip file"),
        (zipped.finish().unwrap(), "is a gzipped Parquet file"),
        (b"{\"ocel:events\": {}}".to_vec(), "is a JSON file"),
        (b"SQLite format 3\0".to_vec(), "is an SQLite database"),
    ] {
        for name in ["log.csv", "log.xes", "log"] {
            let error = read(name, &content).unwrap_err();
            assert!(matches!(error, EventLogError::NotALog { .. }), "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
