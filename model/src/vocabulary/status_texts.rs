//! The checked vocabulary and its lookups.

use std::collections::{BTreeMap, BTreeSet};

use super::comparable::comparable;
use super::spec::{StatusTextsSpec, VocabularyError};

/// The language of a status title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// Spanish.
    Spanish,
}

/// A status title and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The title as the agency writes it.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// The action it stands for.
    pub action: String,
    /// The forms for which this holds; empty for every form.
    pub forms: Vec<String>,
    /// The text as it is compared.
    pub(super) key: String,
}

/// What a title or code stands for, for some forms or (without any) for all.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    action: String,
    forms: Vec<String>,
}

/// The agency's status titles and event codes, ready for lookups.
///
/// ```
/// use model::{EventCodeGroup, StatusTextsSpec, TitleGroup, VocabularySource};
///
/// let texts = StatusTextsSpec {
///     source: vec![VocabularySource { id: "A".into(), title: "An example".into(), address: None }],
///     titles: vec![TitleGroup {
///         action: "approved".into(),
///         forms: vec![],
///         source: vec!["A".into()],
///         en: vec!["Case Was Approved".into()],
///         es: vec!["Caso Fue Aprobado".into()],
///     }],
///     event_codes: vec![EventCodeGroup {
///         action: "approved".into(),
///         forms: vec![],
///         source: vec!["A".into()],
///         codes: vec!["DA".into()],
///     }],
/// }
/// .check()?;
/// assert_eq!(texts.action_for_title("CASE WAS APPROVED.", None), Some("approved"));
/// assert_eq!(texts.action_for_event_code("DA", Some("I-130")), Some("approved"));
/// assert_eq!(texts.nearest_titles(None, "Caso aprobado", 1)[0].text, "Caso Fue Aprobado");
/// # Ok::<(), model::VocabularyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusTexts {
    titles: Vec<Title>,
    titles_by_key: BTreeMap<String, Vec<Meaning>>,
    event_codes: BTreeMap<String, Vec<Meaning>>,
}

impl StatusTextsSpec {
    /// Checks the vocabulary and makes it ready for lookups.
    ///
    /// # Errors
    /// The first [`VocabularyError`] found: a blank text, a source that is missing, not explained or listed twice, or a
    /// title or code that is listed twice for the same forms. Titles are compared as lookups compare them.
    pub fn check(self) -> Result<StatusTexts, VocabularyError> {
        let sources = source_ids(&self)?;
        let mut titles = Vec::new();
        let mut titles_by_key = BTreeMap::new();
        for group in self.titles {
            check_sources(&group.action, &group.source, &sources)?;
            let english = group.en.into_iter().map(|text| (text, Language::English));
            let spanish = group.es.into_iter().map(|text| (text, Language::Spanish));
            for (text, language) in english.chain(spanish) {
                let key = comparable(&text);
                insert(&mut titles_by_key, &key, &text, &group.action, &group.forms)?;
                let (action, forms) = (group.action.clone(), group.forms.clone());
                titles.push(Title { text, language, action, forms, key });
            }
        }
        let mut event_codes = BTreeMap::new();
        for group in self.event_codes {
            check_sources(&group.action, &group.source, &sources)?;
            for code in group.codes {
                insert(&mut event_codes, &code_key(&code), &code, &group.action, &group.forms)?;
            }
        }
        Ok(StatusTexts { titles, titles_by_key, event_codes })
    }
}

impl StatusTexts {
    /// The action that a status title stands for on a form (named as its definition names it).
    ///
    /// Without a form, the title has an action if it means the same on every form that it is listed for.
    #[must_use]
    pub fn action_for_title(&self, text: &str, form: Option<&str>) -> Option<&str> {
        action_for(self.titles_by_key.get(&comparable(text))?, form)
    }

    /// The action that an event code stands for on a form (named as its definition names it).
    ///
    /// Without a form, the code has an action if it means the same on every form that it is listed for.
    #[must_use]
    pub fn action_for_event_code(&self, code: &str, form: Option<&str>) -> Option<&str> {
        action_for(self.event_codes.get(&code_key(code))?, form)
    }

    /// Every title, in the order of the file.
    #[must_use]
    pub fn titles(&self) -> &[Title] {
        &self.titles
    }

    /// Every event code with an action and the forms for which this holds (none for every form), sorted by code.
    pub fn event_codes(&self) -> impl Iterator<Item = (&str, &str, &[String])> {
        self.event_codes.iter().flat_map(|(code, meanings)| {
            meanings.iter().map(|meaning| (code.as_str(), meaning.action.as_str(), &meaning.forms[..]))
        })
    }
}

/// Event codes are upper case wherever the agency prints them.
fn code_key(code: &str) -> String {
    code.trim().to_ascii_uppercase()
}

fn action_for<'a>(meanings: &'a [Meaning], form: Option<&str>) -> Option<&'a str> {
    let for_all = || meanings.iter().find(|meaning| meaning.forms.is_empty());
    let found = match form {
        Some(form) => {
            meanings.iter().find(|meaning| meaning.forms.iter().any(|name| name == form)).or_else(for_all)
        }
        None => {
            meanings.first().filter(|first| meanings.iter().all(|meaning| meaning.action == first.action))
        }
    };
    found.map(|meaning| meaning.action.as_str())
}

fn insert(
    entries: &mut BTreeMap<String, Vec<Meaning>>,
    key: &str,
    text: &str,
    action: &str,
    forms: &[String],
) -> Result<(), VocabularyError> {
    if key.is_empty() || action.trim().is_empty() || forms.iter().any(|form| form.trim().is_empty()) {
        return Err(VocabularyError::Blank { action: action.to_owned() });
    }
    let meanings = entries.entry(key.to_owned()).or_default();
    let overlaps = |other: &&Meaning| {
        (other.forms.is_empty() && forms.is_empty()) || other.forms.iter().any(|form| forms.contains(form))
    };
    if let Some(other) = meanings.iter().find(overlaps) {
        let (first, second) = (other.action.clone(), action.to_owned());
        return Err(VocabularyError::Duplicate { text: text.to_owned(), first, second });
    }
    meanings.push(Meaning { action: action.to_owned(), forms: forms.to_vec() });
    Ok(())
}

fn source_ids(spec: &StatusTextsSpec) -> Result<BTreeSet<String>, VocabularyError> {
    let mut ids = BTreeSet::new();
    for source in &spec.source {
        if !ids.insert(source.id.clone()) {
            return Err(VocabularyError::DuplicateSource { id: source.id.clone() });
        }
    }
    Ok(ids)
}

fn check_sources(action: &str, named: &[String], known: &BTreeSet<String>) -> Result<(), VocabularyError> {
    if named.is_empty() {
        return Err(VocabularyError::NoSource { action: action.to_owned() });
    }
    match named.iter().find(|id| !known.contains(*id)) {
        Some(id) => Err(VocabularyError::UnknownSource { action: action.to_owned(), id: id.clone() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::{EventCodeGroup, TitleGroup, VocabularySource};
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    fn title(action: &str, forms: &[&str], en: &[&str]) -> TitleGroup {
        let source = words(&["A"]);
        TitleGroup { action: action.into(), forms: words(forms), source, en: words(en), es: vec![] }
    }

    fn code(action: &str, forms: &[&str], codes: &[&str]) -> EventCodeGroup {
        let source = words(&["A"]);
        EventCodeGroup { action: action.into(), forms: words(forms), source, codes: words(codes) }
    }

    fn spec(titles: Vec<TitleGroup>, event_codes: Vec<EventCodeGroup>) -> StatusTextsSpec {
        let source = vec![VocabularySource { id: "A".into(), title: "A source".into(), address: None }];
        StatusTextsSpec { source, titles, event_codes }
    }

    #[test]
    fn a_title_for_a_form_comes_before_one_for_every_form() {
        let notice = "Continuation Notice Was Mailed";
        let titles =
            vec![title("other_notice", &[], &[notice]), title("interview_other", &["N-400"], &[notice])];
        let texts = spec(titles, vec![]).check().unwrap();
        assert_eq!(texts.action_for_title(notice, Some("N-400")), Some("interview_other"));
        assert_eq!(texts.action_for_title(notice, Some("I-90")), Some("other_notice"));
        assert_eq!(texts.action_for_title(notice, None), None);
    }

    #[test]
    fn an_event_code_of_other_forms_has_no_action() {
        let texts = spec(vec![], vec![code("approved", &["I-485"], &["IEC"])]).check().unwrap();
        assert_eq!(texts.action_for_event_code(" iec ", Some("I-485")), Some("approved"));
        assert_eq!(texts.action_for_event_code("IEC", Some("I-90")), None);
        assert_eq!(texts.action_for_event_code("IEC", None), Some("approved"));
        assert_eq!(texts.action_for_event_code("XYZ", None), None);
    }

    #[test]
    fn a_title_listed_twice_for_the_same_forms_is_refused() {
        let titles = vec![
            title("approved", &[], &["Case Was Approved"]),
            title("denied", &[], &["case was approved."]),
        ];
        let error = spec(titles, vec![]).check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "duplicate `case was approved.`, for `approved` and for `denied`; keep one, or limit them to different \
             `forms`"
        );
        let codes = vec![code("approved", &["I-90", "I-130"], &["DA"]), code("denied", &["I-130"], &["da"])];
        assert!(matches!(spec(vec![], codes).check(), Err(VocabularyError::Duplicate { .. })));
    }

    #[test]
    fn blank_texts_and_sources_that_are_not_explained_are_refused() {
        let blank = spec(vec![title("approved", &[], &[" . "])], vec![]).check();
        assert!(matches!(blank, Err(VocabularyError::Blank { .. })));
        let mut group = title("approved", &[], &["Case Was Approved"]);
        group.source = words(&["A", "B"]);
        let unknown = spec(vec![group.clone()], vec![]).check();
        assert_eq!(
            unknown,
            Err(VocabularyError::UnknownSource { action: "approved".into(), id: "B".into() })
        );
        group.source.clear();
        assert!(matches!(spec(vec![group], vec![]).check(), Err(VocabularyError::NoSource { .. })));
        let mut twice = spec(vec![], vec![]);
        twice.source.push(twice.source[0].clone());
        assert_eq!(twice.check(), Err(VocabularyError::DuplicateSource { id: "A".into() }));
    }
}
