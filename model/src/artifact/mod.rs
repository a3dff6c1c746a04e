//! The model file: its layout, and how hostile bytes are refused.
//!
//! All numbers are little-endian. A file of n sections is
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 7 | `MYPROGR` |
//! | 7 | 1 | the number of the format: 6 |
//! | 8 | 4 | n, the number of sections, as `u32` |
//! | 12 | 24 n | the section table: for each section its tag (16 bytes, ASCII, filled up with zeros) and its length in bytes (`u64`) |
//! | 12 + 24 n | sum of the lengths | the sections, one after the other in the order of the table |
//! | end − 32 | 32 | SHA-256 of everything before it |
//!
//! No other byte exists: a section begins where the one before it ends, and the last one ends at the hash. Format 6 has
//! these sections, in this order; `reference` and `lines` may be missing:
//!
//! | tag | what |
//! |---|---|
//! | `form` | JSON: the form definition ([`FormSpec`]) |
//! | `features` | JSON: `schema`, the [`FeatureSchema`], and `hash`, the hash of schema and form |
//! | `training` | JSON: the [`TrainingRecord`](crate::TrainingRecord) |
//! | `predictor` | JSON: the kind of predictor. `cohort_curves` has its sets `exits`, `steps` (if statuses were seen) and `decisions`, each with its `time_scale` and its `cohorts`: `state`, `queue` (codes, `null` for any value), `n`, `events`, `decided`, the number of `knots`, and its `causes`, each a `step` or a `status`. `boosted_hazards` has the `unit` and the `knots` of its grid, the `steps` that come next, the `segments` of the bins, the sizes of its trees (`exits`, `shares`, `decisions`), and `cohorts`, the cohort curves beside it |
//! | `curves` | `f32` numbers, set by set and cohort by cohort: the times of the knots, the survival at each, the hazard of the tail; then for each cause the probability at the moment of entry, the share of the tail, and a share for each interval between knots. Behind the curves of boosted hazards, for exits, shares and decisions: the numbers of all cases by bin, the nodes (four words each), the words of the sets, and the leaves |
//! | `golden` | JSON: the list of [`GoldenCase`]s |
//! | `reference` | JSON: the [`ReferenceCase`] with which others are compared |
//! | `lines` | JSON: the [`QueueState`] with the form and its streams, lines and second lines: `queue` (codes, `null` for any value), `flow`, and `waiting`: days since 1970-01-01, each with the number of waiting cases received before it |
//!
//! A JSON section is at most [`MAX_JSON_SECTION`] bytes long. A reader checks the format number, the hash, the section
//! table, and then that every curve is sound and that the sections fit each other. It allocates no more than a small
//! multiple of the file's own length.

mod curves;
mod error;
mod format;
mod hazards;
mod predictor;
mod sections;

use serde::{Deserialize, Serialize};

pub use error::ArtifactError;
pub use format::MAX_JSON_SECTION;

use crate::features::FeatureSchema;
use crate::form::FormSpec;
use crate::form_model::{FormModel, GoldenCase};
use crate::queue_state::QueueState;
use crate::reasons::ReferenceCase;
use curves::Numbers;
use predictor::PredictorShape;
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

/// Writes a model as the bytes of a model file. The same model gives the same bytes.
///
/// # Errors
/// [`ArtifactError`] if a section is too large, or the model could not be read back.
pub fn encode(model: &FormModel) -> Result<Vec<u8>, ArtifactError> {
    let features =
        FeaturesSection { schema: model.schema().clone(), hash: model.schema().hash(model.form()) };
    let shape = PredictorShape::from_predictor(model.form(), model.predictor());
    let mut numbers = Vec::new();
    predictor::write(&mut numbers, model.predictor());
    let mut contents = vec![
        (Section::Form, sections::json(Section::Form, model.form().spec())?),
        (Section::Features, sections::json(Section::Features, &features)?),
        (Section::Training, sections::json(Section::Training, model.training())?),
        (Section::Predictor, sections::json(Section::Predictor, &shape)?),
        (Section::Curves, numbers),
        (Section::Golden, sections::json(Section::Golden, model.golden())?),
    ];
    if let Some(reference) = model.reference() {
        contents.push((Section::Reference, sections::json(Section::Reference, reference.case())?));
    }
    if let Some(state) = model.queue_state() {
        contents.push((Section::Lines, sections::json(Section::Lines, state)?));
    }
    let bytes = sections::write(&contents);
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
    let shape: PredictorShape = sections.json(Section::Predictor)?;
    let golden: Vec<GoldenCase> = sections.json(Section::Golden)?;
    let mut numbers = Numbers::new(sections.get(Section::Curves))?;
    let predictor = shape.read(&form, &mut numbers)?;
    numbers.finish()?;
    let model = FormModel::new(form, features.schema, training, predictor, golden)?;
    let model = if sections.has(Section::Lines) {
        let state: QueueState = sections.json(Section::Lines)?;
        model.with_queue_state(state)?
    } else {
        model
    };
    if !sections.has(Section::Reference) {
        return Ok(model);
    }
    let reference: ReferenceCase = sections.json(Section::Reference)?;
    Ok(model.with_reference(reference)?)
}
