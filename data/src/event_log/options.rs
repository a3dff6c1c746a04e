//! What the person who imports a log says about it.

use super::date_order::DateOrder;
use crate::case_ids::CaseIdKey;

/// What the person who imports a log says about it. By default, nothing: names, dates and transitions are recognized.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Column with the key of the case (CSV and Parquet).
    pub case_column: Option<String>,
    /// Column with what happened (CSV and Parquet).
    pub activity_column: Option<String>,
    /// Column with when it happened (CSV and Parquet).
    pub timestamp_column: Option<String>,
    /// Column with who did it (CSV and Parquet).
    pub resource_column: Option<String>,
    /// Leaves out who did it.
    pub without_resource: bool,
    /// Order of day, month and year in dates such as `01/02/2016`.
    pub date_order: Option<DateOrder>,
    /// Lifecycle transitions whose events count, or `all`; if empty, `complete` where the log has it.
    pub lifecycle: Vec<String>,
    /// Key for hashes that replace the case ids.
    pub case_id_key: Option<CaseIdKey>,
}
