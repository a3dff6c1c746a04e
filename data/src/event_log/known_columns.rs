//! What common tools call the columns of a log.
//!
//! A new tool is a few more lines in [`KNOWN_COLUMNS`]; nothing else has to change.

use std::collections::BTreeSet;

/// The tool that names columns as the XES standard names attributes.
pub(super) const XES_TOOL: &str = "pm4py";

/// What a column of a log says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnRole {
    /// Which case it belongs to.
    Case,
    /// What happened.
    Activity,
    /// When it was complete.
    Time,
    /// When it started: its time only where no column says when it was complete.
    Start,
    /// The transition of its activity: `start`, `complete`, ...
    Lifecycle,
    /// Its place among the events of the case with the same time.
    Sorting,
    /// Who or what did it.
    Resource,
}

/// A name that a tool gives to the column of a role.
pub(super) struct KnownColumn {
    pub(super) name: &'static str,
    pub(super) role: ColumnRole,
    /// The tool that writes it, for the reader of this table and of messages.
    pub(super) tool: &'static str,
}

const fn known(tool: &'static str, role: ColumnRole, name: &'static str) -> KnownColumn {
    KnownColumn { name, role, tool }
}

/// The known names. Headers are compared with them without regard to case.
pub(super) const KNOWN_COLUMNS: &[KnownColumn] = {
    use ColumnRole::{Activity, Case, Lifecycle, Resource, Sorting, Start, Time};
    &[
        known("myprogress", Case, "case_id"),
        known("myprogress", Activity, "activity"),
        known("myprogress", Time, "timestamp"),
        known("myprogress", Lifecycle, "lifecycle"),
        known("myprogress", Resource, "resource"),
        known(XES_TOOL, Case, "case:concept:name"),
        known(XES_TOOL, Activity, "concept:name"),
        known(XES_TOOL, Time, "time:timestamp"),
        known(XES_TOOL, Start, "start_timestamp"),
        known(XES_TOOL, Lifecycle, "lifecycle:transition"),
        known(XES_TOOL, Resource, "org:resource"),
        known("Disco", Case, "Case ID"),
        known("Disco", Time, "Complete Timestamp"),
        known("Disco", Start, "Start Timestamp"),
        known("Celonis", Case, "_CASE_KEY"),
        known("Celonis", Activity, "ACTIVITY_EN"),
        known("Celonis", Activity, "ACTIVITY_DE"),
        known("Celonis", Time, "EVENTTIME"),
        known("Celonis", Sorting, "_SORTING"),
        known("Celonis", Resource, "USER_NAME"),
        known("Apromore", Time, "End Timestamp"),
        known("bupaR", Activity, "activity_id"),
        known("bupaR", Lifecycle, "lifecycle_id"),
        known("bupaR", Sorting, ".order"),
        known("bupaR", Resource, "resource_id"),
        known("Power Automate", Case, "CaseId"),
        known("Power Automate", Activity, "ActivityName"),
        known("Power Automate", Start, "StartTimestamp"),
        known("Power Automate", Time, "EndTimestamp"),
        known("ProcessTransformer", Activity, "ActivityID"),
        known("ProcessTransformer", Time, "CompleteTimestamp"),
        known("UiPath", Start, "Event_start"),
        known("UiPath", Time, "Event_end"),
    ]
};

/// Attributes of a case, without their prefix, that tools compute from the whole case. At receipt they are not known, so a
/// model must not learn from them.
const KNOWN_ONLY_AT_THE_END: [&str; 4] = ["variant", "variant index", "variant-index", "variant_index"];

/// The role of a column with this header and the tool that calls it so, if it is a known one.
pub(super) fn role_of(header: &str) -> Option<&'static KnownColumn> {
    let header = header.to_lowercase();
    KNOWN_COLUMNS.iter().find(|column| column.name.to_lowercase() == header)
}

/// The tool whose names win where columns of several tools have one role: the only one whose names for the case, the
/// activity and the time are all there.
///
/// The names of the XES standard win over another complete set, because pm4py adds them to the columns that a table
/// had before.
pub(super) fn deciding_tool(headers: &[&str]) -> Option<&'static str> {
    let named: Vec<&KnownColumn> = headers.iter().filter_map(|header| role_of(header)).collect();
    let has = |tool: &str, role: ColumnRole| named.iter().any(|it| it.tool == tool && it.role == role);
    let is_complete = |tool: &str| {
        [ColumnRole::Case, ColumnRole::Activity, ColumnRole::Time].into_iter().all(|role| has(tool, role))
    };
    if is_complete(XES_TOOL) {
        return Some(XES_TOOL);
    }
    let complete: BTreeSet<&'static str> =
        named.iter().map(|column| column.tool).filter(|tool| is_complete(tool)).collect();
    complete.first().copied().filter(|_| complete.len() == 1)
}

/// Whether the attribute, named without its prefix, is known only when the case is over.
pub(super) fn is_known_only_at_the_end(attribute: &str) -> bool {
    KNOWN_ONLY_AT_THE_END.iter().any(|name| name.eq_ignore_ascii_case(attribute.trim()))
}
