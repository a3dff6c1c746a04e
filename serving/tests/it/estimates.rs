//! `POST /v1/estimates`: answers and refusals.

use crate::client::{ask, get, post, posted, service};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

const PROBLEM: &str = "application/problem+json";

fn a_case() -> Value {
    json!({
        "form": "I-485",
        "received_on": "2022-01-10",
        "attributes": {"center": "MSC"},
        "actions": [{"action": "biometrics_taken", "occurred_on": "2022-02-03"}],
    })
}

/// The case with some members changed.
fn with(changes: Value) -> Value {
    let mut case = a_case();
    for (name, value) in changes.as_object().unwrap() {
        case[name] = value.clone();
    }
    case
}

#[tokio::test]
async fn one_case_is_estimated() {
    let answer = post(&service(), a_case().to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    let estimate = answer.json();
    assert_eq!(estimate["form"], "I-485");
    assert_eq!(estimate["as_of"], "2022-06-30");
    assert_eq!(estimate["status"], "estimated");
    assert_eq!(estimate["reason"], Value::Null);
    assert_eq!(estimate["notes"], json!([]));
    assert!(estimate.get("key").is_none());
    for target in ["decision", "next_step"] {
        let quantiles = estimate[target]["quantiles_days"].as_object().unwrap();
        let days: Vec<f64> = quantiles.values().map(|days| days.as_f64().unwrap()).collect();
        assert_eq!(quantiles.len(), 19);
        assert!(quantiles.keys().next().unwrap() == "q05" && quantiles.keys().next_back().unwrap() == "q95");
        assert!(days.is_sorted() && days[0] >= 0.0);
        assert_eq!(estimate[target]["about"]["days"], quantiles["q50"]);
        assert_eq!(estimate[target]["range"]["low_days"], quantiles["q10"]);
        assert_eq!(estimate[target]["range"]["high_days"], quantiles["q90"]);
    }
    assert_eq!(
        estimate["decision"]["about"]["text"],
        json!({"en": "About 10 months", "es": "Aproximadamente 10 meses"})
    );
    assert_eq!(estimate["decision"]["range"]["text"]["es"], "2 a 23 meses");
    assert_eq!(
        estimate["decision"]["eight_in_ten_text"]["en"],
        "8 out of 10 cases like yours are decided within 19 months."
    );
    assert_eq!(estimate["next_step"]["milestone"], "decision");
    let places: Vec<&str> =
        estimate["timeline"].as_array().unwrap().iter().map(|step| step["place"].as_str().unwrap()).collect();
    assert_eq!(places, ["done", "done", "maybe", "current", "ahead"]);
    assert_eq!(estimate["timeline"][1]["date"], "2022-02-03");
    assert_eq!(
        estimate["now"],
        json!({
            "en": "Waiting. Last step on record: Complete biometrics, February 3, 2022.",
            "es": "En espera. Último paso registrado: Completar la cita de servicios biométricos, 3 de febrero de 2022.",
        })
    );
    assert_eq!(estimate["model"]["trained_on"], "real_history");
    assert_eq!(estimate["model"]["trained_as_of"], "2022-06-30");
    assert!(estimate["model"]["version"].as_str().unwrap().starts_with("I-485-2022-06-30-"));
}

#[tokio::test]
async fn the_basis_names_the_queue() {
    let answer = post(&service(), with(json!({"actions": []})).to_string()).await.json();
    let basis = &answer["decision"]["basis"];
    assert_eq!(
        *basis,
        json!({"cases": 1234, "decided": 900, "same_state": true, "queue": {"center": "MSC"}})
    );
    assert_eq!(answer["next_step"]["milestone"], "biometrics");
    // Few cases were ever in this status, so the ones in the step before it answer.
    let actions = json!([{"action": "under_review", "occurred_on": "2022-02-10"}]);
    let answer = post(&service(), with(json!({"actions": actions})).to_string()).await.json();
    let basis = &answer["decision"]["basis"];
    assert_eq!(
        *basis,
        json!({"cases": 1234, "decided": 900, "same_state": false, "queue": {"center": "MSC"}})
    );
}

#[tokio::test]
async fn other_spellings_of_a_case_are_the_same_case() {
    let service = service();
    let plain = post(&service, a_case().to_string()).await.json();
    let spelled = json!({
        "form": "I-485", "received_at": "2022-01-10", "as_of": null, "key": null,
        "attributes": {"center": "MSC", "channel": null},
        "actions": [{"action": "biometrics_taken", "occurred_at": "2022-02-03"}],
    });
    assert_eq!(post(&service, spelled.to_string()).await.json(), plain);
    let by_hour = with(json!({"received_on": "2022-01-10T15:00:00Z", "as_of": "2022-06-30T12:00:00-05:00"}));
    let by_hour = post(&service, by_hour.to_string()).await;
    assert_eq!(by_hour.status, StatusCode::OK, "{}", by_hour.text);
    let same_day =
        with(json!({"actions": [{"action": "biometrics_taken", "occurred_at": "2022-01-10T09:00:00Z"}]}));
    assert_eq!(post(&service, same_day.to_string()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_reason_for_no_estimate_is_in_both_languages() {
    let service = service();
    let dated = |action: &str| json!([{"action": action, "occurred_on": "2022-02-03"}]);
    for (case, status, english) in [
        (with(json!({"actions": dated("approved")})), "decided", "A decision was made on February 3, 2022."),
        (with(json!({"actions": dated("on_hold")})), "on_hold", "Your case is on hold."),
        (with(json!({"actions": dated("court_began")})), "court", "Your case is waiting: Case in court."),
        (
            with(json!({"actions": dated("rejected")})),
            "rejected_at_intake",
            "Your filing was returned when it arrived",
        ),
        (with(json!({"form": "I-90"})), "too_few_similar_cases", "Too few cases like yours"),
        (
            with(json!({"form": "I-765"})),
            "unsupported_form",
            "This service covers these forms now: I-485, I-90, N-400.",
        ),
    ] {
        let answer = post(&service, case.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let estimate = answer.json();
        assert_eq!(estimate["status"], status);
        assert_eq!(estimate["decision"], Value::Null);
        let reason = &estimate["reason"];
        assert!(reason["en"].as_str().unwrap().starts_with(english), "{reason}");
        assert!(!reason["es"].as_str().unwrap().is_empty() && reason["es"] != reason["en"]);
    }
    let decided = post(&service, with(json!({"actions": dated("approved")})).to_string()).await.json();
    assert_eq!(decided["next_step"]["milestone"], "card");
    assert_eq!(decided["next_step"]["about"]["text"]["en"], "Less than 2 weeks");
}

#[tokio::test]
async fn a_closed_case_has_no_next_step() {
    let service = service();
    let decided = |actions: &[&str]| {
        let dated: Vec<Value> = actions
            .iter()
            .zip(["2022-02-03", "2022-03-03"])
            .map(|(action, day)| json!({"action": action, "occurred_on": day}))
            .collect();
        with(json!({"actions": dated})).to_string()
    };
    let milestones = |answer: &Value| -> Vec<String> {
        let steps = answer["timeline"].as_array().unwrap().iter();
        steps.map(|step| format!("{} {}", step["milestone"], step["place"]).replace('"', "")).collect()
    };
    for closing in ["denied", "withdrawn"] {
        let answer = post(&service, decided(&["biometrics_taken", closing])).await.json();
        assert_eq!(answer["status"], "decided");
        assert_eq!(answer["next_step"], Value::Null, "{closing}");
        assert_eq!(
            answer["reason"]["en"].as_str().unwrap().split('.').next(),
            Some("A decision was made on March 3, 2022")
        );
        let way = ["received done", "biometrics done", "interview not_reported", "decision done"];
        assert_eq!(milestones(&answer), way, "{closing}");
    }
    let approved = post(&service, decided(&["biometrics_taken", "approved"])).await.json();
    assert_eq!(approved["next_step"]["milestone"], "card");
    assert_eq!(milestones(&approved).last().unwrap(), "card current");
    let rejected = post(&service, decided(&["rejected"])).await.json();
    assert_eq!(rejected["next_step"], Value::Null);
    assert_eq!(milestones(&rejected), ["received done"]);
}

#[tokio::test]
async fn every_fault_of_a_case_is_reported() {
    let wrong = with(json!({
        "received_on": "2022-02-30",
        "attributes": {"centre": "MSC"},
        "actions": [
            {"action": "biometrics_taken", "occurred_on": "2022-02-03"},
            {"action": "biometrics_taken", "occurred_on": "soon"},
            {"action": "biometrics_taken", "occurred_at": "2022-07-01"},
        ],
    }));
    let service = service();
    let places = ["received_on", "attributes/centre", "actions/1/occurred_on", "actions/2/occurred_at"];
    let alone = post(&service, wrong.to_string()).await.json();
    let batch = post(&service, json!({"cases": [a_case(), wrong]}).to_string()).await.json();
    for (problem, prefix) in [(&alone, "/"), (&batch["estimates"][1]["problem"], "/cases/1/")] {
        let errors = problem["errors"].as_array().unwrap();
        let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, places.map(|place| format!("{prefix}{place}")));
        assert_eq!(problem["detail"], errors[0]["detail"]);
        assert_eq!(problem["pointer"], errors[0]["pointer"]);
        assert!(errors[2]["detail"].as_str().unwrap().contains("`soon` is neither a date nor"));
    }
    // Wrong dates are refused for a form without a model too.
    let mut unsupported = wrong.clone();
    unsupported["form"] = json!("I-131");
    let answer = post(&service, unsupported.to_string()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap();
    let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/received_on", "/actions/1/occurred_on", "/actions/2/occurred_at"]);
    let shapeless = post(&service, "{}").await.json();
    assert!(shapeless.get("errors").is_none(), "{shapeless}");
    let keyed = post(&service, with(json!({"key": "k".repeat(65)})).to_string()).await.json();
    assert_eq!(keyed["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn unused_input_has_a_note() {
    let case = with(json!({
        "attributes": {"center": "ABC"},
        "as_of": "2022-06-01",
        "unknown_actions": "note",
        "actions": [{"action": "sent_to_the_moon", "occurred_on": "2022-02-03"}],
    }));
    let answer = post(&service(), case.to_string()).await.json();
    let notes: Vec<&str> =
        answer["notes"].as_array().unwrap().iter().map(|note| note["en"].as_str().unwrap()).collect();
    assert_eq!(answer["status"], "estimated");
    assert!(notes[0].contains("Office on your notice: ABC"), "{notes:?}");
    assert!(notes[1].contains("1 in all: sent_to_the_moon"), "{notes:?}");
    assert!(notes[2].contains("trained as of June 30, 2022"), "{notes:?}");
}

#[tokio::test]
async fn an_estimate_beyond_the_history_says_so_in_every_text() {
    let old = with(json!({"received_on": "2001-01-10", "actions": []}));
    let answer = post(&service(), old.to_string()).await.json();
    assert_eq!(answer["status"], "estimated");
    let (english, spanish) = (&answer["notes"][0]["en"], &answer["notes"][0]["es"]);
    let note = "No case that the estimate could learn from was decided after a wait as long as yours.";
    assert!(english.as_str().unwrap().starts_with(note), "{english}");
    assert!(spanish.as_str().unwrap().starts_with("Ningún caso del que la estimación pudo aprender"));
    let eight_in_ten = &answer["decision"]["eight_in_ten_text"];
    assert!(eight_in_ten["en"].as_str().unwrap().starts_with("At that pace, 8 out of 10 would be"));
    assert!(eight_in_ten["es"].as_str().unwrap().starts_with("A ese ritmo, 8 de cada 10"));
    assert_eq!(answer["next_step"].get("eight_in_ten_text"), Some(&Value::Null), "{answer}");
    assert_eq!(answer["decision"]["quantiles_days"].as_object().unwrap().len(), 19);
    let known = post(&service(), with(json!({"actions": []})).to_string()).await.json();
    assert!(
        known["next_step"]["eight_in_ten_text"]["en"].as_str().unwrap().starts_with("8 out of 10 within")
    );
}

#[tokio::test]
async fn a_batch_is_answered_in_order_even_if_some_cases_are_refused() {
    let key = |key: &str| json!({"key": key});
    let mut wrong = with(key("b"));
    wrong["received_on"] = json!("2022-31-12");
    let unsupported = with(json!({"form": "I-131", "key": "c"}));
    let mut unknown = with(key("IOE0123456789"));
    unknown["form"] = json!("I-485");
    let batch = json!({"cases": [with(key("a")), wrong, unsupported, unknown]});
    let answer = post(&service(), batch.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = answer.json();
    let estimates = answer["estimates"].as_array().unwrap();
    let statuses: Vec<&str> = estimates.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["estimated", "problem", "unsupported_form", "problem"]);
    let keys: Vec<Option<&str>> = estimates.iter().map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, [Some("a"), Some("b"), Some("c"), None]);
    let problem = &estimates[1]["problem"];
    assert_eq!(problem["type"], "/problems/case-refused");
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["pointer"], "/cases/1/received_on");
    assert!(problem["detail"].as_str().unwrap().contains("`2022-31-12`"));
    let mut alone = post(&service(), with(key("a")).to_string()).await.json();
    let mut model = alone.as_object_mut().unwrap().remove("model").unwrap();
    alone["model_version"] = model["version"].take();
    assert_eq!(estimates[0], alone);
}

#[tokio::test]
async fn a_batch_of_a_thousand_cases_is_answered() {
    let batch = json!({"cases": vec![a_case(); 1000]});
    let answer = post(&service(), batch.to_string()).await;
    assert_eq!(answer.json()["estimates"].as_array().unwrap().len(), 1000);
}

/// Each case alone: 422, with the pointer and words of the detail.
#[tokio::test]
async fn an_impossible_case_is_refused_with_a_pointer() {
    let service = service();
    let dated = |day: &str| json!({"actions": [{"action": "biometrics_taken", "occurred_on": day}]});
    let many = vec![json!({"action": "other_notice", "occurred_on": "2022-02-03"}); 1001];
    for (changes, pointer, words) in [
        (json!({"form": "I-999"}), "form", "Unknown form `I-999`. Send one of: I-485, I-90, N-400."),
        (json!({"received_on": "2022-02-30"}), "received_on", "There is no such day as `2022-02-30`."),
        (json!({"received_on": "30.02.2022"}), "received_on", "Write it as 2022-06-30"),
        (json!({"received_on": "1776-07-04"}), "received_on", "outside the years 1900 to 2199"),
        (json!({"received_on": "2022-07-01"}), "received_on", "received after the as-of time 2022-06-30"),
        (dated("2022-01-09"), "actions/0/occurred_on", "before the receipt of the case (2022-01-10)"),
        (dated("2022-07-01"), "actions/0/occurred_on", "Leave it out, or move as_of"),
        (dated("soon"), "actions/0/occurred_on", "`soon` is neither a date nor"),
        (json!({"as_of": "2022-07-03"}), "as_of", "later than 2022-07-02, which is tomorrow"),
        (json!({"as_of": "2199-12-31"}), "as_of", "Send an earlier time"),
        (json!({"as_of": "9999-12-31"}), "as_of", "outside the years"),
        (
            json!({"attributes": {"centre": "MSC"}}),
            "attributes/centre",
            "no attribute `centre`. Leave it out, or send one of: center, channel.",
        ),
        (json!({"actions": many}), "actions", "1001 actions; at most 1000"),
        (json!({"key": "k".repeat(65)}), "key", "more than 64 bytes"),
        (json!({"key": "IOE0123456789"}), "key", "looks like a receipt number"),
        (json!({"key": "MSC 21 900 12345"}), "key", "Send another reference, or no key."),
    ] {
        let answer = post(&service, with(changes).to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        assert_eq!(answer.header("content-type"), PROBLEM);
        let problem = answer.json();
        assert_eq!(problem["pointer"], format!("/{pointer}"), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{words}: {problem}");
        assert_eq!(problem["status"], 422);
    }
}

/// Sends a wrong request and checks the problem.
async fn check_refused(body: impl Into<Body>, status: u16, kind: &str, pointer: &str, words: &str) {
    let service = service();
    let answer = post(&service, body).await;
    assert_eq!(answer.status.as_u16(), status, "{words}: {}", answer.text);
    assert_eq!(answer.header("content-type"), PROBLEM);
    let problem = answer.json();
    assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem.get("pointer").and_then(Value::as_str).unwrap_or_default(), pointer, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(words), "{words}: {problem}");
    let explained = get(&service, problem["type"].as_str().unwrap()).await;
    assert_eq!(explained.status, StatusCode::OK);
    assert!(explained.text.contains(problem["title"].as_str().unwrap()));
}

#[tokio::test]
async fn a_body_that_is_not_json_or_too_large_is_refused() {
    let deep = format!(r#"{{"form": {}1{}}}"#, "[".repeat(40), "]".repeat(40));
    for (body, status, kind, words) in [
        ("", 400, "not-json", "line 1, column 0"),
        ("{", 400, "not-json", "line 1, column 1"),
        ("form=I-485", 400, "not-json", "Send one case"),
        (r#"{"form": NaN}"#, 400, "not-json", "line 1, column 10"),
        (r#"{"form": 1e999}"#, 400, "not-json", "line 1, column 14"),
        (r#"{"form": "I-485"} {}"#, 400, "not-json", "column 19"),
        (&"[".repeat(100_000), 400, "too-deep", "32 levels"),
        (&deep, 400, "too-deep", "32 levels"),
        (&"{},".repeat(70_000), 400, "too-many-parts", "40000 objects"),
        (&format!(r#"{{"form": "{}"}}"#, "x".repeat(10 << 20)), 413, "body-too-large", "2 MiB"),
    ] {
        check_refused(body.to_owned(), status, kind, "", words).await;
    }
    let not_utf8 = b"{\"form\": \"\xff\xfe\"}";
    check_refused(not_utf8.to_vec(), 400, "not-json", "", "Byte 11 of the body is not UTF-8").await;
}

#[tokio::test]
async fn a_batch_has_one_to_a_thousand_cases() {
    check_refused(r#"{"cases": []}"#, 422, "empty-batch", "/cases", "Send 1 to 1000").await;
    let crowd = json!({"cases": vec![a_case(); 1001]}).to_string();
    check_refused(crowd, 422, "too-many-cases", "/cases", "has 1001 cases").await;
    for (kind, bound) in [
        ("empty-batch", "1 to 1000 cases"),
        ("too-many-cases", "at most 1000 cases"),
        ("body-too-large", "at most 2 MiB"),
    ] {
        let explained = get(&service(), &format!("/problems/{kind}")).await.text;
        assert!(explained.contains(bound), "{explained}");
    }
}

#[tokio::test]
async fn a_request_of_the_wrong_shape_is_refused_with_a_pointer() {
    for (body, pointer, words) in [
        ("[]", "", "Found an array. Send a case"),
        ("null", "", "Found null"),
        (r#"{"cases": {}}"#, "/cases", "Found an object. Send an array."),
        (r#"{"cases": [7]}"#, "/cases/0", "Found a number. Send a case."),
        (r#"{"cases": [], "form": "I-485"}"#, "/form", "`form` is not a member of a batch"),
        ("{}", "/form", "missing"),
        (r#"{"form": "I-485"}"#, "/received_on", "missing"),
        (r#"{"form": 485}"#, "/form", "Found a number. Send a string."),
    ] {
        check_refused(body, 422, "wrong-shape", pointer, words).await;
    }
    let late = r#"{"action": "a", "occurred_on": true}"#;
    let noted = r#"{"action": "a", "occurred_on": "2022-02-03", "note": 1}"#;
    for (member, pointer, words) in [
        (r#""receipt": "IOE0123456789""#, "/receipt", "`receipt` is not a member of a case"),
        (r#""received_at": "2022-01-10""#, "/received_at", "both present"),
        (r#""as_of": 20220630"#, "/as_of", "Send a string."),
        (r#""attributes": []"#, "/attributes", "Found an array."),
        (r#""attributes": {"center": {}}"#, "/attributes/center", "`center` is an object"),
        (r#""actions": "none""#, "/actions", "Send an array."),
        (r#""actions": [{"action": "a"}]"#, "/actions/0/occurred_on", "missing"),
        (r#""actions": [{"action": 5}]"#, "/actions/0/action", "Send a string."),
        (&format!(r#""actions": [{late}]"#), "/actions/0/occurred_on", "Found a boolean."),
        (&format!(r#""actions": [{noted}]"#), "/actions/0/note", "`note` is not a member of an action"),
    ] {
        let case = format!(r#"{{"form": "I-485", "received_on": "2022-01-10", {member}}}"#);
        let body = format!(r#"{{"cases": [{}, {case}]}}"#, a_case());
        check_refused(body, 422, "wrong-shape", &format!("/cases/1{pointer}"), words).await;
    }
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    for declared in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")]
    {
        let mut request = Request::post("/v1/estimates");
        if let Some(declared) = declared {
            request = request.header("content-type", declared);
        }
        let answer = ask(&service(), request.body(Body::from(a_case().to_string())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{declared:?}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("content-type: application/json"));
    }
    for declared in ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"] {
        let mut request = posted(a_case().to_string());
        request.headers_mut().insert("content-type", declared.parse().unwrap());
        assert_eq!(ask(&service(), request).await.status, StatusCode::OK, "{declared}");
    }
}

#[tokio::test]
async fn an_encoded_body_is_refused_with_its_encoding_and_the_remedy() {
    for (encodings, named) in [
        (vec!["gzip"], "gzip"),
        (vec!["identity, br"], "br"),
        (vec!["identity", "Zstd"], "Zstd"),
        (vec!["IOE0123456789"], "[receipt number]"),
    ] {
        let mut request = posted(a_case().to_string());
        for encoding in encodings {
            request.headers_mut().append("content-encoding", encoding.parse().unwrap());
        }
        let answer = ask(&service(), request).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", answer.text);
        assert_eq!((answer.header("content-type"), answer.header("accept-encoding")), (PROBLEM, "identity"));
        let problem = answer.json();
        assert_eq!(problem["type"], "/problems/content-encoding");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("has the encoding `{named}`")), "{detail}");
        assert!(detail.contains("without the header `content-encoding`"), "{detail}");
    }
    for none in ["identity", "Identity", ""] {
        let mut request = posted(a_case().to_string());
        request.headers_mut().insert("content-encoding", none.parse().unwrap());
        assert_eq!(ask(&service(), request).await.status, StatusCode::OK, "{none}");
    }
}

#[tokio::test]
async fn an_unknown_member_is_refused_with_a_pointer() {
    for (member, token) in [("foo", "/foo"), ("a/b~", "/a~1b~0"), ("IOE0123456789", "")] {
        let mut case = a_case();
        case[member] = json!(1);
        let words = "is not a member of a case";
        check_refused(case.to_string(), 422, "wrong-shape", token, words).await;
        let batch = json!({"cases": [a_case(), case]}).to_string();
        check_refused(batch, 422, "wrong-shape", &format!("/cases/1{token}"), words).await;
    }
}

#[tokio::test]
async fn a_reason_can_be_read_without_its_title() {
    for (case, english, spanish) in [
        (
            with(json!({"form": "I-765"})),
            "This service covers these forms now: ",
            "Este servicio incluye por ahora estos formularios: ",
        ),
        (
            with(json!({"actions": [{"action": "rejected", "occurred_on": "2022-02-03"}]})),
            "Your filing was returned when it arrived",
            "Su solicitud se devolvió al llegar",
        ),
    ] {
        let reason = &post(&service(), case.to_string()).await.json()["reason"];
        assert!(reason["en"].as_str().unwrap().starts_with(english), "{reason}");
        assert!(reason["es"].as_str().unwrap().starts_with(spanish), "{reason}");
    }
}

#[tokio::test]
async fn a_declared_length_is_refused_before_the_body_is_read() {
    let mut request = posted("{}");
    request.headers_mut().insert("content-length", "99999999".parse().unwrap());
    assert_eq!(ask(&service(), request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
