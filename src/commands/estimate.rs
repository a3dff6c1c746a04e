//! `estimate`: every pending case of a history, or every query of a file, gets an estimate or the reason why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use data::estimates::{BulkError, BulkEstimator, Queries};
use model::{AsOf, UNSUPPORTED_FORM};
use store::ModelFolder;

use super::read_history;
use crate::failure::{Failure, print};
use crate::progress::Counting;

/// Cases between two updates of the progress bar.
const CASES_TOGETHER: u64 = 10_000;

/// Write estimates for every case pending at a time, or for each query of a file
///
/// Examples:
///   myprogress estimate --history data/history/uscis-fy22 --models models --as-of 2022-06-30 --output estimates.parquet
///   myprogress estimate --history log --models models --queries queries.parquet --output estimates.parquet
#[derive(Args)]
#[command(verbatim_doc_comment, group(ArgGroup::new("when").required(true).args(["as_of", "queries"])))]
pub struct Estimate {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Folder with models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Every case pending then: a date (its end) or an RFC 3339 timestamp
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
    /// Each row of this Parquet file: case_id, as_of (a date or timestamp column), optional actions_seen
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// Parquet file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Estimate {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        if let Some(other) = self.output.extension().filter(|ending| *ending != "parquet") {
            return Err(Failure::bad_input(format!(
                "estimates are written as Parquet, so --output may not end in `.{}`; end it in .parquet",
                other.display()
            )));
        }
        let queries = self.queries.as_deref().map(Queries::read).transpose().map_err(Failure::bad_input)?;
        let models = ModelFolder::new(&self.models).load_all().map_err(Failure::bad_input)?;
        let history = read_history(&self.history)?;
        let estimator = BulkEstimator::new(&history, |form| models.get(form)).map_err(Failure::bad_input)?;
        warn_of_forms_without_model(&estimator, &self.models);
        warn_of_simulated_models(&estimator);
        let written = match (self.as_of, queries) {
            (Some(as_of), _) => {
                warn_of_the_unknown(&estimator, [as_of].iter());
                let bar = Counting::to(history.cases() as u64, "Estimating");
                estimator.pending_at(as_of, &self.output, counting(&bar))
            }
            (None, Some(queries)) => {
                warn_of_the_unknown(&estimator, queries.as_of.iter());
                let bar = Counting::to(queries.case_ids.len() as u64, "Estimating");
                estimator.answer(&queries, &self.output, counting(&bar))
            }
            (None, None) => return Err(Failure::bad_input("give --as-of or --queries")),
        };
        let written = written.map_err(failure)?;
        for unseen in &written.unseen {
            eprintln!("warning: {unseen}");
        }
        print(&report(&written.rows, &self.output))
    }
}

/// Moves a progress bar on, but not for every single case.
fn counting(bar: &Counting) -> impl FnMut() + use<'_> {
    let mut seen = 0;
    move || {
        seen += 1;
        if seen % CASES_TOGETHER == 0 {
            bar.add(CASES_TOGETHER);
        }
    }
}

/// Warns of each form without a model.
fn warn_of_forms_without_model(estimator: &BulkEstimator<'_>, models: &Path) {
    for form in estimator.forms_without_model() {
        eprintln!(
            "warning: {} does not hold a model of form `{form}`, so its rows have the status {UNSUPPORTED_FORM}",
            models.display()
        );
    }
}

/// Warns of each form whose model knows only simulated cases, where the cases to estimate are not simulated.
fn warn_of_simulated_models(estimator: &BulkEstimator<'_>) {
    for form in estimator.forms_with_simulated_model() {
        eprintln!(
            "warning: the model of form `{form}` was trained on a simulated history and this one is not simulated, so its \
             estimates say nothing about how long real cases take"
        );
    }
}

/// Warns if an as-of time is later than everything that the history knows.
fn warn_of_the_unknown<'t>(estimator: &BulkEstimator<'_>, times: impl Iterator<Item = &'t AsOf>) {
    if let Some((end, last)) = estimator.beyond_history(times) {
        eprintln!(
            "warning: the history ends on {end}; nothing is known about the time from then to {last}, and a case \
             that was pending is treated as still pending"
        );
    }
}

fn failure(error: BulkError) -> Failure {
    match error {
        BulkError::Write(error) => Failure::failed(error),
        error => Failure::bad_input(error),
    }
}

fn report(rows: &BTreeMap<String, u64>, output: &Path) -> String {
    let all: u64 = rows.values().sum();
    let by_status: Vec<String> = rows.iter().map(|(status, rows)| format!("{rows} {status}")).collect();
    let colon = if by_status.is_empty() { "" } else { ": " };
    format!("{all} rows in {}{colon}{}\n", output.display(), by_status.join(", "))
}
