//! What a file is, by how it begins. Its name must agree: a name that is wrong hides a mistake of some export.

use std::path::Path;

use super::error::EventLogError;

pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];
const UTF8_BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
/// The number of bytes that show whether every second one is zero, as in UTF-16 text of a European language.
const UTF16_SAMPLE: usize = 256;

/// Formats of logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Csv,
    Xes,
    Parquet,
}

/// How other files begin, what they are, and what to do about it. Every importer says this, so it names only CSV.
const OTHER_FILES: &[(&[u8], &str, &str)] = &[
    (&GZIP, "a gzip file inside a gzip file", "unpack it once"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV (UTF-8)"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
    (b"%PDF", "a PDF document", "export the records as CSV"),
    (b"BZh", "a bzip2 file", "unpack it"),
    (b"\xfd7zXZ\0", "an xz file", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and import the file inside"),
    (b"ARROW1", "an Arrow (Feather) file", "save it as CSV"),
    (b"FEA1", "a Feather file", "save it as CSV"),
];

impl Content {
    /// Recognizes a log by the start of the (unpacked) file.
    pub(super) fn recognize(path: &Path, head: &[u8], gzip: bool) -> Result<Self, EventLogError> {
        if head.is_empty() {
            return Err(EventLogError::Empty { path: path.to_owned() });
        }
        let other = |what, remedy| Err(EventLogError::NotALog { path: path.to_owned(), what, remedy });
        if let Some((what, remedy)) = other_file(head) {
            return other(what, remedy);
        }
        if text_start(head).starts_with(b"{") {
            return other("a JSON file", "export the events as CSV, XES or Parquet");
        }
        let content = if head.starts_with(b"PAR1") {
            Self::Parquet
        } else if is_xml(head) {
            Self::Xes
        } else {
            Self::Csv
        };
        if content == Self::Parquet && gzip {
            return other("a gzipped Parquet file", "unpack it; Parquet is compressed inside");
        }
        match ending(path) {
            Some((ending, named)) if named != content => {
                let (is, rename) = content.describe(head);
                Err(EventLogError::WrongEnding { path: path.to_owned(), ending, is, rename })
            }
            _ => Ok(content),
        }
    }

    /// What a file with this content is, and the ending that it should have.
    fn describe(self, head: &[u8]) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("text such as a CSV log", ".csv"),
            Self::Parquet => ("a Parquet file", ".parquet"),
            Self::Xes if contains(head, b"<log") || contains(head, b":log") => ("an XES log", ".xes"),
            Self::Xes => ("an XML or HTML file", ".xes if it is an XES log"),
        }
    }
}

pub(crate) fn other_file(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let excel = contains(head, b"[Content_Types].xml") || contains(head, b"xl/");
        return Some(if excel {
            ("an Excel workbook", "save the sheet as CSV (UTF-8)")
        } else {
            ("a zip archive", "unpack it and import the file inside")
        });
    }
    if is_utf16(head) {
        return Some(("UTF-16 text", "save it as UTF-8"));
    }
    let (_, what, remedy) = OTHER_FILES.iter().find(|(start, ..)| head.starts_with(start))?;
    Some((what, remedy))
}

/// The format that the ending of the name promises, if it promises one.
fn ending(path: &Path) -> Option<(&'static str, Content)> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some((".csv", Content::Csv)),
        "tsv" => Some((".tsv", Content::Csv)),
        "xes" => Some((".xes", Content::Xes)),
        "parquet" => Some((".parquet", Content::Parquet)),
        "pq" => Some((".pq", Content::Parquet)),
        _ => None,
    }
}

fn is_xml(head: &[u8]) -> bool {
    text_start(head).starts_with(b"<")
}

pub(crate) fn text_start(head: &[u8]) -> &[u8] {
    head.strip_prefix(&UTF8_BOM).unwrap_or(head).trim_ascii_start()
}

/// Whether the text has a UTF-16 mark, or a zero at every second byte and none between.
fn is_utf16(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let sample = &head[..head.len().min(UTF16_SAMPLE)];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = sample.len() / 2 * 3 / 4;
    sample.len() >= 4 && ((even > most && odd == 0) || (odd > most && even == 0))
}

fn contains(head: &[u8], text: &[u8]) -> bool {
    head.windows(text.len()).any(|window| window == text)
}
