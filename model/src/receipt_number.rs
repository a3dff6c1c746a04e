//! Receipt numbers: three letters and ten digits that name one person's case.
//!
//! Nothing that is stored or shown may carry one in the clear. [`contains_receipt_number`] finds one in a key or a text, and
//! [`mask_receipt_numbers`] makes a text safe to show.

use std::borrow::Cow;

const LETTERS: usize = 3;
const DIGITS: usize = 10;
const MASK: &str = "[receipt number]";

/// Whether the text contains a receipt number: three letters that begin a word, then ten digits that end one, in one
/// piece or divided by characters that are neither.
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
    if text.bytes().filter(u8::is_ascii_digit).count() < DIGITS {
        return false;
    }
    let mut words =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if begins_receipt_number(word, words.clone()) {
            return true;
        }
    }
    false
}

/// Whether a word begins a receipt number that ends in it or in one of the `following` words.
fn begins_receipt_number<'a>(word: &str, following: impl Iterator<Item = &'a str>) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let Some((letters, digits)) = word.split_at_checked(LETTERS) else { return false };
    if !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) || !is_number(digits) {
        return false;
    }
    let mut count = digits.len();
    let mut following = following.take_while(|word| is_number(word));
    while count < DIGITS {
        let Some(word) = following.next() else { return false };
        count += word.len();
    }
    count == DIGITS
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
    let bytes = text.as_bytes();
    if !bytes.get(..LETTERS)?.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let mut digits = 0;
    for (offset, character) in text[LETTERS..].char_indices() {
        match character {
            '0'..='9' => digits += 1,
            // People divide the number with spaces of any width, hyphens and dots.
            separator if !separator.is_alphanumeric() => {}
            _ => return None,
        }
        if digits == DIGITS {
            return Some(LETTERS + offset + 1);
        }
    }
    None
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
        ] {
            assert!(!contains_receipt_number(text), "{text}");
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
