//! Simulates the forms of a scenario in parallel and writes the history.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use data::forms;

use super::error::SimulationError;
use super::finished_world::{FinishedWorld, finish_world};
use super::plan::Scenario;
use super::settings::{Simulated, Simulation};
use super::write;

/// The largest number of filings in a world.
const MAX_FILINGS: f64 = 2e8;

/// Simulates a scenario and writes its history to `dir`.
///
/// `truth.parquet` beside the history holds the true outcomes of the pending cases, and `oracle.parquet` the forecasts of
/// the oracle if one is wanted.
///
/// # Errors
/// [`SimulationError`] if the settings are not valid or a file cannot be written; nothing is written then.
pub fn simulate(
    scenario: &Scenario,
    simulation: &Simulation,
    dir: &Path,
) -> Result<Simulated, SimulationError> {
    if !(1_000..=20_000_000).contains(&simulation.cases) {
        return Err(SimulationError::Cases(simulation.cases));
    }
    if simulation.oracle.is_some_and(|oracle| oracle.futures == 0 || oracle.cases == 0) {
        return Err(SimulationError::EmptyOracle);
    }
    let (in_record, in_all) = scenario.expected_cases();
    let scale = simulation.cases as f64 / in_record;
    if !scale.is_finite() {
        return Err(SimulationError::NoFilings);
    }
    if in_all * scale > MAX_FILINGS {
        return Err(SimulationError::TooManyFilings { filings: in_all * scale });
    }
    // Refuse the folder before the long work.
    write::may_replace(dir)?;
    let catalog = forms::bundled()?;
    let next = AtomicUsize::new(0);
    let finished: Mutex<Vec<(usize, FinishedWorld<'_>)>> = Mutex::new(Vec::new());
    let failed: Mutex<Option<SimulationError>> = Mutex::new(None);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(plan) = scenario.forms.get(index) else { break };
            let definition = catalog.definition(&plan.form, scenario.extracted_on());
            match definition {
                Ok(form) => {
                    let world = finish_world(scenario, plan, form, scale, simulation, index);
                    if let Ok(mut finished) = finished.lock() {
                        finished.push((index, world));
                    }
                }
                Err(error) => {
                    if let Ok(mut failed) = failed.lock() {
                        *failed = Some(error.into());
                    }
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..simulation.threads.clamp(1, scenario.forms.len()) {
            scope.spawn(work);
        }
        work();
    });
    if let Ok(Some(error)) = failed.into_inner() {
        return Err(error);
    }
    let mut finished = finished.into_inner().unwrap_or_default();
    finished.sort_by_key(|(index, _)| *index);
    let finished: Vec<FinishedWorld<'_>> = finished.into_iter().map(|(_, finished)| finished).collect();
    write::write(scenario, simulation, scale, &finished, dir)
}
