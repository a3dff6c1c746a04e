//! In worlds whose quantiles can be written down, pending cases get these quantiles.
//!
//! | fault | tests |
//! |---|---|
//! | a case that left a state still counts in it | [`left`], by a step, by a change of status, and on the clock of a later state |
//! | waits of no length are dropped | [`at_once`], of the decision by moments and by dates, and of the answer to a request |
//! | weights overflow, old cases dominate | [`old`]: one of 70 years, 35 of some years, most of all cases |
//! | one old case changes the upper quantiles of others | [`old`]: decided or pending, one or nine, by moments and by dates |
//! | mass is smeared over gaps | [`gaps`]: one day, two days, a day after a day, two stretches |
//! | medians of decades beside weeks | [`tails`]: a short record, a slow office, a slow way; and the sweep of the workspace |
//! | two times for one event | [`one_time`]: on both clocks, from a status, after a reopening; and the sweep of the workspace |
//! | labels, missing values, holds, open requests | [`labels`], [`known_and_unknown`] |
//! | a rare state has the pace of the others | [`rare`] |
//! | counts of what was not seen | [`sparse`], and beside the counts themselves |

mod at_once;
mod gaps;
mod known_and_unknown;
mod labels;
mod left;
mod old;
mod one_time;
mod rare;
mod silence;
mod sparse;
mod tails;

use std::ops::Range;

use data::{Featurizer, HistoryTimes};
use model::{Features, FormModel, Progress, Quantiles, Stamp, TimeScale};
use training::{Estimator, Fixed, HalfLife, fit_fixed};

use crate::worlds::{Filing, as_of, day, history, moment};

/// Half of every world lies after it.
const AS_OF: &str = "2021-01-31";
/// The days of [`AS_OF`] since the start of the worlds, at its end.
const DAYS: f64 = 396.0;

/// What a pending case gets.
struct Answer {
    state: String,
    office: Option<&'static str>,
    /// Since the receipt, with the time on hold.
    age: f64,
    seen: Features,
    decision: Quantiles,
    step: Quantiles,
    said: (String, f64),
}

struct Answers {
    model: FormModel,
    cases: Vec<Answer>,
}

impl Answers {
    fn new(filings: &[Filing]) -> Self {
        Self::of(filings, HistoryTimes::Moments, Fixed::default())
    }

    fn of(filings: &[Filing], times: HistoryTimes, fixed: Fixed) -> Self {
        let (history, as_of) = (history(filings, times), as_of(AS_OF));
        let known = history.view_at(as_of);
        let model = fit_fixed(known, "I-765", fixed, Some(Estimator::CohortCurves)).unwrap();
        let form = model.form();
        let effects = history.effects(form);
        let (queues, until) = (Featurizer::new(known, model.schema(), None), known.observed_until());
        let mut cases = Vec::new();
        for case in known.cases() {
            let progress = case.follow(form, &effects, |_, _, _| {});
            let seen = Features::at(&progress, queues.queue(case.number()), until);
            let estimate = model.estimate_of(&progress, &seen, until, as_of.moment());
            let (Some(decision), Some(step)) = (estimate.decision, estimate.next_step) else { continue };
            let filing = &filings[case.number()];
            assert_eq!(filing.id, history.case_id(case.number()));
            cases.push(Answer {
                state: form.state(seen.state).0.to_owned(),
                office: filing.office,
                age: until.since(case.received()).get(),
                seen,
                decision: decision.time,
                step: step.time,
                said: (form.milestone(step.milestone).id.clone(), f64::from(step.probability)),
            });
        }
        Self { model, cases }
    }

    /// The answers in a state to cases that waited for so many days since the receipt.
    fn waiting(&self, state: &str, waited: Range<f64>) -> Vec<&Answer> {
        self.chosen(state, |answer| waited.contains(&answer.seen.since_receipt.get()))
    }

    /// The answers in a state that a test selects.
    fn chosen(&self, state: &str, selects: impl Fn(&Answer) -> bool) -> Vec<&Answer> {
        let chosen: Vec<&Answer> =
            self.cases.iter().filter(|answer| answer.state == state && selects(answer)).collect();
        assert!(chosen.len() >= 3, "{} cases in {state}", chosen.len());
        chosen
    }

    /// What a case gets at the very moment of its last action, if these actions come at the moment of the receipt.
    fn on_entry(&self, codes: &[&str]) -> [Quantiles; 2] {
        let (form, now) = (self.model.form(), as_of(AS_OF).moment());
        let mut progress = Progress::received(form, now);
        for code in codes {
            progress.observe(form, form.rule(code).unwrap(), now, None);
        }
        let queue = self.model.schema().queue_of(|_| Some("NBC"));
        let features = Features::at(&progress, queue, now).on_entry();
        let estimate = self.model.estimate_of(&progress, &features, now, now);
        [estimate.decision.unwrap().time, estimate.next_step.unwrap().time]
    }
}

/// The clocks on which a wait may be counted.
const CLOCKS: [TimeScale; 2] = [TimeScale::InState, TimeScale::SinceReceipt];

/// A clock, and weights that do not fall with age.
fn on_clock(time_scale: TimeScale) -> Fixed {
    Fixed { time_scale: Some(time_scale), half_life: Some(HalfLife::None) }
}

/// Checks the quantile of each case at some levels, up to a tenth and half a day.
#[track_caller]
fn must_be(
    answers: &[&Answer],
    quantiles: impl Fn(&Answer) -> &Quantiles,
    levels: &[f64],
    right: impl Fn(&Answer, f64) -> f64,
) {
    for answer in answers {
        for &level in levels {
            let (said, right) = (f64::from(quantiles(answer).at(level)), right(answer, level));
            let place = (&answer.state, answer.office, answer.age, answer.seen.in_state.get());
            assert!((said - right).abs() <= 0.1 * right + 0.5, "{place:?}: {said}, not {right} at {level}");
        }
    }
}

fn decision(answer: &Answer) -> &Quantiles {
    &answer.decision
}

fn step(answer: &Answer) -> &Quantiles {
    &answer.step
}

/// The time at a level if the time is exponentially distributed.
fn exponential(mean: f64, level: f64) -> f64 {
    -mean * (1.0 - level).ln()
}

/// A share for each case that covers (0, 1) far more evenly than random numbers: multiples of the golden ratio.
fn evenly(number: u32) -> f64 {
    ((f64::from(number) + 0.5) * 0.618_033_988_749_895).fract()
}

/// Cases that arrive evenly over two years, each with the actions that `then` gives it after its receipt.
fn world(cases: u32, mut then: impl FnMut(u32, f64, Filing) -> Filing) -> Vec<Filing> {
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / f64::from(cases);
        then(number, received, Filing::new(format!("{number}"), "NBC", moment(received)))
    };
    (0..cases).map(filing).collect()
}

/// The same cases with dates only: what happens on a day is at its end.
fn by_dates(filings: Vec<Filing>) -> Vec<Filing> {
    let start = day(crate::worlds::START);
    let date = |at: Stamp| {
        let days = at.moment().since(start.end()).get();
        Stamp::Day(start.plus(days.ceil() as i32))
    };
    let dated = |filing: Filing| {
        let actions = filing.actions.into_iter().map(|(code, at)| (code, date(at))).collect();
        Filing { received: date(filing.received), actions, ..filing }
    };
    filings.into_iter().map(dated).collect()
}
