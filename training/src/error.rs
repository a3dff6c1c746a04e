//! Why a form cannot be trained.

use data::FormFileError;
use model::{AsOf, CohortError, CurveError, ModelError};
use thiserror::Error;

use crate::boosting::fit::FitError;

/// Why a form cannot be trained.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// The form has no definition for that day.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// The history has no cases of the form.
    #[error("the history has no cases of form `{form}`; it has {present}")]
    NoSuchForm {
        /// The form to train.
        form: String,
        /// The forms of the history, separated by commas.
        present: String,
    },
    /// No case was decided.
    #[error("form `{form}`: no case was decided by {as_of}; choose a later --as-of or a longer history")]
    NothingDecided {
        /// The form.
        form: String,
        /// The as-of time of the training.
        as_of: AsOf,
    },
    /// Every decided case was decided when it was received, or when it was first seen.
    #[error(
        "form `{form}`: no decided case was seen waiting by {as_of}, because each was decided when it was received or its \
         decision is the first action that the history shows of it; choose a later --as-of or a longer history"
    )]
    NoWaiting {
        /// The form.
        form: String,
        /// The as-of time of the training.
        as_of: AsOf,
    },
    /// The learned numbers are not a curve: a fault of this program.
    #[error("the learned curves are not sound; report this as a fault of myprogress")]
    Curve(#[from] CurveError),
    /// The learned cohorts are not sound: a fault of this program.
    #[error("the learned cohorts are not sound; report this as a fault of myprogress")]
    Cohorts(#[from] CohortError),
    /// The landmarks cannot be learned from: a fault of this program.
    #[error("boosting failed ({0}); report this as a fault of myprogress")]
    Boosting(#[from] FitError),
    /// The learned parts are not a model: a fault of this program.
    #[error("the learned parts of the model do not fit each other; report this as a fault of myprogress")]
    Model(#[from] ModelError),
}

impl TrainingError {
    /// Whether the form has too little to learn from. Other forms may have models, and this one may have one later.
    #[must_use]
    pub fn is_too_little(&self) -> bool {
        matches!(self, Self::NothingDecided { .. } | Self::NoWaiting { .. })
    }
}
