//! Writes estimates as Parquet: one row per case or query.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Array, Float32Builder, Int64Array, Int64Builder, StringBuilder,
};
use arrow::datatypes::{
    DataType, Field, Schema, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType,
};
use model::{AsOf, Quantiles, Stamp};

use super::basis::StatedBasis;
use super::table_file::{TableFile, WriteError};

/// Rows that are written together.
const BATCH_ROWS: usize = 1 << 16;

/// The unit of a column of as-of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AsOfUnit {
    Days,
    Millis,
    Micros,
    Nanos,
}

/// The type of a column of as-of times. Estimates have the type of their queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOfType {
    unit: AsOfUnit,
    /// The time zone that a timestamp is shown in. It is counted in UTC with or without one.
    zone: Option<Arc<str>>,
}

impl AsOfType {
    /// The type for one time: days, or microseconds in UTC.
    #[must_use]
    pub fn of(as_of: AsOf) -> Self {
        match as_of.stamp() {
            Stamp::Day(_) => Self::days(),
            Stamp::Moment(_) => Self::micros(Some("UTC")),
        }
    }

    pub(super) fn days() -> Self {
        Self { unit: AsOfUnit::Days, zone: None }
    }

    pub(super) fn millis(zone: Option<&str>) -> Self {
        Self { unit: AsOfUnit::Millis, zone: zone.map(Arc::from) }
    }

    pub(super) fn micros(zone: Option<&str>) -> Self {
        Self { unit: AsOfUnit::Micros, zone: zone.map(Arc::from) }
    }

    pub(super) fn nanos(zone: Option<&str>) -> Self {
        Self { unit: AsOfUnit::Nanos, zone: zone.map(Arc::from) }
    }

    /// The number that stands for a time in a column of this type.
    #[must_use]
    pub fn number(&self, as_of: AsOf) -> i64 {
        match self.unit {
            AsOfUnit::Days => i64::from(as_of.day().epoch_days()),
            AsOfUnit::Millis => as_of.moment().epoch_micros() / 1_000,
            AsOfUnit::Micros => as_of.moment().epoch_micros(),
            AsOfUnit::Nanos => as_of.moment().epoch_micros().saturating_mul(1_000),
        }
    }

    fn data_type(&self) -> DataType {
        let unit = match self.unit {
            AsOfUnit::Days => return DataType::Date32,
            AsOfUnit::Millis => TimeUnit::Millisecond,
            AsOfUnit::Micros => TimeUnit::Microsecond,
            AsOfUnit::Nanos => TimeUnit::Nanosecond,
        };
        DataType::Timestamp(unit, self.zone.clone())
    }

    fn array(&self, numbers: Vec<i64>) -> ArrayRef {
        let zone = self.zone.clone();
        let array = |numbers| Int64Array::from(numbers);
        match self.unit {
            // Every day of the calendar fits an i32.
            AsOfUnit::Days => Arc::new(Date32Array::from_iter_values(numbers.iter().map(|&day| day as i32))),
            AsOfUnit::Millis => Arc::new(
                array(numbers).reinterpret_cast::<TimestampMillisecondType>().with_timezone_opt(zone),
            ),
            AsOfUnit::Micros => Arc::new(
                array(numbers).reinterpret_cast::<TimestampMicrosecondType>().with_timezone_opt(zone),
            ),
            AsOfUnit::Nanos => {
                Arc::new(array(numbers).reinterpret_cast::<TimestampNanosecondType>().with_timezone_opt(zone))
            }
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct EstimateRow<'a> {
    /// The case.
    pub case_id: &'a str,
    /// Its form.
    pub form: &'a str,
    /// Its as-of time, as a number of the column.
    pub as_of: i64,
    /// `estimated`, or why not.
    pub status: &'a str,
    /// The most likely next milestone, its probability, and the quantiles of the time to any milestone.
    pub next_step: Option<(&'a str, f32, &'a Quantiles)>,
    /// Quantiles of the time to the decision.
    pub decision: Option<&'a Quantiles>,
    /// How a decided case was decided.
    pub outcome: Option<&'a str>,
    /// The cases that answered for the decision.
    pub basis: Option<StatedBasis<'a>>,
    /// The version of the model; empty without a model.
    pub model_version: &'a str,
}

/// Writes estimates to a file that appears when it is complete.
pub struct EstimateWriter {
    as_of_type: AsOfType,
    file: TableFile,
    columns: Columns,
    rows: usize,
}

struct Columns {
    case_id: StringBuilder,
    form: StringBuilder,
    as_of: Vec<i64>,
    status: StringBuilder,
    next_step: StringBuilder,
    probability: Float32Builder,
    quantiles: Vec<Float32Builder>,
    outcome: StringBuilder,
    cases: Int64Builder,
    group: StringBuilder,
    beyond_data: BooleanBuilder,
    missing: StringBuilder,
    version: StringBuilder,
}

impl EstimateWriter {
    /// Begins a table with this type of as-of times.
    ///
    /// # Errors
    /// [`WriteError`] if the file cannot be created.
    pub fn create(path: &Path, as_of_type: &AsOfType) -> Result<Self, WriteError> {
        let schema = schema(as_of_type);
        let quantiles: Vec<String> = quantile_names().chain(["next_step_probability".to_owned()]).collect();
        let file = TableFile::create(path, schema, |properties| {
            let properties = properties.set_max_row_group_row_count(Some(BATCH_ROWS));
            // Such numbers rarely repeat: a dictionary would be built and thrown away.
            quantiles.iter().fold(properties, |properties, name| {
                properties.set_column_dictionary_enabled(name.as_str().into(), false)
            })
        })?;
        Ok(Self { as_of_type: as_of_type.clone(), file, columns: Columns::new(), rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`WriteError`] if the rows so far cannot be written.
    pub fn push(&mut self, row: &EstimateRow<'_>) -> Result<(), WriteError> {
        self.columns.push(row);
        self.rows += 1;
        if self.rows == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.rows = 0;
        let arrays = self.columns.finish(&self.as_of_type);
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

fn quantile_names() -> impl Iterator<Item = String> {
    ["next_step", "decision"]
        .into_iter()
        .flat_map(|target| (1..20).map(move |step| format!("{target}_q{:02}", step * 5)))
}

fn schema(as_of_type: &AsOfType) -> Schema {
    let mut fields = vec![
        Field::new("case_id", DataType::Utf8, false),
        Field::new("form", DataType::Utf8, true),
        Field::new("as_of", as_of_type.data_type(), false),
        Field::new("status", DataType::Utf8, false),
        Field::new("next_step", DataType::Utf8, true),
        Field::new("next_step_probability", DataType::Float32, true),
    ];
    fields.extend(quantile_names().map(|name| Field::new(name, DataType::Float32, true)));
    fields.extend([
        Field::new("outcome", DataType::Utf8, true),
        Field::new("basis_cases", DataType::Int64, true),
        Field::new("basis_group", DataType::Utf8, true),
        Field::new("beyond_data", DataType::Boolean, true),
        Field::new("missing", DataType::Utf8, true),
        Field::new("model_version", DataType::Utf8, true),
    ]);
    Schema::new(fields)
}

impl Columns {
    fn new() -> Self {
        Self {
            case_id: StringBuilder::new(),
            form: StringBuilder::new(),
            as_of: Vec::new(),
            status: StringBuilder::new(),
            next_step: StringBuilder::new(),
            probability: Float32Builder::new(),
            quantiles: (0..38).map(|_| Float32Builder::new()).collect(),
            outcome: StringBuilder::new(),
            cases: Int64Builder::new(),
            group: StringBuilder::new(),
            beyond_data: BooleanBuilder::new(),
            missing: StringBuilder::new(),
            version: StringBuilder::new(),
        }
    }

    fn push(&mut self, row: &EstimateRow<'_>) {
        self.case_id.append_value(row.case_id);
        self.form.append_option(Some(row.form).filter(|form| !form.is_empty()));
        self.as_of.push(row.as_of);
        self.status.append_value(row.status);
        self.next_step.append_option(row.next_step.map(|(milestone, ..)| milestone));
        self.probability.append_option(row.next_step.map(|(_, probability, _)| probability));
        let (next_step, decision) = self.quantiles.split_at_mut(19);
        let sides = [(next_step, row.next_step.map(|(.., quantiles)| quantiles)), (decision, row.decision)];
        for (builders, quantiles) in sides {
            for (level, builder) in builders.iter_mut().enumerate() {
                builder.append_option(quantiles.map(|quantiles| quantiles.days()[level]));
            }
        }
        self.outcome.append_option(row.outcome);
        self.cases.append_option(row.basis.map(|basis| i64::from(basis.cases)));
        self.group.append_option(row.basis.map(|basis| basis.group));
        self.beyond_data.append_option(row.basis.map(|basis| basis.is_beyond_data));
        self.missing.append_option(row.basis.map(|basis| basis.missing));
        self.version.append_option(Some(row.model_version).filter(|version| !version.is_empty()));
    }

    fn finish(&mut self, as_of_type: &AsOfType) -> Vec<ArrayRef> {
        let as_of = as_of_type.array(std::mem::take(&mut self.as_of));
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(self.case_id.finish()),
            Arc::new(self.form.finish()),
            as_of,
            Arc::new(self.status.finish()),
            Arc::new(self.next_step.finish()),
            Arc::new(self.probability.finish()),
        ];
        arrays.extend(self.quantiles.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef));
        arrays.extend([
            Arc::new(self.outcome.finish()) as ArrayRef,
            Arc::new(self.cases.finish()),
            Arc::new(self.group.finish()),
            Arc::new(self.beyond_data.finish()),
            Arc::new(self.missing.finish()),
            Arc::new(self.version.finish()),
        ]);
        arrays
    }
}
