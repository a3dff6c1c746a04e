//! What a model says where the history shows little: a status that no case was in, a step that few cases take.

use crate::worlds::{Filing, Random, as_of, day, history, moment, office_world};
use data::HistoryTimes;
use model::{Action, Case, CaseView, Estimate, FormModel, Stamp, Status};
use training::fit;

const AS_OF: &str = "2021-01-31";

fn case(received: &str, office: &str, actions: &[(&str, &str)]) -> Case {
    let on = |text: &str| Stamp::Day(day(text));
    let action = |(code, at): &(&str, &str)| Action::new((*code).to_owned(), on(at));
    Case {
        received: on(received),
        attributes: vec![("center".to_owned(), office.to_owned())],
        actions: actions.iter().map(action).collect(),
    }
}

fn asked<'a>(model: &'a FormModel, case: &Case) -> Estimate<'a> {
    model.estimate(&CaseView::new(model.form(), case, as_of(AS_OF)))
}

#[test]
fn an_unseen_status_hides_neither_the_step_nor_the_office() {
    let model = fit(history(&office_world(), HistoryTimes::Days).view_at(as_of(AS_OF)), "I-765").unwrap();
    for office in ["NBC", "TSC"] {
        let before = case("2020-12-01", office, &[("biometrics_taken", "2020-12-20")]);
        let mut after = before.clone();
        after.actions.push(Action::new("transferred".to_owned(), Stamp::Day(day("2021-01-15"))));
        let (before, after) = (asked(&model, &before), asked(&model, &after));
        assert_eq!(before.decision.unwrap().basis.queue.known().count(), 1, "{office}");
        assert_eq!(before.decision, after.decision, "{office}");
        assert_eq!(before.next_step, after.next_step, "{office}");
    }
    let here = asked(&model, &case("2020-12-01", "NBC", &[("transferred", "2021-01-15")]));
    let there = asked(&model, &case("2020-12-01", "TSC", &[("transferred", "2021-01-15")]));
    assert_ne!(here.decision, there.decision, "the offices of this world differ");
}

/// Approved cases, some of which get a card within a month.
fn cards(share: f64, produced: bool) -> Vec<Filing> {
    let mut random = Random(11);
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / 6000.0;
        let approved = received + 20.0 + random.exponential(40.0);
        let mut filing =
            Filing::new(format!("{number}"), "NBC", moment(received)).then("approved", moment(approved));
        if random.happens_with(share) {
            let mailed = approved + 2.0 + random.exponential(8.0);
            filing = filing.then("doc_mailed", moment(mailed));
            if produced && random.happens_with(0.5) {
                filing = filing.then("doc_produced", moment(mailed + 1.0));
            }
        }
        filing
    };
    (0..6000).map(filing).collect()
}

#[test]
fn a_step_after_the_decision_is_estimated_only_if_it_is_likely() {
    let approved = case("2020-10-01", "NBC", &[("approved", "2021-01-30")]);
    for (share, told) in [(0.95, true), (0.1, false)] {
        let filings = cards(share, false);
        let history = history(&filings, HistoryTimes::Moments);
        let model = fit(history.view_at(as_of(AS_OF)), "I-765").unwrap();
        let estimate = asked(&model, &approved);
        assert_eq!(estimate.status, Status::Decided);
        let step = estimate.next_step.map(|step| step.time.at(0.5));
        assert_eq!(step.is_some(), told, "{share} get a card: {step:?}");
        assert!(step.is_none_or(|days| days < 20.0), "{step:?}");
    }
}

#[test]
fn a_case_with_a_mailed_card_does_not_wait_for_its_production() {
    let model =
        fit(history(&cards(0.95, true), HistoryTimes::Moments).view_at(as_of(AS_OF)), "I-765").unwrap();
    let mailed = case("2020-10-01", "NBC", &[("approved", "2021-01-10"), ("doc_mailed", "2021-01-20")]);
    assert_eq!(asked(&model, &mailed).next_step, None);
}
