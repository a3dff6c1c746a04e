//! The columns of Parquet files: their names, and the types that make polars panic, used or not.

use std::fs::File;
use std::path::Path;

use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};

/// The first column of a file that polars cannot read, with its type. `None` also for a file that is not Parquet: its reader
/// says what is wrong.
pub(crate) fn unreadable_column(path: &Path) -> Option<(String, String)> {
    let metadata = metadata(path)?;
    let mut fields = metadata.schema().fields().iter();
    let found = fields.find(|field| is_unreadable(field.data_type()))?;
    Some((found.name().clone(), found.data_type().to_string()))
}

/// The names of the columns of a file, in its order; empty for a file that is not Parquet.
pub(crate) fn column_names(path: &Path) -> Vec<String> {
    let metadata = metadata(path);
    let fields = metadata.iter().flat_map(|metadata| metadata.schema().fields());
    fields.map(|field| field.name().clone()).collect()
}

fn metadata(path: &Path) -> Option<ArrowReaderMetadata> {
    let file = File::open(path).ok()?;
    ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).ok()
}

fn is_unreadable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Float16
        | DataType::Struct(_) => true,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => is_unreadable(item.data_type()),
        DataType::Dictionary(_, value) => is_unreadable(value),
        _ => false,
    }
}
