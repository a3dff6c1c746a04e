//! Forms are recognized however people write them.

use crate::folder::{Folder, GOOD_ABOUT, as_of};

#[test]
fn two_spellings_of_a_form_are_one_form() {
    let cases = "case_id,form,received_on\na,i765,2022-01-03\nb,Form I-130,2022-01-03\nc,I-765,2022-01-04\n\
                 d,form i 765,2022-01-05\ne,I-130,2022-01-05\n";
    let actions = "case_id,action,occurred_on\na,received,2022-01-03\nb,received,2022-01-03\n";
    let history = Folder::of(cases, actions, GOOD_ABOUT).read().unwrap();
    assert_eq!(history.forms(), ["I-765", "I-130"]);
    let known = history.view_at(as_of("2022-06-30"));
    let of_form = |form: &str| known.cases_of(form).map(|case| case.number()).collect::<Vec<_>>();
    assert_eq!((of_form("I-765"), of_form("I-130")), (vec![0, 2, 3], vec![1, 4]));
}

#[test]
fn an_unknown_form_is_shown_as_it_was_written() {
    let mut folder = Folder::good();
    folder.append("cases.csv", "e,form z9,2022-03-01,\nf,i765,2022-03-01,\n");
    let report = folder.read().unwrap_err();
    assert!(report.to_string().contains("(1 in all, for example row 5 `form z9`)"), "{report}");
}
