//! Ways to learn a predictor from a history.
//!
//! A learner implements [`Learner`] and brings a variant of [`model::Predictor`] with a section of the model file. It
//! starts from the visits of a view (`visits.rs`), from rows of a survival table (`risk_rows.rs`), or from landmarks
//! (`landmarks.rs`). `fit.rs` puts a model together from any learner, and `track_record.rs` tries the same learner at
//! an earlier time.

mod best;
pub(crate) mod boosted_hazards;
pub(crate) mod cohort_curves;
mod estimator;

use model::{CandidateRecord, FormDefinition, Predictor, TargetRecord};

pub(crate) use best::BestLearner;
pub use estimator::Estimator;

use crate::error::TrainingError;
use crate::validation::Fold;
use crate::visits::TrainingView;

/// A way to learn a predictor.
pub(crate) trait Learner: Sync {
    /// What validation settles.
    type Settings: Clone;

    /// Settles what is left to validation.
    ///
    /// # Errors
    /// [`TrainingError`] if numbers that are learned on the way are not sound.
    fn select(&self, form: &FormDefinition, folds: &[Fold<'_>]) -> Result<Self::Settings, TrainingError>;

    /// Learns a predictor, or nothing if no case was seen waiting for an event.
    ///
    /// # Errors
    /// [`TrainingError`] if the learned numbers are not sound.
    fn fit(
        &self,
        view: TrainingView<'_>,
        settings: &Self::Settings,
    ) -> Result<Option<Learned>, TrainingError>;
}

/// A predictor, and how it was made for each target.
pub(crate) struct Learned {
    pub(crate) estimator: Estimator,
    pub(crate) predictor: Predictor,
    /// The candidates that were compared, if any were.
    pub(crate) candidates: Vec<CandidateRecord>,
    pub(crate) decision: TargetRecord,
    pub(crate) next_step: TargetRecord,
}
