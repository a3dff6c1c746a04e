//! How long a case still takes, as a pure function: bytes in, estimate out.
//!
//! Nothing here reads a clock, a file, the network or a random number. A [`FormModel`] comes from
//! [`artifact::decode`]; a [`CaseView`] is a case as it is seen at an [`AsOf`] time; together they make an
//! [`Estimate`]: the times to the decision and to the next step as [`Quantiles`] in days.
//!
//! ```
//! use model::{AsOf, Curve, Stamp, artifact};
//!
//! // Bytes that are not a model are refused with a reason.
//! let error = artifact::decode(b"PAR1").unwrap_err();
//! assert_eq!(error.to_string(), "4 bytes are too few for a model file; copy it again or retrain");
//!
//! // An as-of time sees everything that is dated on its day, and nothing later.
//! let as_of = AsOf::parse("2022-06-30")?;
//! assert!(as_of.sees(Stamp::parse("2022-06-30")?.moment()));
//! assert!(!as_of.sees(Stamp::parse("2022-07-01")?.moment()));
//!
//! // A curve is the probability that an event comes later.
//! let curve = Curve::new(vec![0.0, 30.0, 90.0], vec![1.0, 0.75, 0.25], 0.02)?;
//! assert!((curve.survival(60.0) - 0.5).abs() < 1e-6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod appointments;
pub mod artifact;
mod case;
mod covariate_row;
mod covariates;
mod curve;
mod day_order;
mod estimate;
mod features;
mod form;
mod form_model;
mod predictors;
mod quantiles;
mod queue_state;
mod reasons;
mod receipt_number;
mod requests;
mod standing;
mod target;
mod time;
mod timeline;
mod training_record;
mod vocabulary;

pub use appointments::{Appointment, AppointmentState, appointments};
pub use case::{Action, Case, Consequence, Observed, Progress, Situation};
pub use covariates::{
    Covariate, CovariateSchema, Covariates, MAX_COVARIATES, MAX_TRACKED_ACTIONS, RECENT_ACTIONS, Trail,
    TrailAction,
};
pub use curve::{Curve, CurveError};
pub use day_order::order_within_day;
pub use estimate::{
    Basis, Estimate, MIN_SIMILAR_CASES, MODEL_TRAINED_LATER, NOT_RECEIVED, NextStep, PROBLEM, RemainingTime,
    STATUS_WORDS, Status, UNSUPPORTED_FORM,
};
pub use features::{CaseView, FeatureSchema, Features, Queue, QueueAttribute, SeenAction};
pub use form::{
    ActionRule, AppointmentId, AppointmentRole, AppointmentSpec, AttributeKind, Awaits, Effect,
    FormAttribute, FormDefinition, FormError, FormSpec, InterimStatus, Label, LineRole, LineSpec,
    MAX_APPOINTMENTS, MAX_MILESTONES, MAX_PAUSES, MAX_QUEUE_ATTRIBUTES, MAX_REQUESTS, MAX_TASKS, Milestone,
    MilestoneId, OutcomeId, OutcomeSpec, Pause, PauseId, PauseKind, RequestId, RequestRole, RequestSpec,
    StateId, TaskId, TaskRole, TaskSpec, recognized_form,
};
pub use form_model::{FormModel, GoldenCase, GoldenStep, ModelError};
pub use predictors::{
    BOOSTED_HAZARDS, BoostedHazards, COHORT_CURVES, Cause, Cohort, CohortCurves, CohortError, CohortKey,
    CohortSet, Event, Forest, Hazards, MAX_BINS, MIXTURE, PredictedStep, Prediction, PredictionMemo,
    Predictor, Shares, TimeScale, Unit, forest,
};
pub use quantiles::{LEVELS, Quantiles};
pub use queue_state::{
    Flow, InLine, LineAttributes, LineFigures, LineLevel, LineParts, MAX_LINES, NotInLine, PaceChange, Place,
    QueueState, QueueStateError, QueueStateParts, ReadyParts, ReadyPlace, WaitingByReceipt,
};
pub use reasons::{
    Change, ChangeFactor, Changes, MAX_PLAYERS, Reason, ReasonGroup, Reasons, Reference, ReferenceCase,
    shapley,
};
pub use receipt_number::{contains_receipt_number, mask_receipt_numbers, receipt_number};
pub use requests::{ApplicantTask, EvidenceRequest, RequestState, requests, tasks};
pub use standing::Standing;
pub use target::{Target, UnknownTarget};
pub use time::{AsOf, DAYS_PER_MONTH, DAYS_PER_YEAR, Day, Days, Moment, Stamp, TimeError};
pub use timeline::{MilestoneState, TimelineStep, timeline};
pub use training_record::{
    CandidateRecord, JudgedQuantile, TargetRecord, TrackHorizon, TrackRecord, TrainedOn, TrainingRecord,
};
pub use vocabulary::{
    EventCodeGroup, Language, NearestAction, NearestTitle, StatusTexts, StatusTextsSpec, Title, TitleGroup,
    VocabularyError, VocabularySource,
};
