//! What the status of a row stands for on the form of its case.

use std::collections::{BTreeMap, HashMap};

use model::{FormDefinition, StatusTexts};

use super::note::{CaseStatusNote, PassedOver};
use super::problems::Problems;
use super::rows::Numbered;

/// Nearest titles that are named beside an unknown status.
const MAX_NEAREST: usize = 3;
/// How the action code of an unknown status that is kept begins.
const UNKNOWN_PREFIX: &str = "unknown_";

/// What is done with a status that is not in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownStatus {
    /// The file is refused.
    #[default]
    Refuse,
    /// It becomes an action code of its own, which no form definition lists: an event without a milestone.
    Keep,
}

/// What the values of the status columns of a row stand for together. The first known one counts.
#[derive(Clone, Copy)]
struct Meaning {
    action: Option<u32>,
    counted: usize,
    /// The first value that stands for another action, and that action.
    contradicting: Option<(usize, u32)>,
    /// The first value that stands for nothing.
    unknown: Option<usize>,
}

/// Rows in which a value was passed over, and the first of them.
#[derive(Default)]
struct PassedOverRows {
    count: u64,
    example: Option<PassedOver>,
}

/// Looks statuses up, each once for a form.
pub(super) struct Meanings<'a> {
    texts: &'a StatusTexts,
    unknown_status: UnknownStatus,
    known: HashMap<(usize, u32), Meaning>,
    contradicting: PassedOverRows,
    unknown: PassedOverRows,
    /// The action codes that were found.
    actions: Numbered<String>,
    /// Unknown statuses that are kept, with their action code and how many rows have them.
    kept: BTreeMap<String, (u32, u64)>,
}

impl<'a> Meanings<'a> {
    pub(super) fn new(texts: &'a StatusTexts, unknown_status: UnknownStatus) -> Self {
        Self {
            texts,
            unknown_status,
            known: HashMap::new(),
            contradicting: PassedOverRows::default(),
            unknown: PassedOverRows::default(),
            actions: Numbered::new(),
            kept: BTreeMap::new(),
        }
    }

    /// The number of the action of a status on a form, which is given with its own number. An unknown status is a problem
    /// unless it is kept.
    pub(super) fn action(
        &mut self,
        (number, form): (usize, &FormDefinition),
        (status, values): (u32, &[String]),
        line: u64,
        problems: &mut Problems,
    ) -> Option<u32> {
        let key = (number, status);
        let meaning = match self.known.get(&key) {
            Some(known) => *known,
            None => {
                let meaning = self.meaning(form, values);
                self.known.insert(key, meaning);
                meaning
            }
        };
        if let Some(action) = meaning.action {
            self.count_passed_over(meaning, values, line);
            return Some(action);
        }
        let status = values.first()?;
        match self.unknown_status {
            UnknownStatus::Keep => Some(self.keep(status)),
            UnknownStatus::Refuse => {
                problems.add_unknown_status(status, line, number);
                None
            }
        }
    }

    fn meaning(&mut self, form: &FormDefinition, values: &[String]) -> Meaning {
        let actions: Vec<Option<u32>> = values
            .iter()
            .map(|value| Some(self.actions.number(action_for(self.texts, form, value)?.to_owned())))
            .collect();
        let counted = actions.iter().position(Option::is_some).unwrap_or_default();
        let action = actions.get(counted).copied().flatten();
        let others = || actions.iter().enumerate();
        Meaning {
            action,
            counted,
            contradicting: others()
                .find_map(|(index, other)| Some((index, (*other).filter(|_| *other != action)?))),
            unknown: others().find_map(|(index, other)| other.is_none().then_some(index)),
        }
    }

    fn count_passed_over(&mut self, meaning: Meaning, values: &[String], line: u64) {
        let Meaning { action, counted, contradicting, unknown } = meaning;
        let code = |action: u32| self.actions.get(action).clone();
        let example = |index: usize, other: Option<u32>| PassedOver {
            line,
            value: values[index].clone(),
            action: other.map(code),
            counted: values[counted].clone(),
            counted_action: action.map(code).unwrap_or_default(),
        };
        if let Some((index, other)) = contradicting {
            self.contradicting.count += 1;
            self.contradicting.example.get_or_insert_with(|| example(index, Some(other)));
        }
        if let Some(index) = unknown {
            self.unknown.count += 1;
            self.unknown.example.get_or_insert_with(|| example(index, None));
        }
    }

    fn keep(&mut self, status: &str) -> u32 {
        if let Some((action, count)) = self.kept.get_mut(status) {
            *count += 1;
            return *action;
        }
        let action = self.actions.number(code_of(status));
        self.kept.insert(status.to_owned(), (action, 1));
        action
    }

    pub(super) fn code(&self, action: u32) -> &str {
        self.actions.get(action)
    }

    /// The action codes by their number.
    pub(super) fn into_codes(self) -> Vec<String> {
        self.actions.into_values()
    }

    /// The values that were passed over, and the unknown statuses that were kept.
    pub(super) fn notes(&self) -> impl Iterator<Item = CaseStatusNote> {
        let PassedOverRows { count, example } = &self.contradicting;
        let contradicting = example.clone();
        let contradicting =
            contradicting.map(|example| CaseStatusNote::ContradictingStatuses { count: *count, example });
        let PassedOverRows { count, example } = &self.unknown;
        let unknown = example.clone();
        let unknown =
            unknown.map(|example| CaseStatusNote::UnknownStatusPassedOver { count: *count, example });
        let kept = self.kept.iter().map(|(status, (action, count))| CaseStatusNote::KeptStatus {
            status: status.clone(),
            action: self.code(*action).to_owned(),
            count: *count,
        });
        contradicting.into_iter().chain(unknown).chain(kept)
    }
}

/// The action that a value stands for: a title, an action code of the form, or an event code.
fn action_for<'a>(texts: &'a StatusTexts, form: &'a FormDefinition, value: &'a str) -> Option<&'a str> {
    let value = value.trim();
    texts
        .action_for_title(value, Some(form.name()))
        .or_else(|| form.effect(value).map(|_| value))
        .or_else(|| texts.action_for_event_code(value, Some(form.name())))
}

/// The remedy for an unknown status: what it may have been meant to be.
pub(super) fn nearest(texts: &StatusTexts, form: &FormDefinition, status: &str) -> String {
    let titles = texts.nearest_titles(Some(form), status, MAX_NEAREST);
    let mut nearest: Vec<String> =
        titles.iter().map(|near| format!("`{}` ({})", near.text, near.action)).collect();
    if nearest.is_empty() {
        let actions = texts.nearest_actions(form, status, MAX_NEAREST);
        nearest = actions.iter().map(|near| format!("`{}`", near.action)).collect();
    }
    if nearest.is_empty() {
        return "no known status resembles it: write a title as the agency does, an event code or an action code".to_owned();
    }
    format!("write the nearest known one if it is meant, {}", nearest.join(" or "))
}

/// An action code from the words of a status.
fn code_of(status: &str) -> String {
    let mut code = UNKNOWN_PREFIX.to_owned();
    for character in status.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            code.push(character);
        } else if !code.ends_with('_') {
            code.push('_');
        }
    }
    code.truncate(code.trim_end_matches('_').len());
    code
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn an_unknown_status_becomes_an_action_code_of_its_words() {
        assert_eq!(code_of("Case Was  Lost (again)."), "unknown_case_was_lost_again");
        assert_eq!(code_of("Se perdió su caso"), "unknown_se_perdió_su_caso");
        assert_eq!(code_of("???"), "unknown");
    }
}
