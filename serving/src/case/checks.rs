//! Checks of a submitted case against its form and its as-of time, shared by the API and the page.

use model::{
    Action, AsOf, Case, Day, FeatureSchema, FormDefinition, Stamp, TimeError, contains_receipt_number,
    recognized_form,
};

use super::covered::covered_forms;
use super::submitted::{ActionName, Dated, SubmittedAction, SubmittedCase, UnlistedActions};
use super::vocabulary::{Suggestions, action_for_event_code, action_for_title};
use crate::clock::Clock;
use crate::http::redaction::redacted;
use crate::models::{Loaded, Models};

/// Actions of one case.
pub(crate) const MAX_ACTIONS: usize = 1_000;
/// Bytes of a caller's reference.
pub(crate) const MAX_KEY: usize = 64;
/// Names listed in a detail, and unknown attributes and actions reported as faults.
const MAX_LISTED: usize = 20;

/// How the names of actions in one request are read.
pub(crate) struct Naming {
    unlisted: UnlistedActions,
    suggestions: Suggestions,
}

impl Naming {
    pub(crate) fn new(unlisted: UnlistedActions) -> Self {
        Self { unlisted, suggestions: Suggestions::default() }
    }
}

/// A case without faults.
pub(crate) struct CheckedCase {
    pub(crate) case: Case,
    pub(crate) as_of: AsOf,
}

/// The text of a case that is at fault.
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
    NoSuchDay { value: String },
    OutOfRange,
    ReceivedAfterAsOf { as_of: AsOf },
    AsOfTooLate { latest: Day },
    TooManyActions { count: usize },
    BeforeReceipt { received: Stamp },
    AfterAsOf { as_of: AsOf },
    BlankName,
    UnknownAction { action: String, nearest: Vec<String> },
    StatusAsAction { text: String, member: &'static str },
    UnknownStatus { text: String, nearest: Vec<String> },
    UnknownEventCode { code: String },
    NotOnForm { text: String, action: String },
    NotAnAppointment { action: String },
    ScheduledBeforeNotice { notice: Stamp },
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
}

/// Checks whether the caller's reference may be echoed. Only receipt numbers are refused: the caller chose the reference, and
/// a long number can be a row id of its database.
pub(crate) fn check_key(key: Option<&str>) -> Result<(), Fault> {
    match key {
        Some(key) if key.len() > MAX_KEY => Err(Fault::new(FaultPlace::Key, FaultKind::KeyTooLong)),
        Some(key) if contains_receipt_number(key) => {
            Err(Fault::new(FaultPlace::Key, FaultKind::KeyIsReceiptNumber))
        }
        _ => Ok(()),
    }
}

/// The form that was meant: one with a model, or else one of the covered forms.
pub(crate) fn known_form(written: &str, models: &Models) -> Option<String> {
    let known = recognized_form(written, models.forms()).map(str::to_owned);
    known.or_else(|| recognized_form(written, covered_forms()).map(str::to_owned))
}

/// The fault of naming an unknown form, with the forms that are known.
pub(crate) fn unknown_form<'a>(form: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let loaded = listed(known);
    Fault::new(FaultPlace::Form, FaultKind::UnknownForm { form: redacted(form), loaded })
}

/// The as-of time that was asked for, or the default, or today.
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

/// The known value that was meant: the same text, or else the only value that differs from it only in letter case and
/// surrounding spaces.
pub(crate) fn known_value<'a>(values: &'a [String], written: &str) -> Option<&'a str> {
    if let Some(same) = values.iter().find(|value| *value == written) {
        return Some(same);
    }
    let plain = |text: &str| text.trim().to_lowercase();
    let written = plain(written);
    let mut alike = values.iter().filter(|value| plain(value) == written);
    alike.next().filter(|_| alike.next().is_none()).map(String::as_str)
}

/// Adds everything that is wrong with a case to `faults`: against its form if that is loaded, and against the as-of time if
/// that is valid. Two bounds apply: at most 20 unknown attributes are named, and if there are too many actions, none is
/// checked.
///
/// Returns the case if its form is loaded and the case itself has no fault, whatever else `faults` holds.
pub(crate) fn check_case(
    loaded: Option<&Loaded>,
    submitted: &SubmittedCase,
    as_of: Option<AsOf>,
    naming: &mut Naming,
    faults: &mut Vec<Fault>,
) -> Option<CheckedCase> {
    let before = faults.len();
    let received = check_received(&submitted.received, as_of, faults);
    if let Some(loaded) = loaded {
        let known = loaded.model.form().spec().attributes.iter().map(|attribute| attribute.name.as_str());
        let unknown = |(name, _): &&(String, String)| !known.clone().any(|known| known == name);
        let fault = |(name, _): &(String, String)| {
            let kind = FaultKind::UnknownAttribute { name: redacted(name), known: listed(known.clone()) };
            Fault::new(FaultPlace::Attribute(name.clone()), kind)
        };
        faults.extend(submitted.attributes.iter().filter(unknown).take(MAX_LISTED).map(fault));
    }
    let mut actions = Vec::new();
    if submitted.actions.len() > MAX_ACTIONS {
        let kind = FaultKind::TooManyActions { count: submitted.actions.len() };
        faults.push(Fault::new(FaultPlace::Actions, kind));
    } else {
        actions = check_actions(loaded, submitted, (received, as_of), naming, faults);
    }
    let sound = faults.len() == before;
    let (received, as_of, loaded) = (received?, as_of?, loaded?);
    let attributes = known_values(loaded.model.schema(), &submitted.attributes);
    sound.then_some(CheckedCase { case: Case { received, attributes, actions }, as_of })
}

/// The attributes with their values as the model spells them.
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

/// When the case was received, if the text is a time. A receipt after the as-of time is a fault, but actions are still
/// checked against it.
fn check_received(received: &Dated, as_of: Option<AsOf>, faults: &mut Vec<Fault>) -> Option<Stamp> {
    let place = FaultPlace::Received(received.member);
    let stamp = stamp(&received.text, &place).map_err(|fault| faults.push(fault)).ok()?;
    if let Some(as_of) = as_of.filter(|as_of| !as_of.sees(stamp.moment())) {
        faults.push(Fault::new(place, FaultKind::ReceivedAfterAsOf { as_of }));
    }
    Some(stamp)
}

/// The actions whose names and times are sound. At most 20 unknown names are faults.
fn check_actions(
    loaded: Option<&Loaded>,
    submitted: &SubmittedCase,
    (received, as_of): (Option<Stamp>, Option<AsOf>),
    naming: &mut Naming,
    faults: &mut Vec<Fault>,
) -> Vec<Action> {
    let form = loaded.map(|loaded| loaded.model.form());
    let mut actions = Vec::new();
    let mut unknown = 0;
    for (index, action) in submitted.actions.iter().enumerate() {
        let code = check_name(form, &submitted.form, &action.name, naming).map_err(|kind| {
            if unknown < MAX_LISTED {
                faults.push(Fault::new(FaultPlace::Action(index, action.name.member()), kind));
            }
            unknown += 1;
        });
        let at = check_time(index, &action.occurred, received, as_of);
        let at = at.map_err(|fault| faults.push(fault)).ok();
        let code = code.ok();
        let scheduled_for = check_scheduled_for(form, index, action, (code.as_deref(), at));
        let scheduled_for = scheduled_for.map_err(|fault| faults.push(fault)).ok().flatten();
        let resource = || action.resource.clone();
        actions.extend(code.zip(at).map(|(code, at)| Action {
            code,
            at,
            scheduled_for,
            resource: resource(),
        }));
    }
    actions
}

/// The code of the action that was meant.
fn check_name(
    form: Option<&FormDefinition>,
    form_name: &str,
    name: &ActionName,
    Naming { unlisted, suggestions }: &mut Naming,
) -> Result<String, FaultKind> {
    if name.text().is_empty() {
        return Err(FaultKind::BlankName);
    }
    let shown = || redacted(name.text());
    let is_unlisted = |code: &str| {
        *unlisted == UnlistedActions::Refuse && form.is_some_and(|form| form.rule(code).is_none())
    };
    let found = match name {
        ActionName::Code(code) => {
            if form.is_some_and(|form| form.rule(code).is_some()) {
                return Ok(code.clone());
            }
            // What the agency calls a case has a member of its own, even where unlisted codes are noted.
            for (member, found) in [
                ("status", action_for_title(code, form_name)),
                ("event_code", action_for_event_code(code, form_name)),
            ] {
                if found.is_some() {
                    return Err(FaultKind::StatusAsAction { text: shown(), member });
                }
            }
            if !is_unlisted(code) {
                return Ok(code.clone());
            }
            let nearest = form.map(|form| suggestions.actions(form, code)).unwrap_or_default();
            return Err(FaultKind::UnknownAction { action: shown(), nearest });
        }
        ActionName::Status(title) => action_for_title(title, form_name).ok_or_else(|| {
            let nearest = form.map(|form| suggestions.titles(form, title)).unwrap_or_default();
            FaultKind::UnknownStatus { text: shown(), nearest }
        }),
        ActionName::EventCode(code) => action_for_event_code(code, form_name)
            .ok_or_else(|| FaultKind::UnknownEventCode { code: shown() }),
    }?;
    if is_unlisted(found) {
        return Err(FaultKind::NotOnForm { text: shown(), action: found.to_owned() });
    }
    Ok(found.to_owned())
}

fn check_time(
    index: usize,
    occurred: &Dated,
    received: Option<Stamp>,
    as_of: Option<AsOf>,
) -> Result<Stamp, Fault> {
    let place = FaultPlace::Action(index, occurred.member);
    let at = stamp(&occurred.text, &place)?;
    if let Some(received) = received.filter(|received| at.is_before(*received)) {
        return Err(Fault::new(place, FaultKind::BeforeReceipt { received }));
    }
    match as_of {
        Some(as_of) if !as_of.sees(at.moment()) => Err(Fault::new(place, FaultKind::AfterAsOf { as_of })),
        _ => Ok(at),
    }
}

/// The day of the appointment that an action announces. It may lie after the as-of time.
fn check_scheduled_for(
    form: Option<&FormDefinition>,
    index: usize,
    action: &SubmittedAction,
    (code, notice): (Option<&str>, Option<Stamp>),
) -> Result<Option<Stamp>, Fault> {
    let Some(scheduled_for) = &action.scheduled_for else { return Ok(None) };
    let place = FaultPlace::Action(index, scheduled_for.member);
    let day = stamp(&scheduled_for.text, &place)?;
    // An action without a known code has a fault of its own, or a note.
    let is_other =
        |form: &FormDefinition, code: &str| form.rule(code).is_some() && form.schedules(code).is_none();
    if form.zip(code).is_some_and(|(form, code)| is_other(form, code)) {
        let kind = FaultKind::NotAnAppointment { action: redacted(action.name.text()) };
        return Err(Fault::new(place, kind));
    }
    match notice {
        Some(notice) if day.is_before(notice) => {
            Err(Fault::new(place, FaultKind::ScheduledBeforeNotice { notice }))
        }
        _ => Ok(Some(day)),
    }
}

fn stamp(text: &str, place: &FaultPlace) -> Result<Stamp, Fault> {
    Stamp::parse(text).map_err(|error| {
        let kind = match error {
            TimeError::OutOfRange(_) => FaultKind::OutOfRange,
            _ if begins_like_a_date(text) => FaultKind::NoSuchDay { value: redacted(text) },
            _ => FaultKind::NotADate { value: redacted(text) },
        };
        Fault::new(place.clone(), kind)
    })
}

/// Whether a text is four digits, two and two with hyphens between, and then ends or has a time of day.
fn begins_like_a_date(text: &str) -> bool {
    let is_alike = |(position, byte): (usize, u8)| match position {
        4 | 7 => byte == b'-',
        10 => matches!(byte, b'T' | b't' | b' '),
        _ => byte.is_ascii_digit(),
    };
    let is_time_sound = || Stamp::parse(&format!("2000-01-01{}", &text[10..])).is_ok();
    text.len() >= 10 && text.bytes().take(11).enumerate().all(is_alike) && is_time_sound()
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
    fn a_value_is_recognized_in_any_letter_case_unless_two_differ_only_in_that() {
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
