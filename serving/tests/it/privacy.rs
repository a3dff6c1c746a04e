//! A receipt number sent to any route appears in no log, at any level, and in no error.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::client::{CANARY, ask, service};
use axum::body::Body;
use axum::http::{Method, Request};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Bodies with the canary in every place that can hold a text.
fn bodies() -> Vec<String> {
    let case = |members: &str| format!(r#"{{"form": "I-485", "received_on": "2022-01-10", {members}}}"#);
    let action = |code: &str, day: &str| {
        case(&format!(r#""actions": [{{"action": "{code}", "occurred_on": "{day}"}}]"#))
    };
    let mut bodies = vec![
        CANARY.to_owned(),
        format!("\"{CANARY}\""),
        format!(r#"{{"{CANARY}": 1}}"#),
        format!(r#"{{"form": "{CANARY}", "received_on": "2022-01-10"}}"#),
        format!(r#"{{"form": "my {CANARY} form", "received_on": "2022-01-10"}}"#),
        format!(r#"{{"form": "I-485", "received_on": "{CANARY}"}}"#),
        format!(r#"{{"form": "I-485", "received_on": "{}{CANARY}"}}"#, "2".repeat(33)),
        case(&format!(r#""as_of": "{CANARY}""#)),
        case(&format!(r#""key": "{CANARY}""#)),
        case(&format!(r#""key": "{}{CANARY}""#, "k".repeat(60))),
        case(&format!(r#""attributes": {{"{CANARY}": "MSC"}}"#)),
        case(&format!(r#""attributes": {{"center": "{CANARY}"}}"#)),
        case(&format!(r#""attributes": {{"{CANARY}": []}}"#)),
        case(&format!(
            r#""actions": [{{"{CANARY}": 1, "action": "approved", "occurred_on": "2022-02-03"}}]"#
        )),
        case(&format!(r#""{CANARY}": true"#)),
        action(CANARY, "2022-02-03"),
        action("approved", CANARY),
        action(CANARY, "2021-02-03"),
        action(&format!("call me on {CANARY}, please"), "2022-02-03"),
        case(&format!(r#""attributes": {{"{CANARY}": 1, "{CANARY}": 2}}"#)),
        case(&format!(
            r#""attributes": {{"center": " {CANARY} "}}, "as_of": "{CANARY}", "key": "IOE-0123456789""#
        )),
        format!("{}{CANARY}", "[".repeat(200)),
    ];
    let batches: Vec<String> = bodies.iter().map(|body| format!(r#"{{"cases": [{body}]}}"#)).collect();
    bodies.extend(batches);
    bodies.push(format!(r#"{{"cases": [], "{CANARY}": ["{}"]}}"#, CANARY.repeat(2000)));
    bodies
}

/// Addresses with the canary in every place.
fn addresses() -> Vec<String> {
    vec![
        format!("/{CANARY}"),
        format!("/problems/{CANARY}"),
        format!("/v1/forms/{CANARY}"),
        format!("/v1/forms/a%20{CANARY}%FF"),
        format!("/v1/forms?receipt={CANARY}"),
        format!("/healthz?receipt={CANARY}"),
        format!("/readyz?receipt={CANARY}"),
        format!("/assets/style.css?{CANARY}"),
        format!("/assets/{CANARY}"),
        format!("/?{CANARY}={CANARY}"),
        format!("/?form={CANARY}"),
        format!("/?lang={CANARY}&form=I-485"),
        format!("/?form=I-485&received_on={CANARY}&as_of={CANARY}"),
        format!("/?form=I-485&received_on=2022-01-10&attribute.center={CANARY}&step.biometrics={CANARY}"),
        format!(
            "/?form=I-485&received_on=2022-01-10&step.biometrics=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{CANARY}"
        ),
        format!("/?form=I-485&received_on=2022-01-10&status.evidence_requested={CANARY}&lang=es"),
        format!("/?form=I-485&received_on=2022-01-10&{CANARY}=2022-01-11"),
    ]
}

#[tokio::test]
async fn a_receipt_number_is_in_no_log_and_no_error() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let service = service();
    let mut answers = Vec::new();
    for body in bodies() {
        for declared in ["application/json", "text/plain", CANARY] {
            let request = Request::post(format!("/v1/estimates?receipt={CANARY}"))
                .header("content-type", declared)
                .header("x-receipt", CANARY)
                .body(Body::from(body.clone()))
                .unwrap();
            answers.push(ask(&service, request).await);
        }
    }
    for address in &addresses() {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE] {
            let request = Request::builder().method(method).uri(address).body(Body::from(CANARY)).unwrap();
            answers.push(ask(&service, request).await);
        }
    }
    for answer in &answers {
        assert!(!answer.text.contains(CANARY), "{}", answer.text);
        assert!(!answer.text.contains("0123456"), "{}", answer.text);
        assert!(!format!("{:?}", answer.headers).contains(CANARY));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() >= answers.len(), "every request is logged");
    assert!(log.contains("/v1/forms/{form}") && log.contains("unmatched"), "by its route");
    assert!(!log.contains("IOE") && !log.contains("0123456") && !log.contains("2022-01-10"), "{log}");
}
