//! Reads a history from its folder.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::OnceLock;

use model::{FormDefinition, contains_receipt_number};

use super::case_history::{History, HistoryError};
use super::check;
use super::columns::{ActionRows, Attribute, Cases, Coded};
use super::description::HistoryJson;
use super::files::{ACTION_COLUMNS, CASE_COLUMNS, DESCRIPTION, RESOURCE, SCHEDULED_FOR};
use super::grouping::{DayOrder, Ungrouped};
use super::receipt_numbers;
use super::report::{Example, HistoryIssue, HistoryReport, Tally};
use super::table::Table;
use crate::case_ids::MAX_CASE_ID_BYTES;
use crate::forms::FormCatalog;
use crate::shown_text::{shown_message, with_causes};

/// The case of an action whose case is not known.
const NO_CASE: u32 = u32::MAX;

impl History {
    /// Reads only the `history.json` of a folder.
    ///
    /// # Errors
    /// [`HistoryError::Bad`] if its `history.json` is missing or cannot be understood.
    pub fn about_in(dir: &Path) -> Result<HistoryJson, HistoryError> {
        let mut report = HistoryReport::default();
        let about = about(dir, &mut report.problems);
        about.ok_or(HistoryError::Bad { dir: dir.to_owned(), report })
    }
}

impl History {
    /// Reads only which forms a history has, in order of first appearance.
    ///
    /// # Errors
    /// [`HistoryError::Bad`] if its cases cannot be read or have no column of forms.
    pub fn forms_in(dir: &Path) -> Result<Vec<String>, HistoryError> {
        let mut report = HistoryReport::default();
        let problems = &mut report.problems;
        let table = Table::read(dir, "cases", |name| name == "form");
        let table = table.map_err(|problem| problems.push(problem)).ok();
        match table.and_then(|table| table.codes("form", problems)) {
            Some(forms) if report.problems.is_empty() => Ok(forms.values),
            _ => Err(HistoryError::Bad { dir: dir.to_owned(), report }),
        }
    }
}

impl History {
    /// Reads and checks the history in a folder. The form definitions are those of `catalog` and of the `*.toml` files in the
    /// folder.
    ///
    /// # Errors
    /// [`HistoryError::Bad`] with one report of everything that is wrong.
    pub fn read(dir: &Path, catalog: FormCatalog) -> Result<Self, HistoryError> {
        let mut report = HistoryReport::default();
        let read = read(dir, catalog, &mut report);
        match read {
            Some(mut history) if report.problems.is_empty() => {
                history.warnings = report;
                Ok(history)
            }
            _ => {
                if report.problems.is_empty() {
                    // A refusal without a problem is a fault of this program; it must not be silent.
                    let remedy = "write the tables again as Parquet or CSV";
                    report.problems.push(HistoryIssue::new("history", "could not be assembled", remedy));
                }
                Err(HistoryError::Bad { dir: dir.to_owned(), report })
            }
        }
    }
}

fn read(dir: &Path, catalog: FormCatalog, report: &mut HistoryReport) -> Option<History> {
    let problems = &mut report.problems;
    if !dir.is_dir() {
        let what = format!("{} is not a folder", dir.display());
        problems.push(HistoryIssue::new("history", what, "give the folder of the history"));
        return None;
    }
    let about = about(dir, problems);
    let catalog = match catalog.with_folder(dir) {
        Ok(catalog) => Some(catalog),
        Err(error) => {
            problems.push(HistoryIssue::new("form definition", with_causes(&error), "correct or remove it"));
            None
        }
    };
    // Check everything that can be checked, even if something else is wrong.
    let cases = cases(dir, catalog.as_ref(), problems);
    let rows = action_rows(dir, problems);
    let keys = cases.as_ref().and_then(|cases| Keys::from_cases(cases, problems));
    let case_of_row = keys.as_ref().zip(rows.as_ref()).and_then(|(keys, rows)| keys.cases_of(rows, problems));
    let found = check::HistoryParts {
        about: about.as_ref(),
        catalog: catalog.as_ref(),
        cases: cases.as_ref(),
        rows: rows.as_ref(),
        case_of_row: case_of_row.as_deref(),
    };
    let definitions = found.forms_and_actions(report);
    found.queue_values(&mut report.problems);
    receipt_numbers::refuse(about.as_ref(), cases.as_ref(), rows.as_ref(), &mut report.problems);
    found.times(&mut report.problems);
    found.warn(&definitions, &mut report.warnings);
    if !report.problems.is_empty() {
        return None;
    }
    let Keys { bytes: case_ids, ends: case_id_ends, .. } = keys?;
    let (cases, rows) = (cases?, rows?);
    let (about, catalog, form, received) = (about?, catalog?, cases.form?, cases.received?);
    let (action, at, case_of_row) = (rows.action?, rows.at?, case_of_row?);
    let definitions: Vec<FormDefinition> = definitions.into_iter().collect::<Option<_>>()?;
    let day_order = DayOrder::new(&received, &form.codes, definitions, &action.values);
    let (scheduled, resource) = (&rows.scheduled, rows.resource);
    let ungrouped = Ungrouped { action, at: &at, scheduled, resource, case_of_row: &case_of_row };
    let (actions, repeated) = ungrouped.group(case_id_ends.len(), &day_order);
    report.warnings.extend(repeated.warning(&rows.file, cases.ids.as_ref()));
    Some(History {
        about,
        catalog,
        case_ids,
        case_id_ends,
        form,
        received,
        attributes: cases.attributes,
        actions,
        warnings: HistoryReport::default(),
        activity: OnceLock::new(),
    })
}

fn about(dir: &Path, problems: &mut Vec<HistoryIssue>) -> Option<HistoryJson> {
    let remedy = "write {\"name\": \"...\", \"extracted_on\": \"YYYY-MM-DD\"}";
    let text = match std::fs::read_to_string(dir.join(DESCRIPTION)) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("cannot be read in {}: {error}", dir.display());
            problems.push(HistoryIssue::new(DESCRIPTION, what, remedy));
            return None;
        }
    };
    match serde_json::from_str(&text) {
        Ok(about) => Some(about),
        Err(error) => {
            let what = format!("cannot be understood: {}", shown_message(&error.to_string()));
            problems.push(HistoryIssue::new(DESCRIPTION, what, remedy));
            None
        }
    }
}

fn cases(dir: &Path, catalog: Option<&FormCatalog>, problems: &mut Vec<HistoryIssue>) -> Option<Cases> {
    let known = catalog.map(FormCatalog::attribute_names).unwrap_or_default();
    let table = Table::read(dir, "cases", |name| CASE_COLUMNS.contains(&name) || known.contains(name));
    let table = table.map_err(|problem| problems.push(problem)).ok()?;
    refuse_empty(&table, problems)?;
    let ids = table.text("case_id", problems);
    let form = table.codes("form", problems).map(|written| recognized_forms(written, catalog));
    let received = table.times("received", problems);
    let attributes = table
        .columns()
        .into_iter()
        .filter(|name| known.contains(name.as_str()))
        .filter_map(|name| table.attribute(&name, problems).map(|coded| Attribute { name, coded }))
        .collect();
    Some(Cases { ids, form, received, attributes, header: table.header, file: table.file })
}

/// The column of forms with the names that the definitions have: two ways to write one of them are one form.
fn recognized_forms(written: Coded, catalog: Option<&FormCatalog>) -> Coded {
    let Some(catalog) = catalog.filter(|_| written.values.len() <= check::MAX_FORMS) else { return written };
    let mut values: Vec<String> = Vec::new();
    let code_of = written.values.into_iter().map(|name| {
        let name = catalog.recognized(&name).map(str::to_owned).unwrap_or(name);
        let known = values.iter().position(|value| *value == name).unwrap_or(values.len());
        if known == values.len() {
            values.push(name);
        }
        known as u32
    });
    let code_of: Vec<u32> = code_of.collect();
    // The code of a gap stands for none of the values.
    let codes = written.codes.into_iter().map(|code| code_of.get(code as usize).copied().unwrap_or(code));
    Coded { codes: codes.collect(), values }
}

fn action_rows(dir: &Path, problems: &mut Vec<HistoryIssue>) -> Option<ActionRows> {
    let table = Table::read(dir, "actions", |name| ACTION_COLUMNS.contains(&name));
    let table = table.map_err(|problem| problems.push(problem)).ok()?;
    refuse_empty(&table, problems)?;
    let ids = table.text("case_id", problems);
    let action = table.codes("action", problems);
    let at = table.times("occurred", problems);
    let scheduled = table.scheduled(SCHEDULED_FOR, problems);
    let resource = table.has(RESOURCE).then(|| table.attribute(RESOURCE, problems)).flatten();
    Some(ActionRows { ids, action, at, scheduled, resource, header: table.header, file: table.file })
}

fn refuse_empty(table: &Table, problems: &mut Vec<HistoryIssue>) -> Option<()> {
    if table.rows() > 0 || table.columns().is_empty() {
        return Some(());
    }
    problems.push(HistoryIssue::new(&table.file, "has no rows", "write at least one"));
    None
}

/// The case ids, one after the other, and the case of each.
struct Keys<'a> {
    bytes: Vec<u8>,
    ends: Vec<u64>,
    known: HashMap<&'a str, u32>,
}

impl<'a> Keys<'a> {
    fn from_cases(cases: &'a Cases, problems: &mut Vec<HistoryIssue>) -> Option<Self> {
        let ids = cases.ids.as_ref()?;
        let known = HashMap::with_capacity(ids.len());
        let mut keys = Keys { bytes: Vec::new(), ends: Vec::with_capacity(ids.len()), known };
        let mut lengths = Tally::new(
            &cases.file,
            format!("column `case_id` has values that are not 1 to {MAX_CASE_ID_BYTES} bytes long"),
            format!("use an opaque key of 1 to {MAX_CASE_ID_BYTES} bytes"),
        );
        let mut receipt_numbers = Tally::new(
            &cases.file,
            "column `case_id` has receipt numbers, which name a person's case",
            "import the records with `--hash-ids KEYFILE`, which writes keyed hashes instead",
        );
        let mut duplicates = Tally::new(&cases.file, "duplicate case ids", "keep one row per case");
        for (case, id) in ids.str().ok()?.iter().enumerate() {
            // Gaps were reported before.
            let Some(id) = id else { continue };
            if !(1..=MAX_CASE_ID_BYTES).contains(&id.len()) {
                lengths.add(Example::Row(case));
            }
            if contains_receipt_number(id) {
                receipt_numbers.add(Example::CaseId(id));
            }
            match keys.known.entry(id) {
                Entry::Vacant(slot) => {
                    slot.insert(case as u32);
                }
                Entry::Occupied(_) => duplicates.add(Example::CaseId(id)),
            }
            keys.bytes.extend_from_slice(id.as_bytes());
            keys.ends.push(keys.bytes.len() as u64);
        }
        lengths.into(problems);
        receipt_numbers.into(problems);
        duplicates.into(problems);
        Some(keys)
    }

    fn id(&self, case: usize) -> Option<&[u8]> {
        let end = *self.ends.get(case)? as usize;
        let begin = case.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.bytes.get(begin..end)
    }

    /// The case of every action.
    fn cases_of(&self, rows: &ActionRows, problems: &mut Vec<HistoryIssue>) -> Option<Vec<u32>> {
        let ids = rows.ids.as_ref()?;
        let mut unknown =
            Tally::new(&rows.file, "actions of unknown cases", "add the cases or remove the actions");
        let mut last: (&str, Option<u32>) = ("", None);
        // Only then do the ends belong to the cases by their number.
        let is_sound = problems.is_empty();
        let mut case_of_row = Vec::with_capacity(ids.len());
        for id in ids.str().ok()?.iter() {
            let Some(id) = id else {
                case_of_row.push(NO_CASE);
                continue;
            };
            // Actions of one case are mostly adjacent, and cases mostly in one order.
            if last.1.is_none() || last.0 != id {
                let next = last.1.map_or(0, |case| case + 1);
                let is_next = is_sound && self.id(next as usize) == Some(id.as_bytes());
                last = (id, if is_next { Some(next) } else { self.known.get(id).copied() });
            }
            if last.1.is_none() {
                unknown.add(Example::CaseId(id));
            }
            case_of_row.push(last.1.unwrap_or(NO_CASE));
        }
        unknown.into(problems);
        Some(case_of_row)
    }
}
