//! The agency's status titles and event codes, and what an action code may have meant.

use std::sync::LazyLock;

use model::{FormDefinition, StatusTexts, StatusTextsSpec};

static TEXTS: LazyLock<Option<StatusTexts>> = LazyLock::new(|| {
    let spec = toml::from_str::<StatusTextsSpec>(include_str!("../../../data/status-texts.toml"));
    spec.ok()?.check().ok()
});

/// Suggestions for one unknown text.
const MAX_SUGGESTED: usize = 3;
/// Bytes of an unknown text that are compared. The longest title is shorter.
const MAX_COMPARED: usize = 200;

/// The action that a status title stands for on a form.
pub(crate) fn action_for_title(title: &str, form: &str) -> Option<&'static str> {
    TEXTS.as_ref()?.action_for_title(title, Some(form))
}

/// The action that an event code stands for on a form.
pub(crate) fn action_for_event_code(code: &str, form: &str) -> Option<&'static str> {
    TEXTS.as_ref()?.action_for_event_code(code, Some(form))
}

/// The titles that resemble an unknown one most.
pub(crate) fn nearest_titles(unknown: &str) -> Vec<String> {
    let Some(texts) = TEXTS.as_ref() else { return Vec::new() };
    let nearest = texts.nearest_titles(compared(unknown), MAX_SUGGESTED);
    nearest.into_iter().map(|title| title.text.to_owned()).collect()
}

/// The action codes of a form that resemble an unknown one most.
pub(crate) fn nearest_actions(form: &FormDefinition, unknown: &str) -> Vec<String> {
    let Some(texts) = TEXTS.as_ref() else { return Vec::new() };
    let nearest = texts.nearest_actions(form, compared(unknown), MAX_SUGGESTED);
    nearest.into_iter().map(|near| near.action.to_owned()).collect()
}

/// The beginning of a text: to compare a long one takes long.
fn compared(text: &str) -> &str {
    let end = (0..=MAX_COMPARED.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_read() {
        assert_eq!(action_for_title("Case Was Approved", "I-485"), Some("approved"));
        assert!(TEXTS.as_ref().unwrap().event_codes().count() > 10);
        let longest = TEXTS.as_ref().unwrap().titles().iter().map(|title| title.text.len()).max();
        assert!(longest.unwrap() <= MAX_COMPARED);
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(compared(&"é".repeat(150)), "é".repeat(100));
        assert_eq!(compared(&format!("a{}", "é".repeat(150))).len(), 199);
        assert_eq!(compared("short"), "short");
    }
}
