//! The layers inside the crate: a file uses its own layer and those below it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Each layer with what its files may use besides themselves.
const LAYERS: [(&str, &[&str]); 6] = [
    ("http", &["state"]),
    ("wording", &[]),
    ("case", &["clock", "http", "models", "wording"]),
    ("answer", &["case", "http", "models", "wording"]),
    ("api", &["answer", "case", "http", "state", "wording"]),
    ("page", &["answer", "case", "http", "models", "state", "wording"]),
];

/// The modules that a source text names after `crate::`.
fn used_modules(source: &str) -> BTreeSet<&str> {
    let paths = source.split("crate::").skip(1);
    paths.filter_map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next()).collect()
}

#[test]
fn files_use_only_their_own_layer_and_those_below() {
    for (layer, below) in LAYERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(layer);
        let mut used = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            for module in used_modules(&source) {
                used += 1;
                assert!(module == layer || below.contains(&module), "{} uses `{module}`", path.display());
            }
        }
        assert!(used > 0 || below.is_empty(), "this test no longer sees what `{layer}` uses");
    }
}
