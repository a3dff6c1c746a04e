//! A summary of a history, as `check` prints it.

use std::fmt;

use model::{AsOf, Day};
use serde::Serialize;

use super::case_history::History;
use super::description::HistoryKind;
use super::observation::{Observation, ObservationCounts};
use crate::forms::FormFileError;
use crate::shown_text::shown_sentence;

/// A summary of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Whether it is real or simulated, if it says so.
    pub kind: Option<HistoryKind>,
    /// When it was extracted.
    pub extracted_on: String,
    /// Cases.
    pub cases: usize,
    /// Actions.
    pub actions: usize,
    /// By form, in order of first appearance.
    pub forms: Vec<FormSummary>,
    /// Findings that do not make the history unusable.
    pub warnings: Vec<String>,
}

/// A summary of the cases of one form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormSummary {
    /// The form.
    pub form: String,
    /// Its cases.
    pub cases: usize,
    /// Cases rejected at intake.
    pub rejected: usize,
    /// Decided cases.
    pub decided: usize,
    /// Cases pending at the extraction.
    pub pending: usize,
    /// First receipt.
    pub first_received: Day,
    /// Last receipt.
    pub last_received: Day,
    /// Its queue attributes, each with its number of values.
    pub queue: Vec<(String, usize)>,
    /// From when on its cases count, at the extraction.
    pub observation: ObservationCounts,
}

impl Summary {
    /// Summarizes a history.
    ///
    /// # Errors
    /// If a form is not defined, which a checked history rules out.
    pub fn from_history(history: &History) -> Result<Self, FormFileError> {
        let known = history.view_at(AsOf::new(history.extracted_on()));
        let mut forms = Vec::new();
        let mut definitions = Vec::new();
        for name in history.forms() {
            let form = history.definition(name, history.extracted_on().day())?;
            let effects = history.effects(&form);
            let observation = Observation::from_view(known, &form);
            let queue = form.queue_attributes().filter_map(|attribute| history.attribute(&attribute.name));
            forms.push(FormSummary {
                form: name.clone(),
                cases: 0,
                rejected: 0,
                decided: 0,
                pending: 0,
                first_received: history.extracted_on().day(),
                last_received: history.extracted_on().day(),
                queue: queue.map(|attribute| (attribute.name.clone(), attribute.values().len())).collect(),
                observation: observation.counts(),
            });
            definitions.push((form, effects, observation));
        }
        for case in known.cases() {
            let position = history.form_of(case.number());
            let (form, effects, observation) = &definitions[position];
            let summary = &mut forms[position];
            let progress = case.follow(form, effects, |_, _, _| {});
            if !progress.is_rejected() {
                summary.observation.add(observation.start(&case));
            }
            let received = history.received().stamp(case.number()).day();
            // The first case sets both.
            let (first, last) = match summary.cases {
                0 => (received, received),
                _ => (summary.first_received, summary.last_received),
            };
            summary.first_received = first.min(received);
            summary.last_received = last.max(received);
            summary.cases += 1;
            match (progress.is_rejected(), progress.decided_at()) {
                (true, _) => summary.rejected += 1,
                (false, Some(_)) => summary.decided += 1,
                (false, None) => summary.pending += 1,
            }
        }
        Ok(Self {
            name: shown_sentence(history.name()),
            kind: history.about().kind,
            extracted_on: history.extracted_on().to_string(),
            cases: history.cases(),
            actions: history.action_count(),
            forms,
            warnings: history.warnings().iter().map(ToString::to_string).collect(),
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} cases, {} actions, extracted on {}",
            self.name, self.cases, self.actions, self.extracted_on
        )?;
        writeln!(
            f,
            "{}",
            match self.kind {
                Some(HistoryKind::Real) => "Real cases.",
                Some(HistoryKind::Simulated) => "Simulated: no case in it is real.",
                None => "It does not say whether its cases are real.",
            }
        )?;
        writeln!(
            f,
            "{:<12} {:>9} {:>9} {:>9} {:>9}  {:<10} {:<10}  queue",
            "form", "cases", "rejected", "decided", "pending", "first", "last"
        )?;
        for form in &self.forms {
            let queue: Vec<String> =
                form.queue.iter().map(|(name, values)| format!("{name} ({values})")).collect();
            writeln!(
                f,
                "{:<12} {:>9} {:>9} {:>9} {:>9}  {:<10} {:<10}  {}",
                form.form,
                form.cases,
                form.rejected,
                form.decided,
                form.pending,
                form.first_received.to_string(),
                form.last_received.to_string(),
                queue.join(", ")
            )?;
        }
        for form in self.forms.iter().filter(|form| !form.observation.is_plain()) {
            writeln!(f, "{}: {}.", form.form, form.observation)?;
        }
        Ok(())
    }
}
