//! Why nothing was simulated.

use data::estimates::WriteError;
use data::{FormFileError, HistoryFilesError};
use thiserror::Error;

use super::diagnostics::ScenarioError;

/// Why a world was not simulated.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The scenario is not valid.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A form has no definition.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// The history was not written.
    #[error(transparent)]
    Files(#[from] HistoryFilesError),
    /// The estimates of the oracle were not written.
    #[error(transparent)]
    Oracle(#[from] WriteError),
    /// The oracle has no future or no case.
    #[error("the oracle needs at least one future and one case")]
    EmptyOracle,
    /// The record would be empty.
    #[error("no filings fall into the record; raise the receipts or choose a later extraction day")]
    NoFilings,
    /// More filings than can be held, counting those before and after the record.
    #[error(
        "{filings:.0} filings from the beginning to the end of the world are more than 200,000,000; choose fewer cases or lower \
         the receipts outside the record"
    )]
    TooManyFilings {
        /// How many.
        filings: f64,
    },
    /// Too few or too many cases.
    #[error("{0} cases cannot be simulated; choose 1,000 to 20,000,000")]
    Cases(u64),
}
