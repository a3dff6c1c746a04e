//! The model file: its layout, and how hostile bytes are refused.
//!
//! All numbers are little-endian. A file of n sections is
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 7 | `MYPROGR` |
//! | 7 | 1 | the number of the format: 2 |
//! | 8 | 4 | n, the number of sections, as `u32` |
//! | 12 | 24 n | the section table: for each section its tag (16 bytes, ASCII, filled up with zeros) and its length in bytes (`u64`) |
//! | 12 + 24 n | sum of the lengths | the sections, one after the other in the order of the table |
//! | end − 32 | 32 | SHA-256 of everything before it |
//!
//! No other byte exists: a section begins where the one before it ends, and the last one ends at the hash. Format 2 has
//! exactly these sections, in this order:
//!
//! | tag | what |
//! |---|---|
//! | `form` | JSON: the form definition ([`FormSpec`]) |
//! | `features` | JSON: `schema`, the [`FeatureSchema`], and `hash`, the hash of schema and form |
//! | `training` | JSON: the [`TrainingRecord`](crate::TrainingRecord) |
//! | `predictor` | JSON: for `decision` and `next_step` the kind of predictor (`cohort_curves`) with its `time_scale`, the number of its `knots`, and its `cohorts`: `state`, `queue`, `n`, `events` and the names of the `causes` |
//! | `curves` | `f32` numbers, for the decision, then for the next step: the knots; then for each cohort its cumulative hazards (one per knot) and its tail, then for each of its causes the incidences (one per knot) and the tail share |
//! | `golden` | JSON: the list of [`GoldenCase`]s |
//!
//! A JSON section is at most [`MAX_JSON_SECTION`] bytes long. A reader checks the format number, the hash, the section
//! table, and then that every curve is sound and that the sections fit each other. It allocates no more than a small
//! multiple of the file's own length.

mod curves;
mod error;
mod format;
mod sections;

use serde::{Deserialize, Serialize};

pub use error::ArtifactError;
pub use format::MAX_JSON_SECTION;

use crate::features::FeatureSchema;
use crate::form::FormSpec;
use crate::form_model::{FormModel, GoldenCase};
use crate::target::Target;
use curves::{Numbers, PredictorShape};
use sections::{Section, Sections};

/// A loaded model with the version that names its bytes.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The model.
    pub model: FormModel,
    /// Form, as-of day of the training and the first 12 digits of the file's SHA-256.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FeaturesSection {
    schema: FeatureSchema,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PredictorSection {
    decision: PredictorShape,
    next_step: PredictorShape,
}

/// Writes a model as the bytes of a model file. The same model gives the same bytes.
///
/// # Errors
/// [`ArtifactError`] if a section is too large, or the model could not be read back.
pub fn encode(model: &FormModel) -> Result<Vec<u8>, ArtifactError> {
    let [decision, next_step] = Target::ALL.map(|target| model.predictor(target));
    let features =
        FeaturesSection { schema: model.schema().clone(), hash: model.schema().hash(model.form()) };
    let shapes = PredictorSection {
        decision: PredictorShape::from_predictor(model.form(), decision),
        next_step: PredictorShape::from_predictor(model.form(), next_step),
    };
    let mut numbers = Vec::new();
    curves::write(&mut numbers, decision);
    curves::write(&mut numbers, next_step);
    let bytes = sections::write(&[
        (Section::Form, sections::json(Section::Form, model.form().spec())?),
        (Section::Features, sections::json(Section::Features, &features)?),
        (Section::Training, sections::json(Section::Training, model.training())?),
        (Section::Predictor, sections::json(Section::Predictor, &shapes)?),
        (Section::Curves, numbers),
        (Section::Golden, sections::json(Section::Golden, model.golden())?),
    ]);
    decode(&bytes)?;
    Ok(bytes)
}

/// Reads a model file and checks it.
///
/// # Errors
/// [`ArtifactError`] for anything but the exact bytes of a sound model.
pub fn decode(bytes: &[u8]) -> Result<Artifact, ArtifactError> {
    let sections = Sections::read(bytes)?;
    let model = assemble(&sections)?;
    let digits: String = sections.hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let version = format!("{}-{}-{digits}", model.form().name(), model.training().as_of.day());
    Ok(Artifact { model, version })
}

fn assemble(sections: &Sections<'_>) -> Result<FormModel, ArtifactError> {
    let form: FormSpec = sections.json(Section::Form)?;
    let form = form.check()?;
    let features: FeaturesSection = sections.json(Section::Features)?;
    let computed = features.schema.hash(&form);
    if features.hash != computed {
        return Err(ArtifactError::FeatureSchema { written: features.hash, computed });
    }
    let training = sections.json(Section::Training)?;
    let shapes: PredictorSection = sections.json(Section::Predictor)?;
    let golden: Vec<GoldenCase> = sections.json(Section::Golden)?;
    let mut numbers = Numbers::new(sections.get(Section::Curves))?;
    let decision = shapes.decision.read(Target::Decision, &form, &mut numbers)?;
    let next_step = shapes.next_step.read(Target::NextStep, &form, &mut numbers)?;
    numbers.finish()?;
    Ok(FormModel::new(form, features.schema, training, decision, next_step, golden)?)
}
