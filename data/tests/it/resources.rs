//! Who did an action: in CSV and in Parquet, in any order of rows, and never as a receipt number.

use std::sync::Arc;

use crate::folder::{Folder, GOOD_ABOUT, as_of, parquet};
use arrow::array::{ArrayRef, Date32Array, Int32Array, StringArray};
use data::History;

const CASES: &str = "\
case_id,form,received_on,center
a,N-400,2022-01-03,
b,N-400,2022-01-04,
";
/// The case `b` comes first in the file, and the actions of `a` are not in order of time.
const ACTIONS: &str = "\
case_id,action,occurred_on,resource
b,received,2022-01-04,Ann
a,interview_scheduled,2022-03-01,Bob
a,received,2022-01-03,
";

/// Who did each known action of each case.
fn resources(history: &History, time: &str) -> Vec<Vec<Option<String>>> {
    let name = |resource: u32| history.resources()[resource as usize].clone();
    let of = |case: data::HistoryCase<'_>| {
        case.known_actions().map(|action| action.resource.map(name)).collect::<Vec<_>>()
    };
    history.view_at(as_of(time)).cases().map(of).collect()
}

/// The good cases as Parquet with this column of resources.
fn with_column(column: ArrayRef) -> Folder {
    let text = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let mut folder = Folder::of(CASES, ACTIONS, GOOD_ABOUT);
    let actions = parquet(&[
        ("case_id", text(["a", "b"])),
        ("action", text(["received", "received"])),
        ("occurred_on", Arc::new(Date32Array::from(vec![19_000; 2])) as ArrayRef),
        ("resource", column),
    ]);
    folder.remove("actions.csv").set("actions.parquet", actions);
    folder
}

#[test]
fn who_did_an_action_stays_beside_it_and_is_known_no_earlier() {
    let history = Folder::of(CASES, ACTIONS, GOOD_ABOUT).read().unwrap();
    let [ann, bob] = ["Ann", "Bob"].map(|name| Some(name.to_owned()));
    assert_eq!(resources(&history, "2022-06-30"), [vec![None, bob], vec![ann.clone()]]);
    assert_eq!(resources(&history, "2022-02-28"), [vec![None], vec![ann]]);
}

#[test]
fn a_resource_may_be_a_number_or_missing_everywhere() {
    let numbers = with_column(Arc::new(Int32Array::from(vec![None, Some(112)]))).read().unwrap();
    assert_eq!(resources(&numbers, "2022-06-30"), [vec![None], vec![Some("112".to_owned())]]);
    let gaps = with_column(Arc::new(arrow::array::NullArray::new(2))).read().unwrap();
    assert_eq!(resources(&gaps, "2022-06-30"), [vec![None], vec![None]]);
    let none = Folder::of(CASES, &ACTIONS.replace("resource", "clerk"), GOOD_ABOUT).read().unwrap();
    assert_eq!((none.resources(), resources(&none, "2022-06-30")[1].clone()), (&[][..], vec![None]));
}

#[test]
fn a_date_or_a_receipt_number_is_not_a_resource() {
    let problem = |folder: &Folder| folder.read().unwrap_err().problems[0].to_string();
    let dates = problem(&with_column(Arc::new(Date32Array::from(vec![None, Some(19_200)]))));
    assert!(
        dates.contains("column `resource` has type date, not text, a number or true or false"),
        "{dates}"
    );
    let numbered = ACTIONS.replace("Ann", "IOE0123456789");
    let numbered = problem(&Folder::of(CASES, &numbered, GOOD_ABOUT));
    assert!(numbered.contains("column `resource` has receipt numbers"), "{numbered}");
    assert!(!numbered.contains("IOE0123456789"), "{numbered}");
}
