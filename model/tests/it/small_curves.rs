//! Curves, cohorts and models made by hand, with numbers that a reader can follow.

use model::{
    Cause, Cohort, CohortCurves, CohortKey, CohortSet, Curve, Event, FeatureSchema, Features, FormDefinition,
    FormModel, Prediction, Predictor, Queue, StateId, TimeScale,
};

use crate::small_form::training;

/// What a curve has left after an event that all cases have.
const LEFT: f32 = 1e-12;

/// All cases have the event at exactly this day.
pub fn on_day(day: f32) -> Curve {
    Curve::new(vec![0.0, day, day], vec![1.0, 1.0, LEFT], 0.1).unwrap()
}

/// Every day from one to another is as likely.
pub fn between(from: f32, to: f32) -> Curve {
    Curve::new(vec![0.0, from, to], vec![1.0, 1.0, LEFT], 0.1).unwrap()
}

/// A third of all cases has the event within 30 days, another half by day 90, the others later; a higher speed is faster.
pub fn gradual(speed: f32) -> Curve {
    let survival = [0.0, 0.4, 1.5].map(|hazard: f32| (-hazard * speed).exp());
    Curve::new(vec![0.0, 30.0, 90.0], survival.to_vec(), 0.02 * speed).unwrap()
}

pub fn state(form: &FormDefinition, name: &str) -> StateId {
    form.state_ids().find(|&id| form.state(id).0 == name).unwrap()
}

/// A step or a change of status, by the name of the state that it leads to.
pub fn event(form: &FormDefinition, name: &str) -> Event {
    match form.milestone_named(name) {
        Some(milestone) => Event::Step(milestone),
        None => Event::Status(state(form, name)),
    }
}

pub fn in_state(form: &FormDefinition, name: &str) -> CohortKey {
    CohortKey::in_state(state(form, name))
}

/// A queue by the codes of its attributes.
pub fn queue(codes: &[Option<u16>]) -> Queue {
    let mut queue = Queue::default();
    for (position, code) in codes.iter().enumerate() {
        if let Some(code) = code {
            queue.set(position, *code);
        }
    }
    queue
}

/// A cohort that leaves by these events, each with its share at all times.
pub fn cohort(key: CohortKey, curve: Curve, events: &[(Event, f32)]) -> Cohort {
    let intervals = curve.times().len() - 1;
    let cause = |&(event, share): &(Event, f32)| Cause {
        event,
        at_once: 0.0,
        shares: vec![share; intervals],
        tail_share: share,
    };
    Cohort { key, n: 500, events: 300, decided: 300, curve, causes: events.iter().map(cause).collect() }
}

/// The cohort with a share of its cases that has the first event at the moment of the entry.
pub fn at_once(mut cohort: Cohort, share: f32) -> Cohort {
    cohort.causes[0].at_once = share;
    cohort
}

/// The cohorts in any order.
pub fn set(time_scale: TimeScale, mut cohorts: Vec<Cohort>) -> CohortSet {
    cohorts.sort_by_key(|cohort| cohort.key);
    CohortSet::new(time_scale, cohorts).unwrap()
}

pub fn predictor(
    form: &FormDefinition,
    exits: CohortSet,
    steps: Option<CohortSet>,
    decisions: CohortSet,
) -> Predictor {
    Predictor::CohortCurves(CohortCurves::new(form.decision(), exits, steps, decisions))
}

/// A model without queues and golden cases.
pub fn model(form: &FormDefinition, predictor: Predictor) -> FormModel {
    let schema = FeatureSchema { queue: Vec::new(), ..FeatureSchema::default() };
    FormModel::new(form.clone(), schema, training(), predictor, Vec::new()).unwrap()
}

/// What a predictor says of a pending case if every step can come.
pub fn predicted(predictor: &Predictor, features: &Features) -> Prediction {
    predictor.predict(features, true, |_| true).unwrap()
}
