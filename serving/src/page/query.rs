//! The address of the page: which form, which language, what was entered.

use form_urlencoded::Serializer;

use crate::masking::shown;
use crate::texts::Language;

/// More than this many entries, or longer ones, are no address of this page.
const MOST_ENTRIES: usize = 2_000;

/// The entries of an address.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn read(query: &str) -> Self {
        let entries = form_urlencoded::parse(query.as_bytes()).take(MOST_ENTRIES);
        Self(entries.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// What was entered under this name, without spaces around it.
    pub(super) fn entered(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// What was entered, as it may be shown again.
    pub(super) fn shown(&self, name: &str) -> String {
        self.entered(name).map(shown).unwrap_or_default()
    }

    pub(super) fn form(&self) -> Option<&str> {
        self.entered("form").filter(|form| !form.is_empty())
    }

    pub(super) fn language(&self) -> Language {
        Language::of_tag(self.entered("lang").unwrap_or_default())
    }

    /// The address of the page in this language with these entries.
    pub(super) fn address(language: Language, entries: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        if language != Language::English {
            query.append_pair("lang", language.tag());
        }
        query.extend_pairs(entries);
        let query = query.finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }
}
