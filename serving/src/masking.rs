//! What of a submitted text may be shown again: little of it, and never a receipt number or another number that long.

/// At most this many characters of a submitted text are shown.
const MOST_SHOWN: usize = 40;
const LETTERS: usize = 3;
const DIGITS: usize = 10;
const INSTEAD: &str = "[receipt number]";
/// Alien and Social Security numbers have nine digits; a date has eight.
const DIGITS_OF_A_PERSON: usize = 9;
const INSTEAD_OF_A_NUMBER: &str = "[number]";

/// A submitted text as it may be shown: receipt numbers and other long numbers masked, no control characters, at most 40 characters.
pub(crate) fn shown(text: &str) -> String {
    let safe: String =
        masked(text).chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    match safe.char_indices().nth(MOST_SHOWN) {
        None => safe,
        Some((end, _)) => format!("{}…", &safe[..end]),
    }
}

/// Whether a word of the text, or two that follow each other, look like a receipt number: three letters, then ten digits. A
/// longer word, such as a digest in hexadecimal, is none although such a run may stand in it.
pub(crate) fn has_receipt_number(text: &str) -> bool {
    let is_one = |letters: &str, digits: &str| {
        letters.len() == LETTERS
            && digits.len() == DIGITS
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut before = "";
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).any(|word| {
        let (letters, digits) = word.split_at_checked(LETTERS).unwrap_or_default();
        is_one(letters, digits) || is_one(std::mem::replace(&mut before, word), word)
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
        } else if let Some(end) = long_number_at(&characters, position) {
            safe.push_str(INSTEAD_OF_A_NUMBER);
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
            // Whatever it is written with: spaces of any width, hyphens, dots.
            separator if !separator.is_alphanumeric() => {}
            _ => return None,
        }
        if digits == DIGITS {
            return Some(start + LETTERS + offset + 1);
        }
    }
    None
}

/// The end of the number that begins at `start`, if it has as many digits, in any script, as one that names a person.
/// Hyphens and dots may divide it.
fn long_number_at(characters: &[char], start: usize) -> Option<usize> {
    let mut digits = 0;
    let mut end = start;
    for (position, character) in characters.iter().enumerate().skip(start) {
        match character {
            digit if digit.is_numeric() => {
                digits += 1;
                end = position + 1;
            }
            '-' | '.' if position == end && digits > 0 => {}
            _ => break,
        }
    }
    (digits >= DIGITS_OF_A_PERSON).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipt_numbers_are_masked_wherever_they_stand() {
        for text in [
            "IOE0123456789",
            "ioe0123456789",
            "xIOE0123456789",
            "IOE-0123 456-789",
            "MSC 21 900 12345",
            "IOE#0123\u{a0}456\u{2013}789",
        ] {
            let shown = shown(text);
            assert!(shown.contains(INSTEAD) && !shown.contains("0123") && !shown.contains("900"), "{shown}");
        }
        for text in
            ["", "IOE01234567", "I-485", "2022-06-30T17:00:00Z", "2022-06-30 17:00", "20220630", "1-2-3"]
        {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn other_numbers_that_name_a_person_are_masked() {
        for (text, safe) in [
            ("A012345678", "A[number]"),
            ("A-012-345-678 moved", "A-[number] moved"),
            ("123-45-6789", "[number]"),
            ("ssn:123.45.6789-", "ssn:[number]-"),
            ("ñññ0123456789", "ñññ[number]"),
            ("\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff18}", "[number]"),
        ] {
            assert_eq!(shown(text), safe);
        }
    }

    #[test]
    fn a_digest_is_no_receipt_number() {
        for text in ["IOE0123456789", "case:wac2190012345, mine", "IOE-0123456789", "my msc 2190012345"] {
            assert!(has_receipt_number(text), "{text}");
        }
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
