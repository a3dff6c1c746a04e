//! The texts that applicants read, in English and Spanish: the table `strings.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::Label;

static TABLE: LazyLock<BTreeMap<String, Label>> =
    LazyLock::new(|| serde_json::from_str(include_str!("strings.json")).unwrap_or_default());

/// A language that applicants read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
}

impl Language {
    /// The language with this tag, `en` or `es`.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        [Self::English, Self::Spanish].into_iter().find(|language| language.tag() == tag)
    }

    /// The tag in HTML and in addresses.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::English => Self::Spanish,
            Self::Spanish => Self::English,
        }
    }

    /// The label in this language.
    pub(crate) fn of(self, label: &Label) -> &str {
        match self {
            Self::English => &label.en,
            Self::Spanish => &label.es,
        }
    }

    /// The text with this key.
    pub(crate) fn text(self, key: &'static str) -> &'static str {
        TABLE.get(key).map_or(key, |label| self.of(label))
    }

    /// The text with this key and its `{placeholders}` filled. Braces in a value are kept as they are.
    pub(crate) fn filled(self, key: &'static str, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(key);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, after)) = after.split_once('}') else { break };
            let value = values.iter().find(|(known, _)| *known == name);
            filled.push_str(value.map_or(name, |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// The languages of an answer's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Languages {
    Both,
    Only(Language),
}

/// A text in both languages.
pub(crate) fn in_both(write: impl Fn(Language) -> String) -> Label {
    Label { en: write(Language::English), es: write(Language::Spanish) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn both_languages_fill_the_same_placeholders() {
        assert!(TABLE.len() > 50, "strings.json is not a table of keys to en and es");
        for (key, Label { en, es }) in TABLE.iter() {
            assert!(!en.trim().is_empty() && !es.trim().is_empty(), "{key}");
            assert_eq!(placeholders(en), placeholders(es), "{key}");
            assert!(!en.contains('%') && !es.contains('%'), "{key}: no percent signs");
        }
    }

    #[test]
    fn sentences_are_short() {
        for (key, label) in TABLE.iter() {
            for sentence in label.en.split(". ") {
                assert!(sentence.split_whitespace().count() <= 22, "{key}: {sentence}");
            }
        }
    }

    /// The quoted keys in the sources and templates below a folder.
    fn used(folder: &Path, keys: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, keys);
                continue;
            }
            // The table itself uses no key.
            if path.extension().is_some_and(|extension| extension == "json") {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            keys.extend(source.split('"').filter(|part| TABLE.contains_key(*part)).map(str::to_owned));
            let asked = source.split("t(\"").chain(source.split("filled(\"")).skip(1);
            let asked = asked.filter_map(|rest| rest.split_once('"')).map(|(key, _)| key);
            keys.extend(
                asked.filter(|key| key.contains('.') && !key.contains([' ', '/'])).map(str::to_owned),
            );
        }
    }

    #[test]
    fn every_key_exists_and_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut keys = BTreeSet::new();
        used(&root.join("src"), &mut keys);
        used(&root.join("templates"), &mut keys);
        let known: BTreeSet<String> = TABLE.keys().cloned().collect();
        let missing: Vec<_> = keys.difference(&known).collect();
        let unused: Vec<_> = known.difference(&keys).collect();
        assert!(missing.is_empty() && unused.is_empty(), "missing {missing:?}, unused {unused:?}");
    }

    #[test]
    fn braces_in_a_value_are_not_placeholders() {
        let text = Language::English.filled("why.attribute", &[("label", "{value}"), ("value", "MSC")]);
        assert_eq!(text, "{value} (MSC)");
    }
}
