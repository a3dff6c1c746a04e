//! The status of a case, open requests, and estimates beyond the history, on the page and in the API.

use crate::client::{Answer, check_well_formed, clock, get, post, service, settings};
use crate::hand_made::{I485, day, hand_made, rebuilt};
use model::{TimeScale, TrainingRecord};
use serde_json::{Value, json};
use serving::router;

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
async fn an_estimate_beyond_the_history_has_a_caution() {
    // The curves of these models end at 1,770 days.
    for (received, caution, odds, compared) in [
        ("2022-01-10", None, "How soon 10 cases like yours are decided:", "It looks at about 12,000 cases"),
        (
            "2017-11-10",
            Some("Part of this time is longer than any wait in the data that ended in a decision."),
            "How soon 10 cases like yours are decided:",
            "It looks at about 12,000 cases",
        ),
        (
            "2001-01-10",
            Some("No case that the estimate could learn from was decided after a wait as long as yours."),
            "At that pace, 8 out of 10 would be decided within",
            "No case in the data was decided after waiting as long as yours. A computer model",
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
    let caution =
        "Ningún caso del que la estimación pudo aprender se decidió tras una espera tan larga como la suya.";
    assert!(headline(&spanish).contains(caution), "{spanish}");
}

#[tokio::test]
async fn beyond_the_history_the_next_step_has_no_odds() {
    let case = "form=I-485&step.biometrics";
    for (received, taken, odds) in [("2022-01-10", "2022-02-03", true), ("2001-01-10", "2001-02-03", false)] {
        let html = page(&format!("{case}={taken}&received_on={received}")).await.text;
        let next = html.split("class=\"next\"").nth(1).unwrap().split("<ol").next().unwrap();
        assert!(next.contains("Your likely next step") && next.contains("class=\"value\""), "{next}");
        assert_eq!(next.contains("out of 10"), odds, "{next}");
        assert_eq!(html.contains("out of 10 cases like yours"), odds, "{html}");
    }
}

/// The same curves, counted from the entry into the step.
#[tokio::test]
async fn a_caution_about_waits_in_a_step_names_the_step() {
    let made = hand_made(&I485);
    let with = |first_received: &str| {
        let training = TrainingRecord { first_received: day(first_received), ..made.training().clone() };
        router(rebuilt(&made, made.form().spec().clone(), training, TimeScale::InState), settings(), clock())
    };
    let (whole, step) = (
        "No case that the estimate could learn from was decided after a wait as long as yours.",
        "No case that the estimate could learn from was decided after a wait in this step as long as yours.",
    );
    let part = "Part of this time is longer than any wait in this step that ended in a decision in the data.";
    for (first_received, taken, caution, compared) in [
        // A case of 21 years in a step of 147 days is familiar only to data that goes back as far.
        ("1999-01-01", "2022-02-03", None, "It looks at about 12,000 cases"),
        ("1999-01-01", "2017-11-10", Some(part), "It looks at about 12,000 cases"),
        ("1999-01-01", "2001-02-03", Some(step), "was decided after waiting in this step as long as yours."),
        ("2018-10-01", "2022-02-03", Some(whole), "was decided after waiting as long as yours."),
        ("2018-10-01", "2001-02-03", Some(whole), "was decided after waiting as long as yours."),
    ] {
        let query = format!("/?form=I-485&received_on=2001-01-10&step.biometrics={taken}");
        let html = get(&with(first_received), &query).await.text;
        check_well_formed(&html);
        let headline = headline(&html);
        assert_eq!(headline.contains("class=\"caution\""), caution.is_some(), "{taken}: {headline}");
        assert!(headline.contains(caution.unwrap_or_default()), "{taken}: {headline}");
        assert!(html.contains(compared), "{taken}: {html}");
    }
}

#[tokio::test]
async fn a_request_is_open_until_its_answer_or_the_decision_or_its_deadline() {
    let open = "Your case cannot go on until your answer arrives or the deadline passes.";
    let old = "Its deadline has probably passed. If you answered, enter the day your answer arrived.";
    let followed = "but other steps came after it. If you answered, enter the day your answer arrived.";
    let (asked, answered) = (("rfe_sent", "2022-04-13"), ("rfe_response", "2022-05-03"));
    let (intent, explained) = (("noid_noir", "2022-06-03"), ("noid_response", "2022-06-20"));
    for (form, actions, said) in [
        ("I-485", vec![], None),
        ("I-485", vec![asked], Some(("April 13, 2022", open))),
        ("N-400", vec![asked], Some(("April 13, 2022", open))),
        ("I-485", vec![asked, answered], None),
        ("N-400", vec![asked, answered], None),
        ("I-485", vec![asked, answered, intent], Some(("June 3, 2022", open))),
        ("I-485", vec![asked, answered, intent, explained], None),
        // 84 days and 3 for the mail before the day of the estimate, and a day more.
        ("I-485", vec![("rfe_sent", "2022-04-04")], Some(("April 4, 2022", open))),
        ("I-485", vec![("rfe_sent", "2022-04-03")], Some(("April 3, 2022", old))),
        ("N-400", vec![("rfe_sent", "2022-04-03")], Some(("April 3, 2022", old))),
        // 30 days and 3 for the mail.
        ("I-485", vec![("noid_noir", "2022-05-28")], Some(("May 28, 2022", open))),
        ("I-485", vec![("noid_noir", "2022-05-27")], Some(("May 27, 2022", old))),
        ("I-485", vec![asked, ("under_review", "2022-04-14")], Some(("April 13, 2022", followed))),
        ("I-485", vec![asked, ("interview_completed", "2022-04-14")], Some(("April 13, 2022", followed))),
        (
            "I-485",
            vec![("rfe_sent", "2022-03-01"), ("under_review", "2022-04-14")],
            Some(("March 1, 2022", old)),
        ),
        // A notice is not a step, and the order within one day is unknown.
        ("I-485", vec![asked, ("other_notice", "2022-04-14")], Some(("April 13, 2022", open))),
        ("I-485", vec![asked, ("under_review", "2022-04-13")], Some(("April 13, 2022", open))),
        ("I-485", vec![asked, ("approved", "2022-05-03")], None),
        ("I-485", vec![("rejected", "2022-02-01"), asked], None),
        // The order of the days counts, not that of the list.
        ("I-485", vec![answered, asked], None),
    ] {
        let answer = estimate(form, &actions).await;
        let request = notes(&answer).into_iter().find(|note| note.contains("no answer to"));
        assert_eq!(request.is_some(), said.is_some(), "{form} {actions:?}: {answer}");
        let Some((request, (since, words))) = request.zip(said) else { continue };
        assert!(request.contains(since) && request.contains(words), "{form} {actions:?}: {request}");
        let deadline =
            ["and only that date counts.", "A notice of this kind gives at most ", " days to answer, until "];
        assert!(deadline.iter().all(|part| request.contains(part) == (words == open)), "{request}");
        let waits = answer["now"]["en"].as_str().unwrap().starts_with("Waiting for your answer");
        assert_eq!((waits, answer["next_step"].is_null()), (words == open, words == open), "{answer}");
    }
}

#[tokio::test]
async fn an_open_request_is_the_first_thing_on_the_page() {
    for (query, title, now) in [
        (
            "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-05-03",
            "The agency is waiting for your answer",
            "<strong>Where your case is now:</strong> Waiting for your answer. Status on record: Evidence requested, since May 3, 2022.",
        ),
        (
            "form=N-400&received_on=2022-01-10&step.evidence_requested=2022-05-03&lang=es",
            "La agencia espera su respuesta",
            "<strong>Dónde está su caso ahora:</strong> En espera de su respuesta. Último paso registrado: Solicitud de evidencia, 3 de mayo de 2022.",
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
        "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-05-03&status.evidence_received=2022-06-03",
    );
    let answered = answered.await.text;
    assert!(!answered.contains("role=\"alert\"") && answered.contains("class=\"next\""));
}

#[tokio::test]
async fn a_notice_of_intent_is_called_by_its_name() {
    let html =
        page("form=I-485&received_on=2022-01-10&status.evidence_requested.intent=2022-06-13").await.text;
    let now = "Waiting for your answer. Status on record: Notice of intent, since June 13, 2022.";
    assert!(html.contains(now), "{html}");
}

#[tokio::test]
async fn an_overdue_request_is_not_an_alarm() {
    for (query, title, now) in [
        (
            "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-02-03",
            "The record shows no answer from you",
            "Waiting. Status on record: Evidence requested, since February 3, 2022.",
        ),
        (
            "form=I-485&received_on=2022-01-10&status.evidence_requested=2022-05-03&step.interview=2022-06-03",
            "The record shows no answer from you",
            "Waiting. Last step on record: Complete your interview, June 3, 2022.",
        ),
        (
            "form=N-400&received_on=2022-01-10&step.evidence_requested=2022-02-03&lang=es",
            "El registro no muestra ninguna respuesta suya",
            "En espera. Último paso registrado: Solicitud de evidencia, 3 de febrero de 2022.",
        ),
    ] {
        let html = page(query).await.text;
        let box_at = html.find("<div class=\"alert warning\" role=\"region\" aria-labelledby=\"request-1\">");
        let request = html[box_at.unwrap()..].split("</div>").next().unwrap();
        assert!(request.contains(title) && request.contains("href=\"#fields-heading\""), "{request}");
        assert!(html.contains(now) && !html.contains("role=\"alert\""), "{html}");
        assert!(html.contains("class=\"next\"") && html.contains("class=\"current\""), "{html}");
        assert!(!html.contains("Waiting for your answer") && !html.contains("En espera de su respuesta"));
    }
}

#[tokio::test]
async fn a_notice_after_the_decision_is_not_an_error_in_the_dates() {
    let (approved, notice) = (("approved", "2022-02-03"), ("noid_noir", "2022-03-03"));
    let told =
        "A notice was sent to you after the decision, on March 3, 2022. Read it: it may have a deadline.";
    let left_out =
        "These come after the decision and were left out, because this estimate ends at the decision: ";
    for (actions, noted) in [
        (vec![approved, notice], vec![told.to_owned()]),
        (
            vec![approved, notice, ("under_review", "2022-04-03")],
            vec![told.to_owned(), format!("{left_out}Under review.")],
        ),
        (
            vec![approved, notice, ("noid_response", "2022-04-03")],
            vec![format!(
                "{left_out}Notice of intent to deny or revoke, Answer to a notice of intent to deny or revoke."
            )],
        ),
        (vec![approved, ("noid_noir", "2022-02-03")], vec![]),
        (vec![("noid_noir", "2022-02-02"), approved], vec![]),
    ] {
        let answer = estimate("I-485", &actions).await;
        assert_eq!(answer["status"], "decided");
        let notes: Vec<&str> =
            notes(&answer).into_iter().filter(|note| !note.contains("not listed for this form")).collect();
        assert_eq!(notes, noted, "{actions:?}");
        assert!(!answer.to_string().contains("Check the dates"));
    }
    for (language, title) in
        [("en", "A notice came after the decision"), ("es", "Hubo un aviso después de la decisión")]
    {
        let query =
            "form=I-485&received_on=2022-01-10&step.decision=2022-02-03&status.evidence_requested=2022-03-03";
        let html = page(&format!("{query}&lang={language}")).await.text;
        let (notice, reason) = (html.find(title).unwrap(), html.find("class=\"summary\"").unwrap());
        assert!(notice < reason && html.matches("class=\"alert warning\"").count() == 1, "{html}");
    }
}

#[tokio::test]
async fn recorded_steps_are_told_apart_from_likely_ones() {
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
            "Decided: Approved. Last step on record: Case decision, March 3, 2022.",
        ),
        (
            "received_on=2022-01-10&step.decision=2022-03-03&step.card=2022-03-09",
            "Decided: Approved. Last step on record: Card produced and mailed, March 9, 2022.",
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
            assert_eq!(html.matches(independent).count(), 1, "under the title: {html}");
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
async fn without_an_estimate_no_date_is_called_one() {
    let decided = page("form=I-485&received_on=2022-01-10&step.decision=2022-06-03").await.text;
    assert!(decided.contains("Not shown here, or not needed."), "{decided}");
    for query in ["step.decision=2022-06-03", "step.decision.denied=2022-06-03", "pause.on_hold=2022-06-03"] {
        let html = page(&format!("form=I-485&received_on=2022-01-10&{query}")).await.text;
        let card = html.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
        assert!(!card.contains("Estimate as of") && card.contains("Unofficial copy. As of June 30, 2022."));
        assert!(card.contains("About the data") && !card.contains("How accurate these estimates have been"));
        assert!(!query.contains("decision") || !card.contains("stamped notice"), "{card}");
    }
    let pending = "form=I-485&received_on=2022-01-10&step.interview=2022-06-03";
    let pending = page(pending).await.text;
    assert!(
        pending.contains("keep your stamped notice") && pending.contains("Unofficial copy. Estimate as of")
    );
}

#[tokio::test]
async fn the_page_says_where_the_center_is_and_names_an_unknown_one() {
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
async fn while_a_request_is_open_its_answer_is_the_current_step() {
    let asked = "form=N-400&received_on=2022-01-10&step.evidence_requested=2022-05-03";
    let html = page(asked).await.text;
    let current = html.split("<li class=\"current\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(current.contains("Waiting for your answer"), "{current}");
    assert_eq!(html.matches("<li class=\"current\"").count(), 1);
    assert!(!html.contains("This is the most likely next step"), "{html}");
    let answered = page(&format!("{asked}&step.evidence_received=2022-06-03")).await.text;
    assert!(answered.contains("This is the most likely next step"), "{answered}");
    // The API says the same.
    let places = |answer: &Value| -> Vec<String> {
        let steps = answer["timeline"].as_array().unwrap().iter();
        steps.map(|step| format!("{} {}", step["milestone"], step["place"]).replace('"', "")).collect()
    };
    let earlier = [("rfe_sent", "2022-02-03"), ("rfe_response", "2022-03-03"), ("rfe_sent", "2022-05-03")];
    for actions in [&earlier[2..], &earlier[..]] {
        let open = estimate("N-400", actions).await;
        assert_eq!(open["next_step"], Value::Null);
        assert_eq!(
            places(&open),
            [
                "received done",
                "biometrics not_reported",
                "interview not_reported",
                "decision ahead",
                "card not_reported",
                "evidence_requested done",
                "evidence_received current"
            ]
        );
        let answer = open["timeline"].as_array().unwrap().last().unwrap();
        assert!(answer.get("date").is_none(), "an earlier answer is not this one: {answer}");
    }
    let lapsed = estimate("N-400", &[("rfe_sent", "2022-02-03")]).await;
    let next = lapsed["next_step"]["milestone"].as_str().unwrap();
    assert!(places(&lapsed).contains(&format!("{next} current")), "{lapsed}");
    assert!(!places(&lapsed).contains(&"evidence_received current".to_owned()), "{lapsed}");
}
