//! A pending case as a model sees it, and what the model answers.

use model::{Features, FormModel, Moment, Progress, Quantiles, Queue, Target};

/// What a model sees of a pending case.
#[derive(Debug, Clone, Copy)]
pub struct PendingCase {
    /// What the predictors see.
    pub features: Features,
    /// Days until the next appointment whose day is known, if there is one ahead.
    pub appointment: Option<f64>,
}

impl PendingCase {
    /// A case that stands at `progress` in `queue` at the moment `as_of`.
    #[must_use]
    pub fn at(model: &FormModel, progress: &Progress, queue: Queue, as_of: Moment) -> Self {
        let appointment = progress.appointment_ahead(model.form(), as_of);
        let days = appointment.map(|(_, day)| day.moment().since(as_of).get());
        Self { features: Features::at(progress, queue, as_of), appointment: days }
    }

    /// Quantiles of a target as an estimate states them: an appointment ahead is the next step, and no decision comes
    /// before it.
    #[must_use]
    pub fn quantiles(&self, model: &FormModel, target: Target) -> Quantiles {
        match (target, self.appointment) {
            (Target::NextStep, Some(days)) => Quantiles::known(days as f32),
            (_, days) => model.quantiles(target, &self.features).not_before_appointment(days),
        }
    }
}
