//! `check`.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::histories::write_history;
use super::run::run;

/// Warnings as `check` prints them, and as it lists them in JSON.
fn warnings(folder: &Path) -> (Vec<String>, Vec<String>) {
    let plain = run("check --history history", folder);
    let printed = String::from_utf8(plain.stderr).unwrap();
    assert_eq!(plain.status.code(), Some(0), "{printed}");
    let json = run("check --history history --json", folder);
    assert_eq!(json.status.code(), Some(0));
    let summary: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let listed = summary["warnings"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
    let printed = printed.lines().map(|line| line.strip_prefix("warning: ").unwrap().to_owned());
    (printed.collect(), listed.collect())
}

#[test]
fn warnings_are_printed_and_listed_and_the_history_is_still_valid() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let missing = "cases.csv: cases without the queue attribute `category`, which is not a column (400 in all, for example \
                   400 of form `I-765`); add the column if it is known; until then their estimates rest on wider groups";
    assert_eq!(warnings(folder), (vec![missing.to_owned()], vec![missing.to_owned()]));
    let file = folder.join("history/actions.csv");
    let actions = fs::read_to_string(&file).unwrap();
    let (header, rows) = actions.split_once('\n').unwrap();
    fs::write(&file, format!("{header}\n{rows}{rows}")).unwrap();
    let (printed, listed) = warnings(folder);
    assert_eq!(printed, listed);
    let count = rows.lines().count();
    let repeated = format!(
        "actions.csv: rows that repeat the case, action and time of another one, 50.0% of all {}: every action is given at \
         least twice ({count} in all, for example c0, c1, c2, c3, c4)",
        2 * count
    );
    assert!(printed.len() == 2 && printed[1].starts_with(&repeated), "{printed:?}");
}

#[test]
fn a_history_that_ends_in_the_future_is_warned_of() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    let ends = |extracted_on: &str| {
        let about = format!(r#"{{"name": "small", "extracted_on": "{extracted_on}"}}"#);
        fs::write(folder.join("history/history.json"), about).unwrap();
        let (printed, listed) = warnings(folder);
        assert_eq!(printed, listed);
        printed.iter().any(|line| {
            line.starts_with(&format!("history.json: `extracted_on` is {extracted_on}, "))
                && line.ends_with(
                    "days after today; correct it: until then every pending case counts as waiting without news",
                )
        })
    };
    assert!(!ends("2022-07-31"));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let today = model::Day::from_epoch_days((now.as_secs() / 86_400) as i64).unwrap();
    assert!(!ends(&today.to_string()));
    assert!(ends(&today.plus(3).to_string()));
    assert!(ends(&format!("{}T00:00:00Z", today.plus(3))));
    assert!(ends("2199-12-31"));
}
