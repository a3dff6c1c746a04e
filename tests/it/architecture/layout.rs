//! What every crate has.

use std::path::PathBuf;

use super::{crates, files, read, root};

#[test]
fn each_crate_has_at_most_one_integration_test_binary() {
    for (name, folder) in crates() {
        let tests = folder.join("tests");
        if !root().join(&tests).is_dir() {
            continue;
        }
        let is_binary = |path: &PathBuf| {
            let inside = path.strip_prefix(&tests).unwrap();
            inside.components().count() == 1
                || inside.components().count() == 2 && inside.ends_with("main.rs")
        };
        let binaries: Vec<_> = files(&tests, &[".rs"]).into_iter().filter(is_binary).collect();
        assert!(binaries.len() <= 1, "`{name}`: make these modules of one binary: {binaries:?}");
    }
}

#[test]
fn every_library_starts_with_an_example_that_runs() {
    for (name, folder) in crates() {
        let path = folder.join("src/lib.rs");
        if root().join(&path).is_file() {
            assert!(read(&path).contains("\n//! ```\n"), "`{name}` has no doctest in {}", path.display());
        }
    }
}
