//! What `history.json` says about the simulation that made it.

use data::{HistoryJson, HistoryKind};
use model::{Day, Stamp, mask_receipt_numbers};
use serde::{Deserialize, Serialize};

use super::plan::Scenario;
use super::settings::Simulation;

/// The version of the simulator. Raise it with every change that makes another world of the same scenario and seed.
const SIMULATOR: u64 = 3;

/// The members that a simulated history adds to `history.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Description {
    /// How many of its cases stand for one real case.
    pub(super) cases_per_real_case: f64,
    /// The first day of the record.
    pub(super) recorded_from: Day,
    /// The version of the simulator that made it.
    simulator: u64,
    /// The fingerprint of its scenario.
    scenario_fingerprint: String,
    seed: u64,
    cases: u64,
}

impl Description {
    /// Describes a history of this scenario and these settings.
    pub(super) fn new(scenario: &Scenario, simulation: &Simulation, cases_per_real_case: f64) -> Self {
        Self {
            cases_per_real_case,
            recorded_from: scenario.calendar.recorded_from,
            simulator: SIMULATOR,
            scenario_fingerprint: scenario.fingerprint(),
            seed: simulation.seed,
            cases: simulation.cases,
        }
    }

    /// Reads the description; `None` if this program did not simulate the history.
    pub(super) fn read(about: &HistoryJson) -> Option<Self> {
        let members = about.more.clone().into_iter().collect();
        serde_json::from_value(serde_json::Value::Object(members)).ok()
    }

    /// The `history.json` with these members.
    pub(super) fn about(
        &self,
        scenario: &Scenario,
        simulation: &Simulation,
    ) -> Result<HistoryJson, serde_json::Error> {
        let Simulation { seed, cases, .. } = simulation;
        // A scenario file may be named after somebody's case.
        let name = mask_receipt_numbers(scenario.name());
        let more = match serde_json::to_value(self)? {
            serde_json::Value::Object(members) => members.into_iter().collect(),
            _ => Default::default(),
        };
        Ok(HistoryJson {
            name: format!("simulated-{name}"),
            extracted_on: Stamp::Day(scenario.extracted_on()),
            kind: Some(HistoryKind::Simulated),
            source: Some(format!(
                "myprogress simulate --scenario {name} --seed {seed} --cases {cases}: no case in it is real"
            )),
            note: Some(mask_receipt_numbers(scenario.about()).into_owned()),
            more,
        })
    }
}

/// Whether a history says that this scenario and these settings made it.
#[must_use]
pub fn is_simulation_of(about: &HistoryJson, scenario: &Scenario, simulation: &Simulation) -> bool {
    about.extracted_on == Stamp::Day(scenario.extracted_on())
        && Description::read(about)
            .is_some_and(|own| own == Description::new(scenario, simulation, own.cases_per_real_case))
}
