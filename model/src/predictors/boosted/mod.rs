//! Hazards as sums of trees over all that is known of a case.

mod boosted_hazards;
pub mod forest;
mod forest_parts;
mod hazards;

pub use boosted_hazards::{BoostedHazards, Unit};
pub use forest::Forest;
pub use hazards::{Hazards, MAX_BINS, Shares};
