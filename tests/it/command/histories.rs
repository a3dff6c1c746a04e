//! Small histories for these tests.

use std::fs;
use std::path::Path;

/// A history of one form. Every third case is decided quickly at MSC, the others slowly at LIN; some are pending.
pub fn write_history(folder: &Path) {
    let (mut cases, mut actions) =
        ("case_id,form,received_on,center\n".to_owned(), "case_id,action,occurred_on\n".to_owned());
    for case in 0..400_i32 {
        let received = model::Day::parse("2022-01-01").unwrap().plus(case % 150);
        let center = if case % 3 == 0 { "MSC" } else { "LIN" };
        cases.push_str(&format!("c{case},I-765,{received},{center}\n"));
        actions.push_str(&format!("c{case},received,{received}\n"));
        actions.push_str(&format!("c{case},biometrics_taken,{}\n", received.plus(20 + case % 7)));
        let decided = received.plus(if case % 3 == 0 { 50 } else { 110 } + case * 7 % 40);
        if decided <= model::Day::parse("2022-07-31").unwrap() {
            let action = if case % 11 == 0 { "denied" } else { "approved" };
            actions.push_str(&format!("c{case},{action},{decided}\n"));
        }
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("cases.csv"), cases).unwrap();
    fs::write(folder.join("actions.csv"), actions).unwrap();
    fs::write(folder.join("history.json"), r#"{"name": "small", "extracted_on": "2022-07-31"}"#).unwrap();
}

/// The same history, which declares its kind.
pub fn write_history_of_kind(folder: &Path, kind: &str) {
    write_history(folder);
    let about = format!(r#"{{"name": "{kind}", "kind": "{kind}", "extracted_on": "2022-07-31"}}"#);
    fs::write(folder.join("history.json"), about).unwrap();
}

/// Adds cases of a form whose records begin late: nothing before the decision of a decided case is known.
pub fn add_late_records(history: &Path) {
    let add = |file: &str, lines: String| {
        let text = fs::read_to_string(history.join(file)).unwrap() + &lines;
        fs::write(history.join(file), text).unwrap();
    };
    add("cases.csv", (0..17).map(|case| format!("l{case},I-131,2021-03-01,MSC\n")).collect());
    let decided = (0..8).map(|case| format!("l{case},approved,2022-06-0{}\n", case + 1));
    // Most cases have an action of receipt, so those without one were first seen at their decision.
    let received = (8..17).map(|case| format!("l{case},received,2022-06-01\n"));
    add("actions.csv", decided.chain(received).collect());
}

/// Adds cases of a form without a model: one pending, one decided, one rejected at intake.
pub fn add_cards(history: &Path) {
    let add = |file: &str, lines: &str| {
        let text = fs::read_to_string(history.join(file)).unwrap() + lines;
        fs::write(history.join(file), text).unwrap();
    };
    add("cases.csv", "p,I-131,2022-03-01,MSC\nd,I-131,2022-03-01,MSC\nr,I-131,2022-03-01,MSC\n");
    add(
        "actions.csv",
        "p,received,2022-03-01\np,seen_on_tv,2022-03-02\nd,received,2022-03-01\nd,approved,2022-04-01\n\
         r,rejected,2022-03-01\n",
    );
}

pub fn decided_by(history: &Path, day: &str) -> usize {
    let actions = fs::read_to_string(history.join("actions.csv")).unwrap();
    let decided = |line: &&str| {
        (line.contains("approved") || line.contains("denied")) && &line[line.len() - 10..] <= day
    };
    actions.lines().filter(decided).count()
}
