//! Queue attributes that do not tell the cases of a form apart, or tell each from every other.

use std::collections::BTreeSet;

use model::FormDefinition;

use super::column_names::nearest;
use super::columns::{Attribute, Cases, Coded, NO_VALUE};
use super::report::HistoryIssue;
use crate::shown_text::shown;

/// The most different values of an attribute that makes queues: a queue is coded in two bytes.
pub(super) const MAX_QUEUE_VALUES: usize = 65_534;
/// From this many cases on, an attribute with values for more than half of them is taken for an identifier or a number.
const MIN_CASES_OF_IDENTIFIER: u64 = 50;

/// What to expect of an estimate without the attribute.
const UNTIL_THEN: &str = "until then their estimates rest on wider groups";

/// What is known of a queue attribute in the cases of one form.
struct OfForm<'a> {
    form: &'a str,
    cases: u64,
    with_value: u64,
    values: u64,
}

impl OfForm<'_> {
    fn looks_like_an_identifier(&self) -> bool {
        self.with_value >= MIN_CASES_OF_IDENTIFIER && 2 * self.values > self.with_value
    }
}

/// Warns of every queue attribute that is not a column, has gaps, or has nearly as many values as cases.
pub(super) fn warn(
    cases: &Cases,
    forms: &Coded,
    definitions: &[Option<FormDefinition>],
    unused: &BTreeSet<&str>,
    warnings: &mut Vec<HistoryIssue>,
) {
    let cases_of_form = counted(forms);
    let mut absent: Vec<(&str, Vec<OfForm<'_>>)> = Vec::new();
    for (name, users) in queue_attributes(definitions) {
        let of_form = |position: usize| OfForm {
            form: &forms.values[position],
            cases: cases_of_form[position],
            with_value: 0,
            values: 0,
        };
        let mut found: Vec<OfForm<'_>> = users.iter().map(|&position| of_form(position)).collect();
        let attribute = cases.attributes.iter().find(|attribute| attribute.name == name);
        let Some(attribute) = attribute else {
            // A column of a wrong type was refused before.
            if !cases.header.iter().any(|column| column == name) {
                match nearest(name, unused) {
                    Some(meant) => warnings.push(misnamed(&cases.file, name, &found, meant)),
                    None => absent.push((name, found)),
                }
            }
            continue;
        };
        if attribute.values().len() <= MAX_QUEUE_VALUES {
            count_values(attribute, forms, &users, &mut found);
            warnings.extend(gaps(&cases.file, name, &found));
            warnings.extend(identifier(&cases.file, name, &found));
        }
    }
    warnings.extend(not_columns(&cases.file, &absent));
}

/// The queue attributes of the definitions, each with the positions of the forms that have it.
fn queue_attributes(definitions: &[Option<FormDefinition>]) -> Vec<(&str, Vec<usize>)> {
    let mut attributes: Vec<(&str, Vec<usize>)> = Vec::new();
    for (position, definition) in definitions.iter().enumerate() {
        for attribute in definition.iter().flat_map(FormDefinition::queue_attributes) {
            match attributes.iter_mut().find(|(name, _)| *name == attribute.name) {
                Some((_, users)) => users.push(position),
                None => attributes.push((&attribute.name, vec![position])),
            }
        }
    }
    attributes
}

/// How often each value of a column occurs.
fn counted(column: &Coded) -> Vec<u64> {
    let mut counts = vec![0; column.values.len()];
    for &code in &column.codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    counts
}

/// Counts the cases with a value, and the different values, in the cases of each of these forms.
fn count_values(attribute: &Attribute, forms: &Coded, users: &[usize], found: &mut [OfForm<'_>]) {
    let values = attribute.values().len();
    let mut slot_of_form = vec![usize::MAX; forms.values.len()];
    for (slot, &position) in users.iter().enumerate() {
        slot_of_form[position] = slot;
    }
    // One bit for each form and value.
    let mut seen = vec![0_u64; (users.len() * values).div_ceil(64)];
    for (&form, &code) in forms.codes.iter().zip(&attribute.coded.codes) {
        let slot = slot_of_form.get(form as usize).copied().unwrap_or(usize::MAX);
        let Some(of_form) = found.get_mut(slot).filter(|_| code != NO_VALUE) else { continue };
        let bit = slot * values + code as usize;
        let mask = 1_u64 << (bit % 64);
        of_form.with_value += 1;
        of_form.values += u64::from(seen[bit / 64] & mask == 0);
        seen[bit / 64] |= mask;
    }
}

/// Warns of an attribute that is not a column while another column nearly has its name.
fn misnamed(file: &str, name: &str, found: &[OfForm<'_>], meant: &str) -> HistoryIssue {
    let name = shown(name);
    let what = format!("cases without the queue attribute `{name}`, which is not a column");
    let remedy = format!("rename column `{}` to `{name}`; {UNTIL_THEN}", shown(meant));
    let count = found.iter().map(|it| it.cases).sum();
    let examples = found.iter().map(|it| format!("{} of form `{}`", it.cases, shown(it.form)));
    HistoryIssue::new(file, what, remedy).counted(count).with_examples(examples)
}

/// Warns of all other attributes that are not columns at once: a history that lacks one often lacks several.
fn not_columns(file: &str, absent: &[(&str, Vec<OfForm<'_>>)]) -> Option<HistoryIssue> {
    let mut forms: Vec<(&OfForm<'_>, Vec<String>)> = Vec::new();
    for (name, found) in absent {
        for it in found {
            let name = format!("`{}`", shown(name));
            match forms.iter_mut().find(|(known, _)| known.form == it.form) {
                Some((_, names)) => names.push(name),
                None => forms.push((it, vec![name])),
            }
        }
    }
    let what = match absent {
        [] => return None,
        [(name, _)] => {
            format!("cases without the queue attribute `{}`, which is not a column", shown(name))
        }
        several => format!("cases without {} queue attributes that are not columns", several.len()),
    };
    let remedy =
        if absent.len() == 1 { "add the column if it is known" } else { "add the columns that are known" };
    let count = forms.iter().map(|(it, _)| it.cases).sum();
    let examples = forms.iter().map(|(it, names)| match absent {
        [_] => format!("{} of form `{}`", it.cases, shown(it.form)),
        _ => format!("{} of form `{}` without {}", it.cases, shown(it.form), names.join(" and ")),
    });
    let issue = HistoryIssue::new(file, what, format!("{remedy}; {UNTIL_THEN}"));
    Some(issue.counted(count).with_examples(examples))
}

/// Warns of gaps: first of the forms that have the attribute in none of their cases, then of the others.
fn gaps(file: &str, name: &str, found: &[OfForm<'_>]) -> impl Iterator<Item = HistoryIssue> {
    let with_gaps = found.iter().filter(|it| it.with_value < it.cases);
    let (empty, partial): (Vec<_>, Vec<_>) = with_gaps.partition(|it| it.with_value == 0);
    let what = format!("cases without a value of the queue attribute `{}`", shown(name));
    let issue = |what: String, forms: Vec<&OfForm<'_>>| {
        let count = forms.iter().map(|it| it.cases - it.with_value).sum();
        let examples = forms.iter().map(|it| {
            format!("{} of the {} of form `{}`", it.cases - it.with_value, it.cases, shown(it.form))
        });
        let issue = HistoryIssue::new(file, what, format!("fill the gaps; {UNTIL_THEN}")).counted(count);
        (count > 0).then(|| issue.with_examples(examples))
    };
    let empty = issue(format!("{what}, which is empty for all cases of their form"), empty);
    [empty, issue(what, partial)].into_iter().flatten()
}

fn identifier(file: &str, name: &str, found: &[OfForm<'_>]) -> Option<HistoryIssue> {
    let suspects: Vec<_> = found.iter().filter(|it| it.looks_like_an_identifier()).collect();
    let what = format!(
        "cases whose queue attribute `{}` has nearly as many values as cases, as an identifier or a number has",
        shown(name)
    );
    let remedy = "use an attribute with few values, or write `queue = false` in the form definition";
    let count: u64 = suspects.iter().map(|it| it.with_value).sum();
    let examples = suspects
        .iter()
        .map(|it| format!("{} values in {} cases of form `{}`", it.values, it.with_value, shown(it.form)));
    (count > 0).then(|| HistoryIssue::new(file, what, remedy).counted(count).with_examples(examples))
}
