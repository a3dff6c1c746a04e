//! The order of day, month and year in a log: one order for the whole file, decided by all its values.
//!
//! A value such as `01/02/2016` has two readings. It is never guessed: another value of the file, such as `13/02/2016`,
//! decides, or the person who imports the log does.

use std::path::Path;

use model::{Moment, Stamp};

use super::date_order::DateOrder;
use super::diagnostics::shown;
use super::error::{EventLogError, LogPosition};
use super::note::LogNote;

/// What a value means in each order, where it means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Readings(pub(crate) [Option<Moment>; 3]);

impl Readings {
    pub(crate) fn in_order(&self, order: DateOrder) -> Option<Moment> {
        self.0[order.index()]
    }
}

/// A value and where it is.
type Example = (LogPosition, String);

/// What the values seen so far say about the order.
#[derive(Debug, Default)]
pub(crate) struct DateOrderEvidence {
    seen: bool,
    /// For each order, the first value that it cannot be.
    excluded_by: [Option<Example>; 3],
    /// For each pair of orders, the first value that differs between them.
    differs: [Option<(Example, Readings)>; 3],
}

/// The pairs of orders, as indices of [`DateOrder::ALL`].
const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

impl DateOrderEvidence {
    pub(crate) fn add(&mut self, readings: Readings, place: LogPosition, text: &str) {
        self.seen = true;
        let example = || (place, shown(text));
        for (excluded, reading) in self.excluded_by.iter_mut().zip(readings.0) {
            if reading.is_none() && excluded.is_none() {
                *excluded = Some(example());
            }
        }
        for (differs, (first, second)) in self.differs.iter_mut().zip(PAIRS) {
            let both = readings.0[first].zip(readings.0[second]);
            if differs.is_none() && both.is_some_and(|(first, second)| first != second) {
                *differs = Some((example(), readings));
            }
        }
    }

    /// The order that all values allow, and what to say about it; `None` if no value depends on it.
    pub(crate) fn decide(&self, path: &Path) -> Result<Option<(DateOrder, LogNote)>, EventLogError> {
        if !self.seen {
            return Ok(None);
        }
        let allowed: Vec<usize> = (0..3).filter(|order| self.excluded_by[*order].is_none()).collect();
        let Some(&first) = allowed.first() else { return Err(self.conflict(path)) };
        let open = self.differs.iter().zip(PAIRS).find_map(|(differs, (first, second))| {
            let differs = differs.as_ref()?;
            (allowed.contains(&first) && allowed.contains(&second)).then_some((differs, first, second))
        });
        if let Some((((place, value), readings), first, second)) = open {
            let reading = |order: usize| {
                let day = readings.0[order].map(|at| Stamp::Moment(at).day().to_string()).unwrap_or_default();
                (DateOrder::ALL[order], day)
            };
            return Err(EventLogError::AmbiguousDates {
                path: path.to_owned(),
                place: *place,
                value: value.clone(),
                readings: Box::new([reading(first), reading(second)]),
            });
        }
        let order = DateOrder::ALL[first];
        // Day and month in exchange is the usual other reading, so the value that rules it out is the one to show.
        let other = if order == DateOrder::MonthDayYear { 0 } else { 1 };
        let decided_by = self.excluded_by[other].clone();
        Ok(Some((order, LogNote::DateOrder { order, decided_by })))
    }

    /// No order fits all values: the first value that excludes each of the two usual ones shows it.
    fn conflict(&self, path: &Path) -> EventLogError {
        let excluded = |order: DateOrder| self.excluded_by[order.index()].clone();
        let example = |order| excluded(order).unwrap_or((LogPosition::Line(0), String::new()));
        EventLogError::ConflictingDates {
            path: path.to_owned(),
            not_day_first: example(DateOrder::DayMonthYear),
            not_month_first: example(DateOrder::MonthDayYear),
        }
    }
}
