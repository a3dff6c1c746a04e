//! What must hold between the tables of a history.

use std::collections::BTreeSet;

use model::{AsOf, FormDefinition};

use super::NO_VALUE;
use super::load::{ActionRows, Cases};
use super::report::{HistoryReport, Problem, Tally};
use crate::forms::FormCatalog;
use crate::history_files::HistoryJson;

/// A history may have this many different action codes.
const MOST_ACTION_CODES: usize = 60_000;

/// Every form must be known, and know at least one of the actions of its cases.
pub(super) fn forms_and_actions(
    catalog: &FormCatalog,
    about: &HistoryJson,
    cases: &Cases,
    rows: &ActionRows,
    case_of_row: &[u32],
    report: &mut HistoryReport,
) {
    if rows.action.values.len() > MOST_ACTION_CODES {
        let what = format!("{} different action codes", rows.action.values.len());
        let remedy = format!("use at most {MOST_ACTION_CODES}; is it the right column?");
        report.problems.push(Problem::new(&rows.file, what, remedy));
        return;
    }
    let codes = rows.action.values.len();
    let mut seen = vec![0_u64; cases.form.values.len() * codes];
    for (&case, &code) in case_of_row.iter().zip(&rows.action.codes) {
        let form = cases.form.codes.get(case as usize).copied().unwrap_or(NO_VALUE);
        if form != NO_VALUE && code != NO_VALUE {
            seen[form as usize * codes + code as usize] += 1;
        }
    }
    for (position, name) in cases.form.values.iter().enumerate() {
        match catalog.definition(name, about.extracted_on.day()) {
            Ok(form) => {
                let counts = rows
                    .action
                    .values
                    .iter()
                    .map(String::as_str)
                    .zip(seen[position * codes..].iter().copied());
                known_actions(&form, counts.filter(|(_, count)| *count > 0).collect(), &rows.file, report);
            }
            Err(error) => {
                let mut problem = Problem::new(
                    &cases.file,
                    format!("form `{name}` cannot be used: {error}"),
                    "define it in a *.toml beside the history or leave its cases out",
                );
                let of_form =
                    cases.form.codes.iter().enumerate().filter(|(_, form)| **form == position as u32);
                problem.examples =
                    of_form.clone().take(5).map(|(case, _)| format!("row {}", case + 1)).collect();
                problem.count = of_form.count() as u64;
                report.problems.push(problem);
            }
        }
    }
}

fn known_actions(form: &FormDefinition, seen: Vec<(&str, u64)>, file: &str, report: &mut HistoryReport) {
    let (known, strange): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|(code, _)| form.effect(code).is_some());
    if known.is_empty() && !strange.is_empty() {
        let codes: BTreeSet<&str> = strange.iter().map(|(code, _)| *code).collect();
        let mut problem = Problem::new(
            file,
            format!("the definition of form `{}` knows none of the actions of its cases", form.name()),
            "list them in the form definition or mend the action codes",
        );
        problem.count = strange.iter().map(|(_, count)| count).sum();
        problem.examples = codes.into_iter().take(5).map(|code| format!("`{code}`")).collect();
        report.problems.push(problem);
        return;
    }
    for (code, count) in strange {
        report.warnings.push(Problem {
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

/// No receipt after the extraction, no action before its receipt or after the extraction.
pub(super) fn times(
    about: &HistoryJson,
    cases: &Cases,
    rows: &ActionRows,
    case_of_row: &[u32],
    problems: &mut Vec<Problem>,
) {
    let extraction = AsOf::new(about.extracted_on);
    let id = |series: &polars::prelude::Series, row: usize| {
        series.str().ok().and_then(|ids| ids.get(row)).unwrap_or_default().to_owned()
    };
    let mut late = Tally::new(
        &cases.file,
        format!("cases received after the extraction, {extraction}"),
        "mend the dates",
    );
    for case in 0..cases.ids.len() {
        if !extraction.sees(cases.received.moment(case)) {
            late.add(|| id(&cases.ids, case));
        }
    }
    late.into(problems);
    let mut early = Tally::new(&rows.file, "actions before the receipt of their case", "mend the dates");
    let mut late =
        Tally::new(&rows.file, format!("actions after the extraction, {extraction}"), "mend the dates");
    for (row, &case) in case_of_row.iter().enumerate() {
        if !extraction.sees(rows.at.moment(row)) {
            late.add(|| id(&rows.ids, row));
        }
        let Some(case) = Some(case as usize).filter(|&case| case < cases.ids.len()) else { continue };
        // A day is no earlier than any moment of it.
        let before = if rows.at.by_day() == cases.received.by_day() {
            rows.at.moment(row) < cases.received.moment(case)
        } else {
            rows.at.stamp(row).day() < cases.received.stamp(case).day()
        };
        if before {
            early.add(|| id(&rows.ids, row));
        }
    }
    early.into(problems);
    late.into(problems);
}
