//! `GET /`: the page that an applicant reads. It works without scripts. Entered values are part of the address and are not
//! stored.

mod card;
mod date_fields;
mod fields;
mod query;
mod track;

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{TrainedOn, recognized_form};

use crate::answer::{estimate, reason};
use crate::http::problem::{Kind, Problem};
use crate::models::Loaded;
use crate::state::App;
use crate::wording::accept_language;
use crate::wording::translations::Language;
use card::{Card, NoEstimate};
use fields::{FieldError, FormFields};
use query::Query;

/// The page in one language.
#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    language: Language,
    heading: String,
    /// The address of the same page in the other language.
    switch: String,
    errors: Vec<FieldError>,
    content: Content,
}

/// What the page is about.
enum Content {
    /// The forms to choose from.
    Forms(Vec<FormLink>),
    /// A form without a model.
    Unsupported(NoEstimate),
    /// The fields of a form, with an estimate above them once they are filled in.
    Form { fields: Box<FormFields>, card: Option<Box<Card>> },
}

struct FormLink {
    address: String,
    form: String,
    title: String,
    /// Whether the model was trained on simulated cases.
    is_simulated: bool,
}

impl Page {
    fn t(&self, key: &'static str) -> &'static str {
        self.language.text(key)
    }

    fn other(&self) -> Language {
        self.language.other()
    }

    fn home(&self) -> String {
        Query::address(self.language, &[])
    }

    fn elsewhere(&self) -> String {
        Query::address(self.language, &[("form", "other")])
    }
}

/// Shows the page that the address asks for.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Query::read(query.as_deref().unwrap_or_default(), accept_language::preferred(&headers));
    let page = match query.form() {
        None => forms(&app, query.language()),
        Some(form) => match recognized_form(form, app.models.forms()).and_then(|form| app.models.get(form)) {
            Some(loaded) => form_page(&app, loaded, &query),
            None => unsupported(&app, query.language()),
        },
    };
    let status = if page.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    match page.render() {
        Ok(html) => {
            let headers =
                [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::VARY, "Accept-Language")];
            (status, headers, html).into_response()
        }
        Err(_) => Problem::new(Kind::Internal, "The page could not be written. Try again.").into_response(),
    }
}

fn forms(app: &App, language: Language) -> Page {
    let link = |loaded: &Loaded| {
        let form = loaded.model.form();
        FormLink {
            address: Query::address(language, &[("form", form.name())]),
            form: form.name().to_owned(),
            title: language.of(&form.spec().title).to_owned(),
            is_simulated: loaded.trained_on() == TrainedOn::SimulatedHistory,
        }
    };
    Page {
        language,
        heading: language.text("page.title").to_owned(),
        switch: Query::address(language.other(), &[]),
        errors: Vec::new(),
        content: Content::Forms(app.models.iter().map(link).collect()),
    }
}

fn unsupported(app: &App, language: Language) -> Page {
    Page {
        language,
        heading: language.text("page.title").to_owned(),
        switch: Query::address(language.other(), &[("form", "other")]),
        errors: Vec::new(),
        content: Content::Unsupported(NoEstimate::new(&reason::unsupported_reason(&app.models), language)),
    }
}

fn form_page(app: &App, loaded: &Loaded, query: &Query) -> Page {
    let language = query.language();
    let (mut fields, entered) = FormFields::new(app, loaded, query);
    let mut card = None;
    if let Some(entered) = entered {
        let checked = entered.check(app, loaded);
        if let Err(faults) = &checked {
            fields.mark(faults, language);
        }
        fields.mark_contradictions(loaded.model.form(), language);
        if let Some(checked) = checked.ok().filter(|_| !fields.has_errors()) {
            let answer = estimate::estimate(loaded, &checked, None).with_model(Some(loaded));
            card = Some(Box::new(Card::new(loaded, &checked, &answer, language, app.clock.today())));
        }
    }
    fields.answered = card.is_some();
    let form = loaded.model.form().name();
    Page {
        language,
        heading: language.filled("tab.heading", &[("form_number", form)]),
        switch: fields.address(language.other()),
        errors: fields.errors(language),
        content: Content::Form { fields: Box::new(fields), card },
    }
}
