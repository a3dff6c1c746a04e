//! The parts that actions have in the lines in which cases wait.

use std::collections::{BTreeMap, BTreeSet};

use super::error::FormError;
use super::rule::{ActionRule, AppointmentId, Effect, LineRole};
use super::spec::{AttributeKind, FormSpec, LineSpec};

/// Gives every action its part. Returns the appointment that the second line waits for.
pub(super) fn assign(
    spec: &FormSpec,
    rules: &mut BTreeMap<String, ActionRule>,
) -> Result<Option<AppointmentId>, FormError> {
    let Some(line) = &spec.line else { return Ok(None) };
    check_attributes(spec, line)?;
    for (key, actions, role) in [
        ("turns", &line.turns, LineRole::TakesUp),
        ("expedited_by", &line.expedited_by, LineRole::Expedites),
        ("ready_by", &line.ready_by, LineRole::Readies),
    ] {
        for action in actions {
            set(rules, key, action, role)?;
        }
    }
    ready_for(spec, line)
}

fn check_attributes(spec: &FormSpec, line: &LineSpec) -> Result<(), FormError> {
    let mut seen = BTreeSet::new();
    for name in &line.divided_by {
        let divides = spec.attributes.iter().any(|attribute| {
            attribute.name == *name
                && attribute.queue
                && matches!(attribute.kind, AttributeKind::Center | AttributeKind::Office)
        });
        if !divides {
            return Err(FormError::LineAttribute { attribute: name.clone() });
        }
        if !seen.insert(name) {
            return Err(FormError::Duplicate { what: "attribute of the line", name: name.clone() });
        }
    }
    Ok(())
}

fn set(
    rules: &mut BTreeMap<String, ActionRule>,
    key: &'static str,
    action: &str,
    role: LineRole,
) -> Result<(), FormError> {
    let Some(rule) = rules.get_mut(action) else {
        return Err(FormError::LineAction { key, action: action.to_owned() });
    };
    // Every case was received, and a filing that was refused was never in line.
    if matches!(rule.effect, Effect::Confirms | Effect::Rejects) {
        return Err(FormError::NotInLine { key, action: action.to_owned() });
    }
    if let Some(first) = rule.line.replace(role) {
        return Err(FormError::ActionTwice {
            action: action.to_owned(),
            first: format!("`{}` of the line", key_of(first)),
            second: format!("`{key}` of the line"),
        });
    }
    Ok(())
}

const fn key_of(role: LineRole) -> &'static str {
    match role {
        LineRole::TakesUp => "turns",
        LineRole::Expedites => "expedited_by",
        LineRole::Readies => "ready_by",
    }
}

fn ready_for(spec: &FormSpec, line: &LineSpec) -> Result<Option<AppointmentId>, FormError> {
    match (&line.ready_for, line.ready_by.is_empty()) {
        (None, true) => Ok(None),
        (None, false) => Err(FormError::HalfReady { missing: "ready_for" }),
        (Some(_), true) => Err(FormError::HalfReady { missing: "ready_by" }),
        (Some(name), false) => {
            let position = spec.appointments.iter().position(|appointment| appointment.id == *name);
            let position = position.and_then(|position| u8::try_from(position).ok());
            let appointment = name.clone();
            position.map(|id| Some(AppointmentId(id))).ok_or(FormError::UnknownReadyFor { appointment })
        }
    }
}
