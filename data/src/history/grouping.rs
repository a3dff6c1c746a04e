//! Brings the actions of a history into order: by case, by time, and within a day as the form allows.

use model::{ActionRule, FormDefinition, Moment, Progress, order_within_day};

use super::actions::Actions;
use super::columns::{Coded, Scheduled, Times};
use super::repeated_actions::RepeatedActions;

/// The actions of a history in the order of the file.
pub(super) struct Ungrouped<'a> {
    pub(super) action: Coded,
    pub(super) at: &'a Times,
    pub(super) scheduled: &'a Scheduled,
    pub(super) resource: Option<Coded>,
    pub(super) case_of_row: &'a [u32],
}

/// What orders the actions of one day: when each case was received, and what its form says of each action code.
pub(super) struct DayOrder<'a> {
    received: &'a Times,
    form_of_case: &'a [u32],
    forms: Vec<(FormDefinition, Vec<Option<ActionRule>>)>,
}

impl<'a> DayOrder<'a> {
    /// `forms` are the definitions of the forms that `form_of_case` numbers, `codes` the action codes of the history.
    pub(super) fn new(
        received: &'a Times,
        form_of_case: &'a [u32],
        forms: Vec<FormDefinition>,
        codes: &[String],
    ) -> Self {
        let with_rules = |form: FormDefinition| {
            let rules = codes.iter().map(|code| form.rule(code)).collect();
            (form, rules)
        };
        Self { received, form_of_case, forms: forms.into_iter().map(with_rules).collect() }
    }

    /// Orders the rows of a case, which are in order of time, within each day.
    fn arrange(&self, case: usize, rows: &mut [u32], action: &Coded, at: &Times) {
        let code = |row: u32| action.codes[row as usize];
        let day = |row: u32| at.moment(row as usize);
        // Most cases have no day on which two different things happened.
        let is_tie = |pair: &[u32]| day(pair[0]) == day(pair[1]) && code(pair[0]) != code(pair[1]);
        if !rows.windows(2).any(is_tie) {
            return;
        }
        let (form, rules) = &self.forms[self.form_of_case[case] as usize];
        let rule = |row: u32| rules[code(row) as usize];
        let mut progress = Progress::received(form, self.received.moment(case));
        for rows in rows.chunk_by_mut(|&one, &other| day(one) == day(other)) {
            if rows.len() > 1 {
                let of_day: Vec<Option<ActionRule>> = rows.iter().map(|&row| rule(row)).collect();
                let order = order_within_day(form, &progress, &of_day);
                let ordered: Vec<u32> = order.into_iter().map(|position| rows[position]).collect();
                rows.copy_from_slice(&ordered);
            }
            for &row in rows.iter() {
                if let Some(rule) = rule(row) {
                    progress.observe(form, rule, day(row), None);
                }
            }
        }
    }
}

impl Ungrouped<'_> {
    /// Groups the actions of `cases` cases. Those of one moment keep their file order; those of one day come as
    /// `day_order` says, if the history has only days. Counts those that are given more than once on the way.
    pub(super) fn group(self, cases: usize, day_order: &DayOrder<'_>) -> (Actions, RepeatedActions) {
        let Self { action, at, scheduled, resource, case_of_row } = self;
        let mut first = vec![0_u32; cases + 1];
        for &case in case_of_row {
            first[case as usize + 1] += 1;
        }
        for case in 0..cases {
            first[case + 1] += first[case];
        }
        let mut next = first.clone();
        let mut order = vec![0_u32; case_of_row.len()];
        for (row, &case) in case_of_row.iter().enumerate() {
            order[next[case as usize] as usize] = row as u32;
            next[case as usize] += 1;
        }
        let mut repeated = RepeatedActions::default();
        for case in 0..cases {
            let rows = &mut order[first[case] as usize..first[case + 1] as usize];
            let moment = |row: &u32| -> Moment { at.moment(*row as usize) };
            if !rows.is_sorted_by_key(moment) {
                rows.sort_by_key(moment);
            }
            if at.by_day() {
                day_order.arrange(case, rows, &action, at);
            }
            repeated.count(case, rows, &action, at, scheduled);
        }
        let code = order.iter().map(|&row| action.codes[row as usize] as u16).collect();
        let resources = resource.map(|resource| resource.reordered(&order)).unwrap_or_default();
        let of_rows = (scheduled.reordered(&order), resources);
        let actions = Actions::new(first, action.values, code, at.reordered(&order), of_rows);
        (actions, repeated)
    }
}
