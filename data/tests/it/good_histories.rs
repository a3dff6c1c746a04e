//! A history is the same in every format.

use std::sync::Arc;

use crate::folder::{
    Folder, GOOD_ABOUT, GOOD_ACTIONS, GOOD_CASES, all, day, parquet, read, rewritten, stamp, warnings_of,
};
use arrow::array::{
    ArrayRef, BooleanArray, DictionaryArray, Int32Array, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray,
};
use arrow::datatypes::Int32Type;
use data::HistoryTimes;
use model::Stamp;

const CASES_AT: &str = "\
case_id,form,received_at,center
001,I-765,2022-01-03T08:00:00Z,NBC
b,I-765,2022-01-03T08:00:00.000001Z,
c,I-130,2022-02-01T23:59:59+02:00,TSC
";
const ACTIONS_AT: &str = "\
case_id,action,occurred_at
b,approved,2022-03-01T10:00:00Z
001,rfe_sent,2022-01-20T10:00:00Z
001,biometrics_taken,2022-01-20T10:00:00Z
c,received,2022-02-01T21:59:59Z
001,received,2022-01-03T08:00:00Z
";

#[test]
fn csv_and_compressed_csv_and_parquet_are_the_same_history() {
    let tables =
        [(GOOD_CASES, GOOD_ACTIONS, HistoryTimes::Days), (CASES_AT, ACTIONS_AT, HistoryTimes::Moments)];
    for (cases, actions, times) in tables {
        let mut folder = Folder::of(cases, actions, GOOD_ABOUT);
        let plain = folder.read().unwrap();
        assert_eq!(plain.received().by_day(), times == HistoryTimes::Days);
        let expected = all(&plain);
        let packed = folder.compress("cases.csv").compress("actions.csv").read().unwrap();
        assert_eq!(all(&packed), expected);
        let dir = rewritten(cases, actions, times);
        let parquet = read(&dir.path().join("history")).unwrap();
        assert_eq!(all(&parquet), expected);
        assert_eq!(parquet.received(), plain.received());
        assert_eq!(parquet.action_codes(), plain.action_codes());
        assert_eq!(parquet.about(), plain.about());
    }
}

#[test]
fn what_is_read_is_what_was_written() {
    let history = Folder::of(CASES_AT, ACTIONS_AT, GOOD_ABOUT).read().unwrap();
    let seen = all(&history);
    let codes = |case: usize| seen[case].4.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>();
    assert_eq!(seen[0].0, "001", "a key is text although it looks like a number");
    assert_eq!(codes(0), ["received", "rfe_sent", "biometrics_taken"], "by time, ties in file order");
    assert_eq!(seen[1].2, stamp("2022-01-03T08:00:00.000001Z"), "microseconds count");
    assert_eq!(seen[2].2, stamp("2022-02-01T21:59:59Z"), "other zones are turned into UTC");
    assert_eq!(seen[1].3, [], "an empty value is none");
    let by_day = Folder::good().read().unwrap();
    assert_eq!(all(&by_day)[0].2, Stamp::Day(day("2022-01-03")), "a date stays a date");
}

#[test]
fn dictionaries_numbers_and_truth_values_are_read_as_text() {
    let dictionary =
        |values: [&str; 3]| Arc::new(values.into_iter().collect::<DictionaryArray<Int32Type>>()) as ArrayRef;
    let received = Arc::new(arrow::array::Date32Array::from(vec![18_995; 3])) as ArrayRef;
    let mut folder = Folder::good();
    let cases = [
        ("case_id", dictionary(["a", "b", "c"])),
        ("form", dictionary(["I-765", "I-765", "I-130"])),
        ("received_on", received.clone()),
        ("center", Arc::new(Int32Array::from(vec![Some(7), None, Some(-1)])) as ArrayRef),
        ("category", Arc::new(BooleanArray::from(vec![true, false, true])) as ArrayRef),
        ("unused", Arc::new(StringArray::from(vec!["x"; 3])) as ArrayRef),
    ];
    let actions = [
        ("case_id", dictionary(["c", "c", "a"])),
        ("action", dictionary(["received", "approved", "approved"])),
        ("occurred_on", received),
    ];
    let folder = folder.set("cases.parquet", parquet(&cases)).set("actions.parquet", parquet(&actions));
    let history = folder.read().unwrap();
    let value = |name: &str, case| history.attribute(name).unwrap().value(case);
    assert_eq!((value("center", 0), value("center", 1), value("center", 2)), (Some("7"), None, Some("-1")));
    assert_eq!((value("category", 0), value("category", 1)), (Some("true"), Some("false")));
    assert!(history.attribute("unused").is_none(), "no form definition knows it");
    assert_eq!(all(&history)[2].4.len(), 2);
}

#[test]
fn timestamps_of_every_unit_and_zone_are_the_same_moment() {
    let second = 1_643_000_000_i64;
    let arrays: [ArrayRef; 4] = [
        Arc::new(TimestampMillisecondArray::from(vec![second * 1_000; 3])),
        Arc::new(TimestampMicrosecondArray::from(vec![second * 1_000_000; 3])),
        Arc::new(TimestampMicrosecondArray::from(vec![second * 1_000_000; 3]).with_timezone("UTC")),
        Arc::new(TimestampNanosecondArray::from(vec![second * 1_000_000_000 + 999; 3])),
    ];
    for array in arrays {
        let ids = || Arc::new(StringArray::from(vec!["a", "b", "c"])) as ArrayRef;
        let forms = Arc::new(StringArray::from(vec!["I-765"; 3])) as ArrayRef;
        let codes = Arc::new(StringArray::from(vec!["approved"; 3])) as ArrayRef;
        let mut folder = Folder::good();
        let cases = parquet(&[("case_id", ids()), ("form", forms), ("received_at", array.clone())]);
        let actions = parquet(&[("case_id", ids()), ("action", codes), ("occurred_at", array)]);
        let history = folder.set("cases.parquet", cases).set("actions.parquet", actions).read().unwrap();
        let at = stamp("2022-01-24T04:53:20Z");
        assert_eq!(all(&history)[0].2, at);
        assert_eq!(all(&history)[0].4, [("approved".to_owned(), at)]);
    }
}

#[test]
fn an_action_that_the_form_does_not_list_is_kept_with_a_warning() {
    let mut folder = Folder::good();
    folder
        .append("actions.csv", "a,seen_on_tv,2022-02-01\nb,seen_on_tv,2022-02-01\nd,seen_on_tv,2022-03-01\n");
    let history = folder.read().unwrap();
    let warning = |count, form| {
        format!(
            "actions.csv: action `seen_on_tv` ({count} times) is not in the definition of form `{form}`; it is \
             kept as an event without a milestone"
        )
    };
    assert_eq!(warnings_of(&history, "actions.csv"), [warning(2, "I-765"), warning(1, "I-130")]);
    assert_eq!(history.warnings()[0].count, 2);
    assert_eq!(all(&history)[0].4[3].0, "seen_on_tv");
}

#[test]
fn a_case_may_have_no_action_and_a_day_may_hold_a_moment() {
    let mut folder = Folder::good();
    folder.append("cases.csv", "quiet,I-765,2022-06-30,\n");
    assert_eq!(all(&folder.read().unwrap())[4].4, []);
    // Received on a day, acted on within that day: the day is not over, but the action is not too early.
    let actions = "case_id,action,occurred_at\na,biometrics_taken,2022-01-03T09:00:00Z\n";
    let history = Folder::of(GOOD_CASES, actions, GOOD_ABOUT).read().unwrap();
    assert_eq!(all(&history)[0].4, [("biometrics_taken".to_owned(), stamp("2022-01-03T09:00:00Z"))]);
    let early = Folder::of(GOOD_CASES, &actions.replace("01-03", "01-02"), GOOD_ABOUT).read().unwrap_err();
    assert!(early.to_string().contains("actions before the receipt of their case"), "{early}");
}
