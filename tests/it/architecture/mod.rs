//! The rules of this code base that a machine can check, read from the sources and manifests themselves.

mod cycles;
mod dependencies;
mod document;
mod layout;
mod modules;
mod purity;
mod size;
mod wording;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_toml(path: impl AsRef<Path>) -> toml::Table {
    let path = path.as_ref();
    read(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folder of every crate of the workspace by the crate's name, the command's own included.
fn crates() -> BTreeMap<String, PathBuf> {
    let manifest = read_toml("Cargo.toml");
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let folders = members.iter().map(|member| PathBuf::from(member.as_str().unwrap()));
    folders
        .chain([PathBuf::new()])
        .map(|folder| {
            let manifest = read_toml(folder.join("Cargo.toml"));
            (manifest["package"]["name"].as_str().unwrap().to_owned(), folder)
        })
        .collect()
}

/// Every file below `folder` whose name ends with one of `endings`, as a path from the root of the repository. Skips what
/// builds leave behind and hidden folders.
fn files(folder: impl AsRef<Path>, endings: &[&str]) -> Vec<PathBuf> {
    let folder = folder.as_ref();
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "models" {
                    open.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    assert!(
        !found.is_empty(),
        "no {endings:?} below {}: this test looks in the wrong place",
        folder.display()
    );
    found.sort();
    found
}
