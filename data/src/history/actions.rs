//! What happened to the cases of a history. Its only reader takes an as-of time.

use model::{AsOf, Moment};

use super::columns::Times;

/// The actions of all cases, those of one case together and in order of time.
///
/// The fields are private to this file, so nobody reads past [`Actions::known_at`].
#[derive(Debug)]
pub(super) struct Actions {
    /// Where the actions of each case begin, and behind the last case where they end.
    first: Vec<u32>,
    codes: Vec<String>,
    code: Vec<u16>,
    at: Times,
}

/// The actions of one case that were known at a time, in order of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownActions<'a> {
    code: &'a [u16],
    at: &'a [Moment],
}

impl Actions {
    /// Actions that are in order; `first` has one entry more than there are cases.
    pub(super) fn new(first: Vec<u32>, codes: Vec<String>, code: Vec<u16>, at: Times) -> Self {
        Self { first, codes, code, at }
    }

    /// The distinct codes, in order of first appearance.
    pub(super) fn codes(&self) -> &[String] {
        &self.codes
    }

    /// How many there are in all.
    pub(super) fn count(&self) -> usize {
        self.code.len()
    }

    /// The actions of a case that were known at an as-of time, `limit` of them at most.
    pub(super) fn known_at(&self, as_of: AsOf, case: usize, limit: Option<usize>) -> KnownActions<'_> {
        let rows = self.first[case] as usize..self.first[case + 1] as usize;
        let at = self.at.slice(rows.clone());
        let seen = at.partition_point(|&moment| as_of.sees(moment)).min(limit.unwrap_or(usize::MAX));
        KnownActions { code: &self.code[rows.start..rows.start + seen], at: &at[..seen] }
    }
}

impl<'a> KnownActions<'a> {
    /// Their codes and moments.
    pub(super) fn iter(self) -> impl Iterator<Item = (u16, Moment)> + use<'a> {
        self.code.iter().copied().zip(self.at.iter().copied())
    }
}
