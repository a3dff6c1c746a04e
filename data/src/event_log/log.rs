//! A log in memory, and how it is built from rows in any order.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use model::{Moment, contains_receipt_number};

use super::date_order::DateOrder;
use super::dates::DateOrderEvidence;
use super::diagnostics::shown;
use super::error::{EventLogError, EventLogReport, LogIssueKind, LogPosition};
use super::note::LogNote;
use super::numbering::Numbering;
use super::options::ReadOptions;
use super::times::{self, TimeReading};
use crate::case_ids::{CaseIdKey, MAX_CASE_ID_BYTES};
use crate::shown_text::file_name;

const MAX_ACTIVITY: usize = 128;
const MAX_ATTRIBUTES: usize = 256;
const MAX_RESOURCE: usize = 128;
/// The column that every history has.
const CASE_ID: &str = "case_id";

/// The events of a log, with what was known of their cases.
pub struct EventLog {
    pub(super) file: String,
    pub(super) attributes: Vec<String>,
    pub(super) notes: Vec<LogNote>,
    pub(super) activities: Vec<String>,
    /// The names of who did something.
    pub(super) resources: Vec<String>,
    pub(super) cases: Vec<LoggedCase>,
    pub(super) events: Vec<LoggedEvent>,
}

pub(super) struct LoggedCase {
    pub(super) id: Box<str>,
    pub(super) first: Moment,
    pub(super) attributes: CaseAttributes,
}

/// Attributes of a case by their numbers; those without a value are missing.
pub(super) type CaseAttributes = Vec<(usize, Box<str>)>;

#[derive(Clone, Copy)]
pub(super) struct LoggedEvent {
    pub(super) case: u32,
    pub(super) activity: u32,
    pub(super) at: Moment,
    /// Orders events of one case with the same time.
    pub(super) sorting: i32,
    /// Number of its lifecycle transition.
    pub(super) transition: u32,
    /// Number of who did it, if the log says so.
    pub(super) resource: Option<u32>,
}

impl EventLog {
    /// Name of the file, without its folder and with receipt numbers masked.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How many cases there are.
    #[must_use]
    pub fn case_count(&self) -> usize {
        self.cases.len()
    }

    /// The activities, in the order in which the file first names them.
    #[must_use]
    pub fn activities(&self) -> &[String] {
        &self.activities
    }

    /// The attributes of cases, in the order of the file.
    #[must_use]
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// What was decided or left out on the way.
    #[must_use]
    pub fn notes(&self) -> &[LogNote] {
        &self.notes
    }
}

/// Says how much there is, never what: cases can identify people.
impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cases, events) = (self.cases.len(), self.events.len());
        write!(f, "EventLog {{ {}, {cases} cases, {events} events }}", self.file)
    }
}

/// An event as the file has it.
pub(super) struct RawEvent<'a> {
    pub(super) case: &'a str,
    pub(super) activity: &'a str,
    pub(super) time: &'a str,
    /// `None` if the log has no transitions at all.
    pub(super) transition: Option<&'a str>,
    pub(super) sorting: &'a str,
    /// Who did it; empty if the log does not say so.
    pub(super) resource: &'a str,
    pub(super) place: LogPosition,
}

/// Collects events, and what is wrong with those that cannot be used.
pub(super) struct LogBuilder {
    log: EventLog,
    report: EventLogReport,
    key: Option<CaseIdKey>,
    order: DateOrder,
    /// Whether the order was given, rather than assumed until all values have been seen.
    order_is_given: bool,
    evidence: DateOrderEvidence,
    with_offset: u64,
    without_offset: u64,
    case_numbers: Numbering,
    activity_numbers: Numbering,
    resource_numbers: Numbering,
    /// Events whose resource was left out.
    unfit_resources: u64,
    transition_numbers: Numbering,
    transitions: Vec<String>,
    attribute_numbers: HashMap<String, Option<usize>>,
}

impl LogBuilder {
    /// Begins a log whose dates are read in this order until all of them have been seen.
    pub(super) fn new(path: &Path, options: &ReadOptions, order: DateOrder) -> Self {
        let log = EventLog {
            file: file_name(path),
            attributes: Vec::new(),
            notes: Vec::new(),
            activities: Vec::new(),
            resources: Vec::new(),
            cases: Vec::new(),
            events: Vec::new(),
        };
        Self {
            log,
            report: EventLogReport { path: path.to_owned(), issues: Vec::new() },
            key: options.case_id_key.clone(),
            order,
            order_is_given: options.date_order.is_some(),
            evidence: DateOrderEvidence::default(),
            with_offset: 0,
            without_offset: 0,
            case_numbers: Numbering::default(),
            activity_numbers: Numbering::default(),
            resource_numbers: Numbering::default(),
            unfit_resources: 0,
            transition_numbers: Numbering::default(),
            transitions: Vec::new(),
            attribute_numbers: HashMap::new(),
        }
    }

    /// What the values say about the order of day, month and year.
    pub(super) const fn evidence(&self) -> &DateOrderEvidence {
        &self.evidence
    }

    pub(super) fn note(&mut self, note: LogNote) {
        self.log.notes.push(note);
    }

    /// The number of an attribute; `None` for one that is left out.
    pub(super) fn attribute(&mut self, name: &str) -> Result<Option<usize>, EventLogError> {
        if let Some(number) = self.attribute_numbers.get(name) {
            return Ok(*number);
        }
        let number = if name.eq_ignore_ascii_case(CASE_ID) {
            self.note(LogNote::ReservedAttribute { name: name.to_owned() });
            None
        } else if contains_receipt_number(name) {
            let (path, name) = (self.report.path.clone(), shown(name));
            return Err(EventLogError::ReceiptNumberInName { path, name });
        } else if self.log.attributes.len() == MAX_ATTRIBUTES {
            let (path, name) = (self.report.path.clone(), shown(name));
            return Err(EventLogError::TooManyAttributes { path, max: MAX_ATTRIBUTES, name });
        } else {
            self.log.attributes.push(name.to_owned());
            Some(self.log.attributes.len() - 1)
        };
        self.attribute_numbers.insert(name.to_owned(), number);
        Ok(number)
    }

    /// Leaves out an attribute, with a note when it first comes.
    pub(super) fn leave_out(&mut self, name: &str, note: LogNote) {
        if self.attribute_numbers.insert(name.to_owned(), None).is_none() {
            self.note(note);
        }
    }

    /// Notes a row that cannot be used.
    pub(super) fn refuse(&mut self, kind: LogIssueKind, place: LogPosition, value: &str) {
        self.report.add(kind, place, value);
    }

    /// Adds an event. `attributes` is called only if it is the earliest event of its case so far.
    pub(super) fn push(&mut self, event: &RawEvent<'_>, attributes: impl FnOnce() -> CaseAttributes) {
        let activity = event.activity.trim();
        let is_named = self.check_names(event, activity);
        let at = self.time(event);
        let sorting = self.sorting(event);
        let (true, Some(at), Some(sorting)) = (is_named, at, sorting) else { return };
        let case = match &self.key {
            Some(key) => self.case(&key.hash(event.case), at, event.place, attributes),
            None => self.case(event.case, at, event.place, attributes),
        };
        let activity = self.activity_numbers.number(activity, &mut self.log.activities);
        let transition =
            event.transition.map(|name| self.transition_numbers.number(name.trim(), &mut self.transitions));
        let transition = transition.unwrap_or_default();
        let resource = self.resource(event.resource.trim());
        self.log.events.push(LoggedEvent { case, activity, at, sorting, transition, resource });
    }

    /// The number of who did an event. A name that a history may not have is left out: the event counts without it.
    fn resource(&mut self, name: &str) -> Option<u32> {
        if name.is_empty() {
            return None;
        }
        if let Some(number) = self.resource_numbers.get(name) {
            return Some(number);
        }
        if is_unfit(name, MAX_RESOURCE) || contains_receipt_number(name) {
            self.unfit_resources += 1;
            return None;
        }
        Some(self.resource_numbers.number(name, &mut self.log.resources))
    }

    /// Whether the case and the activity have names that a history may have.
    fn check_names(&mut self, event: &RawEvent<'_>, activity: &str) -> bool {
        let is_hashed = self.key.is_some();
        let wrong = [
            (event.case.trim().is_empty(), LogIssueKind::NoCase, event.case),
            (!is_hashed && is_unfit(event.case, MAX_CASE_ID_BYTES), LogIssueKind::BadCase, event.case),
            (!is_hashed && contains_receipt_number(event.case), LogIssueKind::ReceiptNumber, event.case),
            (activity.is_empty(), LogIssueKind::NoActivity, activity),
            (is_unfit(activity, MAX_ACTIVITY), LogIssueKind::BadActivity, activity),
            (contains_receipt_number(activity), LogIssueKind::ReceiptNumberInActivity, activity),
        ];
        let mut is_named = true;
        for (_, kind, value) in wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong) {
            self.refuse(kind, event.place, value);
            is_named = false;
        }
        is_named
    }

    /// The time of an event; `None` if it is refused, or if it has none in the assumed order of day, month and year.
    fn time(&mut self, event: &RawEvent<'_>) -> Option<Moment> {
        let text = event.time.trim();
        let time = match times::parse(text) {
            Ok(time) => time,
            Err(kind) => {
                self.refuse(kind, event.place, text);
                return None;
            }
        };
        *(if time.has_offset { &mut self.with_offset } else { &mut self.without_offset }) += 1;
        match time.reading {
            TimeReading::Moment(at) => Some(at),
            TimeReading::ByOrder(readings) => {
                self.evidence.add(readings, event.place, text);
                let at = readings.in_order(self.order);
                if at.is_none() && self.order_is_given {
                    self.refuse(LogIssueKind::OtherDateOrder, event.place, text);
                }
                at
            }
        }
    }

    fn sorting(&mut self, event: &RawEvent<'_>) -> Option<i32> {
        let text = event.sorting.trim();
        if text.is_empty() {
            return Some(0);
        }
        // pandas writes a column with gaps as floating point numbers.
        let sorting = text.strip_suffix(".0").unwrap_or(text).parse().ok();
        if sorting.is_none() {
            self.refuse(LogIssueKind::BadSorting, event.place, text);
        }
        sorting
    }

    fn case(
        &mut self,
        id: &str,
        at: Moment,
        place: LogPosition,
        attributes: impl FnOnce() -> CaseAttributes,
    ) -> u32 {
        let known = self.case_numbers.get(id);
        let is_earliest = known.is_none_or(|case| at < self.log.cases[case as usize].first);
        if !is_earliest {
            return known.unwrap_or_default();
        }
        let attributes = attributes();
        for (_, value) in attributes.iter().filter(|(_, value)| contains_receipt_number(value)) {
            self.refuse(LogIssueKind::ReceiptNumberInAttribute, place, value);
        }
        match known {
            Some(case) => {
                let earlier = &mut self.log.cases[case as usize];
                (earlier.first, earlier.attributes) = (at, attributes);
                case
            }
            None => {
                self.log.cases.push(LoggedCase { id: id.into(), first: at, attributes });
                self.case_numbers.add(id)
            }
        }
    }

    /// Whether it is known who did an event.
    pub(super) fn has_resources(&self) -> bool {
        !self.log.resources.is_empty()
    }

    /// Whether a case of this id has events already.
    pub(super) fn has_case(&self, id: &str) -> bool {
        match &self.key {
            Some(key) => self.case_numbers.get(&key.hash(id)).is_some(),
            None => self.case_numbers.get(id).is_some(),
        }
    }

    /// The log with the names of its lifecycle transitions, if nothing is wrong with it.
    pub(super) fn finish(mut self) -> Result<(EventLog, Vec<String>), EventLogError> {
        if !self.report.issues.is_empty() {
            return Err(EventLogError::Rows(self.report));
        }
        if self.log.events.is_empty() {
            return Err(EventLogError::NoEvents { path: self.report.path });
        }
        if self.unfit_resources > 0 {
            self.note(LogNote::UnfitResources(self.unfit_resources));
        }
        if self.with_offset > 0 && self.without_offset > 0 {
            let (without, with) = (self.without_offset, self.with_offset);
            self.note(LogNote::MixedOffsets { without, with });
        }
        Ok((self.log, self.transitions))
    }
}

fn is_unfit(name: &str, max: usize) -> bool {
    name.len() > max || name.chars().any(char::is_control)
}
