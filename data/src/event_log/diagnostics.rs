//! Values of a log in messages: short, safe for a terminal, and without receipt numbers.

use model::mask_receipt_numbers;

const MAX_SHOWN: usize = 40;
const MAX_LISTED: usize = 30;

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

/// Names as a list, the first 30 of them.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut list: Vec<String> =
        names.by_ref().take(MAX_LISTED).map(|name| format!("`{}`", shown(name))).collect();
    let more = names.count();
    if more > 0 {
        list.push(format!("and {more} more"));
    }
    list.join(", ")
}

/// `1 event is`, `2 events are`.
pub(super) fn plural(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what} is") } else { format!("{count} {what}s are") }
}
