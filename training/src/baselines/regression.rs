//! Rows for regressions of the log of the remaining time.
//!
//! A regression cannot use a censored time, so only decided cases give rows, each weighted by the inverse probability of
//! not being censored before the decision (Robins and Rotnitzky 1992).

use model::{Features, FormDefinition, LEVELS, Quantiles, StateId};

use crate::landmarks::evenly;
use crate::score::censoring::{Censoring, Observed};
use crate::visits::{Visit, Visits};

/// The most rows, picked evenly.
const MAX_ROWS: usize = 20_000;
/// With fewer rows there is no regression.
const MIN_ROWS: usize = 100;
/// The largest weight of a row. Without a bound, a few rare rows would dominate the fit.
const MAX_WEIGHT: f64 = 20.0;

/// The rows from which a regression learns.
pub(super) struct Rows {
    pub(super) columns: Columns,
    pub(super) inputs: Vec<Vec<f64>>,
    /// ln(1 + remaining days).
    pub(super) targets: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

/// Features as numbers: the times waited, and one column per state and per value of the queue attributes.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    states: Vec<StateId>,
    values: Vec<usize>,
}

impl Columns {
    pub(super) fn row(&self, features: &Features) -> Vec<f64> {
        let (receipt, state) = (features.since_receipt.get(), features.in_state.get());
        let mut row = vec![receipt / 100.0, receipt.ln_1p(), state / 100.0, state.ln_1p()];
        row.extend(self.states.iter().map(|known| f64::from(u8::from(*known == features.state))));
        for (position, &values) in self.values.iter().enumerate() {
            let code = features.queue.code(position).map(usize::from);
            row.extend((0..values).map(|value| f64::from(u8::from(Some(value) == code))));
        }
        row
    }
}

impl Rows {
    pub(super) fn new(form: &FormDefinition, visits: &Visits) -> Option<Self> {
        let at_risk = |visit: &&Visit| {
            !visit.after_decision && visit.decided.unwrap_or(visit.until).day > visit.seen_from.day
        };
        let observed: Vec<Observed> = visits
            .rows
            .iter()
            .filter(at_risk)
            .map(|visit| Observed {
                time: visit.decided.unwrap_or(visit.until).day - visit.seen_from.day,
                event: visit.decided.is_some(),
            })
            .collect();
        let censoring = Censoring::from_observed(&observed);
        let columns = Columns {
            states: form.state_ids().collect(),
            values: visits.schema.queue.iter().map(|attribute| attribute.values.len().min(100)).collect(),
        };
        let decided: Vec<&Visit> =
            visits.rows.iter().filter(at_risk).filter(|visit| visit.decided.is_some()).collect();
        if decided.len() < MIN_ROWS || columns.states.len() > 100 {
            return None;
        }
        let mut rows = Self { columns, inputs: Vec::new(), targets: Vec::new(), weights: Vec::new() };
        for (index, picked) in evenly(decided.len(), MAX_ROWS).enumerate() {
            rows.add(decided[picked], index, &censoring);
        }
        Some(rows)
    }

    /// Adds a row at a time between the entry into the state and its end, at a different share of that time for each row.
    fn add(&mut self, visit: &Visit, index: usize, censoring: &Censoring) {
        let Some(decided) = visit.decided.map(|decided| decided.day) else { return };
        let end = visit.left.map_or(decided, |(left, _)| left.day);
        let part = (index % 10) as f64 / 10.0;
        let at = visit.seen_from.day + part * (end - visit.seen_from.day).max(0.0);
        self.inputs.push(self.columns.row(&visit.features_at(at)));
        self.targets.push((decided - at).max(0.0).ln_1p());
        let uncensored = censoring.uncensored_at(decided - visit.seen_from.day);
        self.weights.push((1.0 / uncensored).min(MAX_WEIGHT));
    }

    /// Weighted quantiles of `truth - prediction`.
    pub(super) fn residuals(&self, predicted: &[f64]) -> [f64; LEVELS.len()] {
        let mut residuals: Vec<(f64, f64)> = self
            .targets
            .iter()
            .zip(predicted)
            .zip(&self.weights)
            .map(|((truth, predicted), weight)| (truth - predicted, *weight))
            .collect();
        residuals.sort_by(|a, b| a.0.total_cmp(&b.0));
        let whole: f64 = residuals.iter().map(|(_, weight)| weight).sum();
        LEVELS.map(|level| {
            let mut sum = 0.0;
            let reached = residuals.iter().find(|(_, weight)| {
                sum += weight;
                sum >= level * whole
            });
            reached.or(residuals.last()).map_or(0.0, |(residual, _)| *residual)
        })
    }
}

/// Quantiles in days around a prediction of ln(1 + days).
pub(super) fn around(predicted: f64, residuals: &[f64; LEVELS.len()]) -> Quantiles {
    Quantiles::from_days(residuals.map(|residual| (predicted + residual).clamp(0.0, 12.0).exp_m1() as f32))
}
