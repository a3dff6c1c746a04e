//! Answers: numbers for programs, texts in both languages for people.

pub(crate) mod estimate;
pub(crate) mod model;
pub(crate) mod notes;
pub(crate) mod reason;
