//! What the record does not show has a tail, and no tail makes decades of weeks.

use data::HistoryTimes;

use super::{Answers, CLOCKS, decision, evenly, exponential, must_be, on_clock, step, world};
use crate::worlds::moment;

#[test]
fn a_record_that_is_shorter_than_half_of_the_waits_has_their_median() {
    let filings = world(30_000, |number, received, filing| {
        filing.then("approved", moment(received + exponential(600.0, evenly(number))))
    });
    for clock in CLOCKS {
        let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(clock));
        for days in [0.0..5.0, 100.0..105.0, 200.0..205.0] {
            must_be(&answers.waiting("received", days), decision, &[0.25, 0.5, 0.75], |_, level| {
                exponential(600.0, level)
            });
        }
    }
}

#[test]
fn a_slow_office_beside_a_quick_one_has_its_own_times_and_the_quick_one_too() {
    let filings = world(20_000, |number, received, mut filing| {
        let slow = number.is_multiple_of(2);
        let mean = if slow { 1_500.0 } else { 30.0 };
        filing.office = Some(if slow { "TSC" } else { "NBC" });
        filing.then("approved", moment(received + exponential(mean, evenly(number / 2))))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    for days in [0.0..5.0, 30.0..35.0, 60.0..65.0] {
        must_be(&answers.waiting("received", days), decision, &[0.25, 0.5, 0.75], |answer, level| {
            exponential(if answer.office == Some("TSC") { 1_500.0 } else { 30.0 }, level)
        });
    }
}

#[test]
fn an_office_that_decided_almost_nothing_is_slow_and_not_unknown() {
    let filings = world(20_000, |number, received, mut filing| {
        let slow = number.is_multiple_of(50);
        let mean = if slow { 2_000.0 } else { 30.0 };
        filing.office = Some(if slow { "TSC" } else { "NBC" });
        filing.then("approved", moment(received + exponential(mean, evenly(number / 50 + number))))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    let slow = answers.chosen("received", |answer| answer.office == Some("TSC"));
    // Leaning on the other offices counts as ten more decisions, beside some twenty.
    let right = exponential(2_000.0, 0.5);
    let medians = slow.iter().map(|answer| f64::from(answer.decision.at(0.5)));
    let wrong: Vec<f64> = medians.filter(|median| !(0.45 * right..1.2 * right).contains(median)).collect();
    assert!(
        slow.len() > 100 && wrong.is_empty(),
        "{} of {}: {}",
        wrong.len(),
        slow.len(),
        wrong.first().unwrap_or(&0.0)
    );
}

#[test]
fn a_way_that_takes_years_does_not_delay_the_usual_one() {
    // One in eleven is asked for evidence, and few such cases were ever decided.
    let filings = world(20_000, |number, received, filing| {
        let filing = filing.then("biometrics_taken", moment(received + 10.0));
        let left = received + 10.0 + exponential(50.0, evenly(number / 11));
        if number.is_multiple_of(11) {
            let decided = left + exponential(2_000.0, evenly(number / 11 + 5));
            filing.then("rfe_sent", moment(left)).then("approved", moment(decided))
        } else {
            filing.then("approved", moment(left))
        }
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    for days in [11.0..13.0, 60.0..65.0, 100.0..110.0] {
        let taken = answers.waiting("biometrics", days);
        must_be(&taken, step, &[0.25, 0.5, 0.8], |_, level| exponential(50.0, level));
        must_be(&taken, decision, &[0.25, 0.5, 0.8], |_, level| exponential(50.0, level * 11.0 / 10.0));
        for answer in taken {
            assert!(
                answer.said.0 == "decision" && (answer.said.1 - 10.0 / 11.0).abs() < 0.03,
                "{:?}",
                answer.said
            );
        }
    }
    let forty_years = 40.0 * model::DAYS_PER_YEAR as f32;
    assert!(answers.cases.iter().all(|answer| answer.decision.at(0.5) < forty_years));
}
