//! Writes estimates of a backtest as Parquet, with what came after them: one row per case, origin, target and candidate.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Float32Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use model::{AsOf, LEVELS, Quantiles, Target};

use super::table_file::{TableFile, WriteError};

/// Rows that are written together.
const BATCH_ROWS: usize = 1 << 16;
/// The text columns. The last two may be empty.
const TEXTS: [&str; 9] =
    ["case_id", "form", "as_of", "candidate", "target", "state", "queue", "said_step", "came_step"];
/// The columns of single numbers.
const NUMBERS: [&str; 8] = [
    "waited_days",
    "in_state_days",
    "days",
    "crps_days",
    "crps_integral_days",
    "pit_low",
    "pit_high",
    "said_probability",
];

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct ScoredCase<'a> {
    /// The case.
    pub case_id: &'a str,
    /// Its form.
    pub form: &'a str,
    /// The as-of time of the training and of the estimate.
    pub as_of: AsOf,
    /// The model or baseline.
    pub candidate: &'a str,
    /// The time that was estimated.
    pub target: Target,
    /// The state that the case was in.
    pub state: &'a str,
    /// Its queue: the values of the queue attributes.
    pub queue: &'a str,
    /// Days since its receipt.
    pub waited_days: f64,
    /// Days since it entered its state.
    pub in_state_days: f64,
    /// Quantiles of the remaining time.
    pub quantiles: &'a Quantiles,
    /// Days to the event or, without one, to the end of the history.
    pub days: f64,
    /// Whether the event came by then.
    pub event: bool,
    /// CRPS over 19 levels, in days.
    pub crps_days: f64,
    /// CRPS as the integral over time, in days.
    pub crps_integral_days: f64,
    /// Where in its distribution the outcome fell: from where to where.
    pub pit: [f64; 2],
    /// The next step that was said.
    pub said_step: Option<&'a str>,
    /// Its probability.
    pub said_probability: Option<f64>,
    /// The next step that came.
    pub came_step: Option<&'a str>,
}

/// Writes scored cases to a file that appears when it is complete.
pub struct ScoredCaseWriter {
    file: TableFile,
    texts: [StringBuilder; TEXTS.len()],
    event: BooleanBuilder,
    numbers: Vec<Float32Builder>,
    rows: usize,
}

impl ScoredCaseWriter {
    /// Begins a table.
    ///
    /// # Errors
    /// [`WriteError`] if the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let file = TableFile::create(path, schema(), |properties| {
            properties.set_max_row_group_row_count(Some(1 << 20))
        })?;
        Ok(Self {
            file,
            texts: Default::default(),
            event: BooleanBuilder::new(),
            numbers: (0..NUMBERS.len() + LEVELS.len()).map(|_| Float32Builder::new()).collect(),
            rows: 0,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`WriteError`] if the rows so far cannot be written.
    pub fn push(&mut self, row: &ScoredCase<'_>) -> Result<(), WriteError> {
        let as_of = row.as_of.to_string();
        let texts = [
            Some(row.case_id),
            Some(row.form),
            Some(as_of.as_str()),
            Some(row.candidate),
            Some(row.target.as_str()),
            Some(row.state),
            Some(row.queue),
            row.said_step,
            row.came_step,
        ];
        self.texts.iter_mut().zip(texts).for_each(|(column, text)| column.append_option(text));
        self.event.append_value(row.event);
        let numbers = [
            Some(row.waited_days),
            Some(row.in_state_days),
            Some(row.days),
            Some(row.crps_days),
            Some(row.crps_integral_days),
            Some(row.pit[0]),
            Some(row.pit[1]),
            row.said_probability,
        ];
        let numbers = numbers.map(|number| number.map(|number| number as f32));
        let numbers = numbers.into_iter().chain(row.quantiles.days().iter().copied().map(Some));
        self.numbers.iter_mut().zip(numbers).for_each(|(column, number)| column.append_option(number));
        self.rows += 1;
        if self.rows == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.rows = 0;
        let mut arrays: Vec<ArrayRef> =
            self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        arrays.push(Arc::new(self.event.finish()));
        arrays.extend(self.numbers.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        self.file.write(arrays)
    }

    /// Completes the table and puts the file in its place.
    ///
    /// # Errors
    /// [`WriteError`] if the rest cannot be written.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.flush()?;
        self.file.finish()
    }
}

fn schema() -> Schema {
    let text = |name: &&str| Field::new(*name, DataType::Utf8, name.ends_with("_step"));
    let number = |name: &&str| Field::new(*name, DataType::Float32, *name == "said_probability");
    let mut fields: Vec<Field> = TEXTS.iter().map(text).collect();
    fields.push(Field::new("event", DataType::Boolean, false));
    fields.extend(NUMBERS.iter().map(number));
    let quantile = |index| Field::new(format!("q{:02}", 5 * (index + 1)), DataType::Float32, false);
    fields.extend((0..LEVELS.len()).map(quantile));
    Schema::new(fields)
}
