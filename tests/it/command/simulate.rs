//! `simulate` and `limits`.

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::histories::write_history;
use super::run::{is_refused, run, succeeds};
use super::tables::rows_of;

#[test]
fn a_simulated_history_is_trained_on_as_what_it_is_and_without_its_truth() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let made = succeeds("simulate --output simulated --cases 4000 --oracle 3 --oracle-cases 20", folder);
    assert!(made.contains("simulated cases") && folder.join("simulated/truth.parquet").is_file(), "{made}");
    assert!(rows_of(&folder.join("simulated/oracle.parquet")) > 7 * 10);
    let summary = succeeds("check --history simulated", folder);
    assert!(summary.contains("Simulated: no case in it is real."), "{summary}");
    for form in ["N-400", "I-90", "I-130", "I-765", "I-131", "I-485", "I-821"] {
        assert!(summary.contains(form), "{summary}");
    }
    let compared = succeeds("simulate --compare simulated", folder);
    assert!(compared.contains("| I-485 | family | median, months | 2023 | 11.4 |"), "{compared}");
    let trained = succeeds("train --history simulated --form N-400 --models models --json", folder);
    let trained: serde_json::Value = serde_json::from_str(&trained).unwrap();
    assert_eq!(trained[0]["training"]["trained_on"], "simulated_history");
    // The models do not depend on the truth or the oracle.
    for file in ["truth.parquet", "oracle.parquet"] {
        fs::write(folder.join("simulated").join(file), "nonsense").unwrap();
    }
    succeeds("train --history simulated --form N-400 --models others", folder);
    let models = |name: &str| {
        let files = fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap().path());
        let files: BTreeMap<_, _> = files
            .filter(|path| path.is_file())
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap()))
            .collect();
        assert!(!files.is_empty());
        files
    };
    assert!(models("models") == models("others"), "the truth has a part in training");
    let limits =
        succeeds("limits --scenarios steady --days 2024-03-31 --cases 4000 --futures 3 --sample 10", folder);
    assert_eq!(
        limits.lines().filter(|line| line.starts_with("| steady | 2024-03-31 |")).count(),
        7,
        "{limits}"
    );
    is_refused("simulate --output x --scenario nowhere", folder, "office-closure");
    is_refused("simulate --output x --cases 10", folder, "choose 1,000 to 20,000,000");
    is_refused("simulate --output x --extracted-on 2010-01-01", folder, "choose a day after 2020-10-01");
    write_history(&folder.join("history"));
    is_refused("simulate --output history", folder, "was not simulated");
    // A history that cannot be read may be a real one.
    fs::write(folder.join("history/history.json"), "{ \"kind\": ").unwrap();
    let before = fs::read(folder.join("history/cases.csv")).unwrap();
    is_refused("simulate --output history", folder, "cannot be read; choose another folder");
    assert_eq!(fs::read(folder.join("history/cases.csv")).unwrap(), before);
    write_history(&folder.join("history"));
    is_refused("simulate --output x --oracle 3 --oracle-cases 0", folder, "at least one future and one case");
    let without = succeeds("simulate --output simulated --cases 4000", folder);
    assert!(
        !folder.join("simulated/oracle.parquet").exists(),
        "the oracle of another world was left behind: {without}"
    );
    is_refused("limits --scenarios steady --cases 500", folder, "choose 1,000 to 20,000,000");
    is_refused("simulate --compare history", folder, "compare a history that `myprogress simulate` made");
    assert!(!folder.join("x").exists(), "x was left behind");
}

#[test]
fn a_form_with_nothing_decided_does_not_cost_the_limits_of_the_others() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let limits = "limits --scenarios steady --cases 2000 --futures 3 --sample 5 --days";
    let output = run(&format!("{limits} 2020-10-10"), folder);
    let (scores, warnings) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{warnings}");
    assert!(
        warnings.contains("warning: `steady` as of 2020-10-10: form I-130 has too little to learn from"),
        "{warnings}"
    );
    let scored = |form: &str| scores.contains(&format!("| steady | 2020-10-10 | {form} | 5 |"));
    assert!(scored("I-765") && !scores.contains("I-130"), "{scores}");
}

#[test]
fn limits_are_refused_before_a_long_run_and_not_in_its_middle() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    is_refused("limits --scenarios steady,nowhere", folder, "nowhere: not a bundled scenario");
    is_refused("limits --scenarios steady --days 2024-03-31,2010-01-01", folder, "after 2020-10-01");
    is_refused("limits --scenarios steady,surge,steady", folder, "duplicate `steady`; keep one");
    is_refused("limits --days 2024-03-31,2024-06-30,2024-03-31", folder, "duplicate `2024-03-31`; keep one");
}
