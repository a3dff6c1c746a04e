use std::path::Path;

use super::super::{EventLogError, LogIssueKind, LogPosition, ReadOptions};
use super::{CSV, XES, attributes, events, gzip, notes, read, read_with};

#[test]
fn a_csv_log_is_read_gzipped_or_not_under_any_name() {
    let with_mark = format!("\u{feff}{CSV}");
    for (name, content) in [
        ("log.csv", CSV.as_bytes().to_vec()),
        ("log.csv.gz", gzip(CSV)),
        ("log", gzip(CSV)),
        ("log.gz", CSV.as_bytes().to_vec()),
        ("log.txt", with_mark.into_bytes()),
        ("LOG.CSV", CSV.replace('\n', "\r\n").into_bytes()),
    ] {
        let log = read(name, content).unwrap();
        assert_eq!(
            events(&log),
            [
                "b|Send|2010-01-14T09:00:00Z",
                "b|Register|2010-01-13T08:40:25Z",
                "a|Register|2010-01-13T00:00:00Z"
            ],
            "{name}"
        );
        assert_eq!(log.attributes(), ["case_kind", "case_note"]);
        assert_eq!(attributes(&log, 0), ["case_kind=old", "case_note=x, y"], "of the earliest event");
        assert_eq!(attributes(&log, 1), ["case_note=z"]);
        assert_eq!((log.file(), log.case_count(), log.events.len()), (name, 2, 3));
    }
}

#[test]
fn an_xes_log_is_read_gzipped_or_not_under_any_name() {
    let with_mark = format!("\u{feff}{XES}");
    for (name, content) in [
        ("log.xes", XES.as_bytes().to_vec()),
        ("log.xes.gz", gzip(XES)),
        ("log.data", gzip(XES)),
        ("log", with_mark.into_bytes()),
    ] {
        let log = read(name, content).unwrap();
        assert_eq!(
            events(&log),
            ["b & c|Send é <x>|2010-01-14T09:00:00.123Z", "b & c|Register|2010-01-13T08:40:25Z"],
            "{name}"
        );
        assert_eq!(
            attributes(&log, 0),
            ["case_amount=20", "case_rate=0.5", "case_urgent=true", "case_due=2011-01-01T00:00:00Z"]
        );
        assert_eq!(notes(&log)[0], "`case_id` is left out: an attribute may not have this name");
    }
}

#[test]
fn columns_have_the_names_that_are_given() {
    let csv = "case:concept:name,what,when,case_id,case_kind\n7,Register,2010-01-13,x,new\n";
    let options = ReadOptions {
        case_column: Some("case:concept:name".into()),
        activity_column: Some("what".into()),
        timestamp_column: Some("when".into()),
        ..ReadOptions::default()
    };
    let log = read_with("log.csv", csv, &options).unwrap();
    assert_eq!(events(&log), ["7|Register|2010-01-13T00:00:00Z"]);
    assert_eq!(log.attributes(), ["case_kind"]);
    assert!(notes(&log)[1].contains("`case_id` is left out"), "{:?}", notes(&log));
}

#[test]
fn options_that_choose_one_column_for_two_things_are_refused() {
    let chosen = |case: &str, activity: &str, timestamp: &str| {
        let chosen = |column: &str| (!column.is_empty()).then(|| column.to_owned());
        let options = ReadOptions {
            case_column: chosen(case),
            activity_column: chosen(activity),
            timestamp_column: chosen(timestamp),
            ..ReadOptions::default()
        };
        read_with("log.csv", CSV, &options).map(|log| log.case_count())
    };
    for (case, activity, timestamp, says) in [
        ("activity", "activity", "", "--case-column and --activity-column both choose the column `activity`"),
        (
            "timestamp",
            "",
            " TIMESTAMP",
            "--case-column and --timestamp-column both choose the column `timestamp`",
        ),
        (
            "",
            "resource",
            "resource",
            "--activity-column and --timestamp-column both choose the column `resource`",
        ),
    ] {
        let text = chosen(case, activity, timestamp).unwrap_err().to_string();
        assert!(text.contains(says) && text.ends_with("choose a column for each"), "{text}");
    }
    assert_eq!(chosen("case_id", "resource", "timestamp").unwrap(), 2);
}

#[test]
fn vertical_bars_and_a_line_that_names_the_delimiter_are_recognized() {
    let expected = events(&read("log.csv", CSV).unwrap());
    let quoted = CSV.replace("\"x, y\"", "x+ y");
    for (first, delimiter) in [("", "|"), ("sep=;\r\n", ";"), ("\u{feff}sep=|\n", "|"), ("sep=\t\n", "\t")] {
        let csv = format!("{first}{}", quoted.replace(',', delimiter));
        assert_eq!(events(&read("log.csv", csv).unwrap()), expected, "{first:?}");
    }
    assert!(matches!(read("log.csv", "sep=;\n"), Err(EventLogError::Empty { .. })));
}

#[test]
fn every_kind_of_bad_row_is_reported_at_once() {
    let long = "x".repeat(65);
    let mut csv = "case_id,activity,timestamp\n".to_owned();
    for row in [
        ",A,2010-01-13",
        "  ,A,2010-01-13",
        &format!("{long},A,2010-01-13"),
        "a,,2010-01-13",
        "a,\"B\nC\",2010-01-13",
        "a,A,13/13/2010",
        "a,A,",
        "a,A,1776-07-04",
        "a,A,2010-01-13,more",
        ",,never",
        "a,A,2010-01-13",
    ] {
        csv.push_str(row);
        csv.push('\n');
    }
    let mut bytes = csv.into_bytes();
    bytes.extend(b"a,A\xff,2010-01-13\n");
    let error = read("log.csv", bytes).unwrap_err();
    let text = error.to_string();
    let EventLogError::Rows(report) = error else { panic!("{text}") };
    let found: Vec<_> = report.issues.iter().map(|issue| (issue.kind, issue.count)).collect();
    assert_eq!(
        found,
        [
            (LogIssueKind::Fields, 1),
            (LogIssueKind::NotUtf8, 1),
            (LogIssueKind::NoCase, 3),
            (LogIssueKind::BadCase, 1),
            (LogIssueKind::NoActivity, 2),
            (LogIssueKind::BadActivity, 1),
            (LogIssueKind::BadTime, 3),
            (LogIssueKind::TimeOutOfRange, 1),
        ]
    );
    assert_eq!(report.issues[4].examples[0], (LogPosition::Line(5), String::new()));
    assert!(text.contains("line 8 (`13/13/2010`), line 9 (``), line 12 (`never`); write it like"), "{text}");
    assert!(text.contains("line 14 (`A\u{fffd}`)"), "{text}");
}

#[test]
fn five_rows_of_a_kind_are_listed_and_all_are_counted() {
    let csv = format!("case_id,activity,timestamp\n{}", "a,A,soon\n".repeat(7));
    let text = read("log.csv", csv).unwrap_err().to_string();
    assert!(text.contains("7 events with no readable time: line 2 (`soon`)"), "{text}");
    assert!(text.contains("line 6 (`soon`), ...; write it") && !text.contains("line 7"), "{text}");
}

#[test]
fn a_file_that_is_not_a_log_is_refused_as_a_whole() {
    let refused = |name: &str, content: &[u8]| read(name, content).unwrap_err();
    for (name, content) in [("log.csv", ""), ("log.csv", "\n\n"), ("log.xes", ""), ("log.xes", "<!-- x -->")]
    {
        assert!(matches!(refused(name, content.as_bytes()), EventLogError::Empty { .. }), "{name} {content}");
    }
    assert!(matches!(refused("log.csv.gz", &gzip("")), EventLogError::Empty { .. }));
    let header = b"case_id,activity,timestamp\n";
    assert!(matches!(refused("log.csv", header), EventLogError::NoEvents { .. }));
    assert!(matches!(refused("log.xes", b"<log/>"), EventLogError::NoEvents { .. }));
    assert!(matches!(refused("log.html", b"<html></html>"), EventLogError::NotXes { .. }));
    let text = refused("log.csv", b"case_id^activity^timestamp\na^A^2010-01-13\n").to_string();
    assert!(
        text.contains("no column `case_id`, `activity`, `timestamp`; it has `case_id^activity^"),
        "{text}"
    );
    let twice = b"case_id,activity,timestamp,case_x,case_x\n";
    assert!(matches!(refused("log.csv", twice), EventLogError::DuplicateColumn { .. }));
    let latin = b"case_id,activity,timestamp,caf\xe9\n";
    assert!(matches!(refused("log.csv", latin), EventLogError::NotUtf8 { place: LogPosition::Line(1), .. }));
    let missing = super::super::read(Path::new("/no/such.csv"), &ReadOptions::default()).unwrap_err();
    assert!(missing.to_string().contains("/no/such.csv"), "{missing}");
}

#[test]
fn a_cut_off_or_damaged_gzip_file_is_not_a_shorter_log() {
    for text in [CSV, XES] {
        let packed = gzip(text);
        for length in [5, 12, packed.len() / 2, packed.len() - 1] {
            let error = read("log.gz", &packed[..length]).unwrap_err();
            assert!(matches!(error, EventLogError::Gzip { .. }), "{length}: {error}");
        }
        let mut damaged = packed.clone();
        let end = damaged.len() - 6;
        damaged[end] ^= 1;
        assert!(matches!(read("log.gz", damaged), Err(EventLogError::Gzip { .. })), "the checksum counts");
    }
}

#[test]
fn broken_xml_is_refused_with_its_line() {
    let cut = &XES[..XES.len() - 30];
    let mut latin = XES.as_bytes().to_vec();
    let at = XES.find("Register").unwrap();
    latin[at] = 0xe9;
    assert!(matches!(read("log.xes", latin), Err(EventLogError::NotUtf8 { .. })));
    for (xml, says) in [
        (cut, "line 29"),
        ("<log><trace></log>", "expected `</trace>`"),
        ("<log><trace><string key='concept:name' value='&lol;'/></trace></log>", "lol"),
        ("<log><trace><string key='concept:name value=''></trace></log>", "line 1"),
        ("<log><trace><string key=a value='b'/></trace></log>", "line 1"),
        (&"<log>".repeat(100_000), "deep"),
    ] {
        let error = read("log.xes", xml).unwrap_err();
        assert!(matches!(error, EventLogError::Xml { .. }), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_row_or_tag_that_never_ends_does_not_fill_the_memory() {
    let endless = "x".repeat(5 << 20);
    let csv = format!("{CSV}a,\"{endless}");
    let xes = format!("<log><trace><string key=\"concept:name\" value=\"{endless}");
    assert!(matches!(read("log.csv", csv), Err(EventLogError::TooLong { place: LogPosition::Line(5), .. })));
    assert!(matches!(read("log.xes", xes), Err(EventLogError::TooLong { place: LogPosition::Line(1), .. })));
    let columns: Vec<String> = (0..300).map(|column| format!("case_{column}")).collect();
    let wide = read("log.csv", format!("case_id,activity,timestamp,{}\n", columns.join(",")));
    assert!(matches!(wide, Err(EventLogError::TooManyAttributes { .. })));
}

#[test]
fn hostile_tables_are_read_or_refused_without_a_crash() {
    let wide: String = (0..100_000).map(|column| format!("c{column},")).collect();
    for (csv, says) in [
        ("case_id", "no column `activity`, `timestamp`"),
        ("case_id\na\n", "no column `activity`, `timestamp`"),
        (",,,\n,,,\n", "no column `case_id`"),
        ("case_id,activity,timestamp", "no events"),
        ("case_id,activity,timestamp\na\0,A,2010-01-13\n", "control characters"),
        ("case_id,activity,timestamp\na,A\0,2010-01-13\n", "control characters"),
        ("case_id,activity,timestamp\na,A,2010-01-13\0\n", "no readable time"),
        ("case_id,case_id,activity,timestamp\n", "duplicate column `case_id`"),
        ("case_id,activity,timestamp,case:x,case_x\n", "duplicate column `case_x`"),
        (&wide, "and 99971 more"),
        ("\u{feff}", "is empty"),
        ("\r\n\r\n", "is empty"),
    ] {
        let text = read("log.csv", csv).unwrap_err().to_string();
        assert!(text.contains(says), "{text}");
    }
    let fine =
        "\u{feff}\"case_id\",activity,timestamp,x,x,,\r\na,\"A \"\"quoted\"\"\",2010-01-13,\"1\n2\",,,\r\n";
    assert_eq!(events(&read("log.csv", fine).unwrap()), ["a|A \"quoted\"|2010-01-13T00:00:00Z"]);
}
