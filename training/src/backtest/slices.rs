//! Scores of parts of the pending cases: by attribute, queue, state and time waited.

use std::collections::BTreeMap;

use model::{AsOf, Target};
use serde::Serialize;

use super::case_score::CaseScore;
use super::questions::{Answers, MISSING, Question, Questions};
use crate::score::coverage::Coverage;

/// Where the bands of times begin, in days.
const BANDS: [(f64, &str); 6] = [
    (0.0, "0 to 30 days"),
    (30.0, "30 to 90 days"),
    (90.0, "90 to 180 days"),
    (180.0, "180 to 365 days"),
    (365.0, "365 to 730 days"),
    (730.0, "730 days and more"),
];
/// The most values of an attribute that have slices of their own, most common first.
const MAX_VALUES: usize = 100;
/// The slice of all rarer values.
const OTHER: &str = "(other)";

/// Scores of one candidate for a part of the cases of a form that were pending at an origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SliceScores {
    /// The as-of time of the training and of the estimates.
    pub origin: AsOf,
    /// The form.
    pub form: String,
    /// The time that was estimated.
    pub target: Target,
    /// The model or baseline.
    pub candidate: &'static str,
    /// What the cases have in common: an attribute, or `queue`, `state`, `since_receipt` or `in_state`.
    pub slice: String,
    /// Their value of it.
    pub value: String,
    /// The number of cases.
    pub cases: u64,
    /// Mean CRPS of min(T, H) over the levels, in days.
    pub crps_days: f64,
    /// Mean CRPS of min(T, H) as the integral over time, in days.
    pub crps_integral_days: f64,
    /// Mean of the said probabilities of the event by the end of the history.
    pub expected_share: f64,
    /// The share of cases with the event by then.
    pub event_share: f64,
    /// Cases whose 50 per cent quantile lies inside the follow-up.
    pub judged_q50: u64,
    /// The share of these with the event within it.
    pub within_q50: Option<f64>,
    /// Cases whose 80 per cent quantile lies inside the follow-up.
    pub judged_q80: u64,
    /// The share of these with the event within it.
    pub within_q80: Option<f64>,
}

/// One way to cut the cases: the names of the parts, and the part of each question.
pub(super) struct Slicing {
    name: String,
    values: Vec<String>,
    part: Vec<usize>,
}

impl Slicing {
    /// All ways to cut the cases of some questions.
    pub(super) fn all(questions: &Questions<'_>) -> Vec<Self> {
        let (history, form) = (questions.history, questions.form);
        let mut all = Vec::new();
        for attribute in &form.spec().attributes {
            let Some(column) = history.attribute(&attribute.name) else { continue };
            all.push(Self::by(&attribute.name, questions, |question| {
                column.value(question.number).unwrap_or(MISSING)
            }));
        }
        let has = |name: &str| history.attribute(name).is_some();
        if form.queue_attributes().filter(|attribute| has(&attribute.name)).count() > 1 {
            all.push(Self::by("queue", questions, |question| questions.queues[question.queue].as_str()));
        }
        all.push(Self::by("state", questions, |question| form.state(question.case.features.state).0));
        all.push(Self::by("since_receipt", questions, |question| {
            band(question.case.features.since_receipt.get())
        }));
        all.push(Self::by("in_state", questions, |question| band(question.case.features.in_state.get())));
        all
    }

    fn by<'q>(name: &str, questions: &'q Questions<'_>, value: impl Fn(&'q Question) -> &'q str) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for question in &questions.list {
            *counts.entry(value(question)).or_default() += 1;
        }
        let mut common: Vec<(&str, usize)> = counts.into_iter().collect();
        common.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        common.truncate(MAX_VALUES);
        let mut values: Vec<&str> = common.into_iter().map(|(value, _)| value).collect();
        values.sort_unstable();
        let part = |question| values.binary_search(&value(question)).unwrap_or(values.len());
        let part = questions.list.iter().map(part).collect();
        let values = values.into_iter().chain([OTHER]).map(str::to_owned).collect();
        Self { name: name.to_owned(), values, part }
    }

    /// The scores of every part that has cases.
    pub(super) fn scores(
        &self,
        questions: &Questions<'_>,
        answers: &Answers,
        scored: &[CaseScore],
    ) -> Vec<SliceScores> {
        let mut sums = vec![Sums::default(); self.values.len()];
        for (index, question) in questions.list.iter().enumerate() {
            let quantiles = &answers.quantiles[index];
            let sums = &mut sums[self.part[index]];
            let event = question.time(answers.target);
            sums.cases += 1;
            sums.events += u64::from(event.is_some());
            sums.crps += scored[index].crps;
            sums.integral += scored[index].crps_integral;
            sums.expected += scored[index].expected;
            sums.q50.add(f64::from(quantiles.at(0.5)), event, questions.horizon);
            sums.q80.add(f64::from(quantiles.at(0.8)), event, questions.horizon);
        }
        let parts = self.values.iter().zip(&sums).filter(|(_, sums)| sums.cases > 0);
        parts.map(|(value, sums)| self.row(questions, answers, value, sums)).collect()
    }

    fn row(&self, questions: &Questions<'_>, answers: &Answers, value: &str, sums: &Sums) -> SliceScores {
        let count = sums.cases as f64;
        SliceScores {
            origin: questions.origin,
            form: questions.form.name().to_owned(),
            target: answers.target,
            candidate: answers.candidate,
            slice: self.name.clone(),
            value: value.to_owned(),
            cases: sums.cases,
            crps_days: sums.crps / count,
            crps_integral_days: sums.integral / count,
            expected_share: sums.expected / count,
            event_share: sums.events as f64 / count,
            judged_q50: sums.q50.judged(),
            within_q50: sums.q50.share(),
            judged_q80: sums.q80.judged(),
            within_q80: sums.q80.share(),
        }
    }
}

#[derive(Clone, Default)]
struct Sums {
    cases: u64,
    events: u64,
    crps: f64,
    integral: f64,
    expected: f64,
    q50: Coverage,
    q80: Coverage,
}

/// The band that a number of days lies in.
fn band(days: f64) -> &'static str {
    let above = BANDS.partition_point(|(from, _)| *from <= days);
    BANDS[above.max(1) - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_begins_with_its_first_day() {
        assert_eq!(band(0.0), "0 to 30 days");
        assert_eq!(band(29.9), "0 to 30 days");
        assert_eq!(band(30.0), "30 to 90 days");
        assert_eq!(band(5_000.0), "730 days and more");
    }
}
