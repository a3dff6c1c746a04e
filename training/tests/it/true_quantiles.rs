//! In worlds whose truth is known, pending cases and cases that were first seen late count correctly.

use crate::worlds::{Filing, Random, as_of, history, moment};
use data::HistoryTimes;
use model::{Action, Case, CaseView, FormModel, LEVELS, Quantiles, Stamp, TimeScale};
use training::{Estimator, Fixed, fit_fixed};

/// Training is in the middle of the histories: half of what they hold is future.
const AS_OF: &str = "2021-01-31";
const MEAN: f64 = 60.0;

fn trained(filings: &[Filing]) -> FormModel {
    let history = history(filings, HistoryTimes::Moments);
    let curves = Some(Estimator::CohortCurves);
    fit_fixed(history.view_at(as_of(AS_OF)), "I-765", Fixed::default(), curves).unwrap()
}

/// The decision's quantiles for a case that was received `age` days before the as-of time.
fn decision_after(model: &FormModel, age: f64) -> Quantiles {
    let now = as_of(AS_OF).moment().epoch_micros();
    let received = model::Moment::from_epoch_micros(now - (age * crate::worlds::DAY) as i64).unwrap();
    let received = Stamp::Moment(received);
    let actions = vec![Action::new("received", received)];
    let case = Case { received, attributes: vec![("center".to_owned(), "NBC".to_owned())], actions };
    let view = CaseView::new(model.form(), &case, as_of(AS_OF));
    model.estimate(&view).decision.unwrap().time
}

/// Cases that arrive evenly and are decided at a constant rate.
fn memoryless(random: &mut Random, cases: u32) -> Vec<Filing> {
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / f64::from(cases);
        let decided = received + random.exponential(MEAN);
        Filing::new(format!("{number}"), "NBC", moment(received)).then("approved", moment(decided))
    };
    (0..cases).map(filing).collect()
}

/// The model's quantiles as shares of the true ones: the smallest, the mean and the largest over levels and ages.
fn shares(model: &FormModel) -> [f64; 3] {
    let mut shares = Vec::new();
    for age in [0.0, 10.0, 45.0, 120.0] {
        let quantiles = decision_after(model, age);
        // Beyond 80 per cent a curve of this many cases is mostly noise.
        for level in LEVELS.into_iter().filter(|level| (0.2..=0.8).contains(level)) {
            shares.push(f64::from(quantiles.at(level)) / (-MEAN * (1.0 - level).ln()));
        }
    }
    shares.sort_by(f64::total_cmp);
    [shares[0], shares.iter().sum::<f64>() / shares.len() as f64, shares[shares.len() - 1]]
}

fn must_be_true([least, mean, greatest]: [f64; 3]) {
    assert!((0.93..=1.07).contains(&mean), "on average {mean} of the truth");
    assert!(least > 0.8 && greatest < 1.25, "from {least} to {greatest} of the truth");
}

#[test]
fn pending_cases_are_neither_dropped_nor_finished() {
    let filings = memoryless(&mut Random(1), 30_000);
    let model = trained(&filings);
    must_be_true(shares(&model));
    let training = model.training();
    let pending = training.cases - training.decided;
    assert!((2_200..2_900).contains(&pending), "{pending} of {} are pending", training.cases);
    // Most of the recent cases, which weigh most, are pending: without them the others seem quick.
    let now = as_of(AS_OF);
    let finished: Vec<Filing> =
        filings.into_iter().filter(|filing| now.sees(filing.actions[1].1.moment())).collect();
    let [_, mean, _] = shares(&trained(&finished));
    assert!(mean < 0.7, "this world would show it if pending cases were dropped: {mean}");
}

#[test]
fn cases_that_were_first_seen_late_count_only_from_then_on() {
    // Two in three are first seen after up to four months, if they are still pending; the others are never seen.
    let mut random = Random(2);
    let (mut late, mut as_if_seen) = (Vec::new(), Vec::new());
    for (number, filing) in memoryless(&mut random, 30_000).into_iter().enumerate() {
        let seen = f64::from(number as u32) * 700.0 / 30_000.0 + 120.0 * random.share();
        let known = if number % 3 == 0 { Some(filing) } else { filing.first_seen(moment(seen)) };
        let Some(known) = known else { continue };
        as_if_seen.push(known.clone().then("received", known.received));
        late.push(known);
    }
    let model = trained(&late);
    let time_scale = model.predictor().time_scale();
    assert_eq!(time_scale, TimeScale::SinceReceipt, "on the other time scale late cases do not count");
    must_be_true(shares(&model));
    // Cases that could not have been decided before they were seen make all cases seem slow.
    let [_, mean, _] = shares(&trained(&as_if_seen));
    assert!(mean > 1.2, "this world would show it if they counted from their receipt: {mean}");
}

#[test]
fn every_case_counts_once_while_it_is_at_risk() {
    let received = |number: u32| moment(f64::from(number));
    let decided = |number: u32, days: f64| {
        Filing::new(format!("decided-{number}"), "NBC", received(number))
            .then("approved", moment(f64::from(number) + days))
    };
    let mut filings: Vec<Filing> =
        (0..40).map(|number| decided(number, 30.0 + f64::from(number % 7))).collect();
    // Pending at the as-of time: six for good, four that are decided later.
    filings.extend((0..6).map(|number| Filing::new(format!("pending-{number}"), "NBC", received(300))));
    filings.extend((50..54).map(|number| decided(number, 500.0)));
    // First seen late and decided after that.
    let late = |number: u32| decided(number, 60.0).first_seen(moment(f64::from(number) + 20.0)).unwrap();
    filings.extend((60..65).map(late));
    // First seen when decided: never at risk.
    filings.extend((70..73).map(|number| {
        let mut filing = decided(number, 60.0);
        filing.actions.remove(0);
        filing
    }));
    // Rejected at intake: not a case for an estimate.
    filings.extend((80..82).map(|number| {
        Filing::new(format!("rejected-{number}"), "NBC", received(number))
            .then("rejected", received(number + 1))
    }));
    // Received after the as-of time.
    filings.extend((500..509).map(|number| decided(number, 10.0)));
    let model = trained(&filings);
    let all = model.predictor().basis();
    assert_eq!((all.n, all.events), (40 + 6 + 4 + 5, 40 + 5));
    assert_eq!((model.training().cases, model.training().decided), (40 + 6 + 4 + 5 + 3, 40 + 5 + 3));
}
