//! Whether what a candidate said came true as often as it said: PIT, reliability of the event by the end of the history,
//! and reliability of the said next step.

use model::Target;
use serde::Serialize;

use super::case_score::CaseScore;
use super::questions::{Answers, Questions};
use crate::score::pit::Histogram;
use crate::score::reliability::Reliability;

/// The calibration of one candidate for one form.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Calibration {
    /// Where in their distributions the outcomes fell.
    pub pit: Histogram,
    /// The probability of the event by the end of the history.
    pub by_the_end: Reliability,
    /// The probability of the said next step, if the candidate says which one it is. It is known to be right or wrong for
    /// cases whose next step came by the end of the history.
    pub step: Option<Reliability>,
}

/// One bin of a [`Calibration`], as a row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationRow<'a> {
    /// The form.
    pub form: &'a str,
    /// The time that was estimated.
    pub target: Target,
    /// The model or baseline.
    pub candidate: &'a str,
    /// `pit`, `by_the_end` or `step`.
    pub kind: &'static str,
    /// The lower end of the bin.
    pub from: f64,
    /// Its upper end.
    pub to: f64,
    /// For `pit` the mass in the bin, otherwise the cases to which such a probability was said.
    pub cases: f64,
    /// For `pit` the mass of cases with the event in the follow-up, otherwise the cases of which the truth is known.
    pub known: f64,
    /// The mean probability said to the cases that are known.
    pub said: Option<f64>,
    /// The share of them for which it came true.
    pub came_true: Option<f64>,
    /// The share of all cases for which it came true, if it did for none of the others.
    pub at_least: Option<f64>,
    /// The same if it did for all of the others.
    pub at_most: Option<f64>,
}

impl Calibration {
    pub(super) fn new(questions: &Questions<'_>, answers: &Answers, scored: &[CaseScore]) -> Self {
        let mut calibration = Self::default();
        for (question, score) in questions.list.iter().zip(scored) {
            let event = question.time(answers.target).is_some();
            calibration.pit.add(score.pit, event);
            calibration.by_the_end.add(score.expected, Some(event));
        }
        calibration.step = answers.steps.as_ref().map(|steps| {
            let mut reliability = Reliability::default();
            for (said, question) in steps.iter().zip(&questions.list) {
                if let Some(said) = said {
                    reliability.add(said.probability, question.came.map(|came| came == said.milestone));
                }
            }
            reliability
        });
        calibration
    }

    /// Adds the cases of another origin.
    pub fn merge(&mut self, other: &Self) {
        self.pit.merge(&other.pit);
        self.by_the_end.merge(&other.by_the_end);
        if let Some(step) = &other.step {
            self.step.get_or_insert_default().merge(step);
        }
    }

    /// Its bins.
    #[must_use]
    pub fn rows<'a>(&self, form: &'a str, target: Target, candidate: &'a str) -> Vec<CalibrationRow<'a>> {
        let empty = |kind, bin: usize, bins: usize| CalibrationRow {
            form,
            target,
            candidate,
            kind,
            from: bin as f64 / bins as f64,
            to: (bin + 1) as f64 / bins as f64,
            cases: 0.0,
            known: 0.0,
            said: None,
            came_true: None,
            at_least: None,
            at_most: None,
        };
        let all = self.pit.all();
        let bins = all.iter().zip(self.pit.seen).enumerate();
        let mut rows: Vec<CalibrationRow<'_>> = bins
            .map(|(bin, (&cases, known))| CalibrationRow { cases, known, ..empty("pit", bin, all.len()) })
            .collect();
        for (kind, table) in [("by_the_end", Some(&self.by_the_end)), ("step", self.step.as_ref())] {
            let Some(table) = table else { continue };
            rows.extend(table.bins.iter().enumerate().map(|(position, bin)| CalibrationRow {
                cases: bin.cases as f64,
                known: bin.known as f64,
                said: bin.mean_said(),
                came_true: bin.true_share(),
                at_least: bin.bounds().map(|[low, _]| low),
                at_most: bin.bounds().map(|[_, high]| high),
                ..empty(kind, position, table.bins.len())
            }));
        }
        rows
    }
}
