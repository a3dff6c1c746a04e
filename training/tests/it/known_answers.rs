//! Scores agree with scikit-survival. `known_answers/make.py` computed its numbers.

use serde_json::Value;
use training::score::brier;
use training::score::censoring::{Censoring, Observed};
use training::score::concordance;

const KNOWN: &str = include_str!("known_answers/scikit_survival.json");

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn observed(value: &Value) -> Vec<Observed> {
    let events = value["event"].as_array().unwrap().iter().map(|event| event.as_bool().unwrap());
    numbers(&value["time"]).into_iter().zip(events).map(|(time, event)| Observed { time, event }).collect()
}

#[test]
fn brier_scores_and_concordance_agree_with_scikit_survival() {
    let known: Value = serde_json::from_str(KNOWN).unwrap();
    let censoring = Censoring::from_observed(&observed(&known["train"]));
    let test = observed(&known["test"]);
    let times = numbers(&known["times"]);
    let survival: Vec<Vec<f64>> = known["survival"].as_array().unwrap().iter().map(numbers).collect();
    for (k, expected) in numbers(&known["brier"]).into_iter().enumerate() {
        let score = brier::at(&censoring, &test, times[k], |case| survival[case][k]);
        assert!((score - expected).abs() < 1e-6, "Brier at {}: {score}, not {expected}", times[k]);
    }
    let column = |time: f64| times.iter().position(|&known| known == time).unwrap();
    let integrated = brier::integrated(&censoring, &test, &times, |case, time| survival[case][column(time)]);
    assert!((integrated - known["integrated_brier"].as_f64().unwrap()).abs() < 1e-6, "{integrated}");
    let risk = numbers(&known["test"]["risk"]);
    let harrell = concordance::harrell(&test, &risk).unwrap();
    assert!((harrell - known["harrell"].as_f64().unwrap()).abs() < 1e-6, "{harrell}");
    let uno = concordance::uno(&censoring, &test, &risk).unwrap();
    assert!((uno - known["uno"].as_f64().unwrap()).abs() < 1e-6, "{uno}");
}
