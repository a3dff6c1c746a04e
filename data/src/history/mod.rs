//! Case histories: who was received when, and what happened to them.

mod check;
mod load;
mod report;
mod summary;
mod table;

use std::collections::HashMap;
use std::path::PathBuf;

use model::{FormDefinition, Stamp};
use thiserror::Error;

use crate::as_of::Actions;
use crate::forms::FormCatalog;
use crate::history_files::HistoryJson;
pub use report::{HistoryIssue, HistoryReport};
pub use summary::{FormSummary, Summary};
pub use table::Times;
pub(crate) use table::{Coded, NO_VALUE};

/// Why there is no history.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// Something in it is wrong; nothing was used.
    #[error("the history in {} cannot be used:\n{report}", dir.display())]
    Bad {
        /// The folder.
        dir: PathBuf,
        /// Everything that is wrong with it.
        report: HistoryReport,
    },
}

/// An attribute of the cases, known at receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Column name.
    pub name: String,
    coded: Coded,
}

impl Attribute {
    /// The distinct values, in order of first appearance.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.coded.values
    }

    /// Which value a case has, if it has one.
    #[must_use]
    pub fn code(&self, case: usize) -> Option<usize> {
        Some(self.coded.codes[case]).filter(|&code| code != NO_VALUE).map(|code| code as usize)
    }

    /// The value that a case has.
    #[must_use]
    pub fn value(&self, case: usize) -> Option<&str> {
        self.code(case).map(|code| self.coded.values[code].as_str())
    }
}

/// A history that was read and found sound. Cases are numbered in file order.
///
/// What happened to a case can only be seen as of a time: [`History::view_at`].
#[derive(Debug)]
pub struct History {
    about: HistoryJson,
    catalog: FormCatalog,
    case_ids: Vec<u8>,
    case_id_ends: Vec<u64>,
    form: Coded,
    received: Times,
    attributes: Vec<Attribute>,
    pub(crate) actions: Actions,
    warnings: HistoryReport,
}

impl History {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.about.name
    }

    /// What its `history.json` says.
    #[must_use]
    pub fn about(&self) -> &HistoryJson {
        &self.about
    }

    /// The time up to which it is complete.
    #[must_use]
    pub fn extracted_on(&self) -> Stamp {
        self.about.extracted_on
    }

    /// How many cases it has.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.case_id_ends.len()
    }

    /// The key of a case.
    #[must_use]
    pub fn case_id(&self, case: usize) -> &str {
        let from = if case == 0 { 0 } else { self.case_id_ends[case - 1] as usize };
        std::str::from_utf8(&self.case_ids[from..self.case_id_ends[case] as usize]).unwrap_or_default()
    }

    /// The names of the forms in it, in order of first appearance.
    #[must_use]
    pub fn forms(&self) -> &[String] {
        &self.form.values
    }

    /// The position of a case's form in [`Self::forms`].
    #[must_use]
    pub fn form_of(&self, case: usize) -> usize {
        self.form.codes[case] as usize
    }

    /// When cases were received.
    #[must_use]
    pub fn received(&self) -> &Times {
        &self.received
    }

    /// The attribute with this name, if some form definition lists it and this history has it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The action codes in it, in order of first appearance.
    #[must_use]
    pub fn action_codes(&self) -> &[String] {
        self.actions.codes()
    }

    /// The definition of a form that is in force on a day.
    ///
    /// # Errors
    /// If the form is not known or has no definition for that day.
    pub fn definition(
        &self,
        form: &str,
        on: model::Day,
    ) -> Result<FormDefinition, crate::forms::FormFileError> {
        self.catalog.definition(form, on)
    }

    /// What is worth knowing but does no harm.
    #[must_use]
    pub fn warnings(&self) -> &[HistoryIssue] {
        &self.warnings.warnings
    }

    /// An index from case id to case.
    #[must_use]
    pub fn index(&self) -> CaseIndex<'_> {
        CaseIndex((0..self.cases()).map(|case| (self.case_id(case), case as u32)).collect())
    }
}

/// Finds cases by their id.
#[derive(Debug)]
pub struct CaseIndex<'a>(HashMap<&'a str, u32>);

impl CaseIndex<'_> {
    /// The case with this id.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<usize> {
        self.0.get(id).map(|&case| case as usize)
    }
}
