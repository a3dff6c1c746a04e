//! The track record: numbers for programs, sentences for people, and never better than it was.

use crate::client::{check_well_formed, clock, get, post, service, settings};
use crate::hand_made::{I485, N400, Recipe, hand_made, rebuilt};
use axum::Router;
use model::{AsOf, JudgedQuantile, TrackRecord};
use serde_json::{Value, json};
use serving::router;

/// A service with a model of this form and this record.
fn with_record(recipe: &Recipe, change: impl FnOnce(&mut Vec<TrackRecord>)) -> Router {
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
        let mut other = record[0].clone();
        other.as_of = AsOf::parse("2022-04-30").unwrap();
        other.horizons[0].q80 = JudgedQuantile::new(4_321, 3, 3);
        record.push(other);
        record[0].followed_days = 149.987_6;
        let end = &mut record[0].horizons[0];
        (end.expected, end.decided) = (0.421_349_9, 1.0 / 3.0);
        (end.crps_days, end.mae_median_days) = (31.254_9, Some(44.5));
    });
    let record = json!({
        "as_of": "2022-01-31", "followed_days": 149.99, "pending": 4321, "sampled": 4321,
        "horizons": [{
            "days": 150.0, "expected": 0.4213, "decided": 0.3333, "q50": {"judged": 2400, "within": 1300},
            "q80": {"judged": 1000, "within": 740}, "crps_days": 31.25, "mae_median_days": 44.5,
        }],
    });
    let case = json!({"form": "I-485", "received_on": "2022-01-10"});
    let answer = post(&service, case.to_string()).await.json();
    let listed = get(&service, "/v1/forms").await.json();
    let form = get(&service, "/v1/forms/I-485").await.json();
    // One case is answered with the time that says most; a form lists them all.
    for place in [&answer["model"], &listed["forms"][0]["model"]] {
        assert_eq!((&place["track_record"], &place["estimator"]), (&record, &json!("by hand")));
    }
    assert_eq!(form["training"]["track_record"][0], record);
    let other = &form["training"]["track_record"][1]["horizons"][0];
    assert_eq!(other["q80"], json!({"judged": 3, "within": null}));
    let none = with_record(&I485, |record| record.clear());
    let answer = post(&none, case.to_string()).await.json();
    assert_eq!(answer["model"].get("track_record"), Some(&Value::Null));
    let form = get(&none, "/v1/forms/I-485").await.json();
    assert_eq!(form["training"]["track_record"], json!([]));
}

#[tokio::test]
async fn the_page_says_how_accurate_estimates_were() {
    let english = page(&service(), "form=I-485").await;
    for words in [
        "<h3>How accurate these estimates have been</h3>",
        "on January 31, 2022, this way of estimating looked at about 4,300 open cases of this form.",
        "It expected 42 of every 100 to be decided in the next 150 days. It was 50 of every 100.",
        "For about 1,000 of them, it said that 8 out of 10 would be decided by a day that has passed. It was 7.4 out of 10.",
        "For about 2,400 of them, its middle estimate lay in that time. It was off by about 45 days on average.",
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
        let service = with_record(recipe, |record| {
            record[0].horizons[0].q80 = JudgedQuantile::new(4_321, judged, judged.min(740));
        });
        let html = page(&service, query).await;
        assert!(html.contains(there) && !html.contains(absent), "{html}");
    }
    let early = with_record(&I485, |record| record[0].horizons[0].mae_median_days = None);
    let html = page(&early, "form=I-485").await;
    let too_early = "It is too early to say by how many days it was off";
    assert!(html.contains(too_early) && !html.contains("was off by about"), "{html}");
    let untested = with_record(&I485, |record| record.clear());
    let html = page(&untested, "form=I-485").await;
    let none =
        "This way of estimating was not tested on earlier cases. There is too little data for such a test.";
    assert!(html.contains(none), "{html}");
    assert!(!html.contains("A test: on"));
}
