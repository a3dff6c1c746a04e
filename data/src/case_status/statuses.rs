//! A file of case statuses, read and checked as a whole, and the history that it makes.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use model::{Day, FormDefinition, Stamp, StatusTexts};

use super::cases::{Assembly, StatusCase};
use super::columns::Columns;
use super::dates::Dates;
use super::error::{CaseStatusError, CaseStatusReport};
use super::meaning::{Meanings, UnknownStatus, nearest};
use super::note::CaseStatusNote;
use super::rows::Rows;
use super::{json_lines, table};
use crate::event_log::DateOrder;
use crate::event_log::content::{other_file, text_start};
use crate::event_log::source::Unpacked;
use crate::forms::FormCatalog;
use crate::shown_text::file_name;
use crate::{
    ActionRow, CaseIdKey, CaseRow, HistoryFilesError, HistoryJson, HistoryKind, HistoryTimes, HistoryWriter,
};

/// What the person who imports a file says about it.
#[derive(Debug, Clone, Default)]
pub struct CaseStatusOptions {
    /// The day up to which the file is complete; without it, the newest date of the file.
    pub extracted_on: Option<Day>,
    /// Order of day, month and year in dates such as `01/02/2016`; without it, the values decide.
    pub date_order: Option<DateOrder>,
    /// What is done with a status that is not in the vocabulary.
    pub unknown_status: UnknownStatus,
    /// Key for hashes that replace the case ids.
    pub case_id_key: Option<CaseIdKey>,
}

/// The cases of a file, ready to be written as a history.
pub struct CaseStatuses {
    file: String,
    cases: Vec<StatusCase>,
    /// Case ids by their number.
    case_ids: Vec<String>,
    /// Action codes by their number.
    actions: Vec<String>,
    /// Names of the forms by their number.
    forms: Vec<String>,
    /// Names of the attributes by their number.
    attributes: Vec<String>,
    extracted_on: Day,
    notes: Vec<CaseStatusNote>,
}

/// Reads a file of case statuses: CSV (divided by commas, semicolons, tabs or vertical bars) or JSON lines, gzipped or
/// not.
///
/// A row has a case, its form, a status and the date of the status; a receipt date and the day of an appointment are
/// optional. A row with a case but without a status says only what it says about the case. A status is a title in
/// `texts`, an event code in `texts` or an action code of the form. Times count by their day (UTC), and their order
/// within the day is kept.
///
/// # Errors
/// [`CaseStatusError`] if the file cannot be read or is not a table of case statuses, if its dates leave the order of
/// day and month open, or with everything that is wrong with its rows.
pub fn read(
    path: &Path,
    options: &CaseStatusOptions,
    texts: &StatusTexts,
    forms: &FormCatalog,
) -> Result<CaseStatuses, CaseStatusError> {
    let source = Unpacked::open(path)?;
    let mut columns = Columns::new(forms.attribute_names());
    let mut rows = Rows::new();
    let key = options.case_id_key.as_ref();
    if is_json(&source.head, path)? {
        json_lines::read(source, &mut columns, key, &mut rows)?;
    } else {
        table::read(source, &mut columns, key, &mut rows)?;
    }
    if rows.rows.is_empty() && rows.problems.is_empty() {
        return Err(CaseStatusError::NoRows { path: path.to_owned() });
    }
    CaseStatuses::from_rows(rows, &columns, path, options, texts, forms)
}

impl CaseStatuses {
    fn from_rows(
        mut rows: Rows,
        columns: &Columns,
        path: &Path,
        options: &CaseStatusOptions,
        texts: &StatusTexts,
        forms: &FormCatalog,
    ) -> Result<Self, CaseStatusError> {
        let mut problems = std::mem::take(&mut rows.problems);
        let (dates, order) = Dates::read(&rows, options.date_order, path, &mut problems)?;
        let newest = dates.newest(rows.rows.iter().flat_map(|row| [row.date, row.received]));
        let extracted_on = options.extracted_on.or(newest);
        let definitions: Vec<FormDefinition> =
            forms.names().filter_map(|name| forms.newest(name).ok()).collect();
        let mut meanings = Meanings::new(texts, options.unknown_status);
        let mut assembly = Assembly::new(&rows, &dates, &definitions, columns.attributes(), extracted_on);
        let cases = assembly.cases(&mut meanings, &mut problems);
        let counts = assembly.counts();
        let file = file_name(path);
        let known_forms = forms.names().collect::<Vec<_>>().join(", ");
        let problems = problems.into_issues(&file, &known_forms, |form, status| {
            definitions.get(form).map(|form| nearest(texts, form, status)).unwrap_or_default()
        });
        let (Some(extracted_on), true) = (extracted_on, problems.is_empty()) else {
            return Err(CaseStatusError::Rows(CaseStatusReport { path: path.to_owned(), problems }));
        };
        let mut notes = Vec::new();
        if options.extracted_on.is_none() {
            notes.push(CaseStatusNote::NewestDate(extracted_on));
        }
        notes.extend(order.map(CaseStatusNote::DateOrder));
        notes.extend(columns.note());
        notes.extend(counts.notes());
        notes.extend(meanings.notes());
        Ok(Self {
            file,
            cases,
            case_ids: rows.cases.into_values(),
            actions: meanings.into_codes(),
            forms: definitions.iter().map(|form| form.name().to_owned()).collect(),
            attributes: columns.attributes().to_vec(),
            extracted_on,
            notes,
        })
    }

    /// How many cases there are.
    #[must_use]
    pub fn case_count(&self) -> usize {
        self.cases.len()
    }

    /// How many actions there are.
    #[must_use]
    pub fn action_count(&self) -> usize {
        self.cases.iter().map(|case| case.actions.len()).sum()
    }

    /// The day up to which the history is complete.
    #[must_use]
    pub const fn extracted_on(&self) -> Day {
        self.extracted_on
    }

    /// What was decided and left out.
    #[must_use]
    pub fn notes(&self) -> &[CaseStatusNote] {
        &self.notes
    }

    /// Writes the history to a folder, which may be missing, empty or a history that is to be replaced.
    ///
    /// # Errors
    /// [`HistoryFilesError`] if the folder is anything else or the system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), HistoryFilesError> {
        let days = HistoryTimes::Days;
        let mut actions = self.cases.iter().flat_map(|case| &case.actions);
        let mut writer = if actions.any(|action| action.scheduled_for.is_some()) {
            HistoryWriter::create_with_appointments(dir, days, &self.attributes, days)?
        } else {
            HistoryWriter::create(dir, days, &self.attributes)?
        };
        for case in &self.cases {
            let case_id = &self.case_ids[case.case as usize];
            let mut attributes = vec![None; self.attributes.len()];
            for (number, value) in &case.attributes {
                attributes[*number] = Some(value.as_str());
            }
            let (form, received) = (&self.forms[case.form], Stamp::Day(case.received));
            writer.push_case(&CaseRow { case_id, form, received, attributes: &attributes })?;
            for action in &case.actions {
                writer.push_action(&ActionRow {
                    case_id,
                    action: &self.actions[action.action as usize],
                    occurred: Stamp::Day(action.day),
                    scheduled_for: action.scheduled_for.map(Stamp::Day),
                    resource: None,
                })?;
            }
        }
        writer.finish(&HistoryJson {
            name: self.file.clone(),
            extracted_on: Stamp::Day(self.extracted_on),
            kind: Some(HistoryKind::Real),
            source: Some(format!("case statuses of `{}`", self.file)),
            note: None,
            more: BTreeMap::new(),
        })
    }
}

/// Says how much there is, never what: cases can identify people.
impl fmt::Debug for CaseStatuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseStatuses {{ {} cases, {} actions }}", self.case_count(), self.action_count())
    }
}

/// Whether the file holds JSON lines rather than a table. Anything else that is not text is refused.
fn is_json(head: &[u8], path: &Path) -> Result<bool, CaseStatusError> {
    let refuse = |(what, remedy)| Err(CaseStatusError::NotATable { path: path.to_owned(), what, remedy });
    let start = text_start(head);
    if let Some(other) = other_file(head) {
        return refuse(other);
    }
    match start.first() {
        None => Err(CaseStatusError::NoRows { path: path.to_owned() }),
        Some(b'{') if json_lines::spreads_an_object_over_lines(start) => {
            refuse(("a JSON object on several lines", "write each object on one line (JSON lines)"))
        }
        Some(b'{') => Ok(true),
        Some(b'[') => refuse(("a JSON array", "write one object on each line (JSON lines)")),
        Some(b'<') => refuse(("an XML or HTML file", "export the statuses as CSV or JSON lines")),
        Some(_) if head.starts_with(b"PAR1") => {
            refuse(("a Parquet file", "export the statuses as CSV or JSON lines"))
        }
        Some(_) => Ok(false),
    }
}
