//! What a backtest says of all cases follows from its cases one by one.

use std::collections::{BTreeMap, BTreeSet};

use data::HistoryTimes;
use model::Target;
use training::{CandidateSet, Judged, over_origins};

use crate::scored_rows::{Row, judged};
use crate::worlds::{Filing, Random, day, history, moment, office_world};

const ORIGIN: &str = "2021-06-30";

fn rows_of<'a>(one: &Judged, rows: &'a [Row]) -> Vec<&'a Row> {
    rows.iter().filter(|row| row.is_of(one.scores.candidate, one.scores.target)).collect()
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[track_caller]
fn near(one: f64, other: f64) {
    assert!((one - other).abs() < 1e-9 * (1.0 + other.abs()), "{one}, not {other}");
}

/// By the formula: G / (G - 1) times the sum of the squared residual sums of queues, over N².
fn error_by_queue(values: &[(&str, f64)]) -> f64 {
    let all = mean(values.iter().map(|(_, value)| *value));
    let queues: BTreeSet<&str> = values.iter().map(|(queue, _)| *queue).collect();
    let residual = |queue: &&str| -> f64 {
        values.iter().filter(|(of, _)| of == queue).map(|(_, value)| value - all).sum()
    };
    let squares: f64 = queues.iter().map(|queue| residual(queue).powi(2)).sum();
    let count = queues.len() as f64;
    (count / (count - 1.0) * squares).sqrt() / values.len() as f64
}

#[test]
fn scores_and_their_standard_errors_follow_from_the_cases() {
    let world = history(&office_world(), HistoryTimes::Days);
    let (judged, rows) = judged(&world, ORIGIN, CandidateSet::All);
    assert!(judged.len() >= 13, "{} candidates", judged.len());
    let horizon = f64::from(day(crate::worlds::END).since(day(ORIGIN)));
    for one in &judged {
        let (scores, rows_here) = (&one.scores, rows_of(one, &rows));
        assert_eq!(scores.pending, rows_here.len());
        near(scores.crps_days, mean(rows_here.iter().map(|row| row.crps)));
        near(scores.crps_integral_days, mean(rows_here.iter().map(|row| row.integral)));
        let by_queue: Vec<_> = rows_here.iter().map(|row| (row.queue.as_str(), row.crps)).collect();
        assert_eq!(scores.queues, 2);
        near(scores.crps_se_by_queue.unwrap(), error_by_queue(&by_queue));
        let of_model: Vec<&Row> =
            rows.iter().filter(|row| row.is_of("cohort_curves", scores.target)).collect();
        if scores.candidate == "cohort_curves" {
            assert_eq!((scores.crps_above_model_days, scores.crps_above_model_se_by_queue), (None, None));
        } else {
            let pairs = rows_here.iter().zip(&of_model);
            assert!(pairs.clone().all(|(row, of_model)| row.case_id == of_model.case_id));
            let above: Vec<_> =
                pairs.map(|(row, of_model)| (row.queue.as_str(), row.crps - of_model.crps)).collect();
            near(scores.crps_above_model_days.unwrap(), mean(above.iter().map(|(_, above)| *above)));
            near(scores.crps_above_model_se_by_queue.unwrap(), error_by_queue(&above));
        }
        let judged: Vec<_> =
            rows_here.iter().filter(|row| f64::from(row.quantiles.at(0.8)) < horizon).collect();
        assert_eq!(scores.judged_cases_q80, judged.len() as u64);
        let within = |row: &&&&Row| row.time.is_some_and(|time| time <= f64::from(row.quantiles.at(0.8)));
        let within = judged.iter().filter(within).count() as f64 / judged.len() as f64;
        assert_eq!(scores.within_q80, (!judged.is_empty()).then_some(within));
        near(one.calibration.pit.cases(), scores.pending as f64);
    }
}

#[test]
fn slices_are_parts_of_the_whole() {
    let world = history(&office_world(), HistoryTimes::Days);
    let (judged, rows) = judged(&world, ORIGIN, CandidateSet::Counts);
    for one in &judged {
        let mut slices: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        one.slices.iter().for_each(|slice| slices.entry(&slice.slice).or_default().push(slice));
        let names: Vec<&str> = slices.keys().copied().collect();
        assert_eq!(names, ["center", "in_state", "since_receipt", "state"]);
        for parts in slices.values() {
            assert_eq!(parts.iter().map(|part| part.cases).sum::<u64>(), one.scores.pending as u64);
            let whole = |value: fn(&training::SliceScores) -> f64| -> f64 {
                parts.iter().map(|part| part.cases as f64 * value(part)).sum::<f64>()
                    / one.scores.pending as f64
            };
            near(whole(|part| part.crps_days), one.scores.crps_days);
            near(whole(|part| part.expected_share), one.scores.expected_share);
            near(whole(|part| part.event_share), one.scores.event_share);
            let judged: u64 = parts.iter().map(|part| part.judged_q80).sum();
            assert_eq!(judged, one.scores.judged_cases_q80);
        }
        let rows = rows_of(one, &rows);
        for part in &slices["state"] {
            let here: Vec<_> = rows.iter().filter(|row| row.state == part.value).collect();
            near(part.crps_days, mean(here.iter().map(|row| row.crps)));
            assert_eq!(part.cases, here.len() as u64);
        }
        let young = slices["since_receipt"].iter().find(|part| part.value == "0 to 30 days").unwrap();
        assert_eq!(young.cases, rows.iter().filter(|row| row.waited < 30.0).count() as u64);
    }
}

#[test]
fn said_steps_are_scored_where_a_step_came() {
    let world = history(&office_world(), HistoryTimes::Days);
    let (judged, rows) = judged(&world, "2021-11-30", CandidateSet::Counts);
    let with_steps: Vec<&Judged> = judged.iter().filter(|one| one.scores.step.is_some()).collect();
    let names: Vec<&str> = with_steps.iter().map(|one| one.scores.candidate).collect();
    assert_eq!(names, ["cohort_curves", "aalen_johansen_by_queue", "median_by_last_action"]);
    for one in with_steps {
        let (step, rows) = (one.scores.step.clone().unwrap(), rows_of(one, &rows));
        let said: Vec<_> =
            rows.iter().filter_map(|row| Some((row.said.clone()?, row.came.clone()))).collect();
        let known: Vec<_> = said
            .iter()
            .filter_map(|((said, probability), came)| Some((*probability, came.as_ref()? == said)))
            .collect();
        assert_eq!((step.said_cases, step.known_cases), (said.len() as u64, known.len() as u64));
        assert!(known.len() > 20 && known.len() < said.len());
        let right = known.iter().filter(|(_, right)| *right).count() as f64;
        near(step.said.unwrap(), mean(known.iter().map(|(probability, _)| *probability)));
        near(step.came_true.unwrap(), right / known.len() as f64);
        near(step.at_least.unwrap(), right / said.len() as f64);
        let unknown = (said.len() - known.len()) as f64;
        near(step.at_most.unwrap(), (right + unknown) / said.len() as f64);
        let square = |(probability, right): &(f64, bool)| (probability - f64::from(u8::from(*right))).powi(2);
        near(step.brier.unwrap(), mean(known.iter().map(square)));
        // A time to the step goes with every step that came.
        assert!(rows.iter().all(|row| row.time.is_some() == row.came.is_some()));
    }
}

/// Cases that arrive evenly and are decided at a constant rate.
fn memoryless() -> Vec<Filing> {
    let mut random = Random(5);
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / 10_000.0;
        let decided = received + random.exponential(60.0);
        let office = ["NBC", "TSC", "NSC"][number as usize % 3];
        Filing::new(format!("{number}"), office, moment(received)).then("approved", moment(decided))
    };
    (0..10_000).map(filing).collect()
}

#[test]
fn a_true_forecast_is_calibrated_however_short_the_follow_up() {
    let world = history(&memoryless(), HistoryTimes::Moments);
    for origin in ["2021-03-31", "2021-11-15"] {
        let (judged, rows) = judged(&world, origin, CandidateSet::Counts);
        let is_curve =
            |one: &&Judged| one.scores.candidate == "kaplan_meier" && one.scores.target == Target::Decision;
        let one = judged.iter().find(is_curve).unwrap();
        let cases = one.calibration.pit.cases();
        for mass in one.calibration.pit.all() {
            assert!((mass / cases - 0.1).abs() < 0.035, "{:?}", one.calibration.pit);
        }
        assert!((one.scores.expected_share - one.scores.event_share).abs() < 0.04, "{:?}", one.scores);
        for bin in one.calibration.by_the_end.bins.iter().filter(|bin| bin.known > 300) {
            let (said, came_true) = (bin.mean_said().unwrap(), bin.true_share().unwrap());
            assert!((said - came_true).abs() < 0.07, "{bin:?}");
        }
        assert!(rows_of(one, &rows).iter().all(|row| row.pit[0] <= row.pit[1]));
    }
}

#[test]
fn over_origins_every_origin_has_the_same_weight_and_a_queue_is_one_unit() {
    let world = history(&office_world(), HistoryTimes::Days);
    let mut all = Vec::new();
    let mut cases = Vec::new();
    for origin in ["2021-03-31", ORIGIN, "2021-09-30"] {
        let (judged, rows) = judged(&world, origin, CandidateSet::Counts);
        all.extend(judged);
        cases.push(rows);
    }
    let over = over_origins(&all);
    assert_eq!(over.len(), all.len() / 3);
    for one in &over {
        assert_eq!((one.origins, one.queues), (3, 2));
        let of_origin: Vec<Vec<&Row>> = cases
            .iter()
            .map(|rows| rows.iter().filter(|row| row.is_of(one.candidate, one.target)).collect())
            .collect();
        let means: Vec<f64> = of_origin.iter().map(|rows| mean(rows.iter().map(|row| row.crps))).collect();
        near(one.crps_days, mean(means.iter().copied()));
        let deviations: f64 = means.iter().map(|value| (value - one.crps_days).powi(2)).sum();
        near(one.crps_se_by_origin.unwrap(), (deviations / 2.0 / 3.0).sqrt());
        // With two queues whose residuals cancel out, both have the same influence up to its sign.
        let influence: f64 = of_origin
            .iter()
            .zip(&means)
            .map(|(rows, mean)| {
                let of_queue = rows.iter().filter(|row| row.queue == "NBC").map(|row| row.crps - mean);
                of_queue.sum::<f64>() / rows.len() as f64 / 3.0
            })
            .sum();
        near(one.crps_se_by_queue.unwrap(), 2.0 * influence.abs());
        near(one.calibration.pit.cases(), of_origin.iter().map(|rows| rows.len() as f64).sum());
    }
}
