//! The routes and what stands around them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::clock::Clock;
use crate::guard::{self, Limits};
use crate::models::Models;
use crate::problem::{Kind, Problem};
use crate::settings::Settings;
use crate::{definitions, estimates, health, page};

/// Parsed, a body can take 30 MB: only so many long ones are parsed at one time.
const MAX_LONG_BODIES: usize = 3;
const STYLE: &str = include_str!("../assets/style.css");

/// What every handler may ask.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) models: Models,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    /// Room for the long bodies that are parsed at one time.
    pub(crate) long_bodies: Arc<Semaphore>,
}

/// The service: every route, behind the limits that `settings` set.
///
/// The limit of requests in flight is shared by all clones of the router. `/healthz` and `/readyz` are outside of it, so that
/// a busy server is not taken for a dead one.
pub fn router(models: Models, settings: Settings, clock: Clock) -> Router {
    let limits = Limits::of(&settings);
    let app =
        Arc::new(App { models, settings, clock, long_bodies: Arc::new(Semaphore::new(MAX_LONG_BODIES)) });
    Router::new()
        .route("/", get(page::show))
        .route("/assets/style.css", get(style))
        .route("/problems/{name}", get(explain))
        .route("/v1/estimates", post(estimates::answer))
        .route("/v1/forms", get(definitions::list))
        .route("/v1/forms/{form}", get(definitions::one))
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(middleware::from_fn_with_state(limits, guard::within_limits))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(other_method)
        .with_state(app)
        .layer(CatchPanicLayer::custom(guard::after_panic))
        .layer(middleware::from_fn(guard::logged))
        .layer(middleware::from_fn(guard::with_headers))
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
        None => nothing_here().await.into_response(),
    }
}

async fn nothing_here() -> Problem {
    let detail = "There is nothing at this address. Ask POST /v1/estimates or GET /v1/forms, or open GET / in a browser.";
    Problem::new(Kind::NotFound, detail)
}

async fn other_method() -> Problem {
    let detail = "This address does not take this method. The header `allow` lists those that it takes.";
    Problem::new(Kind::MethodNotAllowed, detail)
}
