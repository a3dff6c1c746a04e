//! What an answer says about the record of a case: outcome, requests, appointments, and actions that changed nothing.

use crate::client::{check_well_formed, clock, get, post, service, settings};
use crate::hand_made::{I485, hand_made, rebuilt};
use model::{FormSpec, TimeScale};
use serde_json::{Value, json};
use serving::router;

fn action(code: &str, day: &str) -> Value {
    json!({"action": code, "occurred_on": day})
}

async fn answer(form: &str, actions: Vec<Value>) -> Value {
    let case = json!({"form": form, "received_on": "2022-01-10", "actions": actions});
    post(&service(), case.to_string()).await.json()
}

fn note<'a>(answer: &'a Value, code: &str) -> &'a Value {
    let mut notes = answer["notes"].as_array().unwrap().iter();
    notes.find(|note| note["code"] == code).unwrap_or_else(|| panic!("no note `{code}`: {answer}"))
}

fn place(answer: &Value, milestone: &str) -> Value {
    let mut steps = answer["timeline"].as_array().unwrap().iter();
    steps.find(|step| step["milestone"] == milestone).unwrap()["place"].clone()
}

#[tokio::test]
async fn a_decided_case_has_an_outcome_in_both_languages() {
    for (decided_by, code, en, es) in [
        ("approved", "approved", "Approved", "Aprobado"),
        ("denied", "denied", "Denied", "Denegado"),
        ("withdrawn", "withdrawn", "Withdrawn", "Retirado"),
        ("doc_mailed", "approved", "Approved", "Aprobado"),
    ] {
        let decided = answer("I-485", vec![action(decided_by, "2022-03-03")]).await;
        assert_eq!(decided["status"], "decided");
        assert_eq!(decided["outcome"], json!({"code": code, "label": {"en": en, "es": es}}));
        assert!(decided["now"]["en"].as_str().unwrap().starts_with(&format!("Decided: {en}.")), "{decided}");
    }
    assert_eq!(answer("I-485", vec![]).await["outcome"], Value::Null);
}

#[tokio::test]
async fn requests_are_listed_with_their_state() {
    let actions = vec![
        action("rfe_sent", "2022-02-03"),
        action("rfe_response", "2022-03-03"),
        action("noid_noir", "2022-06-03"),
    ];
    let requests = answer("I-485", actions).await["requests"].clone();
    let stated: Vec<_> =
        requests.as_array().unwrap().iter().map(|request| request["state"].clone()).collect();
    assert_eq!(stated, ["answered", "open"]);
    assert_eq!(requests[0]["answered"], "2022-03-03");
    assert_eq!(
        requests[1],
        json!({
            "id": "intent",
            "label": {"en": "Notice of intent", "es": "Aviso de intención"},
            "sent": "2022-06-03",
            "due": "2022-07-03",
            "due_by_mail": "2022-07-06",
            "state": "open",
        })
    );
}

#[tokio::test]
async fn two_open_requests_both_have_a_note() {
    let actions = vec![action("rfe_sent", "2022-06-01"), action("noid_noir", "2022-06-03")];
    let both = answer("I-485", actions).await;
    let notes = both["notes"].as_array().unwrap().iter();
    let asked = notes.filter(|note| note["code"] == "answer-requested");
    let days: Vec<_> = asked.map(|note| note["date"].clone()).collect();
    assert_eq!(days, ["2022-06-01", "2022-06-03"], "{both}");
}

#[tokio::test]
async fn an_appointment_may_lie_ahead_of_the_estimate() {
    let scheduled = |day: &str| {
        let mut notice = action("interview_scheduled", "2022-03-03");
        notice["scheduled_for"] = json!(day);
        notice
    };
    for (day, state) in [("2022-07-20", "ahead"), ("2022-06-30", "ahead"), ("2022-04-03", "past")] {
        let answer = answer("I-485", vec![scheduled(day)]).await;
        let appointment = &answer["appointments"][0];
        assert_eq!((&appointment["scheduled_for"], &appointment["state"]), (&json!(day), &json!(state)));
        let noted = answer["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap());
        let noted: Vec<&str> = noted.filter(|code| code.starts_with("appointment-")).collect();
        assert_eq!(noted, [format!("appointment-{state}")], "{answer}");
        assert_eq!(note(&answer, noted[0])["date"], day);
    }
    let mut other = action("biometrics_taken", "2022-03-03");
    other["scheduled_for"] = json!("2022-07-20");
    for (refused, words) in [
        (scheduled("2022-03-02"), "The appointment is dated before its notice (2022-03-03)."),
        (scheduled("soon"), "`soon` is neither a date nor"),
        (other, "`biometrics_taken` does not announce an appointment."),
    ] {
        let problem = answer("I-485", vec![refused]).await;
        assert_eq!(problem["pointer"], "/actions/0/scheduled_for");
        assert!(problem["detail"].as_str().unwrap().starts_with(words), "{problem}");
    }
}

#[tokio::test]
async fn an_action_may_say_who_did_it_and_need_not() {
    let plain = answer("I-485", vec![action("biometrics_taken", "2022-03-03")]).await;
    for resource in [json!("desk 3"), json!(null)] {
        let mut named = action("biometrics_taken", "2022-03-03");
        named["resource"] = resource;
        assert_eq!(answer("I-485", vec![named]).await, plain, "a name that the model does not know");
    }
    let mut listed = action("biometrics_taken", "2022-03-03");
    listed["resource"] = json!(["desk 3"]);
    let problem = answer("I-485", vec![listed]).await;
    assert_eq!(problem["pointer"], "/actions/0/resource", "{problem}");
}

#[tokio::test]
async fn a_waived_or_cancelled_interview_has_no_tick() {
    let waived = answer("I-485", vec![action("interview_waived", "2022-03-03")]).await;
    assert_eq!(place(&waived, "interview"), "not_needed");
    assert_eq!(waived["appointments"][0]["state"], "not_needed");
    let cancelled =
        vec![action("interview_scheduled", "2022-03-03"), action("interview_cancelled", "2022-04-03")];
    let cancelled = answer("I-485", cancelled).await;
    assert_ne!(place(&cancelled, "interview"), "done");
    assert_eq!(cancelled["appointments"][0]["state"], "cancelled");
    let address = "/?form=I-485&received_on=2022-01-10&status.interview_";
    let html = get(&service(), &format!("{address}waived=2022-03-03")).await.text;
    check_well_formed(&html);
    let step = html.split("<li class=\"not_needed\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(step.contains("Complete your interview") && step.contains("Not needed"), "{step}");
    let html = get(&service(), &format!("{address}cancelled=2022-03-03&lang=es")).await.text;
    check_well_formed(&html);
    assert!(
        html.contains("Su cita fue cancelada") && !html.contains("class=\"done\"><span>Completar"),
        "{html}"
    );
}

#[tokio::test]
async fn a_reopened_case_says_so_with_and_without_an_estimate() {
    let actions = || vec![action("denied", "2022-02-03"), action("reopened_appeal", "2022-03-03")];
    let estimated = answer("I-485", actions()).await;
    assert_eq!((&estimated["status"], &estimated["outcome"]), (&json!("estimated"), &Value::Null));
    let text = note(&estimated, "reopened")["en"].as_str().unwrap();
    let said = "Since March 3, 2022 your case has been reopened or under appeal, so it is waiting for a decision again.";
    assert_eq!(text, said, "the estimate counts from the receipt");
    let few = answer("I-90", actions()).await;
    assert_eq!(few["status"], "too_few_similar_cases");
    assert!(few["reason"]["en"].as_str().unwrap().starts_with("Your case was opened again."), "{few}");
    assert!(!note(&few, "reopened")["en"].as_str().unwrap().contains("estimate"), "{few}");
    let made = hand_made(&I485);
    let models = rebuilt(&made, made.form().spec().clone(), made.training().clone(), TimeScale::InState);
    let case = json!({"form": "I-485", "received_on": "2022-01-10", "actions": actions()});
    let by_state = post(&router(models, settings(), clock()), case.to_string()).await.json();
    let text = note(&by_state, "reopened")["en"].as_str().unwrap();
    assert_eq!(text, format!("{said} The estimate counts from that day."));
}

#[tokio::test]
async fn a_revoked_approval_is_never_shown_as_an_approval() {
    let actions = vec![action("approved", "2022-02-03"), action("revoked_terminated", "2022-03-03")];
    let revoked = answer("I-485", actions).await;
    assert_eq!(revoked["outcome"]["code"], "revoked_terminated");
    let said = note(&revoked, "decision-replaced");
    assert!(said["en"].as_str().unwrap().contains("taken back on March 3, 2022: Revoked or terminated."));
    assert!(said["es"].as_str().unwrap().contains("revocada el 3 de marzo de 2022: Revocado o terminado."));
    assert!(!revoked["now"]["en"].as_str().unwrap().contains("Approved"), "{revoked}");
}

#[tokio::test]
async fn a_returned_document_says_what_to_do() {
    let mut actions = vec![action("approved", "2022-02-03"), action("doc_returned", "2022-03-03")];
    let returned = answer("I-485", actions.clone()).await;
    let text = note(&returned, "to-do")["en"].as_str().unwrap();
    assert_eq!(text, "Since March 3, 2022: A document came back: give your current address.");
    actions.push(action("doc_mailed", "2022-04-03"));
    let sent_again = answer("I-485", actions).await;
    assert_eq!(sent_again["notes"], json!([]), "{sent_again}");
}

#[tokio::test]
async fn actions_that_change_nothing_are_named() {
    for (actions, code, named) in [
        (vec![action("other_notice", "2022-02-03")], "notice", "Other notice"),
        (vec![action("denied", "2022-02-03"), action("denied", "2022-03-03")], "repeated-action", "Denied"),
        (
            vec![action("doc_mailed", "2022-02-03"), action("approved", "2022-03-03")],
            "repeated-action",
            "Approved",
        ),
        (vec![action("doc_produced", "2022-02-03")], "before-decision", "Card or document produced"),
        (
            vec![action("denied", "2022-02-03"), action("hold_lifted", "2022-03-03")],
            "after-decision",
            "On hold: ended",
        ),
        (
            vec![action("denied", "2022-02-03"), action("biometrics_taken", "2022-03-03")],
            "after-decision",
            "Biometrics taken",
        ),
        (
            vec![action("rejected", "2022-02-03"), action("under_review", "2022-03-03")],
            "after-rejection",
            "Under review",
        ),
    ] {
        let answer = answer("I-485", actions).await;
        let text = note(&answer, code)["en"].as_str().unwrap();
        assert!(text.contains(&format!(": {named}.")), "{text}");
        let repeats = "These repeat what the record already showed, so they changed nothing: ";
        assert_eq!(text.starts_with(repeats), code == "repeated-action", "{text}");
    }
}

/// A service whose form reads more documents as signs of an approval, as the bundled forms do.
fn with_signs() -> axum::Router {
    let made = hand_made(&I485);
    let mut form: FormSpec = made.form().spec().clone();
    let decision = form.milestones.iter_mut().find(|milestone| milestone.decision).unwrap();
    decision.signs.extend(["doc_returned", "sent_dos"].map(str::to_owned));
    let clock_of = made.predictor().time_scale();
    router(rebuilt(&made, form, made.training().clone(), clock_of), settings(), clock())
}

#[tokio::test]
async fn an_action_that_was_left_out_is_called_what_it_is() {
    let service = with_signs();
    for (codes, note_code, en, es) in [
        (
            ["denied", "sent_dos"],
            "after-decision",
            "Case sent to the Department of State",
            "Caso enviado al Departamento de Estado",
        ),
        (
            ["denied", "doc_returned"],
            "after-decision",
            "Card or document returned to USCIS",
            "Tarjeta o documento devuelto a USCIS",
        ),
        (
            ["approved", "sent_dos"],
            "repeated-action",
            "Case sent to the Department of State",
            "Caso enviado al Departamento de Estado",
        ),
        (["denied", "hold_lifted"], "after-decision", "On hold: ended", "En espera: terminó"),
    ] {
        let actions = [action(codes[0], "2022-02-03"), action(codes[1], "2022-03-03")];
        let case = json!({"form": "I-485", "received_on": "2022-01-10", "actions": actions});
        let answer = post(&service, case.to_string()).await.json();
        let said = note(&answer, note_code);
        for (language, label) in [("en", en), ("es", es)] {
            assert!(said[language].as_str().unwrap().ends_with(&format!(": {label}.")), "{said}");
        }
        assert!(!said.to_string().contains("Approved"), "{said}");
    }
    // What the applicant has to do is said once.
    let actions = [action("doc_mailed", "2022-02-03"), action("doc_returned", "2022-03-03")];
    let case = json!({"form": "I-485", "received_on": "2022-01-10", "actions": actions});
    let answer = post(&service, case.to_string()).await.json();
    let codes: Vec<&Value> = answer["notes"].as_array().unwrap().iter().map(|note| &note["code"]).collect();
    assert_eq!(codes, ["to-do"], "{answer}");
}

#[tokio::test]
async fn an_appointment_that_a_decision_overtook_is_no_longer_needed() {
    let mut notice = action("interview_scheduled", "2022-03-03");
    notice["scheduled_for"] = json!("2022-07-20");
    let overtaken = answer("I-485", vec![notice, action("approved", "2022-04-03")]).await;
    let said = note(&overtaken, "appointment-not-needed");
    assert_eq!(said["en"], "This is no longer needed after the decision: Interview.");
    assert_eq!(said["es"], "Esto ya no es necesario después de la decisión: Entrevista.");
    let waived = answer("I-485", vec![action("interview_waived", "2022-03-03")]).await;
    let said = note(&waived, "appointment-not-needed");
    assert_eq!(said["en"], "The record says that this is not needed: Interview.");
}

#[tokio::test]
async fn a_decision_known_from_a_sign_was_made_by_that_day() {
    for (code, en, es, step, paso) in [
        (
            "approved",
            "A decision was made on March 3, 2022.",
            "Se tomó una decisión el 3 de marzo de 2022.",
            "Completed March 3, 2022",
            "Completado el 3 de marzo de 2022",
        ),
        (
            "doc_mailed",
            "A decision was made by March 3, 2022.",
            "Se tomó una decisión a más tardar el 3 de marzo de 2022.",
            "Completed by March 3, 2022",
            "Completado a más tardar el 3 de marzo de 2022",
        ),
    ] {
        let decided = answer("I-485", vec![action(code, "2022-03-03")]).await;
        assert!(decided["reason"]["en"].as_str().unwrap().starts_with(en), "{decided}");
        assert!(decided["reason"]["es"].as_str().unwrap().starts_with(es), "{decided}");
        let field = if code == "approved" { "step.decision" } else { "step.card" };
        for (language, text) in [("en", step), ("es", paso)] {
            let address = format!("/?form=I-485&received_on=2022-01-10&{field}=2022-03-03&lang={language}");
            let html = get(&signs_on_the_page(), &address).await.text;
            check_well_formed(&html);
            let named =
                if language == "en" { "Case decision</strong>" } else { "Decisión del caso</strong>" };
            let line = html.split(named).nth(1).unwrap().split("</li>").next().unwrap();
            assert!(line.contains(&format!(">{text}<")), "{line}");
        }
    }
}

/// A service whose page offers the mailed card, which shows the decision, as the date of the last step.
fn signs_on_the_page() -> axum::Router {
    let made = hand_made(&I485);
    let mut form: FormSpec = made.form().spec().clone();
    form.milestones.iter_mut().filter(|milestone| milestone.id == "card").for_each(|card| {
        card.reached_by.retain(|code| code == "doc_mailed");
    });
    let clock_of = made.predictor().time_scale();
    router(rebuilt(&made, form, made.training().clone(), clock_of), settings(), clock())
}
