//! The names of the files of a history, and of the columns that reader and writer share.

/// Every file whose presence makes a folder a history.
pub const HISTORY_FILES: [&str; 7] =
    [DESCRIPTION, CASES, ACTIONS, OTHER_FORM[0], OTHER_FORM[1], OTHER_FORM[2], OTHER_FORM[3]];

/// What a history says about itself.
pub(super) const DESCRIPTION: &str = "history.json";
pub(super) const CASES: &str = "cases.parquet";
pub(super) const ACTIONS: &str = "actions.parquet";
/// The same tables as CSV. Beside the Parquet tables they would be a second history.
pub(super) const OTHER_FORM: [&str; 4] = ["cases.csv", "cases.csv.gz", "actions.csv", "actions.csv.gz"];
/// The endings of a table, and whether it is CSV.
pub(super) const TABLE_ENDINGS: [(&str, bool); 3] = [("parquet", false), ("csv", true), ("csv.gz", true)];
/// The form definition that an import makes.
pub(crate) const FORM_FILE: &str = "form.toml";
/// The columns of cases that are not attributes.
pub(super) const CASE_COLUMNS: [&str; 4] = ["case_id", "form", "received_on", "received_at"];
/// The columns of actions.
pub(super) const ACTION_COLUMNS: [&str; 6] =
    ["case_id", "action", "occurred_on", "occurred_at", SCHEDULED_FOR, RESOURCE];
/// The optional column with the day of the appointment that an action announces.
pub(super) const SCHEDULED_FOR: &str = "scheduled_for";
/// The optional column with who did an action.
pub(super) const RESOURCE: &str = "resource";
