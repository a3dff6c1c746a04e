//! ARCHITECTURE.md against the code.

use std::fs;

use super::{files, read, root};

#[test]
fn every_invariant_names_a_test_that_exists() {
    let text = read("ARCHITECTURE.md");
    let sources: String = files("", &[".rs"]).iter().map(read).collect();
    let invariants: Vec<&str> = text.lines().filter(|line| line.starts_with("- **I-")).collect();
    assert!(invariants.len() >= 10, "only {} invariants found", invariants.len());
    for (index, line) in invariants.iter().enumerate() {
        assert!(line.starts_with(&format!("- **I-{}**", index + 1)), "out of order: {line}");
        let tests: Vec<&str> =
            code_spans(line).filter(|word| word.contains('_') && !word.contains(['/', '.', ' '])).collect();
        assert!(!tests.is_empty(), "no test named: {line}");
        for test in tests {
            assert!(sources.contains(&format!("fn {test}(")), "{line}\nnames `{test}`, which is not a test");
        }
    }
}

/// The words in backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
