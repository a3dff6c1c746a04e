//! What a part of the code must never look at.

use super::{files, read};

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
    for folder in ["model/src", "training/src", "serving/src"] {
        for path in files(folder, &[".rs"]) {
            let text = read(&path);
            let uses =
                |line: &str| line.contains("simulation") && (line.contains("use ") || line.contains("::"));
            assert!(!text.lines().any(uses), "{} could see the truth", path.display());
            assert!(!text.contains("truth.parquet"), "{} could read the truth", path.display());
        }
    }
    let limits = read("src/commands/limits.rs");
    assert!(limits.lines().any(|line| line.contains("use ") && line.contains("simulation")));
}

#[test]
fn only_as_of_looks_at_the_actions_of_a_history() {
    for path in files("data/src", &[".rs"]).into_iter().chain(files("training/src", &[".rs"])) {
        let allowed = path.starts_with("data/src/history") || path.ends_with("data/src/as_of.rs");
        assert!(allowed || !read(&path).contains(".actions.at"), "{} bypasses as_of.rs", path.display());
    }
}
