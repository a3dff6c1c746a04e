//! What must hold between the tables of a history.

use std::collections::BTreeSet;

use model::{AsOf, FormDefinition};
use polars::prelude::Series;

use super::load::{ActionRows, Cases};
use super::report::{HistoryIssue, HistoryReport, Tally};
use super::{Coded, NO_VALUE, Times};
use crate::event_log::shown;
use crate::forms::FormCatalog;
use crate::history_files::HistoryJson;

/// A history may have this many different action codes.
const MAX_ACTION_CODES: usize = 60_000;
/// A history may have this many different forms.
const MAX_FORMS: usize = 1_000;
/// An attribute that names queues may have this many different values.
const MAX_QUEUE_VALUES: usize = 65_534;
/// Five forms or codes show what is in a column.
const SHOWN: usize = 5;

/// What was found in the folder, as far as it could be read.
pub(super) struct Found<'a> {
    pub(super) about: Option<&'a HistoryJson>,
    pub(super) catalog: Option<&'a FormCatalog>,
    pub(super) cases: Option<&'a Cases>,
    pub(super) rows: Option<&'a ActionRows>,
    pub(super) case_of_row: Option<&'a [u32]>,
}

impl Found<'_> {
    /// Every form must be known, and know at least one of the actions of its cases.
    pub(super) fn forms_and_actions(&self, report: &mut HistoryReport) {
        let (Some(catalog), Some(cases)) = (self.catalog, self.cases) else { return };
        let Some(forms) = &cases.form else { return };
        let actions = self.rows.and_then(|rows| Some((rows, rows.action.as_ref()?)));
        // Both bounds come first: what follows takes memory for every pair of a form and an action code.
        let too_many_forms = too_many(&cases.file, "forms", forms, MAX_FORMS);
        let too_many_codes =
            actions.and_then(|(rows, it)| too_many(&rows.file, "action codes", it, MAX_ACTION_CODES));
        if too_many_forms.is_some() || too_many_codes.is_some() {
            report.problems.extend([too_many_forms, too_many_codes].into_iter().flatten());
            return;
        }
        let definitions: Vec<Option<FormDefinition>> = forms
            .values
            .iter()
            .map(|name| match self.about {
                Some(about) => catalog.definition(name, about.extracted_on.day()).ok(),
                None => catalog.newest(name).ok(),
            })
            .collect();
        self.unknown_forms(catalog, cases, forms, &definitions, &mut report.problems);
        let Some((rows, action)) = actions else { return };
        let seen = self.actions_of_forms();
        for (position, form) in definitions.iter().enumerate() {
            let Some(form) = form else { continue };
            let codes = action.values.iter().map(String::as_str);
            let counts = codes.zip(seen.iter().skip(position * action.values.len()).copied());
            known_actions(form, counts.filter(|(_, count)| *count > 0).collect(), &rows.file, report);
        }
    }

    /// One problem for all forms that have no definition, with the first row of each of five of them.
    fn unknown_forms(
        &self,
        catalog: &FormCatalog,
        cases: &Cases,
        forms: &Coded,
        definitions: &[Option<FormDefinition>],
        problems: &mut Vec<HistoryIssue>,
    ) {
        let there: Vec<&str> = catalog.names().collect();
        let when = self
            .about
            .map_or(String::new(), |about| format!(" that is in force on {}", about.extracted_on.day()));
        let what = format!(
            "column `form` has forms without a definition{when}; there are definitions of {}",
            there.join(", ")
        );
        let remedy = "define them in a *.toml beside the history or leave their cases out";
        let mut tally = Tally::new(&cases.file, what, remedy);
        // The values are in order of first appearance: a form is new when it is the next.
        let mut next = 0;
        for (row, &code) in forms.codes.iter().enumerate() {
            let form = code as usize;
            let is_new = form == next;
            next += usize::from(is_new);
            if definitions.get(form).is_some_and(Option::is_none) {
                tally.count(is_new.then(|| format!("row {} `{}`", row + 1, shown(&forms.values[form]))));
            }
        }
        tally.into(problems);
    }

    /// How often each action code was seen in cases of each form.
    fn actions_of_forms(&self) -> Vec<u64> {
        let forms = self.cases.and_then(|cases| cases.form.as_ref());
        let actions = self.rows.and_then(|rows| rows.action.as_ref());
        let (Some(forms), Some(actions), Some(case_of_row)) = (forms, actions, self.case_of_row) else {
            return Vec::new();
        };
        let codes = actions.values.len();
        let mut seen = vec![0_u64; forms.values.len() * codes];
        for (&case, &code) in case_of_row.iter().zip(&actions.codes) {
            let form = forms.codes.get(case as usize).copied().unwrap_or(NO_VALUE);
            if form != NO_VALUE && code != NO_VALUE {
                seen[form as usize * codes + code as usize] += 1;
            }
        }
        seen
    }

    /// A queue is coded in two bytes, so an attribute that names queues may not have more values than that.
    pub(super) fn queue_values(&self, problems: &mut Vec<HistoryIssue>) {
        let (Some(catalog), Some(cases)) = (self.catalog, self.cases) else { return };
        let queue = catalog.queue_attribute_names();
        for attribute in cases.attributes.iter().filter(|it| queue.contains(it.name.as_str())) {
            let values = attribute.values().len();
            if values > MAX_QUEUE_VALUES {
                let what = format!("column `{}` has {values} different values", attribute.name);
                let remedy = format!(
                    "a form definition makes queues of it, so use at most {MAX_QUEUE_VALUES}; is it the right column?"
                );
                problems.push(HistoryIssue::new(&cases.file, what, remedy));
            }
        }
    }

    /// No receipt after the extraction, no action before its receipt or after the extraction.
    pub(super) fn times(&self, problems: &mut Vec<HistoryIssue>) {
        if let Some(cases) = self.cases {
            let what = "cases received";
            self.not_after_extraction(
                &cases.file,
                what,
                cases.received.as_ref(),
                cases.ids.as_ref(),
                problems,
            );
        }
        let Some(rows) = self.rows else { return };
        self.not_before_receipt(rows, problems);
        self.not_after_extraction(&rows.file, "actions", rows.at.as_ref(), rows.ids.as_ref(), problems);
    }

    fn not_after_extraction(
        &self,
        file: &str,
        what: &str,
        times: Option<&Times>,
        ids: Option<&Series>,
        problems: &mut Vec<HistoryIssue>,
    ) {
        let (Some(about), Some(times)) = (self.about, times) else { return };
        let extraction = AsOf::new(about.extracted_on);
        let what = format!("{what} after the extraction, {extraction}");
        let mut late = Tally::new(file, what, "mend the dates");
        for row in 0..times.rows() {
            if !times.is_gap(row) && !extraction.sees(times.moment(row)) {
                late.add(|| name(ids, row));
            }
        }
        late.into(problems);
    }

    fn not_before_receipt(&self, rows: &ActionRows, problems: &mut Vec<HistoryIssue>) {
        let received = self.cases.and_then(|cases| cases.received.as_ref());
        let (Some(received), Some(at), Some(case_of_row)) = (received, &rows.at, self.case_of_row) else {
            return;
        };
        let mut early = Tally::new(&rows.file, "actions before the receipt of their case", "mend the dates");
        for (row, &case) in case_of_row.iter().enumerate() {
            let case = case as usize;
            if case >= received.rows() || received.is_gap(case) || at.is_gap(row) {
                continue;
            }
            // A day is no earlier than any moment of it.
            let before = if at.by_day() == received.by_day() {
                at.moment(row) < received.moment(case)
            } else {
                at.stamp(row).day() < received.stamp(case).day()
            };
            if before {
                early.add(|| name(rows.ids.as_ref(), row));
            }
        }
        early.into(problems);
    }
}

/// What is wrong if a column has more different values than it may.
fn too_many(file: &str, of: &str, column: &Coded, most: usize) -> Option<HistoryIssue> {
    let there = column.values.len();
    if there <= most {
        return None;
    }
    let remedy = format!("use at most {most}; is it the right column?");
    let mut problem = HistoryIssue::new(file, format!("{there} different {of}"), remedy);
    problem.count = there as u64;
    problem.examples = column.values.iter().take(SHOWN).map(|value| format!("`{}`", shown(value))).collect();
    Some(problem)
}

/// The case id of a row, or its number if it has none.
fn name(ids: Option<&Series>, row: usize) -> String {
    let id = ids.and_then(|ids| ids.str().ok()?.get(row));
    id.map_or_else(|| format!("row {}", row + 1), str::to_owned)
}

fn known_actions(form: &FormDefinition, seen: Vec<(&str, u64)>, file: &str, report: &mut HistoryReport) {
    let (known, strange): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|(code, _)| form.effect(code).is_some());
    if known.is_empty() && !strange.is_empty() {
        let codes: BTreeSet<&str> = strange.iter().map(|(code, _)| *code).collect();
        let mut problem = HistoryIssue::new(
            file,
            format!("the definition of form `{}` knows none of the actions of its cases", form.name()),
            "list them in the form definition or mend the action codes",
        );
        problem.count = strange.iter().map(|(_, count)| count).sum();
        problem.examples = codes.into_iter().take(SHOWN).map(|code| format!("`{code}`")).collect();
        report.problems.push(problem);
        return;
    }
    for (code, count) in strange {
        report.warnings.push(HistoryIssue {
            file: file.to_owned(),
            what: format!(
                "{count} times action `{code}`, which the definition of form `{}` does not list",
                form.name()
            ),
            count,
            examples: Vec::new(),
            remedy: "kept as an event without a milestone".to_owned(),
        });
    }
}
