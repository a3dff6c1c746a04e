//! Tables of estimates: the queries to answer, the estimates, and their file.

mod bulk;
mod queries;
mod writer;

pub use bulk::{BulkError, BulkEstimator};
pub use queries::{Queries, QueryError};
pub use writer::{AsOfType, EstimateRow, EstimateWriter, WriteError};
