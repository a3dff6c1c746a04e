//! Nothing after the as-of time changes a model or an estimate, not even one byte.

use std::collections::BTreeMap;

use crate::worlds::{Filing, as_of, day, history, office_world};
use data::{Featurizer, History, HistoryTimes};
use model::artifact::{decode, encode};
use model::{AsOf, FormModel, Predictor, Stamp};
use training::fit;

fn trained(history: &History, at: AsOf) -> Vec<u8> {
    encode(&fit(history.view_at(at), "I-765").unwrap()).unwrap()
}

/// The estimates of all known cases as text, by case id.
fn estimates(model: &FormModel, history: &History, at: AsOf) -> BTreeMap<String, String> {
    let known = history.view_at(at);
    let effects = history.effects(model.form());
    let queues = Featurizer::new(known, model.schema(), None);
    let of_form = known.cases().filter(|case| history.forms()[history.form_of(case.number())] == "I-765");
    let estimate = |case: data::HistoryCase<'_>| {
        let progress = case.follow(model.form(), &effects, |_, _, _| {});
        let estimate = model.estimate_at(&progress, queues.queue(case.number()), at.moment());
        (history.case_id(case.number()).to_owned(), format!("{estimate:?}"))
    };
    of_form.map(estimate).collect()
}

/// Changes everything in a world that the as-of time does not see.
type Cheat = fn(Vec<Filing>, AsOf) -> Vec<Filing>;

fn nothing_later(filings: Vec<Filing>, at: AsOf) -> Vec<Filing> {
    let mut known: Vec<Filing> =
        filings.into_iter().filter(|filing| at.sees(filing.received.moment())).collect();
    for filing in &mut known {
        filing.actions.retain(|(_, when)| at.sees(when.moment()));
    }
    known
}

/// Every pending case is denied the next day, after a card.
fn all_denied(filings: Vec<Filing>, at: AsOf) -> Vec<Filing> {
    let next = Stamp::Day(at.day().plus(1));
    let decided = |filing: Filing| {
        let after = filing.received.moment().max(next.moment());
        let on = if after == next.moment() { next } else { filing.received };
        filing.then("doc_mailed", on).then("denied", on)
    };
    let mut changed = filings;
    changed.iter_mut().for_each(|filing| filing.actions.retain(|(_, when)| at.sees(when.moment())));
    // Receipts that are later are part of what may be changed.
    changed.into_iter().map(decided).collect()
}

/// Later actions have other codes, some of them unknown, and other days.
fn other_codes(mut filings: Vec<Filing>, at: AsOf) -> Vec<Filing> {
    let codes = ["unheard_of", "rejected", "on_hold", "withdrawn", "rfe_sent", "transferred"];
    let mut index = 0;
    for filing in &mut filings {
        for (code, when) in filing.actions.iter_mut().filter(|(_, when)| !at.sees(when.moment())) {
            index += 1;
            *code = codes[index % codes.len()].to_owned();
            *when = Stamp::Day(when.day().plus((index % 40) as i32));
        }
        filing.actions.sort_by_key(|(_, when)| when.moment());
    }
    filings
}

/// New cases come first in the file: from new offices, of another form, and with new codes.
fn newcomers_first(filings: Vec<Filing>, at: AsOf) -> Vec<Filing> {
    let mut all = Vec::new();
    for (number, days) in (1..300).step_by(7).enumerate() {
        let received = Stamp::Day(at.day().plus(days));
        let office = ["AAA", "ZZZ", "NBC"][number % 3];
        let filing = Filing::new(format!("new-{number}"), office, received);
        let form = if number % 4 == 0 { "I-90" } else { "I-765" };
        all.push(Filing { form, ..filing }.then("brand_new", received).then("approved", received));
    }
    all.extend(filings);
    all
}

/// Later cases are from other offices and come last, in reverse order.
fn other_offices(filings: Vec<Filing>, at: AsOf) -> Vec<Filing> {
    let (known, mut later): (Vec<Filing>, Vec<Filing>) =
        filings.into_iter().partition(|filing| at.sees(filing.received.moment()));
    later.reverse();
    for filing in &mut later {
        filing.office = if filing.office == Some("NBC") { None } else { Some("YSC") };
    }
    known.into_iter().chain(later).collect()
}

#[test]
fn a_model_and_its_estimates_do_not_change_with_the_future() {
    let at = as_of("2021-03-15");
    let honest = history(&office_world(), HistoryTimes::Days);
    let bytes = trained(&honest, at);
    let model = decode(&bytes).unwrap().model;
    let expected = estimates(&model, &honest, at);
    let estimated = expected.values().filter(|estimate| estimate.contains("status: Estimated")).count();
    assert!(expected.len() > 1_000 && estimated > 100, "{estimated} of {}", expected.len());
    assert!(matches!(model.predictor(), Predictor::BoostedHazards(_)), "trees take part");
    let cheats: [(&str, Cheat); 5] = [
        ("nothing later", nothing_later),
        ("all denied", all_denied),
        ("other codes", other_codes),
        ("newcomers first", newcomers_first),
        ("other offices", other_offices),
    ];
    for (name, cheat) in cheats {
        let changed = history(&cheat(office_world(), at), HistoryTimes::Days);
        let again = trained(&changed, at);
        assert!(again == bytes, "{name}: the model has changed");
        let model = decode(&again).unwrap().model;
        assert_eq!(estimates(&model, &changed, at), expected, "{name}");
    }
}

#[test]
fn training_twice_gives_the_same_bytes() {
    let filings = office_world();
    let [first, second] = [(); 2].map(|()| history(&filings, HistoryTimes::Days));
    for time in ["2020-06-30", "2021-12-31"] {
        let at = as_of(time);
        assert!(trained(&first, at) == trained(&first, at), "the same history, {time}");
        assert!(trained(&first, at) == trained(&second, at), "the same history written again, {time}");
    }
}

#[test]
fn the_past_does_change_a_model() {
    // Without this, the tests above would pass for a model that ignores its history.
    let at = as_of("2021-03-15");
    let honest = trained(&history(&office_world(), HistoryTimes::Days), at);
    let mut filings = office_world();
    let old = filings.iter_mut().find(|filing| at.sees(filing.actions[filing.actions.len() - 1].1.moment()));
    old.unwrap().actions.pop();
    assert!(trained(&history(&filings, HistoryTimes::Days), at) != honest, "one known action less");
    let earlier = as_of("2021-03-14");
    assert!(trained(&history(&office_world(), HistoryTimes::Days), earlier) != honest, "one day less");
}

#[test]
fn an_as_of_time_after_the_extraction_knows_no_more_than_the_extraction() {
    let history = history(&office_world(), HistoryTimes::Days);
    let [end, later] =
        [crate::worlds::END, "2022-09-30"].map(|time| fit(history.view_at(as_of(time)), "I-765").unwrap());
    assert_eq!(end.predictor(), later.predictor());
    assert_eq!(day(crate::worlds::END), end.training().as_of.day());
}
