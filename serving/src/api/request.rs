//! The body of `POST /v1/estimates`, read member by member: every error points to the place and shows little of the value.

use std::fmt;

use serde_json::{Map, Value};

use crate::case::submitted::{ActionName, Dated, SubmittedAction, SubmittedCase, UnlistedActions};
use crate::http::json_body;
use crate::http::json_pointer::{self, PointerPath};
use crate::http::problem::{Kind, MAX_CASES, Problem};
use crate::http::redaction::redacted;
use crate::wording::translations::{Language, Languages};

const BATCH_MEMBERS: &str = "cases, unknown_actions and languages";
const CASE_MEMBERS: &str = "form, received_on, attributes, actions, as_of and key";
const ACTION_MEMBERS: &str = "action (or status, or event_code), occurred_on, scheduled_for and resource";
const SCHEDULED_FOR: &str = "scheduled_for";

/// A request: cases, and what holds for all of them.
#[derive(Debug)]
pub(crate) struct EstimateRequest {
    pub(crate) cases: SubmittedCases,
    pub(crate) unlisted: UnlistedActions,
    /// The languages of the texts, if the body says so.
    pub(crate) languages: Option<Languages>,
}

/// One case or a batch.
#[derive(Debug)]
pub(crate) enum SubmittedCases {
    One(SubmittedCase),
    Batch(Vec<SubmittedCase>),
}

/// Reads a body.
pub(crate) fn read(body: &[u8]) -> Result<EstimateRequest, Problem> {
    let value = json_body::read(body)?;
    let mut members = object(value, &PointerPath::Body, "a case, or an object with `cases`")?;
    let unlisted = unlisted(members.remove("unknown_actions"))?;
    let languages = languages(members.remove("languages"))?;
    let cases = match members.remove("cases") {
        Some(cases) => {
            refuse_unknown(&members, &PointerPath::Body, "a batch", BATCH_MEMBERS)?;
            SubmittedCases::Batch(batch(cases)?)
        }
        None => SubmittedCases::One(case(members, &PointerPath::Body)?),
    };
    Ok(EstimateRequest { cases, unlisted, languages })
}

fn unlisted(value: Option<Value>) -> Result<UnlistedActions, Problem> {
    let place = PointerPath::Member(&PointerPath::Body, "unknown_actions");
    match optional(value, &place)?.as_deref() {
        None | Some("refuse") => Ok(UnlistedActions::Refuse),
        Some("note") => Ok(UnlistedActions::Note),
        Some(other) => {
            let found = format!("`{}` is not a way to treat unknown actions", redacted(other));
            Err(wrong_shape(place, &found, "Send `refuse` or `note`."))
        }
    }
}

fn languages(value: Option<Value>) -> Result<Option<Languages>, Problem> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    let place = PointerPath::Member(&PointerPath::Body, "languages");
    let mut asked = Vec::new();
    for (index, value) in array(value, &place)?.into_iter().enumerate() {
        let place = PointerPath::Element(&place, index);
        let tag = string(value, &place)?;
        let Some(language) = Language::of_tag(&tag) else {
            let found = format!("`{}` is not a language of the answers", redacted(&tag));
            return Err(wrong_shape(place, &found, "Send `en`, `es` or both."));
        };
        asked.push(language);
    }
    match asked.as_slice() {
        [] => Err(wrong_shape(place, "`languages` is empty", "Send `en`, `es` or both.")),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(Some(Languages::Only(*first))),
        _ => Ok(Some(Languages::Both)),
    }
}

fn batch(cases: Value) -> Result<Vec<SubmittedCase>, Problem> {
    let place = PointerPath::Member(&PointerPath::Body, "cases");
    let cases = array(cases, &place)?;
    if cases.is_empty() {
        let detail = format!("`cases` is empty. Send 1 to {MAX_CASES} cases.");
        return Err(Problem::new(Kind::EmptyBatch, detail).at(place));
    }
    if cases.len() > MAX_CASES {
        let detail = format!("`cases` has {} cases. Send at most {MAX_CASES} in one request.", cases.len());
        return Err(Problem::new(Kind::TooManyCases, detail).at(place));
    }
    let one = |(index, value)| {
        let place = PointerPath::Element(&place, index);
        case(object(value, &place, "a case")?, &place)
    };
    cases.into_iter().enumerate().map(one).collect()
}

fn case(mut members: Map<String, Value>, place: &PointerPath<'_>) -> Result<SubmittedCase, Problem> {
    let form = PointerPath::Member(place, "form");
    let case = SubmittedCase {
        form: string(members.remove("form").ok_or_else(|| missing(&form))?, &form)?,
        received: dated(&mut members, place, ["received_on", "received_at"])?,
        attributes: attributes(members.remove("attributes"), &PointerPath::Member(place, "attributes"))?,
        actions: actions(members.remove("actions"), &PointerPath::Member(place, "actions"))?,
        as_of: optional(members.remove("as_of"), &PointerPath::Member(place, "as_of"))?,
        key: optional(members.remove("key"), &PointerPath::Member(place, "key"))?,
    };
    refuse_unknown(&members, place, "a case", CASE_MEMBERS)?;
    Ok(case)
}

fn attributes(value: Option<Value>, place: &PointerPath<'_>) -> Result<Vec<(String, String)>, Problem> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let members = object(value, place, "an object of attribute names and values")?;
    let text = |(name, value): (String, Value)| match value {
        Value::Null => None,
        // An empty field of a web form.
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(Ok((name, text))),
        Value::Number(number) => Some(Ok((name, number.to_string()))),
        Value::Bool(truth) => Some(Ok((name, truth.to_string()))),
        Value::Array(_) | Value::Object(_) => Some(Err(wrong_shape(
            json_pointer::to_member(place, &name),
            &format!("The attribute `{}` is {}", redacted(&name), kind_of(&value)),
            "Send a string, a number or a boolean.",
        ))),
    };
    members.into_iter().filter_map(text).collect()
}

fn actions(value: Option<Value>, place: &PointerPath<'_>) -> Result<Vec<SubmittedAction>, Problem> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let action = |(index, value)| {
        let place = PointerPath::Element(place, index);
        let mut members = object(value, &place, "an action")?;
        let name = action_name(&mut members, &place)?;
        let occurred = dated(&mut members, &place, ["occurred_on", "occurred_at"])?;
        let scheduled_for =
            optional(members.remove(SCHEDULED_FOR), &PointerPath::Member(&place, SCHEDULED_FOR))?;
        let scheduled_for = scheduled_for.map(|text| Dated { text, member: SCHEDULED_FOR });
        let resource = optional(members.remove("resource"), &PointerPath::Member(&place, "resource"))?;
        refuse_unknown(&members, &place, "an action", ACTION_MEMBERS)?;
        Ok(SubmittedAction { name, occurred, scheduled_for, resource })
    };
    array(value, place)?.into_iter().enumerate().map(action).collect()
}

type Naming = fn(String) -> ActionName;

/// An action under exactly one of three names.
fn action_name(members: &mut Map<String, Value>, place: &PointerPath<'_>) -> Result<ActionName, Problem> {
    let kinds: [(&str, Naming); 3] =
        [("action", ActionName::Code), ("status", ActionName::Status), ("event_code", ActionName::EventCode)];
    let mut name = None;
    for (member, kind) in kinds {
        let at = PointerPath::Member(place, member);
        let Some(text) = optional(members.remove(member), &at)? else { continue };
        if name.is_some() {
            let found = "The action has more than one of `action`, `status` and `event_code`";
            return Err(wrong_shape(at, found, "Send one of them."));
        }
        name = Some(kind(trimmed(&text).to_owned()));
    }
    name.ok_or_else(|| missing(&PointerPath::Member(place, "action")))
}

/// A name without what nobody sees before and after it.
fn trimmed(name: &str) -> &str {
    name.trim_matches(|letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    })
}

/// A time under exactly one of two names.
fn dated(
    members: &mut Map<String, Value>,
    place: &PointerPath<'_>,
    names: [&'static str; 2],
) -> Result<Dated, Problem> {
    let [on, at] = names;
    let at_place = PointerPath::Member(place, at);
    match (members.remove(on), members.remove(at)) {
        (None, None) => Err(missing(&PointerPath::Member(place, on))),
        (Some(_), Some(_)) => {
            Err(wrong_shape(at_place, &format!("`{on}` and `{at}` are both present"), "Send one of them."))
        }
        (Some(value), None) => {
            Ok(Dated { text: string(value, &PointerPath::Member(place, on))?, member: on })
        }
        (None, Some(value)) => Ok(Dated { text: string(value, &at_place)?, member: at }),
    }
}

fn object(value: Value, place: &PointerPath<'_>, expected: &str) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(members) => Ok(members),
        other => Err(wrong_type(place, &other, expected)),
    }
}

fn array(value: Value, place: &PointerPath<'_>) -> Result<Vec<Value>, Problem> {
    match value {
        Value::Array(elements) => Ok(elements),
        other => Err(wrong_type(place, &other, "an array")),
    }
}

fn string(value: Value, place: &PointerPath<'_>) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(place, &other, "a string")),
    }
}

/// A text that may be missing or `null`.
fn optional(value: Option<Value>, place: &PointerPath<'_>) -> Result<Option<String>, Problem> {
    value.filter(|value| !value.is_null()).map(|value| string(value, place)).transpose()
}

fn refuse_unknown(
    members: &Map<String, Value>,
    place: &PointerPath<'_>,
    what: &str,
    known: &str,
) -> Result<(), Problem> {
    let Some(name) = members.keys().next() else { return Ok(()) };
    let found = format!("`{}` is not a member of {what}, which has {known}", redacted(name));
    Err(wrong_shape(json_pointer::to_member(place, name), &found, "Correct the name or leave it out."))
}

fn missing(place: &PointerPath<'_>) -> Problem {
    wrong_shape(place, "This member is missing", "Add it.")
}

fn wrong_type(place: &PointerPath<'_>, value: &Value, expected: &str) -> Problem {
    wrong_shape(place, &format!("Found {}", kind_of(value)), &format!("Send {expected}."))
}

fn wrong_shape(place: impl fmt::Display, found: &str, remedy: &str) -> Problem {
    Problem::new(Kind::WrongShape, format!("{found}. {remedy}")).at(place)
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
