//! How good estimates are: one measure a file, each with its paper.

pub mod brier;
pub mod censoring;
pub mod concordance;
pub mod coverage;
pub mod crps;
pub mod point;
