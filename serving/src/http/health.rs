//! Whether the process is alive, and whether it may be sent requests.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::problem::{FailingForm, Kind, Problem};
use crate::state::App;

const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

/// The process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    (TEXT, "alive\n")
}

/// Every model answers its golden cases as when it was made. A server without models is not ready.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let checked = app.models.iter().map(|loaded| (loaded.model.form().name(), loaded.check()));
    let mut count = 0;
    let mut failing = Vec::new();
    for (form, checked) in checked {
        count += 1;
        if let Err(error) = checked {
            failing.push(FailingForm { form: form.to_owned(), reason: error.to_string() });
        }
    }
    if count == 0 {
        let detail = "No model is loaded. Run `myprogress train`, then start the server on its folder.";
        return Err(Problem::new(Kind::NotReady, detail));
    }
    if failing.is_empty() {
        return Ok((TEXT, "ready\n"));
    }
    let detail = format!(
        "{} of {count} models do not answer as when they were made; `failing` says which. Retrain them.",
        failing.len()
    );
    Err(Problem::new(Kind::NotReady, detail).failing(failing))
}
