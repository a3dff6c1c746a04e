//! Reads a body as JSON and refuses duplicate members. JSON parsers differ in which of two members with one name counts, so
//! a request with both could mean one thing to its caller and another here.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::json_bounds::bounded;
use super::json_pointer::{self, PointerPath};
use super::problem::{Kind, Problem};
use super::redaction::redacted;

/// Editors and programs on Windows write it in front of UTF-8; JSON does not allow it there.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a text is not accepted.
#[derive(Debug)]
enum Refusal {
    /// It is not JSON from this place on.
    Broken { line: usize, column: usize },
    /// An object has two members with one name. Both fields are redacted.
    Duplicate { name: String, pointer: String },
}

/// Reads a body that is JSON in UTF-8, within bounds and without duplicate members.
pub(crate) fn read(body: &[u8]) -> Result<Value, Problem> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    parse(bounded(body)?).map_err(|refusal| match refusal {
        Refusal::Broken { line, column } => {
            let detail = format!(
                "The JSON is broken at line {line}, column {column}. Send one case, or {{\"cases\": [...]}}."
            );
            Problem::new(Kind::NotJson, detail)
        }
        Refusal::Duplicate { name, pointer } => {
            let detail = format!("Duplicate member `{name}`. Send it once.");
            Problem::new(Kind::WrongShape, detail).at(pointer)
        }
    })
}

fn parse(text: &str) -> Result<Value, Refusal> {
    let mut walk = Walk::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Reader(&mut walk).deserialize(&mut deserializer);
    match value.and_then(|value| deserializer.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(_) if walk.found_duplicate => Err(walk.duplicate()),
        Err(error) => Err(Refusal::Broken { line: error.line(), column: error.column() }),
    }
}

/// The path of the value that is being read.
#[derive(Default)]
struct Walk {
    steps: Vec<Step>,
    found_duplicate: bool,
}

enum Step {
    Member(String),
    Element(usize),
}

impl Walk {
    /// The path at which the reader stopped, down to the first name that may not be shown.
    fn duplicate(&self) -> Refusal {
        let mut pointer = PointerPath::Body.to_string();
        for step in &self.steps {
            match step {
                Step::Element(index) => pointer.push_str(&format!("/{index}")),
                Step::Member(name) => match json_pointer::redacted_token(name) {
                    Some(token) => pointer.push_str(&format!("/{token}")),
                    None => break,
                },
            }
        }
        let name = match self.steps.last() {
            Some(Step::Member(name)) => redacted(name),
            _ => String::new(),
        };
        Refusal::Duplicate { name, pointer }
    }
}

struct Reader<'a>(&'a mut Walk);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            // An error leaves the step in place, so that the steps lead to the value that was wrong.
            self.0.steps.push(Step::Element(elements.len()));
            let element = sequence.next_element_seed(Reader(self.0))?;
            self.0.steps.pop();
            match element {
                Some(element) => elements.push(element),
                None => return Ok(Value::Array(elements)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            self.0.steps.push(Step::Member(name.clone()));
            if members.contains_key(&name) {
                self.0.found_duplicate = true;
                return Err(A::Error::custom("duplicate member"));
            }
            let value = map.next_value_seed(Reader(self.0))?;
            self.0.steps.pop();
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_without_duplicates_is_read_as_serde_json_reads_it() {
        for text in [
            r#"{"a": [1, -2, 2.5, 18446744073709551615, null, true, "é\u0041"], "b": {"a": {"a": {}}}}"#,
            r#"[[{"a": 1}, {"a": 2}], []]"#,
            "7",
        ] {
            assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        }
        assert!(matches!(parse("[1, 2"), Err(Refusal::Broken { line: 1, .. })));
        assert!(matches!(parse("{} {}"), Err(Refusal::Broken { line: 1, column: 4 })));
    }

    #[test]
    fn a_duplicate_member_is_found_at_any_depth() {
        for (text, name, place) in [
            (r#"{"a": 1, "b": 2, "a": 1}"#, "a", "/a"),
            (r#"[0, {"x": [{"a/b~": 1, "a/b~": 2}]}]"#, "a/b~", "/1/x/0/a~1b~0"),
            (r#"{"a": 1, "\u0061": 2}"#, "a", "/a"),
            (r#"{"a": {"IOE0123456789": 1, "IOE0123456789": 1}}"#, "[receipt number]", "/a"),
            (r#"{"a": {"": 1, "": 1}}"#, "", "/a/"),
        ] {
            match parse(text) {
                Err(Refusal::Duplicate { name: found, pointer }) => {
                    assert_eq!((found.as_str(), pointer.as_str()), (name, place));
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
