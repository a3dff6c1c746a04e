//! Shortens and masks user input for messages.

use std::error::Error;
use std::path::Path;

use model::{contains_receipt_number, mask_receipt_numbers};

/// The most characters of a value.
const MAX_SHOWN: usize = 40;
/// The most characters of a sentence with values in it.
const MAX_SENTENCE: usize = 1_000;

/// At most 40 characters of a value, without control characters and receipt numbers.
pub(crate) fn shown(text: &str) -> String {
    shortened(text, MAX_SHOWN)
}

/// At most 1,000 characters of what another library says of a file, without control characters and receipt numbers.
pub(crate) fn shown_message(text: &str) -> String {
    shortened(text, MAX_SENTENCE)
}

/// At most 1,000 characters of a sentence of this crate, without control characters and receipt numbers.
///
/// Its values are shown with [`shown`] first. So it is masked only if a receipt number stands in it as a word: the last
/// letters of "status `2024-01-10 08:00`" and its digits are not one.
pub(crate) fn shown_sentence(text: &str) -> String {
    let start = beginning(text, MAX_SENTENCE);
    if contains_receipt_number(start) {
        return shown_message(text);
    }
    plain(start, start.len() < text.len(), MAX_SENTENCE)
}

/// At most `max` characters of a value, without control characters and receipt numbers.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    let start = beginning(text, max);
    plain(&mask_receipt_numbers(start), start.len() < text.len(), max)
}

/// More than is shown of a text: a hostile one can be megabytes long, and a receipt number that the cut divides must not be
/// shown in part.
fn beginning(text: &str, max: usize) -> &str {
    text.char_indices().nth(4 * max).map_or(text, |(end, _)| &text[..end])
}

fn plain(text: &str, is_cut: bool, max: usize) -> String {
    let mut characters = text.chars();
    let mut short: String =
        characters.by_ref().take(max).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if is_cut || characters.next().is_some() {
        short.push('…');
    }
    short
}

/// The name of a file without its folder, with its receipt numbers masked: people name files after their case, and a
/// history keeps the name.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    mask_receipt_numbers(&name).into_owned()
}

/// An error with its causes, for a report that keeps only text.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_short_and_without_control_characters_and_receipt_numbers() {
        let long = format!("{} IOE0123456789", "x".repeat(38));
        for (text, expected) in [
            ("", String::new()),
            ("Case Was Approved", "Case Was Approved".to_owned()),
            ("a\u{1b}[2J\n", "a\u{fffd}[2J\u{fffd}".to_owned()),
            ("xIOE-0123456789.", "x[receipt number].".to_owned()),
            (&long, format!("{} […", "x".repeat(38))),
            (&"é".repeat(1 << 20), format!("{}…", "é".repeat(40))),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn a_sentence_is_masked_only_for_a_receipt_number_of_its_own() {
        let digits = "unknown status `2024-01-10 08:00`";
        assert_eq!(shown_sentence(digits), digits);
        assert_eq!(shown_sentence("not `IOE0123456789`\u{7}"), "not `[receipt number]`\u{fffd}");
        assert_eq!(shown_sentence(&"x".repeat(1 << 20)).chars().count(), 1_001);
    }
}
