//! Refuses receipt numbers in the texts of a history that become part of a model or an answer.
//!
//! Case ids are checked where they are read, because each of them is different.

use model::contains_receipt_number;

use super::columns::{ActionRows, Cases, Coded};
use super::description::HistoryJson;
use super::files::{DESCRIPTION, RESOURCE};
use super::report::{Example, HistoryIssue, Tally};

/// Reports the action codes, the resources, the attributes and the texts of `history.json` that have a receipt number.
pub(super) fn refuse(
    about: Option<&HistoryJson>,
    cases: Option<&Cases>,
    rows: Option<&ActionRows>,
    problems: &mut Vec<HistoryIssue>,
) {
    if let Some(about) = about {
        let texts =
            [("name", Some(&about.name)), ("source", about.source.as_ref()), ("note", about.note.as_ref())];
        for (member, _) in
            texts.iter().filter(|(_, text)| text.is_some_and(|text| contains_receipt_number(text)))
        {
            let what = format!("`{member}` has a receipt number, which names a person's case");
            problems.push(HistoryIssue::new(DESCRIPTION, what, "write it without the number"));
        }
    }
    let remedy = "write these values without the number, or leave the column out";
    if let Some(rows) = rows {
        if let Some(action) = &rows.action {
            refuse_column(&rows.file, "action", action, "name what happened without the number", problems);
        }
        if let Some(resource) = &rows.resource {
            refuse_column(&rows.file, RESOURCE, resource, remedy, problems);
        }
    }
    if let Some(cases) = cases {
        for attribute in &cases.attributes {
            refuse_column(&cases.file, &attribute.name, &attribute.coded, remedy, problems);
        }
    }
}

/// Asks about every distinct value once, and looks for its rows only if one has a receipt number.
fn refuse_column(file: &str, name: &str, column: &Coded, remedy: &str, problems: &mut Vec<HistoryIssue>) {
    let refused: Vec<bool> = column.values.iter().map(|value| contains_receipt_number(value)).collect();
    if !refused.contains(&true) {
        return;
    }
    let what = format!("column `{name}` has receipt numbers, which name a person's case");
    let mut tally = Tally::new(file, what, remedy);
    for (row, &code) in column.codes.iter().enumerate() {
        // The code of a gap stands for none of the values.
        if refused.get(code as usize) == Some(&true) {
            tally.add(Example::Value(row, &column.values[code as usize]));
        }
    }
    tally.into(problems);
}
