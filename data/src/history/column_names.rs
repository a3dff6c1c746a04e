//! Names of columns: those that are given more than once, those that nothing uses, and those that somebody mistyped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use flate2::read::MultiGzDecoder;

use super::report::HistoryIssue;
use crate::parquet_types::column_names;
use crate::shown_text::shown;

/// The most bytes of a header: an open quote must not bring a whole table into memory.
const MAX_HEADER_BYTES: u64 = 1 << 20;
/// Longer names are not compared with known ones.
const MAX_COMPARED: usize = 64;

/// The columns of a file as they are written there: polars renames repeated ones. Empty if the file cannot be read, which
/// its reader reports.
pub(super) fn header(path: &Path, csv: bool) -> Vec<String> {
    if csv { csv_header(path).unwrap_or_default() } else { column_names(path) }
}

fn csv_header(path: &Path) -> io::Result<Vec<String>> {
    let file = File::open(path)?;
    let is_packed = path.extension().is_some_and(|ending| ending == "gz");
    let text: Box<dyn Read> = if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut first = ByteRecord::new();
    let text = text.take(MAX_HEADER_BYTES);
    ReaderBuilder::new().has_headers(false).from_reader(text).read_byte_record(&mut first)?;
    Ok(first.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

/// The columns of a file that are given more than once.
pub(super) fn repeated(file: &str, header: &[String], remedy: &str) -> Option<HistoryIssue> {
    let mut times: BTreeMap<&str, u64> = BTreeMap::new();
    for name in header {
        *times.entry(name).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    let examples = times.iter().map(|(name, times)| format!("`{}` {times} times", shown(name)));
    found(file, "columns that are given more than once", times.len(), examples, remedy)
}

/// The names of a file that are not known.
pub(super) fn unknown(
    file: &str,
    what: &str,
    names: &BTreeSet<&str>,
    known: &BTreeSet<&str>,
    remedy: &str,
) -> Option<HistoryIssue> {
    let unknown: Vec<(Option<&str>, &str)> =
        names.difference(known).map(|name| (nearest(name, known), *name)).collect();
    // A mistyped name matters more than a column that somebody keeps for another purpose.
    let (mistyped, strange): (Vec<_>, Vec<_>) = unknown.iter().partition(|(meant, _)| meant.is_some());
    let examples = mistyped.into_iter().chain(strange).map(|(meant, name)| match meant {
        Some(meant) => format!("`{}` (is it `{}`?)", shown(name), shown(meant)),
        None => format!("`{}`", shown(name)),
    });
    found(file, what, unknown.len(), examples, remedy)
}

fn found(
    file: &str,
    what: &str,
    count: usize,
    examples: impl Iterator<Item = String>,
    remedy: &str,
) -> Option<HistoryIssue> {
    let issue = HistoryIssue::new(file, what, remedy).counted(count as u64);
    (count > 0).then(|| issue.with_examples(examples))
}

/// The other name that is written almost like this one: apart from case and punctuation, it differs by a slip of the hand.
pub(super) fn nearest<'n>(name: &str, others: &BTreeSet<&'n str>) -> Option<&'n str> {
    if name.len() > MAX_COMPARED {
        return None;
    }
    let plain_name = plain(name);
    let others = others.iter().filter(|other| **other != name && other.len() <= MAX_COMPARED);
    let near = others.filter_map(|other| {
        let plain_other = plain(other);
        let slips = strsim::osa_distance(&plain_name, &plain_other);
        let allowed = match plain_name.chars().count().min(plain_other.chars().count()) {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        (slips <= allowed).then_some((slips, *other))
    });
    near.min().map(|(_, other)| other)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_another_that_differs_by_case_punctuation_or_a_slip() {
        let known = BTreeSet::from(["center", "extracted_on", "kind", "received_on", "fee"]);
        for (name, expected) in [
            ("Center", Some("center")),
            (" center", Some("center")),
            ("centre", Some("center")),
            ("kindd", Some("kind")),
            ("receivedOn", Some("received_on")),
            ("extracted_at", Some("extracted_on")),
            ("FEE", Some("fee")),
            ("fed", None),
            ("office", None),
            ("received", Some("received_on")),
            ("center", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
    }
}
