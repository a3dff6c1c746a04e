//! The baselines that every backtest scores beside the model.
//!
//! Every baseline learns from the same visits as the model, known at the origin, and answers with quantiles of the
//! remaining time to the decision.

mod baseline;
mod curves;
mod elastic_net;
mod last_action;
mod queue_delay;
mod random_forest;
mod regression;

use model::FormDefinition;

use self::baseline::Baseline;
use crate::error::TrainingError;
use crate::visits::Visits;

/// The candidates of a backtest beside the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateSet {
    /// Baselines that only count past cases.
    Counts,
    /// All baselines, regressions included.
    All,
}

/// The baselines that a form's visits allow.
///
/// # Errors
/// [`TrainingError`] if the numbers of a baseline are not curves.
pub(crate) fn all(
    form: &FormDefinition,
    visits: &Visits,
    candidates: CandidateSet,
) -> Result<Vec<Box<dyn Baseline>>, TrainingError> {
    let mut baselines = curves::all(form, visits)?;
    baselines.extend(last_action::MedianByLastAction::new(visits).map(boxed));
    baselines.extend(queue_delay::all(visits, form.start().into()));
    if candidates == CandidateSet::Counts {
        return Ok(baselines);
    }
    if let Some(rows) = regression::Rows::new(form, visits) {
        baselines.extend(elastic_net::ElasticNetOnLogTime::new(&rows).map(boxed));
        baselines.extend(random_forest::RandomForestOnLogTime::new(&rows).map(boxed));
    }
    Ok(baselines)
}

fn boxed(baseline: impl Baseline + 'static) -> Box<dyn Baseline> {
    Box::new(baseline)
}
