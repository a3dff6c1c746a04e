//! CSV logs: a header, then one event in each row.

use std::io;
use std::mem;

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::columns::Columns;
use super::error::{EventLogError, LogIssueKind, LogPosition};
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::options::ReadOptions;
use super::source::{BoundedReader, LogSource, Origin};

/// Delimiters that tools write, the usual one first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

pub(super) fn read(
    source: LogSource,
    options: &ReadOptions,
    log: &mut LogBuilder,
) -> Result<(), EventLogError> {
    let LogSource { head, bytes, origin, .. } = source;
    let mut rows =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(&head)).from_reader(bytes);
    let mut row = ByteRecord::new();
    if !next_record(&mut rows, &mut row, &origin)? {
        return Err(EventLogError::Empty { path: origin.path });
    }
    let place = LogPosition::Line(row.position().map_or(1, ::csv::Position::line));
    let header = StringRecord::from_byte_record(mem::take(&mut row))
        .map_err(|_| EventLogError::NotUtf8 { path: origin.path.clone(), place })?;
    let headers: Vec<&str> = header.iter().collect();
    let columns = Columns::find(&headers, options, &origin, log)?;
    while next_record(&mut rows, &mut row, &origin)? {
        let place = LogPosition::Line(row.position().map_or(0, ::csv::Position::line));
        match StringRecord::from_byte_record(mem::take(&mut row)) {
            Ok(text) => {
                push(&columns, &text, place, log);
                row = text.into_byte_record();
            }
            Err(error) => {
                let field = error.utf8_error().field();
                row = error.into_byte_record();
                let value = String::from_utf8_lossy(row.get(field).unwrap_or_default());
                log.refuse(LogIssueKind::NotUtf8, place, &value);
            }
        }
    }
    Ok(())
}

/// The delimiter that the first line has most often outside quotes.
pub(crate) fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    let mut has_text = false;
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted && has_text => break,
            _ if !is_quoted => {
                let position = DELIMITERS.iter().position(|delimiter| delimiter == byte);
                position.into_iter().for_each(|position| counts[position] += 1);
            }
            _ => {}
        }
        has_text |= !byte.is_ascii_whitespace();
    }
    let mut best = 0;
    for (position, count) in counts.iter().enumerate() {
        if *count > counts[best] {
            best = position;
        }
    }
    DELIMITERS[best]
}

/// Reads the next record; false at the end.
pub(crate) fn next_record(
    rows: &mut Reader<BoundedReader>,
    row: &mut ByteRecord,
    origin: &Origin,
) -> Result<bool, EventLogError> {
    rows.get_mut().next_row();
    let place = LogPosition::Line(rows.position().line());
    rows.read_byte_record(row).map_err(|error| {
        let text = error.to_string();
        match error.into_kind() {
            ErrorKind::Io(error) => origin.failed(error, place),
            _ => EventLogError::Unreadable { path: origin.path.clone(), source: io::Error::other(text) },
        }
    })
}

fn push(columns: &Columns, row: &StringRecord, place: LogPosition, log: &mut LogBuilder) {
    if row.len() != columns.count {
        let value = format!("{} fields, not {}", row.len(), columns.count);
        return log.refuse(LogIssueKind::Fields, place, &value);
    }
    let field = |index: usize| row.get(index).unwrap_or_default();
    let event = RawEvent {
        case: field(columns.case),
        activity: field(columns.activity),
        time: field(columns.time),
        transition: columns.lifecycle.map(field),
        sorting: columns.sorting.map(field).unwrap_or_default(),
        place,
    };
    let attributes = || -> CaseAttributes {
        let values = columns.attributes.iter().map(|&(index, number)| (number, field(index)));
        values.filter(|(_, value)| !value.is_empty()).map(|(number, value)| (number, value.into())).collect()
    };
    log.push(&event, attributes);
}
