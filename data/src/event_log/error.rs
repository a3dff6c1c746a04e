//! What can be wrong with an event log.

use std::fmt;
use std::io;
use std::path::PathBuf;

use ::parquet::errors::ParquetError;
use arrow::error::ArrowError;
use model::FormError;
use thiserror::Error;

use super::date_order::DateOrder;
use super::diagnostics::shown;

/// Rows that are listed for each kind of issue.
const MAX_EXAMPLES: usize = 5;

/// Why an event log cannot be imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EventLogError {
    /// The system cannot read the file.
    #[error("cannot read `{}`; check its name and that you may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The gzip stream is damaged or ends early.
    #[error("`{}` is a damaged or cut-off gzip file; fetch or compress it again", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// The decompressor's error.
        source: io::Error,
    },
    /// The Parquet file is damaged, or compressed in a way that is not supported.
    #[error("`{}` is a Parquet file that cannot be read; write it again, compressed with Snappy or Zstandard", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The Parquet reader's error.
        source: ParquetError,
    },
    /// A column of a Parquet file cannot be read as text or time.
    #[error("`{}`: column `{column}` has values that cannot be read; convert it to text, numbers or timestamps", path.display())]
    ColumnType {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The conversion's error.
        source: ArrowError,
    },
    /// There is nothing in the file.
    #[error("`{}` is empty; it must have a header and one row for each event, or be an XES log", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// There are columns or traces but no events.
    #[error("`{}` has no events, so there is nothing to learn from; check how it was exported", path.display())]
    NoEvents {
        /// The file.
        path: PathBuf,
    },
    /// Columns are missing.
    #[error(
        "`{}` has no column {missing}; it has {found}. Name the columns with --case-column, --activity-column and --timestamp-column", path.display()
    )]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The columns that were looked for, as a list.
        missing: String,
        /// The columns of the file, as a list.
        found: String,
    },
    /// Two columns have names that stand for the same thing.
    #[error("`{}`: `{}` and `{}` can both be {what}; {remedy}", path.display(), shown(first), shown(second))]
    AmbiguousColumn {
        /// The file.
        path: PathBuf,
        /// What they stand for.
        what: &'static str,
        /// One column.
        first: String,
        /// The other.
        second: String,
        /// How to settle it.
        remedy: &'static str,
    },
    /// Options choose one column for two things.
    #[error("`{}`: {} and {} both choose the column `{}`; choose a column for each", path.display(), options[0], options[1], shown(column))]
    SharedColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The options.
        options: [&'static str; 2],
    },
    /// The column of who did it is missing.
    #[error("`{}` has no column `{column}` of who did it; it has {found}. Name another with --resource-column", path.display())]
    MissingResourceColumn {
        /// The file.
        path: PathBuf,
        /// The column that was named.
        column: String,
        /// The columns of the file, as a list.
        found: String,
    },
    /// Two columns have one name.
    #[error("`{}`: duplicate column `{}`; keep or rename one", path.display(), shown(column))]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// More attributes than a history can use.
    #[error("`{}` has more than {max} attributes of cases (the last is `{name}`); leave some out", path.display())]
    TooManyAttributes {
        /// The file.
        path: PathBuf,
        /// How many there may be.
        max: usize,
        /// The first that is too many.
        name: String,
    },
    /// An attribute whose name has a receipt number in it.
    #[error("`{}` has an attribute `{name}`, whose name has a receipt number; rename or delete it", path.display())]
    ReceiptNumberInName {
        /// The file.
        path: PathBuf,
        /// The name, masked.
        name: String,
    },
    /// One row or tag never ends.
    #[error(
        "`{}`, {place}: one row or tag is longer than {max} bytes; look for a quote or `<` that is left open", path.display()
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Where it begins.
        place: LogPosition,
        /// How long it may be.
        max: u64,
    },
    /// Text in another encoding where nothing can be read without it.
    #[error("`{}`, {place}: not UTF-8; save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Where.
        place: LogPosition,
    },
    /// The XML is broken, or deeper than any log.
    #[error("`{}`, {place}: broken XML: {detail}; export or fetch the log again", path.display())]
    Xml {
        /// The file.
        path: PathBuf,
        /// Where.
        place: LogPosition,
        /// What is wrong.
        detail: String,
    },
    /// XML that is something else.
    #[error("`{}` is XML but not an XES log: it begins with <{root}>, not with <log>", path.display())]
    NotXes {
        /// The file.
        path: PathBuf,
        /// Its outermost element.
        root: String,
    },
    /// A file of another kind.
    #[error("`{}` is {what}, not an event log; {remedy}", path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A log of one format under the name of another.
    #[error("`{}` is {is}, although its name ends in `{ending}`; rename it to end in {rename}", path.display())]
    WrongEnding {
        /// The file.
        path: PathBuf,
        /// The ending of its name.
        ending: &'static str,
        /// What it is.
        is: &'static str,
        /// The ending that it should have.
        rename: &'static str,
    },
    /// Every value leaves the order of day and month open.
    #[error(
        "`{}`, {place}: `{value}` is {} as {} or {} as {}, and no value of the file decides; choose with --date-order {} or --date-order {}",
        path.display(), readings[0].1, readings[0].0, readings[1].1, readings[1].0, readings[0].0.name(), readings[1].0.name()
    )]
    AmbiguousDates {
        /// The file.
        path: PathBuf,
        /// The first value with two readings.
        place: LogPosition,
        /// The value.
        value: String,
        /// Two orders, with what the value means in each.
        readings: Box<[(DateOrder, String); 2]>,
    },
    /// No order of day and month fits all values.
    #[error(
        "`{}` has dates in different orders: {} (`{}`) cannot begin with the day, and {} (`{}`) cannot begin with the month; write all dates as 2016-12-31, or give --date-order dmy, mdy or ymd to have the others listed",
        path.display(), not_day_first.0, not_day_first.1, not_month_first.0, not_month_first.1
    )]
    ConflictingDates {
        /// The file.
        path: PathBuf,
        /// The first value that cannot begin with the day.
        not_day_first: (LogPosition, String),
        /// The first value that cannot begin with the month.
        not_month_first: (LogPosition, String),
    },
    /// Lifecycle transitions are asked for that the log does not have.
    #[error("`{}` has no lifecycle transition {missing}; it has {found}", path.display())]
    UnknownTransition {
        /// The file.
        path: PathBuf,
        /// What was asked for, as a list.
        missing: String,
        /// The transitions of the log, as a list.
        found: String,
    },
    /// Rows that cannot be used, every kind of them.
    #[error("{0}")]
    Rows(EventLogReport),
    /// More activities than a form has milestones.
    #[error(
        "`{file}` has {count} different activities; at most {max} can be milestones. Rename the rare ones to one name, and check that the activity column is not free text"
    )]
    TooManyActivities {
        /// The log.
        file: String,
        /// How many it has.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// An activity with a name that the form needs itself.
    #[error(
        "`{file}` has an activity `{activity}`, which is the name of a milestone of every import; rename it"
    )]
    ReservedActivity {
        /// The log.
        file: String,
        /// The activity.
        activity: String,
    },
    /// An end that never occurs.
    #[error(
        "`{file}` has no activity {missing} that could be the end; it has {found}. Give --end once for each activity"
    )]
    UnknownEnd {
        /// The log.
        file: String,
        /// What was given as an end, as a list.
        missing: String,
        /// The activities of the log, as a list.
        found: String,
    },
    /// Cases end with an activity, but none is named.
    #[error("no end activity is given; name at least one, or take the last event as the end")]
    NoEnd,
    /// The name of the form has a receipt number.
    #[error(
        "the name of the form has a receipt number, which names a person's case; give the form another name, for example `permit`"
    )]
    ReceiptNumberInForm,
    /// The form definition that the log would have is not allowed.
    #[error("`{file}` does not make a valid form definition")]
    Form {
        /// The log.
        file: String,
        /// What is not allowed.
        #[source]
        error: FormError,
    },
}

/// A place in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPosition {
    /// Line of a CSV or XES log, from 1.
    Line(u64),
    /// Row of a Parquet log, from 1.
    Row(u64),
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row}"),
        }
    }
}

/// Kinds of rows that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogIssueKind {
    /// More or fewer fields than the header.
    Fields,
    /// Another encoding.
    NotUtf8,
    /// No case id.
    NoCase,
    /// A case id that is too long or has control characters.
    BadCase,
    /// A case id with a receipt number in it.
    ReceiptNumber,
    /// An attribute with a receipt number in it.
    ReceiptNumberInAttribute,
    /// No activity.
    NoActivity,
    /// An activity that is too long or has control characters.
    BadActivity,
    /// An activity with a receipt number in it.
    ReceiptNumberInActivity,
    /// No time, or a text that is not one.
    BadTime,
    /// A time in a year that no case is from.
    TimeOutOfRange,
    /// A date that the chosen order of day, month and year does not allow.
    OtherDateOrder,
    /// A sorting value that is not a whole number.
    BadSorting,
}

impl LogIssueKind {
    /// What is wrong, and what to do.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Fields => (
                "another number of fields than the header has",
                "put fields with a delimiter or a line break in quotes",
            ),
            Self::NotUtf8 => ("text that is not UTF-8", "save the file as UTF-8"),
            Self::NoCase => ("no case id", "give every event the id of its case, or delete the event"),
            Self::BadCase => (
                "a case id longer than 64 bytes or with control characters",
                "use shorter ids, or replace them with --hash-ids KEYFILE",
            ),
            Self::ReceiptNumber => (
                "a receipt number in the case id",
                "replace case ids by a keyed hash with --hash-ids KEYFILE",
            ),
            Self::ReceiptNumberInAttribute => {
                ("a receipt number in an attribute", "delete the column or the values from the log")
            }
            Self::NoActivity => ("no activity", "name what happened, or delete the event"),
            Self::BadActivity => (
                "an activity longer than 128 bytes or with control characters",
                "use shorter names, without line breaks",
            ),
            Self::ReceiptNumberInActivity => {
                ("a receipt number in an activity", "name what happened without the number")
            }
            Self::BadTime => (
                "no readable time",
                "write it like 2010-01-13T08:40:25Z, 2010-01-13T08:40:25+01:00, 2010-01-13 08:40:25 or 2010-01-13",
            ),
            Self::TimeOutOfRange => {
                ("a time outside the supported years 1900 to 2199", "correct it, or delete the event")
            }
            Self::OtherDateOrder => (
                "a date that the order given with --date-order does not allow",
                "correct it, or choose another order",
            ),
            Self::BadSorting => ("a sorting value that is not a whole number", "correct or clear it"),
        }
    }
}

/// Rows with the same issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIssue {
    /// What is wrong.
    pub kind: LogIssueKind,
    /// How many rows have it.
    pub count: u64,
    /// The first of them, and the values that are wrong.
    pub examples: Vec<(LogPosition, String)>,
}

/// Everything that is wrong with the rows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLogReport {
    /// The log.
    pub path: PathBuf,
    /// Each kind of issue once.
    pub issues: Vec<LogIssue>,
}

impl EventLogReport {
    pub(super) fn add(&mut self, kind: LogIssueKind, place: LogPosition, value: &str) {
        let at = match self.issues.binary_search_by_key(&kind, |issue| issue.kind) {
            Ok(at) => at,
            Err(at) => {
                self.issues.insert(at, LogIssue { kind, count: 0, examples: Vec::new() });
                at
            }
        };
        let issue = &mut self.issues[at];
        issue.count += 1;
        if issue.examples.len() < MAX_EXAMPLES {
            issue.examples.push((place, shown(value)));
        }
    }
}

impl fmt::Display for EventLogReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be imported", self.path.display())?;
        for LogIssue { kind, count, examples } in &self.issues {
            let (wrong, remedy) = kind.text();
            let events = if *count == 1 { "event" } else { "events" };
            write!(f, "\n  {count} {events} with {wrong}: ")?;
            for (index, (place, value)) in examples.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{place} (`{value}`)")?;
            }
            let more = if *count > examples.len() as u64 { ", ..." } else { "" };
            write!(f, "{more}; {remedy}")?;
        }
        Ok(())
    }
}
