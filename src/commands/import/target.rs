//! The folder that an import writes to.

use std::path::Path;

use data::{HISTORY_FILES, HistoryFilesError};

use crate::failure::Failure;

/// Refuses a folder that holds a history, unless it is to be replaced. Nothing is read or written yet.
pub fn check_target(dir: &Path, replace: bool) -> Result<(), Failure> {
    if !replace && HISTORY_FILES.iter().any(|name| dir.join(name).exists()) {
        let dir = dir.display();
        return Err(Failure::bad_input(format!(
            "`{dir}` holds a history; replace it with --replace, or choose another folder"
        )));
    }
    Ok(())
}

/// The failure for a history that was not written: a full disk or a read-only folder is not bad input.
pub fn not_written(error: HistoryFilesError) -> Failure {
    match error {
        HistoryFilesError::Io { .. } => Failure::failed(error),
        HistoryFilesError::Target { .. } | HistoryFilesError::Row { .. } => Failure::bad_input(error),
    }
}
