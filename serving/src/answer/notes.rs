//! Notes: what a reader of an estimate must know besides the numbers. They name input that could not be used as it was meant,
//! what the applicant has to do, and where the estimate goes beyond the history.

use model::{AsOf, CaseView, Days, Estimate, Label, RemainingTime, TimeScale, TrainedOn};

use super::note::{Code, Note, NotePlacement};
use super::record_notes::{applicant_notes, left_out};
use crate::case::checks::CheckedCase;
use crate::case::record::Record;
use crate::http::redaction::redacted;
use crate::models::{Loaded, is_old};
use crate::wording::cases::Cases;
use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// Level of the farthest bound that is shown. If the history never saw a wait that long, a note says so.
const FARTHEST_SHOWN: f64 = 0.9;

/// Which wait is longer than any that ended in a decision in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// The wait since receipt.
    Whole,
    /// The wait in the present step.
    InStep,
}

/// Whether the case has waited longer than any decided case of the history.
pub(crate) fn beyond(loaded: &Loaded, view: &CaseView<'_>, decision: &RemainingTime) -> Option<Beyond> {
    let is_known = decision.known_for > Days::ZERO;
    match loaded.model.predictor().time_scale() {
        TimeScale::SinceReceipt => (!is_known).then_some(Beyond::Whole),
        TimeScale::InState => {
            // This clock restarts with every step, so a case can be in a familiar step and still be older than the data.
            let training = loaded.model.training();
            let window = training.as_of.day().since(training.first_received);
            let waited = view.as_of().day().since(view.received().day());
            if waited > window { Some(Beyond::Whole) } else { (!is_known).then_some(Beyond::InStep) }
        }
    }
}

/// The notes of one estimate.
pub(crate) fn notes(
    loaded: &Loaded,
    checked: &CheckedCase,
    view: &CaseView<'_>,
    estimate: &Estimate<'_>,
    record: &Record,
) -> Vec<Note> {
    let form = loaded.model.form();
    let trained = loaded.model.training().as_of;
    let placed = |placement| move |(code, text)| Note { placement, code, date: None, text };
    let beyond = estimate.decision.and_then(|decision| beyond_history(loaded, view, &decision));
    // Without an estimated time there is nothing that could be different now.
    let has_time = estimate.decision.is_some() || estimate.next_step.is_some();
    let old = (has_time && is_old(trained, checked.as_of.day())).then(|| (Code::OldData, old_data(trained)));
    // Every answer about such a form names its source, even one without an estimate.
    let simulated = (loaded.trained_on() == TrainedOn::SimulatedHistory).then(|| {
        (Code::SimulatedHistory, in_both(|language| language.text("data.simulated_form").to_owned()))
    });
    let alerts = simulated.into_iter().chain(old);
    let details = unused_values(loaded, checked)
        .into_iter()
        .chain(left_out(form, view, record))
        .chain(later_model(trained, checked.as_of))
        .map(placed(NotePlacement::Details));
    let is_by_state = loaded.model.predictor().time_scale() == TimeScale::InState;
    applicant_notes(form, view, record, estimate.decision.is_some() && is_by_state)
        .into_iter()
        .chain(beyond.map(placed(NotePlacement::Estimate)))
        .chain(alerts.map(placed(NotePlacement::Alert)))
        .chain(details)
        .collect()
}

/// The warning that the data of a model trained then may be out of date.
pub(crate) fn old_data(trained: AsOf) -> Label {
    let year = trained.day().year_month_day().0.to_string();
    in_both(|language| language.filled("data.old", &[("year", &year)]))
}

fn beyond_history(loaded: &Loaded, view: &CaseView<'_>, decision: &RemainingTime) -> Option<(Code, Label)> {
    let is_in_part = f64::from(decision.time.at(FARTHEST_SHOWN)) > decision.known_for.get();
    let (code, key) = match (beyond(loaded, view, decision), loaded.model.predictor().time_scale()) {
        (Some(Beyond::Whole), _) => (Code::WaitedLongest, "note.waited_longest"),
        (Some(Beyond::InStep), _) => (Code::WaitedLongest, "note.waited_longest_step"),
        (None, TimeScale::SinceReceipt) if is_in_part => (Code::BeyondHistory, "note.beyond_history"),
        (None, TimeScale::InState) if is_in_part => (Code::BeyondHistory, "note.beyond_history_step"),
        (None, _) => return None,
    };
    let case = |language| Cases::from_training(loaded.trained_on()).one(language);
    Some((code, in_both(|language| language.filled(key, &[("case", case(language))]))))
}

/// Values of queue attributes that the model has never seen, and attributes that the estimate does not depend on.
fn unused_values(loaded: &Loaded, checked: &CheckedCase) -> Vec<(Code, Label)> {
    let (form, schema) = (loaded.model.form(), loaded.model.schema());
    let note = |attribute: &model::FormAttribute| {
        let (_, value) = checked.case.attributes.iter().find(|(name, _)| *name == attribute.name)?;
        let known = schema.queue.iter().find(|known| known.name == attribute.name);
        let (code, key) = match known {
            Some(known) if known.values.contains(value) => return None,
            Some(_) => (Code::UnknownValue, "note.unknown_value"),
            None if attribute.queue => (Code::UnusedAttribute, "note.unused_attribute"),
            None => (Code::UnusedAttribute, "note.other_attribute"),
        };
        let value = redacted(value);
        let text = |language: Language| {
            let values = [("attribute", language.of(&attribute.label)), ("value", value.as_str())];
            language.filled(key, &values)
        };
        Some((code, in_both(text)))
    };
    form.spec().attributes.iter().filter_map(note).collect()
}

fn later_model(trained: AsOf, as_of: AsOf) -> Option<(Code, Label)> {
    let note = |language: Language| {
        language.filled("note.later_model", &[("date", &phrasing::date(trained.day(), language))])
    };
    (trained.moment() > as_of.moment()).then(|| (Code::LaterModel, in_both(note)))
}
