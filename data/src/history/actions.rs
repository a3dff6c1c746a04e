//! What happened to the cases of a history. Its only reader takes an as-of time.

use model::{AsOf, Moment, Stamp};

use super::columns::{Coded, NO_VALUE, Scheduled, Times, stamp_of};

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
    /// Who did each action; no codes if the history does not say it of any.
    resources: Coded,
}

/// Something that happened to a case of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryAction {
    /// The position of its code among the action codes of the history.
    pub code: u16,
    /// When it happened.
    pub at: Moment,
    /// The position of who did it among the resources of the history, if it says so.
    pub resource: Option<u32>,
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
    /// Who did each; empty if the history does not say it of any.
    resource: &'a [u32],
}

impl Actions {
    /// Actions that are in order; `first` has one entry more than there are cases.
    pub(super) fn new(
        first: Vec<u32>,
        codes: Vec<String>,
        code: Vec<u16>,
        at: Times,
        (scheduled, resources): (Scheduled, Coded),
    ) -> Self {
        Self { first, codes, code, at, scheduled, resources }
    }

    /// The distinct codes, in order of first appearance.
    pub(super) fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The distinct names of who did something, in order of first appearance in the file.
    pub(super) fn resources(&self) -> &[String] {
        &self.resources.values
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
            resource: self.resources.codes.get(rows.start..rows.start + seen).unwrap_or_default(),
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

    /// They with who did them.
    pub(super) fn with_resources(self) -> impl Iterator<Item = HistoryAction> + use<'a> {
        self.iter().enumerate().map(move |(position, (code, at))| {
            let resource = self.resource.get(position).copied().filter(|&resource| resource != NO_VALUE);
            HistoryAction { code, at, resource }
        })
    }

    /// They with the days of the appointments that they announce.
    pub(super) fn with_appointments(self) -> impl Iterator<Item = (HistoryAction, Option<Stamp>)> + use<'a> {
        let mut scheduled = self.scheduled.iter().peekable();
        self.with_resources().zip(self.begins..).map(move |(action, row)| {
            let own = scheduled.next_if(|(announced_by, _)| *announced_by as usize == row);
            (action, own.map(|(_, day)| *day))
        })
    }

    /// Their codes and recorded times, and the days of the appointments that they announce.
    pub(super) fn recorded(self) -> impl Iterator<Item = (HistoryAction, Stamp, Option<Stamp>)> + use<'a> {
        let by_day = self.by_day;
        self.with_appointments().map(move |(action, day)| (action, stamp_of(action.at, by_day), day))
    }

    /// The code and the recorded time of the first.
    pub(super) fn first(self) -> Option<(u16, Stamp)> {
        self.iter().next().map(|(code, at)| (code, stamp_of(at, self.by_day)))
    }
}
