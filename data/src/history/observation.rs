//! From when on the cases of a form are under observation: one rule for training and for `check`.

use std::fmt;

use model::{FormDefinition, Moment};
use serde::Serialize;

use super::as_of::{HistoryCase, HistoryView};

/// From when on the known cases of one form are under observation.
///
/// A case is left-truncated if it entered the record after its receipt: before that, its decision could not have been
/// recorded. A case with an action of receipt is observed from its first action. What the absence of that action means
/// is decided by the majority of the form's known cases: if at least half of them have it, a case without it entered the
/// record with its first action; otherwise the record does not keep receipts, and the case is observed from its receipt.
#[derive(Debug, Clone)]
pub struct Observation {
    /// For each action code of the history, whether it is the form's action of receipt.
    is_receipt: Vec<bool>,
    cases: u64,
    with_receipt: u64,
}

/// From when on a case is under observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservedFrom {
    /// From its receipt.
    Receipt,
    /// From its first action, which came later.
    FirstAction(Moment),
    /// It has not entered the record yet.
    Never,
}

/// How many cases of a form are not observed from their receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ObservationCounts {
    /// Known cases, with those that were rejected at intake or are left out.
    pub cases: u64,
    /// Those of them with an action of receipt.
    pub with_receipt: u64,
    /// Cases that count: neither rejected at intake nor left out.
    pub counted: u64,
    /// Those of them that count only from their first action.
    pub from_first_action: u64,
    /// Cases that training leaves out, because they have not entered the record.
    pub left_out: u64,
}

impl Observation {
    /// Decides by what a view knows of the form's cases.
    #[must_use]
    pub fn from_view(known: HistoryView<'_>, form: &FormDefinition) -> Self {
        Self::with_each(known, form, |_| {})
    }

    /// The same, and calls `each` with every case on the way.
    #[must_use]
    pub fn with_each(
        known: HistoryView<'_>,
        form: &FormDefinition,
        mut each: impl FnMut(&HistoryCase<'_>),
    ) -> Self {
        let receipt = &form.milestone(form.start()).reached_by;
        let codes = known.history().action_codes();
        let is_receipt = codes.iter().map(|code| receipt.contains(code)).collect();
        let mut observation = Self { is_receipt, cases: 0, with_receipt: 0 };
        for case in known.cases_of(form.name()) {
            observation.cases += 1;
            observation.with_receipt += u64::from(observation.has_receipt(&case));
            each(&case);
        }
        observation
    }

    /// From when on a case of the form is under observation.
    #[must_use]
    pub fn start(&self, case: &HistoryCase<'_>) -> ObservedFrom {
        let keeps_receipts = 2 * self.with_receipt >= self.cases;
        let Some((code, at)) = case.first_action() else {
            return if keeps_receipts { ObservedFrom::Never } else { ObservedFrom::Receipt };
        };
        if !keeps_receipts && !self.has_receipt(case) {
            return ObservedFrom::Receipt;
        }
        let received = case.received_stamp();
        let is_later = if self.is_receipt[usize::from(code)] {
            // Within a day, the receipt and its action are one event.
            received.day() < at.day()
        } else {
            received.is_before(at)
        };
        if is_later { ObservedFrom::FirstAction(at.moment()) } else { ObservedFrom::Receipt }
    }

    /// The counts before the first case is added.
    #[must_use]
    pub fn counts(&self) -> ObservationCounts {
        ObservationCounts { cases: self.cases, with_receipt: self.with_receipt, ..Default::default() }
    }

    fn has_receipt(&self, case: &HistoryCase<'_>) -> bool {
        case.actions().any(|(code, _)| self.is_receipt[usize::from(code)])
    }
}

impl ObservationCounts {
    /// Counts one more case that was not rejected at intake.
    pub fn add(&mut self, from: ObservedFrom) {
        match from {
            ObservedFrom::Receipt => self.counted += 1,
            ObservedFrom::FirstAction(_) => {
                self.counted += 1;
                self.from_first_action += 1;
            }
            ObservedFrom::Never => self.left_out += 1,
        }
    }

    /// Whether every case is observed from its receipt and the record leaves no doubt about it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_mixed = self.with_receipt > 0 && 2 * self.with_receipt < self.cases;
        self.from_first_action == 0 && self.left_out == 0 && !is_mixed
    }
}

/// What counts differently from what the dates of receipt suggest, and why; empty if nothing does.
impl fmt::Display for ObservationCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, with_receipt, counted, from_first_action, left_out } = *self;
        let mut findings = Vec::new();
        if from_first_action > 0 {
            findings.push(format!(
                "{from_first_action} of the {counted} cases that count entered the record after their receipt, so they count \
                 only from their first action"
            ));
        }
        if left_out > 0 {
            findings.push(format!(
                "training leaves out the cases without an action ({left_out}), because {with_receipt} of all {cases} known \
                 cases came with an action of receipt, so these have not entered the record"
            ));
        }
        if with_receipt > 0 && 2 * with_receipt < cases {
            findings.push(format!(
                "only {with_receipt} of all {cases} known cases came with an action of receipt, so the others count from \
                 their date of receipt"
            ));
        }
        f.write_str(&findings.join("; "))
    }
}
