//! The modules of a crate and the paths written in them, as far as a reader of tokens can tell: enough to see which file names
//! something of which other file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{read, root};

/// A path such as `crate::form::Form`, split at `::`.
pub type Segments = Vec<String>;

/// What a `use` brings into a module: the path, and the name it gets there (`*` for all names of the path).
#[derive(Debug, PartialEq)]
pub struct Import {
    pub path: Segments,
    pub name: String,
    /// Whether the module hands the name on.
    pub public: bool,
}

/// One file of a crate.
pub struct Module {
    pub file: PathBuf,
    pub children: BTreeSet<String>,
    pub items: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// Paths outside `use`, single names included.
    pub paths: Vec<Segments>,
}

/// Reads the crate whose root is `file`, by the path of each module (empty for the root).
pub fn read_crate(file: &Path) -> BTreeMap<Segments, Module> {
    let mut modules = BTreeMap::new();
    let mut open = vec![(Segments::new(), file.to_owned())];
    while let Some((path, file)) = open.pop() {
        let module = parse(file.clone(), &read(&file));
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let parent = file.parent().unwrap();
        let folder =
            if ["lib", "main", "mod"].contains(&stem) { parent.to_owned() } else { parent.join(stem) };
        for child in &module.children {
            let candidates = [folder.join(format!("{child}.rs")), folder.join(child).join("mod.rs")];
            let found = candidates.into_iter().find(|candidate| root().join(candidate).is_file());
            let found = found.unwrap_or_else(|| panic!("{}: no file of `mod {child}`", file.display()));
            open.push(([path.as_slice(), std::slice::from_ref(child)].concat(), found));
        }
        modules.insert(path, module);
    }
    modules
}

fn parse(file: PathBuf, text: &str) -> Module {
    let tokens = without_tests(&tokens(text));
    let mut module = Module {
        file,
        children: BTreeSet::new(),
        items: BTreeSet::new(),
        imports: Vec::new(),
        paths: Vec::new(),
    };
    let mut at = 0;
    while at < tokens.len() {
        let next = tokens.get(at + 1).map_or("", String::as_str);
        match tokens[at].as_str() {
            // `impl Iterator + use<'_>` imports nothing.
            "use" if next != "<" => {
                let public = at > 0 && ["pub", ")"].contains(&tokens[at - 1].as_str());
                let length = tokens[at..].iter().position(|token| token == ";").unwrap_or(tokens.len() - at);
                add_imports(&[], &tokens[at + 1..at + length], public, &mut module.imports);
                at += length;
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token == ";") => {
                module.children.insert(next.to_owned());
                at += 3;
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token == "{") => {
                panic!("{}: give `mod {next}` its own file", module.file.display());
            }
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                module.items.insert(next.to_owned());
                at += 1;
            }
            "macro_rules" => {
                module.items.extend(tokens.get(at + 2).cloned());
                at += 1;
            }
            token if is_name(token) => {
                let mut path = vec![token.to_owned()];
                while tokens.get(at + 1).is_some_and(|token| token == "::")
                    && tokens.get(at + 2).is_some_and(|token| is_name(token))
                {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                module.paths.push(path);
                at += 1;
            }
            _ => at += 1,
        }
    }
    module
}

/// Adds what a tree such as `a::{b, c as d, e::*}` imports below `prefix`.
fn add_imports(prefix: &[String], tree: &[String], public: bool, imports: &mut Vec<Import>) {
    let mut path = prefix.to_vec();
    let mut at = 0;
    while at < tree.len() {
        match tree[at].as_str() {
            "{" => {
                for branch in branches(&tree[at + 1..tree.len() - 1]) {
                    add_imports(&path, branch, public, imports);
                }
                return;
            }
            "*" => {
                imports.push(Import { path, name: "*".to_owned(), public });
                return;
            }
            "as" => {
                imports.push(Import { path, name: tree[at + 1].clone(), public });
                return;
            }
            "::" => {}
            "self" if !path.is_empty() => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    if let Some(name) = path.last().cloned() {
        imports.push(Import { path, name, public });
    }
}

/// Splits at the commas that stand outside braces.
fn branches(tokens: &[String]) -> impl Iterator<Item = &[String]> {
    let mut depth = 0_usize;
    tokens
        .split(move |token| {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            token == "," && depth == 0
        })
        .filter(|branch| !branch.is_empty())
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Leaves out every item under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(ATTRIBUTE.len()).eq(ATTRIBUTE) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += ATTRIBUTE.len();
        let mut depth = 0_usize;
        while at < tokens.len() {
            let token = tokens[at].as_str();
            at += 1;
            match token {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && ["}", ";"].contains(&token) {
                break;
            }
        }
    }
    kept
}

/// Names, `::` and single characters, without comments, strings, characters and numbers' suffixes.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            found.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// The length of the string or character that `text` starts with.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c: char| !['b', 'c', 'r'].contains(&c)).filter(|prefix| *prefix <= 2)?;
    let (marks, body) = text.split_at(prefix);
    let hashes = body.len() - body.trim_start_matches('#').len();
    if marks.contains('r') && body[hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let from = hashes + 1;
        return Some(prefix + body[from..].find(&end).map_or(body.len(), |at| from + at + end.len()));
    }
    let quote = body.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    let mut characters = body.char_indices().skip(1);
    if quote == '\'' {
        // A lifetime such as 'a is not closed by a quote.
        let mut ahead = body.chars().skip(1);
        let escaped = ahead.next() == Some('\\');
        if !escaped && ahead.next() != Some('\'') {
            return None;
        }
    }
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            _ if character == quote => return Some(prefix + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

#[test]
fn a_file_is_read_for_the_names_it_uses() {
    let module = parse(
        PathBuf::from("example.rs"),
        r##"//! crate::not::this
        mod child;
        pub use child::{One, two::{self, Three as Four}};
        use super::*;
        const QUOTE: char = '"';
        fn f<'a>(x: &'a str) { let s = "crate::nor::this"; let r = r#"crate::"nor"::that"#; crate::deep::g(s) }
        #[cfg(test)]
        mod tests { use crate::unseen; }
        struct Last;"##,
    );
    let import = |path: &str, name: &str| Import {
        path: path.split("::").map(str::to_owned).collect(),
        name: name.to_owned(),
        public: path != "super",
    };
    let imports = [
        import("child::One", "One"),
        import("child::two", "two"),
        import("child::two::Three", "Four"),
        import("super", "*"),
    ];
    assert_eq!(module.imports, imports);
    let crate_paths: Vec<_> = module.paths.iter().filter(|path| path[0] == "crate").collect();
    assert_eq!(crate_paths, [&["crate", "deep", "g"].map(str::to_owned)]);
    assert!(module.children.iter().eq(["child"]));
    assert!(module.items.iter().eq(["Last", "QUOTE", "f"]));
}
