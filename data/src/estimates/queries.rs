//! Queries: cases with as-of times.

use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

use model::{AsOf, Day, Moment, Stamp};
use polars::prelude::*;
use thiserror::Error;

use super::writer::AsOfType;
use crate::parquet_types::unreadable_column;
use crate::shown_text::shown;

const COUNT_REMEDY: &str =
    "write how many of the case's actions count: 0, 1, 2 and so on, or a gap for all of them";

/// What is wrong with a file of queries.
#[derive(Debug, Error)]
pub enum QueryError {
    /// Not a Parquet file that can be read.
    #[error("the queries in {} cannot be read; write them as Parquet", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the reader.
        #[source]
        error: PolarsError,
    },
    /// A column is missing or has another type.
    #[error("the queries in {} need a column `{column}` of type {wanted}, but it {found}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// The values of a column cannot be converted.
    #[error("the queries in {} have a column `{column}` that cannot be read; write it as {wanted}", path.display())]
    Values {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// The error of the reader.
        #[source]
        error: PolarsError,
    },
    /// A column, needed or not, has a type that cannot be read.
    #[error(
        "the queries in {} have a column `{column}` of type {found}, which cannot be read; write it as 64-bit floats or text, or remove it", path.display()
    )]
    Type {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What it is.
        found: String,
    },
    /// A row has a gap, a time outside the calendar, or a count that is not valid.
    #[error("the queries in {}, row {row}: {what}; {remedy}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The row, from 1.
        row: usize,
        /// What is wrong with it, with the value.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
}

/// Queries: a case, an as-of time, and optionally how many of its actions count.
#[derive(Debug)]
pub struct Queries {
    /// The type of the column of as-of times. Estimates are written with the same type.
    pub as_of_type: AsOfType,
    /// Case ids.
    pub case_ids: Vec<String>,
    /// As-of times.
    pub as_of: Vec<AsOf>,
    /// The as-of times as numbers of the column, which may be finer than an as-of time.
    pub as_of_numbers: Vec<i64>,
    /// How many of the case's actions count.
    pub actions_seen: Vec<Option<usize>>,
}

struct Reader<'a> {
    path: &'a Path,
    frame: DataFrame,
}

impl Queries {
    /// Reads queries from a Parquet file.
    ///
    /// # Errors
    /// [`QueryError`] with the file, the column or row, and what to do.
    pub fn read(path: &Path) -> Result<Self, QueryError> {
        if let Some((column, found)) = unreadable_column(path) {
            return Err(QueryError::Type { path: path.to_owned(), column: shown(&column), found });
        }
        let unreadable = |error| QueryError::Unreadable { path: path.to_owned(), error };
        let file = File::open(path).map_err(|error| unreadable(error.into()))?;
        let frame = ParquetReader::new(file).finish().map_err(unreadable)?;
        let reader = Reader { path, frame };
        let case_ids = reader.case_ids()?;
        let (as_of_type, as_of_numbers, as_of) = reader.as_of()?;
        Ok(Self { as_of_type, case_ids, as_of, as_of_numbers, actions_seen: reader.actions_seen()? })
    }
}

impl Reader<'_> {
    fn column(&self, column: &'static str, wanted: &'static str) -> Result<&Series, QueryError> {
        let missing = |_| self.wrong(column, wanted, "is missing".to_owned());
        self.frame.column(column).map(Column::as_materialized_series).map_err(missing)
    }

    fn wrong(&self, column: &'static str, wanted: &'static str, found: String) -> QueryError {
        QueryError::Column { path: self.path.to_owned(), column, wanted, found }
    }

    fn values(&self, column: &'static str, wanted: &'static str) -> impl Fn(PolarsError) -> QueryError {
        let path = self.path.to_owned();
        move |error| QueryError::Values { path: path.clone(), column, wanted, error }
    }

    fn row(&self, row: usize, what: impl Into<String>, remedy: &'static str) -> QueryError {
        QueryError::Row { path: self.path.to_owned(), row: row + 1, what: what.into(), remedy }
    }

    fn case_ids(&self) -> Result<Vec<String>, QueryError> {
        let wanted = "string";
        let series = self.column("case_id", wanted)?;
        let text = match series.dtype() {
            DataType::String | DataType::Categorical(..) | DataType::Enum(..) => {
                series.cast(&DataType::String)
            }
            other => return Err(self.wrong("case_id", wanted, format!("has type {other}"))),
        };
        let text = text.map_err(self.values("case_id", wanted))?;
        let text = text.str().map_err(self.values("case_id", wanted))?;
        let gap = |row| self.row(row, "`case_id` is a gap", "write the id of the case, or remove the row");
        let with_rows = text.iter().enumerate();
        with_rows.map(|(row, id)| id.map(str::to_owned).ok_or_else(|| gap(row))).collect()
    }

    fn as_of(&self) -> Result<(AsOfType, Vec<i64>, Vec<AsOf>), QueryError> {
        let wanted = "date or timestamp";
        let series = self.column("as_of", wanted)?;
        let by_day = series.dtype() == &DataType::Date;
        // A number of the column times `micros` divided by `per_micro` is microseconds.
        let (as_of_type, unit, micros, per_micro) = match series.dtype() {
            DataType::Date => (AsOfType::days(), "days", 1, 1),
            DataType::Datetime(unit, zone) => {
                let zone = zone.as_ref().map(|zone| zone.as_str());
                match unit {
                    TimeUnit::Milliseconds => (AsOfType::millis(zone), "milliseconds", 1_000, 1),
                    TimeUnit::Microseconds => (AsOfType::micros(zone), "microseconds", 1, 1),
                    TimeUnit::Nanoseconds => (AsOfType::nanos(zone), "nanoseconds", 1, 1_000),
                }
            }
            other => return Err(self.wrong("as_of", wanted, format!("has type {other}"))),
        };
        let numbers = series.to_physical_repr().cast(&DataType::Int64);
        let numbers = numbers.map_err(self.values("as_of", wanted))?;
        let numbers = numbers.i64().map_err(self.values("as_of", wanted))?;
        let remedy = "write a time in the years 1900 to 2199, or remove the row";
        let (mut asked, mut as_of) = (Vec::new(), Vec::new());
        for (row, number) in numbers.iter().enumerate() {
            let number = number.ok_or_else(|| self.row(row, "`as_of` is a gap", remedy))?;
            let stamp = if by_day {
                Day::from_epoch_days(number).map(Stamp::Day)
            } else {
                let micros = number.saturating_mul(micros).div_euclid(per_micro);
                Moment::from_epoch_micros(micros).map(Stamp::Moment)
            };
            let stamp = stamp
                .map_err(|_| self.row(row, format!("`as_of` is {number} ({unit} since 1970)"), remedy))?;
            asked.push(number);
            as_of.push(AsOf::new(stamp));
        }
        Ok((as_of_type, asked, as_of))
    }

    fn actions_seen(&self) -> Result<Vec<Option<usize>>, QueryError> {
        let wanted = "whole number";
        if !self.frame.schema().contains("actions_seen") {
            return Ok(vec![None; self.frame.height()]);
        }
        let series = self.column("actions_seen", wanted)?;
        match series.dtype() {
            // A column of gaps.
            DataType::Null => return Ok(vec![None; self.frame.height()]),
            dtype if dtype.is_float() => return self.whole_numbers(series),
            dtype if dtype.is_integer() => {}
            other => return Err(self.wrong("actions_seen", wanted, format!("has type {other}"))),
        }
        let counts = series.cast(&DataType::Int64);
        let counts = counts.map_err(self.values("actions_seen", wanted))?;
        let counts = counts.i64().map_err(self.values("actions_seen", wanted))?;
        let count = |(row, count): (usize, Option<i64>)| {
            let Some(count) = count else { return Ok(None) };
            usize::try_from(count).map(Some).map_err(|_| self.bad_count(row, count))
        };
        counts.iter().enumerate().map(count).collect()
    }

    fn bad_count(&self, row: usize, count: impl Display) -> QueryError {
        self.row(row, format!("`actions_seen` is {count}"), COUNT_REMEDY)
    }

    /// Counts written as floats, as by programs without integer gaps; NaN is a gap.
    fn whole_numbers(&self, series: &Series) -> Result<Vec<Option<usize>>, QueryError> {
        let wrong = self.values("actions_seen", "whole number");
        let counts = series.cast(&DataType::Float64).map_err(&wrong)?;
        let counts = counts.f64().map_err(&wrong)?;
        let count = |(row, count): (usize, Option<f64>)| match count.filter(|count| !count.is_nan()) {
            None => Ok(None),
            Some(count) if count < 0.0 || count.fract() != 0.0 => Err(self.bad_count(row, count)),
            Some(count) => Ok(Some(count as usize)),
        };
        counts.iter().enumerate().map(count).collect()
    }
}
