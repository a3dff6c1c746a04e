//! What somebody may have meant who wrote a text that is not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::form::FormDefinition;

use super::comparable::comparable;
use super::likeness::Compared;
use super::status_texts::{Language, StatusTexts, Title};

/// A title that resembles an unknown one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearestTitle<'a> {
    /// The title as the agency writes it.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// The action it stands for.
    pub action: &'a str,
    /// How alike the texts are, from 0 to 1 (the same).
    pub similarity: f64,
}

/// An action code that resembles an unknown one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearestAction<'a> {
    /// The action code.
    pub action: &'a str,
    /// How alike the texts are, from 0 to 1 (the same, or a title or event code that stands for the action).
    pub similarity: f64,
}

impl StatusTexts {
    /// The known titles that resemble `text` most, in English and Spanish, at most `max` of them, the most alike first;
    /// titles that are equally alike keep the order of the file. With a form, only titles that stand for one of its
    /// actions. Empty if nothing is alike.
    ///
    /// Similarity is the Sørensen-Dice coefficient of the pairs of letters, which forgives words that are missing, added
    /// or in another order as well as slips of the keyboard. The words that tell titles apart have to be alike too, so
    /// that nobody who was denied is asked whether the case was approved.
    #[must_use]
    pub fn nearest_titles(
        &self,
        form: Option<&FormDefinition>,
        text: &str,
        max: usize,
    ) -> Vec<NearestTitle<'_>> {
        let text = Compared::new(comparable(text));
        let is_listed = |title: &Title| {
            form.is_none_or(|form| {
                holds_for(&title.forms, form.name()) && form.effect(&title.action).is_some()
            })
        };
        let mut titles: Vec<NearestTitle<'_>> = self
            .titles()
            .iter()
            .filter(|title| is_listed(title))
            .filter_map(|title| {
                let similarity = text.similarity(&title.key)?;
                let Title { text, language, action, .. } = title;
                Some(NearestTitle { text, language: *language, action, similarity })
            })
            .collect();
        titles.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        let mut offered = BTreeSet::new();
        titles.retain(|title| offered.insert(title.text));
        titles.truncate(max);
        titles
    }

    /// The actions of a form that resemble an unknown action code most, at most `max` of them, the most alike first, by
    /// name where they are equally alike. Empty if nothing is alike.
    ///
    /// `unknown` may be any text: it is compared with the codes of the form, with the labels that applicants read for
    /// them, and with the agency's titles and event codes.
    #[must_use]
    pub fn nearest_actions<'a>(
        &'a self,
        form: &'a FormDefinition,
        unknown: &str,
        max: usize,
    ) -> Vec<NearestAction<'a>> {
        let mut best: BTreeMap<&'a str, f64> = BTreeMap::new();
        let mut offer = |action: &'a str, similarity: Option<f64>| {
            if let Some(similarity) = similarity.filter(|_| form.effect(action).is_some()) {
                let known = best.entry(action).or_insert(0.0);
                *known = known.max(similarity);
            }
        };
        let text = Compared::new(comparable(&unknown.replace('_', " ")));
        for (action, name) in names_of_actions(form) {
            offer(action, text.similarity(&comparable(&name.replace('_', " "))));
        }
        for title in self.titles().iter().filter(|title| holds_for(&title.forms, form.name())) {
            offer(&title.action, text.similarity(&title.key));
        }
        if let Some(action) = self.action_for_event_code(unknown, Some(form.name())) {
            offer(action, Some(1.0));
        }
        let mut actions: Vec<NearestAction<'a>> =
            best.into_iter().map(|(action, similarity)| NearestAction { action, similarity }).collect();
        actions.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        actions.truncate(max);
        actions
    }
}

fn holds_for(forms: &[String], form: &str) -> bool {
    forms.is_empty() || forms.iter().any(|name| name == form)
}

/// Every action of a form with its code, and the first action that brings a step about with the labels of that step.
fn names_of_actions(form: &FormDefinition) -> impl Iterator<Item = (&str, &str)> {
    let spec = form.spec();
    let labels = spec
        .milestones
        .iter()
        // A decision has many outcomes, each with a label of its own.
        .filter(|milestone| !milestone.decision)
        .map(|milestone| (&milestone.reached_by, &milestone.label))
        .chain(spec.statuses.iter().map(|status| (&status.set_by, &status.label)))
        .chain(spec.pauses.iter().map(|pause| (&pause.begins, &pause.label)))
        .chain(spec.outcomes.iter().map(|outcome| (&outcome.decided_by, &outcome.label)));
    let by_label = labels.flat_map(|(actions, label)| {
        let first = actions.first().map(String::as_str);
        first.into_iter().flat_map(|action| [(action, label.en.as_str()), (action, label.es.as_str())])
    });
    form.effects().map(|(action, _)| (action, action)).chain(by_label)
}
