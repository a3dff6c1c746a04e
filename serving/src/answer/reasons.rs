//! Why an estimate is longer or shorter than that of a typical case, and where the case is in line, as an answer says it.

use model::{CaseView, Features, FormModel, InLine, Label, ReasonGroup, RemainingTime};
use serde::Serialize;

use super::object::as_object;
use crate::models::Loaded;
use crate::wording::line::{line_in_words, reason_in_words};
use crate::wording::phrasing;

/// The days that each group of facts adds to those of a reference case.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonsAnswer {
    reference: ReferenceAnswer,
    days: Vec<ReasonAnswer>,
}

/// A typical pending case of the form.
#[derive(Debug, Serialize)]
struct ReferenceAnswer {
    form: String,
    as_of: model::AsOf,
    #[serde(serialize_with = "as_object")]
    attributes: Vec<(String, String)>,
    state: StateAnswer,
    waited_days: f64,
    median_days: f64,
}

#[derive(Debug, Serialize)]
struct StateAnswer {
    id: String,
    label: Label,
}

#[derive(Debug, Serialize)]
struct ReasonAnswer {
    group: ReasonGroup,
    label: Label,
    days: f64,
}

impl ReasonsAnswer {
    /// `None` where the model has nothing to compare with.
    pub(crate) fn new(
        model: &FormModel,
        view: &CaseView<'_>,
        features: &Features,
        decision: &RemainingTime,
    ) -> Option<Self> {
        let now = view.as_of().moment();
        if decision.is_beyond_history() {
            // The days of a tail's assumption are not worth a reason.
            return None;
        }
        let reasons = model.reasons(decision, view.progress(), features, [now, now])?;
        let reference = model.reference()?;
        let (id, label) = model.form().state(reference.state);
        Some(Self {
            reference: ReferenceAnswer {
                form: model.form().name().to_owned(),
                as_of: reference.case().as_of,
                attributes: reference.attributes().to_vec(),
                state: StateAnswer { id: id.to_owned(), label: label.clone() },
                waited_days: rounded(reference.waited.get()),
                median_days: rounded(reference.days),
            },
            days: reasons
                .groups
                .iter()
                .map(|reason| ReasonAnswer {
                    group: reason.group,
                    label: reason_in_words(reason.group),
                    days: rounded(reason.days),
                })
                .collect(),
        })
    }
}

/// The place of a case in its line.
#[derive(Debug, Serialize)]
pub(crate) struct LineAnswer {
    #[serde(flatten)]
    place: InLine,
    #[serde(serialize_with = "as_object")]
    queue: Vec<(String, String)>,
    pub(crate) text: Label,
}

impl LineAnswer {
    /// `None` where the place is not told.
    pub(crate) fn new(loaded: &Loaded, view: &CaseView<'_>, features: &Features) -> Option<Self> {
        let as_of = view.as_of();
        let place = loaded.model.in_line(view.progress(), features, as_of.moment()).ok()?;
        let attributes = &loaded.model.schema().queue;
        let known = place.queue.known().filter_map(|(position, _)| attributes.get(position));
        let queue = known.filter_map(|attribute| {
            view.attribute(&attribute.name).map(|value| (attribute.name.clone(), value.to_owned()))
        });
        Some(Self { queue: queue.collect(), text: line_in_words(&place, as_of, loaded.trained_on()), place })
    }
}

fn rounded(days: f64) -> f64 {
    phrasing::rounded(days as f32)
}
