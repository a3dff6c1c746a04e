//! The dates of a file: read one by one, then put in the order of day and month on which all of them agree.

use std::path::Path;

use model::{Day, Moment};

use super::problems::{ProblemKind, Problems};
use super::rows::{Rows, at};
use crate::event_log::dates::DateOrderEvidence;
use crate::event_log::times::{ParsedTime, TimeReading, parse};
use crate::event_log::{DateOrder, EventLogError, LogIssueKind, LogNote, LogPosition};

/// The dates of a file by their numbers, where they can be read.
pub(super) struct Dates(Vec<Option<Moment>>);

impl Dates {
    /// Reads every date. One that cannot be read is a problem of the rows.
    pub(super) fn read(
        rows: &Rows,
        chosen: Option<DateOrder>,
        path: &Path,
        problems: &mut Problems,
    ) -> Result<(Self, Option<LogNote>), EventLogError> {
        let readings: Vec<_> = rows.dates.values().iter().map(|text| parse(text)).collect();
        let mut evidence = DateOrderEvidence::default();
        for ((reading, text), line) in readings.iter().zip(rows.dates.values()).zip(&rows.date_lines) {
            if let Ok(parsed) = reading
                && let TimeReading::ByOrder(readings) = parsed.reading
            {
                evidence.add(readings, LogPosition::Line(*line), text);
            }
        }
        let decided = if chosen.is_some() { None } else { evidence.decide(path)? };
        let (order, note) = decided.map_or((chosen, None), |(order, note)| (Some(order), Some(note)));
        let moment = |reading: Result<ParsedTime, LogIssueKind>| match reading.map(|parsed| parsed.reading) {
            Ok(TimeReading::Moment(moment)) => Ok(moment),
            Ok(TimeReading::ByOrder(readings)) => {
                order.and_then(|order| readings.in_order(order)).ok_or(ProblemKind::OtherDateOrder)
            }
            Err(LogIssueKind::TimeOutOfRange) => Err(ProblemKind::DateOutOfRange),
            Err(_) => Err(ProblemKind::BadDate),
        };
        let moments: Vec<_> = readings.into_iter().map(moment).collect();
        for row in &rows.rows {
            for date in [row.received, row.date, row.scheduled_for].into_iter().flatten() {
                if let Err(kind) = moments[date as usize] {
                    problems.add(kind, || at(row.line, rows.dates.get(date)));
                }
            }
        }
        Ok((Self(moments.into_iter().map(Result::ok).collect()), note))
    }

    /// When this was.
    pub(super) fn moment(&self, date: Option<u32>) -> Option<Moment> {
        self.0[date? as usize]
    }

    /// On which day (UTC) this was.
    pub(super) fn day(&self, date: Option<u32>) -> Option<Day> {
        self.moment(date).map(Moment::day)
    }

    /// The newest of some dates.
    pub(super) fn newest(&self, dates: impl Iterator<Item = Option<u32>>) -> Option<Day> {
        dates.filter_map(|date| self.day(date)).max()
    }
}
