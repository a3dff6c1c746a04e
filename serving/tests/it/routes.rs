//! The other routes, and the headers of all routes.

use crate::client::{ask, clock, get, post, service, settings};
use crate::hand_made::{I485, N400, artifact, file_of, hand_made, loaded};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serving::{Clock, Models, Settings, router};

#[tokio::test]
async fn forms_are_listed_and_shown() {
    let service = service();
    let listed = get(&service, "/v1/forms").await.json();
    let names: Vec<&str> =
        listed["forms"].as_array().unwrap().iter().map(|form| form["form"].as_str().unwrap()).collect();
    assert_eq!(names, ["I-485", "I-90", "N-400"]);
    let form = get(&service, "/v1/forms/I-485").await.json();
    assert_eq!(form["milestones"][1]["id"], "biometrics");
    assert_eq!(form["milestones"][1]["reached_by"][0], "biometrics_taken");
    assert!(form["milestones"][1]["label"]["es"].as_str().unwrap().contains("biométricos"));
    assert_eq!(form["attributes"][0]["name"], "center");
    assert_eq!(form["known_values"]["center"], serde_json::json!(["LIN", "MSC", "SRC"]));
    assert_eq!(form["training"]["trained_on"], "real_history");
    assert_eq!(form["training"]["as_of"], "2022-06-30");
    assert_eq!(form["source"][0], "made by hand");
    let unknown = get(&service, "/v1/forms/I-999").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("lists: I-485, I-90, N-400"));
}

#[tokio::test]
async fn an_unknown_address_is_a_problem_that_names_known_ones() {
    let service = service();
    for address in [
        "/v1",
        "/v1/estimates/7",
        "/favicon.ico",
        "/problems/none",
        "/v2/forms",
        "//",
        "/problems/%FF",
        "/v1/forms/%FF",
    ] {
        let answer = get(&service, address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.json()["detail"].as_str().unwrap().contains("GET /v1/forms"));
    }
    for (method, address, allowed) in [
        (Method::GET, "/v1/estimates", "POST"),
        (Method::POST, "/", "GET,HEAD"),
        (Method::DELETE, "/v1/forms/I-485", "GET,HEAD"),
        (Method::POST, "/readyz", "GET,HEAD"),
        (Method::OPTIONS, "/v1/estimates", "POST"),
    ] {
        let request = Request::builder().method(method).uri(address).body(Body::empty()).unwrap();
        let answer = ask(&service, request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{address}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("allow"), allowed, "{address}");
    }
}

#[tokio::test]
async fn every_answer_has_protective_headers() {
    let service = service();
    for address in
        ["/", "/?form=I-485&received_on=", "/v1/forms", "/nowhere", "/healthz", "/assets/style.css"]
    {
        let answer = get(&service, address).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
        assert!(!answer.header("content-security-policy").contains("unsafe"));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let cached = if address.starts_with("/assets") { "public, max-age=3600" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), cached, "{address}");
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_that_reveals_nothing() {
    let broken = Clock::new(|| panic!("IOE0123456789"));
    let service = router(loaded([artifact(&I485)]), Settings::default(), broken);
    let case = r#"{"form": "I-485", "received_on": "2022-01-10"}"#;
    let padded = format!("{case}{}", " ".repeat(100_000));
    for body in [case, &padded] {
        let answer = post(&service, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.json()["type"], "/problems/internal");
        assert!(!answer.text.contains("IOE"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(get(&service, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn ready_means_that_every_model_answers_as_it_did() {
    let ready = get(&service(), "/readyz").await;
    assert_eq!((ready.status, ready.text.as_str()), (StatusCode::OK, "ready\n"));
    let none = router(Models::default(), settings(), clock());
    let answer = get(&none, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.json()["detail"].as_str().unwrap().contains("myprogress train"));
    assert_eq!(get(&none, "/healthz").await.status, StatusCode::OK);

    let model = hand_made(&N400);
    let mut golden = model.golden().to_vec();
    golden[0].decision.as_mut().unwrap()[3] += 1.0;
    let tampered = model::artifact::decode(&file_of(&model.clone().with_golden(golden))).unwrap();
    let without = model::artifact::decode(&file_of(&hand_made(&N400).with_golden(Vec::new()))).unwrap();
    for (artifact, reason) in [(tampered, "golden case 0"), (without, "no golden case")] {
        let models = loaded([crate::hand_made::artifact(&I485), artifact]);
        let answer = get(&router(models, settings(), clock()), "/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "1");
        let problem = answer.json();
        assert_eq!(problem["failing"].as_array().unwrap().len(), 1);
        assert_eq!(problem["failing"][0]["form"], "N-400");
        assert!(problem["failing"][0]["reason"].as_str().unwrap().contains(reason), "{problem}");
    }
}
