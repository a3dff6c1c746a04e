//! Receipt numbers: three letters and ten digits that name one person's case.
//!
//! Nothing that is stored or shown may carry one in the clear. [`contains_receipt_number`] finds one in a key or a text, and
//! [`mask_receipt_numbers`] makes a text safe to show.

use std::borrow::Cow;

const LETTERS: usize = 3;
const DIGITS: usize = 10;
const MASK: &str = "[receipt number]";

/// Whether the text contains a receipt number: three letters that begin a word, or three words of one letter each, then ten
/// digits that end a word, in one piece or divided by characters that are neither. Full-width letters and digits of any
/// script count too.
///
/// A longer word, such as a hexadecimal digest, is not a receipt number even if three letters and ten digits follow each
/// other in it.
///
/// ```
/// assert!(model::contains_receipt_number("ioe0123456789"));
/// assert!(!model::contains_receipt_number("case-0123456789"));
/// ```
#[must_use]
pub fn contains_receipt_number(text: &str) -> bool {
    // Every case id of a history is asked about, and hardly any has so many digits.
    let digits = if text.is_ascii() {
        text.bytes().filter(u8::is_ascii_digit).count()
    } else {
        text.chars().filter(|character| character.is_numeric()).count()
    };
    if digits < DIGITS {
        return false;
    }
    let mut in_word = false;
    text.char_indices().any(|(start, character)| {
        let begins_word = !std::mem::replace(&mut in_word, character.is_alphanumeric());
        let end = if begins_word { receipt_number_end(&text[start..]) } else { None };
        end.is_some_and(|end| !text[start + end..].starts_with(char::is_alphanumeric))
    })
}

/// The receipt number that the whole text is, as three upper-case letters and ten digits; separators and letter case do not
/// count.
///
/// ```
/// assert_eq!(model::receipt_number("msc-21-900-12345").as_deref(), Some("MSC2190012345"));
/// assert_eq!(model::receipt_number("my MSC2190012345"), None);
/// ```
#[must_use]
pub fn receipt_number(text: &str) -> Option<String> {
    if !contains_receipt_number(text) {
        return None;
    }
    let number: String = text.chars().filter(|character| character.is_alphanumeric()).map(to_ascii).collect();
    // A text that contains one and has no other letter or digit is that number.
    (number.chars().count() == LETTERS + DIGITS).then(|| number.to_ascii_uppercase())
}

/// The text with `[receipt number]` in place of every three letters and ten digits, also inside a longer word.
///
/// This masks more than [`contains_receipt_number`] finds: a text that is shown is better masked once too often.
#[must_use]
pub fn mask_receipt_numbers(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut kept = 0;
    let mut position = 0;
    while let Some(character) = text[position..].chars().next() {
        if let Some(end) = receipt_number_end(&text[position..]) {
            masked.push_str(&text[kept..position]);
            masked.push_str(MASK);
            position += end;
            kept = position;
        } else {
            position += character.len_utf8();
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[kept..]);
    Cow::Owned(masked)
}

/// The byte after the receipt number that the text begins with, if it begins with one.
fn receipt_number_end(text: &str) -> Option<usize> {
    let (mut letters, mut digits) = (0, 0);
    // The letters are in one piece, or each stands alone.
    let (mut follows_separator, mut letters_apart) = (false, 0);
    for (offset, character) in text.char_indices() {
        if !character.is_alphanumeric() {
            // A time of day is not a part of a receipt number.
            if letters == 0 || character == ':' {
                return None;
            }
            // People divide the number with spaces of any width, hyphens and dots.
            follows_separator = true;
            continue;
        }
        if letters < LETTERS {
            if !is_letter(character) {
                return None;
            }
            letters += 1;
            letters_apart += usize::from(follows_separator);
            if letters == LETTERS && letters_apart != 0 && letters_apart != LETTERS - 1 {
                return None;
            }
        } else if character.is_numeric() {
            digits += 1;
            if digits == DIGITS {
                return Some(offset + character.len_utf8());
            }
        } else {
            return None;
        }
        follows_separator = false;
    }
    None
}

/// The ASCII character that a full-width letter or digit or an Arabic digit stands for; any other character as it is.
fn to_ascii(character: char) -> char {
    let (first, ascii) = match character {
        '\u{ff10}'..='\u{ff19}' => ('\u{ff10}', b'0'),
        '\u{ff21}'..='\u{ff3a}' => ('\u{ff21}', b'A'),
        '\u{ff41}'..='\u{ff5a}' => ('\u{ff41}', b'a'),
        '\u{660}'..='\u{669}' => ('\u{660}', b'0'),
        '\u{6f0}'..='\u{6f9}' => ('\u{6f0}', b'0'),
        _ => return character,
    };
    let offset = character as u32 - first as u32;
    char::from_u32(u32::from(ascii) + offset).unwrap_or(character)
}

/// Whether a character is a letter of the Latin alphabet, full-width ones included.
fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_number_is_found_between_other_words() {
        for text in [
            "IOE0123456789",
            " Msc2190012345\t",
            "case:wac2190012345, mine",
            "IOE-0123456789",
            "my msc 2190012345",
            "MSC 21 900 12345",
            "12 msc21/900/12345 x",
            "msc_21\u{a0}900\u{2013}12345.6",
            "I-O-E-0123456789",
            "case I O E 0 1 2 3 4 5 6 7 8 9",
            "\u{ff29}\u{ff2f}\u{ff25}0123456789",
            "IOE\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff18}\u{ff19}",
            "IOE\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}\u{667}\u{668}\u{669}",
        ] {
            assert!(contains_receipt_number(text), "{text}");
        }
    }

    #[test]
    fn a_digest_is_not_a_receipt_number() {
        for text in [
            "",
            "IOE 012 345 678",
            "IOE01234567890",
            "IOE012345678",
            "0123456789",
            "IO10123456789",
            "A-012-345-678",
            "abc0123456789def",
            "run-2022-01-10-000017",
            "ééé0123456789",
            "I am 0123456789",
            "to a 0123456789",
            "10-Jan-2022 08:15:30",
        ] {
            assert!(!contains_receipt_number(text), "{text}");
        }
    }

    #[test]
    fn the_spellings_of_a_receipt_number_are_one_number() {
        for text in
            ["MSC2190012345", " msc2190012345\t", "MSC-21-900-12345", "#msc 21\u{a0}900\u{2013}12345."]
        {
            assert_eq!(receipt_number(text).as_deref(), Some("MSC2190012345"), "{text}");
        }
        for text in
            ["", "MSC219001234", "MSC21900123456", "my MSC2190012345", "1 MSC2190012345", "ñ MSC2190012345"]
        {
            assert_eq!(receipt_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_receipt_number_is_masked_wherever_it_stands() {
        for (text, masked) in [
            ("IOE0123456789", "[receipt number]"),
            ("ñ ioe0123456789, MSC 21 900 12345!", "ñ [receipt number], [receipt number]!"),
            ("xIOE-0123\u{a0}456\u{2013}789", "x[receipt number]"),
            ("IOE012345678", "IOE012345678"),
            ("", ""),
        ] {
            assert_eq!(mask_receipt_numbers(text), masked);
        }
    }
}
