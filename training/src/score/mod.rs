//! How accurate estimates are: one measure per file, each with its unit and its paper.

pub mod brier;
pub mod censoring;
pub mod concordance;
pub mod coverage;
pub mod crps;
pub mod distribution;
pub mod label;
pub mod pit;
pub mod point;
pub mod reliability;
pub mod standard_error;
