//! What an import of case statuses decided or left out, for the person who started it.

use std::fmt;

use model::Day;

use crate::event_log::{LogNote, listed, plural};
use crate::shown_text::shown;

/// Something about a file of case statuses that is not a fault and that its owner has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseStatusNote {
    /// The extraction date was not given.
    NewestDate(Day),
    /// The order of day, month and year, decided by the values.
    DateOrder(LogNote),
    /// Columns that are neither used nor attributes of a form.
    IgnoredColumns(Vec<String>),
    /// Rows that repeat another row of their case.
    RepeatedRows(u64),
    /// Cases without a receipt date in a column of its own.
    ReceivedByStatus(u64),
    /// Rows whose status columns contradict each other.
    ContradictingStatuses {
        /// How many rows there are.
        count: u64,
        /// The first of them.
        example: PassedOver,
    },
    /// Rows with a status that is not known, beside one that is.
    UnknownStatusPassedOver {
        /// How many rows there are.
        count: u64,
        /// The first of them.
        example: PassedOver,
    },
    /// Appointments that are left out because the status of their row announces none.
    UnannouncedAppointments(u64),
    /// An unknown status that was kept.
    KeptStatus {
        /// The status as written.
        status: String,
        /// The action code that it became.
        action: String,
        /// How many rows have it.
        count: u64,
    },
}

/// A value that was passed over because another status column of its row comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The line of the row.
    pub line: u64,
    /// The value that was passed over.
    pub value: String,
    /// Its action, if it is known.
    pub action: Option<String>,
    /// The value that counts.
    pub counted: String,
    /// The action of the value that counts.
    pub counted_action: String,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, value, action, counted, counted_action } = self;
        write!(f, "line {line}: `{}` ({counted_action}) counts, not `{}`", shown(counted), shown(value))?;
        action.as_ref().map_or(Ok(()), |action| write!(f, " ({action})"))
    }
}

impl fmt::Display for CaseStatusNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewestDate(day) => {
                write!(
                    f,
                    "the history is complete up to {day}, the newest date; --extracted-on chooses another day"
                )
            }
            Self::DateOrder(note) => note.fmt(f),
            Self::IgnoredColumns(names) => {
                write!(f, "columns that are not used: {}", listed(names.iter().map(String::as_str)))
            }
            Self::RepeatedRows(count) => {
                write!(
                    f,
                    "{} left out: the case has the same status on the same day already",
                    plural(*count, "row")
                )
            }
            Self::ReceivedByStatus(count) => {
                let cases = plural(*count, "case");
                write!(f, "{cases} without a receipt date; the earliest row that says received gives it")
            }
            Self::ContradictingStatuses { count, example } => {
                let rows = rows(*count);
                write!(f, "{rows} with status columns that contradict each other, for example {example}")
            }
            Self::UnknownStatusPassedOver { count, example } => {
                let rows = rows(*count);
                write!(f, "{rows} with an unknown status beside a known one, for example {example}")
            }
            Self::UnannouncedAppointments(count) => {
                let appointments = plural(*count, "appointment");
                write!(f, "{appointments} left out: the status of the row does not announce one")
            }
            Self::KeptStatus { status, action, count } => {
                let status = shown(status);
                let rows = plural(*count, "row");
                write!(
                    f,
                    "{rows} kept with the unknown status `{status}`, as the action `{action}` without a milestone"
                )
            }
        }
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
