//! Everything that can be wrong with a history, and what the report says about it.

use std::sync::Arc;

use crate::folder::{Folder, GOOD_ACTIONS, GOOD_CASES, all, parquet, read, rewritten, warnings_of};
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use data::{HistoryReport, HistoryTimes};

/// Each paragraph damages the good history and gives the expected report: `+ FILE LINE` adds a line, `- FILE` removes a
/// file, `~ FILE OLD => NEW` replaces a text, and `= PROBLEM` is a reported problem, where `...` stands for any text. No
/// other problem may be reported.
fn check_all(paragraphs: &str) {
    for paragraph in paragraphs.trim().split("\n\n") {
        let mut folder = Folder::good();
        let mut expected = Vec::new();
        for line in paragraph.lines() {
            let (sign, rest) = line.split_once(' ').unwrap();
            let (file, change) = rest.split_once(' ').unwrap_or((rest, ""));
            match sign {
                "+" => folder.append(file, &format!("{change}\n")),
                "-" => folder.remove(file),
                "~" => {
                    let (old, new) = change.split_once(" => ").unwrap();
                    folder.replace(file, old, new)
                }
                _ => {
                    assert_eq!(sign, "=", "{line}");
                    expected.push(rest);
                    &mut folder
                }
            };
        }
        let report = folder.read().expect_err(paragraph);
        must_say(&report, &expected, paragraph);
    }
}

fn must_say(report: &HistoryReport, expected: &[&str], of: &str) {
    let shown: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    for pattern in expected {
        assert!(shown.iter().any(|line| fits(line, pattern)), "of\n{of}\nthe report says\n{report}");
    }
    assert_eq!(shown.len(), expected.len(), "of\n{of}\nthe report says\n{report}");
}

/// Whether a line is the pattern, in which `...` stands for any text.
fn fits(line: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split("...");
    let Some(mut rest) = pieces.next().and_then(|first| line.strip_prefix(first)) else { return false };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece).filter(|_| !piece.is_empty()) else {
            return piece.is_empty();
        };
        rest = after;
    }
    rest.is_empty()
}

#[test]
fn the_good_history_is_valid() {
    let history = Folder::good().read().unwrap();
    assert_eq!((history.cases(), history.name()), (4, "small"));
    assert_eq!(warnings_of(&history, "actions.csv"), [""; 0]);
    let a = &all(&history)[0];
    let codes: Vec<&str> = a.4.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["received", "biometrics_taken", "rfe_sent"], "ties keep their file order");
}

#[test]
fn a_missing_or_unreadable_file_is_named() {
    check_all(
        r#"
- cases.csv
= cases.parquet: is missing in ...; write cases.parquet, cases.csv or cases.csv.gz

- actions.csv
= actions.parquet: is missing in ...; write actions.parquet, actions.csv or actions.csv.gz

- history.json
= history.json: cannot be read in ...; write {"name": "...", "extracted_on": "YYYY-MM-DD"}

~ history.json "name" => name
= history.json: cannot be understood: ... at line 1 column ...; write {"name": ...

~ history.json "name" => "title"
= history.json: cannot be understood: missing field `name`...; write {"name": ...

~ history.json extracted_on => extracted
= history.json: cannot be understood: missing field `extracted_on`...; write {"name": ...

~ history.json 2022-06-30 => 2022-02-30
= history.json: cannot be understood: `2022-02-30` is neither a date nor an RFC 3339 timestamp...; write {"name": ...

~ history.json "2022-06-30" => 20220630
= history.json: cannot be understood: invalid type: integer...; write {"name": ...
"#,
    );
    let report = read(std::path::Path::new("/nowhere/at/all")).unwrap_err();
    must_say(
        &report,
        &["history: /nowhere/at/all is not a folder; give the folder of the history"],
        "nowhere",
    );
}

#[test]
fn two_files_of_one_table_are_refused() {
    let table = parquet(&good_columns("actions"));
    let mut folder = Folder::good();
    folder.0.insert("actions.parquet".to_owned(), table);
    let expected = "actions.parquet: stands beside actions.csv, and each could be the table; remove actions.csv, or \
                    remove actions.parquet if actions.csv is the newer one";
    must_say(&folder.read().unwrap_err(), &[expected], "CSV beside Parquet");
    let mut folder = Folder::good();
    let cases = folder.text("cases.csv");
    folder.compress("cases.csv").set("cases.csv", cases);
    let expected = "cases.csv: stands beside cases.csv.gz, and each could be the table; remove cases.csv.gz, or remove \
                    cases.csv if cases.csv.gz is the newer one";
    must_say(&folder.read().unwrap_err(), &[expected], "compressed beside plain");
}

#[test]
fn receipt_numbers_in_actions_attributes_and_the_description_are_refused() {
    check_all(
        r#"
~ actions.csv rfe_sent => rfe for msc-21-900-12345
+ actions.csv b,IOE0123456789,2022-06-01
+ actions.csv c,IOE0123456789,2022-06-01
= actions.csv: column `action` has receipt numbers, which name a person's case (3 in all, for example row 5 `rfe for [receipt number]`, row 9 `[receipt number]`, row 10 `[receipt number]`); name what happened without the number

+ cases.csv e,I-765,2022-02-03,IOE0123456789
= cases.csv: column `center` has receipt numbers, which name a person's case (1 in all, for example row 5 `[receipt number]`); write these values without the number, or leave the column out

~ history.json "name": "small" => "name": "IOE0123456789", "note": "of IOE0123456789", "source": "x"
= history.json: `name` has a receipt number, which names a person's case; write it without the number
= history.json: `note` has a receipt number, which names a person's case; write it without the number
"#,
    );
}

#[test]
fn a_row_number_before_a_date_is_not_taken_for_a_receipt_number() {
    let mut folder = Folder::good();
    let rows: String = (0..8).map(|case| format!("x{case},I-765,2022-02-03,\n")).collect();
    folder.append("cases.csv", &rows).append("cases.csv", "y,I-765,2022-02-30,\n");
    let expected = "cases.csv: column `received_on` has values that are not a date like 2022-06-30 (1 in all, for \
                    example row 13 `2022-02-30`); correct them";
    must_say(&folder.read().unwrap_err(), &[expected], "row 13");
}

type Damage = fn(&mut Folder) -> &mut Folder;

#[test]
fn a_damaged_file_is_named() {
    let table: [(Damage, &str); 9] = [
        (|it| it.set("cases.parquet", "garbage".repeat(99)), "cases.parquet: cannot be read: "),
        (|it| it.set("cases.parquet", ""), "cases.parquet: cannot be read: "),
        (|it| it.set("actions.parquet", "PAR1PAR1"), "actions.parquet: cannot be read: "),
        (cut_parquet, "cases.parquet: cannot be read: "),
        (|it| it.set("cases.csv", ""), "cases.csv: cannot be read: "),
        (|it| cut_gzip(it, "actions.csv", 12), "actions.csv.gz: cannot be read: "),
        (|it| cut_gzip(it, "cases.csv", 12), "cases.csv.gz: cannot be read: "),
        // All rows are there, but the checksum at the end is missing.
        (|it| cut_gzip(it, "cases.csv", 6), "cases.csv.gz: cannot be read: "),
        (|it| it.set("history.json", [0xff, 0xfe]), "history.json: cannot be read in "),
    ];
    for (number, (damage, words)) in table.into_iter().enumerate() {
        let mut folder = Folder::good();
        damage(&mut folder);
        let report = folder.read().expect_err(words);
        must_say(&report, &[&format!("{words}...; write ...")], &format!("damage {number}"));
    }
    let mut folder = Folder::good();
    folder.set("form.toml", "form =");
    must_say(
        &folder.read().unwrap_err(),
        &["form definition: ...form.toml...; correct or remove it"],
        "a form definition that is not TOML",
    );
}

/// The good cases as Parquet without the end of the file, where its metadata is.
fn cut_parquet(folder: &mut Folder) -> &mut Folder {
    let dir = rewritten(GOOD_CASES, GOOD_ACTIONS, HistoryTimes::Days);
    let bytes = std::fs::read(dir.path().join("history/cases.parquet")).unwrap();
    folder.set("cases.parquet", &bytes[..bytes.len() * 2 / 3])
}

/// The file compressed, without its last bytes.
fn cut_gzip<'a>(folder: &'a mut Folder, file: &str, missing: usize) -> &'a mut Folder {
    let packed = format!("{file}.gz");
    folder.compress(file);
    let bytes = folder.0[&packed].clone();
    folder.set(&packed, &bytes[..bytes.len() - missing])
}

#[test]
fn a_missing_column_or_an_empty_table_is_named() {
    check_all(
        "
~ cases.csv case_id => id
= cases.csv: column `case_id` is missing; add `case_id`

~ cases.csv form => kind
= cases.csv: column `form` is missing; add `form`

~ cases.csv received_on => received
= cases.csv: column `received_on` or `received_at` is missing; write `received_on` as dates or `received_at` as timestamps (UTC)

~ actions.csv case_id => id
= actions.csv: column `case_id` is missing; add `case_id`

~ actions.csv action => event
= actions.csv: column `action` is missing; add `action`

~ actions.csv occurred_on => on
= actions.csv: column `occurred_on` or `occurred_at` is missing; write `occurred_on` as dates or `occurred_at` as timestamps (UTC)

~ cases.csv case_id,form,received_on => a,b,c
~ actions.csv action => event
= cases.csv: column `case_id` is missing; add `case_id`
= cases.csv: column `form` is missing; add `form`
= cases.csv: column `received_on` or `received_at` is missing; write ...
= actions.csv: column `action` is missing; add `action`
",
    );
    for file in ["cases.csv", "actions.csv"] {
        let mut folder = Folder::good();
        let header = folder.text(file).lines().next().unwrap().to_owned() + "\n";
        let report = folder.set(file, header).read().unwrap_err();
        let expected = format!("{file}: has no rows; write at least one");
        must_say(&report, &[&expected], file);
    }
}

#[test]
fn bad_cases_are_counted_and_named() {
    check_all(
        "
+ cases.csv ,I-765,2022-01-04,
= cases.csv: column `case_id` has gaps (1 in all, for example row 5); fill them or remove those rows

+ cases.csv e,,2022-01-04,
+ cases.csv f,,2022-01-04,
= cases.csv: column `form` has gaps (2 in all, for example row 5, row 6); fill them or remove those rows

+ cases.csv e,I-765,,
= cases.csv: column `received_on` has gaps (1 in all, for example row 5); fill them or remove those rows

+ cases.csv b,I-765,2022-01-04,
+ cases.csv d,I-765,2022-02-01,
+ cases.csv b,I-765,2022-02-01,
= cases.csv: duplicate case ids (3 in all, for example b, d, b); keep one row per case

+ cases.csv 1234567890123456789012345678901234567890123456789012345678901234,I-765,2022-01-04,
+ cases.csv 12345678901234567890123456789012345678901234567890123456789012345,I-765,2022-01-04,
+ cases.csv éééééééééééééééééééééééééééééééé,I-765,2022-01-04,
+ cases.csv ééééééééééééééééééééééééééééééééé,I-765,2022-01-04,
= cases.csv: column `case_id` has values that are not 1 to 64 bytes long (2 in all, for example row 6, row 8); use an opaque key of 1 to 64 bytes

+ cases.csv IOE0123456789,I-765,2022-01-04,
+ cases.csv msc 21 900 12345,I-765,2022-01-04,
+ cases.csv IOE0123456789,I-765,2022-01-04,
+ cases.csv ioe012345678,I-765,2022-07-04,
+ actions.csv IOE0123456789,received,2022-07-01
+ actions.csv WAC2190012345,received,2022-06-30
= cases.csv: column `case_id` has receipt numbers, which name a person's case (3 in all, for example [receipt number], [receipt number], [receipt number]); import the records with `--hash-ids KEYFILE`, which writes keyed hashes instead
= cases.csv: duplicate case ids (1 in all, for example [receipt number]); keep one row per case
= cases.csv: cases received after the extraction, 2022-06-30 (1 in all, for example ioe012345678); correct the dates
= actions.csv: actions of unknown cases (1 in all, for example [receipt number]); add the cases or remove the actions
= actions.csv: actions after the extraction, 2022-06-30 (1 in all, for example [receipt number]); correct the dates

+ cases.csv e,I-765,2022-07-01,
+ cases.csv f,I-765,2022-06-30,
= cases.csv: cases received after the extraction, 2022-06-30 (1 in all, for example e); correct the dates

+ cases.csv e,Z-9,2022-03-01,
+ cases.csv f,Z-9,2022-03-01,
+ cases.csv g,,2022-03-01,
= cases.csv: column `form` has gaps (1 in all, for example row 7); fill them or remove those rows
= cases.csv: column `form` has forms without a definition that is in force on 2022-06-30; there are definitions of I-130, ...I-765...N-400 (2 in all, for example row 5 `Z-9`); define them in a *.toml file in the history's folder or remove their cases

~ cases.csv 2022-02-01 => 1.2.2022
~ cases.csv 2022-02-02 => 1776-07-04
= cases.csv: column `received_on` has values that are not a date like 2022-06-30 (2 in all, for example row 3 `1.2.2022`, row 4 `1776-07-04`); correct them

~ cases.csv received_on,center => received_on,received_at
= cases.csv: columns `received_on` and `received_at` both say when; keep `received_on` (dates) or `received_at` (timestamps)

~ cases.csv received_on => received_at
= cases.csv: column `received_at` has values that are not a timestamp like 2022-06-30T17:00:00Z (4 in all, for example row 1 `2022-01-03`, row 2 `2022-01-04`, row 3 `2022-02-01`, row 4 `2022-02-02`); correct them
",
    );
    let mut folder = Folder::good();
    let many: String = (0..7).map(|case| format!("x{case},Z-9,2022-03-01,\n")).collect();
    let report = folder.append("cases.csv", &many).read().unwrap_err();
    let seven = "(7 in all, for example row 5 `Z-9`)";
    must_say(&report, &[&format!("cases.csv: column `form` has forms without... {seven}; define...")], &many);
}

#[test]
fn many_unknown_forms_are_one_problem() {
    let lines = |count: u32| -> String {
        (0..count)
            .map(|case| format!("x{case},Z-{case},2022-03-01,\nx{case}b,Z-{case},2022-03-01,\n"))
            .collect()
    };
    let report = Folder::good().append("cases.csv", &lines(900)).read().unwrap_err();
    let five = "row 5 `Z-0`, row 7 `Z-1`, row 9 `Z-2`, row 11 `Z-3`, row 13 `Z-4`";
    let expected =
        format!("cases.csv: column `form` has forms without...(1800 in all, for example {five}); ...");
    must_say(&report, &[&expected], "900 unknown forms");
    // As if case ids were in the column of forms.
    let report = Folder::good().append("cases.csv", &lines(100_000)).read().unwrap_err();
    let expected = "cases.csv: 100002 different forms (100002 in all, for example `I-765`, `I-130`, `Z-0`, `Z-1`, \
                    `Z-2`); use at most 1000, or check that it is the right column";
    must_say(&report, &[expected], "100,000 unknown forms");
}

#[test]
fn a_queue_attribute_must_not_have_a_value_for_every_case() {
    let lines = |count: u32| -> String {
        (0..count).map(|case| format!("x{case},I-765,2022-03-01,center {case}\n")).collect()
    };
    // The good history has two values.
    assert!(Folder::good().append("cases.csv", &lines(65_532)).read().is_ok());
    let report = Folder::good().append("cases.csv", &lines(65_533)).read().unwrap_err();
    let expected = "cases.csv: column `center` has 65535 different values; a form definition makes queues of it; use \
                    at most 65534, or check that it is the right column";
    must_say(&report, &[expected], "a queue for every case");
}

#[test]
fn bad_actions_are_counted_and_named() {
    check_all(
        "
+ actions.csv ,approved,2022-04-01
= actions.csv: column `case_id` has gaps (1 in all, for example row 9); fill them or remove those rows

+ actions.csv a,,2022-04-01
= actions.csv: column `action` has gaps (1 in all, for example row 9); fill them or remove those rows

+ actions.csv a,other,
+ actions.csv b,other,
= actions.csv: column `occurred_on` has gaps (2 in all, for example row 9, row 10); fill them or remove those rows

+ actions.csv zz,approved,2022-03-01
+ actions.csv a,other,2022-03-01
+ actions.csv yy,approved,2022-03-01
+ actions.csv zz,approved,2022-03-01
= actions.csv: actions of unknown cases (3 in all, for example zz, yy, zz); add the cases or remove the actions

+ actions.csv a,other,2022-01-02
+ actions.csv b,other,2021-01-01
= actions.csv: actions before the receipt of their case (2 in all, for example a, b); correct the dates

+ actions.csv c,other,2022-07-01
+ actions.csv c,other,2022-06-30
= actions.csv: actions after the extraction, 2022-06-30 (1 in all, for example c); correct the dates

~ actions.csv d,received => d,strange
+ actions.csv d,odd,2022-03-01
+ actions.csv d,odd,2022-03-02
= actions.csv: the definition of form `I-130` lists none of the actions of its cases (3 in all, for example `odd`, `strange`); list them in the form definition or correct the action codes

~ actions.csv 2022-01-20 => 2022-02-30
= actions.csv: column `occurred_on` has values that are not a date like 2022-06-30 (2 in all, for example row 2 `2022-02-30`, row 5 `2022-02-30`); correct them

~ actions.csv occurred_on => occurred_at
= actions.csv: column `occurred_at` has values that are not a timestamp like 2022-06-30T17:00:00Z (8 in all, for example row 1 `2022-01-03`, row 2 `2022-01-20`, row 3 `2022-01-04`, row 4 `2022-02-02`, row 5 `2022-01-20`); correct them
",
    );
}

#[test]
fn everything_that_is_wrong_is_in_one_report() {
    check_all(
        "
~ history.json name => title
~ cases.csv 2022-02-01 => soon
+ cases.csv b,Z-9,2022-03-01,
+ cases.csv ,I-765,2022-03-01,
+ actions.csv zz,approved,2022-03-01
+ actions.csv a,other,2021-12-31
+ actions.csv a,,2022-04-01
+ actions.csv b,other,never
= history.json: cannot be understood: missing field `name`...
= cases.csv: column `case_id` has gaps (1 in all, for example row 6)...
= cases.csv: column `received_on` has values that are not a date like 2022-06-30 (1 in all, for example row 3 `soon`)...
= cases.csv: duplicate case ids (1 in all, for example b)...
= cases.csv: column `form` has forms without a definition; ... (1 in all, for example row 5 `Z-9`)...
= actions.csv: column `action` has gaps (1 in all, for example row 11)...
= actions.csv: column `occurred_on` has values that are not a date like 2022-06-30 (1 in all, for example row 12 `never`)...
= actions.csv: actions of unknown cases (1 in all, for example zz)...
= actions.csv: actions before the receipt of their case (1 in all, for example a)...

- actions.csv
~ cases.csv form => kind
+ cases.csv b,I-765,2022-03-01,
+ cases.csv e,I-765,2022-08-01,
= actions.parquet: is missing in ...
= cases.csv: column `form` is missing...
= cases.csv: duplicate case ids (1 in all, for example b)...
= cases.csv: cases received after the extraction, 2022-06-30 (1 in all, for example e)...

- cases.csv
~ actions.csv case_id => id
+ actions.csv a,other,2022-08-01
= cases.parquet: is missing in ...
= actions.csv: column `case_id` is missing...
= actions.csv: actions after the extraction, 2022-06-30 (1 in all, for example row 9)...
",
    );
}

fn text(values: [Option<&str>; 3]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn days(values: [Option<i32>; 3]) -> ArrayRef {
    Arc::new(Date32Array::from(values.to_vec()))
}

fn moments(micros: Option<i64>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(vec![Some(1_643_000_000_000_000), micros, micros]))
}

fn numbers() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1, 2, 3]))
}

/// The columns of a good Parquet table of three rows: key, kind, time.
fn good_columns(stem: &str) -> Vec<(&'static str, ArrayRef)> {
    if stem == "cases" {
        let ids = text([Some("a"), Some("b"), Some("c")]);
        let received = days([Some(18_995), Some(18_996), Some(19_024)]);
        return vec![("case_id", ids), ("form", text([Some("I-765"); 3])), ("received_on", received)];
    }
    let occurred = days([Some(19_050); 3]);
    vec![
        ("case_id", text([Some("a"); 3])),
        ("action", text([Some("approved"); 3])),
        ("occurred_on", occurred),
    ]
}

#[test]
fn an_attribute_of_a_wrong_type_is_named() {
    use arrow::array::{
        ArrowPrimitiveType, BinaryArray, Decimal128Array, Float16Array, Float64Array, ListArray, NullArray,
        StructArray,
    };
    use arrow::datatypes::{DataType, Field, Float16Type, Int64Type};
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)]), Some([Some(2)]), None]);
    let inner = Arc::new(Field::new("x", DataType::Int64, true));
    let bad: [(&str, ArrayRef); 4] = [
        ("a list", Arc::new(list)),
        ("a date", days([Some(1), None, Some(2)])),
        ("a timestamp", moments(Some(0))),
        ("bytes", Arc::new(BinaryArray::from(vec![b"a".as_slice(); 3]))),
    ];
    let with = |array: ArrayRef| {
        let mut columns = good_columns("cases");
        columns.push(("center", array));
        let mut folder = Folder::good();
        folder
            .set("actions.parquet", parquet(&good_columns("actions")))
            .set("cases.parquet", parquet(&columns));
        folder.read()
    };
    for (name, array) in bad {
        let expected = "cases.parquet: column `center` has type ..., not text, a number or true or false; write this \
                        attribute as text, a number or true or false, or remove it";
        must_say(&with(array).expect_err(name), &[expected], name);
    }
    // Used or not: polars cannot read a file with such a column.
    let decimal = || Decimal128Array::from(vec![1, 2, 3]).with_precision_and_scale(10, 2).unwrap();
    let half = Float16Array::from_iter_values([<Float16Type as ArrowPrimitiveType>::Native::default(); 3]);
    let structure = StructArray::from(vec![(inner, numbers())]);
    let unknown: [(&str, ArrayRef); 4] = [
        ("center", Arc::new(decimal())),
        ("center", Arc::new(structure)),
        ("fee", Arc::new(decimal())),
        ("fee", Arc::new(half)),
    ];
    for (name, array) in unknown {
        let mut columns = good_columns("cases");
        columns.push((name, array));
        let mut folder = Folder::good();
        folder.set("actions.parquet", parquet(&good_columns("actions")));
        let report = folder.set("cases.parquet", parquet(&columns)).read().expect_err(name);
        let expected = format!(
            "cases.parquet: column `{name}` has type ..., which cannot be read; write it as 64-bit floats or text, or \
             remove it"
        );
        must_say(&report, &[&expected], name);
    }
    let good: [ArrayRef; 5] = [
        text([Some("a"), None, None]),
        numbers(),
        Arc::new(Float64Array::from(vec![1.5, 2.0, f64::NAN])),
        Arc::new(BooleanArray::from(vec![true, false, true])),
        Arc::new(NullArray::new(3)),
    ];
    for array in good {
        assert!(with(array).unwrap().attribute("center").is_some());
    }
}

#[test]
fn a_parquet_column_of_a_wrong_type_or_with_gaps_is_named() {
    let some_text = || text([Some("2022-01-03"); 3]);
    let gap = || text([Some("a"), None, None]);
    let gaps = "has gaps (2 in all, for example row 2, row 3); fill them or remove those rows";
    let not_text = "has type ..., not text; write it as a string or dictionary column";
    let not_a_date = "has type ..., not date32; write it as date32";
    let not_a_moment = "has type ..., not a timestamp (UTC); write it as a timestamp (UTC)";
    let beyond = "has values that are not a time in the years 1900 to 2199 (...); correct them";
    let booleans = || Arc::new(BooleanArray::from(vec![true; 3])) as ArrayRef;
    let table = [
        ("cases", 0, "case_id", numbers(), not_text),
        ("cases", 0, "case_id", gap(), gaps),
        ("cases", 1, "form", booleans(), not_text),
        ("cases", 1, "form", numbers(), not_text),
        ("cases", 2, "received_on", some_text(), not_a_date),
        ("cases", 2, "received_on", numbers(), not_a_date),
        ("cases", 2, "received_on", moments(Some(0)), not_a_date),
        ("cases", 2, "received_on", days([Some(19_000), None, None]), gaps),
        ("cases", 2, "received_on", days([Some(19_000), Some(i32::MAX), Some(i32::MIN)]), beyond),
        ("cases", 2, "received_at", days([Some(19_000); 3]), not_a_moment),
        ("cases", 2, "received_at", some_text(), not_a_moment),
        ("cases", 2, "received_at", moments(None), gaps),
        ("cases", 2, "received_at", moments(Some(i64::MAX)), beyond),
        ("actions", 0, "case_id", numbers(), not_text),
        ("actions", 0, "case_id", gap(), gaps),
        ("actions", 1, "action", numbers(), not_text),
        ("actions", 1, "action", text([Some("approved"), None, None]), gaps),
        ("actions", 2, "occurred_on", some_text(), not_a_date),
        ("actions", 2, "occurred_on", moments(Some(0)), not_a_date),
        ("actions", 2, "occurred_on", days([Some(19_050), None, None]), gaps),
        ("actions", 2, "occurred_at", days([Some(19_050); 3]), not_a_moment),
        ("actions", 2, "occurred_at", numbers(), not_a_moment),
        ("actions", 2, "occurred_at", moments(None), gaps),
        ("actions", 2, "occurred_at", moments(Some(i64::MIN)), beyond),
    ];
    for (number, (stem, position, name, array, words)) in table.into_iter().enumerate() {
        let file = format!("{stem}.parquet");
        let mut columns = good_columns(stem);
        let mut folder = Folder::good();
        folder.set("actions.parquet", parquet(&good_columns("actions"))).set(&file, parquet(&columns));
        assert!(folder.read().is_ok());
        columns[position] = (name, array);
        let report = folder.set(&file, parquet(&columns)).read().expect_err(words);
        must_say(&report, &[&format!("{file}: column `{name}` {words}")], &format!("number {number}"));
    }
    let mut folder = Folder::good();
    folder.set("cases.parquet", parquet(&[("case_id", text([Some(""), Some("a"), Some("b")]))]));
    let report = folder.read().unwrap_err().to_string();
    assert!(report.contains("1 to 64 bytes long (1 in all, for example row 1)"), "{report}");
}
