//! Values of a log in messages: short, safe for a terminal, and without receipt numbers.

pub(super) use crate::shown_text::shown;

const MAX_LISTED: usize = 30;

/// Names as a list, the first 30 of them.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
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
pub(crate) fn plural(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what} is") } else { format!("{count} {what}s are") }
}
