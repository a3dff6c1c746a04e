//! Parquet tables that the program reads and writes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, Date32Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

/// All rows of a table, as one batch.
pub fn table_of(file: &Path) -> RecordBatch {
    let file = fs::File::open(file).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    reader.with_batch_size(1 << 16).build().unwrap().next().unwrap().unwrap()
}

pub fn rows_of(file: &Path) -> usize {
    table_of(file).num_rows()
}

/// A text column, with nulls as empty texts.
pub fn texts<'a>(table: &'a RecordBatch, column: &str) -> Vec<&'a str> {
    let column = table.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(Option::unwrap_or_default).collect()
}

pub fn write_table(file: &Path, columns: &[(&str, ArrayRef)]) {
    let batch = RecordBatch::try_from_iter(columns.to_vec()).unwrap();
    let file = fs::File::create(file).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// A query about a case on the day of the models that these tests train.
pub fn write_queries_about(file: &Path, case: &str) {
    let day = model::Day::parse("2022-06-15").unwrap().since(model::Day::parse("1970-01-01").unwrap());
    let columns: [(&str, ArrayRef); 2] = [
        ("case_id", Arc::new(StringArray::from(vec![case]))),
        ("as_of", Arc::new(Date32Array::from(vec![day]))),
    ];
    write_table(file, &columns);
}

/// Two queries about the last case, one of them with only its first action seen.
pub fn write_queries(file: &Path, seconds: i64) {
    let columns: [(&str, ArrayRef); 3] = [
        ("case_id", Arc::new(StringArray::from(vec!["k199", "k199"]))),
        (
            "as_of",
            Arc::new(TimestampMicrosecondArray::from(vec![seconds * 1_000_000, seconds * 1_000_000 + 1])),
        ),
        ("actions_seen", Arc::new(Int32Array::from(vec![Some(1), None]))),
    ];
    write_table(file, &columns);
}
