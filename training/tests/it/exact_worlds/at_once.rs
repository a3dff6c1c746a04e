//! What comes at the very moment of the entry counts.

use data::HistoryTimes;
use training::Fixed;

use super::{Answers, by_dates, evenly, exponential, world};
use crate::worlds::{Filing, moment};

/// A share of decisions at once, and the others after an exponentially distributed time.
fn decided_at_once(share: f64) -> Vec<Filing> {
    world(6_000, |number, received, filing| {
        let level = evenly(number);
        let wait = if level < share { 0.0 } else { exponential(10.0, (level - share) / (1.0 - share)) };
        filing.then("approved", moment(received + wait))
    })
}

/// Checks quantiles of which a share is zero.
fn check(quantiles: &model::Quantiles, share: f64) {
    for &level in model::LEVELS.iter().filter(|level| **level <= 0.9) {
        let said = f64::from(quantiles.at(level));
        let right = exponential(10.0, ((level - share) / (1.0 - share)).max(0.0));
        let is_right =
            if level < share - 0.01 { said == 0.0 } else { (said - right).abs() <= 0.1 * right + 0.5 };
        assert!(is_right, "{said}, not {right} at {level}: {quantiles:?}");
    }
}

#[test]
fn half_of_the_decisions_come_at_once() {
    let answers = Answers::new(&decided_at_once(0.5));
    answers.on_entry(&[]).iter().for_each(|quantiles| check(quantiles, 0.5));
    // A moment later only those who wait are left.
    for answer in answers.waiting("received", 0.0..1.0) {
        check(&answer.decision, 0.0);
    }
}

#[test]
fn most_decisions_have_the_date_of_the_receipt() {
    let filings = by_dates(decided_at_once(0.7));
    let answers = Answers::of(&filings, HistoryTimes::Days, Fixed::default());
    answers.on_entry(&[]).iter().for_each(|quantiles| check(quantiles, 0.7));
}

#[test]
fn half_of_the_answers_come_with_their_request() {
    let filings = world(6_000, |number, received, filing| {
        let asked = received + 30.0 * evenly(number + 3);
        let level = evenly(number);
        let wait = if level < 0.5 { 0.0 } else { exponential(10.0, 2.0 * level - 1.0) };
        let filing = filing.then("rfe_sent", moment(asked)).then("rfe_response", moment(asked + wait));
        filing.then("approved", moment(asked + wait + 20.0))
    });
    let [decision, step] = Answers::new(&filings).on_entry(&["rfe_sent"]);
    check(&step, 0.5);
    for (level, right) in [(0.25, 20.0), (0.45, 20.0), (0.75, 20.0 + exponential(10.0, 0.5))] {
        assert!((decision.at(level) - right as f32).abs() < 1.5, "{level}: {decision:?}");
    }
}
