//! Contradictory input, other spellings, and input that should not be sent.

use crate::client::{clock, get, post, service, settings};
use crate::hand_made::{I485, hand_made, rebuilt};
use axum::http::StatusCode;
use model::Label;
use serde_json::{Value, json};
use serving::router;

fn case(changes: Value) -> Value {
    let mut case = json!({"form": "I-485", "received_on": "2022-01-10"});
    for (name, value) in changes.as_object().unwrap() {
        case[name] = value.clone();
    }
    case
}

fn dated(actions: &[(&str, &str)]) -> Value {
    let action = |(action, day): &(&str, &str)| json!({"action": action, "occurred_on": day});
    json!({"actions": actions.iter().map(action).collect::<Vec<_>>()})
}

fn notes(answer: &Value) -> Vec<String> {
    let notes = answer["notes"].as_array().unwrap().iter();
    notes.map(|note| note["en"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_duplicate_member_is_refused_with_its_pointer() {
    for (body, name, pointer) in [
        (r#"{"form": "I-485", "received_on": "2022-01-10", "form": "I-485"}"#, "form", "/form"),
        (
            r#"{"form": "I-485", "received_on": "2022-01-10", "attributes": {"center": "MSC", "center": "SRC"}}"#,
            "center",
            "/attributes/center",
        ),
        (
            r#"{"cases": [{}, {"actions": [{"action": "a", "occurred_on": "x", "action": "b"}]}]}"#,
            "action",
            "/cases/1/actions/0/action",
        ),
        (r#"{"cases": [], "cases": []}"#, "cases", "/cases"),
        (r#"{"attributes": {"a/b~": 1, "a/b~": 1}}"#, "a/b~", "/attributes/a~1b~0"),
        (r#"{"attributes": {"IOE0123456789": 1, "IOE0123456789": 1}}"#, "[receipt number]", "/attributes"),
    ] {
        let answer = post(&service(), body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["type"], "/problems/wrong-shape");
        assert_eq!(problem["pointer"], pointer, "{problem}");
        let detail = format!("Duplicate member `{name}`. Send it once.");
        assert_eq!(problem["detail"], detail);
    }
}

/// By the rules of RFC 6901.
#[tokio::test]
async fn pointers_lead_to_the_value_at_fault() {
    let wrong = case(json!({
        "key": "k".repeat(65),
        "as_of": "9999-12-31",
        "received_on": "2022-02-30",
        "attributes": {"a/b~c": "x", "center": "MSC"},
        "actions": [{"action": "approved", "occurred_at": "soon"}],
    }));
    let batch = json!({"cases": [case(json!({})), wrong]});
    let answer = post(&service(), batch.to_string()).await.json();
    let problem = &answer["estimates"][1]["problem"];
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    let expected = [
        "/cases/1/key",
        "/cases/1/as_of",
        "/cases/1/received_on",
        "/cases/1/attributes/a~1b~0c",
        "/cases/1/actions/0/occurred_at",
    ];
    assert_eq!(pointers, expected);
    let found: Vec<&Value> = pointers.iter().map(|pointer| batch.pointer(pointer).unwrap()).collect();
    assert_eq!(found[1..], [&json!("9999-12-31"), &json!("2022-02-30"), &json!("x"), &json!("soon")]);
    assert_eq!(problem["pointer"], expected[0]);
}

#[tokio::test]
async fn one_fault_does_not_hide_another() {
    let early = dated(&[("biometrics_taken", "2022-01-09")]);
    for (changes, pointers) in [
        (json!({"as_of": "soon", "received_on": "later"}), vec!["/as_of", "/received_on"]),
        (json!({"as_of": "2199-01-01", "key": "IOE0123456789"}), vec!["/key", "/as_of"]),
        (
            json!({"as_of": "soon", "actions": early["actions"], "attributes": {"a": 1, "b": 2}}),
            vec!["/as_of", "/attributes/a", "/attributes/b", "/actions/0/occurred_on"],
        ),
        (
            json!({"form": "I-999", "as_of": "soon", "received_on": "x"}),
            vec!["/form", "/as_of", "/received_on"],
        ),
        (json!({"form": "I-131", "as_of": "soon", "received_on": "x"}), vec!["/as_of", "/received_on"]),
        // Without a valid as-of time, a late action alone is not a fault.
        (json!({"as_of": "soon", "received_on": "2190-01-01"}), vec!["/as_of"]),
    ] {
        let answer = post(&service(), case(changes).to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, pointers, "{problem}");
    }
    let many: serde_json::Map<String, Value> = (0..500).map(|n| (format!("a{n}"), json!(1))).collect();
    let problem = post(&service(), case(json!({"attributes": many})).to_string()).await.json();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 20, "a bound on what one request makes us write");
    let page = get(&service(), "/?form=I-485&received_on=x&as_of=soon").await.text;
    assert!(page.contains("id=\"received_on-error\"") && page.contains("id=\"as_of-error\""), "{page}");
}

#[tokio::test]
async fn a_value_may_be_written_in_another_letter_case() {
    let service = service();
    let exact = post(&service, case(json!({"attributes": {"center": "MSC"}})).to_string()).await.json();
    assert_eq!(exact["decision"]["basis"]["queue"], json!({"center": "MSC"}));
    for written in ["msc", " MSC", "Msc\t", "\u{a0}mSC "] {
        let answer = post(&service, case(json!({"attributes": {"center": written}})).to_string()).await;
        assert_eq!(answer.json(), exact, "{written:?}");
    }
    for other in ["MS C", "IOE", "MSCC"] {
        let answer = post(&service, case(json!({"attributes": {"center": other}})).to_string()).await.json();
        assert_eq!(answer["decision"]["basis"]["queue"], json!({}), "{other:?}");
        assert!(notes(&answer)[0].starts_with("The data has no cases with this value"), "{answer}");
    }
}

#[tokio::test]
async fn actions_after_the_decision_have_a_note() {
    let (first, second) = ("2022-02-03", "2022-03-03");
    for (actions, left_out) in [
        (vec![("denied", first), ("interview_completed", second)], Some("Interview completed")),
        (
            vec![("approved", first), ("interview_completed", second), ("under_review", "2022-04-03")],
            Some("Interview completed, Under review"),
        ),
        (vec![("approved", first), ("denied", second)], Some("Denied")),
        (vec![("denied", first), ("approved", second)], Some("Approved")),
        (vec![("approved", first), ("rejected", second)], Some("Filing not accepted")),
        (vec![("approved", first), ("doc_mailed", second)], None),
        (vec![("rfe_sent", first), ("approved", second)], None),
        // On one day the interview comes before the decision, and the first of two decisions counts.
        (vec![("approved", first), ("interview_completed", first), ("denied", first)], Some("Denied")),
        (
            vec![("approved", "2022-02-03T10:00:00Z"), ("interview_completed", "2022-02-03T11:00:00Z")],
            Some("Interview completed"),
        ),
    ] {
        let answer = post(&service(), case(dated(&actions)).to_string()).await.json();
        assert_eq!(answer["status"], "decided");
        let expected = left_out.map(|left_out| {
            format!(
                "These come after the decision and were left out, because this estimate ends at the decision: {left_out}."
            )
        });
        assert_eq!(notes(&answer), expected.into_iter().collect::<Vec<_>>(), "{actions:?}");
    }
}

#[tokio::test]
async fn a_value_without_known_values_has_a_note() {
    let made = hand_made(&I485);
    let mut form = made.form().spec().clone();
    let mut office = form.attributes[0].clone();
    office.name = "office".to_owned();
    office.label = Label { en: "Field office".to_owned(), es: "Oficina local".to_owned() };
    form.attributes.push(office);
    let models = rebuilt(&made, form, made.training().clone(), made.predictor().time_scale());
    let service = router(models, settings(), clock());
    for (attributes, noted) in [
        (
            json!({"office": "Boston"}),
            vec!["The data has no values of Field office, so this one was not used: Boston."],
        ),
        (
            json!({"office": "IOE0123456789", "center": "ABC"}),
            vec![
                "The data has no cases with this value of Office on your notice: ABC. The estimate rests on a wider group of cases.",
                "The data has no values of Field office, so this one was not used: [receipt number].",
            ],
        ),
        (
            json!({"center": "MSC", "channel": "paper"}),
            vec!["This does not change the estimate: How it was filed (paper)."],
        ),
    ] {
        let answer = post(&service, case(json!({"attributes": attributes})).to_string()).await.json();
        assert_eq!(answer["status"], "estimated");
        assert_eq!(notes(&answer), noted);
    }
}

#[tokio::test]
async fn a_key_is_refused_only_for_a_receipt_number() {
    for (key, refused) in [
        ("MSC 21 900 12345", true),
        ("my-MSC-2190012345", true),
        ("MSC21.900.12345", true),
        ("123456789", false),
        ("20220110000017", false),
        ("A012345678", false),
        ("run-2022-01-10-000017", false),
        ("abc0123456789def", false),
    ] {
        let batch = json!({"cases": [case(json!({"key": key}))]});
        let answer = post(&service(), batch.to_string()).await;
        let one = &answer.json()["estimates"][0];
        assert_eq!(one["status"], if refused { "problem" } else { "estimated" }, "{key}");
        assert_eq!(answer.text.contains(key), !refused, "{key}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_mistyped_date_is_shown_as_it_was_typed() {
    let answer = post(&service(), case(json!({"received_on": "2022-06-300"})).to_string()).await.json();
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.starts_with("`2022-06-300` is neither a date nor"), "{detail}");
    let page = get(&service(), "/?form=I-485&received_on=2022-06-300").await.text;
    assert!(page.contains("name=\"received_on\" value=\"2022-06-300\""), "{page}");
}

#[tokio::test]
async fn a_key_may_repeat_within_a_batch() {
    let keyed = case(json!({"key": "a"}));
    let answer = post(&service(), json!({"cases": [keyed, keyed]}).to_string()).await.json();
    let estimates = answer["estimates"].as_array().unwrap();
    assert_eq!(estimates.len(), 2);
    assert!(estimates.iter().all(|estimate| estimate["key"] == "a" && estimate["status"] == "estimated"));
}

#[tokio::test]
async fn an_unlisted_action_is_shown_redacted() {
    let long = "x".repeat(500);
    for (typed, shown) in [
        ("IOE0123456789", "[receipt number]"),
        ("my case MSC 21-900-12345 is late", "my case [receipt number] is late"),
        ("A012345678", "A[number]"),
        ("A-012-345-678", "A-[number]"),
        ("123-45-6789", "[number]"),
        ("moved_2022-02-03", "moved_2022-02-03"),
        ("line\nbreak", "line break"),
        (long.as_str(), &format!("{}…", "x".repeat(40))),
    ] {
        let mut noted = case(dated(&[(typed, "2022-02-03")]));
        noted["unknown_actions"] = json!("note");
        let answer = post(&service(), noted.to_string()).await;
        let note =
            format!("These actions are not listed for this form and were left out, 1 in all: {shown}.");
        assert_eq!(notes(&answer.json()), [note]);
        assert!(typed == shown || !answer.text.contains(typed), "{}", answer.text);
    }
}
