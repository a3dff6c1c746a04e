//! The languages of an answer's texts, and how a batch names its models.

use crate::client::{Answer, ask, post, posted, service};
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use serde_json::{Value, json};

const CASE: &str = r#"{"form": "I-485", "received_on": "2022-01-10"}"#;

/// How many texts an answer has in a language.
fn texts(value: &Value, language: &str) -> usize {
    match value {
        Value::Array(elements) => elements.iter().map(|element| texts(element, language)).sum(),
        Value::Object(members) => {
            let own = usize::from(members.contains_key(language));
            own + members.values().map(|member| texts(member, language)).sum::<usize>()
        }
        _ => 0,
    }
}

async fn asked(query: &str, header: Option<&'static str>, body: &Value) -> Answer {
    let mut request: Request<Body> = posted(body.to_string());
    *request.uri_mut() = format!("/v1/estimates{query}").parse().unwrap();
    if let Some(value) = header {
        request.headers_mut().insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
    }
    ask(&service(), request).await
}

#[tokio::test]
async fn one_language_leaves_the_texts_of_the_other_out() {
    let plain: Value = serde_json::from_str(CASE).unwrap();
    let whole = post(&service(), CASE).await.json();
    let count = texts(&whole, "en");
    assert!(count > 8 && texts(&whole, "es") == count, "{whole}");
    let with = |languages: Value| {
        let mut case = plain.clone();
        case["languages"] = languages;
        case
    };
    for (query, header, body, en, es) in [
        ("", None, with(json!(["en"])), true, false),
        ("", None, with(json!(["es"])), false, true),
        ("", None, with(json!(["en", "es"])), true, true),
        ("?lang=es", None, plain.clone(), false, true),
        ("?lang=es", Some("en"), plain.clone(), false, true),
        ("?lang=es", Some("en"), with(json!(["en"])), true, false),
        ("", Some("en-US,en;q=0.9"), plain.clone(), true, false),
        ("", Some("es, en;q=0.5"), plain.clone(), true, true),
        ("", Some("fr"), plain.clone(), true, true),
    ] {
        let answer = asked(query, header, &body).await.json();
        let expected = (if en { count } else { 0 }, if es { count } else { 0 });
        assert_eq!((texts(&answer, "en"), texts(&answer, "es")), expected, "{query} {header:?} {body}");
        assert_eq!(answer["decision"]["quantiles_days"], whole["decision"]["quantiles_days"]);
    }
    for (wrong, pointer) in
        [(json!([]), "/languages"), (json!(["fr"]), "/languages/0"), (json!("en"), "/languages")]
    {
        assert_eq!(asked("", None, &with(wrong)).await.json()["pointer"], pointer);
    }
}

#[tokio::test]
async fn a_batch_describes_each_model_once() {
    let alone = post(&service(), CASE).await.json();
    let case = |form: &str| json!({"form": form, "received_on": "2022-01-10"});
    let batch = json!({"cases": [case("I-485"), case("I-485"), case("N-400"), case("I-131")]});
    let answers = post(&service(), batch.to_string()).await.json();
    assert_eq!(answers["models"]["I-485"], alone["model"]);
    let forms: Vec<&String> = answers["models"].as_object().unwrap().keys().collect();
    assert_eq!(forms, ["I-485", "N-400"]);
    for (index, form) in ["I-485", "I-485", "N-400"].into_iter().enumerate() {
        let answer = &answers["estimates"][index];
        assert!(answer.get("model").is_none(), "{answer}");
        assert_eq!(answer["model_version"], answers["models"][form]["version"]);
    }
    assert_eq!(answers["estimates"][3]["model_version"], Value::Null);
    assert!(alone.get("model_version").is_none());
}
