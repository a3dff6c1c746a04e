//! Lifecycle transitions: which events of an activity count.
//!
//! A log with `start` and `complete` records an activity twice. It is reached when it is complete, so `complete` events
//! count unless others are asked for. An event without a transition is complete, as the XES standard (IEEE 1849) has it.

use std::path::Path;

use model::Moment;

use super::diagnostics::listed;
use super::error::EventLogError;
use super::log::EventLog;
use super::note::LogNote;

const COMPLETE: &str = "complete";
/// Asks for the events of every transition.
const ALL: &str = "all";

/// Keeps the events whose transition is wanted. Without a wish, that is `complete` if the log has it.
pub(super) fn select(
    log: &mut EventLog,
    transitions: &[String],
    wanted: &[String],
    path: &Path,
) -> Result<(), EventLogError> {
    let is = |transition: &str, name: &str| {
        let transition = if transition.is_empty() { COMPLETE } else { transition };
        transition.eq_ignore_ascii_case(name)
    };
    let found = || listed(transitions.iter().map(|name| if name.is_empty() { COMPLETE } else { name }));
    if wanted.iter().any(|name| name.eq_ignore_ascii_case(ALL)) {
        return Ok(());
    }
    let missing = |name: &&str| !transitions.iter().any(|transition| is(transition, name));
    let missing: Vec<&str> = wanted.iter().map(|name| name.trim()).filter(missing).collect();
    if !missing.is_empty() {
        let found = if transitions.is_empty() { "none at all".to_owned() } else { found() };
        return Err(EventLogError::UnknownTransition {
            path: path.to_owned(),
            missing: listed(missing),
            found,
        });
    }
    if transitions.is_empty() {
        return Ok(());
    }
    let mut wanted: Vec<&str> = wanted.iter().map(|name| name.trim()).collect();
    if wanted.is_empty() {
        if !transitions.iter().any(|transition| is(transition, COMPLETE)) {
            log.notes.push(LogNote::NoCompleteTransition { found: found() });
            return Ok(());
        }
        wanted.push(COMPLETE);
    }
    let keep: Vec<bool> =
        transitions.iter().map(|transition| wanted.iter().any(|name| is(transition, name))).collect();
    let (events, cases) = (log.events.len(), log.cases.len());
    log.events.retain(|event| keep[event.transition as usize]);
    let left_out = events - log.events.len();
    if left_out > 0 {
        renumber(log);
        let cases = cases - log.cases.len();
        let kept = listed(wanted);
        log.notes.push(LogNote::LeftOutTransitions { kept, events: left_out as u64, cases: cases as u64 });
    }
    Ok(())
}

/// Drops the cases and activities that no event has any more, and receives each case at its first event that is left.
fn renumber(log: &mut EventLog) {
    let mut first: Vec<Option<Moment>> = vec![None; log.cases.len()];
    let mut is_used = vec![false; log.activities.len()];
    for event in &log.events {
        let first = &mut first[event.case as usize];
        *first = Some(first.map_or(event.at, |at| at.min(event.at)));
        is_used[event.activity as usize] = true;
    }
    let case_numbers = new_numbers(first.iter().map(Option::is_some));
    let activity_numbers = new_numbers(is_used.iter().copied());
    for event in &mut log.events {
        event.case = case_numbers[event.case as usize];
        event.activity = activity_numbers[event.activity as usize];
    }
    for (case, first) in log.cases.iter_mut().zip(&first) {
        case.first = first.unwrap_or(case.first);
    }
    let mut kept = first.iter().map(Option::is_some);
    log.cases.retain(|_| kept.next().unwrap_or_default());
    let mut kept = is_used.into_iter();
    log.activities.retain(|_| kept.next().unwrap_or_default());
}

/// The number of each item among those that are kept.
fn new_numbers(is_kept: impl Iterator<Item = bool>) -> Vec<u32> {
    let mut next = 0;
    is_kept
        .map(|is_kept| {
            let number = next;
            next += u32::from(is_kept);
            number
        })
        .collect()
}
