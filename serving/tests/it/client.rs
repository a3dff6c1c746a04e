//! Sends requests to the service without a network.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use model::AsOf;
use serde_json::Value;
use serving::{Clock, Settings, router};
use tower::ServiceExt;

use crate::hand_made::{day, models};

pub const TODAY: &str = "2022-07-01";
pub const CANARY: &str = "IOE0123456789";

pub fn clock() -> Clock {
    Clock::fixed(day(TODAY))
}

pub fn settings() -> Settings {
    Settings { default_as_of: Some(AsOf::parse("2022-06-30").unwrap()), ..Settings::default() }
}

pub fn service() -> Router {
    router(models(), settings(), clock())
}

/// An answer with its whole body.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub async fn ask(service: &Router, request: Request<Body>) -> Answer {
    let response = service.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub async fn get(service: &Router, address: &str) -> Answer {
    ask(service, Request::get(address).body(Body::empty()).unwrap()).await
}

pub fn posted(body: impl Into<Body>) -> Request<Body> {
    Request::post("/v1/estimates").header("content-type", "application/json").body(body.into()).unwrap()
}

pub async fn post(service: &Router, body: impl Into<Body>) -> Answer {
    ask(service, posted(body)).await
}

/// Checks that every element is closed, ids are unique and references lead somewhere: screen readers rely on it.
pub fn check_well_formed(html: &str) {
    const VOID: [&str; 4] = ["meta", "link", "input", "!doctype"];
    let mut open = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag.split_whitespace().next().unwrap();
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in {html}");
        } else if !VOID.contains(&name) {
            open.push(name);
        }
        if let Some(id) = tag.split(" id=\"").nth(1) {
            let id = id.split('"').next().unwrap();
            assert!(ids.insert(id.to_owned()), "two elements with the id {id}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for reference in ["for=\"", "aria-labelledby=\"", "aria-describedby=\"", "href=\"#"] {
        for names in html.split(reference).skip(1) {
            for name in names.split('"').next().unwrap().split(' ') {
                assert!(ids.contains(name), "{reference}{name} refers to nothing");
            }
        }
    }
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains(" onclick"));
    assert_eq!(html.matches("<h1>").count(), 1);
}
