//! Small histories as a few lines of CSV, and what is seen of them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use data::forms::bundled;
use data::{
    ActionRow, CaseRow, History, HistoryError, HistoryJson, HistoryReport, HistoryTimes, HistoryWriter,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::{AsOf, Day, Moment, Stamp};
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;

pub const GOOD_CASES: &str = "\
case_id,form,received_on,center
a,I-765,2022-01-03,NBC
b,I-765,2022-01-04,NBC
c,I-765,2022-02-01,TSC
d,I-130,2022-02-02,
";
pub const GOOD_ACTIONS: &str = "\
case_id,action,occurred_on
a,received,2022-01-03
a,biometrics_taken,2022-01-20
b,received,2022-01-04
d,received,2022-02-02
a,rfe_sent,2022-01-20
c,received,2022-02-01
b,approved,2022-03-01
c,denied,2022-06-30
";
pub const GOOD_ABOUT: &str = r#"{"name": "small", "extracted_on": "2022-06-30"}"#;

pub fn stamp(text: &str) -> Stamp {
    Stamp::parse(text).unwrap()
}

pub fn as_of(text: &str) -> AsOf {
    AsOf::parse(text).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The files of a history folder.
#[derive(Clone)]
pub struct Folder(pub BTreeMap<String, Vec<u8>>);

impl Folder {
    /// A sound history in CSV.
    pub fn good() -> Self {
        Self::of(GOOD_CASES, GOOD_ACTIONS, GOOD_ABOUT)
    }

    pub fn of(cases: &str, actions: &str, about: &str) -> Self {
        let mut folder = Self(BTreeMap::new());
        folder.set("cases.csv", cases).set("actions.csv", actions).set("history.json", about);
        folder
    }

    /// Sets the content of a file. A Parquet table takes the place of the CSV table.
    pub fn set(&mut self, file: &str, content: impl AsRef<[u8]>) -> &mut Self {
        if let Some(stem) = file.strip_suffix(".parquet") {
            self.0.remove(&format!("{stem}.csv"));
        }
        self.0.insert(file.to_owned(), content.as_ref().to_vec());
        self
    }

    pub fn remove(&mut self, file: &str) -> &mut Self {
        self.0.remove(file).expect(file);
        self
    }

    pub fn text(&self, file: &str) -> String {
        String::from_utf8(self.0[file].clone()).unwrap()
    }

    /// Replaces a part of a text file, which must be there.
    pub fn replace(&mut self, file: &str, from: &str, to: &str) -> &mut Self {
        let text = self.text(file);
        assert!(text.contains(from), "{file} has `{from}`");
        self.set(file, text.replace(from, to))
    }

    pub fn append(&mut self, file: &str, lines: &str) -> &mut Self {
        let text = self.text(file) + lines;
        self.set(file, text)
    }

    /// The file under its name with `.gz`, compressed, instead of the file.
    pub fn compress(&mut self, file: &str) -> &mut Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&self.0[file]).unwrap();
        self.remove(file).set(&format!("{file}.gz"), encoder.finish().unwrap())
    }

    pub fn write(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in &self.0 {
            fs::write(dir.path().join(name), content).unwrap();
        }
        dir
    }

    pub fn read(&self) -> Result<History, HistoryReport> {
        read(self.write().path())
    }
}

pub fn read(dir: &Path) -> Result<History, HistoryReport> {
    History::read(dir, bundled().unwrap()).map_err(|error| {
        let HistoryError::Bad { report, .. } = error;
        report
    })
}

/// The warnings about a file of a history.
pub fn warnings_of(history: &History, file: &str) -> Vec<String> {
    let warnings = history.warnings().iter().filter(|warning| warning.file == file);
    warnings.map(ToString::to_string).collect()
}

/// A Parquet file of these columns.
pub fn parquet(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let arrays = columns.iter().map(|(_, array)| array.clone()).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A case as it is seen: id, form, receipt, attributes, actions.
pub type Seen = (String, String, Stamp, Vec<(String, String)>, Vec<(String, Stamp)>);

/// The known actions of a case, in order of time.
pub fn actions_of(history: &History, case: &data::HistoryCase<'_>) -> Vec<(String, Stamp)> {
    let named = |(code, at)| (history.action_codes()[usize::from(code)].clone(), Stamp::Moment(at));
    case.actions().map(named).collect()
}

/// Everything that is to be seen of a history at a time, case by case.
pub fn seen_at(history: &History, as_of: AsOf) -> Vec<Seen> {
    let case = |case: data::HistoryCase<'_>| {
        let number = case.number();
        let attributes = ["center", "category"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), history.attribute(name)?.value(number)?.to_owned())));
        (
            history.case_id(number).to_owned(),
            history.forms()[history.form_of(number)].clone(),
            history.received().stamp(number),
            attributes.collect(),
            actions_of(history, &case),
        )
    };
    history.view_at(as_of).cases().map(case).collect()
}

/// Everything that is in a history.
pub fn all(history: &History) -> Vec<Seen> {
    seen_at(history, AsOf::new(history.extracted_on()))
}

/// Writes a history by days in CSV as Parquet, as an importer would.
pub fn rewritten(cases: &str, actions: &str, times: HistoryTimes) -> TempDir {
    let parent = tempfile::tempdir().unwrap();
    let rows = |text: &str| -> Vec<Vec<String>> {
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let at = |text: &str| match times {
        HistoryTimes::Days => Stamp::Day(day(text)),
        HistoryTimes::Moments => stamp(text),
    };
    let dir = parent.path().join("history");
    let center = ["center".to_owned()];
    let mut writer = if actions.lines().next().unwrap().contains("scheduled_for") {
        HistoryWriter::create_with_appointments(&dir, times, &center, HistoryTimes::Days).unwrap()
    } else {
        HistoryWriter::create(&dir, times, &center).unwrap()
    };
    for row in rows(cases) {
        let center = [Some(row[3].as_str()).filter(|value| !value.is_empty())];
        let received = at(&row[2]);
        writer
            .push_case(&CaseRow { case_id: &row[0], form: &row[1], received, attributes: &center })
            .unwrap();
    }
    for row in rows(actions) {
        let occurred = at(&row[2]);
        let scheduled_for = row.get(3).filter(|text| !text.is_empty()).map(|text| stamp(text));
        writer
            .push_action(&ActionRow {
                case_id: &row[0],
                action: &row[1],
                occurred,
                scheduled_for,
                resource: None,
            })
            .unwrap();
    }
    let about: HistoryJson = serde_json::from_str(GOOD_ABOUT).unwrap();
    writer.finish(&about).unwrap();
    assert!(File::open(dir.join("cases.parquet")).is_ok());
    parent
}

/// A moment of an RFC 3339 text.
pub fn moment(text: &str) -> Moment {
    stamp(text).moment()
}
