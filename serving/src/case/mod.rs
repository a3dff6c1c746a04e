//! A case: as it was submitted, what is wrong with it, and where it is by its record.

pub(crate) mod action_label;
pub(crate) mod checks;
pub(crate) mod covered;
pub(crate) mod record;
pub(crate) mod status;
pub(crate) mod submitted;
mod vocabulary;
