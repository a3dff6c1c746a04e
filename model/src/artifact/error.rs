//! Why bytes are not a model file.

use thiserror::Error;

use super::format::{FORMAT, MAX_JSON_SECTION};
use crate::form::FormError;
use crate::form_model::ModelError;
use crate::predictors::CohortError;
use crate::predictors::forest::ForestError;

/// Why bytes are not a model file that this program reads.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The file is too short.
    #[error("{0} bytes are too few for a model file; copy it again or retrain")]
    TooShort(usize),
    /// Another kind of file.
    #[error("not a model file: it does not begin with MYPROGR; point to a folder that `train` wrote")]
    NotAModel,
    /// Another format.
    #[error(
        "the model file has format {found}, but this program reads format {FORMAT}; retrain with this program"
    )]
    Format {
        /// The number of the file's format.
        found: u8,
    },
    /// The file is damaged.
    #[error("the model file is damaged: its SHA-256 does not match its bytes; copy it again or retrain")]
    Hash,
    /// Trees that are not sound.
    #[error("a tree of the model file is not sound: {0}; retrain")]
    Forest(#[source] ForestError),
    /// A section that this program does not know.
    #[error(
        "the model file has a section `{tag}` that this program does not know, so the program is older than the file; \
         use the program that wrote the file, or retrain with this one"
    )]
    UnknownSection {
        /// The tag of the section, with bytes that are not printable escaped.
        tag: String,
    },
    /// A section that the section table lists more than once.
    #[error("the model file has a duplicate section `{tag}`; retrain")]
    DuplicateSection {
        /// The tag of the section.
        tag: &'static str,
    },
    /// A section that the section table lacks.
    #[error("the model file has no section `{tag}`; retrain")]
    MissingSection {
        /// The tag of the section.
        tag: &'static str,
    },
    /// A section in the wrong place of the section table.
    #[error("the section `{tag}` of the model file is out of order; retrain")]
    SectionOrder {
        /// The tag of the section.
        tag: &'static str,
    },
    /// Lengths that do not add up to the length of the file.
    #[error(
        "the lengths in the section table of the model file do not add up to the length of the file; retrain"
    )]
    SectionTable,
    /// A JSON section that is too long.
    #[error(
        "the section `{tag}` of the model file has {length} bytes, at most {MAX_JSON_SECTION} are read; train on fewer \
         attribute values"
    )]
    SectionTooLong {
        /// The tag of the section.
        tag: &'static str,
        /// Its length in bytes.
        length: usize,
    },
    /// A section that is not the JSON that it should be.
    #[error("the section `{tag}` of the model file cannot be read; retrain")]
    Json {
        /// The tag of the section.
        tag: &'static str,
        /// What is wrong with the JSON.
        #[source]
        cause: serde_json::Error,
    },
    /// The form definition is not sound.
    #[error("the form definition in the model file is not sound; correct the form definition and retrain")]
    Form(#[from] FormError),
    /// More or fewer numbers than the predictor needs.
    #[error("the section `curves` of the model file is not as long as the predictor needs; retrain")]
    CurvesLength,
    /// The cohorts of the predictor are not sound.
    #[error("the cohorts of the predictor in the model file are not sound; retrain")]
    Cohorts(#[source] CohortError),
    /// The sections do not fit each other.
    #[error("the sections of the model file do not fit each other; retrain")]
    Model(#[from] ModelError),
    /// Training saw cases in another way than this program does.
    #[error(
        "the model was trained on features with hash `{written}`, but its own schema has hash `{computed}`; retrain"
    )]
    FeatureSchema {
        /// The hash in the file.
        written: String,
        /// The hash of the schema and form in the file.
        computed: String,
    },
}
