//! The smallest model that encodes: one cohort a set, two milestones.

use model::{
    AsOf, Cause, Cohort, CohortCurves, CohortKey, CohortSet, Curve, Day, Event, FeatureSchema, FormModel,
    FormSpec, Label, Milestone, Predictor, Stamp, TargetRecord, TimeScale, TrainedOn, TrainingRecord,
};

fn label(text: &str) -> Label {
    Label { en: text.to_owned(), es: text.to_owned() }
}

fn milestone(id: &str, reached_by: &str, follows: &[&str]) -> Milestone {
    Milestone {
        id: id.to_owned(),
        label: label(id),
        reached_by: vec![reached_by.to_owned()],
        signs: Vec::new(),
        closes: Vec::new(),
        follows: follows.iter().map(|id| (*id).to_owned()).collect(),
        optional: false,
        repeats: false,
        decision: id == "decision",
        source: vec!["made up".to_owned()],
        checked_on: Day::parse("2022-06-30").unwrap(),
    }
}

/// A model of this form, told apart from others by the number of cases it was trained on.
pub fn small_model(form: &str, cases: u64) -> FormModel {
    let day = Day::parse("2022-06-30").unwrap();
    let spec = FormSpec {
        form: form.to_owned(),
        title: label(form),
        from: Day::parse("2000-01-01").unwrap(),
        checked_on: day,
        source: vec!["made up".to_owned()],
        attributes: Vec::new(),
        milestones: vec![
            milestone("received", "received", &[]),
            milestone("decision", "approved", &["received"]),
        ],
        statuses: Vec::new(),
        pauses: Vec::new(),
        line: None,
        rejections: Vec::new(),
        notices: Vec::new(),
        outcomes: Vec::new(),
        requests: Vec::new(),
        appointments: Vec::new(),
        tasks: Vec::new(),
    };
    let form = spec.check().unwrap();
    let cause = || Cause {
        event: Event::Step(form.decision()),
        at_once: 0.0,
        shares: vec![1.0, 1.0],
        tail_share: 1.0,
    };
    let cohort = || Cohort {
        key: CohortKey::all(),
        n: 100,
        events: 50,
        decided: 50,
        curve: Curve::new(vec![0.0, 30.0, 60.0], vec![1.0, 0.75, 0.4], 0.02).unwrap(),
        causes: vec![cause()],
    };
    let set = |scale| CohortSet::new(scale, vec![cohort()]).unwrap();
    let (exits, decisions) = (set(TimeScale::InState), set(TimeScale::SinceReceipt));
    let predictor = Predictor::CohortCurves(CohortCurves::new(form.decision(), exits, None, decisions));
    let record = || TargetRecord {
        time_scale: TimeScale::InState,
        half_life_days: None,
        fixed: false,
        validation_crps_days: None,
    };
    let training = TrainingRecord {
        estimator: "made up".to_owned(),
        as_of: AsOf::parse("2022-06-30").unwrap(),
        first_received: Day::parse("2020-01-01").unwrap(),
        last_received: day,
        cases,
        decided: 50,
        first_seen_late: 0,
        never_seen: 0,
        history: "made up".to_owned(),
        extracted_on: Stamp::Day(day),
        trained_on: TrainedOn::RealHistory,
        decision: record(),
        next_step: record(),
        candidates: Vec::new(),
        track_record: Vec::new(),
    };
    let schema = FeatureSchema { queue: Vec::new(), ..FeatureSchema::default() };
    FormModel::new(form, schema, training, predictor, Vec::new()).unwrap()
}
