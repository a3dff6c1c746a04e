//! The order of actions that have one date.

use crate::folder::{Folder, GOOD_ABOUT, all, as_of};
use data::forms::bundled;
use data::{History, Summary};

const CASES: &str = "case_id,form,received_on\na,N-400,2022-01-03\n";

fn history(actions: &[&str]) -> History {
    let lines: String = actions.iter().map(|action| format!("a,{action}\n")).collect();
    Folder::of(CASES, &format!("case_id,action,occurred_on\n{lines}"), GOOD_ABOUT).read().unwrap()
}

fn codes(history: &History) -> Vec<String> {
    all(history)[0].4.iter().map(|(code, _)| code.clone()).collect()
}

#[test]
fn a_day_that_lists_the_newest_first_is_a_finished_case() {
    let newest_first = history(&[
        "oath_taken,2022-05-02",
        "oath_scheduled,2022-05-02",
        "approved,2022-05-02",
        "interview_completed,2022-05-02",
        "received,2022-01-03",
    ]);
    assert_eq!(
        codes(&newest_first),
        ["received", "interview_completed", "approved", "oath_scheduled", "oath_taken"]
    );
    let summary = &Summary::from_history(&newest_first).unwrap().forms[0];
    assert_eq!((summary.decided, summary.pending), (1, 0));
    let form = bundled().unwrap().definition("N-400", as_of("2022-06-30").day()).unwrap();
    let effects = newest_first.effects(&form);
    let seen = |count| {
        let case = newest_first.view_at(as_of("2022-06-30")).case(0, Some(count)).unwrap();
        case.follow(&form, &effects, |_, _, _| {})
    };
    let oath = form.milestone_named("oath").unwrap();
    assert!(seen(5).has_reached(oath) && seen(5).decided_at().is_some());
    // A limit on the actions counts them in this order.
    assert!(seen(3).decided_at().is_some() && !seen(3).has_reached(oath));
    assert!(seen(2).decided_at().is_none());
}

#[test]
fn actions_that_the_form_allows_in_either_order_keep_the_order_of_the_file() {
    for pair in [["rfe_sent", "biometrics_taken"], ["biometrics_taken", "rfe_sent"]] {
        let lines = pair.map(|code| format!("{code},2022-02-01"));
        assert_eq!(codes(&history(&lines.each_ref().map(String::as_str))), pair);
    }
}

#[test]
fn actions_of_one_moment_keep_the_order_of_the_file() {
    let actions =
        "case_id,action,occurred_at\na,oath_taken,2022-05-02T10:00:00Z\na,approved,2022-05-02T10:00:00Z\n";
    let history = Folder::of(CASES, actions, GOOD_ABOUT).read().unwrap();
    assert_eq!(codes(&history), ["oath_taken", "approved"]);
}

#[test]
fn the_order_of_a_day_depends_on_what_came_before_it() {
    // An answer ends the request that was open, and comes before the next one.
    let answered = history(&["rfe_sent,2022-02-01", "rfe_sent,2022-03-01", "rfe_response,2022-03-01"]);
    assert_eq!(codes(&answered), ["rfe_sent", "rfe_response", "rfe_sent"]);
    let unanswered = history(&["rfe_response,2022-03-01", "rfe_sent,2022-03-01"]);
    assert_eq!(codes(&unanswered), ["rfe_sent", "rfe_response"]);
}
