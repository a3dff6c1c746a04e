//! A state that few cases were in keeps its own pace.

use super::{Answers, decision, evenly, must_be, world};
use crate::worlds::moment;

/// One of 150 cases gets a request at its receipt, which it answers within a fifth of a day, and is decided 30 to 50 days later.
/// The others are decided on day 50 to 150.
fn answers() -> Answers {
    Answers::new(&world(12_000, |number, received, filing| {
        let level = evenly(number / 150);
        if !number.is_multiple_of(150) {
            return filing.then("approved", moment(received + 50.0 + 100.0 * evenly(number)));
        }
        let answered = received + 0.2 * level;
        let filing = filing.then("rfe_sent", moment(received));
        filing
            .then("rfe_response", moment(answered))
            .then("approved", moment(answered + 30.0 + 20.0 * evenly(number / 150 + 7)))
    }))
}

#[test]
fn what_comes_next_from_a_rare_state_comes_at_its_own_time() {
    let [decided, step] = answers().on_entry(&["rfe_sent"]);
    // Ten cases of other states count as much as those of the state, and leave it much later.
    assert!((step.at(0.5) - 0.1).abs() < 0.03 && step.at(0.65) < 0.2, "{step:?}");
    assert!((decided.at(0.5) - 40.0).abs() < 5.0, "{decided:?}");
}

#[test]
fn the_other_cases_are_as_if_it_were_not_there() {
    let answers = answers();
    let waiting = answers.waiting("received", 60.0..140.0);
    must_be(&waiting, decision, &[0.25, 0.5, 0.75], |answer, level| {
        level * (150.0 - answer.seen.since_receipt.get())
    });
}
