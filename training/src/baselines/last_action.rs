//! The quantiles of the remaining time by last action, from decided cases alone. On event logs this baseline beats several
//! published neural networks.

use std::collections::BTreeMap;

use model::{Features, LEVELS, Quantiles, StateId};

use super::baseline::Baseline;
use crate::visits::Visits;

pub(super) struct MedianByLastAction {
    by_state: BTreeMap<StateId, Quantiles>,
    overall: Quantiles,
}

impl MedianByLastAction {
    pub(super) fn new(visits: &Visits) -> Option<Self> {
        let mut by_state: BTreeMap<StateId, Vec<f64>> = BTreeMap::new();
        let mut overall = Vec::new();
        for visit in visits.rows.iter().filter(|visit| !visit.after_decision) {
            if let Some(decided) = visit.decided.filter(|&decided| decided > visit.entered) {
                by_state.entry(visit.state).or_default().push(decided - visit.entered);
                overall.push(decided - visit.entered);
            }
        }
        let by_state = by_state.into_iter().map(|(state, times)| (state, empirical(times))).collect();
        (!overall.is_empty()).then(|| Self { by_state, overall: empirical(overall) })
    }
}

/// The quantiles of a sample.
fn empirical(mut times: Vec<f64>) -> Quantiles {
    times.sort_by(f64::total_cmp);
    let last = times.len() - 1;
    Quantiles::from_days(LEVELS.map(|level| times[((level * times.len() as f64) as usize).min(last)] as f32))
}

impl Baseline for MedianByLastAction {
    fn name(&self) -> &'static str {
        "median_by_last_action"
    }

    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles> {
        cases.iter().map(|features| *self.by_state.get(&features.state).unwrap_or(&self.overall)).collect()
    }
}
