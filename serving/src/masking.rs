//! What of a submitted text may be shown again: little of it, and no receipt number or other number that may name a person.
//!
//! [`shown`] masks both in whatever is shown back. A caller's own key is echoed as it is, so it is refused where
//! [`has_receipt_number`] finds one in it; other long numbers may stand in a key.

/// At most this many characters of a submitted text are shown.
const MAX_SHOWN: usize = 40;
const LETTERS: usize = 3;
const DIGITS: usize = 10;
const INSTEAD: &str = "[receipt number]";
/// Alien and Social Security numbers have nine digits; a date has eight.
const DIGITS_OF_A_PERSON: usize = 9;
/// Year and month, `0` for any digit.
const BEGINNING_OF_A_DATE: &str = "0000-00-";
/// A mistyped day has this many digits at most; what is longer is another number.
const MAX_DIGITS_OF_A_DAY: usize = 4;
const INSTEAD_OF_A_NUMBER: &str = "[number]";

/// A submitted text as it may be shown: receipt numbers and other long numbers masked, no control characters, at most 40 characters.
pub(crate) fn shown(text: &str) -> String {
    let safe: String =
        masked(text).chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    match safe.char_indices().nth(MAX_SHOWN) {
        None => safe,
        Some((end, _)) => format!("{}…", &safe[..end]),
    }
}

/// Whether the text has a receipt number: three letters that begin a word, then ten digits to the end of a word, in one
/// piece or divided by whatever is neither. A longer word, such as a digest in hexadecimal, is none although such a run may
/// stand in it.
pub(crate) fn has_receipt_number(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    (0..words.len()).any(|first| {
        let Some((letters, digits)) = words[first].split_at_checked(LETTERS) else { return false };
        if !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) || !is_number(digits) {
            return false;
        }
        let mut count = digits.len();
        let mut following = words[first + 1..].iter().take_while(|word| is_number(word));
        while count < DIGITS {
            let Some(word) = following.next() else { return false };
            count += word.len();
        }
        count == DIGITS
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
        } else if let Some(end) = mistyped_date_at(&characters, position) {
            safe.extend(&characters[position..end]);
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

/// The end of what begins at `start` like a date and has too many digits for its day: who mistyped a date has to see how.
/// Numbers that name a person are not divided like that.
fn mistyped_date_at(characters: &[char], start: usize) -> Option<usize> {
    let begins = characters.get(start..start + BEGINNING_OF_A_DATE.len())?;
    let alike = begins.iter().zip(BEGINNING_OF_A_DATE.chars());
    let is_date = alike.into_iter().all(|(found, expected)| match expected {
        '0' => found.is_ascii_digit(),
        _ => *found == expected,
    });
    let day = start + BEGINNING_OF_A_DATE.len();
    let rest = &characters[day..];
    let digits = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let goes_on = rest.get(digits).is_some_and(|next| next.is_numeric() || matches!(next, '-' | '.'));
    (is_date && digits <= MAX_DIGITS_OF_A_DAY && !goes_on).then_some(day + digits)
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
    fn a_mistyped_date_is_shown_and_a_number_like_one_is_not() {
        for text in ["2022-06-300", "on 2022-06-3000", "2022-06-300, 2022-07-3100", "2022-06-"] {
            assert_eq!(shown(text), text);
        }
        for (text, safe) in [
            ("2022-06-30000", "[number]"),
            ("2022-06-300-1", "[number]"),
            ("12022-06-300", "[number]"),
            ("202-20-6300", "[number]"),
            ("1-2022-06-300", "[number]"),
            ("IOE2022-06-3000", "[receipt number]"),
        ] {
            assert_eq!(shown(text), safe);
        }
    }

    #[test]
    fn a_digest_is_no_receipt_number() {
        for text in [
            "IOE0123456789",
            "case:wac2190012345, mine",
            "IOE-0123456789",
            "my msc 2190012345",
            "MSC 21 900 12345",
            "12 msc21/900/12345 x",
            "msc_21\u{a0}900\u{2013}12345.6",
        ] {
            assert!(has_receipt_number(text), "{text}");
        }
        for text in [
            "",
            "IOE012345678",
            "IOE 012 345 678",
            "IOE01234567890",
            "0123456789",
            "A-012-345-678",
            "abc0123456789def",
            "run-2022-01-10-000017",
            "ééé0123456789",
        ] {
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
        assert_eq!(shown.chars().count(), MAX_SHOWN + 1);
        assert!(!super::shown("a\nb\u{7}c").contains(char::is_control));
    }
}
