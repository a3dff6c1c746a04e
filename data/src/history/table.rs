//! Reads the columns of a table from Parquet or CSV.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use model::{Day, Moment, Stamp};
use polars::prelude::*;

use super::column_names::{header, repeated};
use super::columns::{Coded, NO_VALUE, Scheduled, Times};
use super::files::TABLE_ENDINGS;
use super::report::{Example, HistoryIssue, Tally};
use crate::parquet_types::unreadable_column;
use crate::shown_text::{shown, shown_message};

/// The wanted columns of one file.
pub(super) struct Table {
    pub(super) file: String,
    /// The names of all columns as they are written, wanted or not.
    pub(super) header: Vec<String>,
    frame: DataFrame,
    csv: bool,
}

impl Table {
    /// Reads the columns that `wanted` picks of `DIR/STEM.parquet`, `.csv` or `.csv.gz`.
    pub(super) fn read(dir: &Path, stem: &str, wanted: impl Fn(&str) -> bool) -> Result<Self, HistoryIssue> {
        let (file, path, csv) = find(dir, stem)?;
        if let Some((column, found)) = unreadable_column(&path).filter(|_| !csv) {
            let what = format!("column `{}` has type {found}, which cannot be read", shown(&column));
            let remedy = "write it as 64-bit floats or text, or remove it";
            return Err(HistoryIssue::new(&file, what, remedy));
        }
        let header = header(&path, csv);
        // polars renames repeated columns of CSV, but refuses Parquet with them.
        if let Some(problem) = repeated(&file, &header, "keep one of each").filter(|_| !csv) {
            return Err(problem);
        }
        let unreadable = |error: PolarsError| {
            let what = format!("cannot be read: {}", shown_message(&error.to_string()));
            HistoryIssue::new(&file, what, "write it again as Parquet or CSV")
        };
        let columns = columns(&path, csv).map_err(unreadable)?;
        let columns: Vec<PlSmallStr> = columns.into_iter().filter(|name| wanted(name)).collect();
        if columns.is_empty() {
            return Ok(Self { file, header, frame: DataFrame::empty(), csv });
        }
        let frame = read_columns(&path, csv, &columns).map_err(unreadable)?;
        Ok(Self { file, header, frame, csv })
    }

    pub(super) fn rows(&self) -> usize {
        self.frame.height()
    }

    pub(super) fn columns(&self) -> Vec<String> {
        self.frame.get_column_names().iter().map(|name| name.to_string()).collect()
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.frame.schema().contains(column)
    }

    /// A text column without gaps.
    pub(super) fn text(&self, column: &str, problems: &mut Vec<HistoryIssue>) -> Option<Series> {
        let series = self.series(column, problems)?;
        let is_text =
            matches!(series.dtype(), DataType::String | DataType::Categorical(..) | DataType::Enum(..));
        if !is_text {
            let what = format!("column `{column}` has type {}, not text", series.dtype());
            problems.push(HistoryIssue::new(&self.file, what, "write it as a string or dictionary column"));
            return None;
        }
        let series = self.cast(&series, &DataType::String, column, problems)?;
        self.refuse_nulls(&series, column, problems);
        Some(series)
    }

    /// A text column without gaps, coded.
    pub(super) fn codes(&self, column: &str, problems: &mut Vec<HistoryIssue>) -> Option<Coded> {
        self.text(column, problems).as_ref().map(coded)
    }

    /// An attribute: text, a number or true or false; gaps are allowed.
    pub(super) fn attribute(&self, column: &str, problems: &mut Vec<HistoryIssue>) -> Option<Coded> {
        let series = self.series(column, problems)?;
        let is_plain = match series.dtype() {
            DataType::String | DataType::Categorical(..) | DataType::Enum(..) => true,
            DataType::Boolean => true,
            // A column of gaps.
            DataType::Null => true,
            other => other.is_primitive_numeric(),
        };
        if !is_plain {
            let wanted = "text, a number or true or false";
            let what = format!("column `{column}` has type {}, not {wanted}", series.dtype());
            let remedy = format!("write this attribute as {wanted}, or remove it");
            problems.push(HistoryIssue::new(&self.file, what, remedy));
            return None;
        }
        self.cast(&series, &DataType::String, column, problems).as_ref().map(coded)
    }

    /// The column as another type; a failed cast is reported.
    fn cast(
        &self,
        series: &Series,
        to: &DataType,
        column: &str,
        problems: &mut Vec<HistoryIssue>,
    ) -> Option<Series> {
        let cast = series.cast(to);
        cast.map_err(|error| self.unusable(column, &error, problems)).ok()
    }

    fn unusable(&self, column: &str, error: &PolarsError, problems: &mut Vec<HistoryIssue>) {
        let what = format!("column `{column}` cannot be used: {}", shown_message(&error.to_string()));
        problems.push(HistoryIssue::new(&self.file, what, "write the file again"));
    }

    /// The times of `{stem}_at` (timestamps) or `{stem}_on` (dates).
    pub(super) fn times(&self, stem: &str, problems: &mut Vec<HistoryIssue>) -> Option<Times> {
        let (at, on) = (format!("{stem}_at"), format!("{stem}_on"));
        if self.has(&at) && self.has(&on) {
            let what = format!("columns `{on}` and `{at}` both say when");
            let remedy = format!("keep `{on}` (dates) or `{at}` (timestamps)");
            problems.push(HistoryIssue::new(&self.file, what, remedy));
            return None;
        }
        let (column, by_day) = if self.has(&at) { (at.clone(), false) } else { (on.clone(), true) };
        if by_day && !self.has(&on) {
            let what = format!("column `{on}` or `{at}` is missing");
            let remedy = format!("write `{on}` as dates or `{at}` as timestamps (UTC)");
            problems.push(HistoryIssue::new(&self.file, what, remedy));
            return None;
        }
        let series = self.series(&column, problems)?;
        self.refuse_nulls(&series, &column, problems);
        let beyond = "a time in the years 1900 to 2199";
        match (series.dtype(), by_day) {
            (DataType::Date, true) => {
                let days = series.to_physical_repr();
                let days = days.i32().map_err(|error| self.unusable(&column, &error, problems)).ok()?;
                let moments = days.iter().map(|day| {
                    day.map(|day| {
                        Day::from_epoch_days(i64::from(day)).map(Day::end).map_err(|_| day.to_string())
                    })
                });
                self.gathered(moments, &column, by_day, beyond, problems)
            }
            (DataType::Datetime(..), false) => {
                let to = DataType::Datetime(TimeUnit::Microseconds, None);
                let micros = self.cast(&series, &to, &column, problems)?;
                let micros = micros.to_physical_repr();
                let micros = micros.i64().map_err(|error| self.unusable(&column, &error, problems)).ok()?;
                let moments = micros.iter();
                let moments =
                    moments.map(|at| at.map(|at| Moment::from_epoch_micros(at).map_err(|_| at.to_string())));
                self.gathered(moments, &column, by_day, beyond, problems)
            }
            (DataType::String, _) if self.csv => {
                let wanted =
                    if by_day { "a date like 2022-06-30" } else { "a timestamp like 2022-06-30T17:00:00Z" };
                let texts = series.str().map_err(|error| self.unusable(&column, &error, problems)).ok()?;
                let moments = texts.iter().map(|text| text.map(|text| parsed(text, by_day)));
                self.gathered(moments, &column, by_day, wanted, problems)
            }
            (other, _) => {
                let wanted = if by_day { "date32" } else { "a timestamp (UTC)" };
                let what = format!("column `{column}` has type {other}, not {wanted}");
                problems.push(HistoryIssue::new(&self.file, what, format!("write it as {wanted}")));
                None
            }
        }
    }

    /// An optional column of dates or timestamps with gaps; no rows if it is missing.
    pub(super) fn scheduled(&self, column: &str, problems: &mut Vec<HistoryIssue>) -> Scheduled {
        if !self.has(column) {
            return Scheduled::default();
        }
        self.series(column, problems)
            .and_then(|series| self.read_scheduled(&series, column, problems))
            .unwrap_or_default()
    }

    fn read_scheduled(
        &self,
        series: &Series,
        column: &str,
        problems: &mut Vec<HistoryIssue>,
    ) -> Option<Scheduled> {
        let mut scheduled = Scheduled::default();
        let what = format!("column `{column}` has values that are not times in the years 1900 to 2199");
        let mut tally = Tally::new(&self.file, what, "correct them, or leave them empty");
        let mut read = |row: usize, stamp: Result<Stamp, String>| match stamp {
            Ok(stamp) => scheduled.push(row as u32, stamp),
            Err(text) => tally.add(Example::Value(row, &text)),
        };
        match series.dtype() {
            // A column of gaps.
            DataType::Null => {}
            DataType::Date => {
                let days = series.to_physical_repr();
                let days = days.i32().map_err(|error| self.unusable(column, &error, problems)).ok()?;
                for (row, day) in days.iter().enumerate().filter_map(|(row, day)| Some((row, day?))) {
                    let stamp = Day::from_epoch_days(i64::from(day)).map(Stamp::Day);
                    read(row, stamp.map_err(|_| day.to_string()));
                }
            }
            DataType::Datetime(..) => {
                let to = DataType::Datetime(TimeUnit::Microseconds, None);
                let micros = self.cast(series, &to, column, problems)?.to_physical_repr().into_owned();
                let micros = micros.i64().map_err(|error| self.unusable(column, &error, problems)).ok()?;
                for (row, at) in micros.iter().enumerate().filter_map(|(row, at)| Some((row, at?))) {
                    let stamp = Moment::from_epoch_micros(at).map(Stamp::Moment);
                    read(row, stamp.map_err(|_| at.to_string()));
                }
            }
            DataType::String if self.csv => {
                let texts = series.str().map_err(|error| self.unusable(column, &error, problems)).ok()?;
                for (row, text) in texts.iter().enumerate().filter_map(|(row, text)| Some((row, text?))) {
                    read(row, Stamp::parse(text).map_err(|_| text.to_owned()));
                }
            }
            other => {
                let what = format!("column `{column}` has type {other}, not date32 or a timestamp (UTC)");
                let remedy =
                    "write it as date32 or a timestamp (UTC), with gaps where there is no appointment";
                problems.push(HistoryIssue::new(&self.file, what, remedy));
                return None;
            }
        }
        tally.into(problems);
        Some(scheduled)
    }

    /// The times of a column. Gaps were reported before; values that are not times are reported here.
    fn gathered(
        &self,
        column: impl Iterator<Item = Option<Result<Moment, String>>>,
        name: &str,
        by_day: bool,
        wanted: &str,
        problems: &mut Vec<HistoryIssue>,
    ) -> Option<Times> {
        // Fills gaps; 1970 is always a valid day.
        let nothing = Day::from_epoch_days(0).ok()?.end();
        let what = format!("column `{name}` has values that are not {wanted}");
        let mut tally = Tally::new(&self.file, what, "correct them");
        let mut times = Times::new(by_day);
        for (row, moment) in column.enumerate() {
            let read = match moment {
                Some(Ok(moment)) => Some(moment),
                Some(Err(text)) => {
                    tally.add(Example::Value(row, &text));
                    None
                }
                None => None,
            };
            times.push(read, nothing);
        }
        tally.into(problems);
        Some(times)
    }

    fn series(&self, column: &str, problems: &mut Vec<HistoryIssue>) -> Option<Series> {
        match self.frame.column(column) {
            Ok(found) => Some(found.as_materialized_series().clone()),
            Err(_) => {
                let what = format!("column `{column}` is missing");
                problems.push(HistoryIssue::new(&self.file, what, format!("add `{column}`")));
                None
            }
        }
    }

    fn refuse_nulls(&self, series: &Series, column: &str, problems: &mut Vec<HistoryIssue>) {
        if series.null_count() == 0 {
            return;
        }
        let mut tally =
            Tally::new(&self.file, format!("column `{column}` has gaps"), "fill them or remove those rows");
        for (row, missing) in series.is_null().iter().enumerate() {
            if missing == Some(true) {
                tally.add(Example::Row(row));
            }
        }
        tally.into(problems);
    }
}

/// A date or timestamp as CSV writes it, or the text.
fn parsed(text: &str, by_day: bool) -> Result<Moment, String> {
    match Stamp::parse(text) {
        Ok(Stamp::Day(day)) if by_day => Ok(day.end()),
        Ok(Stamp::Moment(moment)) if !by_day => Ok(moment),
        _ => Err(text.to_owned()),
    }
}

fn coded(series: &Series) -> Coded {
    let mut coded = Coded { values: Vec::new(), codes: Vec::with_capacity(series.len()) };
    let Ok(texts) = series.str() else { return coded };
    let mut known: HashMap<&str, u32> = HashMap::new();
    // Neighbouring rows mostly have the same form and office.
    let mut last: (Option<&str>, u32) = (None, NO_VALUE);
    for text in texts.iter() {
        let code = match text {
            _ if text == last.0 => last.1,
            None => NO_VALUE,
            Some(text) => *known.entry(text).or_insert_with(|| {
                coded.values.push(text.to_owned());
                (coded.values.len() - 1) as u32
            }),
        };
        last = (text, code);
        coded.codes.push(code);
    }
    coded
}

/// The only file of a table: its name, its path, and whether it is CSV.
fn find(dir: &Path, stem: &str) -> Result<(String, PathBuf, bool), HistoryIssue> {
    let files = TABLE_ENDINGS.map(|(ending, csv)| (format!("{stem}.{ending}"), csv));
    let mut found = files.iter().filter(|(file, _)| dir.join(file).is_file());
    let [first, second] = [found.next(), found.next()];
    match (first, second) {
        (Some((file, csv)), None) => Ok((file.clone(), dir.join(file), *csv)),
        // Nothing says which of them is current.
        (Some((file, _)), Some((other, _))) => {
            let what = format!("stands beside {other}, and each could be the table");
            let remedy = format!("remove {other}, or remove {file} if {other} is the newer one");
            Err(HistoryIssue::new(file, what, remedy))
        }
        (None, _) => {
            let what = format!("is missing in {}", dir.display());
            let remedy = format!("write {stem}.parquet, {stem}.csv or {stem}.csv.gz");
            Err(HistoryIssue::new(&files[0].0, what, remedy))
        }
    }
}

/// The names of the columns of a file.
fn columns(path: &Path, csv: bool) -> PolarsResult<Vec<PlSmallStr>> {
    if csv {
        let none = csv_options().with_n_rows(Some(0)).try_into_reader_with_file_path(Some(path.to_owned()));
        return Ok(none?.finish()?.get_column_names_owned());
    }
    let schema = ParquetReader::new(File::open(path)?).schema()?;
    Ok(schema.iter_names().cloned().collect())
}

fn read_columns(path: &Path, csv: bool, columns: &[PlSmallStr]) -> PolarsResult<DataFrame> {
    if csv {
        let options = csv_options().with_columns(Some(columns.into()));
        return options.try_into_reader_with_file_path(Some(path.to_owned()))?.finish();
    }
    let columns = columns.iter().map(ToString::to_string).collect();
    ParquetReader::new(File::open(path)?).with_columns(Some(columns)).finish()
}

/// Every value as text: a case id that looks like a number must not become one.
fn csv_options() -> CsvReadOptions {
    CsvReadOptions::default().with_has_header(true).with_infer_schema_length(Some(0))
}
