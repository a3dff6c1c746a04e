//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{crates, read, read_toml};

/// The crates of ours that each crate may depend on. The command joins them all.
const LAYERS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("data", &["model"]),
    ("simulation", &["data", "model"]),
    ("training", &["data", "model"]),
    ("store", &["model"]),
    ("serving", &["model", "store"]),
    ("myprogress", &["data", "model", "serving", "simulation", "store", "training"]),
];
/// Crates that a server must not pull in: they read tables or learn.
const HEAVY: [&str; 6] = ["arrow", "linfa", "ndarray", "parquet", "polars", "smartcore"];

fn table<'a>(manifest: &'a toml::Table, path: &[&str]) -> Option<&'a toml::Table> {
    let (first, rest) = path.split_first()?;
    let inner = manifest.get(*first)?.as_table()?;
    if rest.is_empty() { Some(inner) } else { table(inner, rest) }
}

fn direct_dependencies(folder: &Path) -> BTreeSet<String> {
    let manifest = read_toml(folder.join("Cargo.toml"));
    table(&manifest, &["dependencies"]).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// The rows of ARCHITECTURE.md's table of dependencies: our crates and the others, by crate.
fn documented() -> BTreeMap<String, [BTreeSet<String>; 2]> {
    let text = read("ARCHITECTURE.md");
    let section = text.split("\n## ").find(|section| section.starts_with("Dependencies\n")).unwrap();
    let mut rows = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| -> BTreeSet<String> {
            cell.split(',')
                .map(|name| name.trim().trim_matches('`').to_owned())
                .filter(|n| n != "–")
                .collect()
        };
        let [name, ours, others] = cells[..] else { panic!("not a row of three cells: {line}") };
        rows.insert(name.trim_matches('`').to_owned(), [names(ours), names(others)]);
    }
    rows
}

#[test]
fn direct_dependencies_are_those_of_the_table() {
    let mut documented = documented();
    let crates = crates();
    for (name, folder) in &crates {
        let row = documented.remove(name);
        let [ours, others] = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{name}`"));
        let (our_direct, other_direct): (BTreeSet<_>, BTreeSet<_>) =
            direct_dependencies(folder).into_iter().partition(|dependency| crates.contains_key(dependency));
        assert_eq!(
            our_direct, ours,
            "our crates that `{name}` depends on: its manifest, then ARCHITECTURE.md"
        );
        assert_eq!(other_direct, others, "what else `{name}` depends on: its manifest, then ARCHITECTURE.md");
    }
    assert!(
        documented.is_empty(),
        "ARCHITECTURE.md has rows for {:?}, which are not crates",
        documented.keys()
    );
}

#[test]
fn our_crates_depend_only_on_the_layers_below_them() {
    let layers = BTreeMap::from(LAYERS);
    let crates = crates();
    for (name, folder) in &crates {
        let below = layers.get(name.as_str()).unwrap_or_else(|| panic!("give `{name}` a row in LAYERS"));
        for dependency in direct_dependencies(folder).iter().filter(|name| crates.contains_key(*name)) {
            assert!(below.contains(&dependency.as_str()), "`{name}` must not depend on `{dependency}`");
        }
    }
}

/// Everything that a package pulls in, by the lock file.
fn pulled_in_by(package: &str) -> BTreeSet<String> {
    let lock = read_toml("Cargo.lock");
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
fn the_server_reads_no_tables_and_learns_nothing() {
    let heavy = |name: &String| HEAVY.iter().any(|heavy| name.starts_with(heavy)) || name == "training";
    let found: Vec<String> = pulled_in_by("serving").into_iter().filter(heavy).collect();
    assert!(found.is_empty(), "the server pulls in {found:?}");
    assert!(pulled_in_by("data").iter().any(heavy), "this test no longer sees what `data` pulls in");
}

#[test]
fn arrow_and_parquet_have_one_version() {
    let lock = read_toml("Cargo.lock");
    for name in ["arrow", "arrow-array", "parquet"] {
        let packages = lock["package"].as_array().unwrap().iter();
        let versions: Vec<_> = packages.filter(|entry| entry["name"].as_str() == Some(name)).collect();
        assert_eq!(versions.len(), 1, "versions of {name}: {versions:?}");
    }
}

#[test]
fn manifests_are_sorted_and_share_the_lints() {
    for (name, folder) in crates() {
        let path = folder.join("Cargo.toml");
        let manifest = read_toml(&path);
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "`{name}` leaves the workspace's lints"
        );
        let text = read(&path);
        for header in ["[dependencies]", "[dev-dependencies]", "[workspace.dependencies]"] {
            let Some((_, section)) = text.split_once(&format!("\n{header}\n")) else { continue };
            let keys: Vec<&str> = section
                .lines()
                .take_while(|line| !line.is_empty() && !line.starts_with('['))
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| line.split([' ', '.']).next())
                .collect();
            assert!(keys.is_sorted(), "{}: sort {header}: {keys:?}", path.display());
        }
    }
}
