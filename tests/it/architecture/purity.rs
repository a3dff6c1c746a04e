//! What a part of the code must never look at.

use std::path::Path;

use super::{crates, files, read};

#[test]
fn the_model_reads_no_clock_file_or_random_number() {
    let never = [
        "std::fs",
        "std::io",
        "std::env",
        "std::net",
        "std::thread",
        "std::process",
        "SystemTime",
        "Instant",
        "Timestamp::now",
        "Zoned::now",
        "rand::",
        "async ",
        "println!",
        "tracing",
        "log::",
    ];
    for path in files("model/src", &[".rs"]) {
        let text = read(&path);
        for word in never {
            assert!(!text.contains(word), "{} has `{word}`: the model is a pure function", path.display());
        }
    }
}

#[test]
fn nothing_that_learns_or_serves_knows_of_the_simulation() {
    // That no such crate depends on `simulation` is a fact of the manifests; this is about the file of the truth.
    for (name, folder) in crates() {
        if ["myprogress", "simulation"].contains(&name.as_str()) {
            continue;
        }
        for path in files(folder.join("src"), &[".rs"]) {
            assert!(!read(&path).contains("truth.parquet"), "{} could read the truth", path.display());
        }
    }
    assert!(read("src/commands/limits.rs").contains("simulation"), "this test looks in the wrong place");
}

#[test]
fn only_as_of_looks_at_the_actions_of_a_history() {
    // `Actions` keeps its fields private and has one reader, which takes an as-of time.
    let actions = read("data/src/history/actions.rs");
    let item = actions.split("pub(super) struct Actions").nth(1).unwrap().split('}').next().unwrap();
    assert!(!item.contains("pub"), "a field of `Actions` can be read past `known_at`");
    let readers: Vec<_> =
        files("data/src", &[".rs"]).into_iter().filter(|path| read(path).contains(".known_at(")).collect();
    assert_eq!(readers, [Path::new("data/src/history/as_of.rs")], "only as_of.rs may read actions");
}
