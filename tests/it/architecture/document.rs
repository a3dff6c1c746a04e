//! The documents for contributors, against the code.

use super::{files, read, root};

const DOCUMENTS: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];
/// Folders that running the program makes.
const MADE: [&str; 2] = ["models/", "target/"];

/// The words in backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The addresses of links to files of this repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).filter_map(|target| target.split('#').next())
}

/// Whether words in backticks name a file or folder of this repository.
fn is_path(span: &str) -> bool {
    let file = [".rs", ".toml", ".md", ".yml"].iter().any(|ending| span.ends_with(ending));
    let route_or_made = span.starts_with('/') || MADE.iter().any(|made| span.starts_with(made));
    (file || span.contains('/')) && !span.contains(char::is_whitespace) && !route_or_made
}

#[test]
fn every_path_in_the_documents_exists() {
    for document in DOCUMENTS {
        let text = read(document);
        let named = code_spans(&text).filter(|span| is_path(span));
        let paths: Vec<&str> = named.chain(links(&text)).filter(|path| !path.is_empty()).collect();
        assert!(paths.len() > 3, "{document}: this test no longer sees its paths");
        let missing: Vec<&&str> = paths
            .iter()
            // Of `data/forms/*.toml` the folder has to exist, and so has what comes before the word that a reader fills in.
            .filter(|path| {
                let fixed = path.split(['*', '{']).next().unwrap();
                let fixed = if fixed == **path {
                    fixed
                } else {
                    fixed.rsplit_once('/').map_or("", |(folder, _)| folder)
                };
                !root().join(fixed.trim_end_matches("/NAME.toml")).exists()
            })
            .collect();
        assert!(missing.is_empty(), "{document} names what does not exist: {missing:#?}");
    }
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let text = read("ARCHITECTURE.md");
    let sources: String = files("", &[".rs"]).iter().map(read).collect();
    let invariants: Vec<&str> = text.lines().filter(|line| line.starts_with("- **I-")).collect();
    assert!(invariants.len() >= 10, "only {} invariants found", invariants.len());
    let mut missing = Vec::new();
    for (index, line) in invariants.iter().enumerate() {
        assert!(line.starts_with(&format!("- **I-{}**", index + 1)), "out of order: {line}");
        let is_test = |word: &&str| word.contains('_') && !word.contains(['/', '.', ' ']);
        let tests: Vec<&str> = code_spans(line).filter(is_test).collect();
        assert!(!tests.is_empty(), "no test named: {line}");
        let absent = tests.into_iter().filter(|test| !sources.contains(&format!("fn {test}(")));
        missing.extend(absent.map(|test| format!("I-{} names `{test}`", index + 1)));
    }
    assert!(missing.is_empty(), "not a test: {missing:#?}");
}

#[test]
fn the_glossary_is_sorted_and_explains_each_term_once() {
    let text = read("ARCHITECTURE.md");
    let (_, glossary) = text.split_once("\n## Glossary\n").unwrap();
    let rows =
        glossary.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| "));
    let terms: Vec<String> =
        rows.skip(1).filter_map(|row| row.split('|').nth(1)).map(|term| term.trim().to_lowercase()).collect();
    assert!(terms.len() > 30, "only {} terms found", terms.len());
    for pair in terms.windows(2) {
        assert!(pair[0] < pair[1], "`{}` stands before `{}`", pair[0], pair[1]);
    }
}
