//! Small models made by hand, with numbers that a reader can follow.

use model::artifact::{Artifact, decode, encode};
use model::{
    Action, AppointmentSpec, AsOf, AttributeKind, Awaits, Case, Cause, Cohort, CohortCurves, CohortKey,
    CohortSet, Curve, Day, Event, FeatureSchema, FormAttribute, FormDefinition, FormModel, FormSpec,
    InterimStatus, JudgedQuantile, Label, Milestone, OutcomeSpec, Pause, PauseKind, Predictor,
    QueueAttribute, RequestSpec, Stamp, TargetRecord, TaskSpec, TimeScale as Waiting, TrackHorizon,
    TrackRecord, TrainedOn, TrainingRecord,
};
use serving::Models;
use store::ModelSet;

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn label(en: &str, es: &str) -> Label {
    Label { en: en.to_owned(), es: es.to_owned() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn milestone(id: &str, label: Label, reached_by: &[&str], follows: &[&str]) -> Milestone {
    Milestone {
        id: id.to_owned(),
        label,
        reached_by: texts(reached_by),
        signs: Vec::new(),
        closes: Vec::new(),
        follows: texts(follows),
        optional: false,
        repeats: false,
        decision: id == "decision",
        source: texts(&["made by hand"]),
        checked_on: day("2022-06-30"),
    }
}

fn status(id: &str, label: Label, set_by: &[&str]) -> InterimStatus {
    let (source, checked_on) = (texts(&["made by hand"]), day("2022-06-30"));
    InterimStatus { id: id.to_owned(), label, set_by: texts(set_by), reopens: false, source, checked_on }
}

fn pause(id: &str, label: Label, begins: &[&str], ends: &[&str]) -> Pause {
    let (source, checked_on) = (texts(&["made by hand"]), day("2022-06-30"));
    let kind = if id == "on_hold" { PauseKind::Hold } else { PauseKind::Other };
    Pause { id: id.to_owned(), label, kind, begins: texts(begins), ends: texts(ends), source, checked_on }
}

fn attribute(name: &str, label: Label, queue: bool) -> FormAttribute {
    let (source, checked_on) = (texts(&["made by hand"]), day("2022-06-30"));
    let kind = if name == "center" { AttributeKind::Center } else { AttributeKind::Other };
    FormAttribute { name: name.to_owned(), label, queue, kind, source, checked_on }
}

const DECISIONS: [&str; 4] = ["approved", "denied", "withdrawn", "revoked_terminated"];

fn outcomes() -> Vec<OutcomeSpec> {
    let labels = [
        label("Approved", "Aprobado"),
        label("Denied", "Denegado"),
        label("Withdrawn", "Retirado"),
        label("Revoked or terminated", "Revocado o terminado"),
    ];
    let outcome = |(code, label): (&str, Label)| OutcomeSpec {
        id: code.to_owned(),
        label,
        decided_by: texts(&[code]),
        shown_by_signs: code == "approved",
        yields_to_signs: false,
        replaces: if code == "revoked_terminated" { texts(&["approved"]) } else { Vec::new() },
        source: texts(&["made by hand"]),
        checked_on: day("2022-06-30"),
    };
    DECISIONS.into_iter().zip(labels).map(outcome).collect()
}

fn request(id: &str, label: Label, sent_by: &str, answered_by: &str, response_days: u16) -> RequestSpec {
    RequestSpec {
        id: id.to_owned(),
        label,
        awaits: Awaits::Applicant,
        sent_by: texts(&[sent_by]),
        answered_by: texts(&[answered_by]),
        response_days,
        mail_days: 3,
        source: texts(&["made by hand"]),
        checked_on: day("2022-06-30"),
    }
}

fn interview_appointment() -> AppointmentSpec {
    AppointmentSpec {
        id: "interview".to_owned(),
        label: label("Interview", "Entrevista"),
        scheduled_by: texts(&["interview_scheduled"]),
        rescheduled_by: Vec::new(),
        kept: "interview".to_owned(),
        cancelled_by: texts(&["interview_cancelled"]),
        not_needed_by: texts(&["interview_waived"]),
        source: texts(&["made by hand"]),
        checked_on: day("2022-06-30"),
    }
}

fn returned_document() -> TaskSpec {
    TaskSpec {
        id: "document_returned".to_owned(),
        label: label(
            "A document came back: give your current address",
            "Un documento fue devuelto: dé su dirección actual",
        ),
        awaits: Awaits::Applicant,
        begun_by: texts(&["doc_returned"]),
        ended_by: texts(&["doc_mailed"]),
        source: texts(&["made by hand"]),
        checked_on: day("2022-06-30"),
    }
}

fn statuses() -> Vec<InterimStatus> {
    let requested = label("Evidence requested", "Se solicitó evidencia");
    let answered = label("Evidence received", "Se recibió la evidencia");
    let scheduled = label("Interview scheduled", "Entrevista programada");
    let cancelled = label("Interview cancelled", "Entrevista cancelada");
    let waived = label("No interview needed", "No se necesita entrevista");
    let reopened = label("Case reopened", "Caso reabierto");
    vec![
        status("evidence_requested", requested, &["rfe_sent", "noid_noir"]),
        status("evidence_received", answered, &["rfe_response", "noid_response"]),
        status("under_review", label("Under review", "En revisión"), &["under_review"]),
        status("interview_scheduled", scheduled, &["interview_scheduled"]),
        status("interview_cancelled", cancelled, &["interview_cancelled"]),
        status("interview_waived", waived, &["interview_waived"]),
        InterimStatus { reopens: true, ..status("reopened", reopened, &["reopened_appeal"]) },
    ]
}

fn milestones() -> Vec<Milestone> {
    let taken = label("Complete biometrics", "Completar la cita de servicios biométricos");
    let interview = label("Complete your interview", "Completar su entrevista");
    let decision = label("Case decision", "Decisión del caso");
    let card = label("Card produced and mailed", "Producción y envío de la tarjeta");
    vec![
        milestone("received", label("Case received", "Caso recibido"), &["received"], &[]),
        milestone("biometrics", taken, &["biometrics_taken"], &["received"]),
        Milestone {
            optional: true,
            ..milestone("interview", interview, &["interview_completed"], &["biometrics"])
        },
        Milestone {
            signs: texts(&["doc_mailed"]),
            closes: texts(&["denied", "withdrawn", "revoked_terminated"]),
            ..milestone("decision", decision, &DECISIONS, &["biometrics"])
        },
        milestone("card", card, &["doc_produced", "doc_mailed"], &["decision"]),
    ]
}

/// A request for evidence and its answer as milestones, as in the bundled form definitions.
fn evidence_milestones() -> Vec<Milestone> {
    let requested = label("Request for evidence", "Solicitud de evidencia");
    let answered = label("Send the evidence", "Enviar la evidencia");
    let again = |milestone| Milestone { optional: true, repeats: true, ..milestone };
    vec![
        again(milestone("evidence_requested", requested, &["rfe_sent", "noid_noir"], &["received"])),
        again(milestone(
            "evidence_received",
            answered,
            &["rfe_response", "noid_response"],
            &["evidence_requested"],
        )),
    ]
}

/// N-400 has two milestones for evidence, the other forms two statuses.
fn spec(form: &str, title: Label) -> FormSpec {
    let by_milestones = form == "N-400";
    let court = label("Case in court", "Caso en los tribunales");
    FormSpec {
        form: form.to_owned(),
        title,
        from: day("2000-01-01"),
        checked_on: day("2022-06-30"),
        source: texts(&["made by hand"]),
        attributes: vec![
            attribute("center", label("Office on your notice", "Oficina en su aviso"), true),
            attribute("channel", label("How it was filed", "Cómo se presentó"), false),
        ],
        milestones: if by_milestones {
            milestones().into_iter().chain(evidence_milestones()).collect()
        } else {
            milestones()
        },
        statuses: if by_milestones { Vec::new() } else { statuses() },
        pauses: vec![
            pause("on_hold", label("On hold", "En espera"), &["on_hold"], &["hold_lifted"]),
            pause("court", court, &["court_began"], &["court_ended"]),
        ],
        outcomes: outcomes(),
        requests: vec![
            request(
                "rfe",
                label("Request for evidence", "Solicitud de evidencia"),
                "rfe_sent",
                "rfe_response",
                84,
            ),
            request(
                "intent",
                label("Notice of intent", "Aviso de intención"),
                "noid_noir",
                "noid_response",
                30,
            ),
        ],
        appointments: if by_milestones { Vec::new() } else { vec![interview_appointment()] },
        tasks: vec![returned_document()],
        line: None,
        rejections: texts(&["rejected"]),
        notices: texts(&["other_notice", "doc_returned"]),
    }
}

/// A way out of a state: the step, its share of all cases, and the share of them that has waited longer than some days.
struct Way<'a> {
    step: &'a str,
    share: f64,
    survival: &'a dyn Fn(f64) -> f64,
}

/// The survival function of a Weibull time with this middle, in days.
fn weibull(middle: f64) -> impl Fn(f64) -> f64 {
    move |days| (-std::f64::consts::LN_2 * (days / middle).powf(1.6)).exp()
}

/// The survival function of a time with a constant hazard and this mean, in days.
fn exponential(mean: f64) -> impl Fn(f64) -> f64 {
    move |days| (-days / mean).exp()
}

/// A cohort whose cases take each way with its share. The curve ends where a case in a million is left, or after five years;
/// then the hazard of its last interval goes on.
fn cohort(form: &FormDefinition, key: CohortKey, counts: (u32, u32), ways: &[Way<'_>]) -> Cohort {
    let left = |days: f64| ways.iter().map(|way| way.share * (way.survival)(days)).sum::<f64>();
    let times: Vec<f64> =
        (0..60_u8).map(|knot| f64::from(knot) * 30.0).take_while(|days| left(*days) > 1e-6).collect();
    let intervals = || times.windows(2).map(|ends| (ends[0], ends[1]));
    let tail = intervals().next_back().map(|(from, to)| (left(from) / left(to)).ln() / (to - from)).unwrap();
    let cause = |way: &Way<'_>| {
        let fall = |survival: &dyn Fn(f64) -> f64, (from, to)| survival(from) - survival(to);
        let share = |ends| (way.share * fall(way.survival, ends) / fall(&left, ends)) as f32;
        let shares: Vec<f32> = intervals().map(share).collect();
        let event = Event::Step(form.milestone_named(way.step).unwrap());
        let tail_share = shares[shares.len() - 1];
        Cause { event, at_once: 0.0, shares, tail_share }
    };
    let survivals = times.iter().map(|days| left(*days) as f32).collect();
    let curve = Curve::new(times.iter().map(|days| *days as f32).collect(), survivals, tail as f32).unwrap();
    let (n, events) = counts;
    Cohort { key, n, events, decided: events, curve, causes: ways.iter().map(cause).collect() }
}

/// How a model is made.
pub struct Recipe {
    pub form: &'static str,
    pub middle: f32,
    pub decided: u32,
    pub trained_on: TrainedOn,
    pub trained_as_of: &'static str,
}

pub const I485: Recipe = Recipe {
    form: "I-485",
    middle: 324.0,
    decided: 9_000,
    trained_on: TrainedOn::RealHistory,
    trained_as_of: "2022-06-30",
};
pub const N400: Recipe = Recipe {
    form: "N-400",
    middle: 150.0,
    decided: 9_000,
    trained_on: TrainedOn::SimulatedHistory,
    trained_as_of: "2021-09-30",
};
pub const I90: Recipe = Recipe {
    form: "I-90",
    middle: 150.0,
    decided: 12,
    trained_on: TrainedOn::Unstated,
    trained_as_of: "2022-06-30",
};

fn title(form: &str) -> Label {
    match form {
        "I-485" => label(
            "Application to Register Permanent Residence or Adjust Status",
            "Solicitud de Registro de Residencia Permanente o Ajuste de Estatus",
        ),
        "N-400" => label("Application for Naturalization", "Solicitud de Naturalización"),
        _ => label(
            "Application to Replace Permanent Resident Card",
            "Solicitud para Reemplazar Tarjeta de Residente Permanente",
        ),
    }
}

/// The cohort of a state in any queue; none if the form has no such state.
fn in_state(form: &FormDefinition, state: &str) -> Option<CohortKey> {
    form.state_ids().find(|&id| form.state(id).0 == state).map(CohortKey::in_state)
}

/// All on the clock since the receipt. The cohort of all cases answers for those with biometrics.
fn predictor(form: &FormDefinition, recipe: &Recipe) -> Predictor {
    let middle = f64::from(recipe.middle);
    let (counts, few) = ((12_345, recipe.decided), (1_234, 900.min(recipe.decided)));
    let received = in_state(form, "received").unwrap();
    let mut at_center = received;
    at_center.queue.set(0, 1);
    let (slow, slower) = (weibull(middle), weibull(middle * 1.2));
    let (first, card) = (weibull(200.0), exponential(18.0));
    let way = |step, share, survival| Way { step, share, survival };
    let decided = |key, counts, survival| cohort(form, key, counts, &[way("decision", 1.0, survival)]);
    let mut exits = vec![
        cohort(form, CohortKey::all(), counts, &[way("decision", 0.6, &slow), way("interview", 0.4, &slow)]),
        cohort(form, received, counts, &[way("biometrics", 0.8, &first), way("decision", 0.2, &slow)]),
        cohort(form, at_center, few, &[way("biometrics", 0.8, &first), way("decision", 0.2, &slower)]),
        cohort(form, in_state(form, "decision").unwrap(), counts, &[way("card", 1.0, &card)]),
    ];
    exits.extend(in_state(form, "reopened").map(|key| decided(key, counts, &slow)));
    let decisions = vec![
        decided(CohortKey::all(), counts, &slow),
        decided(received, counts, &slow),
        decided(at_center, few, &slower),
    ];
    let [exits, decisions] = [exits, decisions].map(|mut cohorts| {
        cohorts.sort_by_key(|cohort| cohort.key);
        CohortSet::new(Waiting::SinceReceipt, cohorts).unwrap()
    });
    Predictor::CohortCurves(CohortCurves::new(form.decision(), exits, None, decisions))
}

fn training(recipe: &Recipe) -> TrainingRecord {
    let record = || TargetRecord {
        time_scale: Waiting::SinceReceipt,
        half_life_days: Some(180.0),
        fixed: false,
        validation_crps_days: Some(61.5),
    };
    TrainingRecord {
        estimator: "by hand".to_owned(),
        as_of: AsOf::parse(recipe.trained_as_of).unwrap(),
        first_received: day("2018-10-01"),
        last_received: day(recipe.trained_as_of),
        cases: 12_345,
        decided: u64::from(recipe.decided),
        first_seen_late: 0,
        never_seen: 0,
        history: "hand-made history".to_owned(),
        extracted_on: Stamp::parse("2022-06-30").unwrap(),
        trained_on: recipe.trained_on,
        decision: record(),
        next_step: record(),
        candidates: Vec::new(),
        track_record: vec![TrackRecord {
            as_of: AsOf::parse("2022-01-31").unwrap(),
            followed_days: 150.0,
            pending: 4_321,
            sampled: 4_321,
            horizons: vec![TrackHorizon {
                days: 150.0,
                expected: 0.42,
                decided: 0.5,
                q50: JudgedQuantile::new(4_321, 2_400, 1_300),
                q80: JudgedQuantile::new(4_321, 1_000, 740),
                crps_days: 31.25,
                mae_median_days: Some(44.5),
            }],
        }],
    }
}

/// A model with one golden case.
pub fn hand_made(recipe: &Recipe) -> FormModel {
    let form = spec(recipe.form, title(recipe.form)).check().unwrap();
    let predictor = predictor(&form, recipe);
    let values = texts(&["LIN", "MSC", "SRC"]);
    let schema = FeatureSchema {
        queue: vec![QueueAttribute { name: "center".to_owned(), values }],
        ..FeatureSchema::default()
    };
    let model = FormModel::new(form, schema, training(recipe), predictor, Vec::new()).unwrap();
    let taken = Action::new("biometrics_taken".to_owned(), Stamp::parse("2021-02-03").unwrap());
    let case = Case {
        received: Stamp::parse("2021-01-10").unwrap(),
        attributes: vec![("center".to_owned(), "MSC".to_owned())],
        actions: vec![taken],
    };
    let golden = model.answer(&case, AsOf::parse("2021-06-30").unwrap());
    model.with_golden(vec![golden])
}

/// A model with some of its parts changed. It has no golden case.
pub fn rebuilt(made: &FormModel, form: FormSpec, training: TrainingRecord, clock: Waiting) -> Models {
    let curves = made.predictor().cohorts();
    let [exits, decisions] = [curves.exits(), curves.decisions()]
        .map(|set| CohortSet::new(clock, set.cohorts().to_vec()).unwrap());
    let form = form.check().unwrap();
    let curves = CohortCurves::new(form.decision(), exits, None, decisions);
    let (predictor, schema) = (Predictor::CohortCurves(curves), made.schema().clone());
    let model = FormModel::new(form, schema, training, predictor, Vec::new()).unwrap();
    loaded([decode(&file_of(&model)).unwrap()])
}

/// The same, as a file's bytes.
pub fn file_of(model: &FormModel) -> Vec<u8> {
    encode(model).unwrap()
}

/// The same, as it is loaded.
pub fn artifact(recipe: &Recipe) -> Artifact {
    decode(&file_of(&hand_made(recipe))).unwrap()
}

/// Models as a server loads them.
pub fn loaded(artifacts: impl IntoIterator<Item = Artifact>) -> Models {
    Models::from(ModelSet::from_artifacts(artifacts).unwrap())
}

/// I-485, I-90 (too few cases) and N-400 (simulated, old).
pub fn models() -> Models {
    loaded([I485, N400, I90].map(|recipe| artifact(&recipe)))
}
