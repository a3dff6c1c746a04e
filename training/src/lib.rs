//! From what was known at a time to a model, and how accurate such models have been.
//!
//! [`fit`] trains the model of one form; [`backtest`] trains at past origins and scores the model beside simpler
//! baselines, and [`over_origins`] joins the origins; [`score`] holds the measures.
//!
//! ```
//! use training::score::crps;
//!
//! // The pinball loss of the 80 per cent quantile: four times as high for a case that takes longer than it.
//! assert_eq!(crps::pinball(0.8, 10.0, 15.0), 4.0);
//! assert!((crps::pinball(0.8, 15.0, 10.0) - 1.0).abs() < 1e-12);
//! ```

mod backtest;
mod baselines;
pub mod boosting;
mod covariate_schema;
mod error;
mod fit;
mod landmarks;
mod learners;
mod pending_case;
mod random;
mod reference;
mod risk_rows;
pub mod score;
mod track_record;
mod validation;
mod visits;

pub use backtest::{
    Calibration, CalibrationRow, Judged, JudgedCases, OverOrigins, QueueScore, Scores, SliceScores,
    StepScores, backtest, over_origins,
};
pub use baselines::CandidateSet;
pub use error::TrainingError;
pub use fit::{fit, fit_fixed};
pub use learners::Estimator;
pub use learners::cohort_curves::{Fixed, HalfLife};
pub use pending_case::PendingCase;
