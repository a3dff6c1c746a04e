//! The forms that myProgress is about, with or without a model.

use std::sync::LazyLock;

static COVERED: LazyLock<Vec<String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../data/forms/covered.json")).unwrap_or_default()
});

/// The names of the covered forms. One of them without a model is unsupported; any other form is unknown.
pub(crate) fn covered_forms() -> impl Iterator<Item = &'static str> {
    COVERED.iter().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::covered_forms;

    #[test]
    fn the_list_of_covered_forms_is_read() {
        assert_eq!(covered_forms().count(), 7);
        assert!(covered_forms().any(|form| form == "I-485"));
    }
}
