//! The languages of an answer's texts.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use crate::http::respond::json;
use crate::wording::accept_language;
use crate::wording::translations::{Language, Languages};

/// The member of an answer whose members have names that callers chose.
const FREE_NAMES: &str = "queue";

/// The languages that an address or a header asks for: both unless one of them names exactly one.
pub(super) fn asked(query: &str, headers: &HeaderMap) -> Languages {
    let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang");
    let named = named.and_then(|(_, tag)| Language::of_tag(&tag));
    named.or_else(|| accept_language::only(headers)).map_or(Languages::Both, Languages::Only)
}

/// A JSON answer with its texts in these languages.
pub(super) fn answered(answer: &impl Serialize, languages: Languages) -> Response {
    match (languages, serde_json::to_value(answer)) {
        (Languages::Only(language), Ok(mut value)) => {
            leave_out(&mut value, language.other());
            json(&value)
        }
        _ => json(answer),
    }
}

/// Leaves out every text in a language.
fn leave_out(value: &mut Value, language: Language) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| leave_out(element, language)),
        Value::Object(members) => {
            if [Language::English, Language::Spanish].iter().all(|one| members.contains_key(one.tag())) {
                members.remove(language.tag());
            }
            let others = members.iter_mut().filter(|(name, _)| *name != FREE_NAMES);
            others.for_each(|(_, value)| leave_out(value, language));
        }
        _ => {}
    }
}
