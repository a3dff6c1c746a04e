//! Kaplan-Meier overall and by queue, and the period life table.

use model::{CohortTable, Features, FormDefinition, Quantiles, TimeScale};

use super::Candidate;
use crate::TrainingError;
use crate::cohort_curves;
use crate::risk_table::{PlacedRows, RowOf, rows_of};
use crate::visits::{Target, Visits};

/// The period life table counts what happened in so many days before the origin.
const PERIOD_DAYS: f64 = 90.0;

/// A table of curves from receipt, whatever the state.
struct FromReceipt {
    name: &'static str,
    table: CohortTable,
    by_queue: bool,
}

pub(super) fn all(form: &FormDefinition, visits: &Visits) -> Result<Vec<Box<dyn Candidate>>, TrainingError> {
    let start = form.start().into();
    // One row a case: the visit that begins with the receipt, followed to the decision.
    let received: Vec<_> = visits.rows.iter().filter(|visit| visit.state == start).copied().collect();
    let rows = rows_of(&received, Target::Decision, TimeScale::SinceReceipt, form.decision());
    let period: Vec<RowOf> = rows.iter().filter_map(in_period).collect();
    let mut candidates: Vec<Box<dyn Candidate>> = Vec::new();
    for (name, rows, by_queue) in [
        ("kaplan_meier", &rows, false),
        ("kaplan_meier_by_queue", &rows, true),
        ("life_table_90_days", &period, true),
    ] {
        if let Some(placed) = PlacedRows::new(rows) {
            let table = cohort_curves::table(&placed, TimeScale::SinceReceipt, None)?;
            candidates.push(Box::new(FromReceipt { name, table, by_queue }));
        }
    }
    Ok(candidates)
}

/// The part of a row that lies in the period.
fn in_period(row: &RowOf) -> Option<RowOf> {
    let mut row = *row;
    row.risk.entry = row.risk.entry.max(-PERIOD_DAYS - row.risk.origin);
    (row.risk.exit > row.risk.entry).then_some(row)
}

impl Candidate for FromReceipt {
    fn name(&self) -> &'static str {
        self.name
    }

    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles> {
        let cohorts = self.table.cohorts();
        // The rows are of one state; every case is answered as if it were in it.
        let state = cohorts.get(1).and_then(|cohort| cohort.key.state).filter(|_| self.by_queue);
        let answer = |features: &Features| match state {
            Some(state) => self.table.quantiles(&Features { state, ..*features }),
            None => self.table.curve(&cohorts[0]).quantiles_after(features.since_receipt),
        };
        cases.iter().map(answer).collect()
    }
}
