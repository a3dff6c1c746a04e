//! The next step is said with the probability with which it comes.

use data::HistoryTimes;
use training::Fixed;

use super::{Answer, Answers, by_dates, evenly, world};
use crate::worlds::{Filing, moment};

/// Of ten cases some have biometrics by day 40, some a request by day 80, and the others a decision on day 40 to 120.
fn three_ways(biometrics: u32, requests: u32, number: u32, received: f64, filing: Filing) -> Filing {
    let (way, level) = (number / 2 % 10, evenly(number / 20));
    if way < biometrics {
        let filing = filing.then("biometrics_taken", moment(received + 40.0 * level));
        filing.then("approved", moment(received + 150.0))
    } else if way < biometrics + requests {
        let filing = filing.then("rfe_sent", moment(received + 80.0 * level));
        filing.then("approved", moment(received + 150.0))
    } else {
        filing.then("approved", moment(received + 40.0 + 80.0 * level))
    }
}

/// Checks the label of every case that waits after its receipt.
fn check(answers: &Answers, shares: impl Fn(&Answer) -> [f64; 2]) {
    let waiting = answers.waiting("received", 0.0..115.0);
    assert!(waiting.len() > 500);
    for answer in waiting {
        let waited = answer.seen.since_receipt.get();
        let [biometrics, requests] = shares(answer);
        let ahead = [
            ("biometrics", biometrics * (1.0 - waited / 40.0).max(0.0)),
            ("evidence_requested", requests * (1.0 - waited / 80.0).max(0.0)),
            ("decision", (1.0 - biometrics - requests) * ((120.0 - waited) / 80.0).min(1.0)),
        ];
        let all: f64 = ahead.iter().map(|(_, ahead)| ahead).sum();
        let (_, ahead) = ahead.iter().find(|(step, _)| *step == answer.said.0).unwrap();
        let right = ahead / all;
        assert!(
            (answer.said.1 - right).abs() < 0.05 && right > 0.38,
            "{:?} after {waited} days at {:?}, not {right}",
            answer.said,
            answer.office
        );
    }
}

#[test]
fn the_most_likely_step_has_its_probability_after_every_wait() {
    let filings = world(24_000, |number, received, filing| three_ways(5, 2, number, received, filing));
    check(&Answers::new(&filings), |_| [0.5, 0.2]);
}

#[test]
fn the_most_likely_step_has_its_probability_by_dates() {
    let filings = world(24_000, |number, received, filing| three_ways(2, 3, number, received, filing));
    check(&Answers::of(&by_dates(filings), HistoryTimes::Days, Fixed::default()), |_| [0.2, 0.3]);
}

#[test]
fn offices_have_their_own_steps() {
    let ways = |office| if office == Some("NBC") { [7, 1] } else { [1, 2] };
    let filings = world(24_000, |number, received, mut filing| {
        filing.office = Some(if number.is_multiple_of(2) { "NBC" } else { "TSC" });
        let [biometrics, requests] = ways(filing.office);
        three_ways(biometrics, requests, number, received, filing)
    });
    check(&Answers::new(&filings), |answer| ways(answer.office).map(|ways| f64::from(ways) / 10.0));
}
