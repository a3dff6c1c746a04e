//! The oracle: the best possible forecast, from many simulated futures of the world at the extraction.

use model::{LEVELS, MilestoneId, Quantiles};

use super::record::CaseLog;
use super::settings::Oracle;
use super::truth::{Hindsight, Outcome};
use super::world::World;

/// The forecast of one case.
pub(super) struct OracleForecast {
    /// The number of the case in its world.
    pub(super) case: u32,
    pub(super) next_step: Quantiles,
    pub(super) decision: Quantiles,
    /// The most frequent next step, and its share of the futures.
    pub(super) likeliest: Option<(MilestoneId, f32)>,
}

/// Simulates futures of a world that stands at its extraction, and summarizes the outcomes of the sampled cases.
pub(super) fn forecast(
    world: &World<'_>,
    hindsight: &Hindsight<'_>,
    sample: &[u32],
    before: &CaseLog,
    asked: &Oracle,
) -> Vec<OracleForecast> {
    let Hindsight { day, seed, .. } = *hindsight;
    let ends = world.scenario.calendar.ends.epoch_days();
    let ends = asked.days.and_then(|days| i32::try_from(days).ok()).map_or(ends, |days| ends.min(day + days));
    let mut watched = vec![false; world.cases.len()];
    for &case in sample {
        watched[case as usize] = true;
    }
    let mut outcomes: Vec<Vec<Outcome>> = vec![Vec::new(); sample.len()];
    for future in 0..asked.futures {
        let seed = seed ^ (u64::from(future) + 1).wrapping_mul(0xd134_2543_de82_ef95);
        let mut other = world.with_fresh_future(seed, watched.clone());
        other.run_until(ends);
        let after = CaseLog::from_entries(&other.log, world.cases.len());
        for (outcomes, &case) in outcomes.iter_mut().zip(sample) {
            let number = case as usize;
            let (before, after) = (before.of_case(number), after.of_case(number));
            outcomes.push(hindsight.outcome((number, &world.cases[number]), before, after, Some(seed)));
        }
    }
    let left = f64::from(ends - day) as f32;
    sample.iter().zip(outcomes).map(|(&case, outcomes)| summarize(case, &outcomes, left)).collect()
}

/// The quantiles over all futures; an event that did not come counts as coming at the end.
fn summarize(case: u32, outcomes: &[Outcome], left: f32) -> OracleForecast {
    let quantiles = |days: &dyn Fn(&Outcome) -> Option<i32>| {
        let mut all: Vec<f32> =
            outcomes.iter().map(|outcome| days(outcome).map_or(left, |days| days as f32)).collect();
        all.sort_by(f32::total_cmp);
        Quantiles::from_days(LEVELS.map(|level| quantile(&all, level)))
    };
    let mut steps: Vec<MilestoneId> =
        outcomes.iter().filter_map(|outcome| outcome.recorded_step.map(|(step, _)| step)).collect();
    steps.sort();
    let mut likeliest: Option<(MilestoneId, f32)> = None;
    for same in steps.chunk_by(|a, b| a == b) {
        let share = same.len() as f32 / outcomes.len() as f32;
        if likeliest.is_none_or(|(_, most)| share > most) {
            likeliest = Some((same[0], share));
        }
    }
    let decision = quantiles(&|outcome| outcome.decision.map(|(_, days)| days));
    let next_step = quantiles(&|outcome| outcome.recorded_step.map(|(_, days)| days));
    let next_step = next_step.min(&decision);
    OracleForecast { case, next_step, decision, likeliest }
}

/// The quantile of a sorted sample, linear between its points (type 6 of Hyndman and Fan 1996).
fn quantile(sorted: &[f32], level: f64) -> f32 {
    // A new draw falls below the k-th of n with probability k / (n + 1).
    let at = (level * (sorted.len() + 1) as f64 - 1.0).clamp(0.0, (sorted.len() - 1) as f64);
    let (low, part) = (at.floor() as usize, (at - at.floor()) as f32);
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_sample_are_linear_between_its_points() {
        assert_eq!(quantile(&[3.0], 0.5), 3.0);
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.5), 10.0);
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.75), 20.0);
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.3), 2.0);
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.05), 0.0);
    }
}
