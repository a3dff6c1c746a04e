//! The numbers of the format.

/// The first bytes of a model file.
pub(super) const MAGIC: &[u8; 7] = b"MYPROGR";
/// The number of the format.
pub(super) const FORMAT: u8 = 6;
/// Bytes before the section table: [`MAGIC`], [`FORMAT`] and the number of sections.
pub(super) const HEADER: usize = 12;
/// Bytes of a tag.
pub(super) const TAG: usize = 16;
/// Bytes of an entry of the section table: a tag and a length.
pub(super) const ENTRY: usize = TAG + 8;
/// Bytes of the hash.
pub(super) const HASH: usize = 32;
/// The longest JSON section that is written or read, in bytes.
pub const MAX_JSON_SECTION: usize = 1 << 26;
