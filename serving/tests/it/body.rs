//! Bodies that are too large, and small faults that are forgiven or named.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::client::{post, service, settings};
use crate::hand_made::models;
use axum::http::StatusCode;
use serde_json::json;
use serving::{Settings, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let case = r#"{"form": "I-485", "received_on": "2022-01-10"}"#;
    let answer = post(&service(), format!("\u{feff}{case}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json(), post(&service(), case).await.json());
    assert_eq!(post(&service(), format!("\u{feff}\u{feff}{case}")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_day_that_the_calendar_lacks_has_an_error_of_its_own() {
    for (written, no_such_day) in [
        ("2023-02-29", true),
        ("2023-02-29T10:00:00Z", true),
        ("2021-13-01", true),
        ("2023-02-28T25:00:00Z", false),
        ("2023-2-29", false),
        ("tomorrow", false),
    ] {
        let case = json!({"form": "I-485", "received_on": written});
        let problem = post(&service(), case.to_string()).await.json();
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(
            detail.starts_with(&format!("There is no such day as `{written}`.")),
            no_such_day,
            "{detail}"
        );
    }
}

/// A client that sends its whole body before it reads.
#[tokio::test]
async fn a_body_that_is_too_large_is_answered_after_it_was_read() {
    let (tell, told) = oneshot::channel();
    let settings = Settings { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..settings() };
    tokio::spawn(serve(models(), settings, |address| tell.send(address).unwrap()));
    let address = told.await.unwrap();
    let body = vec![b' '; 6 << 20];
    let mut client = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/estimates HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&body).await.expect("the server reads the body to its end");
    let mut answer = String::new();
    let read = client.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body-too-large"), "{answer}");
}
