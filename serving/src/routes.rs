//! The routes and the middleware around them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::{estimates, forms};
use crate::clock::Clock;
use crate::config::Settings;
use crate::http::health;
use crate::http::middleware::{self, Limits};
use crate::http::problem::{Kind, Problem};
use crate::models::Models;
use crate::page;
use crate::state::App;

const STYLE: &str = include_str!("../assets/style.css");

/// The service: every route, within the limits of `settings`.
///
/// All clones of the router share one count of requests in flight. `/healthz` and `/readyz` are not counted, so that a busy
/// server is not taken for a dead one.
pub fn router(models: Models, settings: Settings, clock: Clock) -> Router {
    let limits = Limits::new(settings.max_in_flight, settings.request_timeout);
    Router::new()
        .route("/", get(page::show))
        .route("/assets/style.css", get(style))
        .route("/problems/{name}", get(explain))
        .route("/v1/estimates", post(estimates::answer))
        .route("/v1/forms", get(forms::list))
        .route("/v1/forms/{form}", get(forms::one))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(limits, middleware::within_limits))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(App::new(models, settings, clock)))
        .layer(CatchPanicLayer::custom(middleware::after_panic))
        .layer(from_fn(middleware::logged))
        .layer(from_fn(middleware::with_headers))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")],
        STYLE,
    )
}

async fn explain(name: Result<Path<String>, PathRejection>) -> Response {
    match name.ok().and_then(|Path(name)| Kind::named(&name)) {
        Some(kind) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], kind.explanation()).into_response()
        }
        None => not_found().await.into_response(),
    }
}

async fn not_found() -> Problem {
    let detail = "There is nothing at this address. Ask POST /v1/estimates or GET /v1/forms, or open GET / in a browser.";
    Problem::new(Kind::NotFound, detail)
}

async fn method_not_allowed() -> Problem {
    let detail = "This address does not support this method. The header `allow` lists the supported ones.";
    Problem::new(Kind::MethodNotAllowed, detail)
}
