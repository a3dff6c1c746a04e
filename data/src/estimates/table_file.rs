//! A Parquet file that appears when it is complete.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use tempfile::NamedTempFile;
use thiserror::Error;

use crate::staging;

/// Why estimates could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The file cannot be created or replaced.
    #[error("{} cannot be written; choose another --output or free some space", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        error: std::io::Error,
    },
    /// The table could not be encoded.
    #[error("{} cannot be written", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The error of the encoder.
        #[source]
        error: parquet::errors::ParquetError,
    },
}

/// A table that is being written.
pub(super) struct TableFile {
    path: PathBuf,
    schema: Arc<Schema>,
    writer: ArrowWriter<NamedTempFile>,
}

impl TableFile {
    /// Begins a table whose columns are compressed with zstd; `properties` may say more.
    ///
    /// # Errors
    /// [`WriteError`] if the file cannot be created.
    pub(super) fn create(
        path: &Path,
        schema: Schema,
        properties: impl FnOnce(WriterPropertiesBuilder) -> WriterPropertiesBuilder,
    ) -> Result<Self, WriteError> {
        let path = path.to_owned();
        let file = match staging::file_beside(&path) {
            Ok(file) => file,
            Err(error) => return Err(WriteError::File { path, error }),
        };
        let schema = Arc::new(schema);
        let level = ZstdLevel::try_new(1).unwrap_or_default();
        let builder = WriterProperties::builder().set_compression(Compression::ZSTD(level));
        match ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties(builder).build())) {
            Ok(writer) => Ok(Self { path, schema, writer }),
            Err(error) => Err(WriteError::Parquet { path, error }),
        }
    }

    /// Writes the columns of some rows.
    ///
    /// # Errors
    /// [`WriteError`] if they cannot be written.
    pub(super) fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), WriteError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| ParquetError::ArrowError(error.to_string()));
        let written = batch.and_then(|batch| self.writer.write(&batch));
        written.map_err(|error| WriteError::Parquet { path: self.path.clone(), error })
    }

    /// Completes the table and puts the file in its place.
    ///
    /// # Errors
    /// [`WriteError`] if the rest cannot be written.
    pub(super) fn finish(self) -> Result<(), WriteError> {
        let Self { path, writer, .. } = self;
        match writer.into_inner() {
            Ok(file) => staging::persist(file, &path).map_err(|error| WriteError::File { path, error }),
            Err(error) => Err(WriteError::Parquet { path, error }),
        }
    }
}
