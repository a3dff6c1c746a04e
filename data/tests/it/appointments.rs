//! The days of appointments, which a history may tell in advance.

use std::sync::Arc;

use crate::folder::{Folder, GOOD_ABOUT, as_of, parquet, read, rewritten, stamp, warnings_of};
use arrow::array::{ArrayRef, Date32Array, Int32Array, StringArray, TimestampMicrosecondArray};
use data::forms::bundled;
use data::{ActionRow, History, HistoryFilesError, HistoryTimes, HistoryWriter};
use model::Stamp;

const CASES: &str = "\
case_id,form,received_on,center
a,N-400,2022-01-03,
b,N-400,2022-01-04,
";
/// The appointment of `a` is after the extraction. The case `b` comes first in the file.
const ACTIONS: &str = "\
case_id,action,occurred_on,scheduled_for
b,received,2022-01-04,
b,interview_scheduled,2022-02-01,2022-03-10
a,interview_scheduled,2022-03-01,2022-07-15
a,received,2022-01-03,
";

/// The day of the appointment ahead of each case that is known at a time.
fn ahead(history: &History, time: &str) -> Vec<Option<Stamp>> {
    let form = bundled().unwrap().definition("N-400", as_of(time).day()).unwrap();
    let effects = history.effects(&form);
    let day = |case: data::HistoryCase<'_>| {
        let progress = case.follow(&form, &effects, |_, _, _| {});
        progress.appointment_ahead(&form, as_of(time).moment()).map(|(_, day)| day)
    };
    history.view_at(as_of(time)).cases().map(day).collect()
}

#[test]
fn an_appointment_is_known_from_the_day_of_its_notice_to_its_own_day() {
    let by_csv = Folder::of(CASES, ACTIONS, GOOD_ABOUT).read().unwrap();
    let dir = rewritten(CASES, ACTIONS, HistoryTimes::Days);
    let by_parquet = read(&dir.path().join("history")).unwrap();
    for history in [by_csv, by_parquet] {
        for (time, of_a, of_b) in [
            ("2022-01-31", None, None),
            ("2022-02-01", None, Some("2022-03-10")),
            ("2022-02-28", None, Some("2022-03-10")),
            ("2022-03-01", Some("2022-07-15"), Some("2022-03-10")),
            ("2022-03-10", Some("2022-07-15"), Some("2022-03-10")),
            ("2022-03-11", Some("2022-07-15"), None),
            ("2022-06-30", Some("2022-07-15"), None),
        ] {
            assert_eq!(ahead(&history, time), [of_a.map(stamp), of_b.map(stamp)], "{time}");
        }
        // A limit on the actions hides the notice.
        let form = bundled().unwrap().definition("N-400", as_of("2022-06-30").day()).unwrap();
        let case = history.view_at(as_of("2022-06-30")).case(0, Some(1)).unwrap();
        let progress = case.follow(&form, &history.effects(&form), |_, _, _| {});
        assert_eq!(progress.appointment_ahead(&form, as_of("2022-06-30").moment()), None);
    }
}

/// The good cases as Parquet with this column of appointments.
fn with_column(column: ArrayRef) -> Folder {
    let text = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let occurred = Arc::new(Date32Array::from(vec![19_000; 2])) as ArrayRef;
    let mut folder = Folder::of(CASES, ACTIONS, GOOD_ABOUT);
    let actions = parquet(&[
        ("case_id", text(["a", "b"])),
        ("action", text(["received", "interview_scheduled"])),
        ("occurred_on", occurred),
        ("scheduled_for", column),
    ]);
    folder.remove("actions.csv").set("actions.parquet", actions);
    folder
}

#[test]
fn an_appointment_may_have_a_day_or_a_time_of_day() {
    let columns: [(ArrayRef, Option<&str>); 4] = [
        (Arc::new(Date32Array::from(vec![None, Some(19_200)])), Some("2022-07-27")),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![None, Some(19_200 * 86_400_000_000)])),
            Some("2022-07-27T00:00:00Z"),
        ),
        (Arc::new(Date32Array::from(vec![None, None])), None),
        (Arc::new(arrow::array::NullArray::new(2)), None),
    ];
    for (column, expected) in columns {
        let history = with_column(column).read().unwrap();
        assert_eq!(ahead(&history, "2022-06-30")[1], expected.map(stamp));
    }
}

#[test]
fn the_day_of_an_appointment_that_nobody_announced_is_warned_of() {
    let mut folder = Folder::of(CASES, ACTIONS, GOOD_ABOUT);
    folder.append("actions.csv", "a,interview_completed,2022-06-01,2022-06-01\n");
    let history = folder.read().unwrap();
    let warning = "actions.csv: `scheduled_for` is given with action `interview_completed` (1 times), which does not \
                   announce an appointment of form `N-400`; these days are not used";
    assert_eq!(warnings_of(&history, "actions.csv"), [warning]);
    let announced = Folder::of(CASES, ACTIONS, GOOD_ABOUT).read().unwrap();
    assert_eq!(warnings_of(&announced, "actions.csv"), [""; 0]);
}

#[test]
fn a_wrong_appointment_is_a_problem() {
    let problem = |folder: &Folder| folder.read().unwrap_err().problems[0].to_string();
    let early = ACTIONS.replace("2022-03-10", "2022-01-31").replace("2022-07-15", "2022-03-01");
    assert_eq!(
        problem(&Folder::of(CASES, &early, GOOD_ABOUT)),
        "actions.csv: appointments before the day of their notice (1 in all, for example b); correct `scheduled_for`, or \
         the date of the notice"
    );
    let text = ACTIONS.replace("2022-03-10", "in March");
    assert_eq!(
        problem(&Folder::of(CASES, &text, GOOD_ABOUT)),
        "actions.csv: column `scheduled_for` has values that are not times in the years 1900 to 2199 (1 in all, for \
         example row 2 `in March`); correct them, or leave them empty"
    );
    let number = with_column(Arc::new(Int32Array::from(vec![None, Some(19_200)])));
    assert!(
        problem(&number).contains("`scheduled_for` has type i32, not date32 or a timestamp (UTC); write")
    );
    let beyond = with_column(Arc::new(Date32Array::from(vec![None, Some(1_000_000)])));
    assert!(problem(&beyond).contains("row 2 `1000000`"), "{}", problem(&beyond));
}

#[test]
fn an_appointment_is_not_written_without_its_column() {
    let parent = tempfile::tempdir().unwrap();
    let [occurred, later] = ["2022-03-01", "2022-07-15"].map(stamp);
    let row = ActionRow {
        case_id: "IOE0123456789",
        action: "x",
        occurred,
        scheduled_for: Some(later),
        resource: None,
    };
    let mut without = HistoryWriter::create(&parent.path().join("one"), HistoryTimes::Days, &[]).unwrap();
    let error = without.push_action(&row).unwrap_err();
    assert!(matches!(error, HistoryFilesError::Row { .. }));
    assert!(error.to_string().starts_with("a row of case `[receipt number]` cannot be written"), "{error}");
    let dir = parent.path().join("two");
    let mut of_moments =
        HistoryWriter::create_with_appointments(&dir, HistoryTimes::Days, &[], HistoryTimes::Moments)
            .unwrap();
    assert!(of_moments.push_action(&row).is_err(), "a day in a column of moments");
}
