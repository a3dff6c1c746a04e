//! Kaplan-Meier curves (Kaplan and Meier 1958) of all cases and by queue, and the period life table.

use model::{CohortCurves, Features, FormDefinition, Quantiles, Target, TimeScale};

use super::baseline::Baseline;
use crate::error::TrainingError;
use crate::learners::cohort_curves::curves;
use crate::risk_table::{KeyedRow, PlacedRows, keyed_rows};
use crate::visits::Visits;

/// The length of the period of the life table, before the origin.
const PERIOD_DAYS: f64 = 90.0;

/// Curves from receipt, independent of the state.
struct FromReceipt {
    name: &'static str,
    curves: CohortCurves,
    by_queue: bool,
}

pub(super) fn all(form: &FormDefinition, visits: &Visits) -> Result<Vec<Box<dyn Baseline>>, TrainingError> {
    let start = form.start().into();
    // One row per case: the visit that begins with the receipt, followed to the decision.
    let received: Vec<_> = visits.rows.iter().filter(|visit| visit.state == start).copied().collect();
    let rows = keyed_rows(&received, Target::Decision, TimeScale::SinceReceipt, form.decision());
    let period: Vec<KeyedRow> = rows.iter().filter_map(in_period).collect();
    let mut baselines: Vec<Box<dyn Baseline>> = Vec::new();
    for (name, rows, by_queue) in [
        ("kaplan_meier", &rows, false),
        ("kaplan_meier_by_queue", &rows, true),
        ("life_table_90_days", &period, true),
    ] {
        if let Some(placed) = PlacedRows::new(rows) {
            let curves = curves::fit(&placed, TimeScale::SinceReceipt, None)?;
            baselines.push(Box::new(FromReceipt { name, curves, by_queue }));
        }
    }
    Ok(baselines)
}

/// The part of a row that lies in the period.
fn in_period(row: &KeyedRow) -> Option<KeyedRow> {
    let mut row = *row;
    row.risk.entry = row.risk.entry.max(-PERIOD_DAYS - row.risk.origin);
    (row.risk.exit > row.risk.entry).then_some(row)
}

impl Baseline for FromReceipt {
    fn name(&self) -> &'static str {
        self.name
    }

    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles> {
        let cohorts = self.curves.cohorts();
        // The rows are of one state; every case is estimated as if it were in that state.
        let state = cohorts.get(1).and_then(|cohort| cohort.key.state).filter(|_| self.by_queue);
        let answer = |features: &Features| match state {
            Some(state) => self.curves.quantiles(&Features { state, ..*features }),
            None => self.curves.curve(&cohorts[0]).quantiles_after(features.since_receipt),
        };
        cases.iter().map(answer).collect()
    }
}
