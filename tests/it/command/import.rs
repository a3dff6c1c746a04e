//! `import`.

use std::fs;

use tempfile::TempDir;

use super::run::succeeds;
use super::tables::{rows_of, write_queries};

#[test]
fn an_imported_event_log_can_be_trained_on_and_estimated() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let mut log = "case_id,activity,timestamp,case_channel\n".to_owned();
    for case in 0..200_i64 {
        for (step, activity) in ["register", "check", "close"].iter().enumerate() {
            let seconds = 1_600_000_000 + case * 7000 + step as i64 * (3600 + case * 37 % 9000);
            let at = model::Moment::from_epoch_micros(seconds * 1_000_000).unwrap();
            log.push_str(&format!("k{case},{activity},{at},web\n"));
        }
    }
    fs::write(folder.join("log.csv"), log).unwrap();
    succeeds("import event-log log.csv --form permit --output history --end last-event", folder);
    assert!(folder.join("history/form.toml").is_file());
    succeeds("train --history history --as-of 2020-09-20T00:00:00Z --models models", folder);
    write_queries(&folder.join("queries.parquet"), 1_600_000_000 + 199 * 7000);
    succeeds(
        "estimate --history history --models models --queries queries.parquet --output out.parquet",
        folder,
    );
    assert_eq!(rows_of(&folder.join("out.parquet")), 2);
}
