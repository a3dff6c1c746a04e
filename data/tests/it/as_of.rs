//! Attempts to see the future in a history.

use crate::folder::{
    Folder, GOOD_ABOUT, GOOD_ACTIONS, GOOD_CASES, Seen, actions_of, all, as_of, moment, seen_at, stamp,
};
use data::forms::bundled;
use data::{FollowUp, History, Summary, rolling_origins};
use model::{AsOf, Stamp};

/// The as-of times at which the good history is looked at, with as-of moments within a day among them.
const TIMES: [&str; 9] = [
    "2021-12-31",
    "2022-01-03",
    "2022-01-04",
    "2022-01-19",
    "2022-01-20",
    "2022-02-01",
    "2022-02-01T12:00:00Z",
    "2022-03-01",
    "2022-06-29",
];

const NONE: [usize; 0] = [];

fn read(cases: &str, actions: &str) -> History {
    Folder::of(cases, actions, GOOD_ABOUT).read().unwrap()
}

/// The lines of a table, without those that the as-of time does not see.
fn known_lines(table: &str, time: AsOf) -> String {
    let seen = |line: &&str| time.sees(stamp(line.split(',').nth(2).unwrap()).moment());
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    std::iter::once(header).chain(lines.filter(seen)).map(|line| format!("{line}\n")).collect()
}

/// The table with every line that the as-of time does not see changed by `change`.
fn changed(table: &str, time: AsOf, change: impl Fn(&str) -> String) -> String {
    let mut lines = table.lines();
    let mut changed = lines.next().unwrap().to_owned() + "\n";
    for line in lines {
        if time.sees(stamp(line.split(',').nth(2).unwrap()).moment()) {
            changed += &format!("{line}\n");
        } else {
            changed += &change(line);
        }
    }
    changed
}

#[test]
fn later_actions_are_not_seen() {
    for time in TIMES {
        let at = as_of(time);
        let expected = seen_at(&read(GOOD_CASES, GOOD_ACTIONS), at);
        let another = |line: &str| line.replace("approved", "denied").replace("received,", "rfe_sent,");
        let tables: [(&str, String, String); 5] = [
            ("other actions", GOOD_CASES.into(), changed(GOOD_ACTIONS, at, |line| another(line) + "\n")),
            ("twice", GOOD_CASES.into(), changed(GOOD_ACTIONS, at, |line| format!("{line}\n{line}\n"))),
            (
                "at the end",
                GOOD_CASES.into(),
                changed(GOOD_ACTIONS, at, |line| line[..2].to_owned() + "approved,2022-06-30\n"),
            ),
            ("no actions", GOOD_CASES.into(), known_lines(GOOD_ACTIONS, at) + "d,approved,2022-06-30\n"),
            (
                "other offices",
                changed(GOOD_CASES, at, |line| line.replace("TSC", "NBC") + "\n")
                    + "e,I-130,2022-06-30,YSC\n",
                format!("{GOOD_ACTIONS}e,approved,2022-06-30\n"),
            ),
        ];
        for (name, cases, actions) in tables {
            let history = read(&cases, &actions);
            assert_eq!(seen_at(&history, at), expected, "{name}, as of {time}");
            let known = history.view_at(at);
            assert!(known.cases().all(|case| case.actions().all(|(_, when)| at.sees(when))));
            assert!(known.horizon() <= at.moment());
        }
    }
}

#[test]
fn a_case_received_later_is_not_seen() {
    let history = read(GOOD_CASES, GOOD_ACTIONS);
    let there = |time: &str| -> Vec<usize> {
        history.view_at(as_of(time)).cases().map(|case| case.number()).collect()
    };
    assert_eq!(there("2022-01-02"), NONE);
    assert_eq!(there("2022-01-03"), [0]);
    assert_eq!(there("2022-01-03T23:59:59Z"), NONE, "a date is known when its day is over");
    assert_eq!(there("2022-01-04T00:00:00Z"), [0]);
    assert_eq!(there("2022-02-01"), [0, 1, 2]);
    let of_form = |form: &str| -> Vec<usize> {
        history.view_at(as_of("2022-02-02")).cases_of(form).map(|case| case.number()).collect()
    };
    assert_eq!((of_form("I-765"), of_form("I-130"), of_form("N-400")), (vec![0, 1, 2], vec![3], vec![]));
    assert!(history.view_at(as_of("2022-01-03")).case(1, None).is_none());
    assert!(history.view_at(as_of("2022-01-03")).case(1, Some(9)).is_none());
}

#[test]
fn actions_seen_hides_actions_and_never_shows_later_ones() {
    let history = read(GOOD_CASES, GOOD_ACTIONS);
    let seen = |time: &str, count| history.view_at(as_of(time)).case(0, count).unwrap().actions().count();
    for (time, known) in [("2022-01-03", 1), ("2022-01-19", 1), ("2022-01-20", 3), ("2022-06-30", 3)] {
        assert_eq!(seen(time, None), known);
        for count in 0..6 {
            assert_eq!(seen(time, Some(count)), known.min(count), "{count} of {known}");
        }
        assert_eq!(seen(time, Some(usize::MAX)), known);
    }
    // Of two actions at the same time, the first in the file comes first.
    let known = history.view_at(as_of("2022-06-30"));
    let codes = |known: data::HistoryView<'_>, count| -> Vec<String> {
        let case = known.case(0, Some(count)).unwrap();
        actions_of(known.history(), &case).into_iter().map(|(code, _)| code).collect()
    };
    assert_eq!(codes(known, 2), ["received", "biometrics_taken"]);
    let mut turned = Folder::good();
    turned
        .replace("actions.csv", "a,biometrics_taken,2022-01-20\n", "")
        .append("actions.csv", "a,biometrics_taken,2022-01-20\n");
    let turned = turned.read().unwrap();
    let known = turned.view_at(as_of("2022-06-30"));
    let case = known.case(0, Some(2)).unwrap();
    assert_eq!(codes(known, 2), ["received", "rfe_sent"]);
    assert_eq!(case.actions().next().unwrap().1, moment("2022-01-03T23:59:59.999999Z"));
    assert_eq!(known.case(0, Some(0)).unwrap().actions().next(), None);
}

#[test]
fn moments_are_seen_to_the_microsecond() {
    let cases = "case_id,form,received_at\na,I-765,2022-01-03T08:00:00.000001Z\n";
    let actions = "case_id,action,occurred_at\na,rfe_sent,2022-01-20T10:00:00.000002Z\n";
    let history = read(cases, actions);
    let count = |time: &str| {
        history.view_at(as_of(time)).cases().map(|case| case.actions().count()).collect::<Vec<_>>()
    };
    assert_eq!(count("2022-01-03T08:00:00Z"), NONE);
    assert_eq!(count("2022-01-03T08:00:00.000001Z"), [0]);
    assert_eq!(count("2022-01-20T10:00:00.000001Z"), [0]);
    assert_eq!(count("2022-01-20T10:00:00.000002Z"), [1]);
    assert_eq!(count("2022-01-19"), [0]);
    assert_eq!(count("2022-01-20"), [1]);
    // Many systems write a date as its midnight.
    let next_day = read(cases, "case_id,action,occurred_at\na,rfe_sent,2022-01-21T00:00:00Z\n");
    let count = |time: &str| next_day.view_at(as_of(time)).cases().next().unwrap().actions().count();
    assert_eq!((count("2022-01-20"), count("2022-01-21T00:00:00Z")), (0, 1));
}

#[test]
fn a_case_is_followed_only_through_known_actions() {
    let history = read(GOOD_CASES, GOOD_ACTIONS);
    let form = bundled().unwrap().definition("I-765", as_of("2022-06-30").day()).unwrap();
    let effects = history.effects(&form);
    for time in TIMES {
        for case in history.view_at(as_of(time)).cases_of("I-765") {
            let mut last = case.received();
            let progress = case.follow(&form, &effects, |progress, _, at| {
                assert!(as_of(time).sees(at) && at >= last);
                assert!(as_of(time).sees(progress.entered_state_at()));
                last = at;
            });
            assert!(progress.decided_at().is_none_or(|at| as_of(time).sees(at)));
        }
    }
}

#[test]
fn a_follow_up_shows_only_what_came_after() {
    let history = read(GOOD_CASES, GOOD_ACTIONS);
    let form = bundled().unwrap().definition("I-765", as_of("2022-06-30").day()).unwrap();
    let effects = history.effects(&form);
    let outcome = |time: &str, case| {
        let known = history.view_at(as_of(time));
        let outcome = FollowUp::after(known).outcome(&form, &effects, case).unwrap();
        (outcome.next_step.map(|days| days.get()), outcome.decision.map(|days| days.get()))
    };
    assert_eq!(outcome("2022-01-10", 0), (Some(10.0), None));
    assert_eq!(outcome("2022-01-20", 0), (None, None), "what happened on the as-of day is past");
    assert_eq!(outcome("2022-02-27", 1), (Some(2.0), Some(2.0)));
    assert_eq!(outcome("2022-03-01", 1), (None, None));
    let length = |time: &str| FollowUp::after(history.view_at(as_of(time))).length().get();
    assert_eq!(length("2022-06-20"), 10.0);
    assert_eq!(length("2022-07-20"), 0.0, "nothing is known beyond the extraction");
    let late = history.view_at(as_of("2030-01-01"));
    assert_eq!(late.horizon(), as_of("2022-06-30").moment());
}

#[test]
fn the_summary_counts_cases_and_actions() {
    let summary = Summary::from_history(&read(GOOD_CASES, GOOD_ACTIONS)).unwrap();
    assert_eq!((summary.cases, summary.actions, summary.forms.len()), (4, 8, 2));
    let form = &summary.forms[0];
    assert_eq!((form.decided, form.pending, form.rejected), (2, 1, 0));
    assert_eq!(
        (form.first_received, form.last_received),
        (crate::folder::day("2022-01-03"), crate::folder::day("2022-02-01"))
    );
}

#[test]
fn the_summary_takes_receipts_of_every_year_of_the_calendar() {
    let cases = "case_id,form,received_on\na,I-765,1931-05-06\nb,I-765,1950-12-31\nc,I-130,2199-12-31\n";
    let actions = "case_id,action,occurred_on\na,received,1931-05-06\nc,received,2199-12-31\n";
    let about = GOOD_ABOUT.replace("2022-06-30", "2199-12-31");
    let history = Folder::of(cases, actions, &about).read().unwrap();
    let forms = Summary::from_history(&history).unwrap().forms;
    let received: Vec<_> =
        forms.iter().map(|it| (it.first_received.to_string(), it.last_received.to_string())).collect();
    assert_eq!(received[0], ("1931-05-06".to_owned(), "1950-12-31".to_owned()));
    assert_eq!(received[1], ("2199-12-31".to_owned(), "2199-12-31".to_owned()));
    assert_eq!(all(&history)[2].4, [("received".to_owned(), Stamp::Moment(stamp("2199-12-31").moment()))]);
}

#[test]
fn rolling_origins_leave_time_for_the_follow_up() {
    let [start, end] = ["2022-01-01", "2022-03-31"].map(crate::folder::day);
    let origins = rolling_origins(start, end, 30, 10, 100);
    assert!(origins.is_sorted() && origins.iter().all(|origin| *origin >= start && end.since(*origin) >= 30));
    assert_eq!((origins.len(), rolling_origins(start, end, 30, 10, 2).len()), (6, 2));
    assert_eq!(rolling_origins(start, end, 3000, 10, 5), []);
    assert!(rolling_origins(start, end, 30, 0, 5).len() == 5, "a step of nothing is a day");
}

#[test]
fn the_order_of_rows_of_different_cases_does_not_matter() {
    let mut lines: Vec<&str> = GOOD_ACTIONS.lines().skip(1).collect();
    // Stable by case: ties keep their order.
    lines.sort_by_key(|line| line.split(',').next());
    let sorted = format!("case_id,action,occurred_on\n{}\n", lines.join("\n"));
    let expected: Vec<Seen> = all(&read(GOOD_CASES, GOOD_ACTIONS));
    assert_eq!(all(&read(GOOD_CASES, &sorted)), expected);
}
