//! A model stores curves of groups that were seen, each with few knots.

use model::{CohortSet, artifact};

use super::{Answers, evenly, exponential, world};
use crate::worlds::{Filing, moment};

const OFFICES: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

/// Cases with biometrics and a decision. One in `rare` is at another office than the first.
fn offices(rare: u32) -> Vec<Filing> {
    world(12_000, |number, received, mut filing| {
        let is_rare = number.is_multiple_of(rare);
        filing.office = Some(OFFICES[if is_rare { 1 + (number / rare) as usize % 11 } else { 0 }]);
        let taken = received + 10.0 + 30.0 * evenly(number);
        let filing = filing.then("biometrics_taken", moment(taken));
        filing.then("approved", moment(taken + exponential(50.0, evenly(number + 5))))
    })
}

fn stored(answers: &Answers) -> (Vec<&CohortSet>, usize) {
    let curves = answers.model.predictor().cohorts();
    let sets = [Some(curves.exits()), curves.steps(), Some(curves.decisions())];
    (sets.into_iter().flatten().collect(), artifact::encode(&answers.model).unwrap().len())
}

#[test]
fn a_group_that_was_hardly_seen_is_not_stored() {
    let [few, many] = [60, 2].map(|rare| Answers::new(&offices(rare)));
    let of_office = |answers: &Answers| {
        let (sets, _) = stored(answers);
        let cohorts = sets.into_iter().flat_map(CohortSet::cohorts);
        let cohorts: Vec<_> = cohorts.filter(|cohort| cohort.key.state.is_some()).collect();
        assert!(cohorts.iter().all(|cohort| cohort.events >= 30));
        cohorts.iter().filter(|cohort| cohort.key.queue.code(0).is_some_and(|code| code > 0)).count()
    };
    // Some 18 cases of an office are too few for a group, 545 are one in both states before the decision, for both waits.
    assert_eq!((of_office(&few), of_office(&many)), (0, 11 * 4));
    let one = Answers::new(&offices(20_000));
    assert!(stored(&few).1 < stored(&one).1 + 2_000, "{} and {} bytes", stored(&few).1, stored(&one).1);
}

#[test]
fn a_curve_has_few_knots_however_many_times_were_seen() {
    let answers = Answers::new(&offices(2));
    let (sets, bytes) = stored(&answers);
    for cohort in sets.into_iter().flat_map(CohortSet::cohorts) {
        assert!(cohort.curve.times().len() <= 48 && cohort.causes.len() <= 12, "{:?}", cohort.key);
    }
    assert!(bytes < 100_000, "{bytes} bytes");
}
