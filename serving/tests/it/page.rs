//! `GET /`: the page in both languages, with and without a case, with errors and with every kind of answer.

use crate::client::{Answer, ask, check_well_formed, clock, get, service, settings};
use crate::hand_made::models;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serving::{Clock, Models, Settings, router};

const CASE: &str =
    "form=I-485&received_on=2022-01-10&attribute.center=MSC&step.biometrics=2022-02-03&as_of=2022-06-30";

async fn page(query: &str) -> Answer {
    get(&service(), &format!("/?{query}")).await
}

#[tokio::test]
async fn forms_can_be_chosen_in_both_languages() {
    let english = get(&service(), "/").await;
    assert_eq!(english.status, StatusCode::OK);
    assert_eq!(english.header("content-type"), "text/html; charset=utf-8");
    check_well_formed(&english.text);
    assert!(english.text.contains("<html lang=\"en\">") && english.text.contains("Choose your form"));
    assert!(english.text.contains("href=\"/?lang=en&#38;form=N-400\""));
    assert!(english.text.contains("<a href=\"/?lang=es\" lang=\"es\" hreflang=\"es\">Español</a>"));
    let spanish = page("lang=es").await;
    check_well_formed(&spanish.text);
    assert!(spanish.text.contains("<html lang=\"es\">") && spanish.text.contains("Elija su formulario"));
    assert!(spanish.text.contains("<a href=\"/?lang=en\" lang=\"en\" hreflang=\"en\">English</a>"));
}

#[tokio::test]
async fn a_form_has_every_field_it_needs_and_none_for_a_receipt_number() {
    let html = page("form=I-485").await.text;
    check_well_formed(&html);
    for name in [
        "received_on",
        "attribute.center",
        "step.biometrics",
        "step.interview",
        "step.decision",
        "step.decision.denied",
        "step.decision.withdrawn",
        "step.decision.revoked_terminated",
        "step.card",
        "status.evidence_requested",
        "status.evidence_requested.intent",
        "pause.on_hold",
        "resume.on_hold",
        "as_of",
    ] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(!html.contains("name=\"step.received\"") && !html.contains("name=\"receipt"));
    assert!(html.contains("value=\"2022-06-30\""), "the day of the estimate is filled in");
    assert!(html.contains("<option value=\"SRC\">") && !html.contains("<article"));
    let today = router(models(), Settings::default(), clock());
    assert!(get(&today, "/?form=I-485").await.text.contains("value=\"2022-07-01\""));
}

#[tokio::test]
async fn an_estimate_is_shown_with_its_range_its_data_and_its_limits() {
    let answer = page(CASE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    let html = &answer.text;
    check_well_formed(html);
    for text in [
        "Progress on your I-485",
        "Estimated time until your case decision",
        "About 10 months",
        "8 out of 10 cases like yours are decided within 19 months.",
        "How soon 10 cases like yours are decided: 1 within 3 months, 5 within about 10 months, 8 within 19 months, 9 within 23 months.",
        "This is an estimate, not a promise.",
        "Estimate as of June 30, 2022.",
        "Your likely next step",
        "Case decision, or another step before it",
        "In 6 out of 10 cases like yours, it was: Case decision.",
        "Estimated time remaining until your next step is completed",
        "<li class=\"current\" aria-current=\"step\">",
        "<span class=\"hidden\">Step 4 of 5:</span>",
        "Completed February 3, 2022",
        "It looks at about 12,000 cases with the same form.",
        "about 12,000 real cases received from October 1, 2018 to June 30, 2022",
        "Source: hand-made history.",
        "value=\"2022-01-10\"",
        "<option value=\"MSC\" selected>",
        "/?lang=es&#38;form=I-485&#38;received_on=2022-01-10&#38;step.biometrics=2022-02-03",
    ] {
        assert!(html.contains(text), "{text} is not in {html}");
    }
    assert_eq!(html.matches("aria-current").count(), 1);
    assert!(!html.contains('%') && !html.contains("Old data") && !html.contains("Simulated"));
    let spanish = page(&format!("lang=es&{CASE}")).await.text;
    check_well_formed(&spanish);
    for text in [
        "Aproximadamente 10 meses",
        "8 de cada 10 casos como el suyo se deciden en un plazo de 19 meses.",
        "Completado el 3 de febrero de 2022",
        "Decisión del caso, u otro paso antes",
        "name=\"lang\" value=\"es\"",
    ] {
        assert!(spanish.contains(text), "{text} is not in {spanish}");
    }
    for english in ["Estimate", "Completed", "months", "Your "] {
        assert!(!spanish.contains(english), "{english} in Spanish");
    }
}

#[tokio::test]
async fn the_cases_that_an_estimate_rests_on_are_named() {
    let html = page("form=I-485&received_on=2022-01-10&attribute.center=MSC").await.text;
    let words = "about 1,200 cases with the same form that reached the same step. They also match your case in this: Office on your notice (code MSC, the first three letters of your receipt number). A computer model, not an officer";
    assert!(html.contains(words), "{html}");
    let html = page("form=I-485&received_on=2022-01-10&lang=es").await.text;
    assert!(html.contains("con el mismo formulario que llegaron al mismo paso. Esta estimación"), "{html}");
}

#[tokio::test]
async fn old_and_simulated_data_are_labelled() {
    let html = page("form=N-400&received_on=2022-01-10").await.text;
    check_well_formed(&html);
    assert!(html.contains("about 12,000 made-up cases, not real ones."), "{html}");
    assert!(html.contains("This is 2021 data. Times may be different now."));
    let later = router(models(), settings(), Clock::fixed(crate::hand_made::day("2026-11-21")));
    let html = get(&later, &format!("/?{CASE}")).await.text;
    assert!(html.contains("This is 2022 data."));
    let html = page("form=I-485&received_on=2022-01-10&as_of=2022-06-01").await.text;
    assert!(html.contains("trained as of June 30, 2022, later than this estimate"));
}

/// The text of a form in the list of forms.
fn listed<'a>(html: &'a str, form: &str) -> &'a str {
    html.split(&format!("<strong>{form}</strong>")).nth(1).unwrap().split("</li>").next().unwrap()
}

#[tokio::test]
async fn simulated_forms_are_labelled_before_anything_is_entered() {
    for (language, mark, sentence) in [
        (
            "en",
            "<em>Simulated data</em>",
            "Estimates for this form come from simulated (made-up) cases, not real ones, so do not plan with them.",
        ),
        (
            "es",
            "<em>Datos simulados</em>",
            "Las estimaciones de este formulario se basan en casos simulados (inventados), no reales",
        ),
    ] {
        let html = page(&format!("lang={language}")).await.text;
        check_well_formed(&html);
        assert!(listed(&html, "N-400").contains(mark), "{html}");
        for real in ["I-485", "I-90"] {
            assert!(!listed(&html, real).contains("<em>"), "{html}");
        }
        // The sentence belongs to a form without an answer; an answer has a box instead.
        for (query, said, box_said) in [
            ("form=N-400", 1, 0),
            ("form=N-400&received_on=soon", 1, 0),
            ("form=N-400&received_on=2022-01-10", 0, 1),
            ("form=N-400&received_on=2022-01-10&pause.on_hold=2022-03-01", 0, 1),
            ("form=I-485", 0, 0),
            ("form=I-485&received_on=2022-01-10", 0, 0),
        ] {
            let html = page(&format!("{query}&lang={language}")).await.text;
            check_well_formed(&html);
            assert_eq!(html.matches(sentence).count(), said, "{query}: {html}");
            let title = mark.replace("<em>", ">").replace("</em>", "</h3>");
            assert_eq!(html.matches(&title).count(), box_said, "{query}: {html}");
        }
    }
}

#[tokio::test]
async fn an_answer_from_simulated_cases_mentions_no_real_ones() {
    let at_step = "received_on=2022-01-10&step.biometrics=2022-02-03";
    for (query, sentences) in [
        (
            "received_on=2022-01-10",
            &[
                "8 out of 10 simulated cases like yours are decided within",
                "How soon 10 simulated cases like yours are decided",
                "It uses the time simulated cases like yours took.",
                "out of 10 simulated cases like yours, it was",
                "about 12,000 simulated cases with the same form that reached the same step.",
            ][..],
        ),
        (at_step, &["It looks at about 12,000 simulated cases with the same form."]),
        (
            "received_on=2001-01-10",
            &[
                "No simulated case that the estimate could learn from was decided",
                "No simulated case in the data was decided after waiting as long as yours.",
            ],
        ),
        (
            "received_on=2022-01-10&lang=es",
            &[
                "8 de cada 10 casos simulados como el suyo se deciden",
                "En cuánto tiempo se deciden 10 casos simulados como el suyo",
                "Se basa en el tiempo que tomaron casos simulados como el suyo.",
                "de cada 10 casos simulados como el suyo fue",
                "aproximadamente 12,000 casos simulados con el mismo formulario",
            ],
        ),
        (
            "received_on=2001-01-10&lang=es",
            &[
                "Ningún caso simulado del que la estimación pudo aprender",
                "Ningún caso simulado en los datos se decidió",
            ],
        ),
    ] {
        let html = page(&format!("form=N-400&{query}")).await.text;
        check_well_formed(&html);
        for sentence in sentences {
            assert!(html.contains(sentence), "{sentence} is not in {html}");
        }
        for other in ["past cases", "casos anteriores", "10 cases", "10 casos como", "000 cases with"] {
            assert!(!html.contains(other), "{other}: {html}");
        }
    }
    let real = page("form=I-485&received_on=2022-01-10").await.text;
    assert!(real.contains("It uses the time past cases like yours took."), "{real}");
}

#[tokio::test]
async fn without_an_estimate_the_page_states_the_reason() {
    for (query, title, text) in [
        ("step.decision=2022-06-03", "Your case was decided", "A decision was made on June 3, 2022."),
        ("pause.on_hold=2022-06-03", "There is no estimate for your case right now", "Your case is on hold."),
        ("pause.court=2022-06-03", "Your estimate is paused", "Your case is waiting: Case in court."),
    ] {
        let answer = page(&format!("form=I-485&received_on=2022-01-10&{query}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        check_well_formed(&answer.text);
        assert!(answer.text.contains(title) && answer.text.contains(text), "{}", answer.text);
        assert!(!answer.text.contains("class=\"big\""));
    }
    let lifted =
        page("form=I-485&received_on=2022-01-10&pause.on_hold=2022-03-01&resume.on_hold=2022-06-03").await;
    assert!(lifted.text.contains("class=\"big\"") && lifted.text.contains("<details open>"));
    let decided = page("form=I-485&received_on=2022-01-10&step.decision=2022-06-03").await.text;
    assert!(decided.contains("Card produced and mailed") && decided.contains("Less than 2 weeks"));
    let few = page("form=I-90&received_on=2022-01-10").await.text;
    assert!(few.contains("Too few cases like yours were decided lately."));
    let other = page("form=other").await.text;
    check_well_formed(&other);
    assert!(other.contains("does not cover this form yet") && other.contains("I-485, I-90, N-400"));
    let none = get(&router(Models::default(), settings(), clock()), "/?lang=es").await;
    check_well_formed(&none.text);
    assert!(none.text.contains("no se puede hacer ninguna estimación"));
}

#[tokio::test]
async fn a_closed_case_promises_nothing() {
    let decided = |field: &str| format!("form=I-485&received_on=2022-01-10&{field}=2022-06-03");
    for (language, reason, card) in [
        ("en", "A decision was made on June 3, 2022.", "<strong>Card produced and mailed</strong>"),
        (
            "es",
            "Se tomó una decisión el 3 de junio de 2022.",
            "<strong>Producción y envío de la tarjeta</strong>",
        ),
    ] {
        let closed = page(&format!("{}&lang={language}", decided("step.decision.denied"))).await.text;
        check_well_formed(&closed);
        assert!(closed.contains(reason), "{closed}");
        assert!(!closed.contains("class=\"next\"") && !closed.contains(card), "{closed}");
        assert!(!closed.contains("class=\"current\"") && !closed.contains("class=\"ahead\""), "{closed}");
        assert!(closed.contains("name=\"step.decision.denied\" value=\"2022-06-03\""));
        let approved = page(&format!("{}&lang={language}", decided("step.decision"))).await.text;
        assert!(approved.contains(reason) && approved.contains("class=\"next\"") && approved.contains(card));
    }
    let closed = page(&decided("step.decision.denied")).await.text;
    assert!(closed.contains("About the data") && closed.contains(">As of June 30, 2022.</p>"), "{closed}");
    assert!(
        closed.contains("Case decision: Denied</label>")
            && closed.contains("Case decision: Approved</label>")
    );
    let wrong = page("form=I-485&received_on=2022-01-10&step.decision.denied=2022-01-09").await.text;
    check_well_formed(&wrong);
    assert!(wrong.contains("<li><a href=\"#step-3-1\">"), "{wrong}");
}

#[tokio::test]
async fn each_outcome_has_a_field_of_its_own() {
    for (field, en, es) in [
        ("step.decision", "Approved", "Aprobado"),
        ("step.decision.denied", "Denied", "Denegado"),
        ("step.decision.withdrawn", "Withdrawn", "Retirado"),
        ("step.decision.revoked_terminated", "Revoked or terminated", "Revocado o terminado"),
    ] {
        let query = format!("form=I-485&received_on=2022-01-10&{field}=2022-06-03");
        for (language, label, now) in [
            ("en", format!("Case decision: {en}</label>"), format!("Decided: {en}.")),
            ("es", format!("Decisión del caso: {es}</label>"), format!("Decidido: {es}.")),
        ] {
            let html = page(&format!("{query}&lang={language}")).await.text;
            check_well_formed(&html);
            assert!(html.contains(&label) && html.contains(&now), "{field}: {html}");
        }
    }
}

#[tokio::test]
async fn each_request_and_its_answer_have_a_field_of_their_own() {
    for (form, side) in [("I-485", "status"), ("N-400", "step")] {
        let case = format!("form={form}&received_on=2022-01-10&{side}");
        for (sent, days) in [("evidence_requested", 84), ("evidence_requested.intent", 30)] {
            let asked = page(&format!("{case}.{sent}=2022-06-13")).await.text;
            check_well_formed(&asked);
            let bound = format!("A notice of this kind gives at most {days} days to answer");
            assert!(asked.contains(&bound), "{form} {sent}: {asked}");
            let answer = sent.replace("requested", "received");
            let answered = page(&format!("{case}.{sent}=2022-06-13&{side}.{answer}=2022-06-20")).await.text;
            assert!(!answered.contains("gives at most"), "{form} {answer}: {answered}");
        }
        let html = page(&format!("form={form}")).await.text;
        for label in ["Request for evidence", "Notice of intent"] {
            let (asked, answered) = (format!(">{label}</label>"), format!(": {label}</label>"));
            assert!(html.contains(&asked) && html.contains(&answered), "{label}: {html}");
        }
    }
}

#[tokio::test]
async fn the_day_of_an_appointment_is_entered_beside_its_notice() {
    let case = "form=I-485&received_on=2022-01-10";
    let notice = "status.interview_scheduled=2022-06-03";
    let html = page(&format!("{case}&{notice}&appointment.status.interview_scheduled=2022-07-15")).await.text;
    check_well_formed(&html);
    assert!(html.contains("Interview scheduled: day of the appointment</label>"), "{html}");
    assert!(html.split("<form").next().unwrap().contains("July 15, 2022"), "{html}");
    for (query, words) in [
        (
            format!("{notice}&appointment.status.interview_scheduled=2022-06-02"),
            "before the date of the notice",
        ),
        (format!("{notice}&appointment.status.interview_scheduled=soon"), "Enter a date as year"),
        ("appointment.status.interview_scheduled=2022-07-15".to_owned(), "Enter the date of the notice too."),
    ] {
        let answer = page(&format!("{case}&{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let error = error_at(&answer.text, "status-3-appointment");
        assert!(error.is_some_and(|error| error.contains(words)), "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn errors_are_at_their_fields_and_entries_are_kept() {
    for (query, field, words) in [
        ("received_on=", "received_on", "Enter the date your case was received."),
        ("received_on=soon", "received_on", "Enter a date as year, month and day"),
        ("received_on=1776-07-04", "received_on", "in the years 1900 to 2199"),
        ("received_on=2022-07-01", "received_on", "after the day of the estimate (June 30, 2022)"),
        ("received_on=2022-01-10&step.biometrics=2022-01-09", "step-1", "before your case was received"),
        ("received_on=2022-01-10&step.interview=2022-07-01", "step-2", "Leave it out, or choose a later day"),
        (
            "received_on=2022-01-10&step.biometrics=2022-02-01&pause.court=x",
            "pause-1",
            "Enter a date as year",
        ),
        ("received_on=2022-01-10&as_of=2030-01-01", "as_of", "can be July 2, 2022 at the latest."),
    ] {
        let answer = page(&format!("form=I-485&attribute.center=SRC&{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let html = &answer.text;
        check_well_formed(html);
        assert!(html.contains("<title>Error: "));
        assert!(html.contains(&format!("<li><a href=\"#{field}\">")), "{query}: {html}");
        let at_field =
            html.split(&format!("id=\"{field}-error\"")).nth(1).unwrap().split("</p>").next().unwrap();
        assert!(at_field.contains(words), "{query}: {at_field}");
        let input = html.split(&format!("<input type=\"date\" id=\"{field}\"")).nth(1).unwrap();
        let input = input.split('>').next().unwrap();
        assert!(
            input.contains("aria-invalid=\"true\"") && input.contains(&format!("{field}-error")),
            "{input}"
        );
        assert!(html.contains("<option value=\"SRC\" selected>"));
        for entered in query.split('&').filter_map(|entry| entry.split_once('=')).map(|(_, value)| value) {
            assert!(html.contains(&format!("value=\"{entered}\"")), "{entered} did not stay");
        }
        assert!(!html.contains("<article"));
    }
    let two = page("form=I-485&received_on=2022-01-10&step.biometrics=x&step.card=y&lang=es").await.text;
    assert_eq!(two.matches("<li><a href=\"#step-").count(), 2);
    assert!(two.contains("Completar la cita de servicios biométricos: Escriba la fecha"));
}

#[tokio::test]
async fn entered_text_is_never_markup() {
    let html = page("form=I-485&received_on=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.text;
    check_well_formed(&html);
    assert!(!html.contains("<script"));
    let html = page("form=%3Cscript%3E").await.text;
    check_well_formed(&html);
}

#[tokio::test]
async fn the_language_in_the_address_outweighs_the_browser() {
    let spanish = "es-MX, es;q=0.9, en;q=0.8";
    for (query, accepted, language) in [
        ("", spanish, "es"),
        ("form=I-485", spanish, "es"),
        (CASE, spanish, "es"),
        ("form=other", spanish, "es"),
        ("", "en, es;q=0.5", "en"),
        ("", "fr", "en"),
        ("lang=en", spanish, "en"),
        ("lang=es", "en", "es"),
        ("lang=xx", spanish, "es"),
    ] {
        let request = Request::get(format!("/?{query}")).header("accept-language", accepted);
        let answer = ask(&service(), request.body(Body::empty()).unwrap()).await;
        check_well_formed(&answer.text);
        let html = &answer.text;
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{query} {accepted}: {html}");
        assert_eq!(answer.header("vary"), "Accept-Language");
        // Links keep the language of the page, except the link that switches it.
        let links = html.split(" href=\"/?").skip(1).map(|link| link.split('"').next().unwrap());
        let other = if language == "en" { "lang=es" } else { "lang=en" };
        let own = format!("lang={language}");
        let (to_own, to_other): (Vec<&str>, Vec<&str>) = links.partition(|link| link.starts_with(&own));
        assert!(!to_own.is_empty() && to_other.len() == 1 && to_other[0].starts_with(other), "{html}");
        let hidden = format!("name=\"lang\" value=\"{language}\"");
        assert_eq!(html.contains(&hidden), html.contains("<form"), "the form stays in it too");
    }
}

/// The error at a field, if there is one.
fn error_at<'a>(html: &'a str, field: &str) -> Option<&'a str> {
    html.split(&format!("id=\"{field}-error\"")).nth(1).map(|rest| rest.split("</p>").next().unwrap())
}

#[tokio::test]
async fn fields_that_contradict_each_other_are_errors() {
    let received = "form=I-485&received_on=2022-01-10";
    for (query, field, english, spanish) in [
        (
            "pause.on_hold=2022-05-05&resume.on_hold=2022-04-05",
            "resume-0",
            "This is before it began. Correct one of the dates.",
            "Es anterior a la fecha en que comenzó.",
        ),
        (
            "step.decision=2022-05-05&step.decision.denied=2022-06-05",
            "step-3-1",
            "Enter only one decision.",
            "Escriba solo una decisión.",
        ),
        // A denial is not revoked.
        (
            "step.decision.denied=2022-05-05&step.decision.revoked_terminated=2022-06-05",
            "step-3-3",
            "Enter only one decision.",
            "Escriba solo una decisión.",
        ),
        // The case was opened again before both, or after both.
        (
            "step.decision.denied=2022-03-01&step.decision=2022-04-10&status.reopened=2022-02-10",
            "step-3-1",
            "Enter only one decision.",
            "Escriba solo una decisión.",
        ),
        (
            "step.decision.denied=2022-03-01&step.decision=2022-04-10&status.reopened=2022-04-11",
            "step-3-1",
            "Enter only one decision.",
            "Escriba solo una decisión.",
        ),
    ] {
        for (language, words) in [("en", english), ("es", spanish)] {
            let answer = page(&format!("{received}&{query}&lang={language}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            let html = &answer.text;
            check_well_formed(html);
            assert!(error_at(html, field).is_some_and(|error| error.contains(words)), "{html}");
            assert!(!html.contains("<article") && html.matches("<li><a href=\"#").count() == 1, "{html}");
        }
    }
    for fine in [
        "pause.on_hold=2022-05-05&resume.on_hold=2022-05-05",
        "pause.on_hold=2022-04-05&resume.on_hold=2022-05-05",
        "pause.on_hold=2022-04-05&resume.court=2022-03-05",
        "step.decision=2022-05-05&step.decision.denied=",
        "step.decision=&step.decision.denied=2022-05-05",
        "step.decision=2022-05-05&step.decision.revoked_terminated=2022-06-05",
        "step.decision.denied=2022-04-05&status.reopened=2022-05-05&step.decision=2022-06-05",
        "step.decision.denied=2022-04-05&status.reopened=2022-04-05&step.decision=2022-06-05",
        "step.decision=2022-04-05&status.reopened=2022-06-05&step.decision.denied=2022-06-05",
    ] {
        let answer = page(&format!("{received}&{fine}")).await;
        assert!(answer.status == StatusCode::OK && answer.text.contains("<article"), "{fine}");
    }
    let again = "step.decision.denied=2022-04-05&status.reopened=2022-05-05&step.decision=2022-06-05";
    let again = page(&format!("{received}&{again}")).await.text;
    assert!(again.contains("Decided: Approved."), "{again}");
}

#[tokio::test]
async fn all_errors_are_shown_at_once() {
    let late = "form=I-485&received_on=2022-07-05&step.biometrics=2022-02-03&status.under_review=2022-07-04";
    let decided =
        "step.decision=2022-05-05&step.decision.denied=x&pause.court=2022-06-05&resume.court=2022-06-04";
    let html = page(&format!("{late}&{decided}")).await.text;
    check_well_formed(&html);
    for (field, words) in [
        ("received_on", "after the day of the estimate"),
        ("step-1", "before your case was received"),
        ("status-2", "before your case was received"),
        // One of the two already has an error.
        ("step-3-1", "Enter a date as year, month and day"),
        ("step-3", "before your case was received"),
        ("resume-1", "before your case was received"),
    ] {
        assert!(error_at(&html, field).is_some_and(|error| error.contains(words)), "{field}: {html}");
    }
    let other = "form=I-485&received_on=2022-01-10&step.biometrics=soon";
    let html = page(&format!("{other}&step.decision=2022-05-05&step.decision.denied=x")).await.text;
    assert!(error_at(&html, "step-1").is_some() && error_at(&html, "step-3-1").is_some());
    assert!(error_at(&html, "step-3").is_some_and(|error| error.contains("Enter only one decision.")));
}

#[tokio::test]
async fn a_case_older_than_fifteen_years_is_estimated_with_a_caution() {
    for (received, is_asked) in [("2007-06-30", false), ("2007-06-29", true), ("2001-01-10", true)] {
        let html = page(&format!("form=I-485&received_on={received}")).await.text;
        check_well_formed(&html);
        assert!(html.contains("class=\"big\""), "the estimate stays: {html}");
        assert_eq!(html.contains("more than 15 years before this estimate. Check the date"), is_asked);
    }
    let spanish = page("form=I-485&received_on=2001-01-10&lang=es").await.text;
    assert!(spanish.contains("Usted escribió que su caso se recibió el 10 de enero de 2001."), "{spanish}");
}

#[tokio::test]
async fn the_warning_of_old_data_appears_once() {
    let sentence = "This is 2021 data. Times may be different now.";
    assert_eq!(page("form=N-400&received_on=2022-01-10").await.text.matches(sentence).count(), 1);
    let early = router(models(), settings(), Clock::fixed(crate::hand_made::day("2021-10-01")));
    let html = get(&early, "/?form=N-400&received_on=2021-01-10").await.text;
    assert_eq!(html.matches(sentence).count(), 1, "the day of the estimate counts too");
}
