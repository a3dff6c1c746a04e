//! The body of `POST /v1/estimates`, read member by member: every error points to the place and shows little of the value.

use std::fmt;

use serde_json::{Map, Value};

use crate::case::submitted::{Dated, SubmittedAction, SubmittedCase};
use crate::http::json_body;
use crate::http::json_pointer::{self, PointerPath};
use crate::http::problem::{Kind, Problem};
use crate::http::redaction::redacted;

/// Cases of one batch.
const MAX_CASES: usize = 1_000;
const CASE_MEMBERS: &str = "form, received_on, attributes, actions, as_of and key";
const ACTION_MEMBERS: &str = "action, occurred_on and scheduled_for";
const SCHEDULED_FOR: &str = "scheduled_for";

/// One case or a batch.
#[derive(Debug)]
pub(crate) enum EstimateRequest {
    One(SubmittedCase),
    Batch(Vec<SubmittedCase>),
}

/// Reads a body.
pub(crate) fn read(body: &[u8]) -> Result<EstimateRequest, Problem> {
    let value = json_body::read(body)?;
    let mut members = object(value, &PointerPath::Body, "a case, or an object with `cases`")?;
    let Some(cases) = members.remove("cases") else {
        return case(members, &PointerPath::Body).map(EstimateRequest::One);
    };
    refuse_unknown(&members, &PointerPath::Body, "a batch", "only cases")?;
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
    cases.into_iter().enumerate().map(one).collect::<Result<_, _>>().map(EstimateRequest::Batch)
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
        let name = PointerPath::Member(&place, "action");
        let code = string(members.remove("action").ok_or_else(|| missing(&name))?, &name)?;
        let occurred = dated(&mut members, &place, ["occurred_on", "occurred_at"])?;
        let scheduled_for =
            optional(members.remove(SCHEDULED_FOR), &PointerPath::Member(&place, SCHEDULED_FOR))?;
        let scheduled_for = scheduled_for.map(|text| Dated { text, member: SCHEDULED_FOR });
        refuse_unknown(&members, &place, "an action", ACTION_MEMBERS)?;
        Ok(SubmittedAction { code, occurred, scheduled_for })
    };
    array(value, place)?.into_iter().enumerate().map(action).collect()
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
