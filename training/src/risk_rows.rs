//! Visits as rows of survival tables.

use model::{CohortKey, Event, FormDefinition, TimeScale};

use crate::visits::{At, Visit};

/// What the rows of a table wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The end of the visit: the next step, or a change of status.
    Exit,
    /// The next step, of cases that entered a status.
    StepAfterStatus,
    /// The decision, from the entry into a state.
    Decision,
}

/// A visit as one row of a survival table, on one time scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The narrowest cohort.
    pub key: CohortKey,
    /// The number of the case: counts are of cases, not of rows.
    pub case: u32,
    /// Whether the case was decided before. Such rows do not count in the cohort of all cases.
    pub after_decision: bool,
    /// Whether the case was decided by the end of the observation.
    pub decided: bool,
    /// When the visit began, in days relative to the end of the observation, if that was observed.
    pub entered: Option<f64>,
    /// At risk from here (excluded) to `exit` (included), in days on the time scale. Both are equal if nothing was waited.
    pub entry: f64,
    /// The end of the observation, in days on the time scale.
    pub exit: f64,
    /// The event at the end; `None` if the row is right-censored there.
    pub event: Option<Event>,
    /// The zero of the time scale, in days relative to the end of the observation.
    pub origin: f64,
}

/// A difference of days, rounded: in the last digits equal lengths of time may differ.
fn exact(days: f64) -> f64 {
    (days * 1e9).round() / 1e9
}

/// The rows of all visits for one wait on one time scale.
pub fn rows(
    visits: &[Visit],
    wait: Wait,
    time_scale: TimeScale,
    form: &FormDefinition,
) -> impl Iterator<Item = Row> + Clone {
    visits.iter().filter_map(move |visit| row(visit, wait, time_scale, form))
}

fn row(visit: &Visit, wait: Wait, time_scale: TimeScale, form: &FormDefinition) -> Option<Row> {
    let is_status = visit.state.index() >= form.milestones().len();
    let (end, event): (Option<At>, Option<Event>) = match wait {
        Wait::Exit if visit.closed => return None,
        Wait::StepAfterStatus if visit.after_decision || !is_status => return None,
        Wait::Decision if visit.after_decision => return None,
        Wait::Exit => (visit.left.map(|(at, _)| at), visit.left.map(|(_, event)| event)),
        Wait::StepAfterStatus => {
            (visit.step.map(|(at, _)| at), visit.step.map(|(_, milestone)| Event::Step(milestone)))
        }
        Wait::Decision => (visit.decided, visit.decided.map(|_| Event::Step(form.decision()))),
    };
    let zero = match time_scale {
        TimeScale::SinceReceipt => 0.0,
        // The first state is entered with the receipt, whose date is known even of a case that is first seen later.
        TimeScale::InState if visit.entry_seen || visit.state_entered <= 0.0 => visit.state_entered,
        TimeScale::InState => return None,
    };
    let end = end.unwrap_or(visit.until);
    let entry = exact(visit.seen_from.waited - zero).max(0.0);
    let exit = exact(end.waited - zero).max(entry);
    // A case that is first seen when its event comes was never seen waiting.
    if exit <= entry && !visit.entry_seen {
        return None;
    }
    Some(Row {
        key: CohortKey { state: Some(visit.state), queue: visit.queue },
        case: visit.case,
        after_decision: visit.after_decision,
        decided: visit.decided.is_some(),
        entered: visit.entry_seen.then_some(visit.entered.day),
        entry,
        exit,
        event,
        origin: end.day - exit,
    })
}
