//! How a caller may name forms and actions.

use crate::client::{Answer, check_well_formed, get, post, service};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn case(actions: Value) -> Value {
    json!({"form": "I-485", "received_on": "2022-01-10", "actions": actions})
}

async fn ask(case: &Value) -> Answer {
    post(&service(), case.to_string()).await
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_unknown_action_is_refused_with_its_pointer_and_the_nearest_codes() {
    let actions = json!([
        {"action": "biometrics_taken", "occurred_on": "2022-02-03"},
        {"action": "interview_complete", "occurred_on": "2022-03-03"},
    ]);
    let answer = ask(&case(actions.clone())).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = answer.json();
    assert_eq!(problem["type"], "/problems/unknown-action");
    assert_eq!(problem["pointer"], "/actions/1/action");
    assert!(problem["detail"].as_str().unwrap().starts_with("The form has no action `interview_complete`."));
    assert_eq!(words(&problem["errors"][0]["nearest"])[0], "interview_completed");
    // One case of a batch does not fail the others.
    let batch = json!({"cases": [case(json!([])), case(actions.clone())]});
    let answers = ask(&batch).await.json();
    assert_eq!(answers["estimates"][0]["status"], "estimated");
    assert_eq!(answers["estimates"][1]["problem"]["pointer"], "/cases/1/actions/1/action");
    // Unless the request says that they are to be noted.
    let mut noted = case(actions);
    noted["unknown_actions"] = json!("note");
    let answer = ask(&noted).await.json();
    assert_eq!(
        (&answer["status"], &answer["notes"][0]["code"]),
        (&json!("estimated"), &json!("unlisted-action"))
    );
    noted["unknown_actions"] = json!("ignore");
    assert_eq!(ask(&noted).await.json()["pointer"], "/unknown_actions");
}

#[tokio::test]
async fn a_status_title_as_an_action_code_is_refused_with_a_hint() {
    for unlisted in ["refuse", "note"] {
        let mut titled = case(json!([{"action": "Case Was Approved", "occurred_on": "2022-02-03"}]));
        titled["unknown_actions"] = json!(unlisted);
        let problem = ask(&titled).await.json();
        assert_eq!(problem["type"], "/problems/unknown-action", "{problem}");
        let hint = "`Case Was Approved` is not an action code. Send it as `status` in place of `action`.";
        assert_eq!(problem["detail"], hint);
    }
}

#[tokio::test]
async fn status_titles_and_event_codes_name_actions() {
    let by_code = ask(&case(json!([{"action": "approved", "occurred_on": "2022-02-03"}]))).await.json();
    for named in [
        json!({"status": "Case Was Approved", "occurred_on": "2022-02-03"}),
        json!({"status": "CASE WAS APPROVED.", "occurred_on": "2022-02-03"}),
        json!({"event_code": "DA", "occurred_on": "2022-02-03"}),
    ] {
        assert_eq!(ask(&case(json!([named]))).await.json(), by_code, "{named}");
    }
}

#[tokio::test]
async fn an_unknown_status_title_is_refused_with_the_nearest_titles() {
    let problem =
        ask(&case(json!([{"status": "Case Was Aproved", "occurred_on": "2022-02-03"}]))).await.json();
    assert_eq!(
        (&problem["type"], &problem["pointer"]),
        (&json!("/problems/unknown-action"), &json!("/actions/0/status"))
    );
    assert!(words(&problem["errors"][0]["nearest"]).contains(&"Case Was Approved"), "{problem}");
    let problem = ask(&case(json!([{"event_code": "QQQ", "occurred_on": "2022-02-03"}]))).await.json();
    assert_eq!(problem["pointer"], "/actions/0/event_code");
}

#[tokio::test]
async fn the_remedy_for_an_unknown_action_names_what_a_note_cannot_replace() {
    for named in [
        json!({"status": "Case Was Aproved", "occurred_on": "2022-02-03"}),
        json!({"event_code": "QQQ", "occurred_on": "2022-02-03"}),
        json!({"action": "Case Was Approved", "occurred_on": "2022-02-03"}),
    ] {
        let mut noted = case(json!([named]));
        noted["unknown_actions"] = json!("note");
        assert_eq!(ask(&noted).await.json()["type"], "/problems/unknown-action", "{named}");
    }
    let explained = get(&service(), "/problems/unknown-action").await.text;
    let refused =
        "An unknown `status` or `event_code`, and a title or event code in `action`, are always refused.";
    assert!(explained.contains(refused), "{explained}");
}

#[tokio::test]
async fn an_action_has_exactly_one_name() {
    for (named, pointer) in [
        (json!({"occurred_on": "2022-02-03"}), "/actions/0/action"),
        (
            json!({"action": "approved", "status": "Case Was Approved", "occurred_on": "2022-02-03"}),
            "/actions/0/status",
        ),
    ] {
        let problem = ask(&case(json!([named]))).await.json();
        assert_eq!(
            (&problem["type"], &problem["pointer"]),
            (&json!("/problems/wrong-shape"), &json!(pointer))
        );
    }
}

#[tokio::test]
async fn a_form_is_recognized_however_people_write_it() {
    for written in ["N-400", "N400", "n-400", "Form N-400", "form n 400", "Formulario N-400"] {
        let answer = ask(&json!({"form": written, "received_on": "2022-01-10"})).await.json();
        assert_eq!((&answer["form"], &answer["status"]), (&json!("N-400"), &json!("estimated")), "{written}");
        let address = written.replace(' ', "%20");
        assert_eq!(get(&service(), &format!("/v1/forms/{address}")).await.json()["form"], "N-400");
        let html = get(&service(), &format!("/?form={address}&received_on=2022-01-10")).await.text;
        check_well_formed(&html);
        assert!(html.contains("Progress on your N-400") && html.contains("form=N-400"), "{written}: {html}");
    }
    let covered = ask(&json!({"form": "i131", "received_on": "2022-01-10"})).await.json();
    assert_eq!((&covered["form"], &covered["status"]), (&json!("I-131"), &json!("unsupported_form")));
    let unknown = ask(&json!({"form": "N-4000", "received_on": "2022-01-10"})).await.json();
    assert_eq!(unknown["type"], "/problems/unknown-form");
}

#[tokio::test]
async fn an_action_with_an_empty_name_is_always_refused() {
    for unlisted in ["refuse", "note"] {
        for member in ["action", "status", "event_code"] {
            for empty in ["", " ", "\t", "\u{200b}"] {
                let mut named = case(json!([{member: empty, "occurred_on": "2022-02-03"}]));
                named["unknown_actions"] = json!(unlisted);
                let problem = ask(&named).await.json();
                assert_eq!(problem["type"], "/problems/unknown-action", "{problem}");
                assert_eq!(problem["pointer"], format!("/actions/0/{member}"));
                let remedy = "The name of the action is empty. Write it, or leave the action out.";
                assert_eq!(problem["detail"], remedy);
            }
        }
    }
}

#[tokio::test]
async fn spaces_around_a_name_do_not_matter() {
    let plain = ask(&case(json!([{"action": "approved", "occurred_on": "2022-02-03"}]))).await.json();
    for named in [
        json!({"action": "approved ", "occurred_on": "2022-02-03"}),
        json!({"action": "\t approved\n", "occurred_on": "2022-02-03"}),
        json!({"status": " Case Was Approved ", "occurred_on": "2022-02-03"}),
        json!({"event_code": " DA ", "occurred_on": "2022-02-03"}),
    ] {
        let mut noted = case(json!([named]));
        noted["unknown_actions"] = json!("note");
        assert_eq!(ask(&noted).await.json(), plain, "{named}");
    }
}

#[tokio::test]
async fn many_unknown_actions_are_refused_quickly() {
    let long = "Case Was Aproved ".repeat(50);
    let actions: Vec<Value> =
        (0..900).map(|_| json!({"action": long, "occurred_on": "2022-02-03"})).collect();
    let problem = ask(&case(json!(actions))).await.json();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 20, "a bound on what one request makes us write");
}
