//! How long files and functions may grow, and which names hide what is in a file.

use super::{files, read};

const MAX_FILE_LINES: usize = 800;
const MAX_FUNCTION_LINES: usize = 70;
/// A test may hold a table of cases.
const MAX_TEST_LINES: usize = 140;
const VAGUE_NAMES: [&str; 7] = ["common", "helper", "helpers", "misc", "registry", "util", "utils"];

#[test]
fn files_are_short_and_their_names_say_what_they_hold() {
    for path in files("", &[".rs", ".py", ".html", ".css"]) {
        let lines = read(&path).lines().count();
        assert!(lines <= MAX_FILE_LINES, "{} has {lines} lines, at most {MAX_FILE_LINES}", path.display());
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!VAGUE_NAMES.contains(&name), "{}: name it after what it holds", path.display());
    }
}

#[test]
fn functions_have_at_most_70_lines() {
    let mut longest = 0;
    let mut too_long = Vec::new();
    for path in files("", &[".rs"]) {
        for (name, lines) in functions(&read(&path)) {
            longest = longest.max(lines);
            let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
            if lines > if is_test { MAX_TEST_LINES } else { MAX_FUNCTION_LINES } {
                too_long.push(format!("{}: `{name}` has {lines} lines", path.display()));
            }
        }
    }
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
    assert!(
        longest > MAX_FUNCTION_LINES / 2,
        "this test no longer sees functions: the longest has {longest} lines"
    );
}

/// The name and length in lines of every function of a file that rustfmt has formatted: a function ends at the first line that
/// is a brace with the same indent as its header.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, header) in lines.iter().enumerate() {
        let Some(name) = function_name(header) else { continue };
        let indent = &header[..header.len() - header.trim_start().len()];
        let at_indent = |line: &str| line.strip_prefix(indent).is_some_and(|rest| !rest.starts_with(' '));
        let rest = &lines[start..];
        let signature_end = rest.iter().position(|line| at_indent(line) && line.ends_with(['{', '}', ';']));
        if !signature_end.is_some_and(|end| rest[end].ends_with('{')) {
            continue;
        }
        let end = rest.iter().position(|line| line.strip_prefix(indent) == Some("}"));
        let length = end.map_or(rest.len(), |end| end + 1);
        found.push((name, length));
    }
    found
}

fn function_name(header: &str) -> Option<&str> {
    let mut words = header.split_whitespace();
    let modifier = |word: &str| {
        word.starts_with("pub")
            || ["const", "async", "unsafe", "extern"].contains(&word)
            || word.starts_with('"')
    };
    let first = words.find(|word| !modifier(word))?;
    (first == "fn").then(|| words.next()?.split(['(', '<']).next()).flatten()
}

#[test]
fn the_length_of_a_function_counts_its_header_and_its_brace() {
    let text = "pub fn one() {\n    let a = 1;\n}\n\ntrait T {\n    fn declared(\n        &self,\n    );\n    fn empty() {}\n    \
                async fn two(\n        x: u8,\n    ) {\n        x;\n    }\n}\n";
    assert_eq!(functions(text), [("one", 3), ("two", 5)]);
}
