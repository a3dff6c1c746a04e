//! CSV logs: a header, then one event in each row.

use std::mem;

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::ReadOptions;
use super::error::{EventLogError, Place, ProblemKind, listed};
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::source::{Bounded, Origin, Source};

const ATTRIBUTE: &str = "case_";

/// Where the columns are.
struct Columns {
    count: usize,
    case: usize,
    activity: usize,
    time: usize,
    /// Position in the row and number of the attribute.
    attributes: Vec<(usize, usize)>,
}

pub(super) fn read(source: Source, options: &ReadOptions, log: &mut LogBuilder) -> Result<(), EventLogError> {
    let Source { bytes, origin, .. } = source;
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut row = ByteRecord::new();
    if !next(&mut rows, &mut row, &origin)? {
        return Err(EventLogError::Empty { path: origin.path });
    }
    let header = StringRecord::from_byte_record(mem::take(&mut row))
        .map_err(|_| EventLogError::NotUtf8 { path: origin.path.clone(), place: Place::Line(1) })?;
    let columns = Columns::of(&header, options, &origin, log)?;
    while next(&mut rows, &mut row, &origin)? {
        let line = row.position().map_or(0, ::csv::Position::line);
        match StringRecord::from_byte_record(mem::take(&mut row)) {
            Ok(text) => {
                columns.event(&text, line, log);
                row = text.into_byte_record();
            }
            Err(error) => {
                let field = error.utf8_error().field();
                row = error.into_byte_record();
                let value = String::from_utf8_lossy(row.get(field).unwrap_or_default());
                log.refuse(ProblemKind::NotUtf8, line, &value);
            }
        }
    }
    Ok(())
}

fn next(rows: &mut Reader<Bounded>, row: &mut ByteRecord, origin: &Origin) -> Result<bool, EventLogError> {
    rows.get_mut().next_row();
    let line = rows.position().line();
    rows.read_byte_record(row).map_err(|error| {
        let detail = error.to_string();
        match error.into_kind() {
            ErrorKind::Io(error) => origin.failed(&error, Place::Line(line)),
            _ => EventLogError::Unreadable { path: origin.path.clone(), detail },
        }
    })
}

impl Columns {
    fn of(
        header: &StringRecord,
        options: &ReadOptions,
        origin: &Origin,
        log: &mut LogBuilder,
    ) -> Result<Self, EventLogError> {
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let wanted = [&options.case_id, &options.activity, &options.timestamp].map(|name| name.trim());
        let missing: Vec<&str> = wanted.into_iter().filter(|name| !names.contains(name)).collect();
        if !missing.is_empty() {
            let (path, there) = (origin.path.clone(), listed(names.iter().copied()));
            return Err(EventLogError::MissingColumn { path, missing: listed(missing), there });
        }
        let used = |name: &str| wanted.contains(&name) || name.starts_with(ATTRIBUTE);
        let [mut case, mut activity, mut time] = [0; 3];
        let mut attributes = Vec::new();
        for (index, &name) in names.iter().enumerate() {
            if used(name) && names[..index].contains(&name) {
                return Err(EventLogError::ColumnTwice {
                    path: origin.path.clone(),
                    column: name.to_owned(),
                });
            }
            for (position, wanted) in [&mut case, &mut activity, &mut time].into_iter().zip(wanted) {
                if name == wanted {
                    *position = index;
                }
            }
            if name.starts_with(ATTRIBUTE) && !wanted.contains(&name) {
                attributes.extend(log.attribute(name)?.map(|number| (index, number)));
            }
        }
        Ok(Self { count: names.len(), case, activity, time, attributes })
    }

    fn event(&self, row: &StringRecord, line: u64, log: &mut LogBuilder) {
        if row.len() != self.count {
            let value = format!("{} fields, not {}", row.len(), self.count);
            return log.refuse(ProblemKind::Fields, line, &value);
        }
        let field = |index: usize| row.get(index).unwrap_or_default();
        let event = RawEvent {
            case: field(self.case),
            activity: field(self.activity),
            time: field(self.time),
            place: line,
        };
        let attributes = || -> CaseAttributes {
            let values = self.attributes.iter().map(|&(index, number)| (number, field(index)));
            values
                .filter(|(_, value)| !value.is_empty())
                .map(|(number, value)| (number, value.into()))
                .collect()
        };
        log.push(&event, attributes);
    }
}
