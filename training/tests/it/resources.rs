//! Who did the last action: it counts where the record says it, and an estimate sees it as training did.

use crate::worlds::{as_of, day};
use data::forms::bundled;
use data::{ActionRow, CaseRow, Featurizer, History, HistoryCase, HistoryJson, HistoryTimes, HistoryWriter};
use model::{Action, Case, CaseView, Covariate, FormModel, Stamp};
use training::{Estimator, Fixed, fit_fixed};

const AS_OF: &str = "2020-11-05";
/// Days from the receipt to the approval, by who received the case.
const CLERKS: [(&str, i32); 2] = [("Ann", 20), ("Bob", 60)];

/// One case a day, received by Ann and Bob in turn; a third clerk received only a few.
fn history() -> History {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("history");
    let mut writer = HistoryWriter::create_with_resources(&dir, HistoryTimes::Days, &[]).unwrap();
    for number in 0..300 {
        let case_id = &format!("case-{number}");
        let received = day("2020-01-01").plus(number);
        let (clerk, days) = CLERKS[usize::from(number % 2 == 1)];
        let clerk = if number % 25 == 0 { "Cy" } else { clerk };
        let on = |day| Stamp::Day(day);
        let row = CaseRow { case_id, form: "I-765", received: on(received), attributes: &[] };
        writer.push_case(&row).unwrap();
        let approved = received.plus(days + number % 7);
        for (action, occurred, resource) in
            [("received", received, Some(clerk)), ("approved", approved, None)]
        {
            let row = ActionRow { case_id, action, occurred: on(occurred), scheduled_for: None, resource };
            if occurred <= day(AS_OF) {
                writer.push_action(&row).unwrap();
            }
        }
    }
    let about = format!(r#"{{"name": "two clerks", "extracted_on": "{AS_OF}"}}"#);
    let about: HistoryJson = serde_json::from_str(&about).unwrap();
    writer.finish(&about).unwrap();
    History::read(&dir, bundled().unwrap()).unwrap()
}

/// A case of the history as a caller would describe it.
fn described(history: &History, case: &HistoryCase<'_>) -> Case {
    let action = |action: data::HistoryAction| {
        let code = history.action_codes()[usize::from(action.code)].as_str();
        let resource = action.resource.map(|name| history.resources()[name as usize].clone());
        Action { resource, ..Action::new(code, Stamp::Day(action.at.day())) }
    };
    let received = Stamp::Day(case.received().day());
    Case { received, attributes: Vec::new(), actions: case.known_actions().map(action).collect() }
}

fn median(model: &FormModel, resource: Option<&str>) -> f32 {
    let received = Stamp::parse("2020-11-01").unwrap();
    let resource = resource.map(str::to_owned);
    let actions = vec![Action { resource, ..Action::new("received", received) }];
    let case = Case { received, attributes: Vec::new(), actions };
    let view = CaseView::new(model.form(), &case, as_of(AS_OF));
    model.estimate(&view).decision.unwrap().time.at(0.5)
}

#[test]
fn who_did_the_last_action_is_learned_and_seen_alike_by_both_paths() {
    let history = history();
    let known = history.view_at(as_of(AS_OF));
    let model = fit_fixed(known, "I-765", Fixed::default(), Some(Estimator::BoostedHazards)).unwrap();
    let schema = &model.schema().covariates;
    assert_eq!(schema.resources, ["Ann", "Bob"], "Cy received too few to be told apart");
    let column = schema.columns.iter().position(|column| *column == Covariate::Resource { back: 0 }).unwrap();

    let effects = history.effects(model.form());
    let featurizer = Featurizer::new(known, model.schema(), model.queue_state());
    let mut seen = Vec::new();
    for case in known.cases() {
        let progress = case.follow(model.form(), &effects, |_, _, _| {});
        let at = as_of(AS_OF).moment();
        let by_history = featurizer.features(&case, &progress, at);
        let described = described(&history, &case);
        let view = CaseView::new(model.form(), &described, as_of(AS_OF));
        assert_eq!(model.features(&view, at), by_history, "{}", history.case_id(case.number()));
        if progress.decided_at().is_none() {
            seen.push(by_history.covariates.as_slice()[column]);
        }
    }
    assert!(seen.contains(&0.0) && seen.contains(&1.0) && seen.iter().any(|it| it.is_nan()), "{seen:?}");

    let [ann, bob] = ["Ann", "Bob"].map(|clerk| median(&model, Some(clerk)));
    assert!(ann < 25.0 && bob > 45.0, "days for Ann {ann} and Bob {bob}");
    assert_eq!(
        median(&model, Some("Di")),
        median(&model, None),
        "a clerk that training did not know is missing"
    );
}
