//! What makes an estimate longer or shorter than that of a typical case, over HTTP.

use axum::Router;
use model::artifact::decode;
use model::{Action, AsOf, ReferenceCase, Stamp};
use serde_json::{Value, json};
use serving::router;

use crate::client::{clock, post, service, settings};
use crate::hand_made::{I485, file_of, hand_made, loaded};

/// A service whose model compares with a case of LIN.
fn comparing() -> Router {
    let reference = ReferenceCase {
        received: Stamp::parse("2022-03-01").unwrap(),
        attributes: vec![("center".to_owned(), "LIN".to_owned())],
        actions: vec![Action::new("biometrics_taken", Stamp::parse("2022-04-01").unwrap())],
        as_of: AsOf::parse("2022-06-30").unwrap(),
    };
    let model = hand_made(&I485).with_reference(reference).unwrap();
    router(loaded([decode(&file_of(&model)).unwrap()]), settings(), clock())
}

fn case() -> Value {
    json!({
        "form": "I-485", "received_on": "2022-01-10", "attributes": {"center": "MSC"},
        "actions": [{"action": "biometrics_taken", "occurred_on": "2022-02-03"}],
    })
}

#[tokio::test]
async fn the_days_of_the_reasons_sum_to_the_estimate() {
    let answer = post(&comparing(), case().to_string()).await.json();
    let reasons = &answer["reasons"];
    assert_eq!(reasons["reference"]["attributes"], json!({"center": "LIN"}));
    assert_eq!(reasons["reference"]["state"]["id"], "biometrics");
    assert_eq!(reasons["reference"]["waited_days"], 121.0);
    let days = reasons["days"].as_array().unwrap();
    let groups: Vec<&str> = days.iter().map(|one| one["group"].as_str().unwrap()).collect();
    assert!(groups.contains(&"what_happened"), "{reasons}");
    for one in days {
        assert!(one["label"]["en"].is_string() && one["label"]["es"].is_string(), "{one}");
    }
    let sum: f64 = days.iter().map(|one| one["days"].as_f64().unwrap()).sum();
    let median = answer["decision"]["quantiles_days"]["q50"].as_f64().unwrap();
    let reference = reasons["reference"]["median_days"].as_f64().unwrap();
    assert!((reference + sum - median).abs() < 0.05, "{reference} + {sum} is not {median}");
    assert!(answer["model"]["estimator"].is_string());
}

#[tokio::test]
async fn one_language_is_enough() {
    let mut asked = case();
    asked["languages"] = json!(["es"]);
    let answer = post(&comparing(), asked.to_string()).await.json();
    let label = &answer["reasons"]["days"][0]["label"];
    assert!(label["es"].is_string() && label["en"].is_null(), "{label}");
}

#[tokio::test]
async fn without_an_estimate_or_a_reference_there_are_no_reasons() {
    let mut decided = case();
    decided["actions"][0] = json!({"action": "approved", "occurred_on": "2022-05-01"});
    let answer = post(&comparing(), decided.to_string()).await.json();
    assert!(answer["reasons"].is_null() && answer["line"].is_null(), "{answer}");
    let answer = post(&service(), case().to_string()).await.json();
    assert_eq!((answer["status"].as_str(), &answer["reasons"]), (Some("estimated"), &Value::Null));
    assert!(answer["line"].is_null(), "the model does not know the lines");
}
