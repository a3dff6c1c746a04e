//! The bytes of a log: which format they are in, unpacked, and never more of them at once than one row may have.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::error::{EventLogError, Place};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const UTF8_BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
/// The longest row or tag. Both parsers hold one of them in memory as a whole.
const LONGEST: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Xes,
}

/// An open log.
pub(super) struct Source {
    pub(super) format: Format,
    pub(super) bytes: Bounded,
    pub(super) origin: Origin,
}

/// What an error has to say about where the bytes came from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) path: PathBuf,
    gzip: bool,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, EventLogError> {
        let mut origin = Origin { path: path.to_owned(), gzip: false };
        let file = File::open(path).map_err(|error| origin.failed(&error, Place::Byte(0)))?;
        let mut packed = BufReader::new(file);
        let start = packed.fill_buf().map_err(|error| origin.failed(&error, Place::Byte(0)))?;
        origin.gzip = start.starts_with(&GZIP);
        let bytes: Box<dyn Read> =
            if origin.gzip { Box::new(MultiGzDecoder::new(packed)) } else { Box::new(packed) };
        let mut bytes = Bounded { inner: BufReader::with_capacity(1 << 16, bytes), left: LONGEST };
        let start = bytes.fill_buf().map_err(|error| origin.failed(&error, Place::Byte(0)))?;
        if start.is_empty() {
            return Err(EventLogError::Empty { path: path.to_owned() });
        }
        let format = by_name(path).unwrap_or_else(|| by_start(start));
        Ok(Self { format, bytes, origin })
    }
}

impl Origin {
    /// What a failed read means for the reader of the log.
    pub(super) fn failed(&self, error: &io::Error, place: Place) -> EventLogError {
        let (path, detail) = (self.path.clone(), error.to_string());
        if error.get_ref().is_some_and(|inner| inner.is::<TooLong>()) {
            return EventLogError::TooLong { path, place, most: LONGEST };
        }
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData if self.gzip => {
                EventLogError::Gzip { path, detail }
            }
            _ => EventLogError::Unreadable { path, detail },
        }
    }
}

fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some(Format::Csv),
        "xes" => Some(Format::Xes),
        _ => None,
    }
}

fn by_start(start: &[u8]) -> Format {
    let text = start.strip_prefix(&UTF8_BOM).unwrap_or(start);
    if text.trim_ascii_start().starts_with(b"<") { Format::Xes } else { Format::Csv }
}

/// A reader that fails rather than hand out more than is allowed for one row.
pub(super) struct Bounded {
    inner: BufReader<Box<dyn Read>>,
    left: u64,
}

impl Bounded {
    /// Allows one more row of the full length.
    pub(super) fn next_row(&mut self) {
        self.left = LONGEST;
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one row is too long")
    }
}

impl std::error::Error for TooLong {}
