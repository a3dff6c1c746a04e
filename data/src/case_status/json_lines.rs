//! JSON lines of case statuses: one object on each line, its members named as the columns of a table are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::io::BufRead;
use std::mem;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::columns::{ColumnUse, Columns};
use super::error::{CaseStatusError, CaseStatusReport};
use super::problems::ProblemKind;
use super::rows::{RawRow, Rows, at};
use crate::CaseIdKey;
use crate::event_log::LogPosition;
use crate::event_log::source::Unpacked;
use crate::shown_text::file_name;

/// Whether the first object of a text takes several lines, as it does where it is printed for people.
pub(super) fn spreads_an_object_over_lines(start: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(start).into_iter::<IgnoredAny>();
    let end = match values.next() {
        Some(Ok(_)) => values.byte_offset(),
        // The start of the file ends within the object.
        Some(Err(error)) if error.is_eof() => start.len(),
        _ => return false,
    };
    start[..end].trim_ascii().contains(&b'\n')
}

/// Reads every line. `columns` learns the names of the members.
pub(super) fn read(
    source: Unpacked,
    columns: &mut Columns,
    key: Option<&CaseIdKey>,
    rows: &mut Rows,
) -> Result<(), CaseStatusError> {
    let Unpacked { mut bytes, origin, .. } = source;
    let mut raw = RawRow::default();
    let mut text = Vec::new();
    loop {
        let line = bytes.line();
        bytes.next_row();
        text.clear();
        let read = bytes.read_until(b'\n', &mut text);
        if read.map_err(|error| origin.failed(error, LogPosition::Line(line)))? == 0 {
            break;
        }
        let written = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii();
        if written.is_empty() {
            continue;
        }
        let Ok(written) = std::str::from_utf8(written) else {
            rows.problems.add(ProblemKind::NotUtf8, || format!("line {line}"));
            continue;
        };
        match serde_json::from_str::<Members>(written) {
            Ok(Members { duplicate: Some(name), .. }) => {
                rows.problems.add(ProblemKind::DuplicateMember, || at(line, &name));
            }
            Ok(Members { values, .. }) => {
                raw.clear();
                for (name, value) in &values {
                    let found = columns.find(name).map_err(|error| error.in_file(&origin.path))?;
                    set(&mut raw, found, value, line, rows);
                }
                rows.push(&mut raw, line, key);
            }
            Err(_) => rows.problems.add(ProblemKind::NotAnObject, || format!("line {line}")),
        }
    }
    let names: Vec<String> = columns.names().map(str::to_owned).collect();
    columns.check_complete(&origin.path, names.iter().map(String::as_str)).map_err(|missing| {
        // A line that cannot be read may have the member that no other line has.
        match mem::take(&mut rows.problems).only_unreadable_lines() {
            unreadable if unreadable.is_empty() => missing,
            unreadable => {
                let problems = unreadable.into_issues(&file_name(&origin.path), "", |_, _| String::new());
                CaseStatusError::Rows(CaseStatusReport { path: origin.path, problems })
            }
        }
    })
}

/// The members of an object. A map of values would keep the last of several members with one name and say nothing.
struct Members {
    values: BTreeMap<String, Value>,
    /// The first name that more than one member has.
    duplicate: Option<String>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members { values: BTreeMap::new(), duplicate: None };
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            match members.values.entry(name) {
                Entry::Vacant(member) => {
                    member.insert(value);
                }
                Entry::Occupied(member) => {
                    members.duplicate.get_or_insert_with(|| member.key().clone());
                }
            }
        }
        Ok(members)
    }
}

fn set(raw: &mut RawRow, found: ColumnUse, value: &Value, line: u64, rows: &mut Rows) {
    match value {
        Value::Null => {}
        Value::String(text) => raw.set(found, text),
        Value::Bool(_) | Value::Number(_) => raw.set(found, &value.to_string()),
        Value::Array(_) | Value::Object(_) if found == ColumnUse::Ignored => {}
        Value::Array(_) | Value::Object(_) => {
            rows.problems.add(ProblemKind::NestedValue, || format!("line {line}"));
        }
    }
}
