//! `refresh` and what it leaves as it was.

use std::fs;
use std::path::Path;

use model::FormModel;
use store::ModelFolder;
use tempfile::TempDir;

use super::histories::{add_late_records, decided_by, write_history, write_history_of_kind};
use super::run::{is_refused, succeeds};

fn saved(folder: &Path) -> FormModel {
    ModelFolder::new(folder.join("models")).load("I-765").unwrap().unwrap().model
}

#[test]
fn the_lines_of_a_model_are_brought_up_to_a_day() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    succeeds("train --history history --as-of 2022-06-15 --models models", folder);
    let trained = saved(folder);
    let text = succeeds("refresh --history history --models models --as-of 2022-06-30", folder);
    let refreshed = saved(folder);
    let pending = 400 - decided_by(&folder.join("history"), "2022-06-30");
    let row: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row[..3], ["I-765", "2022-06-30", &pending.to_string()], "{text}");
    let state = refreshed.queue_state().unwrap();
    assert_eq!(state.day().to_string(), "2022-06-30");
    assert_eq!(state.figures_of_form().waiting as usize, pending);
    refreshed.check_golden().unwrap();
    assert_eq!((trained.training(), trained.schema()), (refreshed.training(), refreshed.schema()));
    // The same day gives the same file, and the next command reads it.
    let file = fs::read(folder.join("models/I-765.myprogress")).unwrap();
    succeeds("refresh --history history --models models --as-of 2022-06-30", folder);
    assert_eq!(fs::read(folder.join("models/I-765.myprogress")).unwrap(), file);
    succeeds("estimate --history history --models models --as-of 2022-07-01 --output new.parquet", folder);
    assert_eq!(fs::read_dir(folder.join("models")).unwrap().count(), 1);
}

#[test]
fn what_a_history_cannot_say_is_refused_and_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    write_history(&folder.join("history"));
    write_history_of_kind(&folder.join("simulated"), "simulated");
    write_history(&folder.join("other"));
    let renamed = fs::read_to_string(folder.join("other/cases.csv")).unwrap().replace("I-765", "I-131");
    fs::write(folder.join("other/cases.csv"), renamed).unwrap();
    add_late_records(&folder.join("other"));
    succeeds("train --history history --as-of 2022-06-15 --models models", folder);
    let file = folder.join("models/I-765.myprogress");
    let before = fs::read(&file).unwrap();
    for (arguments, words) in [
        (
            "--history history --as-of 2022-06-14",
            "knows the lines up to 2022-06-15, and 2022-06-14 is before that",
        ),
        ("--history history --as-of 2022-08-01", "the history ends on 2022-07-31"),
        ("--history other", "a model of form I-765, but the history has only I-131"),
        ("--history simulated", "trained on a real history, but this history is simulated"),
    ] {
        is_refused(&format!("refresh --models models {arguments}"), folder, words);
    }
    assert_eq!(fs::read(&file).unwrap(), before);
    succeeds("refresh --models models --history history --as-of 2022-06-30", folder);
    is_refused("refresh --models models --history history --as-of 2022-06-20", folder, "up to 2022-06-30");
    fs::rename(&file, folder.join("models/mine.myprogress")).unwrap();
    is_refused("refresh --models models --history history", folder, "in a file of another name");
}
