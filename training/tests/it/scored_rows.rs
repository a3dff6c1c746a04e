//! A backtest of a made-up world, with its cases.

use data::History;
use model::{Quantiles, Target};
use training::{CandidateSet, Judged, backtest};

use crate::worlds::as_of;

/// A scored case that outlives its backtest.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub case_id: String,
    pub candidate: String,
    pub target: Target,
    pub state: String,
    pub queue: String,
    pub waited: f64,
    pub quantiles: Quantiles,
    pub time: Option<f64>,
    pub crps: f64,
    pub integral: f64,
    pub pit: [f64; 2],
    pub said: Option<(String, f64)>,
    pub came: Option<String>,
}

impl Row {
    pub fn is_of(&self, candidate: &str, target: Target) -> bool {
        self.candidate == candidate && self.target == target
    }
}

/// Scores of all candidates for I-765 at an origin, and all cases.
pub fn judged(history: &History, origin: &str, candidates: CandidateSet) -> (Vec<Judged>, Vec<Row>) {
    let mut rows = Vec::new();
    let forms = ["I-765".to_owned()];
    let judged = backtest(
        history,
        as_of(origin),
        &forms,
        candidates,
        |_| {},
        |cases| {
            rows.extend(cases.rows().map(|row| Row {
                case_id: row.case_id.to_owned(),
                candidate: row.candidate.to_owned(),
                target: row.target,
                state: row.state.to_owned(),
                queue: row.queue.to_owned(),
                waited: row.waited_days,
                quantiles: *row.quantiles,
                time: row.event.then_some(row.days),
                crps: row.crps_days,
                integral: row.crps_integral_days,
                pit: row.pit,
                said: row.said_step.map(str::to_owned).zip(row.said_probability),
                came: row.came_step.map(str::to_owned),
            }));
        },
    );
    (judged.unwrap(), rows)
}
