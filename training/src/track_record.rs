//! How estimates made in the same way did before: the record that a model carries with it.

use data::HistoryView;
use model::{FormDefinition, MIN_SIMILAR_CASES, TrackRecord};

use crate::TrainingError;
use crate::fit::fit_target;
use crate::landmarks::{Landmark, origin, recode};
use crate::score::coverage::Coverage;
use crate::score::{crps, point};
use crate::visits::{Target, Visits};

/// The estimates were made so far back, as a share of the time the history covers.
const BACK: f64 = 1.0 / 3.0;
/// Fewer pending cases than this show nothing.
const MIN_PENDING: usize = 50;
/// Level of the bound that people are shown.
const SHOWN_BOUND: f64 = 0.8;

/// Fits the decision on what was known at an earlier time, asks it about every case that was pending then, and
/// compares with what came of them by the as-of time; nothing if there were too few.
///
/// # Errors
/// If the earlier numbers do not make curves.
pub fn track_record(
    known: HistoryView<'_>,
    form: &FormDefinition,
    visits: &Visits,
) -> Result<Option<TrackRecord>, TrainingError> {
    let Some((origin, back)) = origin(known, visits, BACK) else { return Ok(None) };
    let mut pending: Vec<Landmark> =
        visits.rows.iter().filter_map(|visit| Landmark::pending(visit, Target::Decision, -back)).collect();
    if pending.len() < MIN_PENDING {
        return Ok(None);
    }
    let known_then = known.history().view_at(origin);
    let visits_then = Visits::of(known_then, form);
    let Some((table, _)) = fit_target(known_then, form, &visits_then, Target::Decision)? else {
        return Ok(None);
    };
    // Such a model would have given no estimate.
    if table.cohorts()[0].happened < MIN_SIMILAR_CASES {
        return Ok(None);
    }
    recode(&mut pending, &visits.schema, &visits_then.schema);
    let mut coverage = Coverage::default();
    let (mut expected, mut decided, mut crps_days, mut error) = (0.0, 0_u64, 0.0, 0.0);
    for landmark in &pending {
        let quantiles = table.quantiles(&landmark.features);
        let time = landmark.happened.then_some(landmark.time);
        coverage.add(f64::from(quantiles.at(SHOWN_BOUND)), time, landmark.horizon);
        expected += 1.0 - quantiles.survival(landmark.horizon);
        decided += u64::from(landmark.happened);
        crps_days += crps::of_min(&quantiles, landmark.time, landmark.horizon);
        error += point::median_error(&quantiles, landmark.time, landmark.horizon);
    }
    let count = pending.len() as f64;
    Ok(Some(TrackRecord {
        as_of: origin,
        followed_days: back,
        pending: pending.len() as u64,
        expected: expected / count,
        decided: decided as f64 / count,
        judged: coverage.judged(),
        within_q80: coverage.within(),
        crps_days: crps_days / count,
        mae_median_days: error / count,
    }))
}
