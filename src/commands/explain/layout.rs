//! How an explanation is laid out on a terminal.

use textwrap::{Options, WordSplitter};

/// The most columns of a line.
const WIDTH: usize = 90;
/// The columns of the name of a fact, with its indent.
const NAME: usize = 14;

/// Lines of at most [`WIDTH`] columns. What a history says may hold characters that a terminal obeys.
pub(super) fn wrapped(name: &str, value: &str) -> String {
    let plain: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let (first, rest) = match name {
        "" => (String::new(), String::new()),
        name => (format!("  {name:<width$}", width = NAME - 2), " ".repeat(NAME)),
    };
    textwrap::fill(&plain, lines(&first, &rest)) + "\n"
}

/// How text is broken into lines: never within a date or an id.
pub(super) fn lines<'a>(first: &'a str, rest: &'a str) -> Options<'a> {
    let options = Options::new(WIDTH).word_splitter(WordSplitter::NoHyphenation);
    options.initial_indent(first).subsequent_indent(rest)
}

pub(super) fn fact(name: &str, value: &str) -> String {
    wrapped(name, value)
}

pub(super) fn title(text: &str) -> String {
    format!("\n{text}\n")
}

/// Days with a decimal where that says something.
pub(super) fn days(days: f64) -> String {
    let number = if days < 10.0 && (days - days.round()).abs() > 0.05 {
        format!("{days:.1}")
    } else {
        format!("{days:.0}")
    };
    format!("{number} {}", if number == "1" { "day" } else { "days" })
}
