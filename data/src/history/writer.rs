//! Writes a history folder: `cases.parquet`, `actions.parquet`, `history.json` and other files.
//!
//! Everything goes into a temporary folder beside the target first, which takes the target's place when it is complete.

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
use tempfile::TempDir;
use thiserror::Error;

use super::description::HistoryJson;
use super::files::{ACTIONS, CASES, DESCRIPTION, FORM_FILE, OTHER_FORM, RESOURCE, SCHEDULED_FOR};
use crate::case_ids::MAX_CASE_ID_BYTES;
use crate::shown_text::shown;
use crate::staging;

/// What `history.json` is called until all other files are in their place. A folder without `history.json` is not a
/// history, so nothing that an interruption leaves behind can be mistaken for one.
const PENDING_DESCRIPTION: &str = "history.json.partial";
const BATCH_ROWS: usize = 8_192;
const ROW_GROUP_ROWS: usize = 131_072;

/// Why a history folder was not written.
#[derive(Debug, Error)]
pub enum HistoryFilesError {
    /// The target, or a file in it, cannot be replaced.
    #[error("`{}` {wrong}", path.display())]
    Target {
        /// The target or the file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        wrong: &'static str,
    },
    /// A file operation failed.
    #[error("cannot {doing} `{}`; check that the disk has room and that you may write there", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A row is not valid.
    #[error("a row of case `{case_id}` cannot be written: {wrong}")]
    Row {
        /// Its case.
        case_id: String,
        /// What is wrong with it and what it should be.
        wrong: &'static str,
    },
}

/// How a history is dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryTimes {
    /// `received_on` and `occurred_on`, as dates.
    Days,
    /// `received_at` and `occurred_at`, as timestamps (microseconds, UTC).
    Moments,
}

impl HistoryTimes {
    fn data_type(self) -> DataType {
        match self {
            Self::Days => DataType::Date32,
            Self::Moments => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// Days or microseconds since 1970, if the time is one of these.
    fn number(self, time: Stamp) -> Option<i64> {
        match (self, time) {
            (Self::Days, Stamp::Day(day)) => Some(i64::from(day.epoch_days())),
            (Self::Moments, Stamp::Moment(moment)) => Some(moment.epoch_micros()),
            _ => None,
        }
    }

    fn column(self, numbers: impl Iterator<Item = Option<i64>>) -> ArrayRef {
        match self {
            Self::Days => Arc::new(numbers.map(|day| day.map(|day| day as i32)).collect::<Date32Array>()),
            Self::Moments => Arc::new(numbers.collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        }
    }
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
    /// For the notice of an appointment: when that is.
    pub scheduled_for: Option<Stamp>,
    /// Who or what did it, in a history that says so.
    pub resource: Option<&'a str>,
}

/// Writes a history row by row, in memory that does not grow with the number of rows.
///
/// The target does not change before [`HistoryWriter::finish`]. A dropped writer leaves nothing behind.
pub struct HistoryWriter {
    cases: Table,
    actions: Table,
    /// Whether the actions have a column of who did them.
    has_resources: bool,
    files: Vec<String>,
    /// The last field: the tables must be closed before its folder is removed.
    staging: Staging,
}

impl HistoryWriter {
    /// Begins a history at `dir`, which may be missing, empty, or a history to replace.
    ///
    /// # Errors
    /// [`HistoryFilesError`] if `dir` is anything else, or a file operation fails.
    pub fn create(dir: &Path, times: HistoryTimes, attributes: &[String]) -> Result<Self, HistoryFilesError> {
        Self::with_columns(dir, times, attributes, (None, false))
    }

    /// The same with a column `scheduled_for` of the days or moments of appointments.
    ///
    /// # Errors
    /// As [`HistoryWriter::create`].
    pub fn create_with_appointments(
        dir: &Path,
        times: HistoryTimes,
        attributes: &[String],
        scheduled_for: HistoryTimes,
    ) -> Result<Self, HistoryFilesError> {
        Self::with_columns(dir, times, attributes, (Some(scheduled_for), false))
    }

    /// The same as [`HistoryWriter::create`] with a column `resource` of who did each action.
    ///
    /// # Errors
    /// As [`HistoryWriter::create`].
    pub fn create_with_resources(
        dir: &Path,
        times: HistoryTimes,
        attributes: &[String],
    ) -> Result<Self, HistoryFilesError> {
        Self::with_columns(dir, times, attributes, (None, true))
    }

    fn with_columns(
        dir: &Path,
        times: HistoryTimes,
        attributes: &[String],
        (scheduled_for, has_resources): (Option<HistoryTimes>, bool),
    ) -> Result<Self, HistoryFilesError> {
        let staging = Staging::beside(dir)?;
        let folder = staging.folder();
        let resource = [RESOURCE.to_owned()];
        let resource = if has_resources { &resource[..] } else { &[] };
        Ok(Self {
            cases: Table::create(folder, CASES, times, ["form", "received"], attributes, None)?,
            actions: Table::create(folder, ACTIONS, times, ["action", "occurred"], resource, scheduled_for)?,
            has_resources,
            files: Vec::new(),
            staging,
        })
    }

    /// Adds a case. The caller makes sure that its key is new.
    ///
    /// # Errors
    /// [`HistoryFilesError::Row`] for a row that is not valid, or if a file operation fails.
    pub fn push_case(&mut self, row: &CaseRow<'_>) -> Result<(), HistoryFilesError> {
        self.cases.push(row.case_id, row.form, row.received, None, row.attributes)
    }

    /// Adds an action. Actions of one case with the same time keep the order in which they are added.
    ///
    /// # Errors
    /// [`HistoryFilesError::Row`] for a row that is not valid, or if a file operation fails.
    pub fn push_action(&mut self, row: &ActionRow<'_>) -> Result<(), HistoryFilesError> {
        let resource = [row.resource];
        let resource = if self.has_resources || row.resource.is_some() { &resource[..] } else { &[] };
        self.actions.push(row.case_id, row.action, row.occurred, row.scheduled_for, resource)
    }

    /// Adds one more file, for example the form definition.
    ///
    /// # Errors
    /// [`HistoryFilesError::Target`] unless `name` is a plain file name that is not taken, or if a file operation fails.
    pub fn add_file(&mut self, name: &str, content: &[u8]) -> Result<(), HistoryFilesError> {
        write_file(&self.reserve_file(name)?, content)
    }

    /// The path of one more file, which the caller writes and which becomes part of the history.
    ///
    /// # Errors
    /// [`HistoryFilesError::Target`] unless `name` is a plain file name that is not taken.
    pub fn reserve_file(&mut self, name: &str) -> Result<PathBuf, HistoryFilesError> {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        let taken = [CASES, ACTIONS, DESCRIPTION, PENDING_DESCRIPTION].contains(&name)
            || OTHER_FORM.contains(&name)
            || self.files.iter().any(|file| file == name);
        if !plain || taken {
            let wrong = "cannot be the name of another file of a history; use a plain name that is not taken";
            return Err(HistoryFilesError::Target { path: name.into(), wrong });
        }
        self.files.push(name.to_owned());
        Ok(self.staging.folder().join(name))
    }

    /// Completes the tables and puts the history in its place.
    ///
    /// The `form.toml` of a replaced history becomes `form.toml.old`, because it would be that of the new one. Files that are
    /// not part of a history are kept. The other files are replaced one by one; meanwhile the folder has no `history.json`.
    ///
    /// # Errors
    /// If a file operation fails. The target is then unchanged, unless the failure comes while the files of an earlier history
    /// are replaced: then it has no `history.json` and can be written again.
    pub fn finish(self, description: &HistoryJson) -> Result<(), HistoryFilesError> {
        let Self { cases, actions, files, staging, .. } = self;
        cases.close()?;
        actions.close()?;
        let path = staging.folder().join(PENDING_DESCRIPTION);
        let mut text = serde_json::to_vec_pretty(description)
            .map_err(|error| failed("write", &path)(io::Error::from(error)))?;
        text.push(b'\n');
        write_file(&path, &text)?;
        let files = files.iter().map(String::as_str);
        staging.publish([CASES, ACTIONS].into_iter().chain(files))
    }
}

/// A table: the last rows as columns, the others already in the Parquet writer.
struct Table {
    path: PathBuf,
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    times: HistoryTimes,
    /// Days or microseconds since 1970.
    stamps: Vec<i64>,
    texts: Vec<StringBuilder>,
    /// The column of appointments, if there is one: days or microseconds since 1970.
    scheduled: Option<(HistoryTimes, Vec<Option<i64>>)>,
}

impl Table {
    fn create(
        dir: &Path,
        name: &str,
        times: HistoryTimes,
        [key, time]: [&str; 2],
        attributes: &[String],
        scheduled: Option<HistoryTimes>,
    ) -> Result<Self, HistoryFilesError> {
        let path = dir.join(name);
        let time = match times {
            HistoryTimes::Days => format!("{time}_on"),
            HistoryTimes::Moments => format!("{time}_at"),
        };
        let time = Field::new(time, times.data_type(), false);
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
        let mut fields = vec![text("case_id", false), text(key, false), time];
        fields.extend(attributes.iter().map(|name| text(name, true)));
        fields.extend(scheduled.map(|times| Field::new(SCHEDULED_FOR, times.data_type(), true)));
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .build();
        let file = File::create(&path).map_err(failed("create", &path))?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .map_err(|error| failed("write", &path)(error.into()))?;
        let texts = (0..2 + attributes.len()).map(|_| StringBuilder::new()).collect();
        let scheduled = scheduled.map(|times| (times, Vec::new()));
        Ok(Self { path, writer, schema, times, stamps: Vec::new(), texts, scheduled })
    }

    fn push(
        &mut self,
        case_id: &str,
        key: &str,
        time: Stamp,
        scheduled_for: Option<Stamp>,
        attributes: &[Option<&str>],
    ) -> Result<(), HistoryFilesError> {
        let refuse = |wrong| Err(HistoryFilesError::Row { case_id: shown(case_id), wrong });
        if case_id.is_empty() || case_id.len() > MAX_CASE_ID_BYTES || key.is_empty() {
            return refuse("give a case id of 1 to 64 bytes, and a form or action");
        }
        if attributes.len() + 2 != self.texts.len() {
            return refuse(
                "give one value or gap for each attribute column, and a resource only if there is a column of them",
            );
        }
        let Some(time) = self.times.number(time) else {
            return refuse("use either days or moments in one history");
        };
        match (&mut self.scheduled, scheduled_for) {
            (None, None) => {}
            (None, Some(_)) => return refuse("create the history with a column of appointments"),
            (Some((_, column)), None) => column.push(None),
            (Some((times, column)), Some(day)) => match times.number(day) {
                Some(day) => column.push(Some(day)),
                None => return refuse("use either days or moments for appointments in one history"),
            },
        }
        self.stamps.push(time);
        let values = [Some(case_id), Some(key)].into_iter().chain(attributes.iter().copied());
        self.texts.iter_mut().zip(values).for_each(|(column, value)| column.append_option(value));
        if self.stamps.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), HistoryFilesError> {
        let mut columns: Vec<ArrayRef> =
            self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        columns.insert(2, self.times.column(self.stamps.drain(..).map(Some)));
        columns.extend(self.scheduled.as_mut().map(|(times, days)| times.column(days.drain(..))));
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

/// A temporary folder beside the target. It is removed unless it takes the target's place.
struct Staging {
    target: PathBuf,
    temporary: TempDir,
    replaces: bool,
    made: MadeParents,
}

/// Parents that were created for the target, the innermost first. They are removed if they are still empty.
struct MadeParents(Vec<PathBuf>);

impl Staging {
    fn beside(dir: &Path) -> Result<Self, HistoryFilesError> {
        // Resolve links and `..`: the temporary folder must be on the same disk.
        let target =
            if dir.exists() { dir.canonicalize().map_err(failed("open", dir))? } else { dir.to_owned() };
        let replaces = is_history(&target)?;
        let parent = staging::folder_of(&target);
        let made = parent.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
        let made = MadeParents(made.map(Path::to_owned).collect());
        fs::create_dir_all(parent).map_err(failed("create", parent))?;
        let temporary = staging::folder_beside(&target).map_err(failed("write into", parent))?;
        Ok(Self { target, temporary, replaces, made })
    }

    fn folder(&self) -> &Path {
        self.temporary.path()
    }

    fn publish<'a>(self, files: impl Iterator<Item = &'a str>) -> Result<(), HistoryFilesError> {
        let Self { target, temporary, replaces, mut made } = self;
        let description = target.join(DESCRIPTION);
        if replaces {
            let move_in = |name: &str| {
                let path = target.join(name);
                fs::rename(temporary.path().join(name), &path).map_err(failed("replace", &path))
            };
            move_in(PENDING_DESCRIPTION)?;
            match fs::remove_file(&description) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("replace", &description)(error));
                }
                _ => {}
            }
            set_form_aside(&target)?;
            files.into_iter().try_for_each(move_in)?;
        } else {
            // Not every system renames a folder over an empty one. This does not remove a folder with files.
            let _ = fs::remove_dir(&target);
            fs::rename(temporary.path(), &target).map_err(failed("create", &target))?;
            made.0.clear();
            // The folder was renamed, so there is nothing to remove.
            let _ = temporary.keep();
        }
        staging::sync_folder(&target).map_err(failed("write", &target))?;
        fs::rename(target.join(PENDING_DESCRIPTION), &description)
            .map_err(failed("replace", &description))?;
        for folder in [target.as_path(), staging::folder_of(&target)] {
            staging::sync_folder(folder).map_err(failed("write", folder))?;
        }
        Ok(())
    }
}

impl Drop for MadeParents {
    fn drop(&mut self) {
        self.0.iter().for_each(|parent| drop(fs::remove_dir(parent)));
    }
}

/// Whether the target is a history to replace; an error if it must not be written to.
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
    if [DESCRIPTION, PENDING_DESCRIPTION].iter().any(|name| target.join(name).exists()) {
        return Ok(true);
    }
    if fs::read_dir(target).map_err(failed("open", target))?.next().is_none() {
        return Ok(false);
    }
    refuse(target.to_owned(), "has files but no history.json, so it is not a history; choose another folder")
}

/// Renames the form definition of the history that is replaced: the new history would be read with it. Other definitions
/// belong to the person who put them there.
fn set_form_aside(folder: &Path) -> Result<(), HistoryFilesError> {
    let file = folder.join(FORM_FILE);
    match fs::rename(&file, folder.join(format!("{FORM_FILE}.old"))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("rename", &file)(error)),
        _ => Ok(()),
    }
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
