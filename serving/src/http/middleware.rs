//! Middleware: limits, headers, one log line a request, and the answer after a panic.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::problem::{Kind, Problem};

const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
];

/// How many requests are worked on at one time, and for how long. Clones share one count.
#[derive(Clone)]
pub(crate) struct Limits {
    in_flight: Arc<Semaphore>,
    timeout: Duration,
}

impl Limits {
    pub(crate) fn new(max_in_flight: usize, timeout: Duration) -> Self {
        let permits = max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Self { in_flight: Arc::new(Semaphore::new(permits)), timeout }
    }
}

/// Refuses a request when the server is full and gives up one that takes too long. A queue would only make every answer late.
pub(crate) async fn within_limits(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Ok(_permit) = limits.in_flight.try_acquire() else {
        let detail = "The server already has as many requests as it accepts. Try again in a second.";
        return Problem::new(Kind::TooBusy, detail).into_response();
    };
    match tokio::time::timeout(limits.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let seconds = limits.timeout.as_secs_f64();
            let detail = format!(
                "The request did not finish within {seconds} seconds. Send it again, or split the batch."
            );
            Problem::new(Kind::TooSlow, detail).into_response()
        }
    }
}

/// Adds the headers that keep an answer out of caches, frames and the logs of other sites.
pub(crate) async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Logs the route's template, the status and the time taken. The address and the body can identify a person and are not logged.
pub(crate) async fn logged(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().as_str().len().min(7);
    let method = request.method().as_str()[..method].to_owned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (status, micros) = (response.status().as_u16(), begun.elapsed().as_micros() as u64);
    if status >= 500 {
        tracing::warn!(method, route, status, micros, "answered");
    } else {
        tracing::info!(method, route, status, micros, "answered");
    }
    response
}

/// The answer after a panic. The panic's message may hold what the caller sent, so it is neither answered nor logged.
pub(crate) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    let detail =
        "The server failed; your request is not at fault. Try again. If it fails again, tell its operator.";
    Problem::new(Kind::Internal, detail).into_response()
}
