//! Case ids that do not name a person: a keyed hash in place of the id of another system.
//!
//! A plain hash would not do. There are so few receipt numbers that anybody can hash all of them and look a case up, so
//! the hash takes a key that stays with the owner of the records.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hmac::{Hmac, Mac};
use model::{contains_receipt_number, receipt_number};
use sha2::Sha256;
use thiserror::Error;

/// The longest case id of a history.
pub(crate) const MAX_CASE_ID_BYTES: usize = 64;
/// A key shorter than the hash can be guessed more easily than the hash.
const MIN_KEY_BYTES: usize = 32;
/// A longer file is not a key but some other file, given by mistake.
const MAX_KEY_BYTES: usize = 4096;
/// 128 bits: among a billion cases, the probability that two share a hash is below 1 in 10^20.
const HASH_BYTES: usize = 16;

/// A secret key that replaces case ids by their keyed hash (HMAC-SHA-256, RFC 2104).
///
/// The same id and key always give the same hash, so histories that are imported with one key give a case the same id.
///
/// ```
/// # fn main() -> Result<(), data::CaseIdKeyError> {
/// let key = data::CaseIdKey::from_bytes(b"thirty-two bytes of a secret key")?;
/// let hash = key.hash("IOE0123456789");
/// assert_eq!(hash.len(), 32);
/// assert_eq!(hash, key.hash(" ioe-01-234-56789 "));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CaseIdKey {
    mac: Hmac<Sha256>,
}

/// Why a file is not a key for case ids.
#[derive(Debug, Error)]
pub enum CaseIdKeyError {
    /// The system cannot read the file.
    #[error("cannot read the key file `{}`; check its name and that you may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The key could be guessed.
    #[error(
        "the key has {found} bytes; use at least {MIN_KEY_BYTES}, for example from `openssl rand -hex 32`"
    )]
    TooShort {
        /// Its length without the line break at its end.
        found: usize,
    },
    /// The file is too long to be a key.
    #[error("the key has more than {MAX_KEY_BYTES} bytes; check that this is the key file")]
    TooLong,
}

impl CaseIdKey {
    /// Reads a key from a file. One line break at the end of the file is not part of the key.
    ///
    /// # Errors
    /// [`CaseIdKeyError`] if the file cannot be read or its length is not that of a key.
    pub fn read(path: &Path) -> Result<Self, CaseIdKeyError> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_KEY_BYTES as u64 + 3).read_to_end(&mut bytes))
            .map_err(|source| CaseIdKeyError::Unreadable { path: path.to_owned(), source })?;
        let line = bytes.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        Self::from_bytes(line.unwrap_or(&bytes))
    }

    /// Makes a key of its bytes.
    ///
    /// # Errors
    /// [`CaseIdKeyError`] if there are fewer than 32 bytes or more than 4,096.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaseIdKeyError> {
        if bytes.len() > MAX_KEY_BYTES {
            return Err(CaseIdKeyError::TooLong);
        }
        let too_short = CaseIdKeyError::TooShort { found: bytes.len() };
        if bytes.len() < MIN_KEY_BYTES {
            return Err(too_short);
        }
        // HMAC takes keys of any length, so the second refusal cannot occur.
        Hmac::new_from_slice(bytes).map(|mac| Self { mac }).map_err(|_| too_short)
    }

    /// The keyed hash of a case id: 32 hexadecimal characters.
    ///
    /// Spaces around an id do not count. The spellings of a receipt number have one hash: that of its letters, in upper
    /// case, and its digits. In an id with more than a receipt number, only the case of letters does not count. Any other id
    /// is hashed as it is.
    #[must_use]
    pub fn hash(&self, case_id: &str) -> String {
        let case_id = case_id.trim();
        let mut mac = self.mac.clone();
        if let Some(number) = receipt_number(case_id) {
            mac.update(number.as_bytes());
        } else if contains_receipt_number(case_id) {
            mac.update(case_id.to_ascii_uppercase().as_bytes());
        } else {
            mac.update(case_id.as_bytes());
        }
        let hash = mac.finalize().into_bytes();
        hash.iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Shows nothing of the key.
impl fmt::Debug for CaseIdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseIdKey")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// `printf 'IOE0123456789' | openssl dgst -sha256 -hmac "$KEY"`, the first half.
    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
    const HASH: &str = "9e931e763d459c8fe4d969d9fedc060e";

    #[test]
    fn a_hash_is_the_keyed_hash_that_other_programs_compute() {
        let key = CaseIdKey::from_bytes(KEY).unwrap();
        assert_eq!(key.hash("IOE0123456789"), HASH);
        for spelling in [" ioe0123456789 ", "IOE-01-234-56789", "ioe 01 234 56789", "#IOE\u{a0}0123.456789"] {
            assert_eq!(key.hash(spelling), HASH, "{spelling}");
        }
        assert_eq!(key.hash("case IOE0123456789"), key.hash("Case ioe0123456789 "));
        assert_ne!(key.hash("case IOE0123456789"), HASH, "an id with more than the number is another id");
        assert_eq!(key.hash(" a\t"), key.hash("a"));
        assert_ne!(key.hash("a"), key.hash("A"), "only receipt numbers are brought into one spelling");
        assert_ne!(CaseIdKey::from_bytes(&[b'x'; 32]).unwrap().hash("IOE0123456789"), HASH);
    }

    #[test]
    fn a_line_break_at_the_end_of_a_key_file_is_ignored() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("key");
        for ending in ["", "\n", "\r\n"] {
            fs::write(&path, [KEY, ending.as_bytes()].concat()).unwrap();
            assert_eq!(CaseIdKey::read(&path).unwrap().hash("IOE0123456789"), HASH, "{ending:?}");
        }
    }

    #[test]
    fn a_key_that_is_too_short_or_too_long_is_refused() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, format!("{}\n", "x".repeat(31))).unwrap();
        let error = CaseIdKey::read(&path).unwrap_err();
        assert!(matches!(error, CaseIdKeyError::TooShort { found: 31 }), "{error}");
        fs::write(&path, "x".repeat(1 << 20)).unwrap();
        assert!(matches!(CaseIdKey::read(&path), Err(CaseIdKeyError::TooLong)));
        assert!(matches!(CaseIdKey::read(&dir.path().join("none")), Err(CaseIdKeyError::Unreadable { .. })));
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", CaseIdKey::from_bytes(KEY).unwrap()), "CaseIdKey");
    }
}
