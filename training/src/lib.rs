//! From what was known at a time to a model, and how good such models have been.

mod backtest;
mod candidates;
mod choose;
mod cohort_curves;
mod fit;
mod landmarks;
mod risk_table;
pub mod score;
mod track_record;
mod visits;

pub use backtest::{Scores, backtest};
pub use candidates::Which;
pub use fit::{ESTIMATOR, TrainingError, fit};
