//! A pending case as a model sees it, and what the model answers.

use model::{Features, FormDefinition, Moment, Predictor, Progress, Quantiles, Target};

/// What a model sees of a pending case.
#[derive(Debug, Clone, Copy)]
pub struct PendingCase {
    /// What the predictor sees, at the time up to which the record was observed.
    pub features: Features,
    /// Days from that time to the moment of the estimate.
    pub gap: f64,
    /// Days until the next appointment whose day is known, if there is one ahead.
    pub appointment: Option<f64>,
}

impl PendingCase {
    /// A case that stands at `progress` and looks like `features` by a record that was observed until `seen`, at the moment
    /// `as_of`.
    #[must_use]
    pub fn at(
        form: &FormDefinition,
        progress: &Progress,
        features: Features,
        seen: Moment,
        as_of: Moment,
    ) -> Self {
        let appointment = progress.appointment_ahead(form, as_of);
        Self {
            features,
            gap: as_of.since(seen).at_least_zero().get(),
            appointment: appointment.map(|(_, day)| day.moment().since(as_of).get()),
        }
    }

    /// Quantiles of the time to the next step by the exits alone: an estimate also keeps them below the decision's, which takes
    /// longer to compute and changes little.
    pub(crate) fn step_by_exits(&self, predictor: &Predictor) -> Quantiles {
        if let Some(days) = self.appointment {
            return Quantiles::known(days as f32);
        }
        let predicted = predictor.predict(&self.features, false, |_| true);
        let time = predicted.map(|predicted| predicted.next_step.remaining.time);
        time.unwrap_or(Quantiles::known(f32::INFINITY)).sooner_by(self.gap as f32)
    }

    /// Quantiles of a target as an estimate states them: an appointment ahead is the next step, and no decision comes
    /// before it. A case without an estimate is scored as if its event were never expected.
    #[must_use]
    pub fn quantiles(&self, predictor: &Predictor, target: Target) -> Quantiles {
        let [decision, step] = self.both(predictor);
        match target {
            Target::Decision => decision,
            Target::NextStep => step,
        }
    }

    /// Quantiles of the time to the decision and to the next step, like [`Self::quantiles`].
    pub(crate) fn both(&self, predictor: &Predictor) -> [Quantiles; 2] {
        let predicted = predictor.predict(&self.features, true, |_| true);
        let decision = predicted.and_then(|predicted| predicted.decision).map(|decision| decision.time);
        let step = predicted.map(|predicted| predicted.next_step.remaining.time);
        let seen_now = |time: Option<Quantiles>| {
            time.unwrap_or(Quantiles::known(f32::INFINITY)).sooner_by(self.gap as f32)
        };
        let step = self.appointment.map_or_else(|| seen_now(step), |days| Quantiles::known(days as f32));
        [seen_now(decision).not_before_appointment(self.appointment), step]
    }
}
