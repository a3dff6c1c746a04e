//! How long a case still takes, as a pure function: bytes in, estimate out.
//!
//! Nothing here reads a clock, a file, the network or a random number. A [`FormModel`] comes from
//! [`artifact::decode`]; a [`CaseView`] is a case as it is seen at an [`AsOf`] time; together they make an
//! [`Estimate`]: the time to the decision and to the next step as quantiles in days.

pub mod artifact;
mod case;
mod cohorts;
mod curve;
mod estimate;
mod features;
mod form;
mod form_model;
mod receipt_number;
mod time;
mod timeline;
mod vocabulary;

pub use case::{Action, Case, Observed, Progress};
pub use cohorts::{Cause, Cohort, CohortError, CohortKey, CohortTable, TimeScale};
pub use curve::{Curve, CurveError, Grid, LEVELS, Quantiles};
pub use estimate::{
    Basis, DecisionTime, Estimate, MODEL_TRAINED_LATER, NOT_RECEIVED, NextStep, PROBLEM, STATUS_WORDS,
    Status, UNSUPPORTED_FORM,
};
pub use features::{CaseView, FeatureSchema, Features, Queue, QueueAttribute};
pub use form::{
    Effect, FormAttribute, FormDefinition, FormError, FormSpec, InterimStatus, Label, MAX_MILESTONES,
    MAX_PAUSES, MAX_QUEUE_ATTRIBUTES, Milestone, MilestoneId, Pause, PauseId, StateId,
};
pub use form_model::{
    FormModel, GoldenCase, GoldenStep, MIN_SIMILAR_CASES, ModelError, TargetRecord, TrackRecord, TrainedOn,
    TrainingRecord,
};
pub use receipt_number::{contains_receipt_number, is_receipt_number, mask_receipt_numbers};
pub use time::{AsOf, DAYS_PER_MONTH, DAYS_PER_YEAR, Day, Days, Moment, Stamp, TimeError};
pub use timeline::{MilestoneState, TimelineStep, timeline};
pub use vocabulary::{
    EventCodeGroup, Language, NearestAction, NearestTitle, StatusTexts, StatusTextsSpec, Title, TitleGroup,
    VocabularyError, VocabularySource,
};
