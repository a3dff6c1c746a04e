//! What makes the estimate of a case longer or shorter than that of a typical case, and where the case is in line.

use model::{AsOf, Features, FormModel, InLine, Label, NotInLine, Reason, Reasons, Reference};
use serde::Serialize;

use super::case::NamedState;
use crate::estimates::group_name;

/// The days that each group of facts adds to those of a reference case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedReasons {
    /// The case with which this one is compared.
    pub reference: ExplainedReference,
    /// The median of the decision of this case, in days: that of the reference case and all days together.
    pub median_days: f64,
    /// The groups in which both cases differ.
    pub days: Vec<Reason>,
}

/// A typical pending case of the form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedReference {
    /// Its form.
    pub form: String,
    /// When it was typical.
    pub as_of: AsOf,
    /// Its attributes.
    pub attributes: Vec<NamedValue>,
    /// The state in which the model sees it wait.
    pub state: NamedState,
    /// Days since its receipt, without time on hold.
    pub waited_days: f64,
    /// The median of its decision, in days.
    pub median_days: f64,
}

/// An attribute with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedValue {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl ExplainedReasons {
    /// `None` for a model without a reference case.
    pub(super) fn new(model: &FormModel, reasons: Reasons) -> Option<Self> {
        let reference = ExplainedReference::new(model, model.reference()?);
        Some(Self { reference, median_days: reasons.days, days: reasons.groups })
    }
}

impl ExplainedReference {
    fn new(model: &FormModel, reference: &Reference) -> Self {
        let named =
            |(name, value): &(String, String)| NamedValue { name: name.clone(), value: value.clone() };
        Self {
            form: model.form().name().to_owned(),
            as_of: reference.case().as_of,
            attributes: reference.attributes().iter().map(named).collect(),
            state: NamedState::new(model.form(), reference.state),
            waited_days: reference.waited.get(),
            median_days: reference.days,
        }
    }
}

/// The place of a case in its line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedLine {
    /// The numbers.
    #[serde(flatten)]
    pub place: InLine,
    /// What the cases of the line share: `center=MSC`, or `all`.
    pub cases: String,
    /// The numbers in words; `None` until somebody who has the words adds them.
    pub text: Option<Label>,
}

impl ExplainedLine {
    pub(super) fn new(model: &FormModel, place: InLine) -> Self {
        Self { cases: group_name(model, None, place.queue), place, text: None }
    }
}

/// Why the place in line is not told, in one sentence.
pub(super) fn not_in_line(model: &FormModel, features: &Features, why: NotInLine) -> String {
    match why {
        NotInLine::NoLine if model.form().spec().line.is_none() => {
            "the definition of the form does not say how its cases wait in line".to_owned()
        }
        NotInLine::NoLine => "the model does not know how long the lines are".to_owned(),
        NotInLine::NotWaiting => "the case does not wait: it is decided, on hold, or was refused".to_owned(),
        NotInLine::HadTurn => "an officer took the case up already".to_owned(),
        NotInLine::OutOfOrder => {
            "the case is expedited, so it does not wait in the order of its line".to_owned()
        }
        NotInLine::UnknownLine => format!(
            "the attributes of the case ({}) do not say which line it waits in",
            group_name(model, None, features.queue)
        ),
        NotInLine::OtherDay(day) => format!(
            "the model knows the lines of {day} only; `myprogress refresh` counts those of another day"
        ),
    }
}
