//! How accurate estimates of the same learner were at earlier times: the record that a model carries.

use data::HistoryView;
use model::{
    FormDefinition, JudgedQuantile, MIN_SIMILAR_CASES, Predictor, Quantiles, Target, TrackHorizon,
    TrackRecord,
};
use rayon::prelude::*;

use crate::error::TrainingError;
use crate::landmarks::{Earlier, Landmark};
use crate::learners::{Learned, Learner};
use crate::score::coverage::Coverage;
use crate::score::{crps, point};
use crate::validation::Fold;
use crate::visits::TrainingView;

/// How far the times lie before the as-of time, as shares of the time that the history covers.
const TIMES: [f64; 4] = [1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0, 1.0 / 6.0];
/// The lengths of time that are judged, in days, beside the whole follow-up.
const HORIZONS: [f64; 3] = [30.0, 90.0, 180.0];
/// With fewer pending cases there is no record.
const MIN_PENDING: usize = 50;
/// The most pending cases that are estimated at one time, picked evenly.
const MAX_ESTIMATED: usize = 5_000;

/// Learns from what was known at earlier times, estimates cases that were pending then, and compares with their outcomes by
/// the as-of time of a view. `kept` are earlier times that are known already.
///
/// What validation settles is settled at the earliest of these times, so that no record knows better than its own time.
///
/// # Errors
/// [`TrainingError`] if the earlier numbers are not sound.
pub(crate) fn track_record<L: Learner>(
    learner: &L,
    view: TrainingView<'_>,
    kept: &[Earlier<'_>],
) -> Result<Vec<TrackRecord>, TrainingError> {
    let mut settings: Option<L::Settings> = None;
    let mut records = Vec::new();
    for share in TIMES {
        let mut own = None;
        let known = kept.iter().find(|earlier| earlier.share == share);
        let Some(then) = known.or_else(|| {
            own = Earlier::before(view, share);
            own.as_ref()
        }) else {
            continue;
        };
        let trial = TrainingView { known: then.known, visits: &then.visits, is_trial: true, ..view };
        let settled: &L::Settings = match &mut settings {
            Some(settled) => settled,
            none => {
                let origins = Fold::origins(trial);
                none.insert(learner.select(trial.form, &Fold::at(&origins, trial))?)
            }
        };
        let Some(Learned { predictor, .. }) = learner.fit(trial, settled)? else { continue };
        // Such a model would have given no estimate.
        if predictor.basis().events >= MIN_SIMILAR_CASES {
            records.extend(record(&predictor, then, view.form, view.known));
        }
    }
    Ok(records)
}

/// The record of one time; `None` if too few cases were pending.
fn record(
    predictor: &Predictor,
    then: &Earlier<'_>,
    form: &FormDefinition,
    now: HistoryView<'_>,
) -> Option<TrackRecord> {
    let (pending, landmarks) = then.pending(form, now, MAX_ESTIMATED);
    if landmarks.len() < MIN_PENDING {
        return None;
    }
    let estimated: Vec<(Landmark, Quantiles)> = landmarks
        .into_par_iter()
        .map(|landmark| (landmark, landmark.case.quantiles(predictor, Target::Decision)))
        .collect();
    let followed = estimated[0].0.horizon;
    let horizons = HORIZONS.into_iter().filter(|days| *days < followed).chain([followed]);
    Some(TrackRecord {
        as_of: then.known.as_of(),
        followed_days: then.back,
        pending,
        sampled: estimated.len() as u64,
        horizons: horizons.map(|days| horizon(&estimated, days)).collect(),
    })
}

/// What became of the estimates within some days.
fn horizon(estimated: &[(Landmark, Quantiles)], days: f64) -> TrackHorizon {
    let [mut half, mut most] = [Coverage::default(); 2];
    let (mut expected, mut decided, mut crps_days, mut error) = (0.0, 0_u64, 0.0, 0.0);
    for (landmark, quantiles) in estimated {
        let time = landmark.decision.filter(|time| *time <= days);
        let [median, q80] = [0.5, 0.8].map(|level| f64::from(quantiles.at(level)));
        half.add(median, time, days);
        most.add(q80, time, days);
        expected += 1.0 - quantiles.survival(days);
        decided += u64::from(time.is_some());
        let time = time.unwrap_or(days);
        crps_days += crps::of_min(quantiles, time, days);
        if median < days {
            error += point::median_error(quantiles, time, days);
        }
    }
    let count = estimated.len() as f64;
    let judged = |coverage: Coverage| {
        JudgedQuantile::new(estimated.len() as u64, coverage.judged(), coverage.within())
    };
    let q50 = judged(half);
    TrackHorizon {
        days,
        expected: expected / count,
        decided: decided as f64 / count,
        q50,
        q80: judged(most),
        crps_days: crps_days / count,
        mae_median_days: q50.within.map(|_| error / q50.judged as f64),
    }
}
