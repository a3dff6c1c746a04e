//! What every baseline can do.

use model::{Features, MilestoneId, Quantiles, Target};

/// The next step that a candidate says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaidStep {
    /// The most likely next milestone.
    pub milestone: MilestoneId,
    /// The probability that it is the next one, whenever it comes.
    pub probability: f64,
}

/// Something simple that estimates the remaining time to an event.
pub(crate) trait Baseline: Sync {
    /// Its name in the tables.
    fn name(&self) -> &'static str;
    /// The time that it estimates.
    fn target(&self) -> Target;
    /// Quantiles of the remaining time of each case, in days.
    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles>;
    /// The next step of each case; `None` if the baseline does not say which step it is.
    fn steps(&self, _cases: &[Features]) -> Option<Vec<SaidStep>> {
        None
    }
}
