//! The container: header, section table, sections, hash. It knows tags and lengths, not what a section means.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::error::ArtifactError;
use super::format::{ENTRY, FORMAT, HASH, HEADER, MAGIC, MAX_JSON_SECTION, TAG};

/// A section of the file, in the order in which the file holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Form,
    Features,
    Training,
    Predictor,
    Curves,
    Golden,
    Reference,
    Lines,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Form,
        Self::Features,
        Self::Training,
        Self::Predictor,
        Self::Curves,
        Self::Golden,
        Self::Reference,
        Self::Lines,
    ];

    /// Whether a file may do without it.
    const fn is_optional(self) -> bool {
        matches!(self, Self::Reference | Self::Lines)
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Features => "features",
            Self::Training => "training",
            Self::Predictor => "predictor",
            Self::Curves => "curves",
            Self::Golden => "golden",
            Self::Reference => "reference",
            Self::Lines => "lines",
        }
    }

    fn padded_tag(self) -> [u8; TAG] {
        let mut padded = [0; TAG];
        padded.iter_mut().zip(self.tag().bytes()).for_each(|(slot, byte)| *slot = byte);
        padded
    }

    fn from_padded_tag(padded: &[u8]) -> Result<Self, ArtifactError> {
        Self::ALL.into_iter().find(|section| section.padded_tag() == padded).ok_or_else(|| {
            let end = padded.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            ArtifactError::UnknownSection { tag: padded[..end].escape_ascii().to_string() }
        })
    }
}

/// The content of a JSON section.
pub(super) fn json(section: Section, content: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, ArtifactError> {
    let tag = section.tag();
    let bytes = serde_json::to_vec(content).map_err(|cause| ArtifactError::Json { tag, cause })?;
    if bytes.len() > MAX_JSON_SECTION {
        return Err(ArtifactError::SectionTooLong { tag, length: bytes.len() });
    }
    Ok(bytes)
}

/// The bytes of a file with these sections.
pub(super) fn write(sections: &[(Section, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(MAGIC);
    bytes.push(FORMAT);
    bytes.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    for (section, content) in sections {
        bytes.extend_from_slice(&section.padded_tag());
        bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    }
    for (_, content) in sections {
        bytes.extend_from_slice(content);
    }
    let hash = Sha256::digest(&bytes);
    bytes.extend_from_slice(&hash);
    bytes
}

/// The sections of a file whose hash, section table and lengths are right.
#[derive(Debug)]
pub(super) struct Sections<'a> {
    /// In the order of [`Section::ALL`].
    contents: [Option<&'a [u8]>; Section::ALL.len()],
    hash: &'a [u8],
}

impl<'a> Sections<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ArtifactError> {
        if bytes.len() < HEADER + HASH {
            return Err(ArtifactError::TooShort(bytes.len()));
        }
        if !bytes.starts_with(MAGIC) {
            return Err(ArtifactError::NotAModel);
        }
        let found = bytes[MAGIC.len()];
        if found != FORMAT {
            return Err(ArtifactError::Format { found });
        }
        let (content, hash) = bytes.split_at(bytes.len() - HASH);
        if Sha256::digest(content).as_slice() != hash {
            return Err(ArtifactError::Hash);
        }
        let (header, body) = content.split_at(HEADER);
        let count = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
        let table = count.checked_mul(ENTRY).and_then(|length| body.split_at_checked(length));
        let (table, mut rest) = table.ok_or(ArtifactError::SectionTable)?;
        let mut found = Vec::new();
        for entry in table.chunks_exact(ENTRY) {
            let (tag, length) = entry.split_at(TAG);
            let section = Section::from_padded_tag(tag)?;
            if found.iter().any(|(other, _)| *other == section) {
                return Err(ArtifactError::DuplicateSection { tag: section.tag() });
            }
            let length = length.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
            let content;
            (content, rest) = split.ok_or(ArtifactError::SectionTable)?;
            found.push((section, content));
        }
        if !rest.is_empty() {
            return Err(ArtifactError::SectionTable);
        }
        Ok(Self { contents: in_order(&found)?, hash })
    }

    /// The SHA-256 of the file.
    pub(super) fn hash(&self) -> &'a [u8] {
        self.hash
    }

    /// Whether the file has a section.
    pub(super) fn has(&self, section: Section) -> bool {
        self.contents[section as usize].is_some()
    }

    /// The bytes of a section; none if it is optional and missing.
    pub(super) fn get(&self, section: Section) -> &'a [u8] {
        self.contents[section as usize].unwrap_or_default()
    }

    /// The content of a JSON section.
    pub(super) fn json<T: DeserializeOwned>(&self, section: Section) -> Result<T, ArtifactError> {
        let (tag, bytes) = (section.tag(), self.get(section));
        if bytes.len() > MAX_JSON_SECTION {
            return Err(ArtifactError::SectionTooLong { tag, length: bytes.len() });
        }
        serde_json::from_slice(bytes).map_err(|cause| ArtifactError::Json { tag, cause })
    }
}

/// The contents of all sections, which must come in the order of [`Section::ALL`].
fn in_order<'a>(
    found: &[(Section, &'a [u8])],
) -> Result<[Option<&'a [u8]>; Section::ALL.len()], ArtifactError> {
    let mut contents = [None; Section::ALL.len()];
    let mut due = 0;
    for expected in Section::ALL {
        match found.iter().position(|(section, _)| *section == expected) {
            Some(position) if position != due => {
                return Err(ArtifactError::SectionOrder { tag: expected.tag() });
            }
            Some(position) => {
                contents[expected as usize] = Some(found[position].1);
                due += 1;
            }
            None if expected.is_optional() => {}
            None => return Err(ArtifactError::MissingSection { tag: expected.tag() }),
        }
    }
    Ok(contents)
}
