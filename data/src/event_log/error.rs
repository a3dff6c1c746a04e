//! What can be wrong with an event log.

use std::fmt;
use std::path::PathBuf;

use model::FormError;
use thiserror::Error;

/// Row numbers that are listed for each kind of problem.
const LISTED: usize = 5;

/// Why an event log cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventLogError {
    /// The system cannot read the file.
    #[error("cannot read `{}`: {detail}; check its name and that you may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The gzip stream is damaged or ends early.
    #[error("`{}` is a damaged or cut-off gzip file ({detail}); fetch or compress it again", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decompressor said.
        detail: String,
    },
    /// There is nothing in the file.
    #[error("`{}` is empty; it must have a header and one row for each event, or be an XES log", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// There are columns or traces but no events.
    #[error("`{}` has no events; there is nothing to learn from it, check how it was exported", path.display())]
    NoEvents {
        /// The file.
        path: PathBuf,
    },
    /// Columns are not there.
    #[error(
        "`{}` has no column {missing}; it has {there}. Name the columns of this file with the options, and separate them with commas", path.display()
    )]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The columns that were looked for.
        missing: String,
        /// The columns that are there.
        there: String,
    },
    /// Two columns have one name.
    #[error("`{}` has two columns `{column}`; rename one", path.display())]
    ColumnTwice {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// More attributes than a history can use.
    #[error("`{}` has more than {most} attributes of cases (the last is `{name}`); leave some out", path.display())]
    TooManyAttributes {
        /// The file.
        path: PathBuf,
        /// How many there may be.
        most: usize,
        /// The first that is too many.
        name: String,
    },
    /// One row or tag that goes on and on.
    #[error(
        "`{}`, {place}: one row or tag is longer than {most} bytes; look for a quote or `<` that is left open", path.display()
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Where it begins.
        place: Place,
        /// How long it may be.
        most: u64,
    },
    /// Text in another encoding where nothing can be read without it.
    #[error("`{}`, {place}: not UTF-8; save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Where.
        place: Place,
    },
    /// The XML is broken, or deeper than any log.
    #[error("`{}`, {place}: broken XML: {detail}; export or fetch the log again", path.display())]
    Xml {
        /// The file.
        path: PathBuf,
        /// Where.
        place: Place,
        /// What is wrong.
        detail: String,
    },
    /// XML that is something else.
    #[error("`{}` is XML but no XES log: it begins with <{root}>, not with <log>", path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
        /// Its outermost element.
        root: String,
    },
    /// Rows that cannot be used, every kind of them.
    #[error("{0}")]
    Rows(EventLogReport),
    /// More activities than a form has milestones.
    #[error(
        "`{file}` has {count} different activities; at most {most} can be milestones. Rename the rare ones to one name, and check that the activity column is not free text"
    )]
    TooManyActivities {
        /// The log.
        file: String,
        /// How many it has.
        count: usize,
        /// How many there may be.
        most: usize,
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
    /// An end that never comes.
    #[error("`{file}` has no activity {missing} that could be the end; it has {there}")]
    UnknownEnd {
        /// The log.
        file: String,
        /// What was given as an end.
        missing: String,
        /// The activities of the log.
        there: String,
    },
    /// Ends by activity, and no activity.
    #[error("no end activity is given; name at least one, or take the last event as the end")]
    NoEnd,
    /// The form definition that the log would have is not allowed.
    #[error("`{file}` makes no form definition: {error}")]
    Form {
        /// The log.
        file: String,
        /// What is not allowed.
        error: FormError,
    },
}

/// A place in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Line of a CSV log, from 1.
    Line(u64),
    /// Byte of an XES log (after decompression), from 0.
    Byte(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

/// Kinds of rows that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// More or fewer fields than the header.
    Fields,
    /// Another encoding.
    NotUtf8,
    /// No case id.
    NoCase,
    /// A case id that is too long or has control characters.
    BadCase,
    /// No activity.
    NoActivity,
    /// An activity that is too long or has control characters.
    BadActivity,
    /// No time, or a text that is not one.
    BadTime,
    /// A time when no case is from.
    TimeOutOfRange,
}

impl ProblemKind {
    /// What is wrong, and what to do.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Fields => (
                "another number of fields than the header has",
                "put fields with a comma or a line break in quotes",
            ),
            Self::NotUtf8 => ("not UTF-8", "save the file as UTF-8"),
            Self::NoCase => ("no case id", "give every event the id of its case, or delete the event"),
            Self::BadCase => {
                ("a case id longer than 64 bytes or with control characters", "give the cases shorter keys")
            }
            Self::NoActivity => ("no activity", "name what happened, or delete the event"),
            Self::BadActivity => (
                "an activity longer than 128 bytes or with control characters",
                "give the activities shorter names, without line breaks",
            ),
            Self::BadTime => (
                "no readable time",
                "write it like 2010-01-13T08:40:25Z, 2010-01-13T08:40:25+01:00, 2010-01-13 08:40:25 or 2010-01-13",
            ),
            Self::TimeOutOfRange => {
                ("a time outside the years 1900 to 2199", "correct it, or delete the event")
            }
        }
    }
}

/// Rows with the same problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// How many rows have it.
    pub count: u64,
    /// The first of them, and the values that are wrong.
    pub examples: Vec<(Place, String)>,
}

/// Everything that is wrong with the rows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLogReport {
    /// The log.
    pub path: PathBuf,
    /// Each kind of problem once.
    pub problems: Vec<Problem>,
}

impl EventLogReport {
    pub(super) fn add(&mut self, kind: ProblemKind, place: Place, value: &str) {
        let at = match self.problems.binary_search_by_key(&kind, |problem| problem.kind) {
            Ok(at) => at,
            Err(at) => {
                self.problems.insert(at, Problem { kind, count: 0, examples: Vec::new() });
                at
            }
        };
        let problem = &mut self.problems[at];
        problem.count += 1;
        if problem.examples.len() < LISTED {
            problem.examples.push((place, shown(value)));
        }
    }
}

impl fmt::Display for EventLogReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be imported", self.path.display())?;
        for Problem { kind, count, examples } in &self.problems {
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

/// At most 40 characters of a wrong value, none of which can upset a terminal.
pub(crate) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String =
        characters.by_ref().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// Names as a list for a message, the first 30 of them.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut list: Vec<String> = names.by_ref().take(30).map(|name| format!("`{}`", shown(name))).collect();
    let more = names.count();
    if more > 0 {
        list.push(format!("and {more} more"));
    }
    list.join(", ")
}
