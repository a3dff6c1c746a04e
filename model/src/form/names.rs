//! The ways in which people write the name of a form.

/// The known form that `written` names: the same text, or else the only one that differs from it in nothing but
/// capitals, spaces, hyphens and the word "form", in English or Spanish, in front.
///
/// ```
/// let known = ["I-90", "N-400"];
/// for written in ["N-400", "N400", "n-400", "Form N-400", "form n 400", "Formulario N-400"] {
///     assert_eq!(model::recognized_form(written, known), Some("N-400"));
/// }
/// assert_eq!(model::recognized_form("N-600", known), None);
/// ```
#[must_use]
pub fn recognized_form<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = known.into_iter().collect();
    if let Some(same) = names.iter().find(|name| **name == written) {
        return Some(same);
    }
    let wanted = plain(written);
    let mut alike = names.into_iter().filter(|name| !wanted.is_empty() && plain(name) == wanted);
    alike.next().filter(|_| alike.next().is_none())
}

/// What people call a form, in English and Spanish.
const FORM_WORDS: [&str; 3] = ["formulario", "forma", "form"];

/// The letters and digits of a name, without the word "form" in front.
fn plain(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let is_word_end = |rest: &&str| rest.starts_with([' ', '-', '_', '\u{a0}']);
    let own = FORM_WORDS.iter().find_map(|word| lower.strip_prefix(word).filter(is_word_end));
    own.unwrap_or(&lower)
        .chars()
        .filter(|letter| !letter.is_whitespace() && !"-_\u{2010}\u{2011}\u{2013}".contains(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::recognized_form;

    #[test]
    fn a_form_is_recognized_however_people_write_it() {
        let known = ["N-400", "I-90", "I-485", "I-485J", "permit", "Form 1", "formality"];
        for (written, expected) in [
            ("N-400", Some("N-400")),
            ("N400", Some("N-400")),
            (" n-400 ", Some("N-400")),
            ("Form N-400", Some("N-400")),
            ("form n 400", Some("N-400")),
            ("Formulario N-400", Some("N-400")),
            ("formulario i485", Some("I-485")),
            ("FORMULARIO\u{a0}I-90", Some("I-90")),
            ("Forma N-400", Some("N-400")),
            ("N\u{2011}400", Some("N-400")),
            ("form-i90", Some("I-90")),
            ("i485j", Some("I-485J")),
            ("I485", Some("I-485")),
            ("PERMIT", Some("permit")),
            ("Form 1", Some("Form 1")),
            ("Formality", Some("formality")),
            ("N-4000", None),
            ("form", None),
            ("formulario", None),
            ("formularion400", None),
            ("", None),
        ] {
            assert_eq!(recognized_form(written, known), expected, "{written:?}");
        }
    }

    #[test]
    fn an_exact_name_wins_and_an_ambiguous_one_is_not_guessed() {
        let known = ["a-1", "A1", "b"];
        assert_eq!(recognized_form("a-1", known), Some("a-1"));
        assert_eq!(recognized_form("A1", known), Some("A1"));
        assert_eq!(recognized_form("A-1", known), None);
    }
}
