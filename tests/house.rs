//! What holds the house together: who depends on whom, how large files grow, which words stay out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [(&str, &str); 5] = [
    ("myprogress", "Cargo.toml"),
    ("model", "model/Cargo.toml"),
    ("data", "data/Cargo.toml"),
    ("training", "training/Cargo.toml"),
    ("serving", "serving/Cargo.toml"),
];
const MAX_FILE: usize = 800;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder with one of these endings, but for what builds left there.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no files below {folder}: this test looks in the wrong place");
    found
}

fn direct_dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = read(manifest).parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn direct_dependencies_are_those_of_the_table() {
    let text = read("ARCHITECTURE.md");
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| -> BTreeSet<String> {
            cell.split(',')
                .map(|name| name.trim().trim_matches('`').to_owned())
                .filter(|name| name != "–")
                .collect()
        };
        if let [name, ours, others] = cells[..] {
            table.insert(name.trim_matches('`').to_owned(), &names(ours) | &names(others));
        }
    }
    for (name, manifest) in CRATES {
        let allowed = table.get(name).unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{name}`"));
        let direct = direct_dependencies(manifest);
        let extra: Vec<_> = direct.difference(allowed).collect();
        let gone: Vec<_> = allowed.difference(&direct).collect();
        assert!(extra.is_empty(), "`{name}` depends on {extra:?}, which ARCHITECTURE.md does not list");
        assert!(gone.is_empty(), "ARCHITECTURE.md lists {gone:?} for `{name}`, which it does not depend on");
    }
}

/// Everything that a package pulls in, by the lock file.
fn pulled_in_by(package: &str) -> BTreeSet<String> {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in lock["package"].as_array().unwrap() {
        let dependencies = entry.get("dependencies").and_then(|list| list.as_array());
        let names = dependencies.into_iter().flatten().filter_map(|name| name.as_str()?.split(' ').next());
        needs.entry(entry["name"].as_str().unwrap()).or_default().extend(names);
    }
    let mut found = BTreeSet::new();
    let mut open = vec![package];
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned()) {
            open.extend(needs.get(name).into_iter().flatten());
        }
    }
    found
}

#[test]
fn the_server_is_lean() {
    let heavy = |name: &String| {
        ["polars", "arrow", "parquet", "linfa", "smartcore"].iter().any(|h| name.starts_with(h))
    };
    let found: Vec<String> = pulled_in_by("serving").into_iter().filter(heavy).collect();
    assert!(found.is_empty(), "a plain server pulls in {found:?}");
    assert!(pulled_in_by("data").iter().any(heavy), "this test no longer sees what `data` pulls in");
}

#[test]
fn nothing_that_learns_or_serves_knows_of_the_simulation() {
    for folder in ["model/src", "training/src", "serving/src"] {
        for path in files(folder, &[".rs"]) {
            let text = fs::read_to_string(&path).unwrap();
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
fn there_is_one_arrow() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    for name in ["arrow", "parquet"] {
        let packages = lock["package"].as_array().unwrap().iter();
        let versions: Vec<_> = packages.filter(|entry| entry["name"].as_str() == Some(name)).collect();
        assert_eq!(versions.len(), 1, "{name} is there in {} versions", versions.len());
    }
}

#[test]
fn the_model_reads_no_clock_file_or_chance() {
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
        "rand::",
        "async ",
        "println!",
        "tracing",
        "log::",
    ];
    for path in files("model/src", &[".rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        for word in never {
            assert!(!text.contains(word), "{} has `{word}`: the model is a pure function", path.display());
        }
    }
}

#[test]
fn only_as_of_looks_at_the_actions_of_a_history() {
    for path in files("data/src", &[".rs"]).into_iter().chain(files("training/src", &[".rs"])) {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let allowed = name == "data/src/as_of.rs" || name.starts_with("data/src/history/");
        assert!(allowed || !text.contains(".actions.at"), "{name} looks at actions past as_of.rs");
    }
}

#[test]
fn no_file_is_too_long_and_none_is_a_drawer() {
    for folder in ["src", "benches", "tests", "model", "data", "training", "serving", "notebooks"] {
        for path in files(folder, &[".rs", ".py", ".html", ".css", ".ipynb"]) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            let notebook = path.extension().is_some_and(|ending| ending == "ipynb");
            assert!(notebook || lines <= MAX_FILE, "{} has {lines} lines", path.display());
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(
                !["utils", "util", "helpers", "misc", "common"].contains(&name.as_str()),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let text = read("ARCHITECTURE.md");
    let mut sources = String::new();
    for folder in ["src", "benches", "tests", "model", "data", "training", "serving"] {
        for path in files(folder, &[".rs"]) {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    let invariants: Vec<&str> = text.lines().filter(|line| line.starts_with("- **I-")).collect();
    assert!(invariants.len() >= 10, "only {} invariants found", invariants.len());
    for (index, line) in invariants.iter().enumerate() {
        assert!(line.starts_with(&format!("- **I-{}**", index + 1)), "out of order: {line}");
        let tests: Vec<&str> = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| word.contains('_') && !word.contains(['/', '.', ' ']))
            .collect();
        assert!(!tests.is_empty(), "no test named: {line}");
        for test in tests {
            assert!(sources.contains(&format!("fn {test}(")), "{line}\nnames `{test}`, which is no test");
        }
    }
}
