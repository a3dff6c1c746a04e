//! The median of the decision for every mixture of two cases.

use super::boosted_hazards::BoostedHazards;
use super::mixed_rows::MixedRows;
use super::mixed_sums::MixedSums;
use crate::form::{MilestoneId, StateId};
use crate::predictors::cohort_curves::bound_of_median;

impl BoostedHazards {
    /// The median of the decision, in days, for every set of players; a case is in the state `state` there, and only the steps that
    /// `can_come` are considered. `None` where no step can come: the cohort curves answer then.
    ///
    /// Each tree is walked once for all sets.
    pub(crate) fn medians(
        &self,
        rows: &MixedRows,
        state: impl Fn(u8) -> StateId,
        can_come: impl Fn(u8, MilestoneId) -> bool,
    ) -> Vec<Option<f32>> {
        let [exits, shares, decisions] = [&self.exits.forest, &self.shares.forest, &self.decisions.forest]
            .map(|forest| MixedSums::new(forest, rows));
        let median = |set: usize| {
            let bits = set as u8;
            let days = self.unit.days_by(|column| rows.value(column, bits));
            let next = self.next_of(
                &self.exits.with(exits.of(set)),
                self.exit_days(state(bits)).unwrap_or(days),
                &self.shares.with(shares.of(set)),
                |step| can_come(bits, step),
            )?;
            let decided = self.decision_of(&next, &self.decisions.with(decisions.of(set)), days);
            let bound = bound_of_median(self.decision_share(&next), |level| next.none().quantile(level));
            Some(bound.map_or(decided.quantile(0.5), |bound| decided.quantile(0.5).min(bound)))
        };
        (0..rows.sets()).map(median).collect()
    }
}
