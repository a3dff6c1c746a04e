//! What an import decided or left out, for the person who started it.

use std::fmt;

use super::date_order::DateOrder;
use super::diagnostics::{plural, shown};
use super::error::LogPosition;

/// Something about a log that is not a fault and that its owner has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogNote {
    /// Which columns are the case, the activity and the time.
    Columns {
        /// The tool that uses these names, if one does.
        tool: Option<&'static str>,
        /// Their headers.
        case_activity_time: [String; 3],
    },
    /// Who did each event is read from a column.
    Resource {
        /// Its header, or the key of an XES attribute.
        column: String,
    },
    /// Who did an event was left out where it had a receipt number or was longer than a name may be.
    UnfitResources(u64),
    /// Columns that could have been the case, the activity or the time, had another set of names not been complete.
    PassedOverColumns {
        /// The tool whose names are complete.
        tool: &'static str,
        /// Their headers, as a list.
        columns: String,
    },
    /// Columns that are neither used nor attributes.
    UnusedColumns {
        /// Their headers, as a list.
        columns: String,
    },
    /// An attribute with the name of a column that every history has.
    ReservedAttribute {
        /// Its name.
        name: String,
    },
    /// A second column that names the case.
    CaseIdLeftOut {
        /// Its header.
        column: String,
    },
    /// An attribute that is computed from the whole case.
    KnownOnlyAtTheEnd {
        /// Its name.
        column: String,
    },
    /// An attribute that holds lists or structures.
    NestedColumn {
        /// Its header.
        column: String,
    },
    /// The order of day, month and year, decided by the values.
    DateOrder {
        /// The order.
        order: DateOrder,
        /// A value that allows no other order and its place, if there is one.
        decided_by: Option<(LogPosition, String)>,
    },
    /// Times without an offset beside times with one.
    MixedOffsets {
        /// How many have no offset.
        without: u64,
        /// How many have one.
        with: u64,
    },
    /// Events that are left out because of their lifecycle transition.
    LeftOutTransitions {
        /// The transitions that are kept, as a list.
        kept: String,
        /// How many events are left out.
        events: u64,
        /// How many cases lost all their events.
        cases: u64,
    },
    /// A log with transitions that never says `complete`.
    NoCompleteTransition {
        /// The transitions that it has, as a list.
        found: String,
    },
    /// XES events outside every trace, which belong to no case.
    EventsOutsideTraces(u64),
    /// XES traces with the name of an earlier trace, whose events were joined with it.
    TracesOfOneName(u64),
    /// XES traces without events.
    EmptyTraces(u64),
}

impl fmt::Display for LogNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { tool, case_activity_time: [case, activity, time] } => {
                write!(f, "case `{}`, activity `{}`, time `{}`", shown(case), shown(activity), shown(time))?;
                tool.map_or(Ok(()), |tool| write!(f, " (as {tool} names them)"))
            }
            Self::Resource { column } => write!(
                f,
                "who did each event is read from `{}` and may name employees; --without-resource leaves it out",
                shown(column)
            ),
            Self::UnfitResources(count) => {
                write!(f, "{} kept without a resource that a history may not have", plural(*count, "event"))
            }
            Self::PassedOverColumns { tool, columns } => write!(
                f,
                "columns that are not used, because all names of {tool} are there: {columns}; --case-column, \
                 --activity-column and --timestamp-column choose others"
            ),
            Self::UnusedColumns { columns } => write!(f, "columns that are not used: {columns}"),
            Self::ReservedAttribute { name } => {
                write!(f, "`{}` is left out: an attribute may not have this name", shown(name))
            }
            Self::CaseIdLeftOut { column } => {
                write!(f, "`{}` is left out: it names the case, as another column does", shown(column))
            }
            Self::KnownOnlyAtTheEnd { column } => {
                write!(f, "`{}` is left out: it is known only when the case is over", shown(column))
            }
            Self::NestedColumn { column } => {
                write!(f, "`{}` is left out: its values are lists or structures", shown(column))
            }
            Self::DateOrder { order, decided_by } => {
                write!(f, "dates are read as {order}")?;
                decided_by.as_ref().map_or(Ok(()), |(place, value)| {
                    write!(f, ", the only order that {place} (`{}`) allows", shown(value))
                })
            }
            Self::MixedOffsets { without, with } => write!(
                f,
                "{without} times have no UTC offset and are read as UTC, beside {with} times that have one"
            ),
            Self::LeftOutTransitions { kept, events, cases } => {
                write!(
                    f,
                    "{} left out: only the lifecycle transition {kept} counts",
                    plural(*events, "event")
                )?;
                if *cases > 0 {
                    write!(f, "; {} without other events", plural(*cases, "case"))?;
                }
                f.write_str("; --lifecycle chooses others")
            }
            Self::NoCompleteTransition { found } => {
                write!(f, "no event is `complete`, so events of every lifecycle transition count: {found}")
            }
            Self::EventsOutsideTraces(count) => {
                write!(
                    f,
                    "{} outside every trace and left out: they belong to no case",
                    plural(*count, "event")
                )
            }
            Self::TracesOfOneName(count) => {
                write!(f, "{} joined with an earlier trace of the same name", plural(*count, "trace"))
            }
            Self::EmptyTraces(count) => write!(f, "{} without events and left out", plural(*count, "trace")),
        }
    }
}
