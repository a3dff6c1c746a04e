//! The problem that answers a case with faults.

use crate::case::checks::{Fault, FaultKind, FaultPlace, MAX_ACTIONS, MAX_KEY};
use crate::http::json_pointer;
use crate::http::problem::{CaseError, Kind, Problem};

/// The problem for a case at the pointer `case` in the request. Its detail is that of the first fault.
pub(crate) fn problem(faults: &[Fault], case: &str) -> Problem {
    let kind = match faults.first().map(|fault| &fault.kind) {
        Some(FaultKind::UnknownForm { .. }) => Kind::UnknownForm,
        Some(
            FaultKind::BlankName
            | FaultKind::UnknownAction { .. }
            | FaultKind::StatusAsAction { .. }
            | FaultKind::UnknownStatus { .. }
            | FaultKind::UnknownEventCode { .. }
            | FaultKind::NotOnForm { .. },
        ) => Kind::UnknownAction,
        _ => Kind::CaseRefused,
    };
    let error = |fault: &Fault| CaseError {
        detail: detail(fault),
        pointer: pointer(&fault.place, case),
        nearest: nearest(&fault.kind).to_vec(),
    };
    Problem::from_case_errors(kind, faults.iter().map(error).collect())
}

/// What is wrong and what to do about it.
fn detail(fault: &Fault) -> String {
    match &fault.kind {
        FaultKind::KeyTooLong => {
            format!("The key has more than {MAX_KEY} bytes. Send a shorter one, or no key.")
        }
        FaultKind::KeyIsReceiptNumber => {
            "The key looks like a receipt number: three letters and ten digits. Send another reference, or no key."
                .to_owned()
        }
        FaultKind::UnknownForm { form, loaded } => {
            format!("Unknown form `{form}`. Send one of: {loaded}.")
        }
        FaultKind::NotADate { value } => format!(
            "`{value}` is neither a date nor an RFC 3339 timestamp. Write it as 2022-06-30 or 2022-06-30T17:00:00Z."
        ),
        FaultKind::NoSuchDay { value } => {
            format!("There is no such day as `{value}`. Correct the day or the month.")
        }
        FaultKind::OutOfRange => {
            "The date is outside the years 1900 to 2199. Send the date on the notice."
                .to_owned()
        }
        FaultKind::ReceivedAfterAsOf { as_of } => format!(
            "The case was received after the as-of time {as_of} (a date counts until its end, UTC). Correct the date, or move as_of."
        ),
        FaultKind::AsOfTooLate { latest } => {
            format!(
                "as_of is later than {latest}, which is tomorrow. Send an earlier time."
            )
        }
        FaultKind::TooManyActions { count } => format!(
            "The case has {count} actions; at most {MAX_ACTIONS} are allowed. Leave out those that changed nothing."
        ),
        FaultKind::BeforeReceipt { received } => {
            format!(
                "The action is dated before the receipt of the case ({received}). Correct one of the dates."
            )
        }
        FaultKind::AfterAsOf { as_of } => format!(
            "The action is dated after the as-of time {as_of} (a date counts until its end, UTC). Leave it out, or move as_of."
        ),
        FaultKind::BlankName
        | FaultKind::UnknownAction { .. }
        | FaultKind::StatusAsAction { .. }
        | FaultKind::UnknownStatus { .. }
        | FaultKind::UnknownEventCode { .. }
        | FaultKind::NotOnForm { .. } => unknown_action(&fault.kind),
        FaultKind::NotAnAppointment { action } => format!(
            "`{action}` does not announce an appointment. Leave `scheduled_for` out, or send it with the notice."
        ),
        FaultKind::ScheduledBeforeNotice { notice } => format!(
            "The appointment is dated before its notice ({notice}). Correct one of the dates."
        ),
        FaultKind::UnknownAttribute { name, known } => {
            format!("The form has no attribute `{name}`. Leave it out, or send one of: {known}.")
        }
    }
}

/// What is wrong with the name of an action.
fn unknown_action(fault: &FaultKind) -> String {
    const NOTE: &str = "leave it out, or send `\"unknown_actions\": \"note\"` with the request";
    let similar = match nearest(fault) {
        [] => String::new(),
        names => format!(" Similar: {}.", names.join(", ")),
    };
    match fault {
        FaultKind::BlankName => {
            "The name of the action is empty. Write it, or leave the action out.".to_owned()
        }
        FaultKind::UnknownAction { action, .. } => format!(
            "The form has no action `{action}`.{similar} Send a code that GET /v1/forms/{{form}} lists, {NOTE}."
        ),
        FaultKind::StatusAsAction { text, member } => {
            format!("`{text}` is not an action code. Send it as `{member}` in place of `action`.")
        }
        FaultKind::UnknownStatus { text, .. } => format!(
            "`{text}` is not a known status title.{similar} Send the title as the agency writes it, or an action code."
        ),
        FaultKind::UnknownEventCode { code } => format!(
            "`{code}` is not a known event code for this form. Send the status title as `status`, or an action code."
        ),
        FaultKind::NotOnForm { text, action } => {
            format!("`{text}` stands for `{action}`, which this form does not list. Correct it, {NOTE}.")
        }
        _ => String::new(),
    }
}

fn nearest(fault: &FaultKind) -> &[String] {
    match fault {
        FaultKind::UnknownAction { nearest, .. } | FaultKind::UnknownStatus { nearest, .. } => nearest,
        _ => &[],
    }
}

/// The pointer to the text at fault.
fn pointer(place: &FaultPlace, case: &str) -> String {
    match place {
        FaultPlace::Key => format!("{case}/key"),
        FaultPlace::Form => format!("{case}/form"),
        FaultPlace::Received(member) => format!("{case}/{member}"),
        FaultPlace::AsOf => format!("{case}/as_of"),
        FaultPlace::Attribute(name) => json_pointer::to_member(format_args!("{case}/attributes"), name),
        FaultPlace::Actions => format!("{case}/actions"),
        FaultPlace::Action(index, member) => format!("{case}/actions/{index}/{member}"),
    }
}
