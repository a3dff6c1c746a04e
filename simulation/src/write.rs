//! Writes the folder of a simulated history: the record, and beside it the truth.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use data::estimates::{AsOfType, EstimateRow, EstimateWriter};
use data::{ActionRow, CaseRow, History, HistoryFilesError, HistoryKind, HistoryTimes, HistoryWriter};
use model::{Day, MilestoneId, Stamp};
use parquet::arrow::ArrowWriter;

use super::description::Description;
use super::error::SimulationError;
use super::finished_world::FinishedWorld;
use super::plan::Scenario;
use super::record::recorded;
use super::settings::{ForecastCase, Simulated, Simulation};
use super::truth::{Outcome, Truth, as_of};

/// The true outcomes of the pending cases. Nothing that trains or estimates reads this file.
const TRUTH: &str = "truth.parquet";
/// The oracle's forecasts of a sample of them, in the columns of estimates.
const ORACLE: &str = "oracle.parquet";
const CENTER: &str = "center";
const OFFICE: &str = "office";

pub(super) fn write(
    scenario: &Scenario,
    simulation: &Simulation,
    scale: f64,
    finished: &[FinishedWorld<'_>],
    dir: &Path,
) -> Result<Simulated, SimulationError> {
    // An oracle of an earlier simulation would not fit this history.
    let stale = dir.join(ORACLE);
    let mut attributes: Vec<String> = finished
        .iter()
        .flat_map(|finished| &finished.plan.streams)
        .flat_map(|stream| stream.spec.attributes.keys().cloned())
        .chain([CENTER.to_owned(), OFFICE.to_owned()])
        .collect();
    attributes.sort();
    attributes.dedup();
    let mut writer = HistoryWriter::create(dir, HistoryTimes::Days, &attributes)?;
    let mut written = Simulated::default();
    for finished in finished {
        write_form(scenario, finished, &attributes, &mut writer, &mut written)?;
    }
    write_truth(finished, scenario.extracted_on(), &writer.reserve_file(TRUTH)?)?;
    written.pending = finished.iter().map(|finished| finished.truths.len() as u64).sum();
    written.slots_offered = finished.iter().map(|finished| finished.slots.0 as u64).sum();
    written.slots_used = finished.iter().map(|finished| finished.slots.1).sum();
    if simulation.oracle.is_some() {
        written.forecasts = write_oracle(finished, scenario.extracted_on(), &writer.reserve_file(ORACLE)?)?;
    }
    let about = Description::new(scenario, simulation, scale).about(scenario, simulation);
    let about = about.map_err(|error| HistoryFilesError::Io {
        doing: "write",
        path: dir.to_owned(),
        source: error.into(),
    })?;
    writer.finish(&about)?;
    if simulation.oracle.is_none() && stale.exists() {
        std::fs::remove_file(&stale).map_err(|source| HistoryFilesError::Io {
            doing: "remove",
            path: stale,
            source,
        })?;
    }
    Ok(written)
}

/// Checks that a folder may be written: only a simulated history may be replaced.
///
/// # Errors
/// [`HistoryFilesError::Target`] if the folder holds another history.
pub(super) fn may_replace(dir: &Path) -> Result<(), HistoryFilesError> {
    if !holds_another_history(dir) {
        return Ok(());
    }
    let wrong = "holds a history that was not simulated, or that cannot be read; choose another folder";
    Err(HistoryFilesError::Target { path: dir.to_owned(), wrong })
}

/// Whether a folder holds files of a history that does not say that it was simulated.
fn holds_another_history(dir: &Path) -> bool {
    let is_of_a_history = |entry: std::fs::DirEntry| {
        let path = entry.path();
        matches!(path.file_stem().and_then(|stem| stem.to_str()), Some("history" | "cases" | "actions"))
    };
    let has_files = std::fs::read_dir(dir).is_ok_and(|entries| entries.flatten().any(is_of_a_history));
    has_files && History::about_in(dir).map_or(true, |about| about.kind != Some(HistoryKind::Simulated))
}

fn case_id(finished: &FinishedWorld<'_>, number: usize) -> String {
    format!("{}-{number:08}", finished.plan.form)
}

fn day(scenario: &Scenario, number: i32) -> Stamp {
    let end = scenario.extracted_on();
    Stamp::Day(end.plus(number - end.epoch_days()))
}

fn write_form(
    scenario: &Scenario,
    finished: &FinishedWorld<'_>,
    attributes: &[String],
    writer: &mut HistoryWriter,
    written: &mut Simulated,
) -> Result<(), SimulationError> {
    let form = finished.form.name();
    let known: Vec<&str> =
        finished.form.spec().attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    recorded(scenario, finished.plan, &finished.cases, &finished.log, finished.seed, |case| {
        let stream = &finished.plan.streams[usize::from(case.state.stream)];
        let values: Vec<Option<&str>> = attributes
            .iter()
            .map(|name| match name.as_str() {
                _ if !known.contains(&name.as_str()) => None,
                CENTER => Some(case.center),
                OFFICE => Some(scenario.offices[usize::from(case.state.filed_at)].code.get_ref().as_str()),
                other => stream.spec.attributes.get(other).map(|value| value.get_ref().as_str()),
            })
            .collect();
        let id = case_id(finished, case.number);
        let received = day(scenario, case.state.received);
        writer.push_case(&CaseRow { case_id: &id, form, received, attributes: &values })?;
        written.cases += 1;
        for (when, act) in case.actions {
            writer.push_action(&ActionRow {
                case_id: &id,
                action: act.code(),
                occurred: day(scenario, when),
                scheduled_for: None,
                resource: None,
            })?;
            written.actions += 1;
        }
        Ok::<(), HistoryFilesError>(())
    })?;
    Ok(())
}

/// Writes one row per pending case: days from the extraction to the next step, to the next step that the record shows, and to
/// the decision. A gap is an event that did not come before the end of the case or of the world.
fn write_truth(
    finished: &[FinishedWorld<'_>],
    extracted_on: Day,
    path: &Path,
) -> Result<(), SimulationError> {
    let truths =
        || finished.iter().flat_map(|finished| finished.truths.iter().map(move |truth| (finished, truth)));
    let text = |of: &dyn Fn(&FinishedWorld<'_>, &Truth) -> Option<String>| -> ArrayRef {
        Arc::new(truths().map(|(finished, truth)| of(finished, truth)).collect::<StringArray>())
    };
    let days = |of: &dyn Fn(&Outcome) -> Option<i32>| -> ArrayRef {
        Arc::new(truths().map(|(_, truth)| of(&truth.outcome).map(f64::from)).collect::<Float64Array>())
    };
    let step = |finished: &FinishedWorld<'_>, step: Option<(MilestoneId, i32)>| {
        step.map(|(step, _)| finished.form.milestone(step).id.clone())
    };
    let as_of = vec![extracted_on.epoch_days(); truths().count()];
    let columns: [(&str, DataType, ArrayRef); 9] = [
        ("case_id", DataType::Utf8, text(&|finished, truth| Some(case_id(finished, truth.case as usize)))),
        ("form", DataType::Utf8, text(&|finished, _| Some(finished.form.name().to_owned()))),
        ("as_of", DataType::Date32, Arc::new(Date32Array::from(as_of))),
        ("next_step", DataType::Utf8, text(&|finished, truth| step(finished, truth.outcome.next_step))),
        ("next_step_days", DataType::Float64, days(&|outcome| outcome.next_step.map(|(_, days)| days))),
        (
            "recorded_step",
            DataType::Utf8,
            text(&|finished, truth| step(finished, truth.outcome.recorded_step)),
        ),
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

/// Writes the oracle's forecasts in the columns of estimates.
fn write_oracle(
    finished: &[FinishedWorld<'_>],
    extracted_on: Day,
    path: &Path,
) -> Result<Vec<ForecastCase>, SimulationError> {
    let as_of = as_of(extracted_on);
    let as_of_type = AsOfType::of(as_of);
    let mut writer = EstimateWriter::create(path, &as_of_type)?;
    let mut rows = Vec::new();
    for finished in finished {
        for forecasts in &finished.forecasts {
            let next_step = forecasts.likeliest.map(|(step, share)| {
                (finished.form.milestone(step).id.as_str(), share, &forecasts.next_step)
            });
            writer.push(&EstimateRow {
                case_id: &case_id(finished, forecasts.case as usize),
                form: finished.form.name(),
                as_of: as_of_type.number(as_of),
                status: "estimated",
                outcome: None,
                basis: None,
                next_step,
                decision: Some(&forecasts.decision),
                model_version: "oracle",
            })?;
            // Truths are in the order of the cases.
            let truth = finished.truths.binary_search_by_key(&forecasts.case, |truth| truth.case);
            let outcome = truth.map_or_else(|_| Default::default(), |index| finished.truths[index].outcome);
            rows.push(ForecastCase {
                case_id: case_id(finished, forecasts.case as usize),
                form: finished.form.name().to_owned(),
                recorded_step_days: outcome.recorded_step.map(|(_, days)| f64::from(days)),
                decision_days: outcome.decision.map(|(_, days)| f64::from(days)),
                next_step: forecasts.next_step,
                decision: forecasts.decision,
            });
        }
    }
    writer.finish()?;
    Ok(rows)
}
