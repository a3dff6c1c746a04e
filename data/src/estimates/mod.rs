//! Tables of estimates: the queries to answer, the estimates, and their file.

mod bulk;
mod queries;
mod unseen;
mod writer;

pub use bulk::{BulkError, BulkEstimator, WrittenEstimates};
pub use queries::{Queries, QueryError};
pub use unseen::UnseenValues;
pub use writer::{AsOfType, EstimateRow, EstimateWriter, WriteError};
