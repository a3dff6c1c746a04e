//! XES logs (IEEE 1849): traces of events, both with typed attributes, read tag by tag.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use super::error::{EventLogError, Place, shown};
use super::log::{CaseAttributes, LogBuilder, RawEvent};
use super::source::{Origin, Source};

const DEEPEST: usize = 64;
const NAME: &str = "concept:name";
const TIME: &str = "time:timestamp";
/// Kinds of attribute that have one value.
const PLAIN: [&str; 5] = ["string", "int", "float", "boolean", "date"];

pub(super) fn read(source: Source, log: &mut LogBuilder) -> Result<(), EventLogError> {
    let Source { bytes, origin, .. } = source;
    let mut xml = Reader::from_reader(bytes);
    let mut walk = Walk { origin: &origin, log, open: Vec::new(), any: false, trace: Trace::default() };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        xml.get_mut().next_row();
        let place = xml.buffer_position();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => walk.enter(&tag, place)?,
            Ok(Event::Empty(tag)) => {
                walk.enter(&tag, place)?;
                walk.leave();
            }
            Ok(Event::End(_)) => walk.leave(),
            Ok(Event::Eof) => return walk.end(place),
            Ok(_) => {}
            Err(error) => return Err(walk.broken(&error, xml.error_position())),
        }
    }
}

/// What an open tag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Log,
    Trace,
    Event,
    Other,
}

/// A trace as far as it is read. Its name may come after its events.
#[derive(Default)]
struct Trace {
    case: Option<String>,
    attributes: CaseAttributes,
    events: Vec<TraceEvent>,
}

struct TraceEvent {
    place: u64,
    activity: Option<String>,
    time: Option<String>,
}

struct Walk<'a> {
    origin: &'a Origin,
    log: &'a mut LogBuilder,
    open: Vec<Tag>,
    any: bool,
    trace: Trace,
}

impl Walk<'_> {
    fn enter(&mut self, tag: &BytesStart<'_>, place: u64) -> Result<(), EventLogError> {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        if self.open.len() == DEEPEST {
            return Err(self.wrong(format!("tags more than {DEEPEST} deep"), place));
        }
        let entered = match (self.open.last(), name) {
            (None, "log") => Tag::Log,
            (None, root) => {
                let path = self.origin.path.clone();
                return Err(EventLogError::NotALog { path, root: shown(root) });
            }
            (Some(Tag::Log), "trace") => {
                self.trace = Trace::default();
                Tag::Trace
            }
            (Some(Tag::Trace), "event") => {
                self.trace.events.push(TraceEvent { place, activity: None, time: None });
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
        self.any = true;
        self.open.push(entered);
        Ok(())
    }

    fn leave(&mut self) {
        if self.open.pop() != Some(Tag::Trace) {
            return;
        }
        let Trace { case, attributes, events } = std::mem::take(&mut self.trace);
        for event in events {
            let raw = RawEvent {
                case: case.as_deref().unwrap_or_default(),
                activity: event.activity.as_deref().unwrap_or_default(),
                time: event.time.as_deref().unwrap_or_default(),
                place: event.place,
            };
            self.log.push(&raw, || attributes.clone());
        }
    }

    fn end(&self, place: u64) -> Result<(), EventLogError> {
        match self.open.last() {
            Some(_) => Err(self.wrong("the file ends before its last tag is closed".to_owned(), place)),
            None if !self.any => Err(EventLogError::Empty { path: self.origin.path.clone() }),
            None => Ok(()),
        }
    }

    fn trace_attribute(&mut self, kind: &str, tag: &BytesStart<'_>, place: u64) -> Result<(), EventLogError> {
        let Some((key, value)) = self.key_value(tag, place)? else { return Ok(()) };
        if key == NAME {
            self.trace.case.get_or_insert(value);
        } else if PLAIN.contains(&kind) && !value.is_empty() {
            let number = self.log.attribute(&format!("case_{}", key.trim()))?;
            let known = |number| self.trace.attributes.iter().any(|(other, _)| *other == number);
            if let Some(number) = number.filter(|&number| !known(number)) {
                self.trace.attributes.push((number, value.into()));
            }
        }
        Ok(())
    }

    fn event_attribute(&mut self, tag: &BytesStart<'_>, place: u64) -> Result<(), EventLogError> {
        let Some((key, value)) = self.key_value(tag, place)? else { return Ok(()) };
        let Some(event) = self.trace.events.last_mut() else { return Ok(()) };
        match key.as_str() {
            NAME => event.activity.get_or_insert(value),
            TIME => event.time.get_or_insert(value),
            _ => return Ok(()),
        };
        Ok(())
    }

    /// The key and the value of an attribute; none for a list, which has no value of its own.
    fn key_value(&self, tag: &BytesStart<'_>, place: u64) -> Result<Option<(String, String)>, EventLogError> {
        let (mut key, mut value) = (None, None);
        // Looking for repeated names compares each with all before it, which a hostile tag makes long.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.wrong(error.to_string(), place))?;
            let slot = match attribute.key.as_ref() {
                "key" => &mut key,
                "value" => &mut value,
                _ => continue,
            };
            let text = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(error.to_string(), place))?;
            slot.get_or_insert(text.into_owned());
        }
        Ok(key.zip(value))
    }

    fn wrong(&self, detail: String, place: u64) -> EventLogError {
        EventLogError::Xml {
            path: self.origin.path.clone(),
            place: Place::Byte(place),
            detail: shown_long(&detail),
        }
    }

    fn broken(&self, error: &Error, place: u64) -> EventLogError {
        match error {
            Error::Io(error) => self.origin.failed(error, Place::Byte(place)),
            Error::Encoding(_) => {
                EventLogError::NotUtf8 { path: self.origin.path.clone(), place: Place::Byte(place) }
            }
            error => self.wrong(error.to_string(), place),
        }
    }
}

/// A parser's message, which may repeat what it found, without what could upset a terminal.
fn shown_long(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
