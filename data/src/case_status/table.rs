//! CSV tables of case statuses, divided by commas, semicolons, tabs or vertical bars.

use std::mem;

use ::csv::{ByteRecord, StringRecord};

use super::columns::Columns;
use super::error::CaseStatusError;
use super::problems::ProblemKind;
use super::rows::{RawRow, Rows};
use crate::CaseIdKey;
use crate::event_log::csv::{next_header, next_record, reader};
use crate::event_log::source::Unpacked;
use crate::event_log::{EventLogError, LogPosition};

/// Reads every row. `columns` learns the names of the header.
pub(super) fn read(
    source: Unpacked,
    columns: &mut Columns,
    key: Option<&CaseIdKey>,
    rows: &mut Rows,
) -> Result<(), CaseStatusError> {
    let Unpacked { head, bytes, origin } = source;
    let mut records = reader(&head, bytes);
    let mut record = ByteRecord::new();
    next_header(&mut records, &mut record, &head, &origin)?;
    let place = LogPosition::Line(line_of(&record));
    let header = StringRecord::from_byte_record(mem::take(&mut record))
        .map_err(|_| EventLogError::NotUtf8 { path: origin.path.clone(), place })?;
    let mut uses = Vec::with_capacity(header.len());
    for (index, name) in header.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}').trim();
        if header.iter().take(index).any(|other| !name.is_empty() && other.trim() == name) {
            return Err(EventLogError::DuplicateColumn { path: origin.path, column: name.to_owned() }.into());
        }
        uses.push(columns.find(name).map_err(|error| error.in_file(&origin.path))?);
    }
    columns.check_complete(&origin.path, header.iter())?;
    let mut raw = RawRow::default();
    while next_record(&mut records, &mut record, &origin)? {
        let line = line_of(&record);
        match StringRecord::from_byte_record(mem::take(&mut record)) {
            Ok(text) if text.len() == uses.len() => {
                raw.clear();
                for (value, found) in text.iter().zip(&uses) {
                    raw.set(*found, value);
                }
                rows.push(&mut raw, line, key);
                record = text.into_byte_record();
            }
            Ok(text) => {
                let example = || format!("line {line} ({} fields, not {})", text.len(), uses.len());
                rows.problems.add(ProblemKind::Fields, example);
                record = text.into_byte_record();
            }
            Err(error) => {
                rows.problems.add(ProblemKind::NotUtf8, || format!("line {line}"));
                record = error.into_byte_record();
            }
        }
    }
    Ok(())
}

fn line_of(record: &ByteRecord) -> u64 {
    record.position().map_or(1, ::csv::Position::line)
}
