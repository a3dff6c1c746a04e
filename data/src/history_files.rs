//! The writer of a history folder: `cases.parquet`, `actions.parquet`, `history.json` and what belongs to them.
//!
//! Everything goes into a folder beside the target first, which takes the target's place when it is complete.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch, StringBuilder, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use model::Stamp;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};
use thiserror::Error;

const CASES: &str = "cases.parquet";
const ACTIONS: &str = "actions.parquet";
const DESCRIPTION: &str = "history.json";
/// Files of the same history in its other form; beside our tables they would be a second, different history.
const OTHER_FORM: [&str; 4] = ["cases.csv", "cases.csv.gz", "actions.csv", "actions.csv.gz"];
const MAX_CASE_ID: usize = 64;
const BATCH_ROWS: usize = 8_192;
const ROW_GROUP_ROWS: usize = 131_072;

/// Why a history folder was not written.
#[derive(Debug, Error)]
pub enum HistoryFilesError {
    /// The target cannot become this history, or something in its way cannot be part of it.
    #[error("`{}` {wrong}", path.display())]
    Target {
        /// The target, or what is in the way.
        path: PathBuf,
        /// What is wrong with it and what to do.
        wrong: &'static str,
    },
    /// The system refused.
    #[error("cannot {doing} `{}`: {source}; check that the disk has room and that you may write there", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A row that no history may have.
    #[error("a row of case `{case_id}` is not written: {wrong}")]
    Row {
        /// Its case.
        case_id: String,
        /// What is wrong with it and what it should be.
        wrong: &'static str,
    },
}

/// Whether a history was recorded or made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HistoryKind {
    /// Recorded.
    Real,
    /// Made by a simulation.
    Simulated,
}

/// What `history.json` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryJson {
    /// What the history is called.
    pub name: String,
    /// Everything up to and on this day or moment is complete.
    pub extracted_on: Stamp,
    /// Whether it was recorded or made up, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HistoryKind>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// How a history is dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryTimes {
    /// `received_on` and `occurred_on`, as dates.
    Days,
    /// `received_at` and `occurred_at`, as timestamps (microseconds, UTC).
    Moments,
}

/// A row of the table of cases.
#[derive(Clone, Copy)]
pub struct CaseRow<'a> {
    /// Key of the case, 1 to 64 bytes, not written before.
    pub case_id: &'a str,
    /// Name of its form.
    pub form: &'a str,
    /// When its clock starts.
    pub received: Stamp,
    /// Its attributes, one for each attribute column, in their order.
    pub attributes: &'a [Option<&'a str>],
}

/// A row of the table of actions.
#[derive(Clone, Copy)]
pub struct ActionRow<'a> {
    /// Key of the case.
    pub case_id: &'a str,
    /// Action code.
    pub action: &'a str,
    /// When it happened.
    pub occurred: Stamp,
}

/// Writes a history row by row, in memory that does not grow with the number of rows.
///
/// Nothing is to be seen at the target before [`HistoryWriter::finish`]; a writer that is dropped leaves nothing.
pub struct HistoryWriter {
    cases: Table,
    actions: Table,
    files: Vec<String>,
    /// Last, so that the tables are closed when it is dropped and its folder is removed.
    staging: Staging,
}

impl HistoryWriter {
    /// Begins a history at `dir`, which may be missing, empty or a history that is to be replaced.
    ///
    /// # Errors
    /// [`HistoryFilesError`] if `dir` is anything else or the system refuses.
    pub fn create(dir: &Path, times: HistoryTimes, attributes: &[String]) -> Result<Self, HistoryFilesError> {
        let staging = Staging::beside(dir)?;
        Ok(Self {
            cases: Table::create(&staging.temporary, CASES, times, ["form", "received"], attributes)?,
            actions: Table::create(&staging.temporary, ACTIONS, times, ["action", "occurred"], &[])?,
            files: Vec::new(),
            staging,
        })
    }

    /// Adds a case. That its key is new is the caller's care: the writer remembers no keys.
    ///
    /// # Errors
    /// [`HistoryFilesError::Row`] for a row that no history may have; otherwise what the system refuses.
    pub fn push_case(&mut self, row: &CaseRow<'_>) -> Result<(), HistoryFilesError> {
        self.cases.push(row.case_id, row.form, row.received, row.attributes)
    }

    /// Adds an action. Actions of one case with the same time keep the order in which they are added.
    ///
    /// # Errors
    /// [`HistoryFilesError::Row`] for a row that no history may have; otherwise what the system refuses.
    pub fn push_action(&mut self, row: &ActionRow<'_>) -> Result<(), HistoryFilesError> {
        self.actions.push(row.case_id, row.action, row.occurred, &[])
    }

    /// Adds one more file, for example the form definition.
    ///
    /// # Errors
    /// [`HistoryFilesError::Target`] unless `name` is a plain file name that is not taken; otherwise what the system
    /// refuses.
    pub fn add_file(&mut self, name: &str, content: &[u8]) -> Result<(), HistoryFilesError> {
        write_file(&self.reserve_file(name)?, content)
    }

    /// The place to write one more file to, which then becomes part of the history.
    pub(crate) fn reserve_file(&mut self, name: &str) -> Result<PathBuf, HistoryFilesError> {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        let taken = [CASES, ACTIONS, DESCRIPTION].contains(&name)
            || OTHER_FORM.contains(&name)
            || self.files.iter().any(|file| file == name);
        if !plain || taken {
            let wrong =
                "cannot be the name of one more file in a history; use a plain name that is not taken";
            return Err(HistoryFilesError::Target { path: name.into(), wrong });
        }
        self.files.push(name.to_owned());
        Ok(self.staging.temporary.join(name))
    }

    /// Completes the tables and puts the history in its place.
    ///
    /// A history that was there keeps the files that are not part of this one. Its own are replaced one by
    /// one, `history.json` last.
    ///
    /// # Errors
    /// What the system refuses; then the target is as it was, unless the system stops in the middle of
    /// replacing the files of an earlier history.
    pub fn finish(self, description: &HistoryJson) -> Result<(), HistoryFilesError> {
        let Self { cases, actions, files, staging } = self;
        cases.close()?;
        actions.close()?;
        let path = staging.temporary.join(DESCRIPTION);
        let mut text = serde_json::to_vec_pretty(description)
            .map_err(|error| failed("write", &path)(io::Error::from(error)))?;
        text.push(b'\n');
        write_file(&path, &text)?;
        let files = files.iter().map(String::as_str);
        staging.publish([CASES, ACTIONS].into_iter().chain(files).chain([DESCRIPTION]))
    }
}

/// One table: a few thousand rows as columns, the rest already with the Parquet writer.
struct Table {
    path: PathBuf,
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    times: HistoryTimes,
    /// Days or microseconds since 1970.
    stamps: Vec<i64>,
    texts: Vec<StringBuilder>,
}

impl Table {
    fn create(
        dir: &Path,
        name: &str,
        times: HistoryTimes,
        [key, time]: [&str; 2],
        attributes: &[String],
    ) -> Result<Self, HistoryFilesError> {
        let path = dir.join(name);
        let time = match times {
            HistoryTimes::Days => Field::new(format!("{time}_on"), DataType::Date32, false),
            HistoryTimes::Moments => {
                let micros = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
                Field::new(format!("{time}_at"), micros, false)
            }
        };
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
        let mut fields = vec![text("case_id", false), text(key, false), time];
        fields.extend(attributes.iter().map(|name| text(name, true)));
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .build();
        let file = File::create(&path).map_err(failed("create", &path))?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .map_err(|error| failed("write", &path)(error.into()))?;
        let texts = (0..2 + attributes.len()).map(|_| StringBuilder::new()).collect();
        Ok(Self { path, writer, schema, times, stamps: Vec::new(), texts })
    }

    fn push(
        &mut self,
        case_id: &str,
        key: &str,
        time: Stamp,
        attributes: &[Option<&str>],
    ) -> Result<(), HistoryFilesError> {
        let refuse = |wrong| Err(HistoryFilesError::Row { case_id: case_id.to_owned(), wrong });
        if case_id.is_empty() || case_id.len() > MAX_CASE_ID || key.is_empty() {
            return refuse("a case id has 1 to 64 bytes, and a form and an action have a name");
        }
        if attributes.len() + 2 != self.texts.len() {
            return refuse("give one value, or none, for each attribute column");
        }
        self.stamps.push(match (self.times, time) {
            (HistoryTimes::Days, Stamp::Day(day)) => i64::from(day.epoch_days()),
            (HistoryTimes::Moments, Stamp::Moment(moment)) => moment.epoch_micros(),
            _ => return refuse("a history is dated throughout by day or throughout by moment; keep to one"),
        });
        let values = [Some(case_id), Some(key)].into_iter().chain(attributes.iter().copied());
        self.texts.iter_mut().zip(values).for_each(|(column, value)| column.append_option(value));
        if self.stamps.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), HistoryFilesError> {
        let mut columns: Vec<ArrayRef> =
            self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let stamps = self.stamps.drain(..);
        columns.insert(
            2,
            match self.times {
                HistoryTimes::Days => Arc::new(Date32Array::from_iter_values(stamps.map(|day| day as i32))),
                HistoryTimes::Moments => {
                    Arc::new(TimestampMicrosecondArray::from_iter_values(stamps).with_timezone("UTC"))
                }
            },
        );
        RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(ParquetError::from)
            .and_then(|batch| self.writer.write(&batch))
            .map_err(|error| failed("write", &self.path)(error.into()))
    }

    fn close(mut self) -> Result<(), HistoryFilesError> {
        self.flush()?;
        let Self { path, writer, .. } = self;
        let file = writer.into_inner().map_err(|error| failed("write", &path)(error.into()))?;
        file.sync_all().map_err(failed("write", &path))
    }
}

/// A folder beside the target, removed again unless it takes the target's place.
struct Staging {
    target: PathBuf,
    temporary: PathBuf,
    replaces: bool,
    /// Parents of the target that were made for it, the innermost first.
    made: Vec<PathBuf>,
    done: bool,
}

impl Staging {
    fn beside(dir: &Path) -> Result<Self, HistoryFilesError> {
        // A link or `..` is followed first: the folder beside the target must be on the same disk.
        let target =
            if dir.exists() { dir.canonicalize().map_err(failed("open", dir))? } else { dir.to_owned() };
        let replaces = is_history(&target)?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let made = parent.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
        let made = made.map(Path::to_owned).collect();
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let temporary = parent.join(format!(".{name}.partial-{}", std::process::id()));
        fs::create_dir_all(&parent).map_err(failed("create", &parent))?;
        fs::create_dir(&temporary).map_err(failed("create", &temporary))?;
        Ok(Self { target, temporary, replaces, made, done: false })
    }

    fn publish<'a>(mut self, files: impl Iterator<Item = &'a str>) -> Result<(), HistoryFilesError> {
        if self.replaces {
            for name in files {
                let path = self.target.join(name);
                fs::rename(self.temporary.join(name), &path).map_err(failed("replace", &path))?;
            }
            fs::remove_dir_all(&self.temporary).map_err(failed("remove", &self.temporary))?;
        } else {
            // Not every system moves a folder over an empty one; one with files in it is not removed here.
            let _ = fs::remove_dir(&self.target);
            fs::rename(&self.temporary, &self.target).map_err(failed("create", &self.target))?;
        }
        self.done = true;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            // What cannot be removed stays behind under a name that says it is partial; there is nobody to tell.
            let _ = fs::remove_dir_all(&self.temporary);
            self.made.iter().for_each(|parent| drop(fs::remove_dir(parent)));
        }
    }
}

/// Whether the target is a history that may be replaced; an error if it may not be written to at all.
fn is_history(target: &Path) -> Result<bool, HistoryFilesError> {
    let refuse = |path: PathBuf, wrong| Err(HistoryFilesError::Target { path, wrong });
    if !target.exists() {
        return Ok(false);
    }
    if !target.is_dir() {
        return refuse(target.to_owned(), "is not a folder; choose another name for the history");
    }
    if let Some(name) = OTHER_FORM.iter().find(|name| target.join(name).exists()) {
        return refuse(target.join(name), "would contradict the Parquet tables beside it; remove it");
    }
    if target.join(DESCRIPTION).exists() {
        return Ok(true);
    }
    if fs::read_dir(target).map_err(failed("open", target))?.next().is_none() {
        return Ok(false);
    }
    refuse(target.to_owned(), "has files but no history.json, so it is no history; choose another folder")
}

fn write_file(path: &Path, content: &[u8]) -> Result<(), HistoryFilesError> {
    File::create(path)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })
        .map_err(failed("write", path))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HistoryFilesError {
    move |source| HistoryFilesError::Io { doing, path: path.to_owned(), source }
}
