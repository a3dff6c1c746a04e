//! CSV logs: a header, then one event in each row.

use std::io;
use std::mem;

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::columns::Columns;
use super::content::text_start;
use super::error::{EventLogError, LogIssueKind, LogPosition};
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::options::ReadOptions;
use super::source::{BoundedReader, LogSource, Origin};

/// Delimiters that tools write, the usual one first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How the line begins with which Excel names the delimiter: `sep=;`.
const NAMES_DELIMITER: &[u8] = b"sep=";

pub(super) fn read(
    source: LogSource,
    options: &ReadOptions,
    log: &mut LogBuilder,
) -> Result<(), EventLogError> {
    let LogSource { head, bytes, origin, .. } = source;
    let mut rows = reader(&head, bytes);
    let mut row = ByteRecord::new();
    if !next_header(&mut rows, &mut row, &head, &origin)? {
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

/// A reader of a table that begins like this.
pub(crate) fn reader(head: &[u8], bytes: BoundedReader) -> Reader<BoundedReader> {
    let delimiter = named_delimiter(head).unwrap_or_else(|| usual_delimiter(head));
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// The delimiter that the first line names, if it names one. Such a line is not part of the table.
fn named_delimiter(head: &[u8]) -> Option<u8> {
    let line = text_start(head).split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (start, rest) = line.split_at_checked(NAMES_DELIMITER.len())?;
    match rest {
        [delimiter @ (b'\t' | b' '..=b'~')] if start.eq_ignore_ascii_case(NAMES_DELIMITER) => {
            Some(*delimiter).filter(|it| !it.is_ascii_alphanumeric() && *it != b'"')
        }
        _ => None,
    }
}

/// The delimiter that the first line has most often outside quotes.
fn usual_delimiter(head: &[u8]) -> u8 {
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

/// Reads the header of a table that begins like `head`; false if there is none.
pub(crate) fn next_header(
    rows: &mut Reader<BoundedReader>,
    row: &mut ByteRecord,
    head: &[u8],
    origin: &Origin,
) -> Result<bool, EventLogError> {
    if named_delimiter(head).is_some() {
        next_record(rows, row, origin)?;
    }
    next_record(rows, row, origin)
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
        resource: columns.resource.map(field).unwrap_or_default(),
        place,
    };
    let attributes = || -> CaseAttributes {
        let values = columns.attributes.iter().map(|&(index, number)| (number, field(index)));
        values.filter(|(_, value)| !value.is_empty()).map(|(number, value)| (number, value.into())).collect()
    };
    log.push(&event, attributes);
}
