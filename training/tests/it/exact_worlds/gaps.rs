//! Where nothing ever happens, nothing is expected.

use data::HistoryTimes;
use training::Fixed;

use super::{Answer, Answers, CLOCKS, by_dates, decision, evenly, must_be, on_clock, step, world};
use crate::worlds::moment;

const LEVELS: [f64; 5] = [0.05, 0.25, 0.45, 0.75, 0.95];

fn waited(answer: &Answer) -> f64 {
    answer.seen.since_receipt.get()
}

#[test]
fn everybody_takes_as_long_as_everybody_takes() {
    let filings = world(6_000, |_, received, filing| filing.then("approved", moment(received + 100.25)));
    let answers = Answers::new(&filings);
    for days in [0.0..2.0, 49.0..51.0, 89.0..91.0, 98.0..100.0] {
        for quantiles in [decision, step] {
            must_be(&answers.waiting("received", days.clone()), quantiles, &LEVELS, |answer, _| {
                100.25 - waited(answer)
            });
        }
    }
}

#[test]
fn cases_are_decided_on_one_of_two_days() {
    let filings = world(6_000, |number, received, filing| {
        let days = if number.is_multiple_of(2) { 30.0 } else { 200.0 };
        filing.then("approved", moment(received + days))
    });
    let answers = Answers::of(&by_dates(filings), HistoryTimes::Days, Fixed::default());
    for days in [0.0..2.0, 18.0..22.0, 31.0..34.0, 100.0..102.0, 180.0..185.0] {
        must_be(&answers.waiting("received", days), decision, &LEVELS, |answer, level| {
            let soon = waited(answer) < 30.0 && level < 0.5;
            if soon { 30.0 - waited(answer) } else { 200.0 - waited(answer) }
        });
    }
}

#[test]
fn a_step_on_a_day_is_followed_by_the_decision_on_another() {
    let filings = world(6_000, |_, received, filing| {
        let filing = filing.then("biometrics_taken", moment(received + 20.25));
        filing.then("approved", moment(received + 80.5))
    });
    for clock in CLOCKS {
        let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(clock));
        for days in [0.0..2.0, 15.0..19.0] {
            let new = answers.waiting("received", days);
            must_be(&new, step, &LEVELS, |answer, _| 20.25 - waited(answer));
            must_be(&new, decision, &LEVELS, |answer, _| 80.5 - waited(answer));
        }
        let taken = answers.waiting("biometrics", 50.0..55.0);
        must_be(&taken, decision, &LEVELS, |answer, _| 80.5 - waited(answer));
    }
}

#[test]
fn nothing_happens_between_two_stretches() {
    let filings = world(12_000, |number, received, filing| {
        let begins = if number.is_multiple_of(2) { 10.0 } else { 100.0 };
        filing.then("approved", moment(received + begins + 10.0 * evenly(number / 2)))
    });
    let answers = Answers::new(&filings);
    for days in [0.0..2.0, 5.0..7.0] {
        must_be(
            &answers.waiting("received", days),
            step,
            &[0.05, 0.25, 0.45, 0.75, 0.95],
            |answer, level| {
                let takes = if level < 0.5 { 10.0 + 20.0 * level } else { 90.0 + 20.0 * level };
                takes - waited(answer)
            },
        );
    }
    for days in [22.0..24.0, 50.0..52.0, 90.0..95.0] {
        must_be(&answers.waiting("received", days), step, &LEVELS, |answer, level| {
            100.0 + 10.0 * level - waited(answer)
        });
    }
}
