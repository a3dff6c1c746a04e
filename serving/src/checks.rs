//! A submitted case against its form and its as-of time. The interface and the page ask the same questions here.

use model::{Action, AsOf, Case, Day, FeatureSchema, Stamp, TimeError};

use crate::clock::Clock;
use crate::masking::{has_receipt_number, shown};
use crate::models::{Loaded, Models};
use crate::pointer;
use crate::problem::{CaseError, Kind, Problem};
use crate::request::{Dated, SubmittedAction, SubmittedCase};
use crate::standing::is_before;

/// A case may have this many actions at most.
const MAX_ACTIONS: usize = 1_000;
/// A caller's reference may have this many bytes at most.
const MAX_KEY: usize = 64;
/// At most this many names are listed in a detail, and so many unknown ones are faults.
const MAX_LISTED: usize = 20;
/// The forms that myProgress is about; one without a model is not unknown, only not covered.
pub(crate) const COVERED_FORMS: [&str; 7] = ["N-400", "I-90", "I-130", "I-765", "I-131", "I-485", "I-821"];

/// A case that can be asked about.
pub(crate) struct CheckedCase {
    pub(crate) case: Case,
    pub(crate) as_of: AsOf,
}

/// Which text of a case is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FaultPlace {
    Key,
    Form,
    Received(&'static str),
    AsOf,
    Attribute(String),
    Actions,
    Action(usize, &'static str),
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FaultKind {
    KeyTooLong,
    KeyIsReceiptNumber,
    UnknownForm { form: String, loaded: String },
    NotADate { value: String },
    OutOfRange,
    ReceivedAfterAsOf { as_of: AsOf },
    AsOfTooLate { latest: Day },
    TooManyActions { count: usize },
    BeforeReceipt { received: Stamp },
    AfterAsOf { as_of: AsOf },
    UnknownAttribute { name: String, known: String },
}

/// One thing that is wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: FaultPlace,
    pub(crate) kind: FaultKind,
}

impl Fault {
    fn new(place: FaultPlace, kind: FaultKind) -> Self {
        Self { place, kind }
    }

    /// The problem to answer with, for a case that stands at the pointer `case` in the request: its detail is that of the first fault.
    pub(crate) fn problem(faults: &[Self], case: &str) -> Problem {
        let kind = match faults.first().map(|fault| &fault.kind) {
            Some(FaultKind::UnknownForm { .. }) => Kind::UnknownForm,
            _ => Kind::CaseRefused,
        };
        let error = |fault: &Self| CaseError { detail: fault.detail(), pointer: fault.place.pointer(case) };
        Problem::of_case(kind, faults.iter().map(error).collect())
    }

    fn detail(&self) -> String {
        match &self.kind {
            FaultKind::KeyTooLong => {
                format!("The key has more than {MAX_KEY} bytes. Send a shorter one, or none.")
            }
            FaultKind::KeyIsReceiptNumber => {
                "The key looks like a receipt number: three letters, then ten digits, whatever divides them. Send a reference of your own that is none, or no key."
                    .to_owned()
            }
            FaultKind::UnknownForm { form, loaded } => {
                format!("There is no form `{form}` here. Send one of: {loaded}.")
            }
            FaultKind::NotADate { value } => format!(
                "`{value}` is neither a date nor an RFC 3339 timestamp. Write it as 2022-06-30 or 2022-06-30T17:00:00Z."
            ),
            FaultKind::OutOfRange => {
                "The date is outside of the years 1900 to 2199. Send the date that is on the notice."
                    .to_owned()
            }
            FaultKind::ReceivedAfterAsOf { as_of } => format!(
                "The case was received after the as-of time {as_of} (a date counts from its end, UTC). Correct the date, or move as_of."
            ),
            FaultKind::AsOfTooLate { latest } => {
                format!(
                    "as_of is later than {latest}, which is tomorrow. Nobody knows what is known then: move it back."
                )
            }
            FaultKind::TooManyActions { count } => format!(
                "The case has {count} actions; at most {MAX_ACTIONS} are taken. Leave out those that changed nothing."
            ),
            FaultKind::BeforeReceipt { received } => {
                format!(
                    "The action lies before the receipt of the case ({received}). Correct one of the dates."
                )
            }
            FaultKind::AfterAsOf { as_of } => format!(
                "The action lies after the as-of time {as_of} (a date counts from its end, UTC). Leave it out, or move as_of."
            ),
            FaultKind::UnknownAttribute { name, known } => {
                format!("The form has no attribute `{name}`. Leave it out, or send one of: {known}.")
            }
        }
    }
}

impl FaultPlace {
    fn pointer(&self, case: &str) -> String {
        match self {
            Self::Key => format!("{case}/key"),
            Self::Form => format!("{case}/form"),
            Self::Received(member) => format!("{case}/{member}"),
            Self::AsOf => format!("{case}/as_of"),
            Self::Attribute(name) => pointer::of_member(format_args!("{case}/attributes"), name),
            Self::Actions => format!("{case}/actions"),
            Self::Action(index, member) => format!("{case}/actions/{index}/{member}"),
        }
    }
}

/// Whether the caller's reference may be echoed. It is searched for receipt numbers alone: the caller chose it, and a long
/// number can be the id of a row in its database.
pub(crate) fn check_key(key: Option<&str>) -> Result<(), Fault> {
    match key {
        Some(key) if key.len() > MAX_KEY => Err(Fault::new(FaultPlace::Key, FaultKind::KeyTooLong)),
        Some(key) if has_receipt_number(key) => {
            Err(Fault::new(FaultPlace::Key, FaultKind::KeyIsReceiptNumber))
        }
        _ => Ok(()),
    }
}

/// The fault of naming a form that is not there.
pub(crate) fn unknown_form(form: &str, models: &Models) -> Fault {
    let loaded = listed(models.forms());
    Fault::new(FaultPlace::Form, FaultKind::UnknownForm { form: shown(form), loaded })
}

/// As of when the case is asked about.
pub(crate) fn check_as_of(
    written: Option<&str>,
    default: Option<AsOf>,
    clock: &Clock,
) -> Result<AsOf, Fault> {
    let today = clock.today();
    let Some(written) = written else { return Ok(default.unwrap_or(AsOf::new(Stamp::Day(today)))) };
    let as_of = AsOf::new(stamp(written, &FaultPlace::AsOf)?);
    let latest = today.plus(1);
    if as_of.day() > latest && default.is_none_or(|default| as_of.day() > default.day()) {
        return Err(Fault::new(FaultPlace::AsOf, FaultKind::AsOfTooLate { latest }));
    }
    Ok(as_of)
}

/// The value that the model knows for what was written: the same text, or else the only one that differs from it in
/// nothing but capitals and the spaces around it.
pub(crate) fn known_value<'a>(values: &'a [String], written: &str) -> Option<&'a str> {
    if let Some(same) = values.iter().find(|value| *value == written) {
        return Some(same);
    }
    let plain = |text: &str| text.trim().to_lowercase();
    let written = plain(written);
    let mut alike = values.iter().filter(|value| plain(value) == written);
    alike.next().filter(|_| alike.next().is_none()).map(String::as_str)
}

/// Adds what is wrong with a case to `faults`: against its form if that is loaded, against the as-of time if that is sound.
/// That is everything but for two bounds: at most 20 unknown attributes are named, and of too many actions none is looked
/// at. The case itself is there if its form is loaded and nothing is wrong with it, whatever else `faults` holds.
pub(crate) fn check_case(
    loaded: Option<&Loaded>,
    submitted: &SubmittedCase,
    as_of: Option<AsOf>,
    faults: &mut Vec<Fault>,
) -> Option<CheckedCase> {
    let before = faults.len();
    let received = check_received(&submitted.received, as_of, faults);
    if let Some(loaded) = loaded {
        let known = loaded.model.form().spec().attributes.iter().map(|attribute| attribute.name.as_str());
        let unknown = |(name, _): &&(String, String)| !known.clone().any(|known| known == name);
        let fault = |(name, _): &(String, String)| {
            let kind = FaultKind::UnknownAttribute { name: shown(name), known: listed(known.clone()) };
            Fault::new(FaultPlace::Attribute(name.clone()), kind)
        };
        faults.extend(submitted.attributes.iter().filter(unknown).take(MAX_LISTED).map(fault));
    }
    let mut actions = Vec::new();
    if submitted.actions.len() > MAX_ACTIONS {
        let kind = FaultKind::TooManyActions { count: submitted.actions.len() };
        faults.push(Fault::new(FaultPlace::Actions, kind));
    } else {
        for (index, SubmittedAction { code, occurred }) in submitted.actions.iter().enumerate() {
            match check_action(index, occurred, received, as_of) {
                Ok(at) => actions.push(Action { code: code.clone(), at }),
                Err(fault) => faults.push(fault),
            }
        }
    }
    let sound = faults.len() == before;
    let (received, as_of, loaded) = (received?, as_of?, loaded?);
    let attributes = known_values(loaded.model.schema(), &submitted.attributes);
    sound.then_some(CheckedCase { case: Case { received, attributes, actions }, as_of })
}

/// The attributes as the model writes their values.
fn known_values(schema: &FeatureSchema, attributes: &[(String, String)]) -> Vec<(String, String)> {
    let value = |name: &str, written: &str| {
        let attribute = schema.queue.iter().find(|attribute| attribute.name == name)?;
        known_value(&attribute.values, written).map(str::to_owned)
    };
    let known = |(name, written): &(String, String)| {
        (name.clone(), value(name, written).unwrap_or_else(|| written.clone()))
    };
    attributes.iter().map(known).collect()
}

/// When the case was received, if that is a time: one that is too late is a fault, and actions can be before it all the same.
fn check_received(received: &Dated, as_of: Option<AsOf>, faults: &mut Vec<Fault>) -> Option<Stamp> {
    let place = FaultPlace::Received(received.member);
    let stamp = stamp(&received.text, &place).map_err(|fault| faults.push(fault)).ok()?;
    if let Some(as_of) = as_of.filter(|as_of| !as_of.sees(stamp.moment())) {
        faults.push(Fault::new(place, FaultKind::ReceivedAfterAsOf { as_of }));
    }
    Some(stamp)
}

fn check_action(
    index: usize,
    occurred: &Dated,
    received: Option<Stamp>,
    as_of: Option<AsOf>,
) -> Result<Stamp, Fault> {
    let place = FaultPlace::Action(index, occurred.member);
    let at = stamp(&occurred.text, &place)?;
    if let Some(received) = received.filter(|received| is_before(at, *received)) {
        return Err(Fault::new(place, FaultKind::BeforeReceipt { received }));
    }
    match as_of {
        Some(as_of) if !as_of.sees(at.moment()) => Err(Fault::new(place, FaultKind::AfterAsOf { as_of })),
        _ => Ok(at),
    }
}

fn stamp(text: &str, place: &FaultPlace) -> Result<Stamp, Fault> {
    Stamp::parse(text).map_err(|error| {
        let kind = match error {
            TimeError::OutOfRange(_) => FaultKind::OutOfRange,
            _ => FaultKind::NotADate { value: shown(text) },
        };
        Fault::new(place.clone(), kind)
    })
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => "none".to_owned(),
        count if count > MAX_LISTED => {
            format!("{} and {} more", names[..MAX_LISTED].join(", "), count - MAX_LISTED)
        }
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_by_its_letters_unless_two_have_them() {
        let values = ["MSC", "Ñandú", "a b", "lin", "Lin"].map(str::to_owned);
        for (written, known) in [
            ("MSC", Some("MSC")),
            (" msc ", Some("MSC")),
            ("ñANDÚ", Some("Ñandú")),
            ("a  b", None),
            ("lin", Some("lin")),
            ("Lin", Some("Lin")),
            ("LIN", None),
            ("", None),
        ] {
            assert_eq!(known_value(&values, written), known, "{written:?}");
        }
    }
}
