//! `backtest`: how good estimates would have been at past origins, all candidates side by side.

mod files;
mod pictures;
pub mod tables;

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use data::estimates::{ScoredCaseWriter, WriteError};
use data::{History, rolling_origins};
use model::{AsOf, Stamp};
use store::atomic_file;
use training::{CandidateSet, Judged, JudgedCases, over_origins};

use super::{forms_of, read_history, refuse_duplicates, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Days between two rolling origins, by default.
const EVERY_DAYS: u16 = 28;
/// Days that follow the last rolling origin, by default.
const FOLLOW_UP_DAYS: u16 = 60;

/// Train at each origin, estimate every case pending then, and score against what followed
///
/// Prints three tables and writes to OUTPUT:
///   scores.json, scores.txt   every score; the tables
///   over_origins.csv          scores over all origins, and differences from the model
///   slices.csv                scores by attribute, queue, state and time waited
///   calibration.csv           what was said and what came true, in tenths
///   pit-FORM.svg              pictures of it: where in their distributions outcomes fell
///   reliability-FORM.svg      and how often what was said came true
///   cases.parquet             with --per-case, every case with its quantiles and scores
///
/// All times are in days and are compared up to the end of the history; smaller is better except for C.
///   pending   cases that were pending at the origin, all of them estimated
///   happened  the share of them with the event by the end of the history
///   expected  the mean probability of that, as it was said
///   CRPS      continuous ranked probability score of min(T, H), the error of the whole range: the mean over 19 levels
///   +-        its standard error: queues (or origins) are the independent units, and cases of one queue are not
///   integral  the same score as the integral over time
///   MAE50     mean absolute error of the median of min(T, H)
///   in50..90  the share with the event within that quantile, of the cases for which it can be judged: it lies before the end of
///             the history; should be .50, .80, .90; not shown if fewer than 1 in 10 cases can be judged
///   of        the number of these cases
///   width     mean width from the 10 to the 90 per cent quantile of min(T, H)
///   IBS       integrated Brier score
///   C         Harrell's concordance of the median: 1 is the right order of cases, 0.5 is chance
///   above model  CRPS less that of the model for the same cases
///
/// For the next step, the third table compares the probability said with the share that came true.
///   known     cases whose next step came by the end of the history
///   at least, at most  the share of all cases, if it came true for none or for all of the others
///
/// Examples:
///   myprogress backtest --history data/history/uscis-fy22 --origins 2022-06-30,2022-08-31 --output backtest
///   myprogress backtest --history data/history/uscis-fy22 --rolling 4 --follow-up 90 --output backtest
#[derive(Args)]
#[command(verbatim_doc_comment, group(ArgGroup::new("when").required(true).args(["origins", "rolling"])))]
pub struct Backtest {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Dates (their ends) or RFC 3339 timestamps, separated by commas
    #[arg(long, value_name = "WHEN,...", value_delimiter = ',', value_parser = AsOf::parse)]
    origins: Vec<AsOf>,
    /// Use N evenly spaced origins instead, none before the first receipt
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    rolling: Option<u16>,
    /// Days between two rolling origins [default: 28]
    #[arg(
        long,
        value_name = "DAYS",
        requires = "rolling",
        conflicts_with = "origins",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    every: Option<u16>,
    /// Days from the last rolling origin to the extraction [default: 60]
    #[arg(
        long,
        value_name = "DAYS",
        requires = "rolling",
        conflicts_with = "origins",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    follow_up: Option<u16>,
    /// Only this form; may be given more than once
    #[arg(long = "form", value_name = "NAME")]
    forms: Vec<String>,
    /// Folder to write the scores to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Also write every case with every candidate's answer: about 16 MB for a million rows
    #[arg(long)]
    per_case: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Backtest {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let history = read_history(&self.history)?;
        let forms = forms_of(&history, &self.forms)?;
        let origins = self.origins_in(&history)?;
        let mut cases = None;
        if self.per_case {
            atomic_file::create_folder(&self.output)?;
            let file = self.output.join("cases.parquet");
            cases = Some(ScoredCaseWriter::create(&file).map_err(Failure::failed)?);
        }
        let judged = look_back(&history, &origins, &forms, cases.as_mut())?;
        let over = over_origins(&judged);
        let scores: Vec<_> = judged.iter().map(|one| &one.scores).collect();
        let json = serde_json::to_string_pretty(&scores).map_err(Failure::failed)?;
        let tables = [tables::of_scores(&judged), tables::over_origins(&over), tables::of_steps(&judged)];
        let tables = tables.into_iter().filter(|table| !table.is_empty()).collect::<Vec<_>>().join("\n");
        files::write(&self.output, &json, &tables, &judged, &over)?;
        if let Some(cases) = cases {
            cases.finish().map_err(Failure::failed)?;
        }
        print(&if self.json { format!("{json}\n") } else { tables })
    }

    /// The origins that were given or, with `--rolling`, those that the history has room for.
    fn origins_in(&self, history: &History) -> Result<Vec<AsOf>, Failure> {
        let end = history.extracted_on();
        let Some(most) = self.rolling else {
            refuse_duplicates(&self.origins, |origin| origin.moment())?;
            return match self.origins.iter().find(|origin| origin.moment() >= end.moment()) {
                Some(late) => Err(Failure::bad_input(format!(
                    "nothing followed {late}: the history ends on {end}; choose an earlier origin"
                ))),
                None => Ok(self.origins.clone()),
            };
        };
        let every = i32::from(self.every.unwrap_or(EVERY_DAYS));
        let follow_up = i32::from(self.follow_up.unwrap_or(FOLLOW_UP_DAYS));
        let received = (0..history.cases()).map(|case| history.received().stamp(case).day());
        let start = received.min().unwrap_or(end.day());
        let origins = rolling_origins(start, end.day(), follow_up, every, usize::from(most));
        if origins.is_empty() {
            return Err(Failure::bad_input(format!(
                "there is no origin {follow_up} days before {end}: the first case was received on {start}; give a \
                 shorter --follow-up"
            )));
        }
        if origins.len() < usize::from(most) {
            eprintln!(
                "warning: the history has room for {} of {most} origins, {every} days apart",
                origins.len()
            );
        }
        Ok(origins.into_iter().map(|day| AsOf::new(Stamp::Day(day))).collect())
    }
}

fn look_back(
    history: &History,
    origins: &[AsOf],
    forms: &[String],
    mut cases: Option<&mut ScoredCaseWriter>,
) -> Result<Vec<Judged>, Failure> {
    let working = Working::on("Looking back");
    let mut judged = Vec::new();
    let mut written: Result<(), WriteError> = Ok(());
    let mut write = |of_candidate: &JudgedCases<'_>| {
        if let (Some(cases), true) = (cases.as_mut(), written.is_ok()) {
            written = of_candidate.rows().try_for_each(|row| cases.push(&row));
        }
    };
    for &origin in origins {
        let tell = |form: &str| working.now(format!("Looking back: {form} as of {origin}"));
        let at_origin = training::backtest(history, origin, forms, CandidateSet::All, tell, &mut write);
        judged.extend(at_origin.map_err(training_failure)?);
    }
    written.map_err(Failure::failed)?;
    if judged.is_empty() {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        return Err(Failure::bad_input(format!(
            "there is nothing to score: no form ({}) has both decided and pending cases as of {}; choose other origins",
            forms.join(", "),
            origins.join(", ")
        )));
    }
    Ok(judged)
}
