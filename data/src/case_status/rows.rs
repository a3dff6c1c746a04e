//! The rows of a file as they are read, in little memory: texts that repeat are kept once.

use std::collections::HashMap;
use std::hash::Hash;

use model::{contains_receipt_number, mask_receipt_numbers};

use super::columns::{ColumnRole, ColumnUse};
use super::problems::{ProblemKind, Problems};
use crate::CaseIdKey;
use crate::case_ids::MAX_CASE_ID_BYTES;
use crate::shown_text::shown;

const MAX_STATUS: usize = 200;

/// One row as written; a value that is missing is empty.
#[derive(Debug, Default)]
pub(super) struct RawRow {
    pub(super) case: String,
    pub(super) form: String,
    pub(super) received: String,
    pub(super) date: String,
    pub(super) scheduled_for: String,
    /// The values of the status columns, each with its rank among the known names.
    pub(super) statuses: Vec<(usize, String)>,
    /// Numbers and values of the attributes.
    pub(super) attributes: Vec<(usize, String)>,
}

impl RawRow {
    pub(super) fn clear(&mut self) {
        for text in
            [&mut self.case, &mut self.form, &mut self.received, &mut self.date, &mut self.scheduled_for]
        {
            text.clear();
        }
        self.statuses.clear();
        self.attributes.clear();
    }

    /// Puts a value where its column belongs. Spaces around it do not count.
    pub(super) fn set(&mut self, found: ColumnUse, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let place = match found {
            ColumnUse::Ignored => return,
            ColumnUse::Status(rank) => return self.statuses.push((rank, value.to_owned())),
            ColumnUse::Attribute(number) => return self.attributes.push((number, value.to_owned())),
            ColumnUse::Role(ColumnRole::Case) => &mut self.case,
            ColumnUse::Role(ColumnRole::Form) => &mut self.form,
            ColumnUse::Role(ColumnRole::Received) => &mut self.received,
            ColumnUse::Role(ColumnRole::Date) => &mut self.date,
            ColumnUse::Role(ColumnRole::ScheduledFor) => &mut self.scheduled_for,
            ColumnUse::Role(ColumnRole::Status) => return,
        };
        place.push_str(value);
    }
    fn is_blank(&self) -> bool {
        [&self.case, &self.form, &self.received, &self.date, &self.scheduled_for]
            .into_iter()
            .all(|text| text.is_empty())
            && self.statuses.is_empty()
    }
}

/// Texts, each kept once and known by its number.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    pub(super) fn new() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }

    /// The number of a value; a new one gets the next number.
    pub(super) fn number(&mut self, value: T) -> u32 {
        if let Some(&number) = self.numbers.get(&value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    pub(super) fn values(&self) -> &[T] {
        &self.values
    }

    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }
}

/// A row by the numbers of its texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) case: u32,
    pub(super) form: Option<u32>,
    pub(super) received: Option<u32>,
    pub(super) date: Option<u32>,
    pub(super) scheduled_for: Option<u32>,
    pub(super) status: Option<u32>,
    pub(super) attributes: u32,
}

/// The rows of a file with the texts behind their numbers.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Case ids as they will be written, in the order in which they first appear.
    pub(super) cases: Numbered<String>,
    pub(super) forms: Numbered<String>,
    /// Dates with the line where they first appear.
    pub(super) dates: Numbered<String>,
    pub(super) date_lines: Vec<u64>,
    /// The values of the status columns of a row, the first name in the table of names first.
    pub(super) statuses: Numbered<Vec<String>>,
    pub(super) attributes: Numbered<Vec<(usize, String)>>,
    pub(super) problems: Problems,
}

impl Rows {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            cases: Numbered::new(),
            forms: Numbered::new(),
            dates: Numbered::new(),
            date_lines: Vec::new(),
            statuses: Numbered::new(),
            attributes: Numbered::new(),
            problems: Problems::default(),
        }
    }

    /// Adds a row, unless it is empty. A key replaces the case id by its hash.
    pub(super) fn push(&mut self, raw: &mut RawRow, line: u64, key: Option<&CaseIdKey>) {
        if raw.is_blank() {
            return;
        }
        let Some(case) = self.case(raw.case.trim(), line, key) else { return };
        raw.statuses.sort_by_key(|(rank, _)| *rank);
        let statuses: Vec<String> =
            raw.statuses.iter().map(|(_, text)| mask_receipt_numbers(text).into()).collect();
        if let Some(long) = statuses.iter().find(|text| text.len() > MAX_STATUS) {
            return self.problems.add(ProblemKind::LongStatus, || at(line, long));
        }
        if let Some((_, value)) = raw.attributes.iter().find(|(_, value)| contains_receipt_number(value)) {
            return self.problems.add(ProblemKind::ReceiptNumberInAttribute, || at(line, value));
        }
        match (statuses.is_empty(), raw.date.is_empty()) {
            (true, false) => return self.problems.add(ProblemKind::NoStatus, || at(line, &raw.date)),
            (false, true) => return self.problems.add(ProblemKind::NoDate, || at(line, &statuses[0])),
            _ => {}
        }
        let row = Row {
            line,
            case,
            form: (!raw.form.is_empty()).then(|| self.forms.number(raw.form.clone())),
            received: self.date(&raw.received, line),
            date: self.date(&raw.date, line),
            scheduled_for: self.date(&raw.scheduled_for, line),
            status: (!statuses.is_empty()).then(|| self.statuses.number(statuses)),
            attributes: self.attributes.number(std::mem::take(&mut raw.attributes)),
        };
        self.rows.push(row);
    }

    fn case(&mut self, id: &str, line: u64, key: Option<&CaseIdKey>) -> Option<u32> {
        let refused = match key {
            _ if id.is_empty() => Some(ProblemKind::NoCase),
            Some(_) => None,
            None if contains_receipt_number(id) => Some(ProblemKind::ReceiptNumber),
            None if id.len() > MAX_CASE_ID_BYTES || id.chars().any(char::is_control) => {
                Some(ProblemKind::BadCase)
            }
            None => None,
        };
        if let Some(kind) = refused {
            self.problems.add(kind, || if id.is_empty() { format!("line {line}") } else { at(line, id) });
            return None;
        }
        Some(self.cases.number(key.map_or_else(|| id.to_owned(), |key| key.hash(id))))
    }

    fn date(&mut self, text: &str, line: u64) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        let number = self.dates.number(text.to_owned());
        if number as usize == self.date_lines.len() {
            self.date_lines.push(line);
        }
        Some(number)
    }
}

/// Where a value is, for a message.
pub(super) fn at(line: u64, value: &str) -> String {
    format!("line {line} (`{}`)", shown(value))
}
