//! What happened to the cases of a history. Its only reader takes an as-of time.

use model::{AsOf, Moment, Stamp};

use super::columns::{Scheduled, Times, stamp_of};

/// The actions of all cases, those of one case together and in the order in which they happened.
///
/// The fields are private to this file, so nobody reads past [`Actions::known_at`].
#[derive(Debug)]
pub(super) struct Actions {
    /// Where the actions of each case begin, and behind the last case where they end.
    first: Vec<u32>,
    codes: Vec<String>,
    code: Vec<u16>,
    at: Times,
    scheduled: Scheduled,
}

/// The actions of one case that were known at a time, in the order in which they happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownActions<'a> {
    code: &'a [u16],
    at: &'a [Moment],
    by_day: bool,
    /// The row of the first action.
    begins: usize,
    /// The days of the appointments that these actions announce, by row.
    scheduled: &'a [(u32, Stamp)],
}

impl Actions {
    /// Actions that are in order; `first` has one entry more than there are cases.
    pub(super) fn new(
        first: Vec<u32>,
        codes: Vec<String>,
        code: Vec<u16>,
        at: Times,
        scheduled: Scheduled,
    ) -> Self {
        Self { first, codes, code, at, scheduled }
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
        KnownActions {
            code: &self.code[rows.start..rows.start + seen],
            at: &at[..seen],
            by_day: self.at.by_day(),
            begins: rows.start,
            scheduled: self.scheduled.slice(rows.start..rows.start + seen),
        }
    }
}

impl<'a> KnownActions<'a> {
    /// Their codes and moments.
    pub(super) fn iter(self) -> impl Iterator<Item = (u16, Moment)> + use<'a> {
        self.code.iter().copied().zip(self.at.iter().copied())
    }

    /// Their moments, rising.
    pub(super) fn moments(self) -> impl Iterator<Item = Moment> + use<'a> {
        self.at.iter().copied()
    }

    /// Their codes and moments, and the days of the appointments that they announce.
    pub(super) fn with_appointments(self) -> impl Iterator<Item = (u16, Moment, Option<Stamp>)> + use<'a> {
        let mut scheduled = self.scheduled.iter().peekable();
        self.iter().zip(self.begins..).map(move |((code, at), row)| {
            let own = scheduled.next_if(|(announced_by, _)| *announced_by as usize == row);
            (code, at, own.map(|(_, day)| *day))
        })
    }

    /// The code and the recorded time of the first.
    pub(super) fn first(self) -> Option<(u16, Stamp)> {
        self.iter().next().map(|(code, at)| (code, stamp_of(at, self.by_day)))
    }
}
