//! Rows that repeat an action: the same case, action and time, and the same appointment.

use model::Moment;
use polars::prelude::Series;

use super::columns::{Coded, Scheduled, Times};
use super::report::{HistoryIssue, MAX_EXAMPLES, name};

/// How many actions are given more than once.
#[derive(Debug, Default)]
pub(super) struct RepeatedActions {
    rows: u64,
    /// Rows that repeat another one.
    repeated: u64,
    /// Rows that are given once.
    single: u64,
    /// The first cases with such rows.
    cases: Vec<usize>,
}

impl RepeatedActions {
    /// Counts the rows of a case, which are in order of time.
    pub(super) fn count(
        &mut self,
        case: usize,
        rows: &[u32],
        action: &Coded,
        at: &Times,
        scheduled: &Scheduled,
    ) {
        self.rows += rows.len() as u64;
        let moment = |row: u32| at.moment(row as usize);
        let is_tie = |pair: &[u32]| moment(pair[0]) == moment(pair[1]);
        if !rows.windows(2).any(is_tie) {
            self.single += rows.len() as u64;
            return;
        }
        let before = self.repeated;
        for rows in rows.chunk_by(|&one, &other| moment(one) == moment(other)) {
            let what = |&row: &u32| {
                let appointment: Option<Moment> = scheduled.of_row(row).map(|stamp| stamp.moment());
                (action.codes[row as usize], appointment)
            };
            let mut of_moment: Vec<_> = rows.iter().map(what).collect();
            of_moment.sort_unstable();
            for same in of_moment.chunk_by(|one, other| one == other) {
                self.repeated += same.len() as u64 - 1;
                self.single += u64::from(same.len() == 1);
            }
        }
        if self.repeated > before && self.cases.len() < MAX_EXAMPLES {
            self.cases.push(case);
        }
    }

    /// The warning, if there are such rows. `ids` are those of the cases.
    pub(super) fn warning(&self, file: &str, ids: Option<&Series>) -> Option<HistoryIssue> {
        if self.repeated == 0 {
            return None;
        }
        let share = 100.0 * self.repeated as f64 / self.rows as f64;
        let share = if share < 0.1 { "under 0.1".to_owned() } else { format!("{share:.1}") };
        let all = if self.single == 0 { ": every action is given at least twice" } else { "" };
        let what = format!(
            "rows that repeat the case, action and time of another one, {share}% of all {}{all}",
            self.rows
        );
        let remedy = "keep one of each: every row counts as an event of its own";
        let examples = self.cases.iter().map(|&case| name(ids, case).to_string());
        Some(HistoryIssue::new(file, what, remedy).counted(self.repeated).with_examples(examples))
    }
}
