//! Shortens and masks user input for messages.

use std::error::Error;

use model::mask_receipt_numbers;

const MAX_SHOWN: usize = 40;

/// At most 40 characters of a value, without control characters and receipt numbers.
pub(crate) fn shown(text: &str) -> String {
    // A hostile value can be megabytes long; a receipt number that the cut divides must not be shown in part.
    let start = text.char_indices().nth(4 * MAX_SHOWN).map_or(text, |(end, _)| &text[..end]);
    let masked = mask_receipt_numbers(start);
    let mut characters = masked.chars();
    let mut short: String =
        characters.by_ref().take(MAX_SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if characters.next().is_some() || start.len() < text.len() {
        short.push('…');
    }
    short
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
