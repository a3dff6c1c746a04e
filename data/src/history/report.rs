//! Everything that is wrong with a history, in one report.

use std::fmt;

use model::mask_receipt_numbers;

/// The most examples of one kind of problem.
const MAX_EXAMPLES: usize = 5;

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
    pub(super) fn new(file: &str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            what: what.into(),
            count: 1,
            examples: Vec::new(),
            remedy: remedy.into(),
        }
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

/// Counts one kind of problem and keeps its first examples.
pub(super) struct Tally {
    problem: HistoryIssue,
}

impl Tally {
    pub(super) fn new(file: &str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        let mut problem = HistoryIssue::new(file, what, remedy);
        problem.count = 0;
        Self { problem }
    }

    pub(super) fn add(&mut self, example: impl FnOnce() -> String) {
        self.problem.count += 1;
        if self.problem.examples.len() < MAX_EXAMPLES {
            self.keep(&example());
        }
    }

    /// Counts one more, with or without an example.
    pub(super) fn count(&mut self, example: Option<String>) {
        self.problem.count += 1;
        if self.problem.examples.len() < MAX_EXAMPLES {
            example.iter().for_each(|example| self.keep(example));
        }
    }

    /// A report is printed and logged, so it does not show a receipt number.
    fn keep(&mut self, example: &str) {
        self.problem.examples.push(mask_receipt_numbers(example).into_owned());
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
