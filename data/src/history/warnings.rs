//! What is odd about a history but does not make it unusable.

use std::collections::BTreeSet;

use model::{Day, FormDefinition};

use super::check::HistoryParts;
use super::column_names::{repeated, unknown};
use super::columns::{Cases, Coded, Times};
use super::description::{HistoryJson, HistoryKind, SIMULATED_MEMBERS};
use super::files::{ACTION_COLUMNS, CASE_COLUMNS, DESCRIPTION};
use super::queue_attributes;
use super::report::{HistoryIssue, Tally, name};
use crate::forms::FormCatalog;
use crate::shown_text::shown;

/// A record that is silent for longer before its extraction is suspicious.
const MAX_SILENT_DAYS: i32 = 366;
/// What `history.json` may say, apart from the members that a simulation adds.
const MEMBERS: [&str; 5] = ["name", "extracted_on", "kind", "source", "note"];

impl HistoryParts<'_> {
    /// Warns of everything that can be seen before the actions are grouped. `definitions` are those of the forms of the
    /// cases.
    pub(super) fn warn(&self, definitions: &[Option<FormDefinition>], warnings: &mut Vec<HistoryIssue>) {
        if let Some(about) = self.about {
            warnings.extend(unknown_members(about));
            warnings.extend(self.silence(about));
        }
        let first_is_used = "keep one of each; the first one is used";
        if let Some(cases) = self.cases {
            warnings.extend(repeated(&cases.file, &cases.header, first_is_used));
            if let Some((catalog, forms)) = self.catalog.zip(cases.form.as_ref()) {
                warn_of_cases(cases, forms, catalog, definitions, warnings);
            }
        }
        if let Some(rows) = self.rows {
            let known = BTreeSet::from(ACTION_COLUMNS);
            warnings.extend(repeated(&rows.file, &rows.header, first_is_used));
            warnings.extend(unused(&rows.file, &rows.header, &known, "remove them"));
        }
    }

    /// Warns of a record in which nothing happens for long before its end.
    fn silence(&self, about: &HistoryJson) -> Option<HistoryIssue> {
        let received = self.cases?.received.as_ref()?;
        let last = received.last_day()?.max(self.rows?.at.as_ref()?.last_day()?);
        let days = about.extracted_on.day().since(last);
        let what = format!(
            "`extracted_on` is {}, {days} days after the last receipt or action, of {last}",
            about.extracted_on
        );
        let remedy = "set it to the last day of the record: until then every pending case counts as waiting without news";
        (days > MAX_SILENT_DAYS).then(|| HistoryIssue::new(DESCRIPTION, what, remedy))
    }
}

fn unknown_members(about: &HistoryJson) -> Option<HistoryIssue> {
    let mut known = BTreeSet::from(MEMBERS);
    if about.kind == Some(HistoryKind::Simulated) {
        known.extend(SIMULATED_MEMBERS);
    }
    let members = about.more.keys().map(String::as_str).collect();
    let remedy = "correct their names, or put what they say into `note`";
    unknown(DESCRIPTION, "members that nothing reads", &members, &known, remedy)
}

fn unused(file: &str, header: &[String], known: &BTreeSet<&str>, remedy: &str) -> Option<HistoryIssue> {
    let header = header.iter().map(String::as_str).collect();
    unknown(file, "columns that nothing uses", &header, known, remedy)
}

fn warn_of_cases(
    cases: &Cases,
    forms: &Coded,
    catalog: &FormCatalog,
    definitions: &[Option<FormDefinition>],
    warnings: &mut Vec<HistoryIssue>,
) {
    // The attributes of a form without cases are not used.
    let mut known = BTreeSet::from(CASE_COLUMNS);
    known.extend(forms.values.iter().flat_map(|form| catalog.attribute_names_of(form)));
    let remedy = "list them as attributes in the form definition, or remove them";
    warnings.extend(unused(&cases.file, &cases.header, &known, remedy));
    let strange: BTreeSet<&str> =
        cases.header.iter().map(String::as_str).filter(|column| !known.contains(column)).collect();
    queue_attributes::warn(cases, forms, definitions, &strange, warnings);
    if let Some(received) = &cases.received {
        before_first_era(cases, forms, received, catalog, warnings);
    }
}

/// Warns of cases that were received before the first definition of their form was in force.
fn before_first_era(
    cases: &Cases,
    forms: &Coded,
    received: &Times,
    catalog: &FormCatalog,
    warnings: &mut Vec<HistoryIssue>,
) {
    let begins: Vec<Option<Day>> = forms.values.iter().map(|form| catalog.first_day(form)).collect();
    let mut early: Vec<Option<Tally>> = begins.iter().map(|_| None).collect();
    for (row, &code) in forms.codes.iter().enumerate() {
        let form = code as usize;
        let Some(from) = begins.get(form).copied().flatten() else { continue };
        if received.is_gap(row) || received.stamp(row).day() >= from {
            continue;
        }
        let tally = early[form].get_or_insert_with(|| {
            let what = format!(
                "cases received before {from}, when the first `[[era]]` of form `{}` begins",
                shown(&forms.values[form])
            );
            Tally::new(&cases.file, what, "let it begin earlier, or add an era: this one counts for them")
        });
        tally.add(name(cases.ids.as_ref(), row));
    }
    for tally in early.into_iter().flatten() {
        tally.into(warnings);
    }
}
