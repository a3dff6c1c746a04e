//! Days, moments and lengths of time: the only place where raw numbers become time.
//!
//! A dated fact is known when its day is over, so a [`Day`] stands for the end of that day (UTC) wherever it
//! meets a [`Moment`]. Two days then differ by whole days, and an action dated on the as-of day is known.

use std::fmt;

use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Days in an average year, to convert lengths of time.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Days in an average month, to convert lengths of time.
pub const DAYS_PER_MONTH: f64 = DAYS_PER_YEAR / 12.0;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Why a text or a number is not a time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TimeError {
    /// Not a calendar date.
    #[error("`{0}` is not a date; write it as YYYY-MM-DD, for example 2022-06-30")]
    NotADate(String),
    /// Neither a date nor a timestamp.
    #[error(
        "`{0}` is neither a date nor an RFC 3339 timestamp; write it as 2022-06-30 or 2022-06-30T17:00:00Z"
    )]
    NotAStamp(String),
    /// Outside the years 1900 to 2199.
    #[error("day {0} (counted from 1970-01-01) is outside the years 1900 to 2199")]
    OutOfRange(i64),
    /// Not a length of time.
    #[error("{0} is not a length of time in days; it must be a finite number")]
    NotALength(String),
}

/// A calendar day (proleptic Gregorian, years 1900 to 2199).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    const FIRST: i64 = -25_567;
    const LAST: i64 = 84_005;

    /// The day `days` after 1970-01-01.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 1900 to 2199.
    pub fn from_epoch_days(days: i64) -> Result<Self, TimeError> {
        match i32::try_from(days) {
            Ok(day) if (Self::FIRST..=Self::LAST).contains(&days) => Ok(Self(day)),
            _ => Err(TimeError::OutOfRange(days)),
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`TimeError::NotADate`] for any other text, [`TimeError::OutOfRange`] outside the years 1900 to 2199.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::NotADate(shown(text));
        if text.len() != 10 {
            return Err(wrong());
        }
        let parsed: Date = text.parse().map_err(|_| wrong())?;
        let since = parsed.since(date(1970, 1, 1)).map_err(|_| wrong())?;
        Self::from_epoch_days(i64::from(since.get_days()))
    }

    /// The moment from which everything dated on this day is known: its last microsecond, UTC. The first moment of the
    /// next day is later.
    #[must_use]
    pub const fn end(self) -> Moment {
        Moment((self.0 as i64 + 1) * MICROS_PER_DAY - 1)
    }

    /// The whole days from `earlier` to this day (negative if it is later).
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// This day moved by whole days, at most to the first or last day of the range.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        let moved = i64::from(self.0) + i64::from(days);
        Self(moved.clamp(Self::FIRST, Self::LAST) as i32)
    }

    fn civil(self) -> Date {
        let epoch = date(1970, 1, 1);
        epoch.checked_add(jiff::Span::new().days(self.0)).unwrap_or(epoch)
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    #[must_use]
    pub fn year_month_day(self) -> (i16, i8, i8) {
        let civil = self.civil();
        (civil.year(), civil.month(), civil.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The moment `micros` microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 1900 to 2199.
    pub fn from_epoch_micros(micros: i64) -> Result<Self, TimeError> {
        Day::from_epoch_days(micros.div_euclid(MICROS_PER_DAY)).map(|_| Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn epoch_micros(self) -> i64 {
        self.0
    }

    /// The length of time from `earlier` to this moment, in days (negative if `earlier` is later).
    #[must_use]
    pub fn since(self, earlier: Self) -> Days {
        Days((self.0 - earlier.0) as f64 / MICROS_PER_DAY as f64)
    }

    /// The day (UTC) of this moment.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(MICROS_PER_DAY).clamp(Day::FIRST, Day::LAST) as i32)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} microseconds", self.0),
        }
    }
}

/// A length of time in days, finite; it may be negative where two moments are compared.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Days(f64);

impl Days {
    /// Zero days.
    pub const ZERO: Self = Self(0.0);

    /// A length of `days` days.
    ///
    /// # Errors
    /// [`TimeError::NotALength`] unless the number is finite.
    pub fn new(days: f64) -> Result<Self, TimeError> {
        if days.is_finite() { Ok(Self(days)) } else { Err(TimeError::NotALength(days.to_string())) }
    }

    /// The number of days.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// This length, or zero if it is negative.
    #[must_use]
    pub fn at_least_zero(self) -> Self {
        Self(self.0.max(0.0))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days", self.0)
    }
}

/// When something happened, with the precision of the record: a day or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stamp {
    /// At some time on this day. It is known when the day is over.
    Day(Day),
    /// At this moment.
    Moment(Moment),
}

impl Stamp {
    /// Reads a date (`2022-06-30`) or an RFC 3339 timestamp (`2022-06-30T17:00:00Z`).
    ///
    /// # Errors
    /// [`TimeError::NotAStamp`] for anything else, [`TimeError::OutOfRange`] outside the years 1900 to 2199.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::NotAStamp(shown(text));
        if text.len() <= 10 {
            return Day::parse(text).map(Self::Day).map_err(|error| match error {
                TimeError::OutOfRange(day) => TimeError::OutOfRange(day),
                _ => wrong(),
            });
        }
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        if !has_possible_offset(text) {
            return Err(wrong());
        }
        Moment::from_epoch_micros(timestamp.as_microsecond()).map(Self::Moment)
    }

    /// Whether this was before `later` for sure: on one day, a time of day says nothing about something that has only a
    /// date.
    #[must_use]
    pub fn is_before(self, later: Self) -> bool {
        match (self, later) {
            (Self::Moment(earlier), Self::Moment(later)) => earlier < later,
            _ => self.day() < later.day(),
        }
    }

    /// The same time of day some days later.
    #[must_use]
    pub(crate) fn later_by(self, days: i32) -> Self {
        const MICROS: i64 = 86_400_000_000;
        match self {
            Self::Day(day) => Self::Day(day.plus(days)),
            Self::Moment(at) => {
                let later = Moment::from_epoch_micros(at.epoch_micros() + i64::from(days) * MICROS);
                Self::Moment(later.unwrap_or(at))
            }
        }
    }

    /// Whether its day is over at a moment: an appointment at two o'clock is still to come, or under way, until midnight.
    #[must_use]
    pub fn is_over_at(self, now: Moment) -> bool {
        self.day().end() < now
    }

    /// The moment from which this is known.
    #[must_use]
    pub const fn moment(self) -> Moment {
        match self {
            Self::Day(day) => day.end(),
            Self::Moment(moment) => moment,
        }
    }

    /// The day to show for it, in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Self::Day(day) => day,
            Self::Moment(moment) => moment.day(),
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Moment(moment) => moment.fmt(f),
        }
    }
}

/// The time from which an estimate looks forward: the end of a day, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf(Stamp);

impl AsOf {
    /// Looks forward from `stamp`.
    #[must_use]
    pub const fn new(stamp: Stamp) -> Self {
        Self(stamp)
    }

    /// Whether something that happened at `when` is known. Every cut of a case or a history uses this.
    ///
    /// ```
    /// use model::{AsOf, Stamp};
    ///
    /// let as_of = AsOf::parse("2022-06-30")?;
    /// assert!(as_of.sees(Stamp::parse("2022-06-30T23:59:59Z")?.moment()));
    /// assert!(!as_of.sees(Stamp::parse("2022-07-01T00:00:00Z")?.moment()));
    /// # Ok::<(), model::TimeError>(())
    /// ```
    #[must_use]
    pub fn sees(self, when: Moment) -> bool {
        when <= self.moment()
    }

    /// The moment from which lengths of time are counted.
    #[must_use]
    pub const fn moment(self) -> Moment {
        self.0.moment()
    }

    /// The day or moment as given.
    #[must_use]
    pub const fn stamp(self) -> Stamp {
        self.0
    }

    /// The day to show for it.
    #[must_use]
    pub fn day(self) -> Day {
        self.0.day()
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether an offset from UTC, if the text ends with one, is one that a clock was ever set to: below 18 hours.
fn has_possible_offset(text: &str) -> bool {
    let time = text.get("2022-06-30".len()..).unwrap_or_default();
    let offset = time.rfind(['+', '-']).and_then(|sign| time.get(sign + 1..sign + 3));
    offset.is_none_or(|hours| hours.parse::<u8>().is_ok_and(|hours| hours < 18))
}

/// At most 40 characters of a wrong value, for an error text.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                <$type>::parse(&text).map_err(de::Error::custom)
            }
        }
    };
}
as_text!(Day);
as_text!(Stamp);

impl AsOf {
    /// Reads a date or an RFC 3339 timestamp.
    ///
    /// # Errors
    /// As [`Stamp::parse`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        Stamp::parse(text).map(Self)
    }
}
as_text!(AsOf);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_its_text_agree() {
        for text in ["1900-01-01", "1970-01-01", "2020-02-29", "2022-06-30", "2199-12-31"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Day::parse("1970-01-02").unwrap().epoch_days(), 1);
        assert_eq!(Day::parse("1900-01-01").unwrap().epoch_days(), Day::FIRST as i32);
        assert_eq!(Day::parse("2199-12-31").unwrap().epoch_days(), Day::LAST as i32);
    }

    #[test]
    fn a_text_that_is_not_a_time_is_refused_with_its_value() {
        for text in ["", "2022-02-30", "2022-6-30", "20220630", "30/06/2022", "2022-06-30 ", "tomorrow!!"] {
            let error = Day::parse(text).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
        assert!(matches!(Day::parse("1776-07-04"), Err(TimeError::OutOfRange(_))));
        assert!(Stamp::parse("2022-06-30T17:00:00").is_err(), "a timestamp without an offset is ambiguous");
        assert!(Days::new(f64::NAN).is_err());
    }

    #[test]
    fn a_date_is_known_when_its_day_is_over() {
        let as_of = AsOf::parse("2022-06-30").unwrap();
        assert!(as_of.sees(Stamp::parse("2022-06-30").unwrap().moment()));
        assert!(as_of.sees(Stamp::parse("2022-06-30T23:59:59Z").unwrap().moment()));
        assert!(!as_of.sees(Stamp::parse("2022-07-01").unwrap().moment()));
        let noon = AsOf::parse("2022-06-30T12:00:00Z").unwrap();
        assert!(!noon.sees(Stamp::parse("2022-06-30").unwrap().moment()));
        let two = Day::parse("2022-07-02").unwrap().end().since(as_of.moment());
        assert_eq!(two.get(), 2.0);
    }
}
