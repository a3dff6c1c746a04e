//! Which queries are refused, and what the refusal says.

use std::error::Error;
use std::fs;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
use data::estimates::{Queries, QueryError};
use tempfile::TempDir;

use crate::folder::parquet;

/// The second row is wrong in one column.
fn refused(changed: (&str, ArrayRef)) -> QueryError {
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("case_id", Arc::new(StringArray::from(vec!["a", "b"]))),
        ("as_of", Arc::new(Date32Array::from(vec![19_000, 19_001]))),
        ("actions_seen", Arc::new(Int64Array::from(vec![Some(1), None]))),
    ];
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("queries.parquet");
    fs::write(&path, parquet(&columns)).unwrap();
    assert_eq!(Queries::read(&path).unwrap().case_ids, ["a", "b"]);
    columns.retain(|(name, _)| *name != changed.0);
    columns.push(changed);
    fs::write(&path, parquet(&columns)).unwrap();
    Queries::read(&path).unwrap_err()
}

#[test]
fn a_refused_row_of_queries_names_its_value_and_the_remedy() {
    let years = "write a time in the years 1900 to 2199, or remove the row";
    let count = "write how many of the case's actions count: 0, 1, 2 and so on, or a gap for all of them";
    let table: [(&str, ArrayRef, &str, &str); 7] = [
        (
            "case_id",
            Arc::new(StringArray::from(vec![Some("a"), None])),
            "`case_id` is a gap",
            "write the id of the case, or remove the row",
        ),
        ("as_of", Arc::new(Date32Array::from(vec![Some(19_000), None])), "`as_of` is a gap", years),
        ("as_of", Arc::new(Date32Array::from(vec![0, 84_006])), "`as_of` is 84006 (days since 1970)", years),
        (
            "as_of",
            Arc::new(TimestampMillisecondArray::from(vec![0, 9_000_000_000_000])),
            "`as_of` is 9000000000000 (milliseconds since 1970)",
            years,
        ),
        ("actions_seen", Arc::new(Int64Array::from(vec![1, -3])), "`actions_seen` is -3", count),
        ("actions_seen", Arc::new(Float64Array::from(vec![1.0, 1.5])), "`actions_seen` is 1.5", count),
        ("actions_seen", Arc::new(Float64Array::from(vec![f64::NAN, -1.0])), "`actions_seen` is -1", count),
    ];
    for (column, values, what, remedy) in table {
        let error = refused((column, values)).to_string();
        assert!(error.ends_with(&format!("queries.parquet, row 2: {what}; {remedy}")), "{error}");
    }
}

#[test]
fn a_column_of_queries_of_another_type_is_named() {
    let error = refused(("case_id", Arc::new(Int64Array::from(vec![1, 2]))));
    let text = error.to_string();
    assert!(text.contains("need a column `case_id` of type string, but it has type i64"), "{text}");
    assert!(error.source().is_none(), "the text says all");
}
