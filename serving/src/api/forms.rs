//! `GET /v1/forms` and `GET /v1/forms/{form}`: which forms can be estimated, and what their models were trained on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{FormSpec, Label, TrainingRecord, recognized_form};
use serde::Serialize;

use crate::answer::model::{ModelAnswer, training_answer};
use crate::http::problem::{Kind, Problem};
use crate::http::redaction::redacted;
use crate::http::respond::json;
use crate::state::App;

#[derive(Serialize)]
struct Forms<'a> {
    forms: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    form: &'a str,
    title: &'a Label,
    model: ModelAnswer,
}

/// A form definition, the known values of its attributes, and what its model was trained on.
#[derive(Serialize)]
struct Definition<'a> {
    #[serde(flatten)]
    definition: &'a FormSpec,
    known_values: BTreeMap<&'a str, &'a [String]>,
    model_version: &'a str,
    training: TrainingRecord,
}

/// Lists the forms that have a model.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Response {
    let listed = app.models.iter().map(|loaded| {
        let form = loaded.model.form();
        Listed { form: form.name(), title: &form.spec().title, model: ModelAnswer::from_loaded(loaded) }
    });
    json(&Forms { forms: listed.collect() })
}

/// Shows one form.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    form: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    // No form has a name that is not UTF-8.
    let form = form.map(|Path(form)| form).unwrap_or_default();
    let Some(loaded) = recognized_form(&form, app.models.forms()).and_then(|form| app.models.get(form))
    else {
        let forms: Vec<&str> = app.models.forms().collect();
        let detail = format!(
            "The server has not loaded a model for `{}`. GET /v1/forms lists: {}.",
            redacted(&form),
            forms.join(", ")
        );
        return Err(Problem::new(Kind::NotFound, detail));
    };
    let values = loaded.model.schema().queue.iter();
    Ok(json(&Definition {
        definition: loaded.model.form().spec(),
        known_values: values.map(|known| (known.name.as_str(), known.values.as_slice())).collect(),
        model_version: &loaded.version,
        training: training_answer(loaded.model.training()),
    }))
}
