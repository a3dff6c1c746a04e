//! One form file: TOML to checked definitions, and back.

use std::collections::BTreeSet;

use model::{
    AppointmentSpec, Day, FormAttribute, FormDefinition, FormSpec, InterimStatus, Label, LineSpec, Milestone,
    OutcomeSpec, Pause, RequestSpec, TaskSpec,
};
use serde::{Deserialize, Serialize};

use super::error::FormFileError;
use crate::shown_text::{shortened, shown_message};

/// The most characters of a line that is not understood.
const MAX_SHOWN_LINE: usize = 80;

/// Where facts were read: what an id in a list of sources stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Short name, unique in the file.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its public address. An assumption or a local file has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A definition with the days on which it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Era {
    /// The last day on which it is in force; `None` for the era that is not over.
    pub until: Option<Day>,
    /// The checked definition. Its spec gives the first day.
    pub definition: FormDefinition,
}

/// A form file that was read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFile {
    name: String,
    first: Era,
    later: Vec<Era>,
}

impl FormFile {
    /// Name of the form.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The eras in order of time; at least one.
    pub fn eras(&self) -> impl DoubleEndedIterator<Item = &Era> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The last definition.
    #[must_use]
    pub fn newest(&self) -> &FormDefinition {
        &self.later.last().unwrap_or(&self.first).definition
    }

    /// The definition in force on a day.
    ///
    /// # Errors
    /// [`FormFileError::NotInForce`] if the day is before the first era.
    pub fn definition(&self, on: Day) -> Result<&FormDefinition, FormFileError> {
        self.eras()
            .rev()
            .map(|era| &era.definition)
            .find(|definition| definition.spec().from <= on)
            .ok_or_else(|| FormFileError::NotInForce {
                form: self.name.clone(),
                on,
                from: self.first.definition.spec().from,
            })
    }
}

/// A form file as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    form: String,
    title: Label,
    #[serde(default)]
    source: Vec<Source>,
    #[serde(default)]
    era: Vec<WrittenEra>,
}

/// An era as written. Lists are named in the singular because TOML repeats their name above every entry.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEra {
    from: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
    checked_on: Day,
    source: Vec<String>,
    #[serde(default)]
    rejections: Vec<String>,
    #[serde(default)]
    notices: Vec<String>,
    #[serde(default)]
    attribute: Vec<FormAttribute>,
    #[serde(default)]
    milestone: Vec<Milestone>,
    #[serde(default)]
    status: Vec<InterimStatus>,
    #[serde(default)]
    pause: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outcome: Vec<OutcomeSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    request: Vec<RequestSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    appointment: Vec<AppointmentSpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    task: Vec<TaskSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<LineSpec>,
}

/// Reads and checks a form file. `file` is its name in errors.
///
/// # Errors
/// The first [`FormFileError`] found: TOML that cannot be read, unknown fields, eras with gaps or overlaps, unexplained
/// source ids, and everything that [`FormSpec::check`] refuses.
pub fn parse(text: &str, file: &str) -> Result<FormFile, FormFileError> {
    let written: WrittenFile = toml::from_str(text).map_err(|error| unreadable(text, file, &error))?;
    check_order(&written.era, file)?;
    check_sources(&written, file)?;
    let mut eras = Vec::with_capacity(written.era.len());
    for era in written.era {
        let from = era.from;
        let until = era.until;
        let definition = era
            .into_spec(&written.form, &written.title)
            .check()
            .map_err(|source| FormFileError::Definition { file: file.to_owned(), from, source })?;
        eras.push(Era { until, definition });
    }
    let mut eras = eras.into_iter();
    let Some(first) = eras.next() else {
        return Err(FormFileError::NoEra { file: file.to_owned(), form: written.form });
    };
    Ok(FormFile { name: written.form, first, later: eras.collect() })
}

impl WrittenEra {
    fn into_spec(self, form: &str, title: &Label) -> FormSpec {
        FormSpec {
            form: form.to_owned(),
            title: title.clone(),
            from: self.from,
            checked_on: self.checked_on,
            source: self.source,
            attributes: self.attribute,
            milestones: self.milestone,
            statuses: self.status,
            pauses: self.pause,
            outcomes: self.outcome,
            requests: self.request,
            appointments: self.appointment,
            tasks: self.task,
            line: self.line,
            rejections: self.rejections,
            notices: self.notices,
        }
    }

    /// Every list of sources with the name of the thing that has it.
    fn cited(&self) -> impl Iterator<Item = (String, &[String])> {
        let named = |what: &str, name: &str| format!("{what} `{name}`");
        let attributes = self.attribute.iter().map(move |it| (named("attribute", &it.name), &it.source[..]));
        let milestones = self.milestone.iter().map(move |it| (named("milestone", &it.id), &it.source[..]));
        let statuses = self.status.iter().map(move |it| (named("status", &it.id), &it.source[..]));
        let pauses = self.pause.iter().map(move |it| (named("pause", &it.id), &it.source[..]));
        let outcomes = self.outcome.iter().map(move |it| (named("outcome", &it.id), &it.source[..]));
        let requests = self.request.iter().map(move |it| (named("request", &it.id), &it.source[..]));
        let appointments =
            self.appointment.iter().map(move |it| (named("appointment", &it.id), &it.source[..]));
        let tasks = self.task.iter().map(move |it| (named("task", &it.id), &it.source[..]));
        let line = self.line.iter().map(|line| ("the line".to_owned(), &line.source[..]));
        std::iter::once((format!("the era from {}", self.from), &self.source[..]))
            .chain(attributes)
            .chain(milestones)
            .chain(statuses)
            .chain(pauses)
            .chain(outcomes)
            .chain(requests)
            .chain(appointments)
            .chain(tasks)
            .chain(line)
    }
}

/// The error with the text of its line: without it, "expected a string" says little.
fn unreadable(text: &str, file: &str, error: &toml::de::Error) -> FormFileError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.bytes().take(offset).filter(|&byte| byte == b'\n').count();
    FormFileError::Toml {
        file: file.to_owned(),
        line: before + 1,
        text: shortened(text.lines().nth(before).unwrap_or_default().trim(), MAX_SHOWN_LINE),
        problem: shown_message(&error.message().replace('\n', ", ")),
    }
}

/// Every day from the first era's on has exactly one era.
fn check_order(eras: &[WrittenEra], file: &str) -> Result<(), FormFileError> {
    let file = || file.to_owned();
    for (index, era) in eras.iter().enumerate() {
        let from = era.from;
        match (era.until, eras.get(index + 1)) {
            (None, None) => {}
            (Some(until), _) if until < from => {
                return Err(FormFileError::Backwards { file: file(), from, until });
            }
            (Some(until), None) => return Err(FormFileError::LastHasUntil { file: file(), from, until }),
            (None, Some(next)) => {
                return Err(FormFileError::NoUntil { file: file(), from, next: next.from });
            }
            (Some(until), Some(next)) if next.from <= until => {
                return Err(FormFileError::Overlap { file: file(), until, from: next.from });
            }
            (Some(until), Some(next)) if next.from.since(until) > 1 => {
                return Err(FormFileError::Gap { file: file(), until, from: next.from });
            }
            (Some(_), Some(_)) => {}
        }
    }
    Ok(())
}

/// Every source id is explained once. A source that nothing names may be background reading, so it is allowed.
fn check_sources(written: &WrittenFile, file: &str) -> Result<(), FormFileError> {
    let mut known = BTreeSet::new();
    for source in &written.source {
        let (file, id) = (file.to_owned(), source.id.clone());
        let blank = |text: &str| text.trim().is_empty();
        if blank(&source.id) || blank(&source.title) || source.address.as_deref().is_some_and(blank) {
            return Err(FormFileError::BlankSource { file, id });
        }
        if !known.insert(source.id.as_str()) {
            return Err(FormFileError::SourceTwice { file, id });
        }
    }
    for (place, ids) in written.era.iter().flat_map(WrittenEra::cited) {
        if let Some(id) = ids.iter().find(|id| !known.contains(id.as_str())) {
            return Err(FormFileError::UnknownSource { file: file.to_owned(), place, id: id.clone() });
        }
    }
    Ok(())
}

/// Writes a definition as a form file with one era, which [`parse`] reads. Each source is explained by its own id.
///
/// # Errors
/// [`FormFileError::Write`] if a part of it has no form in TOML; texts, dates and lists all have one.
pub fn write(spec: &FormSpec) -> Result<String, FormFileError> {
    let era = WrittenEra {
        from: spec.from,
        until: None,
        checked_on: spec.checked_on,
        source: spec.source.clone(),
        rejections: spec.rejections.clone(),
        notices: spec.notices.clone(),
        attribute: spec.attributes.clone(),
        milestone: spec.milestones.clone(),
        status: spec.statuses.clone(),
        pause: spec.pauses.clone(),
        outcome: spec.outcomes.clone(),
        request: spec.requests.clone(),
        appointment: spec.appointments.clone(),
        task: spec.tasks.clone(),
        line: spec.line.clone(),
    };
    let ids: BTreeSet<String> = era.cited().flat_map(|(_, ids)| ids.iter().cloned()).collect();
    let source = ids.into_iter().map(|id| Source { title: id.clone(), id, address: None }).collect();
    let file = WrittenFile { form: spec.form.clone(), title: spec.title.clone(), source, era: vec![era] };
    toml::to_string(&file).map_err(|source| FormFileError::Write { form: spec.form.clone(), source })
}
