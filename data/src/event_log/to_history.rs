//! A log as a history: which events end a case, and its form definition.

use std::path::Path;

use model::{AttributeKind, Day, FormAttribute, FormSpec, Label, Milestone, Stamp, contains_receipt_number};

use super::diagnostics::listed;
use super::error::EventLogError;
use super::log::{EventLog, LoggedEvent};
use crate::history::{
    ActionRow, CaseRow, FORM_FILE, HistoryFilesError, HistoryJson, HistoryTimes, HistoryWriter,
};

const START: &str = "case_start";
const END: &str = "case_end";
const MAX_ACTIVITIES: usize = 500;

/// What ends a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The log does not say, so every case is pending when the log ends.
    Unknown,
    /// The last event of each case: an action `case_end` follows it at the same time.
    LastEvent,
    /// The first of these activities.
    Activities(Vec<String>),
}

/// A log that is ready to be written as a history.
#[derive(Debug)]
pub struct ImportedHistory {
    log: EventLog,
    last_ends: bool,
    form: FormSpec,
    /// What `history.json` will say. The log is taken to be complete up to its last event.
    pub(super) description: HistoryJson,
}

/// Makes a history of the form `name` from a log.
///
/// A case is received at its first event, and its actions are its events by time. Events at the same time are in the
/// order of the sorting column if the log has one, and else in the order of the file. Cases are in the order in which
/// the file first names them. In the form definition every activity is an optional milestone that may repeat, between
/// `case_start` and the decision `case_end`.
///
/// # Errors
/// [`EventLogError`] if the log has too many activities or one named `case_start` or `case_end`, if an end activity is
/// not in it, if one of its names is not allowed in a form definition, or if `name` has a receipt number.
pub fn to_history(mut log: EventLog, name: &str, end: End) -> Result<ImportedHistory, EventLogError> {
    if contains_receipt_number(name) {
        return Err(EventLogError::ReceiptNumberInForm);
    }
    let ends = end_activities(&log, end)?;
    let last_ends = matches!(ends, Ends::LastEvent);
    // The sort is stable: it keeps the order of the file where all else is equal.
    log.events.sort_by_key(|event| (event.case, event.at, event.sorting));
    let times = || log.events.iter().map(|event| event.at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Err(EventLogError::NoEvents { path: log.file.clone().into() });
    };
    let form = form(&log, name, &ends, Stamp::Moment(first).day(), Stamp::Moment(last).day())?;
    let description = HistoryJson {
        name: name.to_owned(),
        extracted_on: Stamp::Moment(last),
        kind: None,
        source: form.source.first().cloned(),
        note: None,
        more: Default::default(),
    };
    Ok(ImportedHistory { log, last_ends, form, description })
}

impl ImportedHistory {
    /// The form definition.
    #[must_use]
    pub const fn form(&self) -> &FormSpec {
        &self.form
    }

    /// How many cases there are.
    #[must_use]
    pub fn case_count(&self) -> usize {
        self.log.cases.len()
    }

    /// How many actions there are, including the ends that were added.
    #[must_use]
    pub fn action_count(&self) -> usize {
        self.log.events.len() + if self.last_ends { self.log.cases.len() } else { 0 }
    }

    /// Writes the history to `dir`, with the text of the form definition in `form.toml`.
    ///
    /// # Errors
    /// As [`HistoryWriter::create`] and [`HistoryWriter::finish`]; then `dir` is as it was.
    pub fn write(&self, dir: &Path, form_toml: &str) -> Result<(), HistoryFilesError> {
        let create = if self.log.resources.is_empty() {
            HistoryWriter::create
        } else {
            HistoryWriter::create_with_resources
        };
        let mut writer = create(dir, HistoryTimes::Moments, &self.log.attributes)?;
        writer.add_file(FORM_FILE, form_toml.as_bytes())?;
        let mut values = vec![None; self.log.attributes.len()];
        for case in &self.log.cases {
            values.fill(None);
            for (number, value) in &case.attributes {
                values[*number] = Some(&**value);
            }
            writer.push_case(&CaseRow {
                case_id: &case.id,
                form: &self.form.form,
                received: Stamp::Moment(case.first),
                attributes: &values,
            })?;
        }
        for (index, event) in self.log.events.iter().enumerate() {
            let resource = event.resource.map(|resource| self.log.resources[resource as usize].as_str());
            self.push_action(&mut writer, event, &self.log.activities[event.activity as usize], resource)?;
            let next = self.log.events.get(index + 1).map(|next| next.case);
            if self.last_ends && next != Some(event.case) {
                // Nobody did the end that the log does not have.
                self.push_action(&mut writer, event, END, None)?;
            }
        }
        writer.finish(&self.description)
    }

    fn push_action(
        &self,
        writer: &mut HistoryWriter,
        event: &LoggedEvent,
        action: &str,
        resource: Option<&str>,
    ) -> Result<(), HistoryFilesError> {
        let case_id = &self.log.cases[event.case as usize].id;
        writer.push_action(&ActionRow {
            case_id,
            action,
            occurred: Stamp::Moment(event.at),
            scheduled_for: None,
            resource,
        })
    }
}

/// Which actions reach the decision.
enum Ends {
    Never,
    LastEvent,
    Activities(Vec<String>),
}

impl Ends {
    fn has(&self, activity: &str) -> bool {
        matches!(self, Self::Activities(ends) if ends.iter().any(|end| end == activity))
    }
}

fn end_activities(log: &EventLog, end: End) -> Result<Ends, EventLogError> {
    let given = match end {
        End::Unknown => return Ok(Ends::Never),
        End::LastEvent => return Ok(Ends::LastEvent),
        End::Activities(given) => given,
    };
    let mut ends: Vec<String> = Vec::new();
    for name in given.iter().map(|name| name.trim()) {
        if !ends.iter().any(|end| end == name) {
            ends.push(name.to_owned());
        }
    }
    if ends.is_empty() {
        return Err(EventLogError::NoEnd);
    }
    let missing: Vec<&str> =
        ends.iter().filter(|end| !log.activities.contains(end)).map(String::as_str).collect();
    if !missing.is_empty() {
        let found = listed(log.activities.iter().map(String::as_str));
        return Err(EventLogError::UnknownEnd { file: log.file.clone(), missing: listed(missing), found });
    }
    Ok(Ends::Activities(ends))
}

fn form(log: &EventLog, name: &str, ends: &Ends, from: Day, last: Day) -> Result<FormSpec, EventLogError> {
    let file = || log.file.clone();
    let count = log.activities.len();
    if count > MAX_ACTIVITIES {
        return Err(EventLogError::TooManyActivities { file: file(), count, max: MAX_ACTIVITIES });
    }
    let steps: Vec<&String> = log.activities.iter().filter(|activity| !ends.has(activity)).collect();
    if let Some(activity) = steps.iter().find(|activity| [START, END].contains(&activity.as_str())) {
        return Err(EventLogError::ReservedActivity { file: file(), activity: activity.to_string() });
    }
    let source = vec![format!("event log of {}", log.file)];
    let attributes = log.attributes.iter().map(|name| FormAttribute {
        name: name.clone(),
        label: same(name),
        queue: false,
        kind: AttributeKind::Other,
        source: source.clone(),
        checked_on: last,
    });
    let draft = FormSpec {
        form: name.to_owned(),
        title: same(name),
        from,
        checked_on: last,
        source: source.clone(),
        attributes: attributes.collect(),
        milestones: milestones(&steps, ends, &source, last),
        statuses: Vec::new(),
        pauses: Vec::new(),
        // A form without outcomes takes the name of each end as its outcome.
        outcomes: Vec::new(),
        requests: Vec::new(),
        appointments: Vec::new(),
        tasks: Vec::new(),
        line: None,
        rejections: Vec::new(),
        notices: Vec::new(),
    };
    draft.clone().check().map_err(|error| EventLogError::Form { file: file(), error })?;
    Ok(draft)
}

fn milestones(steps: &[&String], ends: &Ends, source: &[String], last: Day) -> Vec<Milestone> {
    let milestone = |id: &str, reached_by: Vec<String>| Milestone {
        id: id.to_owned(),
        label: same(id),
        reached_by,
        signs: Vec::new(),
        closes: Vec::new(),
        follows: if id == START { Vec::new() } else { vec![START.to_owned()] },
        optional: id != START && id != END,
        repeats: id != START && id != END,
        decision: id == END,
        source: source.to_vec(),
        checked_on: last,
    };
    let decided_by = match ends {
        Ends::Activities(ends) => ends.clone(),
        Ends::Never | Ends::LastEvent => vec![END.to_owned()],
    };
    let mut milestones = vec![milestone(START, vec![START.to_owned()])];
    milestones.extend(steps.iter().map(|&activity| milestone(activity, vec![activity.clone()])));
    milestones.push(milestone(END, decided_by));
    milestones
}

fn same(text: &str) -> Label {
    Label { en: text.to_owned(), es: text.to_owned() }
}
