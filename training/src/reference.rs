//! The reference case of a model: a typical pending case, with which others are compared.

use data::{Featurizer, HistoryCase, HistoryView};
use model::{AsOf, FormModel, Moment, ReferenceCase, Stamp};
use rayon::prelude::*;

use crate::landmarks::evenly;

/// The most pending cases that are asked about, evenly picked.
const MAX_ASKED: usize = 1_000;

/// Of the cases that were pending when the record was last observed, the one whose median of the decision is the median of
/// all: the first of them in the order of the cases. `None` if no pending case has an estimate.
pub(crate) fn reference_case(known: HistoryView<'_>, model: &FormModel) -> Option<ReferenceCase> {
    let seen = known.observed_until();
    let form = model.form();
    let effects = known.history().effects(form);
    let follow = |case: &HistoryCase<'_>| case.follow(form, &effects, |_, _, _| {});
    let cases: Vec<HistoryCase<'_>> = known.cases_of(form.name()).collect();
    let is_pending = |case: &HistoryCase<'_>| {
        let progress = follow(case);
        case.received() <= seen
            && progress.decided_at().is_none()
            && progress.pause().is_none()
            && !progress.is_rejected()
    };
    let pending: Vec<HistoryCase<'_>> = cases.into_par_iter().filter(is_pending).collect();
    let featurizer = Featurizer::new(known, model.schema(), model.queue_state());
    let median = |case: &HistoryCase<'_>| {
        let progress = follow(case);
        let features = featurizer.features(case, &progress, seen);
        Some(model.estimate_of(&progress, &features, seen, seen).decision?.time.at(0.5))
    };
    let asked: Vec<usize> = evenly(pending.len(), MAX_ASKED).collect();
    let mut medians: Vec<(f32, usize)> =
        asked.into_par_iter().filter_map(|index| Some((median(&pending[index])?, index))).collect();
    medians.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let middle = medians.get(medians.len().saturating_sub(1) / 2)?.0;
    let (_, typical) = medians.into_iter().find(|(median, _)| *median == middle)?;
    Some(recorded(known, model, &pending[typical], seen))
}

/// What was recorded of a case, without its id.
fn recorded(
    known: HistoryView<'_>,
    model: &FormModel,
    case: &HistoryCase<'_>,
    seen: Moment,
) -> ReferenceCase {
    let history = known.history();
    let value = |name: &String| {
        let value = history.attribute(name)?.value(case.number())?;
        Some((name.clone(), value.to_owned()))
    };
    let covariates = &model.schema().covariates;
    let of_columns = (0..covariates.columns.len()).filter_map(|column| covariates.attribute(column));
    let of_queue = model.schema().queue.iter().map(|attribute| attribute.name.as_str());
    let mut names: Vec<String> = of_queue.chain(of_columns).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    let day = Stamp::Day(seen.day());
    ReferenceCase {
        received: history.received().stamp(case.number()),
        attributes: names.iter().filter_map(value).collect(),
        actions: case.recorded_actions(),
        // The end of a day is written as that day.
        as_of: AsOf::new(if day.moment() == seen { day } else { Stamp::Moment(seen) }),
    }
}
