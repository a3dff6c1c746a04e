//! The routes below `/v1`.

pub(crate) mod estimates;
pub(crate) mod forms;
mod refusal;
mod request;
