//! Answers: numbers for programs, texts in both languages for people.

pub(crate) mod estimate;
pub(crate) mod model;
pub(crate) mod note;
pub(crate) mod notes;
mod object;
pub(crate) mod reason;
pub(crate) mod reasons;
pub(crate) mod record;
mod record_notes;
