//! What must hold between the tables of a history.

use std::collections::BTreeSet;

use model::{AsOf, FormDefinition};
use polars::prelude::Series;

use super::columns::{ActionRows, Cases, Coded, NO_VALUE, Times};
use super::description::HistoryJson;
use super::files::SCHEDULED_FOR;
use super::queue_attributes::MAX_QUEUE_VALUES;
use super::report::{Example, HistoryIssue, HistoryReport, Tally, name};
use crate::forms::FormCatalog;
use crate::shown_text::shown;

/// The most different action codes of a history.
const MAX_ACTION_CODES: usize = 60_000;
/// The most different forms of a history.
pub(super) const MAX_FORMS: usize = 1_000;

/// The parts of a history that could be read.
pub(super) struct HistoryParts<'a> {
    pub(super) about: Option<&'a HistoryJson>,
    pub(super) catalog: Option<&'a FormCatalog>,
    pub(super) cases: Option<&'a Cases>,
    pub(super) rows: Option<&'a ActionRows>,
    pub(super) case_of_row: Option<&'a [u32]>,
}

impl HistoryParts<'_> {
    /// Every form must have a definition, which lists at least one of the actions of its cases. Returns the definitions; none
    /// if there are too many forms or action codes to look at each.
    pub(super) fn forms_and_actions(&self, report: &mut HistoryReport) -> Vec<Option<FormDefinition>> {
        let (Some(catalog), Some(cases)) = (self.catalog, self.cases) else { return Vec::new() };
        let Some(forms) = &cases.form else { return Vec::new() };
        let actions = self.rows.and_then(|rows| Some((rows, rows.action.as_ref()?)));
        // Check both limits first: the rest takes memory for every pair of form and action code.
        let too_many_forms = too_many(&cases.file, "forms", forms, MAX_FORMS);
        let too_many_codes =
            actions.and_then(|(rows, it)| too_many(&rows.file, "action codes", it, MAX_ACTION_CODES));
        if too_many_forms.is_some() || too_many_codes.is_some() {
            report.problems.extend([too_many_forms, too_many_codes].into_iter().flatten());
            return Vec::new();
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
        let Some((rows, action)) = actions else { return definitions };
        let seen = self.actions_of_forms(0..action.codes.len());
        let dated = self.actions_of_forms(rows.scheduled.iter().map(|(row, _)| row));
        for (position, form) in definitions.iter().enumerate() {
            let Some(form) = form else { continue };
            let counted = |counts: &[u64]| {
                let codes = action.values.iter().map(String::as_str);
                let counts = codes.zip(counts.iter().skip(position * action.values.len()).copied());
                counts.filter(|(_, count)| *count > 0).collect::<Vec<_>>()
            };
            known_actions(form, counted(&seen), &rows.file, report);
            unused_appointments(form, counted(&dated), &rows.file, report);
        }
        definitions
    }

    /// Reports all forms without a definition as one problem, with the first rows of five of them.
    fn unknown_forms(
        &self,
        catalog: &FormCatalog,
        cases: &Cases,
        forms: &Coded,
        definitions: &[Option<FormDefinition>],
        problems: &mut Vec<HistoryIssue>,
    ) {
        let defined: Vec<&str> = catalog.names().collect();
        let when = self
            .about
            .map_or(String::new(), |about| format!(" that is in force on {}", about.extracted_on.day()));
        let what = format!(
            "column `form` has forms without a definition{when}; there are definitions of {}",
            defined.join(", ")
        );
        let remedy = "define them in a *.toml file in the history's folder or remove their cases";
        let mut tally = Tally::new(&cases.file, what, remedy);
        // Values are in order of first appearance, so a new form is the next one.
        let mut next = 0;
        for (row, &code) in forms.codes.iter().enumerate() {
            let form = code as usize;
            let is_new = form == next;
            next += usize::from(is_new);
            if definitions.get(form).is_some_and(Option::is_none) {
                tally.count(is_new.then(|| Example::Value(row, &forms.values[form])));
            }
        }
        tally.into(problems);
    }

    /// How often each action code occurs in these rows in cases of each form.
    fn actions_of_forms(&self, rows: impl Iterator<Item = usize>) -> Vec<u64> {
        let forms = self.cases.and_then(|cases| cases.form.as_ref());
        let actions = self.rows.and_then(|rows| rows.action.as_ref());
        let (Some(forms), Some(actions), Some(case_of_row)) = (forms, actions, self.case_of_row) else {
            return Vec::new();
        };
        let codes = actions.values.len();
        let mut seen = vec![0_u64; forms.values.len() * codes];
        for row in rows {
            let (Some(&case), Some(&code)) = (case_of_row.get(row), actions.codes.get(row)) else { continue };
            let form = forms.codes.get(case as usize).copied().unwrap_or(NO_VALUE);
            if form != NO_VALUE && code != NO_VALUE {
                seen[form as usize * codes + code as usize] += 1;
            }
        }
        seen
    }

    /// An attribute that makes queues must not have too many values.
    pub(super) fn queue_values(&self, problems: &mut Vec<HistoryIssue>) {
        let (Some(catalog), Some(cases)) = (self.catalog, self.cases) else { return };
        let queue = catalog.queue_attribute_names();
        for attribute in cases.attributes.iter().filter(|it| queue.contains(it.name.as_str())) {
            let values = attribute.values().len();
            if values > MAX_QUEUE_VALUES {
                let what = format!("column `{}` has {values} different values", attribute.name);
                let remedy = format!(
                    "a form definition makes queues of it; use at most {MAX_QUEUE_VALUES}, or check that it is the right column"
                );
                problems.push(HistoryIssue::new(&cases.file, what, remedy));
            }
        }
    }

    /// Nothing must be later than the extraction, and an action not earlier than the receipt.
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
        not_before_notice(rows, problems);
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
        let mut late = Tally::new(file, what, "correct the dates");
        for row in 0..times.rows() {
            if !times.is_gap(row) && !extraction.sees(times.moment(row)) {
                late.add(name(ids, row));
            }
        }
        late.into(problems);
    }

    fn not_before_receipt(&self, rows: &ActionRows, problems: &mut Vec<HistoryIssue>) {
        let received = self.cases.and_then(|cases| cases.received.as_ref());
        let (Some(received), Some(at), Some(case_of_row)) = (received, &rows.at, self.case_of_row) else {
            return;
        };
        let mut early =
            Tally::new(&rows.file, "actions before the receipt of their case", "correct the dates");
        for (row, &case) in case_of_row.iter().enumerate() {
            let case = case as usize;
            if case >= received.rows() || received.is_gap(case) || at.is_gap(row) {
                continue;
            }
            // A day is not earlier than any moment of it.
            let before = if at.by_day() == received.by_day() {
                at.moment(row) < received.moment(case)
            } else {
                at.stamp(row).day() < received.stamp(case).day()
            };
            if before {
                early.add(name(rows.ids.as_ref(), row));
            }
        }
        early.into(problems);
    }
}

/// An appointment must not be on a day before that of its notice. It may be after the extraction.
fn not_before_notice(rows: &ActionRows, problems: &mut Vec<HistoryIssue>) {
    let Some(at) = &rows.at else { return };
    let mut early = Tally::new(
        &rows.file,
        "appointments before the day of their notice",
        "correct `scheduled_for`, or the date of the notice",
    );
    for (row, scheduled_for) in rows.scheduled.iter() {
        if !at.is_gap(row) && scheduled_for.day() < at.stamp(row).day() {
            early.add(name(rows.ids.as_ref(), row));
        }
    }
    early.into(problems);
}

/// The problem of a column with too many different values.
fn too_many(file: &str, of: &str, column: &Coded, limit: usize) -> Option<HistoryIssue> {
    let count = column.values.len();
    if count <= limit {
        return None;
    }
    let remedy = format!("use at most {limit}, or check that it is the right column");
    let problem = HistoryIssue::new(file, format!("{count} different {of}"), remedy);
    Some(problem.counted(count as u64).with_examples(in_backticks(column.values.iter().map(String::as_str))))
}

fn in_backticks<'a>(values: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    values.map(|value| format!("`{}`", shown(value)))
}

fn known_actions(form: &FormDefinition, seen: Vec<(&str, u64)>, file: &str, report: &mut HistoryReport) {
    let (known, strange): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|(code, _)| form.effect(code).is_some());
    if known.is_empty() && !strange.is_empty() {
        let codes: BTreeSet<&str> = strange.iter().map(|(code, _)| *code).collect();
        let problem = HistoryIssue::new(
            file,
            format!("the definition of form `{}` lists none of the actions of its cases", shown(form.name())),
            "list them in the form definition or correct the action codes",
        );
        let count = strange.iter().map(|(_, count)| count).sum();
        report.problems.push(problem.counted(count).with_examples(in_backticks(codes.into_iter())));
        return;
    }
    for (code, count) in strange {
        let (code, form) = (shown(code), shown(form.name()));
        let what = format!("action `{code}` ({count} times) is not in the definition of form `{form}`");
        let warning = HistoryIssue::new(file, what, "it is kept as an event without a milestone");
        report.warnings.push(warning.counted(count));
    }
}

/// Warns of appointments whose action does not announce one on the form.
fn unused_appointments(
    form: &FormDefinition,
    dated: Vec<(&str, u64)>,
    file: &str,
    report: &mut HistoryReport,
) {
    let is_unused = |code: &str| form.effect(code).is_some() && form.schedules(code).is_none();
    for (code, count) in dated.into_iter().filter(|(code, _)| is_unused(code)) {
        let (code, form) = (shown(code), shown(form.name()));
        let what = format!(
            "`{SCHEDULED_FOR}` is given with action `{code}` ({count} times), which does not announce an appointment \
             of form `{form}`"
        );
        report.warnings.push(HistoryIssue::new(file, what, "these days are not used").counted(count));
    }
}
