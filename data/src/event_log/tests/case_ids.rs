use super::super::{EventLogError, LogIssueKind, ReadOptions};
use super::{events, read, read_with};
use crate::case_ids::CaseIdKey;

const CSV: &str = "\
case_id,activity,timestamp,case_note
IOE0123456789,A,2016-02-01,x
 ioe-012-345-6789 ,B,2016-02-02,x
MSC0123456789x,A,2016-02-01,x
";

fn hashed(csv: &str) -> Result<super::EventLog, EventLogError> {
    let key = CaseIdKey::from_bytes(&[7; 32]).unwrap();
    read_with("log.csv", csv, &ReadOptions { case_id_key: Some(key), ..ReadOptions::default() })
}

#[test]
fn receipt_numbers_as_case_ids_are_refused_and_masked() {
    let error = read("log.csv", CSV).unwrap_err();
    let text = error.to_string();
    let EventLogError::Rows(report) = error else { panic!("{text}") };
    assert_eq!((report.issues.len(), report.issues[0].kind), (1, LogIssueKind::ReceiptNumber));
    assert_eq!(report.issues[0].count, 2);
    assert!(text.contains("line 2 (`[receipt number]`)") && text.contains("--hash-ids"), "{text}");
    assert!(!text.contains("0123456"), "{text}");
    for id in ["IOE-0123456789", "case IOE 0123 456 789"] {
        let csv = format!("case_id,activity,timestamp\n{id},A,2016-02-01\n");
        let Err(EventLogError::Rows(report)) = read("log.csv", &csv) else { panic!("{id} is read") };
        assert_eq!(report.issues[0].kind, LogIssueKind::ReceiptNumber, "{id}");
    }
}

#[test]
fn case_ids_are_replaced_by_their_keyed_hash() {
    let log = hashed(CSV).unwrap();
    let ids: Vec<String> = log.cases.iter().map(|case| case.id.to_string()).collect();
    assert_eq!(ids.len(), 2, "two spellings of one receipt number are one case");
    assert!(
        ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())),
        "{ids:?}"
    );
    assert!(events(&log)[1].starts_with(&format!("{}|B", ids[0])));
    let long = format!("case_id,activity,timestamp\n{},A,2016-02-01\n", "x".repeat(500));
    assert_eq!(hashed(&long).unwrap().case_count(), 1, "a hash makes a long id short enough");
}

#[test]
fn a_receipt_number_as_an_attribute_is_refused_even_with_hashed_ids() {
    for value in ["WAC2190012345", "see WAC-2190012345"] {
        let csv = CSV.replace("2016-02-01,x", &format!("2016-02-01,{value}"));
        let error = hashed(&csv).unwrap_err();
        let text = error.to_string();
        let EventLogError::Rows(report) = error else { panic!("{text}") };
        assert_eq!(report.issues[0].kind, LogIssueKind::ReceiptNumberInAttribute);
        assert!(!text.contains("21900"), "{text}");
    }
}

#[test]
fn a_hashed_case_id_is_that_of_a_case_status_import() {
    let key = CaseIdKey::from_bytes(&[7; 32]).unwrap();
    let log = hashed("case_id,activity,timestamp\n a ,A,2016-02-01\na,B,2016-02-02\n").unwrap();
    let ids: Vec<&str> = log.cases.iter().map(|case| &*case.id).collect();
    assert_eq!(ids, [key.hash("a")], "spaces around an id do not count");
}

#[test]
fn a_receipt_number_in_an_activity_is_refused_even_with_hashed_ids() {
    for activity in ["MSC2190012345", "Call about msc-21-900-12345"] {
        let csv = CSV.replace(",B,", &format!(",{activity},"));
        let error = hashed(&csv).unwrap_err();
        let text = error.to_string();
        let EventLogError::Rows(report) = error else { panic!("{text}") };
        assert_eq!((report.issues.len(), report.issues[0].kind), (1, LogIssueKind::ReceiptNumberInActivity));
        assert!(text.contains("1 event with a receipt number in an activity: line 3"), "{text}");
        assert!(text.contains("without the number") && !text.contains("12345"), "{text}");
    }
}

#[test]
fn a_receipt_number_in_the_name_of_an_attribute_is_refused() {
    let csv = CSV.replace("case_note", "case_MSC2190012345");
    let error = hashed(&csv).unwrap_err();
    assert!(matches!(error, EventLogError::ReceiptNumberInName { .. }), "{error}");
    assert!(error.to_string().contains("`case_[receipt number]`"), "{error}");
}

#[test]
fn no_message_shows_a_receipt_number() {
    let csv = "case_id,activity,timestamp\nIOE0123456789 and more,A,IOE0123456789\na,,never IOE0123456789\n";
    let text = read("log.csv", csv).unwrap_err().to_string();
    assert!(text.contains("[receipt number]") && !text.contains("0123456"), "{text}");
    let xes = "<log>\n<trace><string key='concept:name' value=IOE0123456789/></trace></log>";
    let text = read("log.xes", xes).unwrap_err().to_string();
    assert!(!text.contains("0123456"), "{text}");
}
