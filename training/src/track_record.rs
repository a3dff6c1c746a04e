//! How accurate estimates of the same learner were at an earlier time: the record that a model carries.

use model::{MIN_SIMILAR_CASES, Target, TrackRecord};

use crate::error::TrainingError;
use crate::landmarks::Earlier;
use crate::learners::{Learned, Learner, TrainingView};
use crate::score::coverage::Coverage;
use crate::score::{crps, point};

/// With fewer pending cases there is no record.
const MIN_PENDING: usize = 50;
/// The level of the bound that applicants see.
const SHOWN_BOUND: f64 = 0.8;

/// Learns the decision from what was known at the earliest origin of a view, estimates every case that was pending then,
/// and compares with their outcomes by the as-of time; `None` if there were too few.
///
/// # Errors
/// [`TrainingError`] if the earlier numbers are not sound.
pub(crate) fn track_record(
    learner: &dyn Learner,
    view: TrainingView<'_>,
) -> Result<Option<TrackRecord>, TrainingError> {
    let TrainingView { form, .. } = view;
    let Some(then) = view.earlier.first() else { return Ok(None) };
    let (pending, back) = (&then.pending, then.back);
    if pending.len() < MIN_PENDING {
        return Ok(None);
    }
    let before_then = Earlier::all(then.known, form, &then.visits);
    let view_then = TrainingView { form, visits: &then.visits, earlier: &before_then };
    let Some(Learned { predictor, .. }) = learner.fit(view_then)? else { return Ok(None) };
    // Such a model would have given no estimate.
    if predictor.basis().events < MIN_SIMILAR_CASES {
        return Ok(None);
    }
    let mut coverage = Coverage::default();
    let (mut expected, mut decided, mut crps_days, mut error) = (0.0, 0_u64, 0.0, 0.0);
    for landmark in pending {
        let quantiles = landmark.case.quantiles(&predictor, Target::Decision);
        let time = landmark.decision.unwrap_or(landmark.horizon);
        coverage.add(f64::from(quantiles.at(SHOWN_BOUND)), landmark.decision, landmark.horizon);
        expected += 1.0 - quantiles.survival(landmark.horizon);
        decided += u64::from(landmark.decision.is_some());
        crps_days += crps::of_min(&quantiles, time, landmark.horizon);
        error += point::median_error(&quantiles, time, landmark.horizon);
    }
    let count = pending.len() as f64;
    Ok(Some(TrackRecord {
        as_of: then.known.as_of(),
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
