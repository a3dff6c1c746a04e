//! What is wrong with the rows of a file of case statuses: every kind of problem once, with its first examples.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::HistoryIssue;
use crate::shown_text::{shortened, shown};

/// Rows that are listed for each kind of problem.
const MAX_EXAMPLES: usize = 5;
/// The most characters of an unknown status. A title is longer than other values that are shown.
const MAX_SHOWN_STATUS: usize = 200;
/// Unknown statuses that are listed one by one, the most frequent first.
const MAX_UNKNOWN_STATUSES: usize = 20;

/// Kinds of rows and cases that cannot become part of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ProblemKind {
    Fields,
    NotUtf8,
    NotAnObject,
    DuplicateMember,
    NestedValue,
    NoCase,
    BadCase,
    ReceiptNumber,
    ReceiptNumberInAttribute,
    NoForm,
    UnknownForm,
    TwoForms,
    NoStatus,
    LongStatus,
    NoDate,
    BadDate,
    DateOutOfRange,
    OtherDateOrder,
    NoReceiptDate,
    TwoReceiptDates,
    BeforeReceipt,
    BeforeNotice,
    AfterExtraction,
    NoKnownAction,
}

impl ProblemKind {
    /// What is wrong, and what to do.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Fields => (
                "rows with another number of fields than the header has",
                "put fields with a delimiter or a line break in quotes",
            ),
            Self::NotUtf8 => ("text that is not UTF-8", "save the file as UTF-8"),
            Self::NotAnObject => ("lines that are not JSON objects", "write one JSON object on each line"),
            Self::DuplicateMember => ("lines with a duplicate member", "keep one of the members"),
            Self::NestedValue => (
                "lists or objects where a text belongs",
                "write the value itself, for example \"form\": \"I-130\"",
            ),
            Self::NoCase => ("rows without a case id", "give every row the id of its case, or delete it"),
            Self::BadCase => (
                "case ids longer than 64 bytes or with control characters",
                "use shorter ids, or replace them with --hash-ids KEYFILE",
            ),
            Self::ReceiptNumber => (
                "case ids with a receipt number in the clear",
                "replace the case ids by a keyed hash with --hash-ids KEYFILE",
            ),
            Self::ReceiptNumberInAttribute => {
                ("attributes with a receipt number in the clear", "delete the column, or clear the values")
            }
            Self::NoForm => ("cases without a form", "give at least one row of each case its form"),
            Self::UnknownForm => {
                ("forms that are not known", "write the form as the agency does, or delete the rows")
            }
            Self::TwoForms => (
                "cases with more than one form",
                "a case is one filing of one form; correct the form, or give the filings ids of their own",
            ),
            Self::NoStatus => ("rows with a date but no status", "add the status, or delete the date"),
            Self::LongStatus => (
                "statuses longer than 200 bytes",
                "use the column with the title of the status, not the one with its description",
            ),
            Self::NoDate => ("rows with a status but no date", "add the date, or delete the row"),
            Self::BadDate => ("dates that cannot be read", "write them like 2022-06-30 or 06/30/2022"),
            Self::DateOutOfRange => ("dates outside the years 1900 to 2199", "correct or delete them"),
            Self::OtherDateOrder => (
                "dates that the order given with --date-order does not allow",
                "correct them, or choose another order",
            ),
            Self::NoReceiptDate => (
                "cases with neither a receipt date nor a status that says that the case was received",
                "add the receipt date in a column `received_on`, or the row with the receipt",
            ),
            Self::TwoReceiptDates => (
                "cases with more than one receipt date",
                "the clock starts once; correct the dates or clear the wrong ones",
            ),
            Self::BeforeReceipt => (
                "statuses dated before the receipt of their case",
                "correct the dates, or clear the receipt date to take the earliest row that says received",
            ),
            Self::BeforeNotice => {
                ("appointments before the day of their notice", "correct whichever of the two is wrong")
            }
            Self::AfterExtraction => (
                "dates after the extraction date",
                "give the day up to which the file is complete with --extracted-on, or correct the dates",
            ),
            Self::NoKnownAction => (
                "forms without a known status",
                "a history needs at least one known status for each form; write the titles as the agency does",
            ),
        }
    }
}

/// A status that is not in the vocabulary.
#[derive(Debug, Default)]
pub(super) struct UnknownStatus {
    pub(super) count: u64,
    pub(super) lines: Vec<u64>,
    /// The number of the form of the first case with it.
    pub(super) form: usize,
}

/// Every problem found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: BTreeMap<ProblemKind, (u64, Vec<String>)>,
    unknown_statuses: BTreeMap<String, UnknownStatus>,
}

impl Problems {
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.unknown_statuses.is_empty()
    }

    /// The problems of lines that cannot be read at all.
    pub(super) fn only_unreadable_lines(mut self) -> Self {
        let unreadable = [ProblemKind::NotUtf8, ProblemKind::NotAnObject, ProblemKind::DuplicateMember];
        self.found.retain(|kind, _| unreadable.contains(kind));
        self
    }

    /// Counts a problem; `example` says where it is.
    pub(super) fn add(&mut self, kind: ProblemKind, example: impl FnOnce() -> String) {
        let (count, examples) = self.found.entry(kind).or_default();
        *count += 1;
        if examples.len() < MAX_EXAMPLES {
            examples.push(example());
        }
    }

    /// Counts an unknown status of a case whose form has a number.
    pub(super) fn add_unknown_status(&mut self, status: &str, line: u64, form: usize) {
        if !self.unknown_statuses.contains_key(status) {
            let unknown = UnknownStatus { form, ..UnknownStatus::default() };
            self.unknown_statuses.insert(status.to_owned(), unknown);
        }
        if let Some(unknown) = self.unknown_statuses.get_mut(status) {
            unknown.count += 1;
            if unknown.lines.len() < MAX_EXAMPLES {
                unknown.lines.push(line);
            }
        }
    }

    /// What was found, as the issues of a file. Empty if nothing was. `known_forms` is a list for the remedy; `nearest`
    /// says what an unknown status may have meant on the form with a number. It is called only for those that are listed,
    /// because a file may have any number of them.
    pub(super) fn into_issues(
        self,
        file: &str,
        known_forms: &str,
        nearest: impl Fn(usize, &str) -> String,
    ) -> Vec<HistoryIssue> {
        let mut issues: Vec<HistoryIssue> = Vec::new();
        for (kind, (count, examples)) in self.found {
            let (what, remedy) = kind.text();
            let known = if kind == ProblemKind::UnknownForm { known_forms } else { "" };
            let remedy =
                if known.is_empty() { remedy.to_owned() } else { format!("{remedy}; known are {known}") };
            issues.push(HistoryIssue::new(file, what, remedy).counted(count).with_examples(examples));
        }
        let mut unknown: Vec<(String, UnknownStatus)> = self.unknown_statuses.into_iter().collect();
        unknown.sort_by_key(|(_, unknown)| Reverse(unknown.count));
        let more = unknown.split_off(unknown.len().min(MAX_UNKNOWN_STATUSES));
        for (status, UnknownStatus { count, lines, form }) in unknown {
            let nearest = nearest(form, &status);
            let what = format!("unknown status `{}`", shortened(&status, MAX_SHOWN_STATUS));
            let remedy = format!(
                "{nearest}, or keep unknown statuses as events without a milestone with --unknown-status keep"
            );
            let lines = lines.iter().map(|line| format!("line {line}"));
            issues.push(HistoryIssue::new(file, what, remedy).counted(count).with_examples(lines));
        }
        if !more.is_empty() {
            let issue = HistoryIssue::new(file, "more unknown statuses", "correct the ones above first");
            let count = more.iter().map(|(_, unknown)| unknown.count).sum();
            let statuses = more.iter().map(|(status, _)| format!("`{}`", shown(status)));
            issues.push(issue.counted(count).with_examples(statuses));
        }
        issues
    }
}
