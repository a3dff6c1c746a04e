//! Missing values, time on hold and open requests.

use data::HistoryTimes;
use model::Features;

use super::{Answer, Answers, CLOCKS, decision, evenly, exponential, must_be, on_clock, step, world};
use crate::worlds::moment;

const LEVELS: [f64; 3] = [0.1, 0.5, 0.9];

#[test]
fn a_case_of_an_unknown_office_is_answered_by_all_offices() {
    // Of ten cases four are at each office, and of two, one of each office, nobody knows.
    let filings = world(20_000, |number, received, mut filing| {
        filing.office = [Some("NBC"), Some("TSC"), None][(number / 2 % 10 / 4) as usize];
        filing.office = filing.office.map(|_| if number.is_multiple_of(2) { "NBC" } else { "TSC" });
        let mean = if number.is_multiple_of(2) { 20.0 } else { 80.0 };
        filing.then("approved", moment(received + exponential(mean, evenly(number / 2))))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    let left = |waited: f64, mean: f64| (-waited / mean).exp();
    // The time at which the share of the cases at the two offices that are still waiting has fallen to the level.
    let of_both = |waited: f64, level: f64| {
        let all = left(waited, 20.0) + left(waited, 80.0);
        let still = |days: f64| (left(waited + days, 20.0) + left(waited + days, 80.0)) / all;
        (0..).map(|tenth| f64::from(tenth) / 10.0).find(|days| still(*days) <= 1.0 - level).unwrap()
    };
    for days in [0.0..3.0, 30.0..35.0, 60.0..70.0] {
        must_be(&answers.waiting("received", days.clone()), decision, &LEVELS, |answer, level| match answer
            .office
        {
            Some("NBC") => exponential(20.0, level),
            Some(_) => exponential(80.0, level),
            None => of_both(answer.seen.since_receipt.get(), level),
        });
    }
    // A value that was never seen is as good as none.
    let unknown = answers.model.schema().queue_of(|_| Some("XYZ"));
    let missing = answers.waiting("received", 30.0..35.0).into_iter().find(|answer| answer.office.is_none());
    let seen = missing.unwrap().seen;
    assert_eq!(seen, Features { queue: unknown, ..seen });
}

#[test]
fn time_on_hold_is_not_counted_as_waited() {
    // Every third case is on hold for 50 to 100 days; each is decided after 90 to 110 days of work.
    let filings = world(15_000, |number, received, filing| {
        let (takes, share) = (90.0 + 20.0 * evenly(number), evenly(number / 3));
        if !number.is_multiple_of(3) {
            return filing.then("approved", moment(received + takes));
        }
        let (begins, lasts) = (received + 10.0 + 50.0 * share, 50.0 + 50.0 * evenly(number / 3 + 9));
        let filing = filing.then("on_hold", moment(begins)).then("hold_lifted", moment(begins + lasts));
        filing.then("approved", moment(received + takes + lasts))
    });
    for clock in CLOCKS {
        let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(clock));
        for was_held in [false, true] {
            for days in [60.0..65.0, 70.0..75.0, 80.0..85.0] {
                let waiting = answers.chosen("received", |answer| {
                    let waited = answer.seen.since_receipt.get();
                    days.contains(&waited) && (answer.age - waited > 40.0) == was_held
                });
                for quantiles in [decision, step] {
                    must_be(&waiting, quantiles, &LEVELS, |answer, level| {
                        90.0 + 20.0 * level - answer.seen.since_receipt.get()
                    });
                }
            }
        }
    }
}

#[test]
fn time_on_hold_in_a_later_state_is_not_counted_either() {
    // Two holds of each case: before the biometrics, and after them.
    let filings = world(10_000, |number, received, filing| {
        let [first, second] = [20.0 + 60.0 * evenly(number), 20.0 + 60.0 * evenly(number + 777)];
        let taken = received + 30.25 + first;
        let filing = filing
            .then("on_hold", moment(received + 5.0))
            .then("hold_lifted", moment(received + 5.0 + first));
        let filing = filing.then("biometrics_taken", moment(taken)).then("on_hold", moment(taken + 10.0));
        filing
            .then("hold_lifted", moment(taken + 10.0 + second))
            .then("approved", moment(taken + 60.25 + second))
    });
    for clock in CLOCKS {
        let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(clock));
        let new = answers.waiting("received", 6.0..29.0);
        must_be(&new, step, &LEVELS, |answer, _| 30.25 - answer.seen.since_receipt.get());
        must_be(&new, decision, &LEVELS, |answer, _| 90.5 - answer.seen.since_receipt.get());
        let taken = answers.chosen("biometrics", |answer| answer.seen.in_state.get() > 15.0);
        must_be(&taken, decision, &LEVELS, |answer, _| 60.25 - answer.seen.in_state.get());
    }
}

#[test]
fn an_open_request_has_its_own_clock() {
    // The answer comes 40 days after the request, whatever the office does meanwhile, and the decision 20 days after it.
    let filings = world(10_000, |number, received, filing| {
        let asked = received + 30.0 * evenly(number);
        let filing = filing.then("rfe_sent", moment(asked));
        let filing = match number % 3 {
            0 => filing,
            1 => filing.then("transferred", moment(asked + 3.0 + 30.0 * evenly(number / 3))),
            _ => filing.then("under_review", moment(asked + 3.0 + 30.0 * evenly(number / 3))),
        };
        filing.then("rfe_response", moment(asked + 40.25)).then("approved", moment(asked + 60.5))
    });
    let answers = Answers::of(&filings, HistoryTimes::Moments, on_clock(CLOCKS[0]));
    let since_request = |answer: &Answer| answer.seen.in_state.get();
    for days in [1.0..3.0, 20.0..25.0, 35.0..39.0] {
        let asked = answers.chosen("evidence_requested", |answer| days.contains(&since_request(answer)));
        must_be(&asked, step, &LEVELS, |answer, _| 40.25 - since_request(answer));
        must_be(&asked, decision, &LEVELS, |answer, _| 60.5 - since_request(answer));
    }
    let states: Vec<&str> = answers.cases.iter().map(|answer| answer.state.as_str()).collect();
    assert!(
        !states.contains(&"transferred") && !states.contains(&"under_review"),
        "the request is still open"
    );
}
