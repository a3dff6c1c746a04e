//! Hazards as sums of trees over all that is known of a case.

mod boosted_hazards;
mod falling;
pub mod forest;
mod forest_parts;
mod hazards;
mod mixed_median;
mod mixed_rows;
mod mixed_sums;
mod next_step_curve;

pub use boosted_hazards::{BoostedHazards, Unit};
pub use forest::Forest;
pub use hazards::{Hazards, MAX_BINS, Shares};
pub(crate) use mixed_rows::{MixedColumn, MixedRows};
