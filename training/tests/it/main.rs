//! What training promises: scores that agree with other programs, nothing from the future, and estimates that are true
//! in worlds whose truth is known.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod appointments;
mod backtest;
mod baselines;
mod boosting;
mod exact_worlds;
mod known_answers;
mod no_future;
mod records;
mod resources;
mod scored_rows;
mod sparse_history;
mod track_record;
mod true_quantiles;
mod worlds;
