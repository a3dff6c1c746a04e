//! What nobody can beat: the world run again and again from its state at the extraction, each time with another future.

use model::{LEVELS, MilestoneId, Quantiles};

use super::Oracle;
use super::record::ByCase;
use super::truth::{Hindsight, Outcome};
use super::world::World;

/// What the futures say of one case.
pub(super) struct Foreseen {
    /// Number of the case in its world.
    pub(super) case: u32,
    pub(super) next_step: Quantiles,
    pub(super) decision: Quantiles,
    /// The commonest next step, and in which share of the futures it was.
    pub(super) likeliest: Option<(MilestoneId, f32)>,
}

/// Lives futures of a world that stands at its extraction, and looks at the cases of a sample: their decisions, and the next steps
/// that the record shows.
pub(super) fn foresee(
    world: &World<'_>,
    hindsight: &Hindsight<'_>,
    sample: &[u32],
    before: &ByCase,
    asked: &Oracle,
) -> Vec<Foreseen> {
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
        other.live_until(ends);
        let after = ByCase::of(&other.log, world.cases.len());
        for (outcomes, &case) in outcomes.iter_mut().zip(sample) {
            let number = case as usize;
            let (before, after) = (before.of_case(number), after.of_case(number));
            outcomes.push(hindsight.outcome((number, &world.cases[number]), before, after, Some(seed)));
        }
    }
    let left = f64::from(ends - day) as f32;
    sample.iter().zip(outcomes).map(|(&case, outcomes)| seen_together(case, &outcomes, left)).collect()
}

/// The quantiles over all futures; what did not come counts as coming at the end.
fn seen_together(case: u32, outcomes: &[Outcome], left: f32) -> Foreseen {
    let quantiles = |days: &dyn Fn(&Outcome) -> Option<i32>| {
        let mut all: Vec<f32> =
            outcomes.iter().map(|outcome| days(outcome).map_or(left, |days| days as f32)).collect();
        all.sort_by(f32::total_cmp);
        Quantiles::of(LEVELS.map(|level| between(&all, level)))
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
    let next_step = quantiles(&|outcome| outcome.recorded_step.map(|(_, days)| days)).sooner(&decision);
    Foreseen { case, next_step, decision, likeliest }
}

/// The quantile of a sorted sample, linear between its points.
fn between(sorted: &[f32], level: f64) -> f32 {
    // A new draw falls below the k-th of n with a chance of k in n + 1.
    let at = (level * (sorted.len() + 1) as f64 - 1.0).clamp(0.0, (sorted.len() - 1) as f64);
    let (low, part) = (at.floor() as usize, (at - at.floor()) as f32);
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_told_by_its_quantiles() {
        assert_eq!(between(&[3.0], 0.5), 3.0);
        assert_eq!(between(&[0.0, 10.0, 20.0], 0.5), 10.0);
        assert_eq!(between(&[0.0, 10.0, 20.0], 0.75), 20.0);
        assert_eq!(between(&[0.0, 10.0, 20.0], 0.3), 2.0);
        assert_eq!(between(&[0.0, 10.0, 20.0], 0.05), 0.0);
    }
}
