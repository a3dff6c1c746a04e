//! Limits on requests in flight and on their time.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::client::{TODAY, ask, clock, get, post, posted, settings};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use http_body::Frame;
use serving::{Clock, Settings, router};
use tokio::sync::watch;

/// Counts the bodies that the service waits for.
#[derive(Default)]
struct Waiting {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// A body that begins when it is first asked for and ends when the gate opens.
struct HeldBody {
    waiting: Arc<Waiting>,
    begun: bool,
    opened: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl HeldBody {
    fn new(waiting: &Arc<Waiting>, gate: &watch::Receiver<bool>) -> Self {
        let mut gate = gate.clone();
        let opened = Box::pin(async move {
            let _ = gate.wait_for(|open| *open).await;
        });
        Self { waiting: Arc::clone(waiting), begun: false, opened }
    }
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.begun {
            self.begun = true;
            let now = self.waiting.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.waiting.most.fetch_max(now, Ordering::SeqCst);
        }
        self.opened.as_mut().poll(context).map(|()| None)
    }
}

impl Drop for HeldBody {
    fn drop(&mut self) {
        if self.begun {
            self.waiting.now.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_beyond_the_limit_get_503() {
    const ALLOWED: usize = 8;
    const SENT: usize = 200;
    let service =
        router(crate::hand_made::models(), Settings { max_in_flight: ALLOWED, ..settings() }, clock());
    let (open, gate) = watch::channel(false);
    let waiting = Arc::new(Waiting::default());
    let sent: Vec<_> = (0..SENT)
        .map(|_| {
            let (service, body) = (service.clone(), HeldBody::new(&waiting, &gate));
            tokio::spawn(async move { ask(&service, posted(Body::new(body))).await })
        })
        .collect();
    while sent.iter().filter(|request| request.is_finished()).count() < SENT - ALLOWED {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(get(&service, "/healthz").await.status, StatusCode::OK, "a busy server is alive");
    assert_eq!(get(&service, "/readyz").await.status, StatusCode::OK);
    assert_eq!(get(&service, "/v1/forms").await.status, StatusCode::SERVICE_UNAVAILABLE);
    open.send(true).unwrap();
    let mut busy = 0;
    for request in sent {
        let answer = request.await.unwrap();
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            busy += 1;
            assert_eq!(answer.header("retry-after"), "1");
            assert_eq!(answer.json()["type"], "/problems/too-busy");
        } else {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "an empty body: {}", answer.text);
        }
    }
    assert_eq!(waiting.most.load(Ordering::SeqCst), ALLOWED);
    assert_eq!(busy, SENT - ALLOWED);
    assert_eq!(get(&service, "/v1/forms").await.status, StatusCode::OK, "there is room again");
}

#[tokio::test]
async fn a_request_that_never_ends_times_out() {
    let short = Settings { request_timeout: Duration::from_millis(50), max_in_flight: 1, ..settings() };
    let service = router(crate::hand_made::models(), short, clock());
    let (_never, gate) = watch::channel(false);
    let body = HeldBody::new(&Arc::default(), &gate);
    let answer = ask(&service, posted(Body::new(body))).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(answer.json()["detail"].as_str().unwrap().contains("0.05 seconds"));
    assert_eq!(get(&service, "/v1/forms").await.status, StatusCode::OK, "its place is free again");
}

/// How many cases wait for the clock, and the gate that holds it.
#[derive(Default)]
struct HeldClock {
    now: AtomicUsize,
    most: AtomicUsize,
    open: Mutex<bool>,
    opened: Condvar,
}

impl HeldClock {
    fn asked(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        drop(self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_bodies_count_until_they_are_done_even_after_a_timeout() {
    const AT_ONE_TIME: usize = 3;
    let held = Arc::new(HeldClock::default());
    let asked = Arc::clone(&held);
    let clock = Clock::new(move || {
        asked.asked();
        crate::hand_made::day(TODAY)
    });
    let short = Settings { request_timeout: Duration::from_millis(300), ..settings() };
    let service = router(crate::hand_made::models(), short, clock);
    let case = r#"{"form": "I-485", "received_on": "2022-01-10"}"#;
    let long = format!("{case}{}", " ".repeat(100_000));
    for _ in 0..2 {
        let sent: Vec<_> = (0..2 * AT_ONE_TIME)
            .map(|_| {
                let (service, body) = (service.clone(), long.clone());
                tokio::spawn(async move { post(&service, body).await })
            })
            .collect();
        for request in sent {
            assert_eq!(request.await.unwrap().status, StatusCode::REQUEST_TIMEOUT);
        }
    }
    let given_up = held.now.load(Ordering::SeqCst);
    *held.open.lock().unwrap() = true;
    held.opened.notify_all();
    while held.now.load(Ordering::SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(post(&service, long).await.status, StatusCode::OK, "there is room again");
    assert_eq!(given_up, AT_ONE_TIME, "what was given up is not done");
    assert_eq!(held.most.load(Ordering::SeqCst), AT_ONE_TIME);
}
