//! The service from outside: the API, the page and the server program.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod body;
mod case_status;
mod client;
mod connections;
mod estimates;
mod hand_made;
mod inputs;
mod languages;
mod layers;
mod notes;
mod overload;
mod page;
mod privacy;
mod program;
mod reasons;
mod record;
mod routes;
mod track_record;
mod vocabulary;
