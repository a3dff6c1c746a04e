//! A small form, made by hand, and the parts of other forms.

use model::{
    AppointmentSpec, AsOf, AttributeKind, Awaits, Day, FormAttribute, FormDefinition, FormSpec,
    InterimStatus, Label, Milestone, Pause, PauseKind, Quantiles, RequestSpec, Stamp, TargetRecord, TaskSpec,
    TimeScale, TrainedOn, TrainingRecord,
};

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn stamp(text: &str) -> Stamp {
    Stamp::parse(text).unwrap()
}

pub fn as_of(text: &str) -> AsOf {
    AsOf::parse(text).unwrap()
}

/// The words of a text as a list of a form definition.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn label() -> Label {
    Label { en: "e".to_owned(), es: "s".to_owned() }
}

pub fn attribute(name: &str, queue: bool) -> FormAttribute {
    let (source, checked_on) = (words("x"), day("2022-06-30"));
    FormAttribute {
        name: name.to_owned(),
        label: label(),
        queue,
        kind: AttributeKind::Other,
        source,
        checked_on,
    }
}

pub fn milestone(id: &str, reached_by: &str, follows: &str) -> Milestone {
    Milestone {
        id: id.to_owned(),
        label: label(),
        reached_by: words(reached_by),
        signs: Vec::new(),
        closes: Vec::new(),
        follows: words(follows),
        optional: false,
        repeats: false,
        decision: id == "decision",
        source: words("x"),
        checked_on: day("2022-06-30"),
    }
}

pub fn status(id: &str, set_by: &str) -> InterimStatus {
    let (source, checked_on) = (words("x"), day("2022-06-30"));
    InterimStatus {
        id: id.to_owned(),
        label: label(),
        set_by: words(set_by),
        reopens: false,
        source,
        checked_on,
    }
}

pub fn pause(id: &str, begins: &str, ends: &str) -> Pause {
    let (source, checked_on) = (words("x"), day("2022-06-30"));
    let (begins, ends) = (words(begins), words(ends));
    Pause { id: id.to_owned(), label: label(), kind: PauseKind::Other, begins, ends, source, checked_on }
}

pub fn request(id: &str, sent_by: &str, answered_by: &str) -> RequestSpec {
    RequestSpec {
        id: id.to_owned(),
        label: label(),
        awaits: Awaits::Applicant,
        sent_by: words(sent_by),
        answered_by: words(answered_by),
        response_days: 30,
        mail_days: 3,
        source: words("x"),
        checked_on: day("2022-06-30"),
    }
}

pub fn appointment(id: &str, scheduled_by: &str, kept: &str) -> AppointmentSpec {
    AppointmentSpec {
        id: id.to_owned(),
        label: label(),
        scheduled_by: words(scheduled_by),
        rescheduled_by: Vec::new(),
        kept: kept.to_owned(),
        cancelled_by: Vec::new(),
        not_needed_by: Vec::new(),
        source: words("x"),
        checked_on: day("2022-06-30"),
    }
}

pub fn task(id: &str, begun_by: &str, ended_by: &str) -> TaskSpec {
    TaskSpec {
        id: id.to_owned(),
        label: label(),
        awaits: Awaits::Applicant,
        begun_by: words(begun_by),
        ended_by: words(ended_by),
        source: words("x"),
        checked_on: day("2022-06-30"),
    }
}

/// A form of these milestones and nothing else.
pub fn spec(milestones: Vec<Milestone>) -> FormSpec {
    FormSpec {
        form: "X-1".to_owned(),
        title: label(),
        from: day("2000-01-01"),
        checked_on: day("2022-06-30"),
        source: words("x"),
        attributes: Vec::new(),
        milestones,
        statuses: Vec::new(),
        pauses: Vec::new(),
        outcomes: Vec::new(),
        requests: Vec::new(),
        appointments: Vec::new(),
        tasks: Vec::new(),
        line: None,
        rejections: Vec::new(),
        notices: Vec::new(),
    }
}

/// Receipt, biometrics, decision, card; evidence as a status, a pause, a rejection, a notice, a queue by office.
pub fn small_form() -> FormDefinition {
    let mut decision = milestone("decision", "approved denied", "received bio");
    decision.signs = words("mailed");
    let mut form = spec(vec![
        milestone("received", "received", ""),
        milestone("bio", "bio_taken", "received"),
        decision,
        milestone("card", "mailed", "decision"),
    ]);
    form.attributes = vec![attribute("office", true), attribute("channel", false)];
    form.statuses = vec![status("asked", "rfe_sent")];
    form.pauses = vec![pause("on_hold", "on_hold", "hold_lifted")];
    form.rejections = words("rejected");
    form.notices = words("notice");
    form.check().unwrap()
}

pub fn training() -> TrainingRecord {
    let target = || TargetRecord {
        time_scale: TimeScale::InState,
        half_life_days: Some(90.0),
        fixed: false,
        validation_crps_days: None,
    };
    TrainingRecord {
        estimator: "by hand".to_owned(),
        as_of: as_of("2022-06-30"),
        first_received: day("2021-01-01"),
        last_received: day("2022-06-30"),
        cases: 500,
        decided: 300,
        first_seen_late: 0,
        never_seen: 0,
        history: "by hand".to_owned(),
        extracted_on: stamp("2022-12-31"),
        trained_on: TrainedOn::Unstated,
        decision: target(),
        next_step: target(),
        candidates: Vec::new(),
        track_record: Vec::new(),
    }
}

/// Whether they are finite, never negative and never falling.
pub fn are_quantiles(quantiles: &Quantiles) -> bool {
    let days = quantiles.days();
    days.iter().all(|day| day.is_finite() && *day >= 0.0) && days.is_sorted()
}
