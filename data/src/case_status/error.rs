//! What can be wrong with a file of case statuses.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::HistoryIssue;
use crate::event_log::EventLogError;
use crate::shown_text::shown;

/// Why a file of case statuses cannot be imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaseStatusError {
    /// The file cannot be read, or its dates cannot be told apart.
    #[error(transparent)]
    File(#[from] EventLogError),
    /// A file of another kind.
    #[error("`{}` is {what}, not a table of case statuses; {remedy}", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// Columns are missing.
    #[error("`{}` has no column for {missing}; it has {found}. Name them {names}", path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// What they hold, as a list.
        missing: String,
        /// The names that they can have, as a list.
        names: String,
        /// The columns of the file, as a list.
        found: String,
    },
    /// Two columns have names that stand for the same thing.
    #[error("`{}`: `{}` and `{}` can both be {what}; rename or delete one", path.display(), shown(first), shown(second))]
    AmbiguousColumn {
        /// The file.
        path: PathBuf,
        /// What they stand for.
        what: String,
        /// One column.
        first: String,
        /// The other.
        second: String,
    },
    /// There is a header but no row.
    #[error("`{}` has no rows, so there is nothing to import; check how it was exported", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// Rows and cases that cannot be used, every kind of them.
    #[error(transparent)]
    Rows(CaseStatusReport),
}

/// Everything that is wrong with the rows of a file of case statuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct CaseStatusReport {
    /// The file.
    pub path: PathBuf,
    /// Each kind of problem once, and each unknown status.
    pub problems: Vec<HistoryIssue>,
}

impl fmt::Display for CaseStatusReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be imported", self.path.display())?;
        for problem in &self.problems {
            write!(f, "\n  problem: {problem}")?;
        }
        Ok(())
    }
}
