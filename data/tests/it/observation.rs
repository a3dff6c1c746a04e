//! From when on a case counts, where the record keeps receipts and where it does not.

use std::fmt::Write;

use crate::folder::{Folder, GOOD_ABOUT, as_of, day};
use data::forms::bundled;
use data::{History, Observation, ObservationCounts, ObservedFrom, Summary};

fn history(cases: &str, actions: &str) -> History {
    let cases = format!("case_id,form,received_on\n{cases}");
    let actions = format!("case_id,action,occurred_on\n{actions}");
    Folder::of(&cases, &actions, GOOD_ABOUT).read().unwrap()
}

fn starts(history: &History, time: &str) -> Vec<ObservedFrom> {
    let form = bundled().unwrap().definition("I-765", as_of(time).day()).unwrap();
    let known = history.view_at(as_of(time));
    let observation = Observation::from_view(known, &form);
    known.cases_of("I-765").map(|case| observation.start(&case)).collect()
}

fn from(text: &str) -> ObservedFrom {
    ObservedFrom::FirstAction(day(text).end())
}

fn counts(history: &History) -> ObservationCounts {
    Summary::from_history(history).unwrap().forms[0].observation
}

#[test]
fn one_receipt_among_1500_cases_does_not_hide_the_pending_ones() {
    let (mut cases, mut actions) = (String::new(), String::from("c0,received,2022-01-03\n"));
    for case in 0..1_500 {
        writeln!(cases, "c{case},I-765,2022-01-03").unwrap();
        if case < 926 {
            writeln!(actions, "c{case},approved,2022-03-01").unwrap();
        }
    }
    let history = history(&cases, &actions);
    assert!(starts(&history, "2022-06-30").iter().all(|start| *start == ObservedFrom::Receipt));
    let expected = ObservationCounts {
        cases: 1_500,
        with_receipt: 1,
        counted: 1_500,
        from_first_action: 0,
        left_out: 0,
    };
    assert_eq!(counts(&history), expected);
    let summary = Summary::from_history(&history).unwrap();
    assert_eq!((summary.forms[0].decided, summary.forms[0].pending), (926, 574));
    let note = "I-765: only 1 of all 1500 known cases came with an action of receipt, so the others count from their date \
                of receipt.\n";
    assert!(summary.to_string().ends_with(note), "{summary}");
}

#[test]
fn where_most_cases_have_a_receipt_the_others_count_from_their_first_action() {
    let cases = "a,I-765,2022-01-03\nb,I-765,2022-01-03\nlate,I-765,2022-01-03\nunseen,I-765,2022-01-03\n";
    let actions = "a,received,2022-01-03\nb,received,2022-01-03\na,approved,2022-02-01\nlate,biometrics_taken,2022-02-10\n";
    let history = history(cases, actions);
    let receipt = ObservedFrom::Receipt;
    assert_eq!(
        starts(&history, "2022-06-30"),
        [receipt, receipt, from("2022-02-10"), ObservedFrom::Never],
        "half of the cases are enough"
    );
    // Before its first action, a case was not in the record.
    assert_eq!(starts(&history, "2022-02-09")[2..], [ObservedFrom::Never, ObservedFrom::Never]);
    let expected =
        ObservationCounts { cases: 4, with_receipt: 2, counted: 3, from_first_action: 1, left_out: 1 };
    assert_eq!(counts(&history), expected);
    let note = "I-765: 1 of the 3 cases that count entered the record after their receipt, so they count only from their \
                first action; training leaves out the cases without an action (1), because 2 of all 4 known cases came \
                with an action of receipt, so these have not entered the record.\n";
    let summary = Summary::from_history(&history).unwrap();
    assert!(summary.to_string().ends_with(note), "{summary}");
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["forms"][0]["observation"]["left_out"], 1);
}

#[test]
fn a_case_rejected_at_intake_is_known_but_does_not_count() {
    let cases = "a,I-765,2022-01-03\nb,I-765,2022-01-03\nlate,I-765,2022-01-03\nreturned,I-765,2022-01-03\n";
    let actions = "a,received,2022-01-03\nb,received,2022-01-03\nlate,biometrics_taken,2022-02-10\n\
                   returned,received,2022-01-03\nreturned,rejected,2022-01-05\n";
    let history = history(cases, actions);
    let expected =
        ObservationCounts { cases: 4, with_receipt: 3, counted: 3, from_first_action: 1, left_out: 0 };
    assert_eq!(counts(&history), expected);
    assert!(expected.to_string().starts_with("1 of the 3 cases that count "), "{expected}");
}

#[test]
fn a_case_with_a_late_receipt_counts_from_it_whatever_the_others_have() {
    let cases = "a,I-765,2022-01-03\nb,I-765,2022-01-03\nc,I-765,2022-01-03\nd,I-765,2022-01-03\n";
    let actions = "a,received,2022-01-20\nb,approved,2022-02-01\n";
    let receipt = ObservedFrom::Receipt;
    let history = history(cases, actions);
    assert_eq!(starts(&history, "2022-06-30"), [from("2022-01-20"), receipt, receipt, receipt]);
    let expected =
        ObservationCounts { cases: 4, with_receipt: 1, counted: 4, from_first_action: 1, left_out: 0 };
    assert_eq!(counts(&history), expected);
}

#[test]
fn what_comes_later_does_not_decide_what_a_missing_receipt_means() {
    // At first no case has a receipt; later most do.
    let cases = "a,I-765,2022-01-03\nb,I-765,2022-05-02\nc,I-765,2022-05-02\n";
    let actions = "a,biometrics_taken,2022-02-01\nb,received,2022-05-02\nc,received,2022-05-02\n";
    let history = history(cases, actions);
    assert_eq!(starts(&history, "2022-04-30"), [ObservedFrom::Receipt]);
    assert_eq!(starts(&history, "2022-05-02")[0], from("2022-02-01"));
}

#[test]
fn a_receipt_dated_by_day_is_the_receipt_of_that_day() {
    let cases = "case_id,form,received_at\na,I-765,2022-01-03T08:00:00Z\nb,I-765,2022-01-03T08:00:00Z\n";
    let actions = "case_id,action,occurred_on\na,received,2022-01-03\nb,biometrics_taken,2022-01-04\n";
    let history = Folder::of(cases, actions, GOOD_ABOUT).read().unwrap();
    assert_eq!(starts(&history, "2022-06-30"), [ObservedFrom::Receipt, from("2022-01-04")]);
}
