//! Simulated histories keep the promises of a history and of a world whose truth is known.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use data::History;
use data::forms::bundled;
use data::simulation::{Oracle, Scenario, Simulation, simulate};
use model::AsOf;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

const FORMS: [&str; 7] = ["N-400", "I-90", "I-130", "I-765", "I-131", "I-485", "I-821"];

fn small(seed: u64) -> Simulation {
    Simulation { seed, cases: 3_000, threads: 2, oracle: None }
}

/// One row a pending case: id, days to the next step, days to the decision.
fn truth(dir: &Path) -> BTreeMap<String, (Option<f64>, Option<f64>)> {
    let file = fs::File::open(dir.join("truth.parquet")).unwrap();
    let mut rows = BTreeMap::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
        let batch = batch.unwrap();
        let ids = batch.column_by_name("case_id").unwrap().as_string::<i32>();
        let number = |name: &str, row: usize| {
            let column = batch.column_by_name(name).unwrap().as_primitive::<Float64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        for row in 0..batch.num_rows() {
            let days = (number("next_step_days", row), number("decision_days", row));
            assert!(rows.insert(ids.value(row).to_owned(), days).is_none(), "{}", ids.value(row));
        }
    }
    rows
}

/// Reads a history, which checks it, and follows every case: which are pending at the extraction.
fn pending(dir: &Path) -> (usize, Vec<String>) {
    let history = History::read(dir, bundled().unwrap()).unwrap();
    assert!(history.warnings().is_empty(), "{:?}", history.warnings());
    assert!(history.forms().iter().all(|form| FORMS.contains(&form.as_str())), "{:?}", history.forms());
    let end = AsOf::new(history.extracted_on());
    let mut pending = Vec::new();
    for form in history.forms() {
        let definition = history.definition(form, end.day()).unwrap();
        let effects = history.effects(&definition);
        for case in history.known_at(end).cases_of(form) {
            let progress = case.follow(&definition, &effects, |_, _, at| assert!(at >= case.received()));
            if progress.decided_at().is_none() && !progress.is_rejected() {
                pending.push(history.case_id(case.number()).to_owned());
            }
        }
    }
    (history.cases(), pending)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn every_history_passes_its_checks_and_every_pending_case_has_a_later_truth(seed in any::<u64>(), which in 0..10_usize) {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("history");
        let name = Scenario::bundled().nth(which).unwrap();
        let written = simulate(&Scenario::open(name).unwrap(), &small(seed), &dir).unwrap();
        let (cases, pending) = pending(&dir);
        prop_assert_eq!(cases as u64, written.cases);
        prop_assert!((2_400..3_600).contains(&cases), "{} cases", cases);
        let truth = truth(&dir);
        prop_assert_eq!(truth.len() as u64, written.pending);
        for (id, (next_step, decision)) in &truth {
            prop_assert!(decision.is_none_or(|days| days >= 1.0), "{}: {:?}", id, decision);
            let (Some(step), Some(decision)) = (next_step, decision) else { continue };
            prop_assert!(*step >= 1.0 && step <= decision, "{}: {} {}", id, step, decision);
        }
        // Who is pending by the record is so in truth.
        let unknown: Vec<&String> = pending.iter().filter(|id| !truth.contains_key(*id)).collect();
        prop_assert!(unknown.is_empty(), "{:?} have no truth", unknown);
        let over = truth.values().filter(|(_, decision)| decision.is_none()).count();
        prop_assert!(over * 50 <= truth.len(), "{} of {} are never decided", over, truth.len());
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes_on_any_number_of_threads() {
    let parent = tempfile::tempdir().unwrap();
    let scenario = Scenario::open("default").unwrap();
    let files = |name: &str, seed: u64, threads: usize| {
        let dir = parent.path().join(name);
        let simulation =
            Simulation { threads, oracle: Some(Oracle { futures: 3, cases: 20, days: None }), ..small(seed) };
        simulate(&scenario, &simulation, &dir).unwrap();
        let read = |file: &str| fs::read(dir.join(file)).unwrap();
        ["cases.parquet", "actions.parquet", "history.json", "truth.parquet", "oracle.parquet"].map(read)
    };
    let one = files("one", 7, 1);
    assert!(one == files("four", 7, 4), "the number of threads changes the bytes");
    assert!(one != files("other", 8, 1), "the seed changes nothing");
}

/// Every action of a history that is dated by a day: case, code, day.
fn actions_until(dir: &Path, day: &str) -> Vec<(String, String, i64)> {
    let history = History::read(dir, bundled().unwrap()).unwrap();
    let known = history.known_at(AsOf::parse(day).unwrap());
    let codes = history.action_codes();
    let mut actions = Vec::new();
    for case in known.cases() {
        for (code, at) in case.actions() {
            let id = history.case_id(case.number()).to_owned();
            actions.push((id, codes[usize::from(code)].clone(), at.epoch_micros()));
        }
    }
    actions.sort();
    actions
}

#[test]
fn a_longer_record_of_the_same_world_begins_like_a_shorter_one() {
    let parent = tempfile::tempdir().unwrap();
    let made = |name: &str, day: &str| {
        let scenario = Scenario::open(name).unwrap().extracted_at(model::Day::parse(day).unwrap()).unwrap();
        let dir = parent.path().join(format!("{name}-{day}"));
        simulate(&scenario, &small(3), &dir).unwrap();
        dir
    };
    // The record of this one is late, but what was entered by a day was entered by it whenever one looks.
    for name in ["default", "dirty-record"] {
        let (early, late) = (made(name, "2023-03-31"), made(name, "2023-09-30"));
        let (before, after) = (actions_until(&early, "2023-03-31"), actions_until(&late, "2023-03-31"));
        assert!(before.len() > 5_000 && before == after, "{name}: {} and {}", before.len(), after.len());
        // What was true of the pending then is what the longer record shows of them, as far as it goes.
        let decided: BTreeMap<String, i64> = actions_until(&late, "2023-09-30")
            .into_iter()
            .filter(|(_, code, _)| {
                ["approved", "denied", "withdrawn", "closed_other"].contains(&code.as_str())
            })
            .map(|(id, _, at)| (id, at))
            .collect();
        let end = AsOf::parse("2023-03-31").unwrap().moment().epoch_micros();
        let mut seen = 0;
        for (id, (_, decision)) in truth(&early) {
            let Some(at) = decided.get(&id) else { continue };
            assert_eq!(decision, Some((at - end) as f64 / 86_400e6), "{id}");
            seen += 1;
        }
        assert!(seen > 100, "{seen}");
    }
}

/// A scenario that is one, and what to change in it for it to be none.
const GOOD: &str = r#"name = "tiny"
sources = { ASSUMPTION = "no source says it" }
about = "A form in one office."
offices = [{ code = "ONE", share = 1.0, slowness = 1.0 }]

[calendar]
begins = "2019-10-01"
recorded_from = "2020-10-01"
extracted_on = "2021-09-30"
ends = "2025-09-30"

[rhythm]
weekdays = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
months = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]

[staffing]
weekly_change = 0.02
persistence = 0.9
catching_up = 0.3

[record]
late = 0.0
late_days = 5.0
missing = {}

[[forms]]
form = "I-90"
rejected = 0.02
after_approval = "card"
steps = [
  { step = "intake", after = [] },
  { step = "review", after = ["intake"] },
]

[[forms.streams]]
name = "all"
attributes = { reason = "renewal" }
receipts = { 2021 = 100000 }
pace = { 2021 = 4 }
centers = { NBC = 1.0 }
but = { evidence = 0.1, approved = 0.9 }
capacity_a_week = 100
source = ["ASSUMPTION"]

[[changes]]
what = "capacity"
form = "I-90"
from = "2021-03-01"
until = "2021-04-30"
to = 0.5
source = ["ASSUMPTION"]
"#;

#[test]
fn what_is_no_scenario_is_refused_with_its_line() {
    assert!(Scenario::parse("tiny.toml", GOOD).is_ok());
    for (from, to, because, at_most) in [
        ("capacity_a_week = 100", "capacity_a_week = -100", "the capacity a week is -100", 0),
        ("form = \"I-90\"\nrejected", "form = \"I-91\"\nrejected", "form `I-91` has no definition", 0),
        ("approved = 0.9", "approved = 1.9", "is 1.9; a share is between 0 and 1", 0),
        ("evidence = 0.1", "evidence = -0.1", "is -0.1; a share is between 0 and 1", 0),
        ("evidence = 0.1", "evidence = 0.7, set_aside = 0.4", "more than 1", 0),
        ("NBC = 1.0", "NBC = 0.7, LIN = 0.7", "add up to 1.400", 0),
        ("share = 1.0, slow", "share = 0.5, slow", "add up to 0.500", 0),
        ("after = [] }", "after = [\"review\"] }", "cut the cycle", 1),
        ("after = [\"intake\"] }", "after = [\"biometrics\"] }", "is no step of this form", 0),
        ("{ step = \"review\"", "{ step = \"revue\"", "unknown variant", 0),
        ("2021 = 100000", "2021 = -1", "receipts is -1", 0),
        ("pace = { 2021", "pace = { y2021", "is no fiscal year or quarter", 0),
        ("until = \"2021-04-30\"", "until = \"2021-02-01\"", "before it begins", 0),
        ("to = 0.5", "to = -0.5", "the factor is -0.5", 0),
        ("to = 0.5\n", "", "does not say `to` what", 5),
        ("form = \"I-90\"\nfrom", "form = \"I-765\"\nfrom", "concerns no form", 0),
        ("missing = {}", "missing = { approved = 0.1 }", "is always recorded", 0),
        ("late = 0.0", "late = 2.0", "the share of late actions is 2", 0),
        ("source = [\"ASSUMPTION\"]\n\n[[changes]]", "source = []\n\n[[changes]]", "no source is named", 0),
        (
            "extracted_on = \"2021-09-30\"",
            "extracted_on = \"2019-09-30\"",
            "extracted_on (2019-09-30) must be later than recorded_from",
            0,
        ),
        ("name = \"tiny\"", "name = \"tiny\"\nbase = \"nowhere\"", "no scenario `nowhere`", 0),
        ("late_days = 5.0", "late_weeks = 5.0", "unknown field", 0),
        ("  { step = \"review\", after = [\"intake\"] },\n", "", "has no step `review`", 20),
        ("slowness = 1.0 }]", "slowness = 0.0 }]", "must be above 0", 0),
        ("persistence = 0.9", "persistence = 2.0", "persistence from 0 to below 1", 3),
        ("weekdays = [1.0", "weekdays = [-9.0", "weekdays must not be negative", 0),
        ("missing = {}", "missing = { rfe_set = 0.1 }", "no action of a simulation", 0),
        (
            "source = [\"ASSUMPTION\"]\n\n[[changes]]",
            "source = [\"RUMOUR\"]\n\n[[changes]]",
            "`RUMOUR` is no source",
            0,
        ),
        (
            "[[changes]]\nwhat = \"capacity\"",
            "[[changes]]\noffice = \"ONE\"\nwhat = \"receipts\"",
            "only capacity changes at one office",
            1,
        ),
        ("to = 0.5", "to = 0.5\nstep = \"intake\"", "nobody waits in line for the intake", 0),
        ("to = 0.5", "to = 0.5\nstep = \"interview\"", "concerns no form, no cases, no step", 4),
        ("form = \"I-90\"\nfrom", "form = \"I-90\"\noffice = \"TWO\"\nfrom", "concerns no form", 1),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "`{from}` is not there");
        let error = Scenario::parse("tiny.toml", &text).unwrap_err().to_string();
        assert!(error.contains(because), "{to}: {error}");
        assert!(error.starts_with("tiny.toml"), "{error}");
        // The line that was changed is named, and what stands there; where a line is missing, one beside it.
        let number = error.split("line ").nth(1).and_then(|rest| rest.split(' ').next());
        let number: usize =
            number.unwrap_or_default().parse().unwrap_or_else(|_| panic!("{to}: no line in {error}"));
        let first = GOOD.lines().zip(text.lines()).position(|(before, after)| before != after).unwrap() + 1;
        assert!(
            (number as i64 - first as i64).abs() <= at_most,
            "{to}: line {number}, changed was {first}: {error}"
        );
        let line: String = text.lines().nth(number - 1).unwrap().trim().chars().take(80).collect();
        assert!(error.contains(&format!("(`{line}`)")), "{error}");
    }
}

/// One center without easy cases, jitter or precedence, whose every case is set aside at its first turn.
fn first_in_first_out() -> String {
    GOOD.replacen("evidence = 0.1", "set_aside = 1.0, set_aside_days = 20", 1).replacen(
        "capacity_a_week = 100\n",
        "",
        1,
    )
}

#[test]
fn an_office_that_is_first_in_first_out_really_is_and_conserves_its_work() {
    for seed in 0..4 {
        let scenario = Scenario::parse("fifo.toml", &first_in_first_out()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("history");
        let written = simulate(&scenario, &small(seed), &dir).unwrap();
        let history = History::read(&dir, bundled().unwrap()).unwrap();
        let end = AsOf::new(history.extracted_on());
        let codes = history.action_codes();
        let (mut turns, mut reviews, mut over, mut rejected, mut waiting) = (Vec::new(), 0, 0, 0, 0);
        for case in history.known_at(end).cases_of("I-90") {
            let mut turn = None;
            let (mut decisions, mut refused) = (0, 0);
            for (code, at) in case.actions() {
                match codes[usize::from(code)].as_str() {
                    "under_review" => turn = Some(at),
                    "approved" | "denied" | "withdrawn" | "closed_other" => decisions += 1,
                    "rejected" => refused += 1,
                    _ => {}
                }
            }
            assert!(decisions + refused <= 1, "a case is decided once");
            (over, rejected) = (over + decisions, rejected + refused);
            waiting += usize::from(decisions + refused == 0);
            reviews += u64::from(turn.is_some());
            turns.extend(turn.map(|turn| (case.received(), turn)));
        }
        turns.sort();
        assert!(turns.len() > 1_000, "{}", turns.len());
        let out_of_order =
            turns.windows(2).filter(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1).count();
        assert_eq!(out_of_order, 0, "of {} turns", turns.len());
        // Nobody is lost: every case is refused, over, or waiting, and those that wait are those with a truth.
        assert_eq!(over + rejected + waiting, history.cases());
        assert_eq!(written.pending as usize, waiting);
        // Every turn that was taken was a first one or a second one; before the record begins there were more.
        assert!(written.turns_taken <= written.turns_offered + 2, "{written:?}");
        assert!(
            written.turns_taken >= reviews + over as u64,
            "{written:?}, {reviews} reviews, {over} decisions"
        );
    }
}

#[test]
fn every_bundled_scenario_is_one() {
    let names: Vec<&str> = Scenario::bundled().collect();
    assert_eq!(names.len(), 10);
    for name in names {
        let scenario = Scenario::open(name).unwrap();
        assert_eq!(scenario.name(), name);
        assert!(!scenario.about().is_empty());
    }
    assert!(Scenario::open("nowhere").unwrap_err().to_string().contains("steady"));
}
