//! `POST /v1/estimates`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use model::PROBLEM;
use serde::Serialize;

use super::body::read_body;
use super::languages::{answered, asked};
use super::refusal;
use super::request::{self, SubmittedCases};
use crate::answer::estimate::{self, EstimateAnswer};
use crate::answer::model::ModelAnswer;
use crate::case::checks::{Naming, check_as_of, check_case, check_key, known_form, unknown_form};
use crate::case::submitted::SubmittedCase;
use crate::http::problem::{Kind, Problem};
use crate::http::redaction::redacted;
use crate::state::App;
use crate::wording::translations::Languages;

/// A longer body is parsed on a thread of its own, so that it does not delay other requests.
const MAX_QUICK_BODY: usize = 16 * 1024;

/// Answers for one case or a batch.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_content_type(&headers)?;
    check_content_encoding(&headers)?;
    let languages = asked(query.as_deref().unwrap_or_default(), &headers);
    let body = read_body(&headers, body).await?;
    if body.len() <= MAX_QUICK_BODY {
        return answer_body(&app, &body, languages);
    }
    let internal = || Problem::new(Kind::Internal, "The server is stopping. Send the request again.");
    let permit = Arc::clone(&app.long_bodies).acquire_owned().await.map_err(|_| internal())?;
    let work = move || {
        // This work goes on after a timeout, so it holds its permit until it ends.
        let _permit = permit;
        answer_body(&app, &body, languages)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(internal()),
        },
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    if json {
        return Ok(());
    }
    let detail = "The body must be declared as JSON. Send the header `content-type: application/json`.";
    Err(Problem::new(Kind::ContentType, detail))
}

/// Refuses a compressed body, which would otherwise be reported as broken JSON.
fn check_content_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get_all(header::CONTENT_ENCODING).iter();
    let declared: Vec<String> =
        declared.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let mut encodings = declared.iter().flat_map(|value| value.split(',')).map(str::trim);
    let other = |encoding: &&str| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity");
    let Some(encoding) = encodings.find(other) else { return Ok(()) };
    let detail = format!(
        "The body has the encoding `{}`, which this service does not support. Send plain JSON without the header `content-encoding`.",
        redacted(encoding)
    );
    Err(Problem::new(Kind::ContentEncoding, detail))
}

/// Answers a body in the languages that it asks for, or else in `languages`.
fn answer_body(app: &App, body: &[u8], languages: Languages) -> Result<Response, Problem> {
    let request = request::read(body)?;
    let languages = request.languages.unwrap_or(languages);
    let mut naming = Naming::new(request.unlisted);
    match request.cases {
        SubmittedCases::One(case) => {
            let answer = one(app, case, &mut naming, "")?;
            let loaded = app.models.get(&answer.form);
            Ok(answered(&answer.with_model(loaded), languages))
        }
        SubmittedCases::Batch(cases) => Ok(answered(&batch(app, cases, &mut naming), languages)),
    }
}

fn batch(app: &App, cases: Vec<SubmittedCase>, naming: &mut Naming) -> Batch {
    let mut models = BTreeMap::new();
    let estimates = cases.into_iter().enumerate().map(|(index, case)| {
        let key = case.key.clone();
        match one(app, case, naming, &format!("/cases/{index}")) {
            Ok(estimate) => {
                if let Some(loaded) =
                    app.models.get(&estimate.form).filter(|_| !models.contains_key(&estimate.form))
                {
                    models.insert(estimate.form.clone(), ModelAnswer::from_loaded(loaded));
                }
                BatchElement::Estimate(Box::new(estimate))
            }
            // A key with a fault of its own is not echoed.
            Err(problem) => {
                let key = key.filter(|key| check_key(Some(key)).is_ok());
                BatchElement::Problem(RefusedCase { key, status: PROBLEM, problem })
            }
        }
    });
    let estimates = estimates.collect();
    Batch { estimates, models }
}

/// The estimate for the case at the pointer `place` in the request, or everything that is wrong with it.
fn one(
    app: &App,
    mut case: SubmittedCase,
    naming: &mut Naming,
    place: &str,
) -> Result<EstimateAnswer, Problem> {
    let mut faults = Vec::new();
    match known_form(&case.form, &app.models) {
        Some(form) => case.form = form,
        None => faults.push(unknown_form(&case.form, app.models.forms())),
    }
    let loaded = app.models.get(&case.form);
    faults.extend(check_key(case.key.as_deref()).err());
    let as_of = check_as_of(case.as_of.as_deref(), app.settings.default_as_of, &app.clock);
    let as_of = as_of.map_err(|fault| faults.push(fault)).ok();
    // Wrong dates are refused even for a form without a model, as they will be once it has one.
    let checked = check_case(loaded, &case, as_of, naming, &mut faults);
    if !faults.is_empty() {
        return Err(refusal::problem(&faults, place));
    }
    match (loaded, checked, as_of) {
        (Some(loaded), Some(checked), _) => Ok(estimate::estimate(loaded, &checked, case.key)),
        (None, _, Some(as_of)) => Ok(estimate::unsupported(case.form, as_of, case.key, &app.models)),
        _ => Err(refusal::problem(&faults, place)),
    }
}

#[derive(Serialize)]
struct Batch {
    estimates: Vec<BatchElement>,
    /// The models that answered, by form.
    models: BTreeMap<String, ModelAnswer>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BatchElement {
    Estimate(Box<EstimateAnswer>),
    Problem(RefusedCase),
}

#[derive(Serialize)]
struct RefusedCase {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    status: &'static str,
    problem: Problem,
}
