//! A queueing world with known truth: histories of all forms, made by a simulation of how an agency works.
//!
//! Filings arrive, wait for their turn at lockboxes, centers, application support centers and field offices, are asked
//! for evidence, put on hold, decided; a record keeps some of it, late and with gaps. A scenario (`data/scenarios/`)
//! says how many, how fast, and what goes wrong. The same scenario and seed make the same bytes on any number of threads:
//! each form has a world and a source of chance of its own.

mod arrivals;
mod calendar;
mod calibration;
mod changes;
mod checks;
mod form_checks;
mod oracle;
mod plan;
mod record;
mod scenario;
mod source;
mod staffing;
mod station;
mod steps;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests;
mod timetable;
mod truth;
mod turns;
mod world;
mod write;
mod yearly;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::{DAYS_PER_YEAR, FormDefinition, Quantiles};
use thiserror::Error;

pub use calibration::{CalibrationError, Compared, Measure, compare};
pub use plan::Scenario;
pub use source::ScenarioError;

use crate::forms::{self, FormFileError};
use crate::{HistoryFilesError, HistoryJson};
use oracle::Foreseen;
use plan::FormPlan;
use record::ByCase;
use truth::{Hindsight, Truth};
use world::{CaseState, World};

/// The scenarios that come with the project, by name.
const BUNDLED: [(&str, &str); 10] = [
    ("default", include_str!("../../scenarios/default.toml")),
    ("steady", include_str!("../../scenarios/steady.toml")),
    ("surge", include_str!("../../scenarios/surge.toml")),
    ("slowdown", include_str!("../../scenarios/slowdown.toml")),
    ("speed-up", include_str!("../../scenarios/speed-up.toml")),
    ("policy-change", include_str!("../../scenarios/policy-change.toml")),
    ("office-closure", include_str!("../../scenarios/office-closure.toml")),
    ("country-wave", include_str!("../../scenarios/country-wave.toml")),
    ("dirty-record", include_str!("../../scenarios/dirty-record.toml")),
    ("uscis-fy22", include_str!("../../scenarios/uscis-fy22.toml")),
];

/// No world has more filings.
const MAX_FILINGS: f64 = 2e8;

/// Why a world was not simulated.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The scenario is none.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A form has no definition.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// The history was not written.
    #[error(transparent)]
    Files(#[from] HistoryFilesError),
    /// The estimates of the oracle were not written.
    #[error(transparent)]
    Oracle(#[from] crate::estimates::WriteError),
    /// The oracle has nothing to look at.
    #[error("the oracle needs at least one future and one case to look at")]
    NothingForeseen,
    /// The record would be empty.
    #[error("nobody files in the time of the record; raise the receipts, or take a later day of extraction")]
    NobodyFiles,
    /// More filings than can be held, in the record or before and after it.
    #[error(
        "{filings:.0} filings from the beginning to the end of the world are more than 200,000,000; choose fewer cases, or lower \
         the receipts outside the record"
    )]
    TooManyFile {
        /// How many.
        filings: f64,
    },
    /// Too few or too many cases.
    #[error("{0} cases cannot be simulated; choose 1,000 to 20,000,000")]
    Cases(u64),
}

/// What is to be simulated.
#[derive(Debug, Clone, Copy)]
pub struct Simulation {
    /// The same seed makes the same world.
    pub seed: u64,
    /// About so many cases are in the record.
    pub cases: u64,
    /// So many forms are simulated at a time.
    pub threads: usize,
    /// What the oracle looks at, if it is asked.
    pub oracle: Option<Oracle>,
}

/// What the oracle looks at.
#[derive(Debug, Clone, Copy)]
pub struct Oracle {
    /// So many futures.
    pub futures: u32,
    /// So many pending cases of each form.
    pub cases: usize,
    /// Each future for so many days from the extraction; what has not come by then counts as coming at its end. To the end of
    /// the world if none.
    pub days: Option<u32>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simulated {
    /// Cases in the record.
    pub cases: u64,
    /// Actions in the record.
    pub actions: u64,
    /// Cases that were pending at the extraction.
    pub pending: u64,
    /// What the oracle says of the cases that it looked at, and what really came.
    pub foreseen: Vec<ForeseenCase>,
    /// Turns that all offices had capacity for until the extraction, in whole turns.
    pub turns_offered: u64,
    /// Turns that were taken.
    pub turns_taken: u64,
}

/// A pending case that the oracle looked at. All times are days from the extraction.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeseenCase {
    /// Its key in the history.
    pub case_id: String,
    /// Its form.
    pub form: String,
    /// When the record shows its next step, if it does before the end of the case or of the world.
    pub recorded_step_days: Option<f64>,
    /// When its decision really comes, if it does before the end of the world.
    pub decision_days: Option<f64>,
    /// The oracle's quantiles of the next step that the record shows.
    pub next_step: Quantiles,
    /// The oracle's quantiles of the decision.
    pub decision: Quantiles,
}

/// The world of one form when it is over.
struct Lived<'a> {
    plan: &'a FormPlan,
    form: FormDefinition,
    seed: u64,
    cases: Vec<CaseState>,
    log: ByCase,
    truths: Vec<Truth>,
    foreseen: Vec<Foreseen>,
    turns: (f64, u64),
}

impl Scenario {
    /// Names of the scenarios that come with the project.
    pub fn bundled() -> impl Iterator<Item = &'static str> {
        BUNDLED.iter().map(|(name, _)| *name)
    }

    /// A scenario that comes with the project, or one in a file.
    ///
    /// # Errors
    /// [`ScenarioError`] if there is none, or for anything in it that cannot be, with its line.
    pub fn open(name_or_path: &str) -> Result<Self, ScenarioError> {
        if let Some((_, text)) = bundled(name_or_path) {
            return Self::parse(name_or_path, text);
        }
        let text = std::fs::read_to_string(name_or_path).map_err(|error| ScenarioError::File {
            file: name_or_path.to_owned(),
            problem: format!(
                "this is no scenario that comes with the project ({}), and as a file it cannot be read: {error}",
                Self::bundled().collect::<Vec<_>>().join(", ")
            ),
        })?;
        Self::parse(name_or_path, &text)
    }

    /// Reads the text of a scenario; `file` is what errors call it.
    ///
    /// # Errors
    /// [`ScenarioError`] for anything in it that cannot be, with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let catalog = forms::bundled()
            .map_err(|error| ScenarioError::File { file: file.to_owned(), problem: error.to_string() })?;
        checks::read(file, text, bundled, &catalog)
    }
}

/// Name and text of a scenario that comes with the project.
fn bundled(name: &str) -> Option<(&'static str, &'static str)> {
    BUNDLED.iter().find(|(known, _)| *known == name).copied()
}

/// Simulates a scenario and writes its history to `dir`, with the truth, and the oracle if one is asked for, beside it.
///
/// # Errors
/// [`SimulationError`] if something cannot be, or the system refuses; then nothing is written.
pub fn simulate(
    scenario: &Scenario,
    simulation: &Simulation,
    dir: &Path,
) -> Result<Simulated, SimulationError> {
    if !(1_000..=20_000_000).contains(&simulation.cases) {
        return Err(SimulationError::Cases(simulation.cases));
    }
    if simulation.oracle.is_some_and(|oracle| oracle.futures == 0 || oracle.cases == 0) {
        return Err(SimulationError::NothingForeseen);
    }
    let (in_record, in_all) = scenario.expected_cases();
    let scale = simulation.cases as f64 / in_record;
    if !scale.is_finite() {
        return Err(SimulationError::NobodyFiles);
    }
    if in_all * scale > MAX_FILINGS {
        return Err(SimulationError::TooManyFile { filings: in_all * scale });
    }
    // Nothing is simulated for a folder that may not be written.
    write::may_replace(dir)?;
    let catalog = forms::bundled()?;
    let next = AtomicUsize::new(0);
    let lived: Mutex<Vec<(usize, Lived<'_>)>> = Mutex::new(Vec::new());
    let failed: Mutex<Option<SimulationError>> = Mutex::new(None);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(plan) = scenario.forms.get(index) else { break };
            let definition = catalog.definition(&plan.form, scenario.extracted_on());
            match definition {
                Ok(form) => {
                    let world = live(scenario, plan, form, scale, simulation, index);
                    if let Ok(mut lived) = lived.lock() {
                        lived.push((index, world));
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
    let mut lived = lived.into_inner().unwrap_or_default();
    lived.sort_by_key(|(index, _)| *index);
    let lived: Vec<Lived<'_>> = lived.into_iter().map(|(_, lived)| lived).collect();
    write::write(scenario, simulation, scale, &lived, dir)
}

/// Whether a history says that it was made of this scenario, in this way.
#[must_use]
pub fn is_of(about: &HistoryJson, scenario: &Scenario, simulation: &Simulation) -> bool {
    write::is_of(about, scenario, simulation)
}

/// The world of one form, from its beginning to the end of what is asked.
fn live<'a>(
    scenario: &'a Scenario,
    plan: &'a FormPlan,
    form: FormDefinition,
    scale: f64,
    simulation: &Simulation,
    index: usize,
) -> Lived<'a> {
    let seed = simulation.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ ((index as u64 + 1) << 32);
    let day = scenario.extracted_on().epoch_days();
    let mut world = World::new(scenario, plan, scale, seed);
    world.live_until(day);
    let log = ByCase::of(&world.log, world.cases.len());
    world.log = Vec::new();
    let turns = world.turns();
    let pending: Vec<u32> =
        (0..world.cases.len() as u32).filter(|&case| !world.cases[case as usize].over).collect();
    let hindsight = Hindsight { scenario, form: &form, seed, day };
    let foreseen = simulation.oracle.map_or_else(Vec::new, |asked| {
        // Nobody asks how long a filing takes that is about to be refused.
        let cases: Vec<u32> =
            pending.iter().copied().filter(|&case| !world.cases[case as usize].rejected).collect();
        let count = asked.cases.min(cases.len());
        let sample: Vec<u32> = (0..count).map(|index| cases[index * cases.len() / count]).collect();
        oracle::foresee(&world, &hindsight, &sample, &log, &asked)
    });
    let mut watched = vec![false; world.cases.len()];
    for &case in &pending {
        watched[case as usize] = true;
    }
    let cases = world.cases.clone();
    world.watch(watched);
    world.live_until(scenario.calendar.ends.epoch_days());
    let after = ByCase::of(&world.log, cases.len());
    let truths = hindsight.truths(&cases, &pending, &log, &after);
    Lived { plan, form, seed, cases, log, truths, foreseen, turns }
}

impl Scenario {
    /// How many cases would be in the record of the real agency, and how many would be filed in all, as expected.
    fn expected_cases(&self) -> (f64, f64) {
        let (from, until) = (self.calendar.recorded_from.epoch_days(), self.own_extraction.epoch_days());
        let (begins, ends) = (self.calendar.begins.epoch_days(), self.calendar.ends.epoch_days());
        let (mut in_record, mut in_all) = (0.0, 0.0);
        for form in &self.forms {
            for (number, stream) in form.streams.iter().enumerate() {
                let receipts = |day: i32| {
                    let changes = form.changes.iter().filter(|change| {
                        change.what == scenario::What::Receipts && change.streams[number] && change.holds(day)
                    });
                    stream.receipts.at(f64::from(day)) / DAYS_PER_YEAR
                        * changes.map(|change| change.to).product::<f64>()
                };
                // Those who were waiting when the record began, and those who came since.
                let before = from - stream.pace.at(f64::from(from)) as i32;
                in_record += (before.max(begins)..=until).map(receipts).sum::<f64>();
                in_all += (begins..=ends).map(receipts).sum::<f64>();
            }
        }
        (in_record, in_all)
    }
}
