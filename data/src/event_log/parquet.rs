//! Parquet logs: one event in each row, with columns of text, numbers, dates or timestamps.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::errors::ParquetError;
use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::columns::{Columns, is_attribute};
use super::diagnostics::shown;
use super::error::{EventLogError, LogPosition};
use super::known_columns::{ColumnRole, role_of};
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::note::LogNote;
use super::options::ReadOptions;
use super::source::Origin;

/// How a number that is missing is written as text.
const NOT_A_NUMBER: &str = "NaN";
/// Rows that are in memory at once.
const BATCH_ROWS: usize = 4_096;

pub(super) fn read(
    path: &Path,
    origin: &Origin,
    options: &ReadOptions,
    log: &mut LogBuilder,
) -> Result<(), EventLogError> {
    let unreadable = |source: ParquetError| EventLogError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(|error| origin.failed(error, LogPosition::Row(1)))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
    let schema = reader.schema().clone();
    let columns = find_columns(&schema, options, origin, log)?;
    // The reader keeps the order of the file, so a column is found by its rank among those that are read.
    let mut read: Vec<usize> = columns.indices().collect();
    read.sort_unstable();
    let mask = ProjectionMask::roots(reader.parquet_schema(), read.iter().copied());
    let batches = reader.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(unreadable)?;
    let mut row = 0;
    for batch in batches {
        let batch = batch.map_err(|error| unreadable(error.into()))?;
        let texts = Batch { columns: &columns, read: &read, schema: &schema, first_row: row };
        texts.push(&batch, path, log)?;
        row += batch.num_rows() as u64;
    }
    Ok(())
}

/// Finds the columns, and refuses or leaves out those whose values are not plain.
fn find_columns(
    schema: &Schema,
    options: &ReadOptions,
    origin: &Origin,
    log: &mut LogBuilder,
) -> Result<Columns, EventLogError> {
    let is_plain = |index: usize| !schema.field(index).data_type().is_nested();
    let mut headers: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    for (index, header) in headers.iter_mut().enumerate() {
        let role = role_of(header).map(|column| column.role);
        let is_unneeded = match role {
            None => is_attribute(header),
            Some(role) => role == ColumnRole::Resource && options.resource_column.is_none(),
        };
        if !is_plain(index) && is_unneeded {
            log.note(LogNote::NestedColumn { column: (*header).to_owned() });
            *header = "";
        }
    }
    let columns = Columns::find(&headers, options, origin, log)?;
    let nested = columns.indices().find(|index| !is_plain(*index));
    match nested {
        Some(index) => {
            let kind = schema.field(index).data_type();
            let source = ArrowError::CastError(format!("the column has the type {kind}"));
            let column = shown(headers[index]);
            Err(EventLogError::ColumnType { path: origin.path.clone(), column, source })
        }
        None => Ok(columns),
    }
}

/// Where the rows of a batch belong.
struct Batch<'a> {
    columns: &'a Columns,
    /// Indices of the columns that are read, ascending.
    read: &'a [usize],
    schema: &'a Schema,
    /// Rows before the batch.
    first_row: u64,
}

impl Batch<'_> {
    fn push(&self, batch: &RecordBatch, path: &Path, log: &mut LogBuilder) -> Result<(), EventLogError> {
        let plain: Vec<ArrayRef> = self
            .read
            .iter()
            .zip(batch.columns())
            .map(|(index, column)| plain(column).map_err(|error| self.unreadable(*index, path, error)))
            .collect::<Result<_, _>>()?;
        let format = FormatOptions::default();
        let formatters: Vec<ArrayFormatter<'_>> = self
            .read
            .iter()
            .zip(&plain)
            .map(|(index, column)| {
                ArrayFormatter::try_new(column.as_ref(), &format)
                    .map_err(|error| self.unreadable(*index, path, error))
            })
            .collect::<Result<_, _>>()?;
        let mut texts = vec![String::new(); self.read.len()];
        for row in 0..batch.num_rows() {
            let cells = texts.iter_mut().zip(&formatters).zip(&plain).zip(self.read);
            for (((text, formatter), column), index) in cells {
                text.clear();
                write!(text, "{}", formatter.value(row)).map_err(|_| {
                    let error = ArrowError::CastError("a value has no text".to_owned());
                    self.unreadable(*index, path, error)
                })?;
                // pandas writes a missing number as NaN.
                if text.as_str() == NOT_A_NUMBER && column.data_type().is_floating() {
                    text.clear();
                }
            }
            self.push_row(&texts, LogPosition::Row(self.first_row + row as u64 + 1), log);
        }
        Ok(())
    }

    fn push_row(&self, texts: &[String], place: LogPosition, log: &mut LogBuilder) {
        let field = |index: usize| {
            let rank = self.read.binary_search(&index).ok();
            rank.and_then(|rank| texts.get(rank)).map(String::as_str).unwrap_or_default()
        };
        let event = RawEvent {
            case: field(self.columns.case),
            activity: field(self.columns.activity),
            time: field(self.columns.time),
            transition: self.columns.lifecycle.map(field),
            sorting: self.columns.sorting.map(field).unwrap_or_default(),
            resource: self.columns.resource.map(field).unwrap_or_default(),
            place,
        };
        let attributes = || -> CaseAttributes {
            let values = self.columns.attributes.iter().map(|&(index, number)| (number, field(index)));
            values
                .filter(|(_, value)| !value.is_empty())
                .map(|(number, value)| (number, value.into()))
                .collect()
        };
        log.push(&event, attributes);
    }

    fn unreadable(&self, index: usize, path: &Path, source: ArrowError) -> EventLogError {
        let column = shown(self.schema.field(index).name());
        EventLogError::ColumnType { path: path.to_owned(), column, source }
    }
}

/// A column in a type whose text is the one that a CSV file would have.
fn plain(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        // Names of time zones need a database of them. The moment itself does not depend on the zone.
        DataType::Timestamp(_, Some(_)) => {
            cast(column, &DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())))
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => cast(column, &DataType::Utf8),
        DataType::Dictionary(_, values) => plain(&cast(column, values)?),
        _ => Ok(column.clone()),
    }
}
