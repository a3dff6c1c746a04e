//! A log in memory, and how it is put together from rows in any order.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use model::Moment;

use super::error::{EventLogError, EventLogReport, Place, ProblemKind};

const MAX_CASE_ID: usize = 64;
const MAX_ACTIVITY: usize = 128;
const MAX_ATTRIBUTES: usize = 256;
/// The column that a history has already.
const KEY: &str = "case_id";

/// The events of a log, with what was known of their cases.
pub struct EventLog {
    pub(super) file: String,
    pub(super) attributes: Vec<String>,
    pub(super) left_out: Vec<String>,
    pub(super) activities: Vec<String>,
    pub(super) cases: Vec<LoggedCase>,
    pub(super) events: Vec<LoggedEvent>,
}

pub(super) struct LoggedCase {
    pub(super) id: Box<str>,
    pub(super) first: Moment,
    pub(super) attributes: CaseAttributes,
}

/// Attributes of a case by their numbers; those without a value are not there.
pub(super) type CaseAttributes = Vec<(usize, Box<str>)>;

#[derive(Clone, Copy)]
pub(super) struct LoggedEvent {
    pub(super) case: u32,
    pub(super) activity: u32,
    pub(super) at: Moment,
}

impl EventLog {
    /// Name of the file, without its folder.
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

    /// Attributes that are not taken over because a history has a column of that name already.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.left_out
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
    pub(super) place: u64,
}

/// Collects events, and what is wrong with those that cannot be used.
pub(super) struct LogBuilder {
    log: EventLog,
    place: fn(u64) -> Place,
    report: EventLogReport,
    case_numbers: HashMap<Box<str>, u32>,
    activity_numbers: HashMap<Box<str>, u32>,
    attribute_numbers: HashMap<String, Option<usize>>,
}

impl LogBuilder {
    pub(super) fn new(path: &Path, place: fn(u64) -> Place) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let log = EventLog {
            file: name.to_string_lossy().into_owned(),
            attributes: Vec::new(),
            left_out: Vec::new(),
            activities: Vec::new(),
            cases: Vec::new(),
            events: Vec::new(),
        };
        Self {
            log,
            place,
            report: EventLogReport { path: path.to_owned(), problems: Vec::new() },
            case_numbers: HashMap::new(),
            activity_numbers: HashMap::new(),
            attribute_numbers: HashMap::new(),
        }
    }

    /// The number of an attribute; none for one that is left out.
    pub(super) fn attribute(&mut self, name: &str) -> Result<Option<usize>, EventLogError> {
        if let Some(number) = self.attribute_numbers.get(name) {
            return Ok(*number);
        }
        let number = if name == KEY {
            self.log.left_out.push(name.to_owned());
            None
        } else if self.log.attributes.len() == MAX_ATTRIBUTES {
            let (path, name) = (self.report.path.clone(), super::error::shown(name));
            return Err(EventLogError::TooManyAttributes { path, most: MAX_ATTRIBUTES, name });
        } else {
            self.log.attributes.push(name.to_owned());
            Some(self.log.attributes.len() - 1)
        };
        self.attribute_numbers.insert(name.to_owned(), number);
        Ok(number)
    }

    /// Notes a row that cannot be used.
    pub(super) fn refuse(&mut self, kind: ProblemKind, place: u64, value: &str) {
        self.report.add(kind, (self.place)(place), value);
    }

    /// Adds an event. Its case's attributes are asked for only if it is the earliest event so far.
    pub(super) fn push(&mut self, event: &RawEvent<'_>, attributes: impl FnOnce() -> CaseAttributes) {
        let activity = event.activity.trim();
        let named = [
            (event.case.trim().is_empty(), ProblemKind::NoCase, event.case),
            (unfit(event.case, MAX_CASE_ID), ProblemKind::BadCase, event.case),
            (activity.is_empty(), ProblemKind::NoActivity, activity),
            (unfit(activity, MAX_ACTIVITY), ProblemKind::BadActivity, activity),
        ];
        let mut good = true;
        for (_, kind, value) in named.into_iter().filter(|(wrong, ..)| *wrong) {
            self.refuse(kind, event.place, value);
            good = false;
        }
        let at = match moment(event.time.trim()) {
            Ok(at) => at,
            Err(kind) => return self.refuse(kind, event.place, event.time),
        };
        if !good {
            return;
        }
        let case = self.case(event.case, at, attributes);
        let (numbers, names) = (&mut self.activity_numbers, &mut self.log.activities);
        let activity = number(numbers, activity, || names.push(activity.to_owned()));
        self.log.events.push(LoggedEvent { case, activity, at });
    }

    fn case(&mut self, id: &str, at: Moment, attributes: impl FnOnce() -> CaseAttributes) -> u32 {
        match self.case_numbers.get(id) {
            Some(&known) => {
                let case = &mut self.log.cases[known as usize];
                if at < case.first {
                    (case.first, case.attributes) = (at, attributes());
                }
                known
            }
            None => {
                let cases = &mut self.log.cases;
                number(&mut self.case_numbers, id, || {
                    cases.push(LoggedCase { id: id.into(), first: at, attributes: attributes() });
                })
            }
        }
    }

    /// The log, if nothing is wrong with it.
    pub(super) fn finish(self) -> Result<EventLog, EventLogError> {
        if !self.report.problems.is_empty() {
            return Err(EventLogError::Rows(self.report));
        }
        if self.log.events.is_empty() {
            return Err(EventLogError::NoEvents { path: self.report.path });
        }
        Ok(self.log)
    }
}

/// The number of a name, counted in the order in which names first come.
fn number(numbers: &mut HashMap<Box<str>, u32>, name: &str, new: impl FnOnce()) -> u32 {
    if let Some(&known) = numbers.get(name) {
        return known;
    }
    let next = numbers.len() as u32;
    numbers.insert(name.into(), next);
    new();
    next
}

fn unfit(name: &str, longest: usize) -> bool {
    name.len() > longest || name.chars().any(char::is_control)
}

/// Reads a time; one without an offset is UTC.
fn moment(text: &str) -> Result<Moment, ProblemKind> {
    // The parser also takes times with no date separators, which numbers look like, and zone names, which
    // it would drop where there is no offset.
    if text.as_bytes().get(4) != Some(&b'-') || text.contains('[') {
        return Err(ProblemKind::BadTime);
    }
    let timestamp = match text.parse::<Timestamp>() {
        Ok(timestamp) => timestamp,
        Err(_) => text
            .parse::<DateTime>()
            .ok()
            .filter(|_| !has_offset(text))
            .and_then(|time| Offset::UTC.to_timestamp(time).ok())
            .ok_or(ProblemKind::BadTime)?,
    };
    Moment::from_epoch_micros(timestamp.as_microsecond()).map_err(|_| ProblemKind::TimeOutOfRange)
}

/// Whether there is an offset, right or wrong, after the date.
fn has_offset(text: &str) -> bool {
    text.get(10..).is_some_and(|time| time.contains(['+', '-', 'Z', 'z', '\u{2212}']))
}
