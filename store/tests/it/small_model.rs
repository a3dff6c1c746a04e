//! The smallest model that encodes: one cohort, two milestones.

use model::{
    AsOf, Cause, Cohort, CohortCurves, CohortKey, Day, FeatureSchema, FormModel, FormSpec, Grid, Label,
    Milestone, Predictor, Stamp, TargetRecord, TimeScale, TrainedOn, TrainingRecord,
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
        rejections: Vec::new(),
        notices: Vec::new(),
        outcomes: Vec::new(),
        requests: Vec::new(),
        appointments: Vec::new(),
        tasks: Vec::new(),
    };
    let form = spec.check().unwrap();
    let grid = || Grid::new(vec![0.0, 30.0, 60.0]).unwrap();
    let cohort = |causes| Cohort {
        key: CohortKey::all(),
        n: 100,
        events: 50,
        hazard: vec![0.0, 0.3, 0.9],
        tail: 0.02,
        causes,
    };
    let cause = Cause {
        milestone: form.milestone_named("decision").unwrap(),
        incidence: vec![0.0, 0.25, 0.6],
        tail_share: 1.0,
    };
    let curves =
        |scale, cohort| Predictor::CohortCurves(CohortCurves::new(scale, grid(), vec![cohort]).unwrap());
    let decision = curves(TimeScale::SinceReceipt, cohort(Vec::new()));
    let next_step = curves(TimeScale::InState, cohort(vec![cause]));
    let record = || TargetRecord { half_life_days: None, validation_crps_days: None };
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
        track_record: None,
    };
    let schema = FeatureSchema { queue: Vec::new() };
    FormModel::new(form, schema, training, decision, next_step, Vec::new()).unwrap()
}
