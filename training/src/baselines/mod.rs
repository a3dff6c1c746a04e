//! The baselines that every backtest scores beside the model.
//!
//! Every baseline learns from the same visits as the model, known at the origin, and answers with quantiles of the
//! remaining time to the decision or to the next step. A baseline of the next step also says which step it will be. None
//! of them shares code with a learner: a fault of one must not hide the same fault of the other.

mod baseline;
mod elastic_net;
mod kaplan_meier;
mod last_action;
mod next_step;
mod product_limit;
mod queue_delay;
mod random_forest;
mod regression;
mod spells;

use model::{FormDefinition, Target};

pub(crate) use self::baseline::Baseline;
pub use self::baseline::SaidStep;
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
pub(crate) fn all(
    form: &FormDefinition,
    visits: &Visits,
    candidates: CandidateSet,
) -> Vec<Box<dyn Baseline>> {
    let mut baselines = kaplan_meier::all(visits, form.decision());
    baselines.extend(last_action::MedianByLastAction::new(visits, Target::Decision).map(boxed));
    baselines.extend(queue_delay::all(visits));
    if candidates == CandidateSet::All
        && let Some(rows) = regression::Rows::new(form, visits)
    {
        baselines.extend(elastic_net::ElasticNetOnLogTime::new(&rows).map(boxed));
        baselines.extend(random_forest::RandomForestOnLogTime::new(&rows).map(boxed));
    }
    baselines.extend(next_step::FromEntry::new(visits).map(boxed));
    baselines.extend(last_action::MedianByLastAction::new(visits, Target::NextStep).map(boxed));
    baselines
}

fn boxed(baseline: impl Baseline + 'static) -> Box<dyn Baseline> {
    Box::new(baseline)
}
