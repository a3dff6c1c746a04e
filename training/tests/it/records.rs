//! Records that leave receipts out or list the newest action first.

use crate::worlds::{END, Filing, as_of, day, history};
use data::HistoryTimes;
use model::artifact::encode;
use model::{Stamp, Status};
use training::{Estimator, Fixed, fit, fit_fixed};

fn on(days: i32) -> Stamp {
    Stamp::Day(day("2020-01-01").plus(days))
}

/// A case without an action of receipt.
fn bare(number: i32) -> Filing {
    let mut filing = Filing::new(format!("{number}"), "NBC", on(number % 400));
    filing.actions.clear();
    filing
}

#[test]
fn one_receipt_does_not_make_training_ignore_the_pending_cases() {
    let mut filings: Vec<Filing> = (0..1_500)
        .map(|number| {
            let filing = bare(number);
            if number < 926 { filing.then("approved", on(number % 400 + 30 + number % 50)) } else { filing }
        })
        .collect();
    // The rows of the other estimators are drawn, and one more case changes the draw.
    let trained = |filings: &[Filing]| {
        let history = history(filings, HistoryTimes::Days);
        let curves = Some(Estimator::CohortCurves);
        fit_fixed(history.view_at(as_of(END)), "I-765", Fixed::default(), curves).unwrap()
    };
    let without = trained(&filings);
    filings[0] = filings[0].clone().then("received", on(0));
    let with = trained(&filings);
    let record = with.training();
    assert_eq!((record.cases, record.decided), (1_500, 926));
    assert_eq!((record.first_seen_late, record.never_seen), (0, 0));
    let basis = with.predictor().basis();
    assert_eq!((basis.n, basis.events), (1_500, 926));
    assert_eq!(with.predictor(), without.predictor());
}

#[test]
fn cases_that_never_entered_the_record_are_left_out_and_counted() {
    let seen = |number: i32| {
        let filing = bare(number).then("received", on(number % 400));
        if number % 3 == 0 { filing } else { filing.then("approved", on(number % 400 + 40)) }
    };
    let mut filings: Vec<Filing> = (0..300).map(seen).collect();
    filings.extend((300..320).map(bare));
    filings.extend((320..330).map(|number| bare(number).then("biometrics_taken", on(number % 400 + 15))));
    let model = fit(history(&filings, HistoryTimes::Days).view_at(as_of(END)), "I-765").unwrap();
    let record = model.training();
    assert_eq!((record.cases, record.decided), (310, 200));
    assert_eq!((record.first_seen_late, record.never_seen), (10, 20));
}

#[test]
fn a_day_that_lists_the_newest_first_gives_the_same_model() {
    let codes = ["interview_completed", "approved", "oath_scheduled", "oath_taken"];
    let model = |newest_first: bool| {
        let filing = |number: i32| {
            let mut filing = Filing { form: "N-400", ..bare(number).then("received", on(number % 400)) };
            let mut codes = codes;
            if newest_first {
                codes.reverse();
            }
            let at = on(number % 400 + 60 + number % 70);
            filing.actions.extend(codes.map(|code| (code.to_owned(), at)));
            filing
        };
        let filings: Vec<Filing> = (0..400).map(filing).collect();
        let history = history(&filings, HistoryTimes::Days);
        let model = fit(history.view_at(as_of(END)), "N-400").unwrap();
        let effects = history.effects(model.form());
        let case = history.view_at(as_of(END)).case(0, None).unwrap();
        let progress = case.follow(model.form(), &effects, |_, _, _| {});
        let estimate = model.estimate_at(&progress, Default::default(), as_of(END).moment());
        assert_eq!((estimate.status, estimate.next_step), (Status::Decided, None));
        encode(&model).unwrap()
    };
    assert!(model(true) == model(false));
}
