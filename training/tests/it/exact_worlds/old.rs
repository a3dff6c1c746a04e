//! Cases of other times neither break nor dominate what recent ones show.

use data::HistoryTimes;
use training::{Fixed, HalfLife};

use super::{Answers, by_dates, decision, evenly, exponential, must_be, world};
use crate::worlds::{Filing, moment};

/// Cases that are decided at a constant rate, ten days after their receipt on average.
fn quick() -> Vec<Filing> {
    world(18_000, |number, received, filing| {
        filing.then("approved", moment(received + exponential(10.0, evenly(number))))
    })
}

/// Cases that were received as many days before day 300 of the world as they took.
fn old(took: impl IntoIterator<Item = f64>) -> Vec<Filing> {
    let case = |(number, days): (usize, f64)| {
        let filing = Filing::new(format!("old-{number}"), "NBC", moment(300.0 - days));
        filing.then("approved", moment(300.0))
    };
    took.into_iter().enumerate().map(case).collect()
}

/// Quick cases have the quantiles of quick cases, after any wait.
#[track_caller]
fn check(answers: &Answers) {
    for days in [0.0..3.0, 10.0..12.0, 18.0..22.0] {
        let quick = answers.waiting("received", days);
        must_be(&quick, decision, &[0.25, 0.5, 0.8, 0.9, 0.95], |_, level| exponential(10.0, level));
    }
}

#[test]
fn no_weight_overflows() {
    let filings = [quick(), old([25_000.0])].concat();
    for half_life in [None, Some(10.0), Some(20.0), Some(90.0)] {
        let half_life = half_life.map(HalfLife::Days);
        check(&Answers::of(&filings, HistoryTimes::Moments, Fixed { half_life, ..Fixed::default() }));
    }
}

#[test]
fn a_few_cases_from_years_ago_count_little() {
    check(&Answers::new(&[quick(), old((0..35).map(|number| 900.0 + 40.0 * f64::from(number)))].concat()));
}

#[test]
fn most_cases_are_from_years_ago_and_were_slow() {
    let slow = |number: u32| {
        let received = -2_500.0 + f64::from(number) / 20.0;
        let filing = Filing::new(format!("slow-{number}"), "NBC", moment(received));
        filing.then("approved", moment(received + exponential(200.0, evenly(number)).min(900.0)))
    };
    let filings = [quick(), (0..24_000).map(slow).collect()].concat();
    for half_life in [20.0, 90.0].map(HalfLife::Days) {
        let fixed = Fixed { half_life: Some(half_life), ..Fixed::default() };
        check(&Answers::of(&filings, HistoryTimes::Moments, fixed));
    }
}

#[test]
fn one_old_case_changes_nothing_for_the_others() {
    check(&Answers::new(&quick()));
    for days in [90.0, 340.0, 3_650.0, 12_000.0] {
        check(&Answers::new(&[quick(), old([days])].concat()));
    }
    let filings = by_dates([quick(), old([3_650.0])].concat());
    check(&Answers::of(&filings, HistoryTimes::Days, Fixed::default()));
}

#[test]
fn an_old_case_that_is_still_pending_changes_nothing_for_the_others() {
    let mut pending = old([3_650.0]);
    pending[0].actions.truncate(1);
    check(&Answers::new(&[quick(), pending].concat()));
}

#[test]
fn nine_old_cases_change_nothing_for_the_others() {
    let filings = [quick(), old((0..9).map(|number| 1_000.0 + 300.0 * f64::from(number)))].concat();
    for half_life in [HalfLife::Days(20.0), HalfLife::None] {
        let fixed = Fixed { half_life: Some(half_life), ..Fixed::default() };
        check(&Answers::of(&filings, HistoryTimes::Moments, fixed));
    }
}
