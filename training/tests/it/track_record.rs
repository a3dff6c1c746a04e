//! The track record of a model is right in a steady world and in one that slowed down.

use crate::worlds::{Filing, Random, as_of, history, moment};
use data::HistoryTimes;
use model::{Stamp, TrackRecord};
use training::fit;

const AS_OF: &str = "2021-01-31";
const MEAN: f64 = 60.0;

/// Cases whose rate of decision changes on one day, for all of them.
fn world(slows_on: f64, by: f64) -> Vec<Filing> {
    let mut random = Random(7);
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / 20_000.0;
        let mut decided = received + random.exponential(MEAN);
        if decided > slows_on {
            decided = slows_on.max(received) + (decided - slows_on.max(received)) * by;
        }
        Filing::new(format!("{number}"), "NBC", moment(received)).then("approved", moment(decided))
    };
    (0..20_000).map(filing).collect()
}

/// The earliest record.
fn record(filings: &[Filing]) -> TrackRecord {
    let model = fit(history(filings, HistoryTimes::Moments).view_at(as_of(AS_OF)), "I-765").unwrap();
    model.training().track_record[0].clone()
}

fn at(stamp: &Stamp) -> i64 {
    stamp.moment().epoch_micros()
}

#[test]
fn a_record_counts_the_cases_that_were_pending_then_and_decided_since() {
    let filings = world(f64::INFINITY, 1.0);
    let record = record(&filings);
    let (then, now) = (record.as_of.moment().epoch_micros(), as_of(AS_OF).moment().epoch_micros());
    assert!(((now - then) as f64 / crate::worlds::DAY - record.followed_days).abs() < 1e-6);
    let pending: Vec<&Filing> = filings
        .iter()
        .filter(|filing| at(&filing.received) <= then && at(&filing.actions[1].1) > then)
        .collect();
    let decided = pending.iter().filter(|filing| at(&filing.actions[1].1) <= now).count();
    assert_eq!(record.pending, pending.len() as u64);
    assert_eq!(record.sampled, record.pending);
    let end = record.to_the_end().unwrap();
    assert!((end.days - record.followed_days).abs() < 1e-6);
    assert!((end.decided - decided as f64 / pending.len() as f64).abs() < 1e-12);
    let in_30 =
        pending.iter().filter(|filing| at(&filing.actions[1].1) - then <= 30 * 86_400_000_000).count();
    let first = &record.horizons[0];
    assert_eq!((first.days, first.decided), (30.0, in_30 as f64 / pending.len() as f64));
}

#[test]
fn four_times_are_tested_each_within_what_was_followed() {
    let filings = world(f64::INFINITY, 1.0);
    let model = fit(history(&filings, HistoryTimes::Moments).view_at(as_of(AS_OF)), "I-765").unwrap();
    let records = &model.training().track_record;
    assert_eq!(records.len(), 4);
    assert!(records.is_sorted_by(|a, b| a.as_of.moment() < b.as_of.moment()));
    for record in records {
        let days: Vec<f64> = record.horizons.iter().map(|horizon| horizon.days).collect();
        assert!(days.is_sorted_by(|a, b| a < b) && days.last().unwrap() <= &(record.followed_days + 1e-6));
        assert_eq!(days[..days.len() - 1], [30.0, 90.0, 180.0][..days.len() - 1]);
    }
    // The 80 per cent quantile is 97 days in this world, so it cannot be judged within 30.
    let first = &records[0].horizons[0];
    assert_eq!((first.q80.judged, first.q80.within, first.q50.within), (0, None, None));
    assert_eq!(first.mae_median_days, None);
}

#[test]
fn in_a_steady_world_the_record_is_good() {
    let record = record(&world(f64::INFINITY, 1.0));
    let end = record.to_the_end().unwrap();
    assert!((end.expected - end.decided).abs() < 0.02, "{record:?}");
    // The 80 per cent quantile is 97 days in this world and half of 396 are followed, so it can be judged for all.
    assert_eq!(end.q80.judged, record.pending);
    assert!((0.77..=0.83).contains(&end.q80.share().unwrap()), "{record:?}");
    assert!((0.47..=0.53).contains(&end.q50.share().unwrap()), "{record:?}");
    // The median of what remains is 60 ln 2 days, and so is the mean distance from it.
    let error = end.mae_median_days.unwrap();
    assert!((error / (MEAN * std::f64::consts::LN_2) - 1.0).abs() < 0.1, "{record:?}");
}

#[test]
fn the_record_shows_that_everything_slowed_down() {
    // Everything takes three times as long from day 270 on, a little after the second of the earlier times.
    let filings = world(270.0, 3.0);
    let model = fit(history(&filings, HistoryTimes::Moments).view_at(as_of(AS_OF)), "I-765").unwrap();
    let record = &model.training().track_record[1];
    let end = record.to_the_end().unwrap();
    assert!(end.expected > end.decided + 0.2, "{record:?}");
    assert!(end.q80.share().unwrap() < 0.65, "{record:?}");
}
