//! Which texts count as the same title.

/// The form in which titles are compared: lower case without accents, quotation marks, invisible characters and a
/// period at the end; `&` is "and", a dash is a space, and spaces do not repeat.
pub(super) fn comparable(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '&' => push_word(&mut key, "and"),
            '\'' | '"' | '`' | '´' | 'ʼ' | '\u{2018}'..='\u{201f}' | '«' | '»' => {}
            // Combining accents, soft hyphens, zero-width characters and byte order marks.
            '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => push_space(&mut key),
            space if space.is_whitespace() => push_space(&mut key),
            letter => key.push(without_accent(letter)),
        }
    }
    key.truncate(key.trim_end_matches([' ', '.']).len());
    key
}

fn push_space(key: &mut String) {
    if !key.is_empty() && !key.ends_with(' ') {
        key.push(' ');
    }
}

fn push_word(key: &mut String, word: &str) {
    push_space(key);
    key.push_str(word);
    key.push(' ');
}

/// The letters with accents that English and Spanish use.
const fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' => 'a',
        'é' | 'è' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::comparable;

    #[test]
    fn case_spaces_quotes_periods_and_dashes_do_not_matter() {
        let title = "response to uscis request for evidence was received";
        for text in [
            "Response To USCIS' Request For Evidence Was Received",
            "  RESPONSE to USCIS\u{2019}  Request\u{a0}For Evidence Was Received. ",
            "\u{feff}Response To USCIS\u{2018} \u{201c}Request\u{201d} For Evidence Was\tReceived",
        ] {
            assert_eq!(comparable(text), title, "{text}");
        }
        assert_eq!(comparable("In-Person Processing"), comparable("In\u{2013}Person  processing."));
    }

    #[test]
    fn an_ampersand_is_the_word_and() {
        assert_eq!(comparable("Approved & Mailed"), comparable("approved and mailed"));
        assert_eq!(comparable("Approved&Mailed"), comparable("approved and mailed"));
    }

    #[test]
    fn accents_do_not_matter_however_they_are_encoded() {
        assert_eq!(comparable("Aprobación De Caso"), "aprobacion de caso");
        assert_eq!(comparable("Aprobacio\u{301}n De Caso"), "aprobacion de caso");
        assert_eq!(comparable("AÑO"), "ano");
    }

    #[test]
    fn different_words_stay_different() {
        assert_ne!(comparable("Case Was Approved"), comparable("Case Approved"));
        assert_eq!(comparable(" . "), "");
    }
}
