//! The routes below `/v1`.

mod body;
pub(crate) mod estimates;
pub(crate) mod forms;
mod languages;
mod refusal;
mod request;
