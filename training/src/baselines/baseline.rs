//! What every baseline can do.

use model::{Features, Quantiles};

/// Something simple that estimates the remaining time to the decision.
pub(crate) trait Baseline {
    /// Its name in the tables.
    fn name(&self) -> &'static str;
    /// Quantiles of the remaining time of each case, in days.
    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles>;
}
