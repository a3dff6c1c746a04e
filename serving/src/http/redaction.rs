//! Submitted texts, redacted before they are shown again.
//!
//! [`redacted`] masks receipt numbers, as `model` does, and other numbers that may identify a person. A caller's own key is
//! echoed unchanged, so it is refused if it contains a receipt number; other long numbers are allowed in a key.

use model::mask_receipt_numbers;

/// Characters of a submitted text that are shown.
const MAX_SHOWN: usize = 40;
/// Alien and Social Security numbers have nine digits; a date has eight.
const MIN_PERSONAL_DIGITS: usize = 9;
/// Year and month; `0` stands for any digit.
const DATE_PREFIX: &str = "0000-00-";
/// A mistyped day of the month has at most this many digits.
const MAX_DAY_DIGITS: usize = 4;
const MASKED_NUMBER: &str = "[number]";

/// The text without receipt numbers, other long numbers and control characters, cut after 40 characters.
pub(crate) fn redacted(text: &str) -> String {
    let safe: String =
        masked(text).chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    match safe.char_indices().nth(MAX_SHOWN) {
        None => safe,
        Some((end, _)) => format!("{}…", &safe[..end]),
    }
}

fn masked(text: &str) -> String {
    let characters: Vec<char> = mask_receipt_numbers(text).chars().collect();
    let mut safe = String::with_capacity(text.len());
    let mut position = 0;
    while position < characters.len() {
        if let Some(end) = mistyped_date_at(&characters, position) {
            safe.extend(&characters[position..end]);
            position = end;
        } else if let Some(end) = long_number_at(&characters, position) {
            safe.push_str(MASKED_NUMBER);
            position = end;
        } else {
            safe.push(characters[position]);
            position += 1;
        }
    }
    safe
}

/// The end of the date at `start` whose day has too many digits: the error has to show the mistyped date. Numbers that
/// identify a person are not divided like a date.
fn mistyped_date_at(characters: &[char], start: usize) -> Option<usize> {
    let begins = characters.get(start..start + DATE_PREFIX.len())?;
    let alike = begins.iter().zip(DATE_PREFIX.chars());
    let is_date = alike.into_iter().all(|(found, expected)| match expected {
        '0' => found.is_ascii_digit(),
        _ => *found == expected,
    });
    let day = start + DATE_PREFIX.len();
    let rest = &characters[day..];
    let digits = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let goes_on = rest.get(digits).is_some_and(|next| next.is_numeric() || matches!(next, '-' | '.'));
    (is_date && digits <= MAX_DAY_DIGITS && !goes_on).then_some(day + digits)
}

/// The end of the number that begins at `start`, if it has enough digits, in any script, to identify a person. Hyphens and
/// dots may divide it.
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
    (digits >= MIN_PERSONAL_DIGITS).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipt_numbers_are_masked_anywhere_in_a_text() {
        for text in [
            "IOE0123456789",
            "ioe0123456789",
            "xIOE0123456789",
            "IOE-0123 456-789",
            "MSC 21 900 12345",
            "IOE#0123\u{a0}456\u{2013}789",
        ] {
            let shown = redacted(text);
            assert!(
                shown.contains("[receipt number]") && !shown.contains("0123") && !shown.contains("900"),
                "{shown}"
            );
        }
        for text in
            ["", "IOE01234567", "I-485", "2022-06-30T17:00:00Z", "2022-06-30 17:00", "20220630", "1-2-3"]
        {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn other_numbers_that_identify_a_person_are_masked() {
        for (text, safe) in [
            ("A012345678", "A[number]"),
            ("A-012-345-678 moved", "A-[number] moved"),
            ("123-45-6789", "[number]"),
            ("ssn:123.45.6789-", "ssn:[number]-"),
            ("ñññ0123456789", "ñññ[number]"),
            ("\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff18}", "[number]"),
        ] {
            assert_eq!(redacted(text), safe);
        }
    }

    #[test]
    fn a_mistyped_date_is_shown_but_a_similar_number_is_masked() {
        for text in ["2022-06-300", "on 2022-06-3000", "2022-06-300, 2022-07-3100", "2022-06-"] {
            assert_eq!(redacted(text), text);
        }
        for (text, safe) in [
            ("2022-06-30000", "[number]"),
            ("2022-06-300-1", "[number]"),
            ("12022-06-300", "[number]"),
            ("202-20-6300", "[number]"),
            ("1-2022-06-300", "[number]"),
            ("IOE2022-06-3000", "[receipt number]"),
        ] {
            assert_eq!(redacted(text), safe);
        }
    }

    #[test]
    fn a_receipt_number_across_the_cut_is_not_shown_in_part() {
        let text = format!("{}IOE0123456789 and more", "x ".repeat(17));
        assert!(!redacted(&text).contains("012"), "{}", redacted(&text));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let shown = redacted(&"é".repeat(500));
        assert_eq!(shown.chars().count(), MAX_SHOWN + 1);
        assert!(!redacted("a\nb\u{7}c").contains(char::is_control));
    }
}
