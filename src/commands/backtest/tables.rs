//! The scores as tables for people.

use training::{Judged, OverOrigins};

/// A coverage is shown if at least one in this many cases can be judged.
const SHOWN_FROM: usize = 10;

/// A table whose columns are as wide as their longest cell: the first ones to the left, the others to the right.
struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    fn new(left: usize, head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(ToString::to_string).collect()], left }
    }

    fn text(&self) -> String {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                if column < self.left { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            text.push_str(&cells.collect::<Vec<_>>().join("  "));
            text.push('\n');
        }
        text
    }
}

/// A number with some digits, or `-` without one.
fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or("-".to_owned(), |number| format!("{number:.digits$}"))
}

/// A share of the judged cases, or `-` if too few can be judged, and their number.
fn coverage(share: Option<f64>, judged: u64, pending: usize) -> [String; 2] {
    let is_enough = judged as usize * SHOWN_FROM >= pending;
    [shown(share.filter(|_| is_enough), 2), judged.to_string()]
}

/// One row for every origin, form, target and candidate.
pub fn of_scores(judged: &[Judged]) -> String {
    let mut table = Table::new(
        4,
        &[
            "as of",
            "form",
            "target",
            "candidate",
            "pending",
            "happened",
            "expected",
            "CRPS",
            "+-",
            "integral",
            "MAE50",
            "in50",
            "of",
            "in80",
            "of",
            "in90",
            "of",
            "width",
            "IBS",
            "C",
        ],
    );
    for Judged { scores, .. } in judged {
        let mut row = vec![
            scores.origin.day().to_string(),
            scores.form.clone(),
            scores.target.to_string(),
            scores.candidate.to_owned(),
            scores.pending.to_string(),
            format!("{:.2}", scores.event_share),
            format!("{:.2}", scores.expected_share),
            format!("{:.1}", scores.crps_days),
            shown(scores.crps_se_by_queue, 1),
            format!("{:.1}", scores.crps_integral_days),
            format!("{:.1}", scores.mae_median_days),
        ];
        for (share, judged) in [
            (scores.within_q50, scores.judged_cases_q50),
            (scores.within_q80, scores.judged_cases_q80),
            (scores.within_q90, scores.judged_cases_q90),
        ] {
            row.extend(coverage(share, judged, scores.pending));
        }
        row.push(format!("{:.1}", scores.width_days));
        row.push(format!("{:.3}", scores.integrated_brier));
        row.push(shown(scores.concordance, 3));
        table.rows.push(row);
    }
    table.text()
}

/// One row for every form, target and candidate, over all origins.
pub fn over_origins(over: &[OverOrigins]) -> String {
    let head = [
        "form",
        "target",
        "candidate",
        "origins",
        "queues",
        "CRPS",
        "+- origin",
        "+- queue",
        "above model",
        "+- origin",
        "+- queue",
    ];
    let mut table = Table::new(3, &head);
    for one in over {
        table.rows.push(vec![
            one.form.clone(),
            one.target.to_string(),
            one.candidate.to_owned(),
            one.origins.to_string(),
            one.queues.to_string(),
            format!("{:.2}", one.crps_days),
            shown(one.crps_se_by_origin, 2),
            shown(one.crps_se_by_queue, 2),
            one.crps_above_model_days.map_or("-".to_owned(), |days| format!("{days:+.2}")),
            shown(one.crps_above_model_se_by_origin, 2),
            shown(one.crps_above_model_se_by_queue, 2),
        ]);
    }
    table.text()
}

/// One row for every origin, form and candidate that says which step comes next; empty if none does.
pub fn of_steps(judged: &[Judged]) -> String {
    let head = [
        "as of",
        "form",
        "candidate",
        "cases",
        "known",
        "said",
        "true",
        "at least",
        "at most",
        "Brier",
        "log loss",
    ];
    let mut table = Table::new(3, &head);
    for Judged { scores, .. } in judged {
        let Some(step) = &scores.step else { continue };
        table.rows.push(vec![
            scores.origin.day().to_string(),
            scores.form.clone(),
            scores.candidate.to_owned(),
            step.said_cases.to_string(),
            step.known_cases.to_string(),
            shown(step.said, 2),
            shown(step.came_true, 2),
            shown(step.at_least, 2),
            shown(step.at_most, 2),
            shown(step.brier, 3),
            shown(step.log_loss, 3),
        ]);
    }
    if table.rows.len() > 1 { table.text() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coverage_is_shown_where_one_in_ten_can_be_judged() {
        assert_eq!(coverage(Some(1.0), 1, 137_519), ["-", "1"]);
        assert_eq!(coverage(Some(0.75), 10, 100), ["0.75", "10"]);
        assert_eq!(coverage(Some(0.75), 9, 100), ["-", "9"]);
        assert_eq!(coverage(None, 0, 100), ["-", "0"]);
    }
}
