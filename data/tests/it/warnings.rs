//! What a history is warned of although it can be used.

use std::sync::Arc;

use crate::folder::{Folder, day, parquet};
use arrow::array::{ArrayRef, Date32Array, StringArray};

const CASES: &str = "\
case_id,form,received_on,center,document_type
a,I-131,2022-01-03,NBC,parole
b,I-131,2022-01-04,TSC,permit
c,I-131,2022-02-01,TSC,parole
";
const ACTIONS: &str = "\
case_id,action,occurred_on
a,received,2022-01-03
b,received,2022-01-04
c,received,2022-02-01
a,approved,2022-03-01
";
const ABOUT: &str = r#"{"name": "quiet", "extracted_on": "2022-06-30"}"#;
const UNTIL_THEN: &str = "until then their estimates rest on wider groups";

/// A history without a warning.
fn quiet() -> Folder {
    Folder::of(CASES, ACTIONS, ABOUT)
}

fn warnings(folder: &Folder) -> Vec<String> {
    folder.read().unwrap().warnings().iter().map(ToString::to_string).collect()
}

/// Cases of I-131 with these values of `center`; an empty value is a gap.
fn with_centers(centers: impl IntoIterator<Item = String>) -> Folder {
    let rows = centers.into_iter().enumerate();
    let rows: String =
        rows.map(|(case, center)| format!("x{case},I-131,2022-01-03,{center},parole\n")).collect();
    let mut folder = quiet();
    folder.set("cases.csv", format!("case_id,form,received_on,center,document_type\n{rows}"));
    folder.set("actions.csv", "case_id,action,occurred_on\nx0,received,2022-01-03\n");
    folder
}

#[test]
fn a_sound_history_is_not_warned_of() {
    assert_eq!(warnings(&quiet()), [""; 0]);
    let mut from_windows = quiet();
    from_windows.set("cases.csv", format!("\u{feff}{}", CASES.replace('\n', "\r\n")));
    assert_eq!(warnings(&from_windows), [""; 0]);
    assert_eq!(warnings(quiet().compress("cases.csv").compress("actions.csv")), [""; 0]);
}

#[test]
fn a_queue_attribute_that_is_not_a_column_is_warned_of_with_the_column_that_may_be_meant() {
    let without = "cases.csv: cases without the queue attribute `center`, which is not a column (3 in all, for example 3 \
                   of form `I-131`)";
    let unused = |column: &str| {
        format!(
            "cases.csv: columns that nothing uses (1 in all, for example {column}); list them as attributes in the form \
             definition, or remove them"
        )
    };
    let rename = |column: &str| format!("{without}; rename column `{column}` to `center`; {UNTIL_THEN}");
    for column in ["Center", "CENTER", " center", "centre"] {
        let mut folder = quiet();
        folder.replace("cases.csv", "center", column);
        assert_eq!(warnings(&folder), [unused(&format!("`{column}` (is it `center`?)")), rename(column)]);
    }
    let mut folder = quiet();
    folder.replace("cases.csv", "center", "where");
    let add = format!("{without}; add the column if it is known; {UNTIL_THEN}");
    assert_eq!(warnings(&folder), [unused("`where`"), add]);
    // Only the forms that make queues of it are counted.
    folder.append("cases.csv", "d,I-90,2022-02-01,TSC,\n");
    let found = warnings(&folder).join("\n");
    // Attributes that no column seems to be meant for are one finding.
    let several = format!(
        "cases.csv: cases without 2 queue attributes that are not columns (4 in all, for example 3 of form `I-131` without \
         `center`, 1 of form `I-90` without `center` and `reason`); add the columns that are known; {UNTIL_THEN}"
    );
    assert!(found.contains(&several), "{found}");
    assert!(!found.contains("`document_type`"), "{found}");
}

#[test]
fn gaps_of_a_queue_attribute_are_counted_for_each_form() {
    let gaps = |what: &str, examples: &str| {
        format!(
            "cases.csv: cases without a value of the queue attribute `center`{what} ({examples}); fill the gaps; {UNTIL_THEN}"
        )
    };
    let centers = |of: &[&str]| with_centers(of.iter().map(|center| (*center).to_owned()));
    let empty = ", which is empty for all cases of their form";
    assert_eq!(
        warnings(&centers(&["NBC", "", "TSC", ""])),
        [gaps("", "2 in all, for example 2 of the 4 of form `I-131`")]
    );
    assert_eq!(
        warnings(&centers(&["", "", ""])),
        [gaps(empty, "3 in all, for example 3 of the 3 of form `I-131`")]
    );
    // The values of one form do not fill the gaps of another.
    let mut folder = centers(&["", "", "NBC"]);
    let header = "case_id,form,received_on,center,document_type,reason\n";
    folder.set(
        "cases.csv",
        format!(
            "{header}a,I-131,2022-01-03,NBC,parole,\nb,I-131,2022-01-03,,parole,\nx0,I-90,2022-01-03,,,lost\n"
        ),
    );
    assert_eq!(
        warnings(&folder),
        [
            gaps(empty, "1 in all, for example 1 of the 1 of form `I-90`"),
            gaps("", "1 in all, for example 1 of the 2 of form `I-131`")
        ]
    );
}

#[test]
fn a_queue_attribute_with_nearly_as_many_values_as_cases_is_warned_of() {
    let of = |cases: usize, values: usize| with_centers((0..cases).map(|case| format!("v{}", case % values)));
    let warning = |cases: usize, values: usize| {
        format!(
            "cases.csv: cases whose queue attribute `center` has nearly as many values as cases, as an identifier or a \
             number has ({cases} in all, for example {values} values in {cases} cases of form `I-131`); use an attribute \
             with few values, or write `queue = false` in the form definition"
        )
    };
    for (cases, values) in [(50, 26), (50, 50), (200, 101)] {
        assert_eq!(warnings(&of(cases, values)), [warning(cases, values)]);
    }
    for (cases, values) in [(49, 49), (50, 25), (200, 100)] {
        assert_eq!(warnings(&of(cases, values)), [""; 0], "{values} values in {cases} cases");
    }
    // Cases without a value tell nothing about the number of values.
    let sparse =
        with_centers((0..200).map(|case| if case < 60 { format!("v{case}") } else { String::new() }));
    assert_eq!(warnings(&sparse)[1], warning(60, 60));
}

#[test]
fn a_column_that_is_given_twice_is_warned_of_and_the_first_is_used() {
    let warning = |file: &str, examples: &str, count: usize| {
        format!(
            "{file}: columns that are given more than once ({count} in all, for example {examples}); keep one of each; \
             the first one is used"
        )
    };
    let cases = |header: &str| {
        let rows: Vec<&str> = CASES.lines().skip(1).collect();
        format!(
            "{header}\n{}\n",
            rows.iter().map(|row| format!("{row},OLD,OLD")).collect::<Vec<_>>().join("\n")
        )
    };
    let mut folder = quiet();
    folder.set("cases.csv", cases("case_id,form,received_on,center,document_type,center,document_type"));
    let expected = [warning("cases.csv", "`center` 2 times, `document_type` 2 times", 2)];
    assert_eq!(warnings(&folder), expected);
    assert_eq!(folder.read().unwrap().attribute("center").unwrap().value(0), Some("NBC"));
    let packed = folder.compress("cases.csv");
    assert_eq!(warnings(packed), [warning("cases.csv.gz", "`center` 2 times, `document_type` 2 times", 2)]);
    // A quoted name is the same name.
    let mut folder = quiet();
    folder.set("cases.csv", cases("case_id,form,received_on,center,document_type,\"center\",\"center\""));
    assert_eq!(warnings(&folder), [warning("cases.csv", "`center` 3 times", 1)]);
    let mut folder = quiet();
    folder.set("actions.csv", ACTIONS.lines().map(|row| format!("{row},{row}\n")).collect::<String>());
    let examples = "`action` 2 times, `case_id` 2 times, `occurred_on` 2 times";
    assert_eq!(warnings(&folder), [warning("actions.csv", examples, 3)]);
    // What polars calls a second column may be the name of another one.
    let mut folder = quiet();
    folder.set("cases.csv", cases("case_id,form,received_on,center,document_type,center_duplicated_0,x"));
    let found = warnings(&folder);
    assert!(found.len() == 1 && found[0].contains("nothing uses (2 in all"), "{found:?}");
}

#[test]
fn a_parquet_table_with_a_column_twice_is_refused_with_its_name() {
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let received = Arc::new(Date32Array::from(vec![18_995])) as ArrayRef;
    for (name, other) in [("center", "center"), ("x", "x"), ("form", "form")] {
        let columns = [
            ("case_id", text("a")),
            ("form", text("I-131")),
            ("received_on", received.clone()),
            (name, text("NBC")),
            (other, text("TSC")),
        ];
        let mut folder = quiet();
        let report = folder.set("cases.parquet", parquet(&columns)).read().unwrap_err();
        let times = if name == "form" { 3 } else { 2 };
        let problem = format!(
            "cases.parquet: columns that are given more than once (1 in all, for example `{name}` {times} times); keep \
             one of each"
        );
        assert_eq!(report.problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [problem]);
    }
}

fn repeats(count: usize, share: &str, rows: usize, all: &str, cases: &str) -> String {
    format!(
        "actions.csv: rows that repeat the case, action and time of another one, {share}% of all {rows}{all} ({count} in all, \
         for example {cases}); keep one of each: every row counts as an event of its own"
    )
}

#[test]
fn actions_that_are_given_twice_are_counted_in_any_order() {
    let all = ": every action is given at least twice";
    let rows: Vec<&str> = ACTIONS.lines().skip(1).collect();
    let with = |more: &[&str]| {
        let mut folder = quiet();
        folder.append("actions.csv", &more.iter().map(|row| format!("{row}\n")).collect::<String>());
        warnings(&folder)
    };
    assert_eq!(with(&rows), [repeats(4, "50.0", 8, all, "a, b, c")]);
    let backwards: Vec<&str> = rows.iter().rev().copied().collect();
    assert_eq!(with(&backwards), [repeats(4, "50.0", 8, all, "a, b, c")]);
    assert_eq!(with(&[&rows[..], &rows[..]].concat()), [repeats(8, "66.7", 12, all, "a, b, c")]);
    assert_eq!(with(&rows[1..]), [repeats(3, "42.9", 7, "", "a, b, c")]);
    assert_eq!(with(&rows[3..]), [repeats(1, "20.0", 5, "", "a")]);
    // Another action on the same day, and the same action on another day.
    assert_eq!(with(&["a,biometrics_taken,2022-01-03", "a,approved,2022-03-02"]), [""; 0]);
    // Two actions of one day that alternate.
    let alternating = ["b,rfe_sent,2022-03-01", "b,other,2022-03-01", "b,rfe_sent,2022-03-01"];
    assert_eq!(with(&alternating), [repeats(1, "14.3", 7, "", "b")]);
    let many: Vec<String> =
        (1..=1_200).map(|day_of| format!("c,other,{}", day("2022-02-01").plus(day_of % 100))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(with(&many), [repeats(1_100, "91.4", 1_204, "", "c")]);
}

#[test]
fn an_action_with_another_appointment_or_time_is_not_the_same() {
    let actions = |header: &str, rows: [&str; 2]| {
        let mut folder = quiet();
        folder.set("actions.csv", format!("{header}\n{}\n{}\n", rows[0], rows[1]));
        warnings(&folder)
    };
    let header = "case_id,action,occurred_on,scheduled_for";
    let first = "a,biometrics_scheduled,2022-02-01,2022-03-01";
    let other = "a,biometrics_scheduled,2022-02-01,2022-03-02";
    let without = "a,biometrics_scheduled,2022-02-01,";
    let all = ": every action is given at least twice";
    assert_eq!(actions(header, [first, other]), [""; 0]);
    assert_eq!(actions(header, [first, without]), [""; 0]);
    assert_eq!(actions(header, [first, first]), [repeats(1, "50.0", 2, all, "a")]);
    let header = "case_id,action,occurred_at";
    let first = "a,received,2022-02-01T10:00:00Z";
    assert_eq!(actions(header, [first, "a,received,2022-02-01T10:00:01Z"]), [""; 0]);
    assert_eq!(
        actions(header, [first, "a,received,2022-02-01T12:00:00+02:00"]),
        [repeats(1, "50.0", 2, all, "a")]
    );
}

#[test]
fn at_most_five_examples_are_given() {
    let rows: String = (0..9).map(|case| format!("x{case},I-131,2022-01-03,NBC,parole,,,,,,,\n")).collect();
    let mut folder = quiet();
    let header = "case_id,form,received_on,center,document_type,t,u,v,w,x,y,Form";
    folder.set("cases.csv", format!("{header}\n{rows}"));
    let rows: String = (0..9).map(|case| format!("x{case},received,2022-01-03\n").repeat(2)).collect();
    folder.set("actions.csv", format!("case_id,action,occurred_on\n{rows}"));
    assert_eq!(
        warnings(&folder),
        [
            "cases.csv: columns that nothing uses (7 in all, for example `Form` (is it `form`?), `t`, `u`, `v`, `w`); list \
             them as attributes in the form definition, or remove them"
                .to_owned(),
            repeats(9, "50.0", 18, ": every action is given at least twice", "x0, x1, x2, x3, x4"),
        ]
    );
}

#[test]
fn a_long_silence_before_the_extraction_is_warned_of() {
    let last = day("2022-03-01");
    let until = |extracted_on: &str| {
        let mut folder = quiet();
        folder.replace("history.json", "2022-06-30", extracted_on);
        folder
    };
    let warning = |extracted_on: &str, days: i32, last: &str| {
        format!(
            "history.json: `extracted_on` is {extracted_on}, {days} days after the last receipt or action, of {last}; set it \
             to the last day of the record: until then every pending case counts as waiting without news"
        )
    };
    assert_eq!(warnings(&until(&last.plus(366).to_string())), [""; 0]);
    let late = last.plus(367).to_string();
    assert_eq!(warnings(&until(&late)), [warning(&late, 367, "2022-03-01")]);
    let moment = format!("{late}T01:00:00Z");
    assert_eq!(warnings(&until(&moment)), [warning(&moment, 367, "2022-03-01")]);
    // A receipt is news, but an appointment that lies ahead is not.
    let mut folder = until(&late);
    folder.append("cases.csv", "d,I-131,2022-03-02,TSC,parole\n");
    assert_eq!(warnings(&folder), [""; 0]);
    let mut folder = until(&late);
    let actions = ACTIONS.lines().map(|row| format!("{row},\n")).collect::<String>();
    let actions = actions.replacen("occurred_on,", "occurred_on,scheduled_for", 1);
    folder.set("actions.csv", format!("{actions}b,biometrics_scheduled,2022-02-01,2023-02-01\n"));
    assert_eq!(warnings(&folder), [warning(&late, 367, "2022-03-01")]);
}

#[test]
fn members_of_the_description_that_nothing_reads_are_warned_of() {
    let about = |members: &str| {
        let mut folder = quiet();
        folder.replace("history.json", "{", &format!("{{{members}, "));
        warnings(&folder)
    };
    let warning = |count: usize, examples: &str| {
        format!(
            "history.json: members that nothing reads ({count} in all, for example {examples}); correct their names, or put \
             what they say into `note`"
        )
    };
    assert_eq!(about(r#""kind": "real", "source": "s", "note": "n""#), [""; 0]);
    assert_eq!(about(r#""kindd": "real""#), [warning(1, "`kindd` (is it `kind`?)")]);
    assert_eq!(about(r#""Kind": "real", "seed": 7"#), [warning(2, "`Kind` (is it `kind`?), `seed`")]);
    assert_eq!(about(r#""owner": {"kindd": 1}"#), [warning(1, "`owner`")]);
    // A simulation adds its seed.
    assert_eq!(about(r#""kind": "simulated", "seed": 7"#), [""; 0]);
    assert_eq!(about(r#""kind": "simulated", "seeds": 7"#), [warning(1, "`seeds` (is it `seed`?)")]);
}

#[test]
fn columns_that_nothing_uses_are_warned_of() {
    let with = |file: &str, column: &str| {
        let mut folder = quiet();
        let text = folder.text(file);
        let (header, rows) = text.split_once('\n').unwrap();
        folder.set(file, format!("{header},{column}\n{}", rows.replace('\n', ",1\n")));
        warnings(&folder)
    };
    let warning = |file: &str, example: &str, remedy: &str| {
        format!("{file}: columns that nothing uses (1 in all, for example {example}); {remedy}")
    };
    let list = "list them as attributes in the form definition, or remove them";
    assert_eq!(with("cases.csv", "fee"), [warning("cases.csv", "`fee`", list)]);
    assert_eq!(
        with("cases.csv", "Document_Type"),
        [warning("cases.csv", "`Document_Type` (is it `document_type`?)", list)]
    );
    // An attribute of a form without cases.
    assert_eq!(with("cases.csv", "country"), [warning("cases.csv", "`country`", list)]);
    assert_eq!(with("actions.csv", "officer"), [warning("actions.csv", "`officer`", "remove them")]);
    let meant = "`Scheduled for` (is it `scheduled_for`?)";
    assert_eq!(with("actions.csv", "Scheduled for"), [warning("actions.csv", meant, "remove them")]);
    // An attribute that the form lists is used although it does not make queues.
    let mut folder = quiet();
    let header = "case_id,form,received_on,center,relationship,concurrent_i485\n";
    folder.set("cases.csv", format!("{header}a,I-130,2022-01-03,NBC,spouse,no\n"));
    folder.set("actions.csv", "case_id,action,occurred_on\na,received,2022-01-03\n");
    assert_eq!(warnings(&folder), [""; 0]);
}

#[test]
fn cases_received_before_the_first_era_of_their_form_are_warned_of() {
    let from = |first: &str| {
        let text = include_str!("../../forms/i-131.toml");
        let mut folder = quiet();
        folder.set("i-131.toml", text.replacen("from = \"2003-03-01\"", &format!("from = \"{first}\""), 1));
        warnings(&folder)
    };
    let warning = |from: &str, examples: &str| {
        format!(
            "cases.csv: cases received before {from}, when the first `[[era]]` of form `I-131` begins ({examples}); let it \
             begin earlier, or add an era: this one counts for them"
        )
    };
    assert_eq!(from("2022-01-03"), [""; 0], "the first day belongs to the era");
    assert_eq!(from("2022-01-04"), [warning("2022-01-04", "1 in all, for example a")]);
    assert_eq!(from("2022-06-30"), [warning("2022-06-30", "3 in all, for example a, b, c")]);
}
