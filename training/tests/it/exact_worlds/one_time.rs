//! One event has one time.

use data::HistoryTimes;
use training::Fixed;

use super::{Answer, Answers, CLOCKS, decision, evenly, must_be, on_clock, step, world};
use crate::worlds::moment;

const LEVELS: [f64; 4] = [0.1, 0.3, 0.5, 0.8];

/// Checks that a case's next step and decision have the same time, and which one.
fn check(answers: &[&Answer], waited: impl Fn(&Answer) -> f64, right: impl Fn(f64, f64) -> f64) {
    must_be(answers, decision, &LEVELS, |answer, level| right(waited(answer), level));
    for answer in answers {
        assert_eq!(answer.said.0, "decision");
        for level in LEVELS {
            let [step, decision] = [step(answer), decision(answer)].map(|quantiles| quantiles.at(level));
            assert!(step <= decision && decision - step < 3.0, "{level}: step {step}, decision {decision}");
        }
    }
}

/// The days left at a level of a time between two days, for a case that waited.
fn between(from: f64, to: f64, waited: f64, level: f64) -> f64 {
    let begins = from.max(waited);
    begins + (to - begins) * level - waited
}

#[test]
fn a_next_step_that_is_the_decision_has_its_time() {
    // Most cases go straight to the decision; a few are asked for evidence first and take far longer.
    let filings = world(8_000, |number, received, filing| {
        let share = evenly(number / 20);
        if number.is_multiple_of(20) {
            let filing = filing.then("rfe_sent", moment(received + 100.0 * share));
            filing.then("approved", moment(received + 600.0))
        } else {
            filing.then("approved", moment(received + 40.0 + 60.0 * evenly(number)))
        }
    });
    for fixed in [Fixed::default(), on_clock(CLOCKS[0]), on_clock(CLOCKS[1])] {
        let answers = Answers::of(&filings, HistoryTimes::Moments, fixed);
        let waiting = answers.waiting("received", 55.0..65.0);
        // One in 20 goes another way.
        check(
            &waiting,
            |answer| answer.seen.since_receipt.get(),
            |waited, level| between(40.0, 100.0, waited, level * 1.03),
        );
    }
}

#[test]
fn a_decision_from_a_status_has_its_time() {
    let filings = world(8_000, |number, received, filing| {
        let moved = received + 30.0 * evenly(number);
        let filing = filing.then("transferred", moment(moved));
        filing.then("approved", moment(moved + 40.0 + 60.0 * evenly(number + 4_000)))
    });
    for clock in CLOCKS {
        let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(clock));
        let moved = answers.chosen("transferred", |answer| answer.seen.in_state.get() < 3.0);
        let waited = |answer: &Answer| answer.seen.in_state.get();
        if clock == CLOCKS[0] {
            check(&moved, waited, |waited, level| between(40.0, 100.0, waited, level));
        }
        for answer in moved {
            assert_eq!(answer.step, answer.decision);
        }
    }
}

#[test]
fn the_decision_of_a_reopened_case_has_its_time() {
    let filings = world(8_000, |number, received, filing| {
        let denied = received + 20.0 + 20.0 * evenly(number);
        let again = denied + 10.0;
        let filing = filing.then("denied", moment(denied)).then("reopened_appeal", moment(again));
        filing.then("approved", moment(again + 40.0 + 60.0 * evenly(number + 4_000)))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    for days in [0.0..3.0, 50.0..55.0, 80.0..85.0] {
        let again = answers.chosen("reopened", |answer| days.contains(&answer.seen.in_state.get()));
        check(
            &again,
            |answer| answer.seen.in_state.get(),
            |waited, level| between(40.0, 100.0, waited, level),
        );
    }
}
