//! Boosting of vector leaves: hazards over a time grid, and shares of the causes of an event.
//!
//! One tree holds a whole curve of steps in each leaf, so a row is never expanded into one row per time bin. Trees are grown
//! best leaf first on histograms (Ke et al. 2017, "LightGBM"), on a few sums of the gradients (the idea of Iosipoi and
//! Vakhrushev 2022, "SketchBoost"), and leaves take a Newton step per bin that is smoothed across neighbouring bins.

pub mod columns;
pub mod curve;
pub mod fit;
pub mod grid;
mod grow;
mod hazard_loss;
mod histogram;
mod loss;
mod outcome;
mod random;
mod share_loss;
