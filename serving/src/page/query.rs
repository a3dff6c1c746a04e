//! The address of the page: form, language and entered values.

use std::borrow::Cow;

use form_urlencoded::Serializer;

use crate::http::redaction::redacted;
use crate::wording::translations::Language;

/// Entries beyond this number are ignored.
const MAX_ENTRIES: usize = 2_000;

/// The entries of an address.
pub(super) struct Query {
    entries: Vec<(String, String)>,
    /// The language where the address names none.
    preferred: Language,
}

impl Query {
    pub(super) fn read(query: &str, preferred: Language) -> Self {
        let entries = form_urlencoded::parse(query.as_bytes()).take(MAX_ENTRIES);
        let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
        Self { entries: entries.map(owned).collect(), preferred }
    }

    /// The value of this name without surrounding spaces.
    pub(super) fn entered(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// The value of this name, redacted; empty if there is none.
    pub(super) fn redacted(&self, name: &str) -> String {
        self.entered(name).map(redacted).unwrap_or_default()
    }

    pub(super) fn form(&self) -> Option<&str> {
        self.entered("form").filter(|form| !form.is_empty())
    }

    pub(super) fn language(&self) -> Language {
        self.entered("lang").and_then(Language::of_tag).unwrap_or(self.preferred)
    }

    /// The address of the page in this language with these entries. It names the language, so that a reader's choice outweighs
    /// the browser's preference.
    pub(super) fn address(language: Language, entries: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("lang", language.tag());
        query.extend_pairs(entries);
        format!("/?{}", query.finish())
    }
}
