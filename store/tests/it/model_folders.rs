//! What a folder of models loads, saves and refuses.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::thread;

use model::artifact::{decode, encode};
use store::{ModelFolder, ModelSet, ModelsError};
use tempfile::TempDir;

use crate::small_model::small_model;

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn saved_models_are_loaded_again_and_other_forms_stay() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("new/models");
    let folder = ModelFolder::new(&path);
    let saved = folder.save(&[small_model("I-485", 10), small_model("a/b é", 20)]).unwrap();
    assert_eq!(names_in(&path), ["I-485.myprogress", "a%2fb%20%c3%a9.myprogress"]);
    folder.save(&[small_model("I-485", 11)]).unwrap();
    let models = folder.load_all().unwrap();
    assert_eq!(models.iter().map(|model| model.model.training().cases).collect::<Vec<_>>(), [11, 20]);
    assert_eq!(models.get("a/b é").unwrap().version, saved[1].version);
    assert_ne!(models.get("I-485").unwrap().version, saved[0].version);
    assert_eq!(folder.load("I-485").unwrap().unwrap().model.training().cases, 11);
    assert!(folder.load("I-90").unwrap().is_none());
}

#[test]
fn two_models_of_one_form_are_refused_by_their_files() {
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 10)]).unwrap();
    fs::copy(dir.path().join("I-485.myprogress"), dir.path().join("old.myprogress")).unwrap();
    let error = folder.load_all().unwrap_err().to_string();
    for part in ["`I-485` has two models", "/I-485.myprogress", "/old.myprogress", "keep one"] {
        assert!(error.contains(part), "{error}");
    }
    let twins = [10, 11].map(|cases| decode(&encode(&small_model("I-485", cases)).unwrap()).unwrap());
    let versions = twins.each_ref().map(|twin| twin.version.clone());
    let error = ModelSet::from_artifacts(twins).unwrap_err().to_string();
    assert!(versions.iter().all(|version| error.contains(version)), "{error}");
}

#[test]
fn a_damaged_file_is_named_with_its_cause() {
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 10), small_model("I-90", 10)]).unwrap();
    let file = dir.path().join("I-90.myprogress");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    for error in [folder.load_all().unwrap_err(), folder.load("I-90").unwrap_err()] {
        assert!(error.to_string().contains("I-90.myprogress"), "{error}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains("SHA-256") && !error.to_string().contains(&cause), "{error}: {cause}");
    }
    assert!(folder.load("I-485").unwrap().is_some(), "the other file is not affected");
}

#[test]
fn a_half_written_file_is_not_a_model() {
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 10)]).unwrap();
    let whole = fs::read(dir.path().join("I-485.myprogress")).unwrap();
    let half = &whole[..whole.len() / 2];
    // A process that was killed leaves its temporary file behind.
    fs::write(dir.path().join(".I-90.myprogress.Ab12.partial"), half).unwrap();
    assert_eq!(folder.load_all().unwrap().iter().count(), 1);
    // A copy that broke off.
    fs::write(dir.path().join("I-90.myprogress"), half).unwrap();
    assert!(matches!(folder.load_all(), Err(ModelsError::Artifact { .. })));
}

#[test]
fn a_file_under_the_name_of_another_form_is_refused() {
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 10)]).unwrap();
    fs::rename(dir.path().join("I-485.myprogress"), dir.path().join("I-90.myprogress")).unwrap();
    let error = folder.load("I-90").unwrap_err().to_string();
    assert!(error.contains("form `I-485`, not of form `I-90`"), "{error}");
}

#[test]
fn a_missing_or_empty_folder_says_how_to_get_models() {
    let dir = TempDir::new().unwrap();
    let missing = ModelFolder::new(dir.path().join("nowhere"));
    let error = missing.load_all().unwrap_err();
    assert!(matches!(error, ModelsError::Folder { .. }) && error.source().is_some());
    assert!(error.to_string().contains("run `myprogress train`"), "{error}");
    assert!(missing.load("I-485").unwrap().is_none());
    fs::write(dir.path().join("notes.txt"), "not a model").unwrap();
    let error = ModelFolder::new(dir.path()).load_all().unwrap_err().to_string();
    assert!(error.contains("no *.myprogress file") && error.contains("run `myprogress train`"), "{error}");
}

#[test]
fn only_a_missing_file_counts_as_none() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("file"), "not a folder").unwrap();
    let below_a_file = ModelFolder::new(dir.path().join("file")).load("I-485").unwrap_err();
    fs::create_dir(dir.path().join("I-90.myprogress")).unwrap();
    let folder = ModelFolder::new(dir.path());
    for error in [below_a_file, folder.load("I-90").unwrap_err()] {
        assert!(matches!(error, ModelsError::File { .. }) && error.source().is_some(), "{error}");
    }
    assert!(folder.load("I-485").unwrap().is_none());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", dir.path().join("I-485.myprogress")).unwrap();
        let error = folder.load("I-485").unwrap_err();
        assert!(error.to_string().contains("I-485.myprogress"), "{error}");
    }
}

#[test]
fn a_failed_save_replaces_and_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 10)]).unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(matches!(ModelFolder::new(dir.path().join("file")).save(&[]), Err(ModelsError::Write(_))));
    // A folder has the name of the second model, so that only the first could be replaced.
    fs::create_dir(dir.path().join("I-90.myprogress")).unwrap();
    let error = folder.save(&[small_model("I-90", 11)]).unwrap_err();
    assert!(error.to_string().contains("I-90.myprogress"), "{error}");
    assert_eq!(names_in(dir.path()), ["I-485.myprogress", "I-90.myprogress", "file"]);
}

#[test]
fn two_writers_of_one_folder_leave_one_whole_model() {
    const ROUNDS: u64 = 20;
    let dir = TempDir::new().unwrap();
    let folder = ModelFolder::new(dir.path());
    folder.save(&[small_model("I-485", 0)]).unwrap();
    thread::scope(|scope| {
        for writer in 1..=2 {
            let folder = &folder;
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    folder.save(&[small_model("I-485", writer)]).unwrap();
                }
            });
        }
        for _ in 0..ROUNDS {
            assert_eq!(
                folder.load_all().unwrap().iter().count(),
                1,
                "a reader sees a whole model at any time"
            );
        }
    });
    assert!([1, 2].contains(&folder.load("I-485").unwrap().unwrap().model.training().cases));
    assert_eq!(names_in(dir.path()), ["I-485.myprogress"]);
}
