//! Baselines in worlds whose truth is known.

use data::HistoryTimes;
use model::{Quantiles, Target};
use training::CandidateSet;

use crate::scored_rows::{Row, judged};
use crate::worlds::{Filing, as_of, day, history, moment, office_world};

const ORIGIN: &str = "2021-06-30";
const CURVES: [&str; 3] = ["kaplan_meier", "kaplan_meier_by_queue", "life_table_90_days"];

fn rows(filings: &[Filing], times: HistoryTimes) -> Vec<Row> {
    judged(&history(filings, times), ORIGIN, CandidateSet::Counts).1
}

#[test]
fn where_everybody_takes_100_days_a_curve_says_what_is_left_of_them() {
    let filing = |number: u32| {
        let received = f64::from(number) / 3.0;
        let office = if number.is_multiple_of(2) { "NBC" } else { "TSC" };
        Filing::new(format!("{number}"), office, moment(received)).then("approved", moment(received + 100.0))
    };
    let rows = rows(&(0..2_000).map(filing).collect::<Vec<_>>(), HistoryTimes::Moments);
    for name in CURVES {
        let of_curve: Vec<&Row> = rows.iter().filter(|row| row.is_of(name, Target::Decision)).collect();
        assert!(of_curve.len() > 250);
        for row in of_curve {
            let left = Quantiles::known((100.0 - row.waited) as f32);
            for (said, left) in row.quantiles.days().iter().zip(left.days()) {
                assert!((said - left).abs() < 1e-3, "{name}: {row:?}");
            }
            assert!(row.crps < 1e-3, "{name}: {row:?}");
        }
    }
    let of_step: Vec<&Row> =
        rows.iter().filter(|row| row.is_of("aalen_johansen_by_queue", Target::NextStep)).collect();
    assert!(of_step.iter().all(|row| row.crps < 1e-3));
    assert!(of_step.iter().all(|row| row.said == Some(("decision".to_owned(), 1.0))), "{:?}", of_step[0]);
}

#[test]
fn a_curve_by_queue_knows_that_offices_differ() {
    let filing = |number: u32| {
        let (received, slow) = (f64::from(number) / 3.0, number.is_multiple_of(2));
        let takes = if slow { 150.0 } else { 40.0 };
        let office = if slow { "NBC" } else { "TSC" };
        Filing::new(format!("{number}"), office, moment(received)).then("approved", moment(received + takes))
    };
    let rows = rows(&(0..2_000).map(filing).collect::<Vec<_>>(), HistoryTimes::Moments);
    let young: Vec<&Row> =
        rows.iter().filter(|row| row.waited < 40.0 && row.target == Target::Decision).collect();
    let says = |name: &str, queue: &str, level: f64, takes: f32| {
        let here = young.iter().filter(|row| row.candidate == name && row.queue == queue);
        let said: Vec<f32> = here.map(|row| row.quantiles.at(level) + row.waited as f32).collect();
        assert!(!said.is_empty() && said.iter().all(|days| (days - takes).abs() < 1e-3), "{queue}: {said:?}");
    };
    for level in [0.4, 0.6] {
        says("kaplan_meier_by_queue", "NBC", level, 150.0);
        says("kaplan_meier_by_queue", "TSC", level, 40.0);
    }
    // Of all cases together half take 40 days.
    says("kaplan_meier", "NBC", 0.4, 40.0);
    says("kaplan_meier", "NBC", 0.6, 150.0);
}

#[test]
fn nothing_after_the_origin_changes_what_a_baseline_says() {
    let world = office_world();
    let origin = as_of(ORIGIN);
    let mut other = world.clone();
    for filing in &mut other {
        // What is known at the origin stays; everything later comes on the last day.
        let last = day(crate::worlds::END);
        for (_, at) in filing.actions.iter_mut().filter(|(_, at)| !origin.sees(at.moment())) {
            *at = model::Stamp::Day(last);
        }
    }
    let said = |filings: &[Filing]| {
        let known = filings.iter().filter(|filing| origin.sees(filing.received.moment())).cloned();
        let rows =
            judged(&history(&known.collect::<Vec<_>>(), HistoryTimes::Days), ORIGIN, CandidateSet::All).1;
        rows.into_iter().map(|row| (row.case_id, row.candidate, row.quantiles, row.said)).collect::<Vec<_>>()
    };
    assert!(said(&world) == said(&other));
}
