//! The table of estimates that `estimate` writes, and the queries that it may answer.

mod queries;
mod writer;

pub use queries::{Queries, QueryError};
pub use writer::{AsOfType, EstimateRow, EstimateWriter, WriteError};
