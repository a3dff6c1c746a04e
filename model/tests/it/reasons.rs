//! Reasons in days, against hand-made forests whose effects are known.

use model::forest::{Child, Node, Parts};
use model::{
    Action, AsOf, BoostedHazards, Case, CaseView, CohortKey, Covariate, CovariateSchema, FeatureSchema,
    Forest, FormModel, Hazards, LineLevel, Predictor, QueueAttribute, QueueState, ReasonGroup, Reasons,
    ReferenceCase, Shares, Stamp, TimeScale, Unit,
};

use crate::queue_state::{form, parts, schema};
use crate::small_curves::{cohort, event, gradual, in_state, on_day, predictor, queue, set};
use crate::small_form::{self, as_of, day, stamp, training};

/// The columns of the hand-made models.
const CENTER: u16 = 0;
const CATEGORY: u16 = 1;
const COUNT: u16 = 2;
const WEEKDAY: u16 = 3;
const DRAIN: u16 = 4;
const TURN: u16 = 5;

fn columns() -> CovariateSchema {
    let category = |attribute: &str, values: &[&str]| Covariate::Category {
        attribute: attribute.to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    CovariateSchema {
        actions: vec!["bio_taken".to_owned()],
        tracked: vec![0],
        resources: Vec::new(),
        columns: vec![
            category("center", &["NEW", "OLD"]),
            category("category", &["a", "b"]),
            Covariate::Actions,
            Covariate::Weekday,
            Covariate::DrainDays,
            Covariate::HadTurn,
        ],
    }
}

/// A tree that adds to the log hazard of rows whose column is at least a threshold.
fn adds(column: u16, from: f32, log: f32) -> (Node, [f32; 2]) {
    (Node::below(column, from, true, Child::Leaf(0), Child::Leaf(1)), [0.0, log])
}

/// Trees of one split each, with the same effect in every one of `width` values.
fn forest(trees: &[(Node, [f32; 2])], width: usize) -> Forest {
    let mut parts = Parts { columns: 6, width, ..Parts::default() };
    for (number, (node, leaves)) in trees.iter().enumerate() {
        let number = number as u32;
        parts.trees.push(number);
        let leaf = |side: u32| Child::Leaf(2 * number + side);
        let threshold = f32::from_bits(node.to_words()[0]);
        parts.nodes.push(Node::below(node.column() as u16, threshold, true, leaf(0), leaf(1)));
        leaves.iter().for_each(|leaf| parts.leaves.extend(vec![*leaf; width]));
    }
    Forest::from_parts(parts).unwrap()
}

/// The decision has a constant hazard: by itself the median is `median` units, and trees multiply the hazard. Other steps come
/// much sooner, so nothing else holds the decision.
fn model(unit: Unit, median: f32, trees: &[(Node, [f32; 2])]) -> FormModel {
    let form = form();
    let schema = FeatureSchema { covariates: columns(), ..schema() };
    let knots: Vec<f32> = (0..=40).map(|knot| knot as f32 * median / 8.0).collect();
    let bins = knots.len() - 1;
    let log = (2.0_f32.ln() / median).ln();
    let decision = form.milestone_named("decision").unwrap();
    let bio = form.milestone_named("bio").unwrap();
    let exits = Hazards::new(knots.clone(), vec![log + 5.0; bins], forest(&[], bins)).unwrap();
    let decisions = Hazards::new(knots, vec![log; bins], forest(trees, bins)).unwrap();
    let shares = Shares::new(2, vec![0; bins], vec![0.0, -20.0], forest(&[], 2)).unwrap();
    let all = |name: &str| vec![cohort(CohortKey::all(), gradual(1.0), &[(event(&form, name), 1.0)])];
    let Predictor::CohortCurves(cohorts) = predictor(
        &form,
        set(TimeScale::InState, all("decision")),
        None,
        set(TimeScale::InState, all("decision")),
    ) else {
        panic!("these are cohort curves")
    };
    let boosted =
        BoostedHazards::new(unit, (Vec::new(), exits), (vec![bio, decision], shares), decisions, cohorts)
            .unwrap();
    let predictor = Predictor::BoostedHazards(Box::new(boosted));
    FormModel::new(form, schema, training(), predictor, Vec::new()).unwrap()
}

/// A case: center, category, how many actions without effect, receipt.
fn case(center: &str, category: &str, actions: usize, received: &str) -> Case {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Case {
        received: stamp(received),
        attributes: vec![attribute("center", center), attribute("category", category)],
        actions: (0..actions).map(|_| Action::new("notice", stamp(received))).collect(),
    }
}

fn compared(model: FormModel, reference: &Case, at: AsOf) -> FormModel {
    let Case { received, attributes, actions } = reference.clone();
    model.with_reference(ReferenceCase { received, attributes, actions, as_of: at }).unwrap()
}

fn reasons(model: &FormModel, case: &Case, at: AsOf) -> Reasons {
    let view = CaseView::new(model.form(), case, at);
    let decision = model.estimate(&view).decision.unwrap();
    let now = at.moment();
    let reasons = model.reasons(&decision, view.progress(), &model.features(&view, now), [now, now]).unwrap();
    let sum: f64 = reasons.groups.iter().map(|reason| reason.days).sum();
    assert!((reasons.reference_days + sum - reasons.days).abs() < 1e-9, "{reasons:?}");
    assert_eq!(reasons.days, f64::from(decision.time.at(0.5)));
    assert_eq!(reasons.reference_days, model.reference().unwrap().days);
    reasons
}

fn days(reasons: &Reasons, group: ReasonGroup) -> f64 {
    reasons.groups.iter().find(|reason| reason.group == group).unwrap().days
}

/// Halves the hazard, so the median doubles.
const HALF: f32 = -std::f32::consts::LN_2;

fn sunday() -> AsOf {
    as_of("2024-06-30")
}

#[test]
fn an_office_that_takes_100_days_more_gets_100_days() {
    let model = model(Unit::Day, 100.0, &[adds(CENTER, 1.0, HALF), adds(COUNT, 3.0, 0.1)]);
    let model = compared(model, &case("NEW", "a", 1, "2024-01-01"), sunday());
    let alone = reasons(&model, &case("OLD", "a", 1, "2024-01-01"), sunday());
    assert_eq!(alone.groups.len(), 1, "everything else is equal or has no effect: {alone:?}");
    assert!((days(&alone, ReasonGroup::Office) - 100.0).abs() < 0.1, "{alone:?}");
    // Something else that differs a little takes part in it.
    let both = reasons(&model, &case("OLD", "a", 3, "2024-01-01"), sunday());
    assert_eq!(both.groups.len(), 2);
    let office = days(&both, ReasonGroup::Office);
    assert!((90.0..110.0).contains(&office), "{both:?}");
    // The medians are 100, 200, 90.5 and 181 days.
    let expected = (100.0 + 100.0 * (-0.1_f64).exp()) / 2.0;
    assert!((office - expected).abs() < 0.1, "{office} is not {expected}");
}

#[test]
fn groups_with_the_same_effect_get_the_same_days_and_one_without_effect_none() {
    let trees = [adds(CENTER, 1.0, HALF), adds(COUNT, 3.0, HALF), adds(CATEGORY, 1.0, 0.0)];
    let model = compared(model(Unit::Day, 80.0, &trees), &case("NEW", "a", 1, "2024-01-01"), sunday());
    let found = reasons(&model, &case("OLD", "b", 5, "2024-01-01"), sunday());
    let [office, happened, category] =
        [ReasonGroup::Office, ReasonGroup::WhatHappened, ReasonGroup::Category]
            .map(|group| days(&found, group));
    assert!((office - happened).abs() < 1e-3 && (office - 120.0).abs() < 0.1, "{found:?}");
    assert!(category.abs() < 1e-3, "{found:?}");
}

#[test]
fn a_case_that_looks_like_the_reference_has_no_reasons() {
    let trees = [adds(CENTER, 1.0, HALF), adds(WEEKDAY, 5.0, 0.2)];
    let model = compared(model(Unit::Day, 80.0, &trees), &case("NEW", "a", 1, "2024-01-01"), sunday());
    let same = reasons(&model, &case("NEW", "a", 1, "2024-01-01"), sunday());
    assert_eq!((same.groups.as_slice(), same.days), (&[][..], same.reference_days));
    // What no tree asks for is not a reason either.
    let other = reasons(&model, &case("NEW", "b", 7, "2023-01-01"), sunday());
    assert_eq!((other.groups.as_slice(), other.days), (&[][..], other.reference_days));
    // Another day of the week is one.
    let monday = reasons(&model, &case("NEW", "a", 1, "2024-01-01"), as_of("2024-07-01"));
    assert_eq!(monday.groups[0].group, ReasonGroup::Calendar);
    assert!((monday.groups[0].days - (80.0 - 80.0 * (-0.2_f64).exp())).abs() < 0.1, "{monday:?}");
}

#[test]
fn without_a_reference_case_there_are_no_reasons() {
    let model = model(Unit::Day, 80.0, &[]);
    let case = case("NEW", "a", 1, "2024-01-01");
    let view = CaseView::new(model.form(), &case, sunday());
    let decision = model.estimate(&view).decision.unwrap();
    let (now, features) = (sunday().moment(), model.features(&view, sunday().moment()));
    assert_eq!(model.reasons(&decision, view.progress(), &features, [now, now]), None);
}

/// The drain time is the unit, so the median is in proportion to it.
fn with_lines() -> FormModel {
    let unit = Unit::DrainTime { drain_days: DRAIN, had_turn: TURN, otherwise: 50.0 };
    let mut parts = parts();
    // The stream was faster of late; the form as a whole, where unknown categories are placed, was not.
    parts.form.flow.turns = [7, 40, 50];
    for line in &mut parts.streams {
        line.flow.turns = [30, 40, 50];
    }
    model(unit, 1.0, &[]).with_queue_state(QueueState::new(parts).unwrap()).unwrap()
}

#[test]
fn the_drain_time_is_divided_into_place_and_pace() {
    let model = with_lines();
    // An unknown category is placed in the whole form, which has another pace.
    let typical = case("OLD", "other", 0, "2024-06-20");
    let model = compared(model, &typical, sunday());
    let asked = case("OLD", "a", 0, "2024-06-25");
    let found = reasons(&model, &asked, sunday());
    let state = model.queue_state().unwrap();
    let of = |case: &Case| {
        let queue = model
            .schema()
            .queue_of(|name| case.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str()));
        let place = state.place(&queue, case.received.day(), sunday().day()).unwrap();
        (f64::from(place.drain_days), f64::from(place.pace))
    };
    let ((mine, my_pace), (typical, its_pace)) = (of(&asked), of(&typical));
    assert!(
        my_pace > 1.1 * its_pace && mine > 14.0 && typical > 14.0,
        "{mine} {my_pace} {typical} {its_pace}"
    );
    let usual = mine * my_pace.sqrt() / its_pace.sqrt();
    let pace_only = typical * its_pace.sqrt() / my_pace.sqrt();
    let place = (usual - typical + mine - pace_only) / 2.0;
    let pace = (pace_only - typical + mine - usual) / 2.0;
    for (group, expected) in [(ReasonGroup::PlaceInLine, place), (ReasonGroup::Pace, pace)] {
        let found = days(&found, group);
        assert!((found - expected).abs() < 0.02 * mine, "{group:?}: {found} is not {expected}");
    }
    assert!(days(&found, ReasonGroup::Pace) < 0.0, "a faster office makes the wait shorter");
}

#[test]
fn the_reference_case_moves_on_with_the_lines() {
    let mut newer = parts();
    newer.day = day("2024-07-17");
    let model = compared(with_lines(), &case("OLD", "a", 2, "2024-06-20"), sunday());
    let refreshed = model.clone().with_queue_state(QueueState::new(newer).unwrap()).unwrap();
    let (before, after) = (model.reference().unwrap().case(), refreshed.reference().unwrap().case());
    assert_eq!(before.received, stamp("2024-06-20"));
    assert_eq!((after.received, after.as_of), (stamp("2024-07-04"), as_of("2024-07-14")), "two whole weeks");
    assert_eq!(after.actions[0].at, stamp("2024-07-04"));
    assert_eq!(model.reference().unwrap().waited, refreshed.reference().unwrap().waited);
    assert_ne!(model.reference().unwrap().days, refreshed.reference().unwrap().days, "the lines are others");
}

#[test]
fn cohort_curves_have_reasons_too() {
    let form = small_form::small_form();
    let decision = [(event(&form, "decision"), 1.0)];
    let received = in_state(&form, "received");
    let at_b = CohortKey { queue: queue(&[Some(1)]), ..received };
    let groups = || {
        vec![
            cohort(CohortKey::all(), on_day(400.0), &decision),
            cohort(received, on_day(200.0), &decision),
            cohort(at_b, on_day(300.0), &decision),
        ]
    };
    let [exits, decisions] = [(); 2].map(|()| set(TimeScale::SinceReceipt, groups()));
    let schema = FeatureSchema {
        queue: vec![QueueAttribute {
            name: "office".to_owned(),
            values: vec!["A".to_owned(), "B".to_owned()],
        }],
        ..FeatureSchema::default()
    };
    let predictor = predictor(&form, exits, None, decisions);
    let model = FormModel::new(form, schema, training(), predictor, Vec::new()).unwrap();
    let of = |office: &str, received: &str| Case {
        received: stamp(received),
        attributes: vec![("office".to_owned(), office.to_owned())],
        actions: Vec::new(),
    };
    let at = as_of("2022-06-30");
    let model = compared(model, &of("A", "2022-05-01"), at);
    // Received 60 days before, 140 remain; the other office takes 100 more, and another 20 have passed.
    let found = reasons(&model, &of("B", "2022-04-11"), at);
    assert_eq!((found.reference_days, found.days), (140.0, 220.0));
    // The attribute of this form is not a center or an office.
    assert_eq!(
        [days(&found, ReasonGroup::Category), days(&found, ReasonGroup::WhatHappened)],
        [100.0, -20.0]
    );
    let office = Case {
        actions: vec![Action::new("bio_taken", Stamp::Day(day("2022-05-01")))],
        ..of("A", "2022-05-01")
    };
    let found = reasons(&model, &office, at);
    assert_eq!(found.groups.len(), 1);
    assert_eq!((found.groups[0].group, found.groups[0].days), (ReasonGroup::WhatHappened, 200.0));
}

#[test]
fn a_place_in_the_line_is_what_the_state_says() {
    let model = with_lines();
    let asked = case("OLD", "a", 0, "2024-06-25");
    let view = CaseView::new(model.form(), &asked, sunday());
    let features = model.features(&view, sunday().moment());
    let line = model.in_line(view.progress(), &features, sunday().moment()).unwrap();
    assert_eq!((line.level, line.ahead, line.waiting), (LineLevel::Line, 4.0, 4));
}
