//! A discrete-event simulation of an agency: histories of all forms whose true outcomes are known.
//!
//! Filings arrive and wait in queues at centers, application support centers (ASC) and field offices. Officers take them
//! up, request evidence, put them on hold and decide them. A record keeps some of this, late and with gaps. A scenario
//! (`scenarios/`) says how many filings there are, how fast they move, and what goes wrong.
//!
//! The same scenario and seed make the same bytes on any number of threads: each form has its own world and its own
//! random numbers.
//!
//! ```
//! use data::{History, forms};
//! use simulation::{Scenario, Simulation, simulate};
//!
//! let parent = tempfile::tempdir()?;
//! let folder = parent.path().join("history");
//! let settings = Simulation { seed: 1, cases: 1_000, threads: 1, oracle: None };
//! let written = simulate(&Scenario::open("steady")?, &settings, &folder)?;
//!
//! let history = History::read(&folder, forms::bundled()?)?;
//! assert_eq!(history.cases() as u64, written.cases);
//! assert!(folder.join("truth.parquet").is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrivals;
mod bundled;
mod calendar;
mod calibration;
mod change_checks;
mod changes;
mod checks;
mod description;
mod diagnostics;
mod error;
mod finished_world;
mod fiscal_series;
mod form_checks;
mod limits;
mod oracle;
mod plan;
mod queue;
mod record;
mod run;
mod scenario;
mod service;
mod settings;
mod staffing;
mod steps;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests;
mod timetable;
mod truth;
mod world;
mod write;

pub use calibration::{CalibrationError, Compared, Measure, compare};
pub use description::is_simulation_of;
pub use diagnostics::ScenarioError;
pub use error::SimulationError;
pub use plan::Scenario;
pub use run::simulate;
pub use settings::{ForecastCase, Oracle, Simulated, Simulation};
