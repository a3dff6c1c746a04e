//! Everything that is wrong with a history, in one report.

use std::fmt;

use polars::prelude::Series;

use crate::shown_text::{shown, shown_sentence};

/// The most examples of one kind of problem.
pub(super) const MAX_EXAMPLES: usize = 5;

/// One kind of problem in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryIssue {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// The number of rows or cases with it.
    pub count: u64,
    /// Up to five of them: case ids or row numbers (the first row of data is row 1).
    pub examples: Vec<String>,
    /// What to do.
    pub remedy: String,
}

impl HistoryIssue {
    /// One problem without examples. The texts may repeat what is in a file: they are masked and shortened here.
    pub(crate) fn new(file: &str, what: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self {
            file: file.to_owned(),
            what: shown_sentence(what.as_ref()),
            count: 1,
            examples: Vec::new(),
            remedy: shown_sentence(remedy.as_ref()),
        }
    }

    /// The same problem in `count` rows or cases.
    pub(crate) fn counted(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// The same problem with these examples.
    pub(crate) fn with_examples(mut self, examples: impl IntoIterator<Item = String>) -> Self {
        self.examples = examples.into_iter().take(MAX_EXAMPLES).collect();
        self
    }
}

impl fmt::Display for HistoryIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)?;
        if !self.examples.is_empty() {
            write!(f, " ({} in all, for example {})", self.count, self.examples.join(", "))?;
        }
        write!(f, "; {}", self.remedy)
    }
}

/// Where a problem is. The row is counted from 0.
pub(super) enum Example<'a> {
    Row(usize),
    CaseId(&'a str),
    Value(usize, &'a str),
}

impl fmt::Display for Example<'_> {
    /// A report is printed and logged, so a value is masked and shortened here, where nobody can forget it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => write!(f, "row {}", row + 1),
            Self::CaseId(id) => f.write_str(&shown(id)),
            Self::Value(row, value) => write!(f, "row {} `{}`", row + 1, shown(value)),
        }
    }
}

/// The case id of a row, or its number if it has none.
pub(super) fn name(ids: Option<&Series>, row: usize) -> Example<'_> {
    let id = ids.and_then(|ids| ids.str().ok()?.get(row));
    id.map_or(Example::Row(row), Example::CaseId)
}

/// Counts one kind of problem and keeps its first examples.
pub(super) struct Tally {
    problem: HistoryIssue,
}

impl Tally {
    pub(super) fn new(file: &str, what: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self { problem: HistoryIssue::new(file, what, remedy).counted(0) }
    }

    pub(super) fn add(&mut self, example: Example<'_>) {
        self.count(Some(example));
    }

    /// Counts one more, with or without an example.
    pub(super) fn count(&mut self, example: Option<Example<'_>>) {
        self.problem.count += 1;
        if self.problem.examples.len() < MAX_EXAMPLES {
            self.problem.examples.extend(example.map(|example| example.to_string()));
        }
    }

    pub(super) fn into(self, problems: &mut Vec<HistoryIssue>) {
        if self.problem.count > 0 {
            problems.push(self.problem);
        }
    }
}

/// Everything that was found while a history was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryReport {
    /// What makes the history unusable.
    pub problems: Vec<HistoryIssue>,
    /// Findings that do not make the history unusable.
    pub warnings: Vec<HistoryIssue>,
}

impl fmt::Display for HistoryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "  problem: {problem}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "  warning: {warning}")?;
        }
        Ok(())
    }
}
