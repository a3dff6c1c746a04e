//! What the import of case statuses promises.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use data::case_status::{
    CaseStatusError, CaseStatusNote, CaseStatusOptions, CaseStatuses, PassedOver, UnknownStatus, read,
};
use data::{CaseIdKey, History, HistoryIssue, bundled_status_texts, forms};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::{Stamp, StatusTexts};
use tempfile::TempDir;

use crate::folder::{Seen, all, as_of, day, stamp, warnings_of};

const GOOD: &str = "\
case_id,form,received_on,status,occurred_on,scheduled_for
a,N-400,2024-01-10,Case Was Received,2024-01-10,
a,N-400,2024-01-10,Biometrics Appointment Was Scheduled,2024-01-24,2024-07-14
a,N-400,2024-01-10,Case Was Updated To Show Fingerprints Were Taken,2024-02-14,
b,I-130,2023-09-05,Caso Fue Aprobado,2024-03-01,
";

/// A file of statuses, the options of its import and the folder for its history.
struct Import {
    dir: TempDir,
    file: PathBuf,
    options: CaseStatusOptions,
}

impl Import {
    fn of(name: &str, content: impl AsRef<[u8]>) -> Self {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join(name);
        fs::write(&file, content).unwrap();
        Self { dir, file, options: CaseStatusOptions::default() }
    }

    fn csv(content: &str) -> Self {
        Self::of("statuses.csv", content)
    }

    fn with(mut self, change: impl FnOnce(&mut CaseStatusOptions)) -> Self {
        change(&mut self.options);
        self
    }

    fn read(&self) -> Result<CaseStatuses, CaseStatusError> {
        let (texts, forms) = (bundled_status_texts().unwrap(), forms::bundled().unwrap());
        read(&self.file, &self.options, &texts, &forms)
    }

    /// Writes the history and reads it again, which checks it.
    fn history(&self) -> History {
        let target = self.dir.path().join("history");
        self.read().unwrap().write(&target).unwrap();
        History::read(&target, forms::bundled().unwrap()).unwrap()
    }

    /// Every case with its actions.
    fn cases(&self) -> Vec<Seen> {
        all(&self.history())
    }

    fn notes(&self) -> Vec<CaseStatusNote> {
        self.read().unwrap().notes().to_vec()
    }

    fn problems(&self) -> Vec<HistoryIssue> {
        match self.read() {
            Err(CaseStatusError::Rows(report)) => report.problems,
            other => panic!("no report of the rows: {other:?}"),
        }
    }

    /// What is wrong, with counts and places.
    fn report(&self) -> Vec<(String, u64, Vec<String>)> {
        self.problems().into_iter().map(|issue| (issue.what, issue.count, issue.examples)).collect()
    }
}

fn actions(case: &Seen) -> Vec<&str> {
    case.4.iter().map(|(action, _)| action.as_str()).collect()
}

#[test]
fn a_csv_of_status_titles_becomes_a_history_that_passes_the_check() {
    let import = Import::csv(GOOD);
    let history = import.history();
    assert_eq!(history.extracted_on(), Stamp::Day(day("2024-03-01")));
    let cases = all(&history);
    assert_eq!(cases.len(), 2);
    assert_eq!((cases[0].0.as_str(), cases[0].1.as_str()), ("a", "N-400"));
    assert_eq!(cases[0].2, Stamp::Day(day("2024-01-10")));
    assert_eq!(actions(&cases[0]), ["received", "biometrics_scheduled", "biometrics_taken"]);
    assert_eq!(actions(&cases[1]), ["approved"]);
    assert_eq!(warnings_of(&history, "actions.parquet"), [""; 0]);
}

#[test]
fn semicolons_tabs_and_vertical_bars_are_recognized() {
    let expected = Import::csv(GOOD).cases();
    for (name, delimiter) in
        [("statuses.csv", ";"), ("statuses.tsv", "\t"), ("statuses", "\t"), ("statuses.txt", "|")]
    {
        assert_eq!(Import::of(name, GOOD.replace(',', delimiter)).cases(), expected, "{name} {delimiter}");
    }
}

#[test]
fn a_first_line_that_names_the_delimiter_is_not_part_of_the_table() {
    let expected = Import::csv(GOOD).cases();
    for delimiter in [';', ',', '\t', '|', '^'] {
        let table = GOOD.replace(',', &delimiter.to_string());
        for line in [
            format!("sep={delimiter}\n"),
            format!("\u{feff}SEP={delimiter}\r\n"),
            format!("\"sep={delimiter}\"\n"),
        ] {
            assert_eq!(Import::csv(&format!("{line}{table}")).cases(), expected, "{line}");
        }
    }
    let wrong = Import::csv(&format!("sep=,\n{}", GOOD.replace("2024-03-01", "soon"))).report();
    assert_eq!(wrong[0].2, ["line 6 (`soon`)"], "lines count from the start of the file");
}

#[test]
fn a_gzipped_table_with_a_byte_order_mark_is_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut encoder, format!("\u{feff}{GOOD}").as_bytes()).unwrap();
    let packed = Import::of("statuses.csv.gz", encoder.finish().unwrap());
    assert_eq!(packed.cases(), Import::csv(GOOD).cases());
}

#[test]
fn json_lines_are_read_like_a_table() {
    let lines = r#"
{"receiptNumber": "a", "formType": "N400", "submittedDate": "2024-01-10", "statusTitle": "Case Was Received", "date": "2024-01-10"}
{"receiptNumber": "a", "formType": "N400", "statusTitle": null, "actionCode": "FNA", "date": "2024-01-24T08:00:00Z", "notices": []}
{"receiptNumber": "b", "formType": "I-130", "submittedDate": "2023-09-05", "statusTitle": "Case Was Approved", "date": "2024-03-01"}
"#;
    let cases = Import::of("statuses.jsonl", lines).cases();
    assert_eq!(actions(&cases[0]), ["received", "biometrics_scheduled"]);
    assert_eq!(actions(&cases[1]), ["approved"]);
}

#[test]
fn a_json_line_with_a_duplicate_member_is_a_problem() {
    let line = |rest: &str| {
        format!(
            r#"{{"case_id": "a", "form": "I-130", "received_on": "2024-01-01", "status": "Case Was Received", {rest}}}"#
        )
    };
    let good = line(r#""date": "2024-01-10""#);
    let twice = line(r#""date": "2024-01-10", "\u0064ate": "2024-02-10""#);
    let gap = line(r#""date": null, "date": "2024-02-10", "note": 1, "note": 1"#);
    let what = "lines with a duplicate member".to_owned();
    let found = Import::of("statuses.jsonl", format!("{good}\n{twice}\n{gap}\n")).report();
    let places = vec!["line 2 (`date`)".to_owned(), "line 3 (`date`)".to_owned()];
    assert_eq!(found, [(what.clone(), 2, places)]);
    // No other line has a date.
    assert_eq!(Import::of("statuses.jsonl", twice).report(), [(what, 1, vec!["line 1 (`date`)".to_owned()])]);
}

#[test]
fn a_line_that_is_not_json_is_reported_before_the_columns_that_are_missing() {
    let deep = format!(r#"{{"case": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
    for (lines, line) in [
        (r#"{"case": "a", "form"#, 1),
        ("{\"case\": \"a\", \"form\n{\"case\": \"a\"}\n", 1),
        (&deep, 1),
        ("{\"case\": \"a\"}\n[\"a\"]\n", 2),
        ("{\"case\": \"a\"}\nGateway timeout\n", 2),
    ] {
        let found = Import::of("statuses.jsonl", lines).report();
        let what = "lines that are not JSON objects".to_owned();
        assert_eq!(found, [(what, 1, vec![format!("line {line}")])], "{lines}");
    }
    let missing = Import::of("statuses.jsonl", r#"{"case": "a"}"#).read().unwrap_err().to_string();
    assert!(missing.contains("no column for the form, the status and the date of the status"), "{missing}");
}

#[test]
fn json_that_is_printed_over_several_lines_must_be_one_object_on_each_line() {
    let filler = format!("\"x\": \"{}\"", "y".repeat(100_000));
    let object =
        "is a JSON object on several lines, not a table of case statuses; write each object on one line";
    let array = "is a JSON array, not a table of case statuses; write one object on each line";
    for (content, says) in [
        ("{\n  \"case\": \"a\"\n}\n".to_owned(), object),
        ("\u{feff}{ \"cases\": [\n {\"case\": \"a\"}\n]}".to_owned(), object),
        (format!("{{\n{filler}\n}}\n"), object),
        ("[\n{\"case\": \"a\"}\n]".to_owned(), array),
    ] {
        let error = Import::of("statuses.jsonl", content).read().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_status_may_be_a_title_an_event_code_or_an_action_code() {
    let rows = "\
case,form,received,status,event_code,date
a,I-765,2024-01-01,case was received.,,2024-01-01
a,I-765,2024-01-01,ft0,,2024-01-02
a,I-765,2024-01-01,expedite,,2024-01-03
a,I-765,2024-01-01,Our system is slow today,IKP,2024-01-04
a,I-765,2024-01-01,,HAP,2024-01-05
";
    let cases = Import::csv(rows).cases();
    assert_eq!(actions(&cases[0]), ["received", "under_review", "expedite", "rfe_sent", "rfe_response"]);
}

fn passed_over(line: u64, value: (&str, Option<&str>), counted: (&str, &str)) -> PassedOver {
    PassedOver {
        line,
        value: value.0.to_owned(),
        action: value.1.map(str::to_owned),
        counted: counted.0.to_owned(),
        counted_action: counted.1.to_owned(),
    }
}

#[test]
fn status_columns_that_contradict_each_other_are_noted() {
    let rows = "\
case,form,received,status,event_code,date
a,I-765,2024-01-01,Case Was Received,IAA,2024-01-01
a,I-765,2024-01-01,Blah Blah,EA,2024-01-02
a,I-765,2024-01-01,Case Was Approved,EA,2024-01-03
a,I-765,2024-01-01,Case Was Approved,EA,2024-01-04
a,I-765,2024-01-01,Case Was Approved,ZZZ,2024-01-05
";
    let import = Import::csv(rows);
    let cases = import.cases();
    assert_eq!(actions(&cases[0]), ["received", "denied", "approved", "approved", "approved"]);
    let notes = import.notes();
    let example = passed_over(4, ("EA", Some("denied")), ("Case Was Approved", "approved"));
    let contradicting = CaseStatusNote::ContradictingStatuses { count: 2, example };
    let example = passed_over(3, ("Blah Blah", None), ("EA", "denied"));
    let unknown = CaseStatusNote::UnknownStatusPassedOver { count: 2, example };
    assert!(notes.contains(&contradicting) && notes.contains(&unknown), "{notes:?}");
    assert_eq!(
        contradicting.to_string(),
        "2 rows with status columns that contradict each other, for example line 4: `Case Was Approved` (approved) \
         counts, not `EA` (denied)"
    );
    assert_eq!(
        unknown.to_string(),
        "2 rows with an unknown status beside a known one, for example line 3: `EA` (denied) counts, not `Blah Blah`"
    );
    let agreed = rows.replace("EA", "DA").replace("Blah Blah", "").replace("ZZZ", "");
    assert_eq!(Import::csv(&agreed).notes(), [CaseStatusNote::NewestDate(day("2024-01-05"))]);
}

#[test]
fn an_appointment_that_the_status_does_not_announce_is_left_out_with_a_note() {
    let stray = GOOD.replace("Were Taken,2024-02-14,", "Were Taken,2024-02-14,2024-01-02");
    let import = Import::csv(&format!("{stray}c,I-130,2024-02-01,,,2024-05-01\n"));
    assert!(import.notes().contains(&CaseStatusNote::UnannouncedAppointments(2)), "{:?}", import.notes());
    let history = import.history();
    assert_eq!(warnings_of(&history, "actions.parquet"), [""; 0]);
    assert_eq!(all(&history)[..2], Import::csv(GOOD).cases());
}

#[test]
fn a_receipt_number_in_the_name_of_the_file_is_masked() {
    let import = Import::of("IOE0123456789.csv", GOOD);
    let history = import.history();
    assert_eq!(history.name(), "[receipt number].csv");
    let about = fs::read_to_string(import.dir.path().join("history/history.json")).unwrap();
    assert!(
        about.contains("case statuses of `[receipt number].csv`") && !about.contains("0123456789"),
        "{about}"
    );
}

#[test]
fn dates_with_the_name_of_the_month_are_read_in_english_and_spanish() {
    for date in [
        "January 10, 2024",
        "Jan 10, 2024",
        "jan. 10 2024",
        "JANUARY 10, 2024 3:00 PM",
        "10 January 2024",
        "10 Jan 2024",
        "10-Jan-2024",
        "10 enero 2024",
        "10 de enero de 2024",
        "10 DE ENERO DEL 2024",
        "10 ene. 2024",
        "enero 10, 2024",
    ] {
        let rows = format!("case;form;status;date\na;I-130;Case Was Received;{date}\n");
        assert_eq!(Import::csv(&rows).cases()[0].2, Stamp::Day(day("2024-01-10")), "{date}");
    }
    for (date, expected) in [
        ("Mar 5, 2024", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("5 de mayo de 2024", "2024-05-05"),
        ("30 de septiembre de 2024", "2024-09-30"),
        ("1 dic 2024", "2024-12-01"),
        ("1 ago. 2024", "2024-08-01"),
    ] {
        let rows = format!("case;form;status;date\na;I-130;Case Was Received;{date}\n");
        assert_eq!(Import::csv(&rows).cases()[0].2, Stamp::Day(day(expected)), "{date}");
    }
    for date in
        ["February 30, 2024", "10 maaliskuu 2024", "January, 2024", "10 de 2024", "January 10", "de 10, 2024"]
    {
        let rows = format!("case;form;status;date\na;I-130;Case Was Received;{date}\n");
        assert_eq!(Import::csv(&rows).report()[0].0, "dates that cannot be read", "{date}");
    }
}

#[test]
fn a_form_is_recognized_however_it_is_written() {
    for form in ["N-400", "N400", "n-400", "Form N-400"] {
        let cases = Import::csv(&GOOD.replace("N-400", form)).cases();
        assert_eq!(cases[0].1, "N-400", "{form}");
    }
    let problems = Import::csv(&GOOD.replace("N-400", "N-999")).problems();
    assert_eq!(problems[0].what, "forms that are not known");
    assert!(
        problems[0].remedy.ends_with("known are I-130, I-131, I-485, I-765, I-821, I-90, N-400"),
        "{problems:?}"
    );
    assert_eq!((problems[0].count, problems[0].examples[0].as_str()), (3, "line 2 (`N-999`)"));
}

#[test]
fn the_receipt_date_is_that_of_the_column_or_of_the_earliest_row_that_says_received() {
    let rows = "\
case,form,received,status,date
a,I-130,,Case Was Approved,2024-03-01
a,I-130,,Case Was Received,2024-02-03
a,I-130,,Case Was Received,2024-02-02
b,I-130,2024-01-01,Case Was Received,2024-02-02
";
    let import = Import::csv(rows);
    let received: Vec<Stamp> = import.cases().iter().map(|case| case.2).collect();
    assert_eq!(received, [Stamp::Day(day("2024-02-02")), Stamp::Day(day("2024-01-01"))]);
    assert!(import.notes().contains(&CaseStatusNote::ReceivedByStatus(1)));
    let neither = Import::csv("case,form,status,date\na,I-130,Case Was Approved,2024-03-01\n").report();
    assert_eq!(neither[0].2, ["line 2"]);
    assert!(neither[0].0.starts_with("cases with neither a receipt date"), "{neither:?}");
}

#[test]
fn a_row_without_a_status_adds_only_its_case() {
    let cases = Import::csv(&format!("{GOOD}c,I-130,2024-02-01,,,\n")).cases();
    assert_eq!(cases.len(), 3);
    assert!(actions(&cases[2]).is_empty());
}

#[test]
fn the_day_of_an_appointment_is_known_from_its_notice_until_it_is_kept() {
    let history = Import::csv(GOOD).history();
    let form = forms::bundled().unwrap().definition("N-400", day("2024-03-01")).unwrap();
    let effects = history.effects(&form);
    for (time, ahead) in [("2024-01-23", None), ("2024-01-24", Some("2024-07-14")), ("2024-02-14", None)] {
        let case = history.view_at(as_of(time)).case(0, None).unwrap();
        let progress = case.follow(&form, &effects, |_, _, _| {});
        let found = progress.appointment_ahead(&form, as_of(time).moment());
        assert_eq!(found.map(|(_, day)| day), ahead.map(stamp), "{time}");
    }
    let early = Import::csv(&GOOD.replace("2024-07-14", "2024-01-23")).report();
    let what = "appointments before the day of their notice".to_owned();
    assert_eq!(early, [(what, 1, vec!["line 3 (`2024-01-23`)".to_owned()])]);
}

#[test]
fn an_unknown_status_is_reported_with_its_count_and_the_nearest_known_ones() {
    let rows = format!(
        "{GOOD}a,N-400,2024-01-10,Case Was Kind Of Approved,2024-02-20,\na,N-400,2024-01-10,zzz,2024-02-20,\n\
         b,I-130,2023-09-05,Case Was Kind Of Approved,2024-02-20,\n"
    );
    let import = Import::csv(&rows);
    let problems = import.problems();
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0].what, "unknown status `Case Was Kind Of Approved`");
    assert_eq!(
        (problems[0].count, &problems[0].examples[..]),
        (2, &["line 6".to_owned(), "line 8".to_owned()][..])
    );
    assert!(problems[0].remedy.contains("`Case Was Approved` (approved)"), "{}", problems[0].remedy);
    assert!(problems[1].remedy.contains("no known status resembles it"), "{}", problems[1].remedy);
    let text = import.read().unwrap_err().to_string();
    assert!(text.contains("(2 in all, for example line 6, line 8)"), "{text}");
    assert!(!import.dir.path().join("history").exists());
}

#[test]
fn an_unknown_status_that_is_kept_is_an_event_without_a_milestone() {
    let rows = format!(
        "{GOOD}a,N-400,2024-01-10,Case Was Lost,2024-02-20,\na,N-400,2024-01-10,Case was lost.,2024-02-21,\n"
    );
    let import = Import::csv(&rows).with(|options| options.unknown_status = UnknownStatus::Keep);
    let history = import.history();
    assert_eq!(actions(&all(&history)[0])[3..], ["unknown_case_was_lost", "unknown_case_was_lost"]);
    let warnings: String = history.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.contains("unknown_case_was_lost"), "{warnings}");
    let (status, action) = ("Case Was Lost".to_owned(), "unknown_case_was_lost".to_owned());
    let note = CaseStatusNote::KeptStatus { status, action, count: 1 };
    assert!(import.notes().contains(&note), "{:?}", import.notes());
}

#[test]
fn a_form_without_a_known_status_is_refused() {
    let rows = "case,form,received,status,date\na,I-130,2024-01-01,Nothing Known,2024-02-02\n";
    let import = Import::csv(rows).with(|options| options.unknown_status = UnknownStatus::Keep);
    assert_eq!(import.report(), [("forms without a known status".to_owned(), 1, vec!["`I-130`".to_owned()])]);
}

#[test]
fn everything_that_contradicts_itself_is_in_one_report() {
    let rows = "\
case,form,received,status,date
a,I-130,2024-01-01,Case Was Received,2024-01-01
a,I-485,2024-01-01,Case Was Approved,2024-02-01
b,I-130,2024-01-01,Case Was Received,2024-01-01
b,I-130,2024-01-02,Case Was Approved,2024-02-01
c,I-130,2024-01-05,Case Was Approved,2024-01-04
,I-130,2024-01-05,Case Was Approved,2024-02-04
d,,2024-01-05,Case Was Approved,2024-02-04
e,I-130,2024-01-05,,2024-02-04
f,I-130,2024-01-05,Case Was Approved,
g,I-130,2024-01-05,Case Was Approved,soon
h,I-130,2024-01-05,Case Was Approved,9999-12-31
i,I-130,2024-01-05,Case Was Approved
j,I-130,2024-01-05,Case Was Approved,2024-03-02
k,X-1,2024-01-05,Case Was Approved,2024-03-01
";
    let import = Import::csv(rows).with(|options| options.extracted_on = Some(day("2024-03-01")));
    let found = import.report();
    let expected: Vec<(&str, &str)> = vec![
        ("rows with another number of fields", "line 13 (4 fields, not 5)"),
        ("rows without a case id", "line 7"),
        ("cases without a form", "line 8"),
        ("forms that are not known", "line 15 (`X-1`)"),
        ("cases with more than one form", "line 3 (`I-130` and `I-485`)"),
        ("rows with a date but no status", "line 9 (`2024-02-04`)"),
        ("rows with a status but no date", "line 10 (`Case Was Approved`)"),
        ("dates that cannot be read", "line 11 (`soon`)"),
        ("dates outside the years", "line 12 (`9999-12-31`)"),
        ("cases with more than one receipt date", "line 5 (2024-01-01 and 2024-01-02)"),
        ("statuses dated before the receipt", "line 6 (`2024-01-04`)"),
        ("dates after the extraction date", "line 14 (`2024-03-02`)"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((what, count, examples), (begins, example)) in found.iter().zip(expected) {
        assert!(what.starts_with(begins), "{what}, not {begins}");
        assert_eq!((*count, examples.as_slice()), (1, &[example.to_owned()][..]), "{what}");
    }
}

#[test]
fn a_report_has_at_most_five_examples_of_a_problem() {
    for (form, date) in [("I-130", "never"), ("X", "2024-01-01")] {
        let row = |row: u32| format!("c{row},{form},2024-01-01,Case Was Received,{date}\n");
        let rows: String = (0..9).map(row).collect();
        let found = Import::csv(&format!("case,form,received,status,date\n{rows}")).report();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].1, found[0].2.len()), (9, 5), "{form} {date}");
    }
}

#[test]
fn a_receipt_number_as_the_case_id_is_refused_and_masked() {
    let receipts = GOOD.replace("\na,", "\nIOE0123456789,");
    let import = Import::csv(&receipts);
    let problems = import.problems();
    assert_eq!(problems[0].what, "case ids with a receipt number in the clear");
    assert_eq!((problems[0].count, problems[0].examples[0].as_str()), (3, "line 2 (`[receipt number]`)"));
    assert!(problems[0].remedy.contains("--hash-ids"));
    let error = import.read().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("0123456789"));
}

#[test]
fn a_key_replaces_every_case_id_by_its_hash() {
    let key = CaseIdKey::from_bytes(b"0123456789abcdef0123456789abcdef").unwrap();
    let receipts = GOOD.replacen("\na,", "\nIOE0123456789,", 1).replace("\na,", "\n ioe-01-234-56789,");
    let cases = Import::csv(&receipts).with(|options| options.case_id_key = Some(key.clone())).cases();
    assert_eq!(cases.len(), 2, "two spellings of a receipt number are one case");
    assert_eq!((&cases[0].0, &cases[1].0), (&key.hash("IOE0123456789"), &key.hash("b")));
}

#[test]
fn a_receipt_number_in_an_attribute_is_refused_and_masked() {
    let rows = "case,form,received,status,date,office\n\
                a,N-400,2024-01-01,Case Was Received,2024-01-01,IOE-0123456789\n";
    let expected = "line 2 (`[receipt number]`)".to_owned();
    let what = "attributes with a receipt number in the clear".to_owned();
    assert_eq!(Import::csv(rows).report(), [(what, 1, vec![expected])]);
}

#[test]
fn a_receipt_date_that_cannot_be_read_is_one_problem_and_not_two() {
    for rows in ["a,I-130,soon,Case Was Approved,2024-03-01", "a,I-130,,Case Was Received,soon"] {
        let found = Import::csv(&format!("case,form,received,status,date\n{rows}\n")).report();
        assert_eq!(found, [("dates that cannot be read".to_owned(), 1, vec!["line 2 (`soon`)".to_owned()])]);
    }
}

#[test]
fn a_receipt_number_in_a_status_is_masked() {
    let rows = format!("{GOOD}a,N-400,2024-01-10,We lost IOE0123456789,2024-02-20,\n");
    let refused = Import::csv(&rows).read().unwrap_err();
    assert!(refused.to_string().contains("unknown status `We lost [receipt number]`"), "{refused}");
    let kept = Import::csv(&rows).with(|options| options.unknown_status = UnknownStatus::Keep);
    assert_eq!(actions(&kept.cases()[0])[3], "unknown_we_lost_receipt_number");
}

#[test]
fn the_newest_date_is_the_extraction_date_unless_one_is_given() {
    let import = Import::csv(GOOD);
    assert!(import.notes().contains(&CaseStatusNote::NewestDate(day("2024-03-01"))));
    let given = import.with(|options| options.extracted_on = Some(day("2024-06-30")));
    assert_eq!(given.history().extracted_on(), Stamp::Day(day("2024-06-30")));
    assert_eq!(given.notes(), []);
}

#[test]
fn a_column_becomes_an_attribute_if_the_form_uses_it_and_is_named_otherwise() {
    let rows = "\
case,form,received,status,date,Office,center,officer
a,N-400,2024-01-01,Case Was Received,2024-01-01,Boston,NBC,x
b,I-130,2024-01-01,Case Was Received,2024-01-01,Boston,NBC,x
";
    let import = Import::csv(rows);
    let history = import.history();
    assert_eq!(history.attribute("office").unwrap().value(0), Some("Boston"));
    assert_eq!(history.attribute("office").unwrap().value(1), None, "Form I-130 does not use the office");
    assert_eq!(history.attribute("center").unwrap().value(1), Some("NBC"));
    assert!(import.notes().contains(&CaseStatusNote::IgnoredColumns(vec!["officer".into()])));
}

#[test]
fn a_case_has_the_earliest_value_of_each_attribute() {
    let rows = "\
case,form,received,status,date,office,center
a,N-400,2024-01-01,Case Was Approved,2024-03-01,Denver,TSC
a,N-400,2024-01-01,Case Was Received,2024-01-01,,NBC
a,N-400,2024-01-01,Case Was Updated To Show Fingerprints Were Taken,2024-02-01,Boston,NSC
";
    let history = Import::csv(rows).history();
    let value = |name: &str| history.attribute(name).unwrap().value(0);
    assert_eq!((value("center"), value("office")), (Some("NBC"), Some("Boston")));
}

#[test]
fn two_columns_for_one_attribute_are_refused() {
    let rows =
        "case,form,received,status,date,Office,office\na,N-400,2024-01-01,Case Was Received,2024-01-01,x,y\n";
    let error = Import::csv(rows).read().unwrap_err().to_string();
    assert!(error.contains("`Office` and `office` can both be the attribute `office`; rename or"), "{error}");
    let lines = r#"
{"case": "a", "form": "N-400", "received": "2024-01-10", "status": "Case Was Received", "date": "2024-01-10", "office": "x"}
{"case": "b", "form": "N-400", "received": "2024-01-10", "status": "Case Was Received", "date": "2024-01-10", "Office": "y"}
"#;
    let error = Import::of("statuses.jsonl", lines).read().unwrap_err();
    assert!(matches!(error, CaseStatusError::AmbiguousColumn { .. }), "{error}");
}

#[test]
fn rows_that_repeat_a_status_and_its_date_count_once() {
    let repeated = GOOD.lines().last().unwrap();
    let import = Import::csv(&format!("{GOOD}{repeated}\n{repeated}\n"));
    assert_eq!(import.cases(), Import::csv(GOOD).cases());
    assert!(import.notes().contains(&CaseStatusNote::RepeatedRows(2)));
}

#[test]
fn dates_are_read_in_the_only_order_that_all_of_them_allow() {
    let american =
        "case,form,received,status,date\na,I-130,09-05-2023 14:28:46,Case Was Approved,03/15/2024\n";
    let cases = Import::csv(american).cases();
    assert_eq!(cases[0].2, Stamp::Day(day("2023-09-05")));
    assert_eq!(cases[0].4[0].1, Stamp::Moment(day("2024-03-15").end()));
    let open = american.replace("03/15/2024", "03/04/2024");
    let error = Import::csv(&open).read().unwrap_err().to_string();
    assert!(error.contains("--date-order"), "{error}");
}

#[test]
fn a_file_without_a_needed_column_says_which_names_it_can_have() {
    let error =
        Import::csv("case,when,status\na,2024-01-01,Case Was Received\n").read().unwrap_err().to_string();
    for part in
        ["for the form and the date of the status;", "`form` and `occurred_on`", "`case`, `when`, `status`"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    let error = Import::csv("case,receipt_number,form,status,date\n").read().unwrap_err().to_string();
    assert!(error.contains("`case` and `receipt_number` can both be the case"), "{error}");
}

#[test]
fn a_file_of_another_kind_is_named() {
    for (content, what) in [
        (&b"PK\x03\x04rest of an archive"[..], "a zip archive"),
        (b"PAR1rest of a table", "a Parquet file"),
        (b"[{\"case\": 1}]", "a JSON array"),
        (b"<html></html>", "an XML or HTML file"),
        (b"\xff\xfec\0a\0s\0e\0", "UTF-16 text"),
        (b"", "has no rows"),
        (b"case,form,status,date\n", "has no rows"),
    ] {
        let error = Import::of("statuses", content).read().unwrap_err().to_string();
        assert!(error.contains(what), "{what}: {error}");
    }
}

/// The status of an action, as the vocabulary writes it: one of its titles, else an event code, else the action itself.
fn status_for<'a>(texts: &'a StatusTexts, form: &str, action: &'a str, turn: usize) -> &'a str {
    let holds = |forms: &[String]| forms.is_empty() || forms.iter().any(|name| name == form);
    let titles = texts.titles().iter().filter(|title| title.action == action && holds(&title.forms));
    let titles = titles.map(|title| title.text.as_str());
    let titles: Vec<&str> =
        titles.filter(|text| texts.action_for_title(text, Some(form)) == Some(action)).collect();
    let codes = texts.event_codes().filter(|(_, of, forms)| *of == action && holds(forms));
    let codes: Vec<&str> = codes.map(|(code, ..)| code).collect();
    let statuses = if titles.is_empty() { codes } else { titles };
    statuses.get(turn % statuses.len().max(1)).copied().unwrap_or(action)
}

/// A case whose actions of one kind and day count once, as the import counts them.
fn without_repetitions(mut case: Seen) -> Seen {
    let mut counted = HashSet::new();
    case.4.retain(|(action, at)| counted.insert((action.clone(), at.moment())));
    case
}

#[test]
fn cases_that_are_exported_as_status_texts_and_imported_again_have_the_same_actions() {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("history/uscis-fy22");
    let history = History::read(&bundled, forms::bundled().unwrap()).unwrap();
    let texts = bundled_status_texts().unwrap();
    let sample: Vec<Seen> = all(&history).into_iter().step_by(97).map(without_repetitions).collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["Receipt", "Form Type", "Received Date", "Case Status", "Date", "center"]).unwrap();
    let (mut rows, mut texts_used) = (0, HashSet::new());
    for (case, form, received, attributes, actions) in &sample {
        let center = attributes.iter().find(|(name, _)| name == "center").map_or("", |(_, value)| value);
        let received = received.day().to_string();
        // A case without an action is in the file by its receipt alone.
        if actions.is_empty() {
            table.write_record([case, form, &received, "", "", center]).unwrap();
        }
        for (action, at) in actions {
            let (status, date) = (status_for(&texts, form, action, rows), at.day().to_string());
            table.write_record([case, form, &received, status, &date, center]).unwrap();
            rows += 1;
            texts_used.insert(status);
        }
    }
    assert!(sample.len() > 1_000 && texts_used.len() > 60, "{} cases, {texts_used:?}", sample.len());
    let import = Import::of("statuses.csv", table.into_inner().unwrap()).with(|options| {
        options.extracted_on = Some(history.extracted_on().day());
    });
    let imported = import.cases();
    assert_eq!(imported.len(), sample.len());
    for (imported, exported) in imported.iter().zip(&sample) {
        assert_eq!(imported, exported);
    }
}
