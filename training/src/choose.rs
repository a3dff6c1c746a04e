//! Which clock and which half-life: chosen by forward validation inside the training window.
//!
//! Each candidate is fitted on what was known at two earlier origins and scored (CRPS of min(T, H)) on what followed
//! by the as-of time, for two populations: the cases pending at the origin, who ask on any day, and the cases that
//! entered a state afterwards, who ask when something happens. The mean of the two decides.

use data::HistoryView;
use model::{CohortTable, FormDefinition, TimeScale};
use rayon::prelude::*;

use crate::TrainingError;
use crate::cohort_curves;
use crate::landmarks::{Landmark, origin, recode};
use crate::risk_table::{PlacedRows, rows_of};
use crate::score::crps;
use crate::visits::{Target, Visits};

/// Half-lives that are tried, in days; the last is none: all cases weigh alike.
pub const HALF_LIVES: [Option<f64>; 6] = [Some(10.0), Some(20.0), Some(40.0), Some(90.0), Some(365.0), None];
/// The origins lie so far back from the as-of time, as shares of the time the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];
/// Visits that are scored of each population at each origin, evenly picked.
const LANDMARKS: usize = 3000;
/// Fewer landmarks than this decide nothing.
const MIN_LANDMARKS: usize = 50;

/// A clock and a half-life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// By which clock the curves run.
    pub clock: TimeScale,
    /// Days after which a case weighs half as much.
    pub half_life: Option<f64>,
}

/// The candidate that is used unless another is clearly better, or where the window is too short to validate any: a
/// case then counts with a mean age of four weeks, as long as the life tables do that win at most dates.
///
/// This default, [`CLEARLY_BETTER`] and the weight of a parent cohort were settled after looking at scores on the
/// bundled history as of 2022-03-31, 2022-06-30 and 2022-08-31, so scores on those dates flatter them a little.
const DEFAULT: Candidate = Candidate { clock: TimeScale::SinceReceipt, half_life: Some(20.0) };
/// Another candidate must lower the score by this share: smaller differences come and go with the origin.
const CLEARLY_BETTER: f64 = 0.02;

/// A candidate with its mean score, in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The candidate.
    pub candidate: Candidate,
    /// Its mean CRPS, if it was validated.
    pub crps_days: Option<f64>,
}

/// Chooses the clock and half-life of a target.
///
/// # Errors
/// If a candidate's numbers do not make curves.
pub fn choose(
    known: HistoryView<'_>,
    form: &FormDefinition,
    visits: &Visits,
    target: Target,
) -> Result<Choice, TrainingError> {
    let folds: Vec<Fold> =
        ORIGINS.iter().filter_map(|share| Fold::new(known, form, visits, target, *share)).collect();
    if folds.is_empty() {
        return Ok(Choice { candidate: DEFAULT, crps_days: None });
    }
    let mut validated: Vec<(Candidate, f64)> = Vec::new();
    for clock in [TimeScale::SinceReceipt, TimeScale::InState] {
        let placed: Vec<Option<PlacedRows>> =
            folds.iter().map(|fold| fold.placed(target, clock, form)).collect();
        let scores: Vec<Result<Option<f64>, TrainingError>> = HALF_LIVES
            .par_iter()
            .map(|&half_life| {
                let mut total = 0.0;
                for (fold, placed) in folds.iter().zip(&placed) {
                    let Some(placed) = placed else { return Ok(None) };
                    total += fold.score(&cohort_curves::table(placed, clock, half_life)?);
                }
                Ok(Some(total / folds.len() as f64))
            })
            .collect();
        for (half_life, score) in HALF_LIVES.into_iter().zip(scores) {
            validated.extend(score?.map(|score| (Candidate { clock, half_life }, score)));
        }
    }
    Ok(decide(&validated))
}

/// The best candidate if it is clearly better than the default, else the default.
fn decide(validated: &[(Candidate, f64)]) -> Choice {
    let default = validated.iter().find(|(candidate, _)| *candidate == DEFAULT);
    let best = validated.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let chosen = match (default, best) {
        (Some(default), Some(best)) if best.1 < default.1 * (1.0 - CLEARLY_BETTER) => Some(best),
        (Some(default), _) => Some(default),
        (None, best) => best,
    };
    chosen.map_or(Choice { candidate: DEFAULT, crps_days: None }, |&(candidate, score)| Choice {
        candidate,
        crps_days: Some(score),
    })
}

/// What was known at an origin, and landmarks after it whose outcome is known by now.
struct Fold {
    known_then: Visits,
    populations: Vec<Vec<Landmark>>,
}

impl Fold {
    fn new(
        known: HistoryView<'_>,
        form: &FormDefinition,
        visits: &Visits,
        target: Target,
        share: f64,
    ) -> Option<Self> {
        let (origin, back) = origin(known, visits, share)?;
        let known_then = Visits::of(known.history().view_at(origin), form);
        let pending = visits.rows.iter().filter_map(|visit| Landmark::pending(visit, target, -back));
        // Less than half the way from the origin would show quick outcomes only.
        let entries =
            visits.rows.iter().filter_map(|visit| Landmark::entry(visit, target, -back, -back / 2.0));
        let mut populations: Vec<Vec<Landmark>> = [thinned(pending.collect()), thinned(entries.collect())]
            .into_iter()
            .filter(|population| population.len() >= MIN_LANDMARKS)
            .collect();
        for population in &mut populations {
            recode(population, &visits.schema, &known_then.schema);
        }
        (!populations.is_empty()).then_some(Self { known_then, populations })
    }

    fn placed(&self, target: Target, clock: TimeScale, form: &FormDefinition) -> Option<PlacedRows> {
        PlacedRows::new(&rows_of(&self.known_then.rows, target, clock, form.decision()))
    }

    fn score(&self, table: &CohortTable) -> f64 {
        let mean = |population: &Vec<Landmark>| {
            let sum: f64 = population
                .iter()
                .map(|landmark| {
                    let quantiles = table.quantiles(&landmark.features);
                    crps::of_min(&quantiles, landmark.time, landmark.horizon)
                })
                .sum();
            sum / population.len() as f64
        };
        self.populations.iter().map(mean).sum::<f64>() / self.populations.len() as f64
    }
}

/// At most [`LANDMARKS`] of them, evenly picked.
fn thinned(all: Vec<Landmark>) -> Vec<Landmark> {
    let count = all.len().min(LANDMARKS);
    let picked: std::collections::BTreeSet<usize> = evenly(all.len(), count).collect();
    all.into_iter()
        .enumerate()
        .filter(|(index, _)| picked.contains(index))
        .map(|(_, landmark)| landmark)
        .collect()
}

/// `count` positions, evenly spread over `length`.
pub(crate) fn evenly(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count.min(length)).map(move |index| index * length / count.min(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clearly_better_candidate_replaces_the_default() {
        let other = Candidate { clock: TimeScale::InState, half_life: None };
        assert_eq!(decide(&[(DEFAULT, 10.0), (other, 9.9)]).candidate, DEFAULT);
        assert_eq!(decide(&[(DEFAULT, 10.0), (other, 9.7)]).candidate, other);
        assert_eq!(decide(&[(other, 9.7)]).candidate, other);
        assert_eq!(decide(&[]), Choice { candidate: DEFAULT, crps_days: None });
    }
}
