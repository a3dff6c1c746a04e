//! A checked history.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use model::{FormDefinition, Stamp};
use thiserror::Error;

use super::actions::Actions;
use super::activity::Activity;
use super::columns::{Attribute, Coded, Times};
use super::description::HistoryJson;
use super::report::{HistoryIssue, HistoryReport};
use crate::forms::FormCatalog;

/// Why a history cannot be used.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// Something in it is wrong.
    #[error("the history in {} cannot be used:\n{report}", dir.display())]
    Bad {
        /// The folder.
        dir: PathBuf,
        /// Everything that is wrong with it.
        report: HistoryReport,
    },
}

/// A checked history. Cases are numbered in file order.
///
/// The actions of a case can only be seen as of a time: [`History::view_at`].
#[derive(Debug)]
pub struct History {
    pub(super) about: HistoryJson,
    pub(super) catalog: FormCatalog,
    pub(super) case_ids: Vec<u8>,
    pub(super) case_id_ends: Vec<u64>,
    pub(super) form: Coded,
    pub(super) received: Times,
    pub(super) attributes: Vec<Attribute>,
    pub(super) actions: Actions,
    pub(super) warnings: HistoryReport,
    /// When something happened; counted when it is asked for.
    pub(super) activity: OnceLock<Activity>,
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

    /// The number of its cases.
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

    /// The attribute with this name, if a form definition lists it and this history has it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The action codes in it, in order of first appearance.
    #[must_use]
    pub fn action_codes(&self) -> &[String] {
        self.actions.codes()
    }

    /// The names of who did something in it, in order of first appearance; none if it does not say so.
    #[must_use]
    pub fn resources(&self) -> &[String] {
        self.actions.resources()
    }

    /// The definition of a form that is in force on a day.
    ///
    /// # Errors
    /// If the form is unknown or has no definition for the day.
    pub fn definition(
        &self,
        form: &str,
        on: model::Day,
    ) -> Result<FormDefinition, crate::forms::FormFileError> {
        self.catalog.definition(form, on)
    }

    /// Findings that do not make the history unusable.
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
