//! The bytes of a log: opened, unpacked, and never more of them in memory at once than one row may have.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::content::{Content, GZIP};
use super::error::{EventLogError, LogPosition};

/// The longest row or tag. Both text parsers hold one of them in memory as a whole.
const MAX_ROW_BYTES: u64 = 4 << 20;
/// The number of bytes that show what a file is and what its header looks like.
const HEAD_BYTES: u64 = 1 << 16;

/// An open log.
pub(super) struct LogSource {
    pub(super) content: Content,
    pub(super) head: Vec<u8>,
    pub(super) bytes: BoundedReader,
    pub(super) origin: Origin,
}

/// What an error has to say about where the bytes came from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) path: PathBuf,
    gzip: bool,
}

/// An open file of any content.
pub(crate) struct Unpacked {
    /// Its start.
    pub(crate) head: Vec<u8>,
    /// All of it.
    pub(crate) bytes: BoundedReader,
    pub(crate) origin: Origin,
}

impl Unpacked {
    pub(crate) fn open(path: &Path) -> Result<Self, EventLogError> {
        let mut origin = Origin { path: path.to_owned(), gzip: false };
        let start = LogPosition::Line(1);
        let file = File::open(path).map_err(|error| origin.failed(error, start))?;
        let mut packed = BufReader::new(file);
        origin.gzip = packed.fill_buf().map_err(|error| origin.failed(error, start))?.starts_with(&GZIP);
        let mut bytes: Box<dyn Read> =
            if origin.gzip { Box::new(MultiGzDecoder::new(packed)) } else { Box::new(packed) };
        let mut head = Vec::new();
        // One read may return less than there is, so the head is read until it is full.
        let read = bytes.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
        read.map_err(|error| origin.failed(error, start))?;
        let inner: Box<dyn Read> = Box::new(Cursor::new(head.clone()).chain(bytes));
        let inner = BufReader::with_capacity(HEAD_BYTES as usize, inner);
        let bytes = BoundedReader { inner, left: MAX_ROW_BYTES, line: 1 };
        Ok(Self { head, bytes, origin })
    }
}

impl LogSource {
    pub(super) fn open(path: &Path) -> Result<Self, EventLogError> {
        let Unpacked { head, bytes, origin } = Unpacked::open(path)?;
        let content = Content::recognize(path, &head, origin.gzip)?;
        Ok(Self { content, head, bytes, origin })
    }
}

impl Origin {
    /// As [`Origin::failed`], for an error that its reader keeps.
    pub(crate) fn failed_shared(&self, error: &io::Error, place: LogPosition) -> EventLogError {
        if is_too_long(error) {
            return self.too_long(place);
        }
        self.failed(io::Error::new(error.kind(), error.to_string()), place)
    }

    fn too_long(&self, place: LogPosition) -> EventLogError {
        EventLogError::TooLong { path: self.path.clone(), place, max: MAX_ROW_BYTES }
    }

    /// What a failed read means for the person who imports the log.
    pub(crate) fn failed(&self, error: io::Error, place: LogPosition) -> EventLogError {
        if is_too_long(&error) {
            return self.too_long(place);
        }
        let path = self.path.clone();
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData if self.gzip => {
                EventLogError::Gzip { path, source: error }
            }
            _ => EventLogError::Unreadable { path, source: error },
        }
    }
}

/// A reader that fails rather than hand out more than is allowed for one row, and that counts lines.
pub(crate) struct BoundedReader {
    inner: BufReader<Box<dyn Read>>,
    left: u64,
    line: u64,
}

impl BoundedReader {
    /// Allows one more row of the full length.
    pub(crate) fn next_row(&mut self) {
        self.left = MAX_ROW_BYTES;
    }

    /// The line of the next byte, from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }
}

impl BufRead for BoundedReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let consumed = self.inner.buffer().get(..amount).unwrap_or_default();
        self.line += consumed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

impl Read for BoundedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLong>())
}

#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one row is too long")
    }
}

impl std::error::Error for TooLong {}
