use std::path::Path;

use super::super::{EventLogError, Place, ProblemKind, ReadOptions};
use super::{CSV, XES, attributes, events, gzip, read, read_with};

#[test]
fn a_csv_log_is_read_packed_or_not_and_whatever_it_is_called() {
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
fn an_xes_log_is_read_packed_or_not_and_whatever_it_is_called() {
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
        assert_eq!(log.left_out(), ["case_id"], "a history has that column already");
    }
}

#[test]
fn columns_have_the_names_that_are_given() {
    let csv = "case:concept:name,what,when,case_id,case_kind\n7,Register,2010-01-13,x,new\n";
    let options = ReadOptions {
        case_id: "case:concept:name".into(),
        activity: "what".into(),
        timestamp: "when".into(),
    };
    let log = read_with("log.csv", csv, &options).unwrap();
    assert_eq!(events(&log), ["7|Register|2010-01-13T00:00:00Z"]);
    assert_eq!((log.attributes(), log.left_out()), (&["case_kind".into()][..], &["case_id".into()][..]));
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
        "a,A,13/01/2010",
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
    let found: Vec<_> = report.problems.iter().map(|problem| (problem.kind, problem.count)).collect();
    assert_eq!(
        found,
        [
            (ProblemKind::Fields, 1),
            (ProblemKind::NotUtf8, 1),
            (ProblemKind::NoCase, 3),
            (ProblemKind::BadCase, 1),
            (ProblemKind::NoActivity, 2),
            (ProblemKind::BadActivity, 1),
            (ProblemKind::BadTime, 3),
            (ProblemKind::TimeOutOfRange, 1),
        ]
    );
    assert_eq!(report.problems[4].examples[0], (Place::Line(5), String::new()));
    assert!(text.contains("line 8 (`13/01/2010`), line 9 (``), line 12 (`never`); write it like"), "{text}");
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
fn times_are_read_in_the_ways_that_logs_have_and_in_no_other() {
    let time = |text: &str| read("log.csv", format!("case_id,activity,timestamp\na,A,{text}\n"));
    for (text, utc) in [
        ("2010-01-13T08:40:25Z", "2010-01-13T08:40:25Z"),
        ("2010-01-13T08:40:25.123", "2010-01-13T08:40:25.123Z"),
        ("2010-01-13 08:40:25.000001+01:00", "2010-01-13T07:40:25.000001Z"),
        ("2010-01-13T08:40:25+0100", "2010-01-13T07:40:25Z"),
        (" 2010-01-13 ", "2010-01-13T00:00:00Z"),
    ] {
        assert_eq!(events(&time(text).unwrap()), [format!("a|A|{utc}")]);
    }
    let wrong = ["20100113", "1263371996", "2010-13-01", "2010-01-13T08:40:25+99:00", "2010-01-13 25:00:00"];
    for text in wrong.into_iter().chain(["2010-01-13T08:40:25[Europe/Amsterdam]", "13.01.2010", "NaT"]) {
        assert!(time(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_no_log_is_refused_as_a_whole() {
    let refused = |name: &str, content: &[u8]| read(name, content).unwrap_err();
    for (name, content) in [("log.csv", ""), ("log.csv", "\n\n"), ("log.xes", ""), ("log.xes", "<!-- x -->")]
    {
        assert!(matches!(refused(name, content.as_bytes()), EventLogError::Empty { .. }), "{name} {content}");
    }
    assert!(matches!(refused("log.csv.gz", &gzip("")), EventLogError::Empty { .. }));
    let header = b"case_id,activity,timestamp\n";
    assert!(matches!(refused("log.csv", header), EventLogError::NoEvents { .. }));
    assert!(matches!(refused("log.xes", b"<log/>"), EventLogError::NoEvents { .. }));
    assert!(matches!(refused("log.html", b"<html></html>"), EventLogError::NotALog { .. }));
    let text = refused("log.csv", b"case_id;activity;timestamp\na;A;2010-01-13\n").to_string();
    assert!(
        text.contains("no column `case_id`, `activity`, `timestamp`; it has `case_id;activity;"),
        "{text}"
    );
    let twice = b"case_id,activity,timestamp,case_x,case_x\n";
    assert!(matches!(refused("log.csv", twice), EventLogError::ColumnTwice { .. }));
    let latin = b"case_id,activity,timestamp,caf\xe9\n";
    assert!(matches!(refused("log.csv", latin), EventLogError::NotUtf8 { place: Place::Line(1), .. }));
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
fn broken_xml_is_refused_with_its_place() {
    let cut = &XES[..XES.len() - 30];
    let mut latin = XES.as_bytes().to_vec();
    let at = XES.find("Register").unwrap();
    latin[at] = 0xe9;
    assert!(matches!(read("log.xes", latin), Err(EventLogError::NotUtf8 { .. })));
    for (xml, says) in [
        (cut, "byte"),
        ("<log><trace></log>", "expected `</trace>`"),
        ("<log><trace><string key='concept:name' value='&lol;'/></trace></log>", "lol"),
        ("<log><trace><string key='concept:name value=''></trace></log>", "byte"),
        ("<log><trace><string key=a value='b'/></trace></log>", "byte 12"),
        (&"<log>".repeat(100_000), "deep"),
    ] {
        let error = read("log.xes", xml).unwrap_err();
        assert!(matches!(error, EventLogError::Xml { .. }), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn one_endless_row_or_tag_does_not_fill_the_memory() {
    let endless = "x".repeat(5 << 20);
    let csv = format!("{CSV}a,\"{endless}");
    let xes = format!("<log><trace><string key=\"concept:name\" value=\"{endless}");
    assert!(matches!(read("log.csv", csv), Err(EventLogError::TooLong { place: Place::Line(5), .. })));
    assert!(matches!(read("log.xes", xes), Err(EventLogError::TooLong { place: Place::Byte(12), .. })));
    let columns: Vec<String> = (0..300).map(|column| format!("case_{column}")).collect();
    let wide = read("log.csv", format!("case_id,activity,timestamp,{}\n", columns.join(",")));
    assert!(matches!(wide, Err(EventLogError::TooManyAttributes { .. })));
}

#[test]
fn an_xes_event_without_name_time_or_case_is_reported_at_its_place() {
    let xes = "<log><trace><event/></trace></log>";
    let Err(EventLogError::Rows(report)) = read("log.xes", xes) else { panic!("no report") };
    let kinds: Vec<ProblemKind> = report.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::NoCase, ProblemKind::NoActivity, ProblemKind::BadTime]);
    assert_eq!(report.problems[0].examples[0].0, Place::Byte(12));
}
