//! The folder of a simulated history: what the record says, and beside it what really came.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use model::{Day, MilestoneId, Stamp};
use parquet::arrow::ArrowWriter;

use super::calibration::SCALE;
use super::plan::Scenario;
use super::record::recorded;
use super::truth::{Outcome, Truth, as_of};
use super::{ForeseenCase, Lived, Simulated, Simulation, SimulationError};
use crate::estimates::{AsOfType, EstimateRow, EstimateWriter};
use crate::{
    ActionRow, CaseRow, History, HistoryFilesError, HistoryJson, HistoryKind, HistoryTimes, HistoryWriter,
};

/// What really came of the pending cases; nothing that trains or estimates reads it.
const TRUTH: &str = "truth.parquet";
/// What the oracle says of some of them, as estimates.
const ORACLE: &str = "oracle.parquet";
/// Changes with every change of this program that makes another world of the same scenario and seed.
const SIMULATOR: u64 = 3;
/// Under these names the description says of which scenario the history is, by which state of the program it was made, and since
/// when it records.
const SIMULATED_BY: &str = "simulator";
pub(super) const RECORDED_FROM: &str = "recorded_from";
const FINGERPRINT: &str = "scenario_fingerprint";
const CENTER: &str = "center";
const OFFICE: &str = "office";

pub(super) fn write(
    scenario: &Scenario,
    simulation: &Simulation,
    scale: f64,
    lived: &[Lived<'_>],
    dir: &Path,
) -> Result<Simulated, SimulationError> {
    // Nothing of an earlier simulation stays beside this one.
    let stale = dir.join(ORACLE);
    let mut attributes: Vec<String> = lived
        .iter()
        .flat_map(|lived| &lived.plan.streams)
        .flat_map(|stream| stream.draft.attributes.keys().cloned())
        .chain([CENTER.to_owned(), OFFICE.to_owned()])
        .collect();
    attributes.sort();
    attributes.dedup();
    let mut writer = HistoryWriter::create(dir, HistoryTimes::Days, &attributes)?;
    let mut written = Simulated::default();
    for lived in lived {
        write_form(scenario, lived, &attributes, &mut writer, &mut written)?;
    }
    write_truth(lived, scenario.extracted_on(), &writer.reserve_file(TRUTH)?)?;
    written.pending = lived.iter().map(|lived| lived.truths.len() as u64).sum();
    written.turns_offered = lived.iter().map(|lived| lived.turns.0 as u64).sum();
    written.turns_taken = lived.iter().map(|lived| lived.turns.1).sum();
    if simulation.oracle.is_some() {
        written.foreseen = write_oracle(lived, scenario.extracted_on(), &writer.reserve_file(ORACLE)?)?;
    }
    writer.finish(&about(scenario, simulation, scale))?;
    if simulation.oracle.is_none() && stale.exists() {
        std::fs::remove_file(&stale).map_err(|source| HistoryFilesError::Io {
            doing: "remove",
            path: stale,
            source,
        })?;
    }
    Ok(written)
}

/// Only what was simulated may be replaced.
///
/// # Errors
/// [`HistoryFilesError::Target`] if something else is there.
pub(super) fn may_replace(dir: &Path) -> Result<(), HistoryFilesError> {
    if !holds_another_history(dir) {
        return Ok(());
    }
    let wrong = "holds a history that was not simulated, or that cannot be read; choose another folder";
    Err(HistoryFilesError::Target { path: dir.to_owned(), wrong })
}

/// Whether a folder holds files of a history that does not say of itself that it was simulated.
fn holds_another_history(dir: &Path) -> bool {
    let is_of_a_history = |entry: std::fs::DirEntry| {
        let path = entry.path();
        matches!(path.file_stem().and_then(|stem| stem.to_str()), Some("history" | "cases" | "actions"))
    };
    let has_files = std::fs::read_dir(dir).is_ok_and(|entries| entries.flatten().any(is_of_a_history));
    has_files && History::about_in(dir).map_or(true, |about| about.kind != Some(HistoryKind::Simulated))
}

/// Whether a history says that it was made of this scenario, in this way.
pub(super) fn is_of(about: &HistoryJson, scenario: &Scenario, simulation: &Simulation) -> bool {
    let says = |name: &str| about.more.get(name).cloned().unwrap_or_default();
    about.extracted_on == Stamp::Day(scenario.extracted_on())
        && says(SIMULATED_BY) == SIMULATOR
        && says(FINGERPRINT) == scenario.fingerprint()
        && says("seed") == simulation.seed
        && says("cases") == simulation.cases
}

fn about(scenario: &Scenario, simulation: &Simulation, scale: f64) -> HistoryJson {
    let Simulation { seed, cases, .. } = simulation;
    HistoryJson {
        name: format!("simulated-{}", scenario.name()),
        extracted_on: Stamp::Day(scenario.extracted_on()),
        kind: Some(HistoryKind::Simulated),
        source: Some(format!(
            "myprogress simulate --scenario {} --seed {seed} --cases {cases}: no case in it is real",
            scenario.name()
        )),
        note: Some(scenario.about().to_owned()),
        more: [
            (SCALE.to_owned(), serde_json::Value::from(scale)),
            (SIMULATED_BY.to_owned(), serde_json::Value::from(SIMULATOR)),
            (RECORDED_FROM.to_owned(), serde_json::Value::from(scenario.calendar.recorded_from.to_string())),
            (FINGERPRINT.to_owned(), serde_json::Value::from(scenario.fingerprint())),
            ("seed".to_owned(), serde_json::Value::from(*seed)),
            ("cases".to_owned(), serde_json::Value::from(*cases)),
        ]
        .into(),
    }
}

fn case_id(lived: &Lived<'_>, number: usize) -> String {
    format!("{}-{number:08}", lived.plan.form)
}

fn day(scenario: &Scenario, number: i32) -> Stamp {
    let end = scenario.extracted_on();
    Stamp::Day(end.plus(number - end.epoch_days()))
}

fn write_form(
    scenario: &Scenario,
    lived: &Lived<'_>,
    attributes: &[String],
    writer: &mut HistoryWriter,
    written: &mut Simulated,
) -> Result<(), SimulationError> {
    let form = lived.form.name();
    let known: Vec<&str> =
        lived.form.spec().attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    recorded(scenario, lived.plan, &lived.cases, &lived.log, lived.seed, |case| {
        let stream = &lived.plan.streams[usize::from(case.state.stream)];
        let values: Vec<Option<&str>> = attributes
            .iter()
            .map(|name| match name.as_str() {
                _ if !known.contains(&name.as_str()) => None,
                CENTER => Some(case.center),
                OFFICE => Some(scenario.offices[usize::from(case.state.filed_at)].code.get_ref().as_str()),
                other => stream.draft.attributes.get(other).map(|value| value.get_ref().as_str()),
            })
            .collect();
        let id = case_id(lived, case.number);
        let received = day(scenario, case.state.received);
        writer.push_case(&CaseRow { case_id: &id, form, received, attributes: &values })?;
        written.cases += 1;
        for (when, act) in case.actions {
            writer.push_action(&ActionRow {
                case_id: &id,
                action: act.code(),
                occurred: day(scenario, when),
            })?;
            written.actions += 1;
        }
        Ok::<(), HistoryFilesError>(())
    })?;
    Ok(())
}

/// One row a pending case: days from the extraction to the next step, to the next step that the record shows (late, and only if it
/// is not missing), and to the decision; empty for what did not come before the end of the case or of the world.
fn write_truth(lived: &[Lived<'_>], extracted_on: Day, path: &Path) -> Result<(), SimulationError> {
    let truths = || lived.iter().flat_map(|lived| lived.truths.iter().map(move |truth| (lived, truth)));
    let text = |of: &dyn Fn(&Lived<'_>, &Truth) -> Option<String>| -> ArrayRef {
        Arc::new(truths().map(|(lived, truth)| of(lived, truth)).collect::<StringArray>())
    };
    let days = |of: &dyn Fn(&Outcome) -> Option<i32>| -> ArrayRef {
        Arc::new(truths().map(|(_, truth)| of(&truth.outcome).map(f64::from)).collect::<Float64Array>())
    };
    let step = |lived: &Lived<'_>, step: Option<(MilestoneId, i32)>| {
        step.map(|(step, _)| lived.form.milestone(step).id.clone())
    };
    let as_of = vec![extracted_on.epoch_days(); truths().count()];
    let columns: [(&str, DataType, ArrayRef); 9] = [
        ("case_id", DataType::Utf8, text(&|lived, truth| Some(case_id(lived, truth.case as usize)))),
        ("form", DataType::Utf8, text(&|lived, _| Some(lived.form.name().to_owned()))),
        ("as_of", DataType::Date32, Arc::new(Date32Array::from(as_of))),
        ("next_step", DataType::Utf8, text(&|lived, truth| step(lived, truth.outcome.next_step))),
        ("next_step_days", DataType::Float64, days(&|outcome| outcome.next_step.map(|(_, days)| days))),
        ("recorded_step", DataType::Utf8, text(&|lived, truth| step(lived, truth.outcome.recorded_step))),
        (
            "recorded_step_days",
            DataType::Float64,
            days(&|outcome| outcome.recorded_step.map(|(_, days)| days)),
        ),
        (
            "decision",
            DataType::Utf8,
            text(&|_, truth| truth.outcome.decision.map(|(act, _)| act.code().to_owned())),
        ),
        ("decision_days", DataType::Float64, days(&|outcome| outcome.decision.map(|(_, days)| days))),
    ];
    let fields: Vec<Field> =
        columns.iter().map(|(name, kind, _)| Field::new(*name, kind.clone(), true)).collect();
    let failed = |error: std::io::Error| HistoryFilesError::Io {
        doing: "write",
        path: path.to_owned(),
        source: error,
    };
    let batch = RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        columns.into_iter().map(|(_, _, column)| column).collect(),
    )
    .map_err(|error| failed(std::io::Error::other(error)))?;
    let file = File::create(path).map_err(failed)?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None)
        .map_err(|error| failed(std::io::Error::other(error)))?;
    writer.write(&batch).map_err(|error| failed(std::io::Error::other(error)))?;
    writer.close().map_err(|error| failed(std::io::Error::other(error)))?;
    Ok(())
}

/// The oracle's estimates, in the columns of all estimates.
fn write_oracle(
    lived: &[Lived<'_>],
    extracted_on: Day,
    path: &Path,
) -> Result<Vec<ForeseenCase>, SimulationError> {
    let as_of = as_of(extracted_on);
    let as_of_type = AsOfType::of(as_of);
    let mut writer = EstimateWriter::create(path, &as_of_type)?;
    let mut rows = Vec::new();
    for lived in lived {
        for foreseen in &lived.foreseen {
            let next_step = foreseen
                .likeliest
                .map(|(step, share)| (lived.form.milestone(step).id.as_str(), share, &foreseen.next_step));
            writer.push(&EstimateRow {
                case_id: &case_id(lived, foreseen.case as usize),
                form: lived.form.name(),
                as_of: as_of_type.number(as_of),
                status: "estimated",
                next_step,
                decision: Some(&foreseen.decision),
                model_version: "oracle",
            })?;
            // Truths are in the order of the cases, and the sample is of them.
            let truth = lived.truths.binary_search_by_key(&foreseen.case, |truth| truth.case);
            let outcome = truth.map_or_else(|_| Default::default(), |index| lived.truths[index].outcome);
            rows.push(ForeseenCase {
                case_id: case_id(lived, foreseen.case as usize),
                form: lived.form.name().to_owned(),
                recorded_step_days: outcome.recorded_step.map(|(_, days)| f64::from(days)),
                decision_days: outcome.decision.map(|(_, days)| f64::from(days)),
                next_step: foreseen.next_step,
                decision: foreseen.decision,
            });
        }
    }
    writer.finish()?;
    Ok(rows)
}
