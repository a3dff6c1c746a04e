//! What the page and the interface say of where a case stands, of an open request, and of an estimate that nobody's
//! experience bears out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use common::{Answer, check_well_formed, get, post, service};
use serde_json::{Value, json};

async fn page(query: &str) -> Answer {
    let answer = get(&service(), &format!("/?{query}")).await;
    check_well_formed(&answer.text);
    answer
}

async fn estimate(form: &str, actions: &[(&str, &str)]) -> Value {
    let actions: Vec<Value> =
        actions.iter().map(|(action, day)| json!({"action": action, "occurred_on": day})).collect();
    let case = json!({"form": form, "received_on": "2022-01-10", "actions": actions});
    post(&service(), case.to_string()).await.json()
}

fn notes(answer: &Value) -> Vec<&str> {
    answer["notes"].as_array().unwrap().iter().map(|note| note["en"].as_str().unwrap()).collect()
}

/// Text of the headline's box.
fn headline(html: &str) -> &str {
    html.split("class=\"summary\"").nth(1).unwrap().split("</div>").next().unwrap()
}

#[tokio::test]
async fn a_time_beyond_the_history_is_called_so_beside_it() {
    // The curves of these models end at 1,770 days.
    for (received, caution, odds, compared) in [
        ("2022-01-10", None, "How soon 10 cases like yours are decided:", "It looks at about 12,000 cases"),
        (
            "2017-11-10",
            Some("Part of this time is longer than any wait in the data."),
            "How soon 10 cases like yours are decided:",
            "It looks at about 12,000 cases",
        ),
        (
            "2001-01-10",
            Some("No case in the data waited as long as yours before its decision."),
            "At that pace, 8 out of 10 would be decided within",
            "No case in the data waited as long as yours, so there is none to compare it with.",
        ),
    ] {
        let html = page(&format!("form=I-485&received_on={received}")).await.text;
        let headline = headline(&html);
        assert_eq!(headline.contains("class=\"caution\""), caution.is_some(), "{received}: {headline}");
        assert!(headline.contains(caution.unwrap_or_default()) && headline.contains(odds), "{headline}");
        assert!(html.contains(compared), "{received}: {html}");
        assert_eq!(html.matches(caution.unwrap_or("no such words")).count(), usize::from(caution.is_some()));
        let case = json!({"form": "I-485", "received_on": received});
        let answer = post(&service(), case.to_string()).await.json();
        let first = notes(&answer).first().copied().unwrap_or_default().to_owned();
        assert_eq!(first.is_empty(), caution.is_none(), "{first}");
        assert!(first.starts_with(caution.unwrap_or_default()), "{first}");
    }
    let old = page("form=I-485&received_on=2001-01-10").await.text;
    assert!(!old.contains("cases with the same form") && !old.contains("cases like yours are decided"));
    let spanish = page("form=I-485&received_on=2001-01-10&lang=es").await.text;
    assert!(headline(&spanish).contains("Ningún caso en los datos esperó tanto como el suyo"), "{spanish}");
}

#[tokio::test]
async fn a_request_is_open_until_its_answer_or_the_decision() {
    let (asked, answered) = (("rfe_sent", "2022-02-03"), ("rfe_response", "2022-04-03"));
    let (intent, explained) = (("noid_noir", "2022-05-03"), ("noid_response", "2022-06-03"));
    for (form, actions, since) in [
        ("I-485", vec![], None),
        ("I-485", vec![asked], Some("February 3, 2022")),
        ("N-400", vec![asked], Some("February 3, 2022")),
        ("I-485", vec![asked, answered], None),
        ("N-400", vec![asked, answered], None),
        ("I-485", vec![asked, answered, intent], Some("May 3, 2022")),
        ("I-485", vec![asked, answered, intent, explained], None),
        // A step after the request is no answer to it.
        ("I-485", vec![asked, ("under_review", "2022-03-03")], Some("February 3, 2022")),
        ("I-485", vec![asked, ("approved", "2022-03-03")], None),
        ("I-485", vec![("rejected", "2022-02-01"), asked], None),
        // The order of the days counts, not that of the list.
        ("I-485", vec![answered, asked], None),
    ] {
        let answer = estimate(form, &actions).await;
        let request = notes(&answer).into_iter().find(|note| note.contains("no answer to it"));
        assert_eq!(request.is_some(), since.is_some(), "{form} {actions:?}: {answer}");
        if let (Some(request), Some(since)) = (request, since) {
            for words in [
                since,
                "The deadline is on that notice, and only that date counts.",
                "at most 84 days",
                "at most 30",
            ] {
                assert!(request.contains(words), "{request}");
            }
            assert!(request.contains("cannot go on until your answer arrives or the deadline passes"));
        }
    }
}

#[tokio::test]
async fn an_open_request_is_the_first_thing_on_the_page() {
    for (query, title, now) in [
        (
            "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-02-03",
            "The agency is waiting for your answer",
            "<strong>Where your case is now:</strong> Waiting for your answer. Status on record: Evidence requested, since February 3, 2022.",
        ),
        (
            "form=N-400&received_on=2022-01-10&step.evidence_requested=2022-02-03&lang=es",
            "La agencia espera su respuesta",
            "<strong>Dónde está su caso ahora:</strong> En espera de su respuesta. Último paso registrado: Solicitud de evidencia, 3 de febrero de 2022.",
        ),
    ] {
        let html = page(query).await.text;
        assert!(html.contains(now), "{html}");
        let alert = html.find("role=\"alert\"").unwrap();
        assert!(alert < html.find("class=\"summary\"").unwrap() && html[alert..].contains(title));
        assert_eq!(html.matches("84").count(), 1, "said once");
        assert!(!html.contains("class=\"next\""), "no time for a step that has a deadline: {html}");
    }
    let answered = page(
        "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-02-03&status.evidence_received=2022-04-03",
    );
    let answered = answered.await.text;
    assert!(!answered.contains("role=\"alert\"") && answered.contains("class=\"next\""));
}

#[tokio::test]
async fn the_record_is_told_apart_from_what_is_likely() {
    for (query, now) in [
        ("received_on=2022-06-29", "Waiting. Last step on record: Case received, June 29, 2022."),
        (
            "received_on=2022-01-10&step.biometrics=2022-02-03",
            "Waiting. Last step on record: Complete biometrics, February 3, 2022.",
        ),
        (
            "received_on=2022-01-10&step.biometrics=2022-02-03&status.under_review=2022-03-03",
            "Waiting. Status on record: Under review, since March 3, 2022.",
        ),
        (
            "received_on=2022-01-10&step.biometrics=2022-02-03&pause.on_hold=2022-03-03",
            "On hold. Last step on record: Complete biometrics, February 3, 2022.",
        ),
        (
            "received_on=2022-01-10&step.decision=2022-03-03",
            "Decided. Last step on record: Case decision, March 3, 2022.",
        ),
        (
            "received_on=2022-01-10&step.decision=2022-03-03&step.card=2022-03-09",
            "Decided. Last step on record: Card produced and mailed, March 9, 2022.",
        ),
    ] {
        let html = page(&format!("form=I-485&{query}")).await.text;
        assert!(html.contains(&format!("<strong>Where your case is now:</strong> {now}")), "{query}: {html}");
    }
    let yesterday = page("form=I-485&received_on=2022-06-29").await.text;
    let current = yesterday.split("aria-current=\"step\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(current.contains("Waiting. This is the most likely next step."), "{current}");
    assert!(!yesterday.contains("Happening now"));
}

#[tokio::test]
async fn the_page_does_not_speak_as_the_agency() {
    for (language, independent, agency) in [
        ("en", "This is not a government website. It is not affiliated with any government agency.", "We "),
        (
            "es",
            "Este no es un sitio web del gobierno. No está afiliado a ninguna agencia del gobierno.",
            "emos ",
        ),
    ] {
        for query in [
            "form=I-485",
            "form=other",
            "form=I-485&received_on=2022-01-10",
            "form=I-485&received_on=2001-01-10",
            "form=I-485&received_on=2022-01-10&step.decision=2022-03-03",
            "form=I-485&received_on=2022-01-10&pause.on_hold=2022-03-03",
            "form=I-485&received_on=2022-01-10&pause.court=2022-03-03",
            "form=I-90&received_on=2022-01-10",
            "",
        ] {
            let html = page(&format!("{query}&lang={language}")).await.text;
            assert_eq!(html.matches(independent).count(), 2, "under the title and at the end: {html}");
            let title = html.find("</h1>").unwrap();
            assert!(
                html[title..]
                    .trim_start_matches("</h1>")
                    .trim_start()
                    .starts_with("<p class=\"independent\">")
            );
            assert!(!html.contains(agency) && !html.contains(" we "), "{query}: {html}");
        }
    }
}

#[tokio::test]
async fn where_nothing_is_estimated_nothing_is_dated_as_an_estimate() {
    let decided = page("form=I-485&received_on=2022-01-10&step.decision=2022-06-03").await.text;
    assert!(decided.contains("Not shown here, or not needed."), "{decided}");
    for query in ["step.decision=2022-06-03", "closed.decision=2022-06-03", "pause.on_hold=2022-06-03"] {
        let html = page(&format!("form=I-485&received_on=2022-01-10&{query}")).await.text;
        let card = html.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
        assert!(!card.contains("Estimate as of") && card.contains("Unofficial copy. As of June 30, 2022."));
        assert!(card.contains("About the data") && !card.contains("How right such estimates were"));
        assert!(!query.contains("decision") || !card.contains("stamped notice"), "{card}");
    }
    let pending = "form=I-485&received_on=2022-01-10&step.interview=2022-06-03";
    let pending = page(pending).await.text;
    assert!(
        pending.contains("keep your stamped notice") && pending.contains("Unofficial copy. Estimate as of")
    );
}

#[tokio::test]
async fn a_center_is_found_on_the_notice_and_an_unknown_one_is_said() {
    let html = page("form=I-485").await.text;
    let hint =
        "<p class=\"hint\" id=\"attribute-0-hint\">Choose the first three letters of your receipt number.";
    assert!(html.contains(hint) && html.contains("aria-describedby=\"attribute-0-hint\""), "{html}");
    assert!(html.contains("I am not sure, or mine is not listed"));
    let case = "form=I-485&received_on=2022-01-10&attribute.center";
    let note = "The data has no cases with this value of Office on your notice:";
    for (value, chosen, unknown) in [
        ("MSC", Some("MSC"), false),
        ("msc", Some("MSC"), false),
        ("+Msc+", Some("MSC"), false),
        ("IOE", Some("IOE"), true),
        ("IOE0123456789", Some("[receipt number]"), true),
        ("", None, false),
        ("++", None, false),
    ] {
        let html = page(&format!("{case}={value}")).await.text;
        assert_eq!(html.contains(note), unknown, "{value}");
        let selected = chosen.map(|chosen| format!("<option value=\"{chosen}\" selected>"));
        assert!(selected.is_none_or(|option| html.contains(&option)), "{value}: {html}");
        assert_eq!(html.matches(" selected>").count(), usize::from(chosen.is_some()), "{value}");
        assert_eq!(html.contains("(code MSC, the first three letters"), chosen == Some("MSC"), "{value}");
    }
    let spanish = page(&format!("{case}=IOE&lang=es")).await.text;
    assert!(spanish.contains("Los datos no tienen casos con este valor de Oficina en su aviso: IOE."));
    assert!(spanish.contains("attribute.center=IOE"), "the other language has it too");
}

#[tokio::test]
async fn while_a_request_is_open_the_answer_to_it_is_what_comes_next() {
    let asked = "form=N-400&received_on=2022-01-10&step.evidence_requested=2022-05-03";
    let html = page(asked).await.text;
    let current = html.split("<li class=\"current\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(current.contains("Waiting for your answer"), "{current}");
    assert_eq!(html.matches("<li class=\"current\"").count(), 1);
    assert!(!html.contains("This is the most likely next step"), "{html}");
    let answered = page(&format!("{asked}&step.evidence_received=2022-06-03")).await.text;
    assert!(answered.contains("This is the most likely next step"), "{answered}");
}
