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

fn record(filings: &[Filing]) -> TrackRecord {
    let model = fit(history(filings, HistoryTimes::Moments).view_at(as_of(AS_OF)), "I-765").unwrap();
    model.training().track_record.clone().unwrap()
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
    assert!((record.decided - decided as f64 / pending.len() as f64).abs() < 1e-12);
}

#[test]
fn in_a_steady_world_the_record_is_good() {
    let record = record(&world(f64::INFINITY, 1.0));
    assert!((record.expected - record.decided).abs() < 0.02, "{record:?}");
    // The 80 per cent quantile is 97 days in this world and 130 followed, so it can be judged for all.
    assert_eq!(record.judged, record.pending);
    let within = record.within_q80 as f64 / record.judged as f64;
    assert!((0.77..=0.83).contains(&within), "{record:?}");
}

#[test]
fn the_record_shows_that_everything_slowed_down() {
    // Everything takes three times as long from day 270 on, a little after the earlier time.
    let record = record(&world(270.0, 3.0));
    assert!(record.expected > record.decided + 0.2, "{record:?}");
    let within = record.within_q80 as f64 / record.judged as f64;
    assert!(within < 0.65, "{record:?}");
}
