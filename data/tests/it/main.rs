//! Histories, good and bad, and what can be seen of them.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod appointments;
mod as_of;
mod bad_histories;
mod canary;
mod case_status;
mod folder;
mod form_names;
mod good_histories;
mod observation;
mod queries;
mod queue_history;
mod resources;
mod same_day;
mod warnings;
