//! Words and phrases that the prose of this project does without. See "Write prose" in CONTRIBUTING.md.

use std::path::PathBuf;

use super::{files, read};

/// The names of files with prose end like this.
const ENDINGS: [&str; 8] = [".rs", ".md", ".toml", ".ipynb", ".json", ".html", ".py", "justfile"];
/// Where a text of `strings.json` in Spanish begins: the words to avoid are English.
const SPANISH: &str = "\"es\":";

/// What is avoided, and what to write instead.
const AVOIDED: [(&str, &str); 13] = [
    ("anew", "again"),
    ("by and by", "gradually"),
    ("dust", "a tiny weight"),
    ("happened to be there", "was present"),
    ("hitherto", "so far"),
    ("how-manieth", "which"),
    ("lest", "so that ... not"),
    ("manieth", "which"),
    ("mend", "correct"),
    ("mended", "corrected"),
    ("there twice", "duplicate `x`; keep one"),
    ("whoever", "anyone who"),
    ("seldom", "rarely"),
];
/// After "is no", these make ordinary English of it: "is no longer", "is no later than".
const AFTER_NO: [&str; 7] = ["earlier", "fewer", "later", "less", "longer", "more", "sooner"];

fn words(line: &str) -> Vec<String> {
    line.split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// "this is no model file" is not English prose, but "there is no model file" is.
fn has_is_no(words: &[String]) -> bool {
    words.windows(2).enumerate().any(|(at, pair)| {
        let before = at.checked_sub(1).map_or("", |before| words[before].as_str());
        let after = words.get(at + 2).map_or("", String::as_str);
        ["is", "are"].contains(&pair[0].as_str())
            && pair[1] == "no"
            && before != "there"
            && !AFTER_NO.contains(&after)
    })
}

fn faults(line: &str) -> Vec<String> {
    let words = words(line);
    let mut found = Vec::new();
    if has_is_no(&words) {
        found.push("\"is no\": write \"is not a\"".to_owned());
    }
    for (avoided, better) in AVOIDED {
        let avoided: Vec<String> = avoided.split(' ').map(str::to_owned).collect();
        if words.windows(avoided.len()).any(|window| window == avoided) {
            found.push(format!("\"{}\": write \"{better}\"", avoided.join(" ")));
        }
    }
    found
}

/// Every file with prose: also the scripts of `.ci` and what `.github` says to contributors.
fn with_prose() -> Vec<PathBuf> {
    [files("", &ENDINGS), files(".ci", &[""]), files(".github", &[".md", ".yml"])].concat()
}

/// What a line says in English, with the line breaks that JSON writes as `\n`.
fn english(line: &str) -> String {
    line.split(SPANISH).next().unwrap_or_default().replace("\\n", " ")
}

#[test]
fn prose_avoids_archaic_wording() {
    let this_file = "tests/it/architecture/wording.rs";
    let mut found = Vec::new();
    for path in with_prose() {
        if path.ends_with(this_file) {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let faults = faults(&english(line)).into_iter();
            found.extend(faults.map(|fault| format!("{}:{}: {fault}", path.display(), number + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn notebooks_templates_texts_and_scripts_are_checked_for_wording() {
    let checked = with_prose();
    for path in [
        "notebooks/what-is-in-the-history.ipynb",
        "serving/src/wording/strings.json",
        "serving/templates/page.html",
        ".ci/notebooks",
        ".github/pull_request_template.md",
        "justfile",
    ] {
        assert!(checked.contains(&PathBuf::from(path)), "{path}");
    }
}

#[test]
fn the_check_of_wording_finds_phrases_and_leaves_good_english_alone() {
    assert_eq!(faults("this is no model file").len(), 1);
    assert_eq!(faults("`X` is there twice").len(), 1);
    assert_eq!(faults("There is no model file, and it is no longer needed: recommend another.").len(), 0);
    let text = r#" "key": {"en": "first\nanew", "es": "dust"},"#;
    assert_eq!(faults(&english(text)), ["\"anew\": write \"again\""]);
}
