//! What stands side by side in every backtest.
//!
//! Every candidate learns from the same visits, known at the origin, and answers with quantiles of the remaining
//! time to the decision.

mod curves;
mod elastic_net;
mod last_action;
mod queue_delay;
mod random_forest;
mod regression;

use model::{Features, FormDefinition, FormModel, Quantiles};

use crate::TrainingError;
use crate::visits::Visits;

/// Something that estimates the remaining time to the decision.
pub trait Candidate {
    /// Its name in the tables.
    fn name(&self) -> &'static str;
    /// Quantiles of the time that is left, for each of many cases.
    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles>;
}

/// Which candidates take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that only count what happened.
    Curves,
    /// The regressions too.
    All,
}

/// The candidates that a form's visits allow, the model itself first.
///
/// # Errors
/// If a candidate's numbers do not make curves.
pub(crate) fn side_by_side<'a>(
    model: &'a FormModel,
    form: &FormDefinition,
    visits: &Visits,
    which: Which,
) -> Result<Vec<Box<dyn Candidate + 'a>>, TrainingError> {
    let mut candidates: Vec<Box<dyn Candidate + 'a>> = vec![Box::new(Cohorts(model))];
    candidates.extend(curves::all(form, visits)?);
    candidates.extend(last_action::MedianByLastAction::new(visits).map(boxed));
    candidates.extend(queue_delay::all(visits, form.start().into()));
    if which == Which::Curves {
        return Ok(candidates);
    }
    if let Some(rows) = regression::Rows::new(form, visits) {
        candidates.extend(elastic_net::ElasticNetOnLogTime::new(&rows).map(boxed));
        candidates.extend(random_forest::RandomForestOnLogTime::new(&rows).map(boxed));
    }
    Ok(candidates)
}

fn boxed<'a>(candidate: impl Candidate + 'a) -> Box<dyn Candidate + 'a> {
    Box::new(candidate)
}

/// The model that `train` makes.
struct Cohorts<'a>(&'a FormModel);

impl Candidate for Cohorts<'_> {
    fn name(&self) -> &'static str {
        "cohort_curves"
    }

    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles> {
        cases.iter().map(|features| self.0.decision().quantiles(features)).collect()
    }
}
