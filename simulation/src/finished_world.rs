//! Runs the world of one form from its beginning to its end.

use model::FormDefinition;

use super::oracle::{self, OracleForecast};
use super::plan::{FormPlan, Scenario};
use super::record::CaseLog;
use super::settings::Simulation;
use super::truth::{Hindsight, Truth};
use super::world::{CaseState, World};

/// The world of one form after its end.
pub(super) struct FinishedWorld<'a> {
    pub(super) plan: &'a FormPlan,
    pub(super) form: FormDefinition,
    pub(super) seed: u64,
    pub(super) cases: Vec<CaseState>,
    pub(super) log: CaseLog,
    pub(super) truths: Vec<Truth>,
    pub(super) forecasts: Vec<OracleForecast>,
    pub(super) slots: (f64, u64),
}

/// Runs the world of one form: to the extraction, then the oracle's futures, then to the end for the truth.
pub(super) fn finish_world<'a>(
    scenario: &'a Scenario,
    plan: &'a FormPlan,
    form: FormDefinition,
    scale: f64,
    simulation: &Simulation,
    index: usize,
) -> FinishedWorld<'a> {
    let seed = simulation.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ ((index as u64 + 1) << 32);
    let day = scenario.extracted_on().epoch_days();
    let mut world = World::new(scenario, plan, scale, seed);
    world.run_until(day);
    let log = CaseLog::from_entries(&world.log, world.cases.len());
    world.log = Vec::new();
    let slots = world.slots();
    let pending: Vec<u32> =
        (0..world.cases.len() as u32).filter(|&case| !world.cases[case as usize].over).collect();
    let hindsight = Hindsight { scenario, form: &form, seed, day };
    let forecasts = simulation.oracle.map_or_else(Vec::new, |asked| {
        // A filing that will be rejected at intake is not a case for an estimate.
        let cases: Vec<u32> =
            pending.iter().copied().filter(|&case| !world.cases[case as usize].rejected).collect();
        let count = asked.cases.min(cases.len());
        let sample: Vec<u32> = (0..count).map(|index| cases[index * cases.len() / count]).collect();
        oracle::forecast(&world, &hindsight, &sample, &log, &asked)
    });
    let mut watched = vec![false; world.cases.len()];
    for &case in &pending {
        watched[case as usize] = true;
    }
    let cases = world.cases.clone();
    world.watch(watched);
    world.run_until(scenario.calendar.ends.epoch_days());
    let after = CaseLog::from_entries(&world.log, cases.len());
    let truths = hindsight.truths(&cases, &pending, &log, &after);
    FinishedWorld { plan, form, seed, cases, log, truths, forecasts, slots }
}
