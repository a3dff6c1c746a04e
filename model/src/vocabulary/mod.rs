//! The agency's public words: which action a status title or an event code stands for.
//!
//! The words are data (`data/status-texts.toml`). The crates that load the file parse it into a [`StatusTextsSpec`].

mod comparable;
mod likeness;
mod nearest;
mod spec;
mod status_texts;

pub use nearest::{NearestAction, NearestTitle};
pub use spec::{EventCodeGroup, StatusTextsSpec, TitleGroup, VocabularyError, VocabularySource};
pub use status_texts::{Language, StatusTexts, Title};
