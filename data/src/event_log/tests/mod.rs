//! Each log is as small as what it shows.

mod case_ids;
mod dates;
mod exports;
mod formats;
mod history;
mod read;
mod resources;
mod xes;

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::{EventLog, EventLogError, ReadOptions};

pub(super) const CSV: &str = "\
case_id,activity,timestamp,resource,case_kind,case_note
b,Send,2010-01-14T10:00:00+01:00,Ann,new,
b,Register,2010-01-13 08:40:25,Bob,old,\"x, y\"
a,Register,2010-01-13,Ann,,z
";

pub(super) const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE log>
<!-- a comment with <trace> in it -->
<x:log xmlns:x="http://www.xes-standard.org/" xes.version="2.0">
  <x:extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <x:global scope="trace"><x:string key="concept:name" value="not a case"/></x:global>
  <x:classifier name="Activity" keys="concept:name"/>
  <x:string key="origin" value="not of a case"/>
  <x:trace>
    <x:string key="concept:name" value="b &amp; c"/>
    <x:string key="id" value="7"/>
    <x:int key="amount" value="20"><x:string key="currency" value="EUR"/></x:int>
    <x:float key="rate" value="0.5"/>
    <x:boolean key="urgent" value="true"/>
    <x:date key="due" value="2011-01-01T00:00:00Z"/>
    <x:string key="empty" value=""/>
    <x:list key="parts"><x:values><x:string key="part" value="roof"/></x:values></x:list>
    <x:event>
      <x:string key="concept:name" value="Send &#xe9; &lt;x&gt;"/>
      <x:string key="org:resource" value="Ann"><x:string key="concept:name" value="nested"/></x:string>
      <x:date key="time:timestamp" value="2010-01-14T10:00:00.123+01:00"/>
      <![CDATA[ <event> ]]>
    </x:event>
    <x:event>
      <x:date key="time:timestamp" value="2010-01-13T08:40:25"/>
      <x:string key="concept:name" value="Register"/>
    </x:event>
  </x:trace>
  <x:trace><x:string key="concept:name" value="no events"/></x:trace>
</x:log>
"#;

/// Reads a file of this name and content.
pub(super) fn read(name: &str, content: impl AsRef<[u8]>) -> Result<EventLog, EventLogError> {
    read_with(name, content, &ReadOptions::default())
}

pub(super) fn read_with(
    name: &str,
    content: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> Result<EventLog, EventLogError> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    super::read(&path, options)
}

pub(super) fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Case, activity and time of each event, as the log has them.
pub(super) fn events(log: &EventLog) -> Vec<String> {
    let event = |event: &super::log::LoggedEvent| {
        let (case, activity) = (&log.cases[event.case as usize].id, &log.activities[event.activity as usize]);
        format!("{case}|{activity}|{}", event.at)
    };
    log.events.iter().map(event).collect()
}

/// What the log says about how it was read.
pub(super) fn notes(log: &EventLog) -> Vec<String> {
    log.notes().iter().map(ToString::to_string).collect()
}

/// The attributes of a case as `name=value`.
pub(super) fn attributes(log: &EventLog, case: usize) -> Vec<String> {
    let attributes = log.cases[case].attributes.iter();
    attributes.map(|(number, value)| format!("{}={value}", log.attributes[*number])).collect()
}
