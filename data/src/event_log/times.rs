//! The texts of times: the forms in which logs write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use model::Moment;

use super::dates::Readings;
use super::error::LogIssueKind;
use super::months::month_from_name;

/// Two-digit years from here on belong to the twentieth century, as POSIX `strptime` has it.
const FIRST_YEAR_OF_1900S: i16 = 69;
/// No clock was ever further from UTC, in seconds. Local mean times reach 15 hours and a quarter.
const MAX_OFFSET: i32 = 18 * 3600;

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeReading {
    /// One moment.
    Moment(Moment),
    /// A moment that depends on the order of day, month and year.
    ByOrder(Readings),
}

/// A time as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParsedTime {
    pub(crate) reading: TimeReading,
    /// Whether the text says how far it is from UTC.
    pub(crate) has_offset: bool,
}

/// Reads a time; one without an offset is UTC, and one without a time of day is midnight.
pub(crate) fn parse(text: &str) -> Result<ParsedTime, LogIssueKind> {
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let reading = TimeReading::Moment(since_epoch(text)?);
        return Ok(ParsedTime { reading, has_offset: true });
    }
    let (parts, rest) = date_parts(text).ok_or(LogIssueKind::BadTime)?;
    let clock = clock(rest).ok_or(LogIssueKind::BadTime)?;
    Ok(ParsedTime { reading: date_reading(parts, &clock)?, has_offset: clock.offset.is_some() })
}

/// A count since 1970. The number of digits gives the unit: seconds have 10 until the year 2286.
fn since_epoch(digits: &str) -> Result<Moment, LogIssueKind> {
    let count: i64 = digits.parse().map_err(|_| LogIssueKind::BadTime)?;
    let micros = match digits.len() {
        10 => count * 1_000_000,
        13 => count * 1_000,
        16 => count,
        19 => count / 1_000,
        _ => return Err(LogIssueKind::BadTime),
    };
    Moment::from_epoch_micros(micros).map_err(|_| LogIssueKind::TimeOutOfRange)
}

/// The three fields of a date and what follows them. All three have the same separator, unless the month comes first by
/// its name.
fn date_parts(text: &str) -> Option<([&str; 3], &str)> {
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return month_first(text);
    }
    let (first, rest) = field(text)?;
    let separator = rest.chars().next().filter(|it| matches!(it, '-' | '/' | '.' | ' '))?;
    if separator == ' ' {
        let (second, rest) = field(after_of(&rest[1..]))?;
        let (third, rest) = field(after_of(after_name(second, rest).strip_prefix(' ')?))?;
        return Some(([first, second, third], rest));
    }
    let (second, rest) = field(&rest[1..])?;
    let (third, rest) = field(rest.strip_prefix(separator)?)?;
    Some(([first, second, third], rest))
}

/// The day, month and year of a date such as `January 10, 2024`, and what follows them.
fn month_first(text: &str) -> Option<([&str; 3], &str)> {
    let (month, rest) = field(text)?;
    let (day, rest) = field(after_name(month, rest).strip_prefix(' ')?.trim_start())?;
    let (year, rest) = field(rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?)?;
    Some(([day, month, year], rest))
}

/// What follows the name of a month without the period that shortens it: `ene. 2024`.
fn after_name<'a>(month: &str, rest: &'a str) -> &'a str {
    let is_name = month.starts_with(|first: char| first.is_ascii_alphabetic());
    rest.strip_prefix('.').filter(|_| is_name).unwrap_or(rest)
}

/// What follows a Spanish "of": `10 de enero de 2024`, `10 de enero del 2024`.
fn after_of(text: &str) -> &str {
    let of = ["de ", "del "]
        .into_iter()
        .find(|of| text.split_at_checked(of.len()).is_some_and(|(start, _)| start.eq_ignore_ascii_case(of)));
    of.map_or(text, |of| &text[of.len()..])
}

/// The digits or the letters at the start of a text.
fn field(text: &str) -> Option<(&str, &str)> {
    let first = text.bytes().next()?;
    let end = text.bytes().position(|byte| {
        if first.is_ascii_digit() { !byte.is_ascii_digit() } else { !byte.is_ascii_alphabetic() }
    });
    let end = end.unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn date_reading(parts: [&str; 3], clock: &Clock) -> Result<TimeReading, LogIssueKind> {
    let [first, second, third] = parts;
    let at = |year, month, day| moment(year, month, day, clock);
    let year_first = [first.len(), second.len(), third.len()];
    match year_first {
        [4, 1..=2, 1..=2] => {
            let reading = at(number(first)?, number(second)?, number(third)?)?;
            Ok(TimeReading::Moment(reading))
        }
        [1..=2, 3..=10, 4] => {
            let month = month_from_name(second).ok_or(LogIssueKind::BadTime)?;
            let reading = at(number(third)?, month, number(first)?)?;
            Ok(TimeReading::Moment(reading))
        }
        [1..=2, 1..=2, 4] => {
            let (first, second, year) = (number(first)?, number(second)?, number(third)?);
            by_order([at(year, second, first), at(year, first, second), Err(LogIssueKind::BadTime)])
        }
        [2, 1..=2, 2] | [1, 1..=2, 2] => {
            let (first, second, third) = (number(first)?, number(second)?, number(third)?);
            by_order([
                at(century(third), second, first),
                at(century(third), first, second),
                at(century(first), second, third),
            ])
        }
        _ => Err(LogIssueKind::BadTime),
    }
}

fn by_order(readings: [Result<Moment, LogIssueKind>; 3]) -> Result<TimeReading, LogIssueKind> {
    if readings.iter().all(Result::is_err) {
        let out_of_range = readings.contains(&Err(LogIssueKind::TimeOutOfRange));
        return Err(if out_of_range { LogIssueKind::TimeOutOfRange } else { LogIssueKind::BadTime });
    }
    Ok(TimeReading::ByOrder(Readings(readings.map(Result::ok))))
}

fn number(text: &str) -> Result<i16, LogIssueKind> {
    text.parse().map_err(|_| LogIssueKind::BadTime)
}

const fn century(year: i16) -> i16 {
    if year < FIRST_YEAR_OF_1900S { 2000 + year } else { 1900 + year }
}

fn moment(year: i16, month: i16, day: i16, clock: &Clock) -> Result<Moment, LogIssueKind> {
    let part = |number: i16| i8::try_from(number).map_err(|_| LogIssueKind::BadTime);
    let date = Date::new(year, part(month)?, part(day)?).map_err(|_| LogIssueKind::BadTime)?;
    let at = DateTime::from_parts(date, clock.time);
    let offset = clock.offset.unwrap_or(Offset::UTC);
    // A date that the calendar has and the timestamp has not, such as 9999-12-31, is a time out of range.
    let timestamp = offset.to_timestamp(at).map_err(|_| LogIssueKind::TimeOutOfRange)?;
    Moment::from_epoch_micros(timestamp.as_microsecond()).map_err(|_| LogIssueKind::TimeOutOfRange)
}

/// A time of day, and how far it is from UTC if the text says so.
struct Clock {
    time: Time,
    offset: Option<Offset>,
}

/// Reads what follows the date: nothing, or a time with or without seconds, AM or PM, and an offset.
fn clock(rest: &str) -> Option<Clock> {
    if rest.is_empty() {
        return Some(Clock { time: Time::midnight(), offset: None });
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim();
    let (rest, offset) = split_offset(rest)?;
    let (rest, afternoon) = split_half_of_day(rest);
    let (hour, after_hour) = field(rest)?;
    // The parser below would also take zone names, and drop them.
    let is_plain = after_hour.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b','));
    if hour.len() > 2 || !after_hour.starts_with(':') || !is_plain {
        return None;
    }
    let mut hour: u8 = hour.parse().ok()?;
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let time = format!("{hour:02}{after_hour}").parse().ok()?;
    Some(Clock { time, offset })
}

/// Splits an offset off the end of a time: `Z`, `UTC`, `GMT`, `+01:00`, `-0500`, `+01`.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    for zero in ["Z", "UTC", "GMT"] {
        if let Some((time, end)) = text.split_at_checked(text.len().saturating_sub(zero.len()))
            && end.eq_ignore_ascii_case(zero)
        {
            return Some((time.trim_end(), Some(Offset::UTC)));
        }
    }
    let Some(sign_at) = text.find(['+', '-', '\u{2212}']) else { return Some((text, None)) };
    let (time, offset) = text.split_at(sign_at);
    let sign = if offset.starts_with('+') { 1 } else { -1 };
    let digits: String = offset.chars().skip(1).filter(|it| *it != ':').collect();
    if !matches!(digits.len(), 2 | 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    let distance = hours * 3600 + minutes * 60 + seconds;
    if minutes > 59 || seconds > 59 || distance > MAX_OFFSET {
        return None;
    }
    let offset = Offset::from_seconds(sign * distance).ok()?;
    Some((time.trim_end(), Some(offset)))
}

/// Splits `AM` or `PM` off the end of a time: whether it is the afternoon.
fn split_half_of_day(text: &str) -> (&str, Option<bool>) {
    for (name, afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        if let Some((time, end)) = text.split_at_checked(text.len().saturating_sub(name.len()))
            && end.eq_ignore_ascii_case(name)
        {
            return (time.trim_end(), Some(afternoon));
        }
    }
    (text, None)
}
