//! What the model promises: of every model file, and of every form, model and case.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod coherence;
mod forest;
mod hostile_artifact;
mod hostile_reference;
mod in_line;
mod next_steps;
mod pieces;
mod properties;
mod queue_state;
mod reasons;
mod semantics;
mod small_curves;
mod small_form;
mod worlds;
