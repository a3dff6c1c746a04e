//! Tests of the workspace as a whole. They share one binary, because each further one links everything again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod coherence;
mod command;
mod import_case_status;
mod import_event_log;
