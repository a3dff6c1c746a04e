//! What of a submitted text may be shown again: little of it, and never a receipt number.

/// At most this many characters of a submitted text are shown.
const MOST_SHOWN: usize = 40;
const LETTERS: usize = 3;
const DIGITS: usize = 10;
const INSTEAD: &str = "[receipt number]";

/// A submitted text as it may be shown: receipt numbers masked, no control characters, at most 40 characters.
pub(crate) fn shown(text: &str) -> String {
    let safe: String =
        masked(text).chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    match safe.char_indices().nth(MOST_SHOWN) {
        None => safe,
        Some((end, _)) => format!("{}…", &safe[..end]),
    }
}

/// Whether a word of the text looks like a receipt number: three letters, then ten digits. A longer word, such as a digest
/// in hexadecimal, is none although such a run may stand in it.
pub(crate) fn has_receipt_number(text: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric()).any(|word| {
        let (letters, digits) = word.split_at_checked(LETTERS).unwrap_or_default();
        digits.len() == DIGITS
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn masked(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len());
    let mut position = 0;
    while position < characters.len() {
        if let Some(end) = receipt_number_at(&characters, position) {
            safe.push_str(INSTEAD);
            position = end;
        } else {
            safe.push(characters[position]);
            position += 1;
        }
    }
    safe
}

/// The end of the receipt number that begins at `start`, if one does.
fn receipt_number_at(characters: &[char], start: usize) -> Option<usize> {
    let letters = characters.get(start..start + LETTERS)?;
    if !letters.iter().all(char::is_ascii_alphabetic) {
        return None;
    }
    let mut digits = 0;
    for (offset, character) in characters[start + LETTERS..].iter().enumerate() {
        match character {
            '0'..='9' => digits += 1,
            ' ' | '-' | '.' | '_' => {}
            _ => return None,
        }
        if digits == DIGITS {
            return Some(start + LETTERS + offset + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipt_numbers_are_masked_wherever_they_stand() {
        for text in
            ["IOE0123456789", "ioe0123456789", "xIOE0123456789", "IOE-0123 456-789", "MSC 21 900 12345"]
        {
            let shown = shown(text);
            assert!(shown.contains(INSTEAD) && !shown.contains("0123") && !shown.contains("900"), "{shown}");
        }
        for text in ["", "IOE012345678", "I-485", "2022-06-30T17:00:00Z", "0123456789", "ñññ0123456789"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_digest_is_no_receipt_number() {
        assert!(has_receipt_number("IOE0123456789") && has_receipt_number("case:wac2190012345, mine"));
        for text in ["", "IOE012345678", "abc0123456789def", "run-2022-01-10-000017", "ééé0123456789"] {
            assert!(!has_receipt_number(text), "{text}");
        }
    }

    #[test]
    fn a_receipt_number_across_the_cut_is_not_shown_in_part() {
        let text = format!("{}IOE0123456789 and more", "x ".repeat(17));
        assert!(!shown(&text).contains("012"), "{}", shown(&text));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let shown = shown(&"é".repeat(500));
        assert_eq!(shown.chars().count(), MOST_SHOWN + 1);
        assert!(!super::shown("a\nb\u{7}c").contains(char::is_control));
    }
}
