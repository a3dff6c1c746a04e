//! The notes of an answer, as programs read them.

use std::collections::BTreeSet;

use crate::client::{clock, get, post, service, settings};
use crate::hand_made::{I485, N400, Recipe, hand_made, rebuilt};
use model::{AsOf, TrainingRecord};
use serde_json::{Value, json};
use serving::router;

const SOURCE: &str = include_str!("../../src/answer/note.rs");

async fn notes_of(service: &axum::Router, case: Value) -> Vec<Value> {
    let answer = post(service, case.to_string()).await.json();
    answer["notes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

fn codes(notes: &[Value]) -> Vec<&str> {
    notes.iter().map(|note| note["code"].as_str().unwrap()).collect()
}

fn acted(form: &str, actions: &[(&str, &str)]) -> Value {
    let actions: Vec<Value> =
        actions.iter().map(|(action, day)| json!({"action": action, "occurred_on": day})).collect();
    json!({"form": form, "received_on": "2022-01-10", "actions": actions})
}

/// The documentation, the program and the answers have the same codes.
/// A case with an interview on this day.
fn invited(day: &str) -> Value {
    json!({"form": "I-485", "received_on": "2022-01-10", "actions": [{"action": "interview_scheduled",
        "occurred_on": "2022-03-03", "scheduled_for": day}]})
}

#[tokio::test]
async fn every_code_is_listed_and_reachable() {
    let made = hand_made(&I485);
    let mut form = made.form().spec().clone();
    form.attributes[1].queue = true;
    let clock_of = made.predictor().time_scale();
    let unused = router(rebuilt(&made, form, made.training().clone(), clock_of), settings(), clock());
    let training = TrainingRecord { as_of: AsOf::parse("2021-09-30").unwrap(), ..made.training().clone() };
    let old = router(rebuilt(&made, made.form().spec().clone(), training, clock_of), settings(), clock());
    let plain = service();
    let mut noted = acted("I-485", &[("moved", "2022-02-03")]);
    noted["unknown_actions"] = json!("note");
    let mut reached = BTreeSet::new();
    for (service, case, code, date) in [
        (&plain, acted("I-485", &[("rfe_sent", "2022-05-03")]), "answer-requested", Some("2022-05-03")),
        (&plain, acted("I-485", &[("rfe_sent", "2022-02-03")]), "answer-probably-late", Some("2022-02-03")),
        (
            &plain,
            acted("I-485", &[("rfe_sent", "2022-05-03"), ("interview_completed", "2022-06-03")]),
            "answer-not-shown",
            Some("2022-05-03"),
        ),
        (
            &plain,
            acted("I-485", &[("approved", "2022-02-03"), ("noid_noir", "2022-03-03")]),
            "notice-after-decision",
            Some("2022-03-03"),
        ),
        (&plain, json!({"form": "I-485", "received_on": "2001-01-10"}), "waited-longest", None),
        (&plain, json!({"form": "I-485", "received_on": "2017-11-10"}), "beyond-history", None),
        (&old, acted("I-485", &[]), "old-data", None),
        // A paused case has no estimated time, so old data is not noted.
        (&plain, acted("N-400", &[("on_hold", "2022-02-03")]), "simulated-history", None),
        (
            &plain,
            json!({"form": "I-485", "received_on": "2022-01-10", "attributes": {"center": "ABC"}}),
            "unknown-value",
            None,
        ),
        (
            &unused,
            json!({"form": "I-485", "received_on": "2022-01-10", "attributes": {"channel": "online"}}),
            "unused-attribute",
            None,
        ),
        (&plain, noted, "unlisted-action", None),
        (&plain, acted("I-485", &[("hold_lifted", "2022-02-03")]), "end-without-beginning", None),
        (
            &plain,
            acted("I-485", &[("approved", "2022-02-03"), ("under_review", "2022-03-03")]),
            "after-decision",
            None,
        ),
        (
            &plain,
            acted("I-485", &[("rejected", "2022-02-03"), ("under_review", "2022-03-03")]),
            "after-rejection",
            None,
        ),
        (&plain, acted("I-485", &[("doc_produced", "2022-02-03")]), "before-decision", None),
        (
            &plain,
            acted("I-485", &[("approved", "2022-02-03"), ("approved", "2022-03-03")]),
            "repeated-action",
            None,
        ),
        (&plain, acted("I-485", &[("other_notice", "2022-02-03")]), "notice", None),
        (&plain, acted("I-485", &[("received", "2022-01-12")]), "other-receipt", None),
        (
            &plain,
            acted("I-485", &[("court_began", "2022-03-01"), ("on_hold", "2022-02-01")]),
            "also-paused",
            Some("2022-03-01"),
        ),
        (
            &plain,
            acted("I-485", &[("denied", "2022-02-03"), ("reopened_appeal", "2022-03-03")]),
            "reopened",
            Some("2022-03-03"),
        ),
        (
            &plain,
            acted("I-485", &[("approved", "2022-02-03"), ("revoked_terminated", "2022-03-03")]),
            "decision-replaced",
            Some("2022-03-03"),
        ),
        (
            &plain,
            acted("I-485", &[("approved", "2022-02-03"), ("doc_returned", "2022-03-03")]),
            "to-do",
            Some("2022-03-03"),
        ),
        (&plain, invited("2022-07-20"), "appointment-ahead", Some("2022-07-20")),
        (&plain, invited("2022-04-20"), "appointment-past", Some("2022-04-20")),
        (
            &plain,
            acted("I-485", &[("interview_cancelled", "2022-03-03")]),
            "appointment-cancelled",
            Some("2022-03-03"),
        ),
        (
            &plain,
            acted("I-485", &[("interview_waived", "2022-03-03")]),
            "appointment-not-needed",
            Some("2022-03-03"),
        ),
        (
            &plain,
            json!({"form": "I-485", "received_on": "2022-01-10", "as_of": "2022-06-01"}),
            "later-model",
            None,
        ),
    ] {
        let notes = notes_of(service, case).await;
        assert_eq!(codes(&notes), [code]);
        let note = notes[0].as_object().unwrap();
        assert_eq!(note.get("date").map(|date| date.as_str().unwrap()), date, "{code}");
        let members: Vec<&str> = note.keys().map(String::as_str).collect();
        assert_eq!(
            members,
            if date.is_some() { vec!["code", "date", "en", "es"] } else { vec!["code", "en", "es"] }
        );
        assert!(!note["en"].as_str().unwrap().is_empty() && note["en"] != note["es"], "{note:?}");
        reached.insert(code);
    }
    let between = |line: &'static str, from: &str, to: &str| -> Option<&'static str> {
        Some(line.trim().strip_prefix(from)?.split_once(to)?.0)
    };
    let listed: BTreeSet<&str> = SOURCE.lines().filter_map(|line| between(line, "/// - `", "`: ")).collect();
    let arms = SOURCE.lines().filter(|line| line.trim().starts_with("Self::") && line.ends_with("\","));
    let known: BTreeSet<&str> = arms.filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(listed, reached, "the list in the documentation");
    assert_eq!(known, reached, "the codes that the program has");
}

#[tokio::test]
async fn a_wait_counted_by_the_step_has_the_same_codes() {
    let made = hand_made(&I485);
    let training =
        TrainingRecord { first_received: crate::hand_made::day("1999-01-01"), ..made.training().clone() };
    let models = rebuilt(&made, made.form().spec().clone(), training, model::TimeScale::InState);
    let service = router(models, settings(), clock());
    for (taken, code) in [("2017-11-10", "beyond-history"), ("2001-02-03", "waited-longest")] {
        let mut case = acted("I-485", &[("biometrics_taken", taken)]);
        case["received_on"] = json!("2001-01-10");
        assert_eq!(codes(&notes_of(&service, case).await), [code]);
    }
}

#[tokio::test]
async fn old_data_depends_on_the_day_of_the_estimate() {
    let made = hand_made(&I485);
    let trained = |day: &str| TrainingRecord { as_of: AsOf::parse(day).unwrap(), ..made.training().clone() };
    // 180 days before the day of the estimate, and 181.
    for (day, expected) in [("2022-01-01", vec![]), ("2021-12-31", vec!["old-data"])] {
        let models = rebuilt(&made, made.form().spec().clone(), trained(day), made.predictor().time_scale());
        let service = router(models, settings(), clock());
        let notes = notes_of(&service, acted("I-485", &[])).await;
        assert_eq!(codes(&notes), expected, "{day}");
        if let Some(note) = notes.first() {
            assert_eq!(note["en"], "This is 2021 data. Times may be different now.");
            assert_eq!(note["es"], "Estos son datos de 2021. Los plazos pueden ser distintos ahora.");
        }
    }
    // Without an estimated time there is nothing that could be different now.
    let held = notes_of(&service(), acted("N-400", &[("on_hold", "2022-02-03")])).await;
    assert_eq!(codes(&held), ["simulated-history"]);
}

#[tokio::test]
async fn every_answer_by_a_model_of_a_simulated_history_says_so() {
    let few = hand_made(&Recipe { decided: 12, ..N400 });
    let few = rebuilt(&few, few.form().spec().clone(), few.training().clone(), few.predictor().time_scale());
    let few = router(few, settings(), clock());
    let plain = service();
    for (service, case, status) in [
        (&plain, acted("N-400", &[]), "estimated"),
        (&plain, json!({"form": "N-400", "received_on": "2001-01-10"}), "estimated"),
        (&plain, acted("N-400", &[("approved", "2022-02-03")]), "decided"),
        (&plain, acted("N-400", &[("on_hold", "2022-02-03")]), "on_hold"),
        (&plain, acted("N-400", &[("rejected", "2022-02-03")]), "rejected_at_intake"),
        (&few, acted("N-400", &[]), "too_few_similar_cases"),
    ] {
        let batch = json!({"cases": [case.clone(), acted("I-485", &[])]});
        let answers = post(service, batch.to_string()).await.json();
        let answer = &answers["estimates"][0];
        assert_eq!(answer["status"], status, "{answer}");
        assert_eq!(answers["models"]["N-400"]["trained_on"], "simulated_history");
        let notes = answer["notes"].as_array().unwrap();
        let said: Vec<&Value> = notes.iter().filter(|note| note["code"] == "simulated-history").collect();
        assert_eq!(said.len(), 1, "{answer}");
        assert!(said[0]["en"].as_str().unwrap().contains("simulated (made-up) cases, not real ones"));
        assert!(said[0]["es"].as_str().unwrap().contains("casos simulados (inventados), no reales"));
        assert!(!answers["estimates"][1].to_string().contains("imulated"), "{answers}");
    }
    let answer = post(&plain, acted("N-400", &[]).to_string()).await.json();
    let text = &answer["decision"]["eight_in_ten_text"];
    assert!(text["en"].as_str().unwrap().starts_with("8 out of 10 simulated cases like yours"), "{text}");
    assert!(text["es"].as_str().unwrap().starts_with("8 de cada 10 casos simulados como el suyo"), "{text}");
}

#[tokio::test]
async fn the_end_of_a_pause_that_had_not_begun_has_a_note() {
    let text = |names: &str| {
        format!(
            "The record shows the end of something that had not begun: {names}. It was ignored. Check the dates."
        )
    };
    let (began, early, late) =
        (("on_hold", "2022-05-05"), ("hold_lifted", "2022-04-05"), ("hold_lifted", "2022-06-05"));
    for (actions, status, named) in [
        (vec![early], "estimated", Some("On hold")),
        (vec![began, early], "on_hold", Some("On hold")),
        (vec![early, began, late], "estimated", Some("On hold")),
        (vec![began, late, ("hold_lifted", "2022-06-06")], "estimated", Some("On hold")),
        (vec![began, ("court_ended", "2022-06-05"), late], "estimated", Some("Case in court")),
        (vec![early, early, ("court_ended", "2022-06-05")], "estimated", Some("On hold, Case in court")),
        (vec![began, late], "estimated", None),
        (vec![late, began], "estimated", None),
        (vec![began, began, late], "estimated", None),
        (vec![began, ("hold_lifted", "2022-05-05")], "estimated", None),
    ] {
        let answer = post(&service(), acted("I-485", &actions).to_string()).await.json();
        assert_eq!(answer["status"], status, "{actions:?}");
        let notes = answer["notes"].as_array().unwrap();
        let ends = notes.iter().filter(|note| note["code"] == "end-without-beginning");
        let said: Vec<&str> = ends.map(|note| note["en"].as_str().unwrap()).collect();
        assert_eq!(said, named.map(text).into_iter().collect::<Vec<_>>(), "{actions:?}");
    }
    let html = get(&service(), "/?form=I-485&received_on=2022-01-10&resume.on_hold=2022-04-05").await.text;
    assert!(html.contains(&text("On hold")) && html.contains("class=\"big\""), "{html}");
}

#[tokio::test]
async fn an_empty_attribute_is_ignored() {
    let with = |attributes: Value| {
        let mut case = acted("I-485", &[]);
        case["attributes"] = attributes;
        case.to_string()
    };
    let none = post(&service(), with(json!({}))).await.json();
    assert_eq!(none["notes"], json!([]));
    for empty in ["", " ", "\t"] {
        let answer = post(&service(), with(json!({"center": empty, "channel": empty}))).await.json();
        assert_eq!(answer, none, "{empty:?}");
    }
}

#[tokio::test]
async fn every_pause_that_lasts_is_named() {
    let paused = |actions: &[(&str, &str)]| acted("I-485", actions);
    let (hold, court) = (("on_hold", "2022-02-01"), ("court_began", "2022-03-01"));
    let answer = post(&service(), paused(&[hold, court]).to_string()).await.json();
    assert_eq!(answer["status"], "on_hold");
    assert_eq!(
        answer["notes"],
        json!([{
            "code": "also-paused",
            "date": "2022-03-01",
            "en": "Your case is paused for another reason too, since March 1, 2022: Case in court. That has to end as well.",
            "es": "Su caso está en pausa también por otro motivo, desde el 1 de marzo de 2022: Caso en los tribunales. Ese motivo también debe terminar.",
        }])
    );
    for (actions, dates) in [
        (vec![hold, ("hold_lifted", "2022-02-02"), court], vec![]),
        (vec![hold, court, ("court_ended", "2022-04-01")], vec![]),
        (vec![hold, court, ("court_ended", "2022-04-01"), ("court_began", "2022-05-01")], vec!["2022-05-01"]),
        (vec![hold, court, ("denied", "2022-04-01")], vec![]),
        (vec![hold, court, ("rejected", "2022-04-01")], vec![]),
    ] {
        let notes = notes_of(&service(), paused(&actions)).await;
        let others = notes.iter().filter(|note| note["code"] == "also-paused");
        assert_eq!(others.map(|note| note["date"].clone()).collect::<Vec<_>>(), dates, "{actions:?}");
    }
    for (language, title) in [("en", "Another reason for the pause"), ("es", "Otro motivo de la pausa")] {
        let both = "pause.on_hold=2022-02-01&pause.court=2022-03-01";
        let address = format!("/?form=I-485&received_on=2022-01-10&{both}&lang={language}");
        let html = get(&service(), &address).await.text;
        crate::client::check_well_formed(&html);
        assert!(html.contains(title), "{html}");
    }
}

#[tokio::test]
async fn another_day_of_receipt_is_named() {
    for (days, said) in [
        (vec!["2022-01-10"], None),
        (vec!["2022-01-12"], Some("January 12, 2022")),
        (
            vec!["2022-03-01", "2022-01-10", "2022-01-12", "2022-03-01"],
            Some("January 12, 2022; March 1, 2022"),
        ),
    ] {
        let actions: Vec<(&str, &str)> = days.iter().map(|day| ("received", *day)).collect();
        let notes = notes_of(&service(), acted("I-485", &actions)).await;
        let texts: Vec<&str> = notes.iter().map(|note| note["en"].as_str().unwrap()).collect();
        let expected = said.map(|days| {
            format!(
                "The record has another date of receipt: {days}. Your case is counted here from January 10, 2022. \
                 Check the date on your receipt notice."
            )
        });
        assert_eq!(texts, expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
    // A time of day on the same day tells nothing else.
    let case = json!({"form": "I-485", "received_on": "2022-01-10",
        "actions": [{"action": "received", "occurred_at": "2022-01-10T15:00:00Z"}]});
    assert_eq!(notes_of(&service(), case).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_attribute_that_makes_no_queue_is_named() {
    let mut case = acted("I-485", &[]);
    case["attributes"] = json!({"center": "MSC", "channel": "online"});
    let notes = notes_of(&service(), case).await;
    assert_eq!(
        notes,
        [json!({
            "code": "unused-attribute",
            "en": "This does not change the estimate: How it was filed (online).",
            "es": "Esto no cambia la estimación: Cómo se presentó (online).",
        })]
    );
}
