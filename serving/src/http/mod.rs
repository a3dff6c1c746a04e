//! What every route shares: reading bodies, answering, problems, limits, and what may be shown of a submitted text.

pub(crate) mod health;
pub(crate) mod json_body;
mod json_bounds;
pub(crate) mod json_pointer;
pub(crate) mod middleware;
pub(crate) mod problem;
pub(crate) mod redaction;
pub(crate) mod respond;
