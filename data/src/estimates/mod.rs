//! Tables of estimates: the queries to answer, the estimates, and their file; and estimates with what came after them.

mod basis;
mod bulk;
mod queries;
mod scored;
mod table_file;
mod unseen;
mod writer;

pub use basis::StatedBasis;
pub(crate) use basis::group_name;
pub use bulk::{BulkError, BulkEstimator, WrittenEstimates};
pub use queries::{Queries, QueryError};
pub use scored::{ScoredCase, ScoredCaseWriter};
pub use table_file::WriteError;
pub use unseen::UnseenValues;
pub use writer::{AsOfType, EstimateRow, EstimateWriter};
