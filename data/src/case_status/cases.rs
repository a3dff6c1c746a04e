//! Rows become cases: one form, one receipt date, and what happened in order.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use model::{Day, FormDefinition, recognized_form};

use super::dates::Dates;
use super::meaning::Meanings;
use super::note::CaseStatusNote;
use super::problems::{ProblemKind, Problems};
use super::rows::{Row, Rows, at};

/// The action that starts the clock.
const RECEIVED: &str = "received";

/// A case as it will be written.
#[derive(Debug)]
pub(super) struct StatusCase {
    /// Number of its id among those of the file.
    pub(super) case: u32,
    /// Number of its form definition.
    pub(super) form: usize,
    pub(super) received: Day,
    /// Numbers and values of its attributes that its form uses, each from the earliest row that has it.
    pub(super) attributes: Vec<(usize, String)>,
    pub(super) actions: Vec<StatusAction>,
}

/// Something that happened to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StatusAction {
    /// Number of the action code.
    pub(super) action: u32,
    pub(super) day: Day,
    pub(super) scheduled_for: Option<Day>,
}

/// What was counted on the way.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    /// Rows that repeat the status, date and appointment of another row of their case.
    repeated: u64,
    /// Cases whose receipt date is that of their earliest row that says so.
    received_by_status: u64,
    /// Appointments that the status of their row does not announce.
    unannounced_appointments: u64,
}

impl Counts {
    pub(super) fn notes(self) -> impl Iterator<Item = CaseStatusNote> {
        let counted = |count: u64, note: fn(u64) -> CaseStatusNote| (count > 0).then(|| note(count));
        let notes = [
            counted(self.repeated, CaseStatusNote::RepeatedRows),
            counted(self.received_by_status, CaseStatusNote::ReceivedByStatus),
            counted(self.unannounced_appointments, CaseStatusNote::UnannouncedAppointments),
        ];
        notes.into_iter().flatten()
    }
}

/// Makes cases of rows.
pub(super) struct Assembly<'a> {
    rows: &'a Rows,
    dates: &'a Dates,
    definitions: &'a [FormDefinition],
    /// For each form, which attributes of the file it uses.
    attribute_uses: Vec<Vec<bool>>,
    extracted_on: Option<Day>,
    counts: Counts,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        rows: &'a Rows,
        dates: &'a Dates,
        definitions: &'a [FormDefinition],
        attributes: &[String],
        extracted_on: Option<Day>,
    ) -> Self {
        let uses = |form: &FormDefinition| {
            let used = |name: &String| form.spec().attributes.iter().any(|attribute| attribute.name == *name);
            attributes.iter().map(used).collect()
        };
        let attribute_uses = definitions.iter().map(uses).collect();
        Self { rows, dates, definitions, attribute_uses, extracted_on, counts: Counts::default() }
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    /// The cases in the order of the file. Rows and cases that contradict themselves are problems.
    pub(super) fn cases(&mut self, meanings: &mut Meanings<'_>, problems: &mut Problems) -> Vec<StatusCase> {
        let forms = self.forms(problems);
        let mut rows: Vec<Row> = self.rows.rows.clone();
        rows.sort_by_key(|row| (row.case, self.dates.moment(row.date), row.line));
        let mut cases = Vec::new();
        for rows in rows.chunk_by(|a, b| a.case == b.case) {
            self.report_late(rows, problems);
            cases.extend(self.case(rows, &forms, meanings, problems));
        }
        // A row that is refused may hold the status that the form needs.
        if problems.is_empty() {
            self.report_forms_without_actions(&cases, meanings, problems);
        }
        cases
    }

    /// The number of the definition of each form that the file names.
    fn forms(&self, problems: &mut Problems) -> Vec<Option<usize>> {
        let names = || self.definitions.iter().map(FormDefinition::name);
        let known = |written: &String| {
            let name = recognized_form(written, names())?;
            names().position(|known| known == name)
        };
        let forms: Vec<Option<usize>> = self.rows.forms.values().iter().map(known).collect();
        for row in &self.rows.rows {
            if let Some(form) = row.form
                && forms[form as usize].is_none()
            {
                problems.add(ProblemKind::UnknownForm, || at(row.line, self.rows.forms.get(form)));
            }
        }
        forms
    }

    fn case(
        &mut self,
        rows: &[Row],
        forms: &[Option<usize>],
        meanings: &mut Meanings<'_>,
        problems: &mut Problems,
    ) -> Option<StatusCase> {
        let first = rows.first()?;
        let form = self.form(rows, forms, problems)?;
        let actions = self.actions(rows, form, meanings, problems);
        let received = self.received(rows, &actions, meanings, problems)?;
        let mut counted = HashSet::new();
        let mut kept = Vec::with_capacity(actions.len());
        for (action, line) in actions {
            if action.day < received {
                problems.add(ProblemKind::BeforeReceipt, || at(line, &action.day.to_string()));
            }
            if let Some(early) = action.scheduled_for.filter(|appointment| *appointment < action.day) {
                problems.add(ProblemKind::BeforeNotice, || at(line, &early.to_string()));
            }
            if counted.insert(action) {
                kept.push(action);
            } else {
                self.counts.repeated += 1;
            }
        }
        let attributes = self.attributes(rows, form);
        Some(StatusCase { case: first.case, form, received, attributes, actions: kept })
    }

    fn attributes(&self, rows: &[Row], form: usize) -> Vec<(usize, String)> {
        let used = |(number, _): &&(usize, String)| self.attribute_uses[form][*number];
        let mut earliest: BTreeMap<usize, &String> = BTreeMap::new();
        for (number, value) in
            rows.iter().flat_map(|row| self.rows.attributes.get(row.attributes)).filter(used)
        {
            earliest.entry(*number).or_insert(value);
        }
        earliest.into_iter().map(|(number, value)| (number, value.clone())).collect()
    }

    /// The form of a case: one row with it is enough.
    fn form(&self, rows: &[Row], forms: &[Option<usize>], problems: &mut Problems) -> Option<usize> {
        let written = |row: &Row| row.form.map(|form| forms[form as usize]);
        let mut known = rows.iter().filter_map(|row| Some((row, written(row)??)));
        let Some((_, form)) = known.next() else {
            if rows.iter().all(|row| row.form.is_none()) {
                problems.add(ProblemKind::NoForm, || format!("line {}", rows[0].line));
            }
            return None;
        };
        if let Some((row, other)) = known.find(|(_, other)| *other != form) {
            let (first, second) = (self.definitions[form].name(), self.definitions[other].name());
            problems.add(ProblemKind::TwoForms, || format!("line {} (`{first}` and `{second}`)", row.line));
            return None;
        }
        Some(form)
    }

    /// What happened to a case, with the lines that say so. Rows whose date cannot be read are problems already.
    fn actions(
        &mut self,
        rows: &[Row],
        form: usize,
        meanings: &mut Meanings<'_>,
        problems: &mut Problems,
    ) -> Vec<(StatusAction, u64)> {
        let mut actions = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(status) = row.status else {
                self.counts.unannounced_appointments += u64::from(row.scheduled_for.is_some());
                continue;
            };
            let values = self.rows.statuses.get(status);
            let definition = &self.definitions[form];
            let action = meanings.action((form, definition), (status, values), row.line, problems);
            if let (Some(action), Some(day)) = (action, self.dates.day(row.date)) {
                let announces = definition.schedules(meanings.code(action)).is_some();
                let scheduled_for = self.dates.day(row.scheduled_for).filter(|_| announces);
                self.counts.unannounced_appointments += u64::from(row.scheduled_for.is_some() && !announces);
                actions.push((StatusAction { action, day, scheduled_for }, row.line));
            }
        }
        actions
    }

    /// The receipt date: that of the column, or of the earliest row that says that the case was received.
    fn received(
        &mut self,
        rows: &[Row],
        actions: &[(StatusAction, u64)],
        meanings: &Meanings<'_>,
        problems: &mut Problems,
    ) -> Option<Day> {
        let written: BTreeMap<Day, u64> =
            rows.iter().rev().filter_map(|row| Some((self.dates.day(row.received)?, row.line))).collect();
        let mut days = written.keys();
        match (days.next(), days.next()) {
            (Some(first), Some(second)) => {
                let line = written[second];
                problems.add(ProblemKind::TwoReceiptDates, || format!("line {line} ({first} and {second})"));
                return None;
            }
            (Some(only), None) => return Some(*only),
            _ => {}
        }
        let received = actions.iter().find(|(action, _)| meanings.code(action.action) == RECEIVED);
        match received {
            Some((action, _)) => {
                self.counts.received_by_status += 1;
                Some(action.day)
            }
            // A date that cannot be read may be the receipt, and is a problem already.
            None if rows.iter().any(|row| self.has_unreadable_date(row)) => None,
            None => {
                problems.add(ProblemKind::NoReceiptDate, || format!("line {}", rows[0].line));
                None
            }
        }
    }

    fn has_unreadable_date(&self, row: &Row) -> bool {
        [row.received, row.date].into_iter().any(|date| date.is_some() && self.dates.day(date).is_none())
    }

    fn report_late(&self, rows: &[Row], problems: &mut Problems) {
        for row in rows {
            let days = [self.dates.day(row.date), self.dates.day(row.received)];
            let late = days.into_iter().flatten().find(|day| self.extracted_on.is_some_and(|end| *day > end));
            if let Some(late) = late {
                problems.add(ProblemKind::AfterExtraction, || at(row.line, &late.to_string()));
            }
        }
    }

    /// A form needs an action that its definition knows, or nothing could be learned about it.
    fn report_forms_without_actions(
        &self,
        cases: &[StatusCase],
        meanings: &Meanings<'_>,
        problems: &mut Problems,
    ) {
        let seen: BTreeSet<(usize, u32)> = cases
            .iter()
            .flat_map(|case| case.actions.iter().map(|action| (case.form, action.action)))
            .collect();
        let forms: BTreeSet<usize> = cases.iter().map(|case| case.form).collect();
        for form in forms {
            let definition = &self.definitions[form];
            let mut actions = seen.iter().filter(|(of, _)| *of == form).peekable();
            let silent = actions.peek().is_none() && !seen.is_empty();
            let known = actions.any(|(_, action)| definition.effect(meanings.code(*action)).is_some());
            if !known && !silent {
                problems.add(ProblemKind::NoKnownAction, || format!("`{}`", definition.name()));
            }
        }
    }
}
