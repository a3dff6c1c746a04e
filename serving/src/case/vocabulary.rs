//! The agency's status titles and event codes, and what an action code may have meant.

use std::collections::BTreeMap;
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
/// Unknown texts of one request for which similar ones are looked up: each is compared with every title.
const MAX_LOOKED_UP: usize = 20;

/// The action that a status title stands for on a form.
pub(crate) fn action_for_title(title: &str, form: &str) -> Option<&'static str> {
    TEXTS.as_ref()?.action_for_title(title, Some(form))
}

/// The action that an event code stands for on a form.
pub(crate) fn action_for_event_code(code: &str, form: &str) -> Option<&'static str> {
    TEXTS.as_ref()?.action_for_event_code(code, Some(form))
}

/// What the unknown texts of one request may have meant. A text that occurs again is not looked up again.
#[derive(Default)]
pub(crate) struct Suggestions {
    found: BTreeMap<(Kind, String, String), Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Title,
    Action,
}

impl Suggestions {
    /// The titles that resemble an unknown one most and stand for an action of the form.
    pub(crate) fn titles(&mut self, form: &FormDefinition, unknown: &str) -> Vec<String> {
        self.look_up(Kind::Title, form, unknown, |texts, unknown| {
            let nearest = texts.nearest_titles(Some(form), unknown, MAX_SUGGESTED);
            nearest.into_iter().map(|title| title.text.to_owned()).collect()
        })
    }

    /// The action codes of the form that resemble an unknown one most.
    pub(crate) fn actions(&mut self, form: &FormDefinition, unknown: &str) -> Vec<String> {
        self.look_up(Kind::Action, form, unknown, |texts, unknown| {
            let nearest = texts.nearest_actions(form, unknown, MAX_SUGGESTED);
            nearest.into_iter().map(|near| near.action.to_owned()).collect()
        })
    }

    fn look_up(
        &mut self,
        kind: Kind,
        form: &FormDefinition,
        unknown: &str,
        nearest: impl FnOnce(&StatusTexts, &str) -> Vec<String>,
    ) -> Vec<String> {
        let unknown = compared(unknown);
        let key = (kind, form.name().to_owned(), unknown.to_owned());
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        let Some(texts) = TEXTS.as_ref().filter(|_| self.found.len() < MAX_LOOKED_UP) else {
            return Vec::new();
        };
        self.found.entry(key).or_insert_with(|| nearest(texts, unknown)).clone()
    }
}

/// The beginning of a text: to compare a long one takes long.
fn compared(text: &str) -> &str {
    let end = (0..=MAX_COMPARED.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use model::FormSpec;

    use super::*;

    const FORM: &str = r#"{"form": "X", "title": {"en": "x", "es": "x"}, "from": "2000-01-01", "checked_on": "2026-01-01",
        "source": ["x"], "attributes": [], "statuses": [], "pauses": [], "rejections": [], "notices": ["rfe_sent"],
        "milestones": [
            {"id": "received", "label": {"en": "x", "es": "x"}, "reached_by": ["received"], "follows": [],
             "source": ["x"], "checked_on": "2026-01-01"},
            {"id": "decision", "label": {"en": "x", "es": "x"}, "reached_by": ["approved"], "follows": ["received"],
             "decision": true, "source": ["x"], "checked_on": "2026-01-01"}]}"#;

    #[test]
    fn the_vocabulary_is_read() {
        assert_eq!(action_for_title("Case Was Approved", "I-485"), Some("approved"));
        assert!(TEXTS.as_ref().unwrap().event_codes().count() > 10);
        let longest = TEXTS.as_ref().unwrap().titles().iter().map(|title| title.text.len()).max();
        assert!(longest.unwrap() <= MAX_COMPARED);
    }

    #[test]
    fn a_request_looks_up_a_bounded_number_of_texts_and_each_once() {
        let form = serde_json::from_str::<FormSpec>(FORM).unwrap().check().unwrap();
        let mut suggestions = Suggestions::default();
        for _ in 0..2 {
            assert_eq!(suggestions.actions(&form, "aproved"), ["approved"]);
            for number in 1..MAX_LOOKED_UP {
                suggestions.titles(&form, &format!("Case Was Aproved {number}"));
            }
        }
        assert!(suggestions.actions(&form, "rfe_snt").is_empty());
        assert_eq!(suggestions.actions(&form, "aproved"), ["approved"]);
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(compared(&"é".repeat(150)), "é".repeat(100));
        assert_eq!(compared(&format!("a{}", "é".repeat(150))).len(), 199);
        assert_eq!(compared("short"), "short");
    }
}
