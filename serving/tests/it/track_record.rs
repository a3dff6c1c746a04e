//! The track record: numbers for programs, sentences for people, and never better than it was.

use crate::client::{check_well_formed, clock, get, post, service, settings};
use crate::hand_made::{I485, N400, Recipe, hand_made, rebuilt};
use axum::Router;
use model::TrackRecord;
use serde_json::{Value, json};
use serving::router;

/// A service with a model of this form and this record.
fn with_record(recipe: &Recipe, change: impl FnOnce(&mut Option<TrackRecord>)) -> Router {
    let made = hand_made(recipe);
    let mut training = made.training().clone();
    change(&mut training.track_record);
    let models = rebuilt(&made, made.form().spec().clone(), training, made.predictor().time_scale());
    router(models, settings(), clock())
}

async fn page(service: &Router, query: &str) -> String {
    let html = get(service, &format!("/?received_on=2022-01-10&{query}")).await.text;
    check_well_formed(&html);
    html
}

#[tokio::test]
async fn every_description_of_a_model_has_its_track_record() {
    let service = with_record(&I485, |record| {
        let record = record.as_mut().unwrap();
        (record.expected, record.decided) = (0.421_349_9, 1.0 / 3.0);
        (record.followed_days, record.crps_days, record.mae_median_days) = (149.987_6, 31.254_9, 44.5);
    });
    let record = json!({
        "as_of": "2022-01-31", "followed_days": 149.99, "pending": 4321, "expected": 0.4213, "decided": 0.3333,
        "judged": 1000, "within_q80": 740, "crps_days": 31.25, "mae_median_days": 44.5,
    });
    let case = json!({"form": "I-485", "received_on": "2022-01-10"});
    let answer = post(&service, case.to_string()).await.json();
    let listed = get(&service, "/v1/forms").await.json();
    let form = get(&service, "/v1/forms/I-485").await.json();
    for place in [&answer["model"], &listed["forms"][0]["model"], &form["training"]] {
        assert_eq!(place["track_record"], record);
        assert_eq!(place["estimator"], "by hand");
    }
    let none = with_record(&I485, |record| *record = None);
    let answer = post(&none, case.to_string()).await.json();
    assert_eq!(answer["model"].get("track_record"), Some(&Value::Null));
    let form = get(&none, "/v1/forms/I-485").await.json();
    assert_eq!(form["training"].get("track_record"), Some(&Value::Null));
}

#[tokio::test]
async fn the_page_says_how_accurate_estimates_were() {
    let english = page(&service(), "form=I-485").await;
    for words in [
        "<h3>How accurate these estimates have been</h3>",
        "on January 31, 2022, this way of estimating looked at about 4,300 open cases of this form.",
        "It expected 42 of every 100 to be decided in the next 150 days. It was 50 of every 100.",
        "For about 1,000 of them, it said that 8 out of 10 would be decided by a day that has passed. It was 7.4 out of 10.",
        "Counting at most 150 days for each case, its middle estimate was off by about 45 days on average.",
    ] {
        assert!(english.contains(words), "{words}: {english}");
    }
    assert!(!english.contains("made-up"));
    let spanish = page(&service(), "form=I-485&lang=es").await;
    for words in [
        "<h3>Qué tan precisas han sido estas estimaciones</h3>",
        "Esperaba que 42 de cada 100 se decidieran en los 150 días siguientes. Fueron 50 de cada 100.",
        "Fueron 7.4 de cada 10.",
    ] {
        assert!(spanish.contains(words), "{words}: {spanish}");
    }
}

#[tokio::test]
async fn a_missing_or_simulated_record_is_labelled() {
    for (recipe, query, judged, there, absent) in [
        (
            &N400,
            "form=N-400",
            1_000,
            "These were made-up cases too, so the test says nothing about real ones.",
            "También eran casos inventados",
        ),
        (&N400, "form=N-400&lang=es", 1_000, "También eran casos inventados", "These were made-up cases too"),
        (&I485, "form=I-485", 1_000, "8 out of 10 would be decided by a day", "made-up cases too"),
        (&I485, "form=I-485", 0, "It expected 42 of every 100", "8 out of 10 would be decided by a day"),
    ] {
        let service = with_record(recipe, |record| record.as_mut().unwrap().judged = judged);
        let html = page(&service, query).await;
        assert!(html.contains(there) && !html.contains(absent), "{html}");
    }
    let untested = with_record(&I485, |record| *record = None);
    let html = page(&untested, "form=I-485").await;
    let none =
        "This way of estimating was not tested on earlier cases. There is too little data for such a test.";
    assert!(html.contains(none), "{html}");
    assert!(!html.contains("A test: on"));
}
