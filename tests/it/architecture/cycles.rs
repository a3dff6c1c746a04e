//! Files of one crate that depend on each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::modules::{Module, Segments, read_crate};
use super::{crates, root};

/// A chain of re-exports longer than this goes in circles.
const MAX_REEXPORTS: usize = 16;

type Modules = BTreeMap<Segments, Module>;
/// The names that a file takes from another, by both files.
type Edges = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

/// What a path leads to: the module that has it, and what is left of the path there. Nothing left means the module itself.
fn resolve(
    modules: &Modules,
    from: &[String],
    path: &[String],
    depth: usize,
) -> Option<(Segments, Segments)> {
    if depth > MAX_REEXPORTS {
        return None;
    }
    let mut place = match path[0].as_str() {
        "crate" => Segments::new(),
        "self" | "super" => from.to_vec(),
        first if modules[from].children.contains(first) => from.to_vec(),
        first => {
            let import = modules[from].imports.iter().find(|import| import.name == first)?;
            if import.path[0] == first {
                return None;
            }
            let path = [import.path.as_slice(), &path[1..]].concat();
            return resolve(modules, from, &path, depth + 1);
        }
    };
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" | "self" => {}
            "super" => drop(place.pop()),
            name if modules[&place].children.contains(name) => place.push(name.to_owned()),
            name => return exported(modules, &place, name, rest, depth),
        }
        rest = after;
    }
    Some((place, Segments::new()))
}

/// The same for a path whose first name is not a module of `place`: defined there, or brought in by a `use`.
fn exported(
    modules: &Modules,
    place: &[String],
    name: &str,
    rest: &[String],
    depth: usize,
) -> Option<(Segments, Segments)> {
    let module = &modules[place];
    if module.items.contains(name) {
        return Some((place.to_vec(), rest.to_vec()));
    }
    if let Some(import) = module.imports.iter().find(|import| import.name == name) {
        let path = [import.path.as_slice(), &rest[1..]].concat();
        return resolve(modules, place, &path, depth + 1);
    }
    for import in module.imports.iter().filter(|import| import.name == "*") {
        let path = [import.path.as_slice(), rest].concat();
        let found = resolve(modules, place, &path, depth + 1);
        if let Some((owner, _)) = found.as_ref().filter(|(owner, left)| {
            left.first().is_none_or(|first| modules[owner.as_slice()].items.contains(first))
        }) && owner.as_slice() != place
        {
            return found;
        }
    }
    Some((place.to_vec(), rest.to_vec()))
}

fn edges(modules: &Modules) -> Edges {
    let mut edges = Edges::new();
    for (path, module) in modules {
        // A name that is only handed on counts where it is taken, as a name of the file that defines it.
        let imports = module.imports.iter().filter(|import| !import.public);
        let imports = imports.map(|import| (&import.path, import.name == "*"));
        let known = |path: &&Segments| {
            let is_import = || module.imports.iter().any(|import| import.name == path[0]);
            path.len() > 1 || is_import()
        };
        let written = module.paths.iter().filter(known).map(|path| (path, false));
        for (target, glob) in imports.chain(written) {
            let Some((owner, left)) = resolve(modules, path, target, 0) else { continue };
            // A module brought in by its own name counts where something of it is named.
            if left.is_empty() && !glob {
                continue;
            }
            let owner = &modules[&owner].file;
            if *owner != module.file {
                let name = left.first().map_or("*", String::as_str).to_owned();
                edges.entry((module.file.clone(), owner.clone())).or_default().insert(name);
            }
        }
    }
    edges
}

/// Groups of files in which each reaches each other.
fn cycles(edges: &Edges) -> BTreeSet<BTreeSet<PathBuf>> {
    let reach = |start: &Path| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start.to_owned()];
        while let Some(file) = open.pop() {
            for (_, to) in edges.keys().filter(|(from, _)| *from == file) {
                if seen.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
        seen
    };
    let files: BTreeSet<&PathBuf> = edges.keys().map(|(from, _)| from).collect();
    let reached: BTreeMap<&PathBuf, BTreeSet<PathBuf>> =
        files.into_iter().map(|file| (file, reach(file))).collect();
    reached
        .iter()
        .filter(|(file, seen)| seen.contains(**file))
        .map(|(file, seen)| {
            seen.iter()
                .filter(|other| reached.get(other).is_some_and(|back| back.contains(*file)))
                .cloned()
                .collect()
        })
        .collect()
}

fn roots(folder: &Path) -> impl Iterator<Item = PathBuf> {
    ["src/lib.rs", "src/main.rs"]
        .map(|file| folder.join(file))
        .into_iter()
        .filter(|file| root().join(file).is_file())
}

/// The cycles of the crate in `folder`, each with the names that tie its files.
fn described_cycles(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in roots(folder) {
        let edges = edges(&read_crate(&file));
        for cycle in cycles(&edges) {
            let inside = edges.iter().filter(|((from, to), _)| cycle.contains(from) && cycle.contains(to));
            let lines = inside
                .map(|((from, to), names)| format!("  {} -> {}: {names:?}\n", from.display(), to.display()));
            found.push(lines.collect());
        }
    }
    found
}

#[test]
fn the_files_of_a_crate_form_no_cycles() {
    let mut report = String::new();
    for (name, folder) in crates() {
        let found = described_cycles(&folder);
        if !found.is_empty() {
            report.push_str(&format!("`{name}` has {} cycles:\n{}", found.len(), found.join("\n")));
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn the_edges_between_files_are_seen() {
    let edges = edges(&read_crate(Path::new("model/src/lib.rs")));
    let has = |from: &str, to: &str| edges.contains_key(&(PathBuf::from(from), PathBuf::from(to)));
    assert!(edges.len() > 10, "{edges:?}");
    assert!(edges.keys().any(|(_, to)| to.ends_with("model/src/time.rs")), "everything uses time: {edges:?}");
    assert!(!has("model/src/time.rs", "model/src/lib.rs"));
}

#[test]
fn a_cycle_is_found_and_a_chain_is_not() {
    let edges = |pairs: &[(&str, &str)]| -> Edges {
        pairs.iter().map(|(from, to)| ((PathBuf::from(from), PathBuf::from(to)), BTreeSet::new())).collect()
    };
    assert!(cycles(&edges(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    let found = cycles(&edges(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")]));
    assert_eq!(found, BTreeSet::from([["a", "b", "c"].map(PathBuf::from).into()]));
}
