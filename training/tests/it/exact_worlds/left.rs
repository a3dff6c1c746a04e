//! A case that left a state says nothing about those who are still in it.

use data::HistoryTimes;
use model::TimeScale;
use training::Fixed;

use super::{Answers, by_dates, decision, evenly, must_be, on_clock, step, world};
use crate::worlds::{Filing, moment};

/// From a moment on, every second case has an action after 5 to 9 days and its decision after 290 to 310, and the others have
/// their decision after 110 to 130.
fn half_goes_another_way(code: &str, number: u32, from: f64, filing: Filing) -> Filing {
    let share = evenly(number / 2);
    if number.is_multiple_of(2) {
        let filing = filing.then(code, moment(from + 5.0 + 4.0 * evenly(number / 2 + 7)));
        filing.then("approved", moment(from + 290.0 + 20.0 * share))
    } else {
        filing.then("approved", moment(from + 110.0 + 20.0 * share))
    }
}

/// Checks both times of those who stayed, and the decision of those who left.
fn check(answers: &Answers, stayed: &str, left: &str, waited: impl Fn(&super::Answer) -> f64 + Copy) {
    let days = [20.0..21.5, 69.0..71.0, 94.0..96.0];
    for days in days {
        let still = answers.chosen(stayed, |answer| days.contains(&waited(answer)));
        for quantiles in [decision, step] {
            must_be(&still, quantiles, &[0.1, 0.5, 0.9], |answer, level| {
                110.0 + 20.0 * level - waited(answer)
            });
        }
        let gone = answers.chosen(left, |answer| days.contains(&waited(answer)));
        must_be(&gone, decision, &[0.1, 0.5, 0.9], |answer, level| 290.0 + 20.0 * level - waited(answer));
    }
}

#[test]
fn a_case_that_left_by_a_step_no_longer_counts_for_those_who_are_still_there() {
    let filings =
        world(12_000, |number, received, filing| half_goes_another_way("rfe_sent", number, received, filing));
    let answers = Answers::new(&filings);
    check(&answers, "received", "evidence_requested", |answer| answer.seen.since_receipt.get());
    // On the first day both ways are open, so the quantiles are those of the mixture.
    let new = answers.waiting("received", 0.0..3.0);
    must_be(&new, decision, &[0.25, 0.75], |answer, level| {
        let takes = if level < 0.5 { 120.0 } else { 300.0 };
        takes - answer.seen.since_receipt.get()
    });
}

#[test]
fn a_case_that_left_by_a_change_of_status_no_longer_counts_either() {
    let filings = world(12_000, |number, received, filing| {
        half_goes_another_way("transferred", number, received, filing)
    });
    let answers = Answers::of(&by_dates(filings), HistoryTimes::Days, Fixed::default());
    check(&answers, "received", "transferred", |answer| answer.seen.since_receipt.get());
}

#[test]
fn a_case_that_left_a_later_state_no_longer_counts_on_its_clock() {
    let filings = world(12_000, |number, received, filing| {
        let taken = received + 10.0 + 40.0 * evenly(number);
        half_goes_another_way("rfe_sent", number, taken, filing.then("biometrics_taken", moment(taken)))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(TimeScale::InState));
    for days in [20.0..22.0, 69.0..71.0, 94.0..96.0] {
        let still = answers.chosen("biometrics", |answer| days.contains(&answer.seen.in_state.get()));
        for quantiles in [decision, step] {
            must_be(&still, quantiles, &[0.1, 0.5, 0.9], |answer, level| {
                110.0 + 20.0 * level - answer.seen.in_state.get()
            });
        }
    }
}
