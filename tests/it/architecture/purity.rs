//! What a part of the code must never look at.

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
            let simulation = path.starts_with("data/src/simulation");
            assert!(
                simulation || !read(&path).contains("truth.parquet"),
                "{} could read the truth",
                path.display()
            );
        }
    }
    assert!(read("src/commands/limits.rs").contains("simulation"), "this test looks in the wrong place");
}

#[test]
fn only_as_of_looks_at_the_actions_of_a_history() {
    for path in files("data/src", &[".rs"]).into_iter().chain(files("training/src", &[".rs"])) {
        let allowed = path.starts_with("data/src/history") || path.ends_with("data/src/as_of.rs");
        assert!(allowed || !read(&path).contains(".actions.at"), "{} bypasses as_of.rs", path.display());
    }
}
