//! The command from outside: exit statuses, files, and what it says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float32Array, Float64Array, Int32Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use tempfile::TempDir;

const SUBCOMMANDS: [&str; 9] =
    ["demo", "check", "import event-log", "simulate", "train", "estimate", "backtest", "limits", "serve"];

fn run(arguments: &str, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myprogress"));
    command.args(arguments.split_whitespace()).current_dir(folder).output().unwrap()
}

#[track_caller]
fn succeeds(arguments: &str, folder: &Path) -> String {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// What was bad input, or a usage that does not exist.
#[track_caller]
fn is_refused(arguments: &str, folder: &Path, because: &str) {
    ends_with(2, arguments, folder, because);
}

/// What the system did not let happen.
#[track_caller]
fn fails(arguments: &str, folder: &Path, because: &str) {
    ends_with(1, arguments, folder, because);
}

#[track_caller]
fn ends_with(status: i32, arguments: &str, folder: &Path, because: &str) {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments}: {errors}");
    assert!(errors.contains(because), "{arguments}: `{because}` is not in\n{errors}");
    assert!(output.stdout.is_empty(), "{arguments}: errors belong on standard error");
}

/// A history of one form: every third case is decided quickly at MSC, the others slowly at LIN, some pending.
fn write_history(folder: &Path) {
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

#[test]
fn every_subcommand_has_help_with_an_example() {
    let folder = TempDir::new().unwrap();
    for subcommand in SUBCOMMANDS {
        let help = succeeds(&format!("{subcommand} --help"), folder.path());
        assert!(help.contains("Example"), "{subcommand}: {help}");
        assert!(help.contains(&format!("myprogress {subcommand}")), "{subcommand}: {help}");
    }
}

#[test]
fn a_history_becomes_models_estimates_and_scores() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let summary = succeeds("check --history history --json", folder);
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["cases"], 400);
    assert_eq!(summary["forms"][0]["form"], "I-765");
    let trained = succeeds("train --history history --as-of 2022-06-15 --models models --json", folder);
    let trained: serde_json::Value = serde_json::from_str(&trained).unwrap();
    assert_eq!(trained[0]["training"]["as_of"], "2022-06-15");
    let estimated = succeeds(
        "estimate --history history --models models --as-of 2022-06-15 --output estimates.parquet",
        folder,
    );
    let later = succeeds("train --history history --as-of 2030-01-01 --models later --json", folder);
    let later: serde_json::Value = serde_json::from_str(&later).unwrap();
    assert_eq!(later[0]["training"]["as_of"], "2022-07-31", "no model knows more than the history");
    let pending = 400 - decided_by(&folder.join("history"), "2022-06-15");
    assert_eq!(rows_of(&folder.join("estimates.parquet")), pending);
    assert_eq!(estimated, format!("{pending} rows in estimates.parquet: {pending} estimated\n"));
    let scores =
        succeeds("backtest --history history --origins 2022-05-15,2022-06-15 --output scores", folder);
    for candidate in
        ["cohort_curves", "kaplan_meier_by_queue", "head_of_line_delay", "elastic_net", "random_forest"]
    {
        assert!(scores.contains(candidate), "{scores}");
    }
    let written: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("scores/scores.json")).unwrap()).unwrap();
    assert!(written.as_array().unwrap().iter().all(|row| row["crps_days"].as_f64().unwrap().is_finite()));
}

fn decided_by(history: &Path, day: &str) -> usize {
    let actions = fs::read_to_string(history.join("actions.csv")).unwrap();
    let decided = |line: &&str| {
        (line.contains("approved") || line.contains("denied")) && &line[line.len() - 10..] <= day
    };
    actions.lines().filter(decided).count()
}

/// All rows of a table that is written in one batch.
fn table_of(file: &Path) -> RecordBatch {
    let file = fs::File::open(file).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    reader.with_batch_size(1 << 16).build().unwrap().next().unwrap().unwrap()
}

fn rows_of(file: &Path) -> usize {
    table_of(file).num_rows()
}

/// A text column with its gaps as empty texts.
fn texts<'a>(table: &'a RecordBatch, column: &str) -> Vec<&'a str> {
    let column = table.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(Option::unwrap_or_default).collect()
}

fn write_table(file: &Path, columns: &[(&str, ArrayRef)]) {
    let batch = RecordBatch::try_from_iter(columns.to_vec()).unwrap();
    let file = fs::File::create(file).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn an_event_log_is_imported_trained_and_asked() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let mut log = "case_id,activity,timestamp,case_channel\n".to_owned();
    for case in 0..200_i64 {
        for (step, activity) in ["register", "check", "close"].iter().enumerate() {
            let seconds = 1_600_000_000 + case * 7000 + step as i64 * (3600 + case * 37 % 9000);
            let at = model::Moment::from_epoch_micros(seconds * 1_000_000).unwrap();
            log.push_str(&format!("k{case},{activity},{at},web\n"));
        }
    }
    fs::write(folder.join("log.csv"), log).unwrap();
    succeeds("import event-log log.csv --form permit --output history --end last-event", folder);
    assert!(folder.join("history/form.toml").is_file());
    succeeds("train --history history --as-of 2020-09-20T00:00:00Z --models models", folder);
    write_queries(&folder.join("queries.parquet"), 1_600_000_000 + 199 * 7000);
    succeeds(
        "estimate --history history --models models --queries queries.parquet --output out.parquet",
        folder,
    );
    assert_eq!(rows_of(&folder.join("out.parquet")), 2);
}

/// A query about a case on the day of the models that these tests train.
fn write_queries_about(file: &Path, case: &str) {
    let day = model::Day::parse("2022-06-15").unwrap().since(model::Day::parse("1970-01-01").unwrap());
    let columns: [(&str, ArrayRef); 2] = [
        ("case_id", Arc::new(StringArray::from(vec![case]))),
        ("as_of", Arc::new(Date32Array::from(vec![day]))),
    ];
    write_table(file, &columns);
}

/// Two queries about the last case, one of them with only its first action seen.
fn write_queries(file: &Path, seconds: i64) {
    let columns: [(&str, ArrayRef); 3] = [
        ("case_id", Arc::new(StringArray::from(vec!["k199", "k199"]))),
        (
            "as_of",
            Arc::new(TimestampMicrosecondArray::from(vec![seconds * 1_000_000, seconds * 1_000_000 + 1])),
        ),
        ("actions_seen", Arc::new(Int32Array::from(vec![Some(1), None]))),
    ];
    write_table(file, &columns);
}

/// Adds cases of a form that no model is trained for: one pending, one decided, one refused at intake.
fn add_cards(history: &Path) {
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

#[test]
fn an_estimate_neither_knows_the_future_nor_asks_about_what_is_over() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    add_cards(&folder.join("history"));
    succeeds("train --history history --as-of 2022-06-15 --models models --form I-765 --form I-765", folder);
    assert_eq!(fs::read_dir(folder.join("models")).unwrap().count(), 1);
    let estimate = |as_of: &str| {
        format!("estimate --history history --models models --as-of {as_of} --output out.parquet")
    };
    for earlier in ["2022-06-14", "2022-06-15T23:59:59Z"] {
        for words in ["2022-06-15,", earlier, "train --as-of"] {
            is_refused(&estimate(earlier), folder, words);
        }
    }
    assert!(!folder.join("out.parquet").exists());
    let output = run(&estimate("2022-06-15"), folder);
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warnings.contains("warning: actions.csv: 1 times action `seen_on_tv`"), "{warnings}");
    assert!(!warnings.contains("the history ends"), "{warnings}");
    let table = table_of(&folder.join("out.parquet"));
    let unsupported: Vec<(&str, &str)> = texts(&table, "case_id")
        .into_iter()
        .zip(texts(&table, "status"))
        .filter(|(_, status)| *status == "unsupported_form")
        .collect();
    assert_eq!(unsupported, [("p", "unsupported_form")], "the others are decided and refused");
    let output = run(&estimate("2022-09-30"), folder);
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{warnings}");
    assert!(warnings.contains("the history ends on 2022-07-31"), "{warnings}");
    assert!(warnings.contains("to 2022-09-30"), "{warnings}");
    queries_keep_their_rows_and_times(folder);
}

/// Asks the models of 2022-06-15 in every way in which a table may write a time.
fn queries_keep_their_rows_and_times(folder: &Path) {
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c1", "p", "c149"]));
    let seen: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN), Some(0.0)]));
    // 2022-06-30, 2022-06-01, 2022-06-30, 2022-01-01
    let days = [19_173, 19_144, 19_173, 18_993];
    let times = |per_second: i64| days.map(|day| i64::from(day) * 86_400 * per_second + 1).to_vec();
    let columns: [ArrayRef; 6] = [
        Arc::new(Date32Array::from(days.to_vec())),
        Arc::new(TimestampMillisecondArray::from(times(1_000)).with_timezone("UTC")),
        Arc::new(TimestampMicrosecondArray::from(times(1_000_000))),
        Arc::new(TimestampMicrosecondArray::from(times(1_000_000)).with_timezone("UTC")),
        Arc::new(TimestampNanosecondArray::from(times(1_000_000_000))),
        Arc::new(TimestampNanosecondArray::from(times(1_000_000_000)).with_timezone("UTC")),
    ];
    let command = "estimate --history history --models models --queries queries.parquet --output out.parquet";
    for as_of in columns {
        write_table(
            &folder.join("queries.parquet"),
            &[("case_id", ids.clone()), ("as_of", as_of.clone()), ("actions_seen", seen.clone())],
        );
        succeeds(command, folder);
        let table = table_of(&folder.join("out.parquet"));
        assert_eq!(
            table.column_by_name("as_of").unwrap(),
            &as_of,
            "the times are written as they were asked"
        );
        assert_eq!(
            texts(&table, "status"),
            ["estimated", "model_trained_later", "unsupported_form", "not_yet_received"]
        );
        let median = table.column_by_name("decision_q50").unwrap();
        let median = median.as_any().downcast_ref::<Float32Array>().unwrap();
        assert_eq!((median.is_valid(0), median.is_valid(1)), (true, false));
    }
    let half: ArrayRef = Arc::new(Float64Array::from(vec![0.5; 4]));
    let as_of: ArrayRef = Arc::new(Date32Array::from(days.to_vec()));
    let columns = [("case_id", ids), ("as_of", as_of), ("actions_seen", half)];
    write_table(&folder.join("queries.parquet"), &columns);
    is_refused(command, folder, "row 1: actions_seen is no whole number");
}

#[test]
fn what_the_system_does_not_let_happen_fails_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let files = |name: &str| -> Vec<String> {
        let entries = fs::read_dir(folder.join(name)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    // Folders stand where files should go, and a file where a folder should.
    fs::create_dir_all(folder.join("models/I-765.myprogress")).unwrap();
    fails("train --history history --models models", folder, "I-765.myprogress cannot be written");
    assert_eq!(files("models"), ["I-765.myprogress"]);
    fs::create_dir_all(folder.join("scores/scores.json")).unwrap();
    let backtest = "backtest --history history --origins 2022-06-15 --output";
    fails(&format!("{backtest} scores"), folder, "scores.json cannot be written");
    assert_eq!(files("scores"), ["scores.json"]);
    let log = "case_id,activity,timestamp\na,open,2022-01-01T00:00:00Z\na,close,2022-01-02T00:00:00Z\n";
    fs::write(folder.join("log.csv"), log).unwrap();
    let import = "import event-log log.csv --form x --end last-event --output";
    fails(&format!("{import} log.csv/below"), folder, "you may write there");
    is_refused(&format!("{import} log.csv"), folder, "is not a folder");
    is_refused("import event-log log.csv --form x --output log --end never", folder, "`never`");
}

#[test]
fn two_models_of_one_form_are_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --models models --as-of 2022-06-15", folder);
    fs::copy(folder.join("models/I-765.myprogress"), folder.join("models/old.myprogress")).unwrap();
    let estimate = "estimate --history history --models models --as-of 2022-06-15 --output out.parquet";
    for words in ["models/I-765.myprogress and", "models/old.myprogress", "`I-765`"] {
        is_refused(estimate, folder, words);
    }
    fs::rename(folder.join("models/old.myprogress"), folder.join("models/old.myprogress.partial")).unwrap();
    succeeds(estimate, folder);
}

#[test]
fn origins_roll_back_from_the_end() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let backtest = "backtest --history history --output scores";
    let scores =
        succeeds(&format!("{backtest} --rolling 2 --every 10 --follow-up 30 --json --form I-765"), folder);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    let mut origins: Vec<_> =
        scores.as_array().unwrap().iter().map(|row| row["origin"].as_str().unwrap()).collect();
    origins.dedup();
    assert_eq!(origins, ["2022-06-21", "2022-07-01"]);
    is_refused(&format!("{backtest} --rolling 2 --origins 2022-06-15"), folder, "cannot be used with");
    is_refused(backtest, folder, "--origins");
    is_refused(&format!("{backtest} --origins 2022-06-15 --every 9"), folder, "cannot be used with");
    is_refused(&format!("{backtest} --rolling 2 --follow-up 3000"), folder, "shorter --follow-up");
}

#[test]
fn a_simulated_history_is_trained_on_as_what_it_is_and_without_its_truth() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let made = succeeds("simulate --output simulated --cases 4000 --oracle 3 --oracle-cases 20", folder);
    assert!(made.contains("simulated cases") && folder.join("simulated/truth.parquet").is_file(), "{made}");
    assert!(rows_of(&folder.join("simulated/oracle.parquet")) > 7 * 10);
    let summary = succeeds("check --history simulated", folder);
    assert!(summary.contains("Simulated: no case in it is real."), "{summary}");
    for form in ["N-400", "I-90", "I-130", "I-765", "I-131", "I-485", "I-821"] {
        assert!(summary.contains(form), "{summary}");
    }
    let compared = succeeds("simulate --compare simulated", folder);
    assert!(compared.contains("| I-485 | family | median, months | 2023 | 11.4 |"), "{compared}");
    let trained = succeeds("train --history simulated --form N-400 --models models --json", folder);
    let trained: serde_json::Value = serde_json::from_str(&trained).unwrap();
    assert_eq!(trained[0]["training"]["trained_on"], "simulated_history");
    // Whatever the truth and the oracle are, the models are the same.
    for file in ["truth.parquet", "oracle.parquet"] {
        fs::write(folder.join("simulated").join(file), "nonsense").unwrap();
    }
    succeeds("train --history simulated --form N-400 --models others", folder);
    let models = |name: &str| {
        let files = fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap().path());
        let files: BTreeMap<_, _> = files
            .filter(|path| path.is_file())
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap()))
            .collect();
        assert!(!files.is_empty());
        files
    };
    assert!(models("models") == models("others"), "the truth has a part in training");
    let limits =
        succeeds("limits --scenarios steady --days 2024-03-31 --cases 4000 --futures 3 --sample 10", folder);
    assert_eq!(
        limits.lines().filter(|line| line.starts_with("| steady | 2024-03-31 |")).count(),
        7,
        "{limits}"
    );
    is_refused("simulate --output x --scenario nowhere", folder, "office-closure");
    is_refused("simulate --output x --cases 10", folder, "choose 1,000 to 20,000,000");
    is_refused("simulate --output x --extracted-on 2010-01-01", folder, "choose a day after 2020-10-01");
    write_history(&folder.join("history"));
    is_refused("simulate --output history", folder, "was not simulated");
    // Nobody knows what a history was that cannot be read.
    fs::write(folder.join("history/history.json"), "{ \"kind\": ").unwrap();
    let before = fs::read(folder.join("history/cases.csv")).unwrap();
    is_refused("simulate --output history", folder, "cannot be read; choose another folder");
    assert_eq!(fs::read(folder.join("history/cases.csv")).unwrap(), before);
    write_history(&folder.join("history"));
    is_refused("simulate --output x --oracle 3 --oracle-cases 0", folder, "at least one future and one case");
    let without = succeeds("simulate --output simulated --cases 4000", folder);
    assert!(
        !folder.join("simulated/oracle.parquet").exists(),
        "the oracle of another world was left behind: {without}"
    );
    is_refused("limits --scenarios steady --cases 500", folder, "choose 1,000 to 20,000,000");
    is_refused("simulate --compare history", folder, "only a history that `myprogress simulate` made");
    assert!(!folder.join("x").exists(), "x was left behind");
}

/// Adds cases of a form whose records begin late: of those that were decided, nothing earlier than the decision is known.
fn add_late_records(history: &Path) {
    let add = |file: &str, lines: String| {
        let text = fs::read_to_string(history.join(file)).unwrap() + &lines;
        fs::write(history.join(file), text).unwrap();
    };
    add("cases.csv", (0..9).map(|case| format!("l{case},I-131,2021-03-01,MSC\n")).collect());
    let decided = (0..8).map(|case| format!("l{case},approved,2022-06-0{}\n", case + 1));
    add("actions.csv", decided.chain(["l8,received,2022-06-01\n".to_owned()]).collect());
}

#[test]
fn a_form_of_which_nobody_was_seen_waiting_keeps_no_other_from_its_model() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    add_late_records(&folder.join("history"));
    let train = "train --history history --as-of 2022-06-15 --models models";
    let output = run(train, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(
        errors.contains("warning: form `I-131`: no decided case was seen waiting by 2022-06-15"),
        "{errors}"
    );
    let models: Vec<_> =
        fs::read_dir(folder.join("models")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(models, ["I-765.myprogress"]);
    for words in ["no decided case was seen waiting", "choose a later --as-of or a longer history"] {
        is_refused(&format!("{train} --form I-131"), folder, words);
    }
    // On the first day nothing of the other form is decided either.
    let early = "train --history history --as-of 2022-01-31 --models early";
    is_refused(early, folder, "no form has enough to learn from by 2022-01-31");
    assert!(!folder.join("early").exists());
    let scores = succeeds("backtest --history history --origins 2022-06-15 --output scores --json", folder);
    assert!(scores.contains("I-765") && !scores.contains("I-131"), "{scores}");
}

/// The same history as one that says what it is.
fn write_history_of_kind(folder: &Path, kind: &str) {
    write_history(folder);
    let about = format!(r#"{{"name": "{kind}", "kind": "{kind}", "extracted_on": "2022-07-31"}}"#);
    fs::write(folder.join("history.json"), about).unwrap();
}

#[test]
fn a_model_of_a_simulation_that_answers_about_other_cases_says_so() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("unstated"));
    for kind in ["real", "simulated"] {
        write_history_of_kind(&folder.join(kind), kind);
        succeeds(&format!("train --history {kind} --models of-{kind} --as-of 2022-06-15"), folder);
    }
    write_queries_about(&folder.join("queries.parquet"), "c7");
    let warning = "warning: the model of form `I-765` was trained on a simulated history and this one is not";
    for (history, models, times) in [
        ("real", "of-simulated", 1),
        ("unstated", "of-simulated", 1),
        ("simulated", "of-simulated", 0),
        ("real", "of-real", 0),
        ("simulated", "of-real", 0),
    ] {
        for asked in ["--as-of 2022-06-15", "--queries queries.parquet"] {
            let estimate =
                format!("estimate --history {history} --models {models} {asked} --output out.parquet");
            let output = run(&estimate, folder);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{estimate}: {errors}");
            assert_eq!(errors.matches(warning).count(), times, "{estimate}: {errors}");
        }
    }
}

#[test]
fn a_simulated_history_never_replaces_the_models_of_a_real_one() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for kind in ["real", "simulated"] {
        write_history_of_kind(&folder.join(kind), kind);
    }
    let train = |history: &str, models: &str| {
        format!("train --history {history} --models {models} --as-of 2022-06-15")
    };
    let file = folder.join("models/I-765.myprogress");
    succeeds(&train("simulated", "models"), folder);
    succeeds(&train("simulated", "models"), folder);
    let simulated = fs::read(&file).unwrap();
    succeeds(&train("real", "models"), folder);
    let real = fs::read(&file).unwrap();
    assert_ne!(real, simulated, "a real history may take the place of a simulated one");
    for words in
        ["models has models of I-765 that were trained on a real history", "another folder with --models"]
    {
        is_refused(&train("simulated", "models"), folder, words);
    }
    assert_eq!(fs::read(&file).unwrap(), real);
    assert_eq!(fs::read_dir(folder.join("models")).unwrap().count(), 1);
    succeeds(&train("simulated", "others"), folder);
    succeeds(&train("real", "models"), folder);
}

#[test]
fn what_cannot_be_used_is_refused_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    fs::create_dir(folder.join("empty")).unwrap();
    is_refused("", folder, "Usage");
    is_refused("train", folder, "--history");
    is_refused("check --history nowhere", folder, "not a folder");
    is_refused("check --history empty", folder, "cases.parquet: is missing");
    is_refused("train --history history --as-of 30/06/2022 --models models", folder, "30/06/2022");
    is_refused("train --history history --as-of 2021-06-30 --models models", folder, "no case was decided");
    is_refused("train --history history --form N-400 --models models", folder, "N-400");
    is_refused(
        "train --history history --form I-765 --form N-400 --form X --models models",
        folder,
        "no cases of form `N-400` and `X`; it has I-765",
    );
    is_refused(
        "backtest --history history --origins 2022-06-15 --form N-400 --output scores",
        folder,
        "no cases of form `N-400`",
    );
    is_refused(
        "backtest --history history --origins 2021-12-31,2022-01-02 --output scores",
        folder,
        "nothing to score: of no form (I-765) had a case been decided and another been pending as of 2021-12-31",
    );
    is_refused(
        "estimate --history history --models empty --as-of 2022-06-15 --output out.parquet",
        folder,
        "myprogress train",
    );
    is_refused("estimate --history history --models empty --output out.parquet", folder, "--queries");
    is_refused(
        "estimate --history history --models empty --as-of 2022-06-15 --output out.csv",
        folder,
        "may not end in `.csv`",
    );
    is_refused("backtest --history history --output scores", folder, "--rolling");
    is_refused("backtest --history history --origins 2022-07-31 --output scores", folder, "nothing followed");
    is_refused("import event-log nowhere.csv --form x --output log", folder, "nowhere.csv");
    is_refused("serve --models empty", folder, "myprogress train");
    for left in ["models", "out.parquet", "out.csv", "scores", "log"] {
        assert!(!folder.join(left).exists(), "{left} was left behind");
    }
}
