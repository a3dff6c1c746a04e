//! The files of a backtest: all take their places together, when all of them are complete.

use std::path::Path;

use csv::Writer;
use store::atomic_file::{self, StagedFile};
use store::file_stem;
use training::{Judged, OverOrigins};

use super::pictures;
use crate::failure::Failure;

/// Writes everything but the table of single cases to a folder.
pub fn write(
    folder: &Path,
    json: &str,
    tables: &str,
    judged: &[Judged],
    over: &[OverOrigins],
) -> Result<(), Failure> {
    let slices = judged.iter().flat_map(|one| &one.slices);
    let bins = over.iter().flat_map(|one| one.calibration.rows(&one.form, one.target, one.candidate));
    let mut files = vec![
        ("scores.json".to_owned(), json.as_bytes().to_vec()),
        ("scores.txt".to_owned(), tables.as_bytes().to_vec()),
        ("over_origins.csv".to_owned(), csv(over)?),
        ("slices.csv".to_owned(), csv(slices)?),
        ("calibration.csv".to_owned(), csv(bins)?),
    ];
    for of_form in over.chunk_by(|a, b| a.form == b.form) {
        let form = &of_form[0].form;
        let candidates: Vec<&OverOrigins> = of_form.iter().collect();
        let stem = file_stem(form);
        let pictures = [
            ("pit", pictures::of_pit(form, &candidates)),
            ("reliability", pictures::of_reliability(form, &candidates)),
        ];
        files.extend(pictures.map(|(kind, svg)| (format!("{kind}-{stem}.svg"), svg.into_bytes())));
    }
    atomic_file::create_folder(folder)?;
    let ready = files.iter().map(|(name, content)| StagedFile::new(&folder.join(name), content));
    // All or none: none takes its place before all are written.
    let ready: Vec<StagedFile> = ready.collect::<Result<_, _>>()?;
    Ok(ready.into_iter().try_for_each(StagedFile::replace)?)
}

/// A table with one row for each value, and the names of its members as the head.
fn csv<T: serde::Serialize>(rows: impl IntoIterator<Item = T>) -> Result<Vec<u8>, Failure> {
    let mut writer = Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(Failure::failed)?;
    }
    writer.into_inner().map_err(|error| Failure::failed(error.into_error()))
}
