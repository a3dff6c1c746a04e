//! Columns of the tables of a history as plain vectors.

use model::{Day, Moment, Stamp};
use polars::prelude::Series;

/// The times of rows, by day or by moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    by_day: bool,
    moments: Vec<Moment>,
    /// Rows without a valid time. They were reported, and their moments mean nothing.
    gaps: Vec<usize>,
}

impl Times {
    /// The moment from which a row is known. For a record by days this is the end of the day.
    #[must_use]
    pub fn moment(&self, row: usize) -> Moment {
        self.moments[row]
    }

    /// The time of a row as it was recorded.
    #[must_use]
    pub fn stamp(&self, row: usize) -> Stamp {
        stamp_of(self.moments[row], self.by_day)
    }

    /// Whether the record has only days.
    #[must_use]
    pub const fn by_day(&self) -> bool {
        self.by_day
    }

    /// No rows yet.
    pub(super) const fn new(by_day: bool) -> Self {
        Self { by_day, moments: Vec::new(), gaps: Vec::new() }
    }

    /// Adds a row, or a gap that holds `filler`.
    pub(super) fn push(&mut self, moment: Option<Moment>, filler: Moment) {
        if moment.is_none() {
            self.gaps.push(self.moments.len());
        }
        self.moments.push(moment.unwrap_or(filler));
    }

    pub(super) fn rows(&self) -> usize {
        self.moments.len()
    }

    /// Whether a row has no valid time. A checked history has no such row.
    pub(super) fn is_gap(&self, row: usize) -> bool {
        self.gaps.binary_search(&row).is_ok()
    }

    /// The day of the last row with a valid time.
    pub(super) fn last_day(&self) -> Option<Day> {
        let valid = (0..self.rows()).filter(|&row| !self.is_gap(row));
        valid.map(|row| self.moments[row]).max().map(Moment::day)
    }

    pub(super) fn slice(&self, rows: std::ops::Range<usize>) -> &[Moment] {
        &self.moments[rows]
    }

    pub(super) fn reordered(&self, order: &[u32]) -> Self {
        let moments = order.iter().map(|&row| self.moments[row as usize]).collect();
        Self { by_day: self.by_day, moments, gaps: Vec::new() }
    }
}

/// The time as it was recorded of something that is known from `moment` on.
pub(super) fn stamp_of(moment: Moment, by_day: bool) -> Stamp {
    if !by_day {
        return Stamp::Moment(moment);
    }
    Stamp::Day(moment.day())
}

/// The days of the appointments that some rows announce, in order of rows. Most rows announce none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scheduled(Vec<(u32, Stamp)>);

impl Scheduled {
    /// Adds a row that comes after all others.
    pub(super) fn push(&mut self, row: u32, stamp: Stamp) {
        self.0.push((row, stamp));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Stamp)> {
        self.0.iter().map(|&(row, stamp)| (row as usize, stamp))
    }

    /// The appointment that a row announces.
    pub(super) fn of_row(&self, row: u32) -> Option<Stamp> {
        self.0.binary_search_by_key(&row, |&(row, _)| row).ok().map(|index| self.0[index].1)
    }

    pub(super) fn slice(&self, rows: std::ops::Range<usize>) -> &[(u32, Stamp)] {
        let position = |end: usize| self.0.partition_point(|&(row, _)| (row as usize) < end);
        if self.0.is_empty() { &[] } else { &self.0[position(rows.start)..position(rows.end)] }
    }

    pub(super) fn reordered(&self, order: &[u32]) -> Self {
        if self.0.is_empty() {
            return Self::default();
        }
        let kept = order
            .iter()
            .zip(0_u32..)
            .filter_map(|(&row, position)| self.of_row(row).map(|stamp| (position, stamp)));
        Self(kept.collect())
    }
}

/// A text column as its distinct values and the code of each row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Coded {
    pub(super) values: Vec<String>,
    pub(super) codes: Vec<u32>,
}

impl Coded {
    pub(super) fn reordered(self, order: &[u32]) -> Self {
        let codes = order.iter().map(|&row| self.codes[row as usize]).collect();
        Self { codes, ..self }
    }
}

/// The code of a row without a value.
pub(super) const NO_VALUE: u32 = u32::MAX;

/// An attribute of the cases, known at receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Column name.
    pub name: String,
    pub(super) coded: Coded,
}

impl Attribute {
    /// The distinct values, in order of first appearance.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.coded.values
    }

    /// The code of the value of a case, if it has one.
    #[must_use]
    pub fn code(&self, case: usize) -> Option<usize> {
        Some(self.coded.codes[case]).filter(|&code| code != NO_VALUE).map(|code| code as usize)
    }

    /// The value of a case, if it has one.
    #[must_use]
    pub fn value(&self, case: usize) -> Option<&str> {
        self.code(case).map(|code| self.coded.values[code].as_str())
    }
}

/// The columns of `cases` that are present and of the right type.
pub(super) struct Cases {
    pub(super) file: String,
    /// The names of all columns.
    pub(super) header: Vec<String>,
    pub(super) ids: Option<Series>,
    pub(super) form: Option<Coded>,
    pub(super) received: Option<Times>,
    pub(super) attributes: Vec<Attribute>,
}

/// The columns of `actions` that are present and of the right type, in file order.
pub(super) struct ActionRows {
    pub(super) file: String,
    /// The names of all columns.
    pub(super) header: Vec<String>,
    pub(super) ids: Option<Series>,
    pub(super) action: Option<Coded>,
    pub(super) at: Option<Times>,
    pub(super) scheduled: Scheduled,
    pub(super) resource: Option<Coded>,
}
