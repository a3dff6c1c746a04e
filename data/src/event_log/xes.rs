//! XES logs (IEEE 1849): traces of events, both with typed attributes, read tag by tag.
//!
//! Attributes inside attributes are not attributes of the trace or event and are skipped.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use super::diagnostics::shown;
use super::error::{EventLogError, LogPosition};
use super::known_columns::is_known_only_at_the_end;
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::note::LogNote;
use super::options::ReadOptions;
use super::source::{LogSource, Origin};
use crate::shown_text::shortened;

const MAX_DEPTH: usize = 64;
const NAME: &str = "concept:name";
const TIME: &str = "time:timestamp";
const RESOURCE: &str = "org:resource";
const TRANSITION: &str = "lifecycle:transition";
/// Kinds of attribute that have one value.
const PLAIN: [&str; 5] = ["string", "int", "float", "boolean", "date"];
const MAX_DETAIL: usize = 200;

pub(super) fn read(
    source: LogSource,
    options: &ReadOptions,
    log: &mut LogBuilder,
) -> Result<(), EventLogError> {
    let LogSource { bytes, origin, .. } = source;
    let mut xml = Reader::from_reader(bytes);
    let mut walk = Walk {
        origin: &origin,
        log,
        open: Vec::new(),
        has_root: false,
        reads_resources: !options.without_resource,
        default_transition: String::new(),
        trace: Trace::default(),
        counts: Counts::default(),
    };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        xml.get_mut().next_row();
        let place = LogPosition::Line(xml.get_ref().line());
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => walk.enter(&tag, place)?,
            Ok(Event::Empty(tag)) => {
                walk.enter(&tag, place)?;
                walk.leave();
            }
            Ok(Event::End(_)) => walk.leave(),
            Ok(Event::Eof) => return walk.end(place),
            Ok(_) => {}
            Err(error) => return Err(walk.broken(error, place)),
        }
    }
}

/// What an open tag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Log,
    /// Default values of the attributes of events.
    EventDefaults,
    Trace,
    Event,
    Other,
}

/// The part of a trace that was read. Its name may come after its events.
#[derive(Default)]
struct Trace {
    case: Option<String>,
    attributes: CaseAttributes,
    events: Vec<TraceEvent>,
}

struct TraceEvent {
    place: LogPosition,
    activity: Option<String>,
    time: Option<String>,
    transition: Option<String>,
    resource: Option<String>,
}

/// What is said about traces and events that are not read one to one.
#[derive(Default)]
struct Counts {
    events_outside_traces: u64,
    traces_of_one_name: u64,
    empty_traces: u64,
}

struct Walk<'a> {
    origin: &'a Origin,
    log: &'a mut LogBuilder,
    open: Vec<Tag>,
    has_root: bool,
    reads_resources: bool,
    /// The transition of events that do not name one. Other defaults are not used: an activity or a time that is
    /// missing is a fault of the log.
    default_transition: String,
    trace: Trace,
    counts: Counts,
}

impl Walk<'_> {
    fn enter(&mut self, tag: &BytesStart<'_>, place: LogPosition) -> Result<(), EventLogError> {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        if self.open.len() == MAX_DEPTH {
            return Err(self.wrong(format!("tags more than {MAX_DEPTH} deep"), place));
        }
        let entered = match (self.open.last(), name) {
            (None, "log") => Tag::Log,
            (None, root) => {
                let path = self.origin.path.clone();
                return Err(EventLogError::NotXes { path, root: shown(root) });
            }
            (Some(Tag::Log), "trace") => {
                self.trace = Trace::default();
                Tag::Trace
            }
            (Some(Tag::Log), "event") => {
                self.counts.events_outside_traces += 1;
                Tag::Other
            }
            (Some(Tag::Log), "global") => self.defaults(tag, place)?,
            (Some(Tag::EventDefaults), _) => {
                self.default_attribute(tag, place)?;
                Tag::Other
            }
            (Some(Tag::Trace), "event") => {
                let [activity, time, transition, resource] = [const { None }; 4];
                self.trace.events.push(TraceEvent { place, activity, time, transition, resource });
                Tag::Event
            }
            (Some(Tag::Trace), kind) => {
                self.trace_attribute(kind, tag, place)?;
                Tag::Other
            }
            (Some(Tag::Event), _) => {
                self.event_attribute(tag, place)?;
                Tag::Other
            }
            _ => Tag::Other,
        };
        self.has_root = true;
        self.open.push(entered);
        Ok(())
    }

    fn leave(&mut self) {
        if self.open.pop() != Some(Tag::Trace) {
            return;
        }
        let Trace { case, attributes, events } = std::mem::take(&mut self.trace);
        let case = case.unwrap_or_default();
        self.counts.empty_traces += u64::from(events.is_empty());
        self.counts.traces_of_one_name += u64::from(!events.is_empty() && self.log.has_case(&case));
        for event in events {
            let raw = RawEvent {
                case: &case,
                activity: event.activity.as_deref().unwrap_or_default(),
                time: event.time.as_deref().unwrap_or_default(),
                transition: Some(event.transition.as_deref().unwrap_or(&self.default_transition)),
                sorting: "",
                resource: event.resource.as_deref().unwrap_or_default(),
                place: event.place,
            };
            self.log.push(&raw, || attributes.clone());
        }
    }

    fn end(&mut self, place: LogPosition) -> Result<(), EventLogError> {
        if !self.open.is_empty() {
            return Err(self.wrong("the file ends before its last tag is closed".to_owned(), place));
        }
        if !self.has_root {
            return Err(EventLogError::Empty { path: self.origin.path.clone() });
        }
        let Counts { events_outside_traces, traces_of_one_name, empty_traces } = self.counts;
        let notes = [
            (events_outside_traces, LogNote::EventsOutsideTraces(events_outside_traces)),
            (traces_of_one_name, LogNote::TracesOfOneName(traces_of_one_name)),
            (empty_traces, LogNote::EmptyTraces(empty_traces)),
        ];
        if self.log.has_resources() {
            self.log.note(LogNote::Resource { column: RESOURCE.to_owned() });
        }
        notes.into_iter().filter(|(count, _)| *count > 0).for_each(|(_, note)| self.log.note(note));
        Ok(())
    }

    fn defaults(&self, tag: &BytesStart<'_>, place: LogPosition) -> Result<Tag, EventLogError> {
        // The standard makes `event` the scope of a `global` that names none.
        let [scope] = self.values(tag, ["scope"], place)?;
        let is_of_events = scope.is_none_or(|scope| scope == "event");
        Ok(if is_of_events { Tag::EventDefaults } else { Tag::Other })
    }

    fn default_attribute(&mut self, tag: &BytesStart<'_>, place: LogPosition) -> Result<(), EventLogError> {
        if let [Some(key), Some(value)] = self.values(tag, ["key", "value"], place)?
            && key == TRANSITION
        {
            self.default_transition = value;
        }
        Ok(())
    }

    fn trace_attribute(
        &mut self,
        kind: &str,
        tag: &BytesStart<'_>,
        place: LogPosition,
    ) -> Result<(), EventLogError> {
        // A list has no value of its own.
        let [Some(key), Some(value)] = self.values(tag, ["key", "value"], place)? else { return Ok(()) };
        if key == NAME {
            self.trace.case.get_or_insert(value);
        } else if PLAIN.contains(&kind) && !value.is_empty() {
            let number = self.attribute(key.trim())?;
            let known = |number| self.trace.attributes.iter().any(|(other, _)| *other == number);
            if let Some(number) = number.filter(|&number| !known(number)) {
                self.trace.attributes.push((number, value.into()));
            }
        }
        Ok(())
    }

    fn attribute(&mut self, key: &str) -> Result<Option<usize>, EventLogError> {
        let name = format!("case_{key}");
        if is_known_only_at_the_end(key) {
            self.log.leave_out(&name, LogNote::KnownOnlyAtTheEnd { column: key.to_owned() });
            return Ok(None);
        }
        self.log.attribute(&name)
    }

    fn event_attribute(&mut self, tag: &BytesStart<'_>, place: LogPosition) -> Result<(), EventLogError> {
        let [Some(key), Some(value)] = self.values(tag, ["key", "value"], place)? else { return Ok(()) };
        let Some(event) = self.trace.events.last_mut() else { return Ok(()) };
        match key.as_str() {
            NAME => event.activity.get_or_insert(value),
            TIME => event.time.get_or_insert(value),
            TRANSITION => event.transition.get_or_insert(value),
            RESOURCE if self.reads_resources => event.resource.get_or_insert(value),
            _ => return Ok(()),
        };
        Ok(())
    }

    /// The values of these attributes of a tag.
    fn values<const N: usize>(
        &self,
        tag: &BytesStart<'_>,
        names: [&str; N],
        place: LogPosition,
    ) -> Result<[Option<String>; N], EventLogError> {
        let mut values = [const { None }; N];
        // Looking for repeated names compares each with all before it, which a hostile tag makes long.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.wrong(error.to_string(), place))?;
            let Some(index) = names.iter().position(|name| *name == attribute.key.as_ref()) else { continue };
            let text = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(error.to_string(), place))?;
            values[index].get_or_insert(text.into_owned());
        }
        Ok(values)
    }

    fn wrong(&self, detail: String, place: LogPosition) -> EventLogError {
        // A parser's message may repeat what it found.
        EventLogError::Xml { path: self.origin.path.clone(), place, detail: shortened(&detail, MAX_DETAIL) }
    }

    fn broken(&self, error: Error, place: LogPosition) -> EventLogError {
        match error {
            // The XML reader shares its I/O errors, so only their kind and inner error are at hand.
            Error::Io(error) => self.origin.failed_shared(&error, place),
            Error::Encoding(_) => EventLogError::NotUtf8 { path: self.origin.path.clone(), place },
            error => self.wrong(error.to_string(), place),
        }
    }
}
