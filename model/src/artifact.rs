//! The file of a model: its layout, and how hostile bytes are kept out.
//!
//! All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `MYPROGR` and the format's number, now 1 |
//! | 4 | length of the header, at most [`MAX_HEADER`] |
//! | that many | the header: JSON with the form definition, the feature schema and its hash, the training record, the golden cases, and the shape of both tables |
//! | 4 each | the tables' numbers as `f32`: for the decision, then for the next step, the knots; then for each cohort its cumulative hazards, its tail, and for each cause its incidences and its tail share |
//! | 32 | SHA-256 of everything before it |
//!
//! The file has no other bytes. A reader checks the hash, then every length, then that every curve is a curve and
//! every cohort belongs to a state and queue of the form.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::cohorts::{Cause, Cohort, CohortError, CohortKey, CohortTable, TimeScale};
use crate::curve::{CurveError, Grid};
use crate::features::{FeatureSchema, Queue};
use crate::form::{FormDefinition, FormError, FormSpec, MAX_QUEUE_ATTRIBUTES};
use crate::form_model::{FormModel, GoldenCase, ModelError, TrainingRecord};

const MAGIC: &[u8; 7] = b"MYPROGR";
const FORMAT: u8 = 1;
const HASH: usize = 32;
const FIXED: usize = 12;
/// A header longer than this is refused.
pub const MAX_HEADER: usize = 1 << 26;

/// Why bytes are not a model.
#[derive(Debug, Error)]
pub enum ArtifactError {
    /// Too short to be one.
    #[error("{0} bytes are too few for a model file; copy it again or train anew")]
    TooShort(usize),
    /// Some other kind of file.
    #[error("this is no model file: it does not begin with MYPROGR; point to a folder that `train` wrote")]
    NotAModel,
    /// Written by a program with another format.
    #[error("the model file has format {found}, this program reads {FORMAT}; train anew with this program")]
    Format {
        /// The format's number.
        found: u8,
    },
    /// Damaged.
    #[error("the model file is damaged: its SHA-256 does not match its bytes; copy it again or train anew")]
    Hash,
    /// A length that does not fit.
    #[error("the model file's {what} does not fit its length; train anew")]
    Length {
        /// Which part.
        what: &'static str,
    },
    /// The header is not the JSON that it should be.
    #[error("the model file's header cannot be read: {0}; train anew")]
    Header(#[from] serde_json::Error),
    /// The form definition inside is wrong.
    #[error("the form definition in the model file is wrong: {0}")]
    Form(#[from] FormError),
    /// A grid inside is wrong.
    #[error("a grid in the model file is wrong: {0}")]
    Grid(#[from] CurveError),
    /// A table inside is wrong.
    #[error("the {target} table in the model file is wrong: {error}")]
    Table {
        /// `decision` or `next step`.
        target: &'static str,
        /// What is wrong.
        error: CohortError,
    },
    /// The parts do not fit each other.
    #[error("the parts of the model file do not fit each other: {0}")]
    Model(#[from] ModelError),
    /// Training saw cases otherwise than this program would.
    #[error(
        "the model was trained on features with hash {written}, the file's own schema has {computed}; train anew"
    )]
    FeatureSchema {
        /// Hash in the header.
        written: String,
        /// Hash of the schema and form in the header.
        computed: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    form: FormSpec,
    features: FeatureSchema,
    feature_schema_hash: String,
    training: TrainingRecord,
    decision: TableShape,
    next_step: TableShape,
    golden: Vec<GoldenCase>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableShape {
    clock: TimeScale,
    knots: usize,
    cohorts: Vec<CohortShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CohortShape {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queue: Vec<u16>,
    followed: u32,
    happened: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
}

/// A loaded model with the version that names its bytes.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The model.
    pub model: FormModel,
    /// Form, as-of day of the training and the first 12 digits of the file's SHA-256.
    pub version: String,
}

/// Writes a model.
///
/// # Errors
/// [`ArtifactError`] if it is too large for the format, or could not be read back.
pub fn encode(model: &FormModel) -> Result<Vec<u8>, ArtifactError> {
    let header = serde_json::to_vec(&Header {
        form: model.form().spec().clone(),
        features: model.schema().clone(),
        feature_schema_hash: model.schema().hash(model.form()),
        training: model.training().clone(),
        decision: shape(model.form(), model.decision()),
        next_step: shape(model.form(), model.next_step()),
        golden: model.golden().to_vec(),
    })?;
    let length = u32::try_from(header.len()).ok().filter(|_| header.len() <= MAX_HEADER);
    let length = length.ok_or(ArtifactError::Length { what: "header" })?;
    let mut bytes = Vec::new();
    bytes.extend_from_slice(MAGIC);
    bytes.push(FORMAT);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&header);
    for table in [model.decision(), model.next_step()] {
        put(&mut bytes, table.grid().knots());
        for cohort in table.cohorts() {
            put(&mut bytes, &cohort.hazard);
            put(&mut bytes, &[cohort.tail]);
            for cause in &cohort.causes {
                put(&mut bytes, &cause.incidence);
                put(&mut bytes, &[cause.tail_share]);
            }
        }
    }
    let hash = Sha256::digest(&bytes);
    bytes.extend_from_slice(&hash);
    decode(&bytes)?;
    Ok(bytes)
}

/// Reads a model and checks it.
///
/// # Errors
/// [`ArtifactError`] for anything but the exact bytes of a sound model.
pub fn decode(bytes: &[u8]) -> Result<Artifact, ArtifactError> {
    if bytes.len() < FIXED + HASH {
        return Err(ArtifactError::TooShort(bytes.len()));
    }
    if !bytes.starts_with(MAGIC) {
        return Err(ArtifactError::NotAModel);
    }
    if bytes[7] != FORMAT {
        return Err(ArtifactError::Format { found: bytes[7] });
    }
    let (content, hash) = bytes.split_at(bytes.len() - HASH);
    let digest = Sha256::digest(content);
    if digest.as_slice() != hash {
        return Err(ArtifactError::Hash);
    }
    let length = u32::from_le_bytes([content[8], content[9], content[10], content[11]]) as usize;
    let body = &content[FIXED..];
    if length > MAX_HEADER || length > body.len() {
        return Err(ArtifactError::Length { what: "header" });
    }
    let (header, numbers) = body.split_at(length);
    let header: Header = serde_json::from_slice(header)?;
    let model = assemble(header, numbers)?;
    let digits: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let version = format!("{}-{}-{digits}", model.form().name(), model.training().as_of.day());
    Ok(Artifact { model, version })
}

fn assemble(header: Header, numbers: &[u8]) -> Result<FormModel, ArtifactError> {
    let form = header.form.check()?;
    let computed = header.features.hash(&form);
    if header.feature_schema_hash != computed {
        return Err(ArtifactError::FeatureSchema { written: header.feature_schema_hash, computed });
    }
    if !numbers.len().is_multiple_of(4) {
        return Err(ArtifactError::Length { what: "table" });
    }
    let mut numbers = Numbers(numbers);
    let decision = table("decision", &form, header.decision, &mut numbers)?;
    let next_step = table("next step", &form, header.next_step, &mut numbers)?;
    if !numbers.0.is_empty() {
        return Err(ArtifactError::Length { what: "end" });
    }
    Ok(FormModel::new(form, header.features, header.training, decision, next_step, header.golden)?)
}

fn shape(form: &FormDefinition, table: &CohortTable) -> TableShape {
    let cohorts = table.cohorts().iter().map(|cohort| CohortShape {
        state: cohort.key.state.map(|state| form.state(state).0.to_owned()),
        queue: cohort.key.queue.codes().to_vec(),
        followed: cohort.followed,
        happened: cohort.happened,
        causes: cohort.causes.iter().map(|cause| form.milestone(cause.milestone).id.clone()).collect(),
    });
    TableShape { clock: table.clock(), knots: table.grid().knots().len(), cohorts: cohorts.collect() }
}

fn table(
    target: &'static str,
    form: &FormDefinition,
    shape: TableShape,
    numbers: &mut Numbers<'_>,
) -> Result<CohortTable, ArtifactError> {
    let knots = shape.knots;
    let grid = Grid::new(numbers.take(knots)?)?;
    let unknown = || ArtifactError::Model(ModelError::UnknownCohort { target });
    let mut cohorts = Vec::new();
    for shape in shape.cohorts {
        let state = match shape.state {
            None => None,
            Some(name) => Some(form.state_ids().find(|&id| form.state(id).0 == name).ok_or_else(unknown)?),
        };
        if shape.queue.len() > MAX_QUEUE_ATTRIBUTES {
            return Err(unknown());
        }
        let mut queue = Queue::default();
        shape.queue.iter().for_each(|&code| queue.push(code));
        let hazard = numbers.take(knots)?;
        let tail = numbers.one()?;
        let mut causes = Vec::new();
        for name in shape.causes {
            let milestone = form.milestone_named(&name).ok_or_else(unknown)?;
            causes.push(Cause { milestone, incidence: numbers.take(knots)?, tail_share: numbers.one()? });
        }
        let key = CohortKey { state, queue };
        cohorts.push(Cohort {
            key,
            followed: shape.followed,
            happened: shape.happened,
            hazard,
            tail,
            causes,
        });
    }
    CohortTable::new(shape.clock, grid, cohorts).map_err(|error| ArtifactError::Table { target, error })
}

fn put(bytes: &mut Vec<u8>, numbers: &[f32]) {
    for number in numbers {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
}

/// What is left of the numbers.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn take(&mut self, count: usize) -> Result<Vec<f32>, ArtifactError> {
        let wrong = ArtifactError::Length { what: "table" };
        let Some((head, rest)) = count.checked_mul(4).and_then(|length| self.0.split_at_checked(length))
        else {
            return Err(wrong);
        };
        self.0 = rest;
        Ok(head
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect())
    }

    fn one(&mut self) -> Result<f32, ArtifactError> {
        self.take(1).map(|numbers| numbers[0])
    }
}
