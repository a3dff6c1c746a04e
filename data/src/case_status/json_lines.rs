//! JSON lines of case statuses: one object on each line, its members named as the columns of a table are.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::columns::{ColumnUse, Columns};
use super::error::CaseStatusError;
use super::problems::ProblemKind;
use super::rows::{RawRow, Rows};
use crate::CaseIdKey;
use crate::event_log::LogPosition;
use crate::event_log::source::Unpacked;

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
        match serde_json::from_str::<Map<String, Value>>(written) {
            Ok(members) => {
                raw.clear();
                for (name, value) in &members {
                    let found = columns.find(name).map_err(|error| error.in_file(&origin.path))?;
                    set(&mut raw, found, value, line, rows);
                }
                rows.push(&mut raw, line, key);
            }
            Err(_) => rows.problems.add(ProblemKind::NotAnObject, || format!("line {line}")),
        }
    }
    let names: Vec<String> = columns.names().map(str::to_owned).collect();
    columns.check_complete(&origin.path, names.iter().map(String::as_str))
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
