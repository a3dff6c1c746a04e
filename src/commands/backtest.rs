//! `backtest`: how good estimates would have been at past origins, all candidates side by side.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use data::{History, rolling_origins};
use model::{AsOf, Stamp};
use store::atomic_file::{self, StagedFile};
use training::{CandidateSet, Scores};

use super::{forms_of, read_history, refuse_duplicates, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Days between two rolling origins, by default.
const EVERY_DAYS: u16 = 28;
/// Days that follow the last rolling origin, by default.
const FOLLOW_UP_DAYS: u16 = 60;

/// Train at each origin, estimate every case pending then, and score against what followed
///
/// Writes OUTPUT/scores.json and OUTPUT/scores.txt and prints the table.
///
/// One row for every origin, form, target and candidate. All times are in days and are compared up to the end of the
/// history; smaller is better except for C.
///   pending   cases that were pending at the origin, all of them estimated
///   happened  the share of them with the event by the end of the history
///   CRPS      continuous ranked probability score of min(T, H): the error of the whole range
///   MAE50     mean absolute error of the median of min(T, H)
///   in50..90  the share with the event within that quantile, where it can be judged; should be .50, .80, .90
///   judged    the share of cases whose 80 per cent quantile can be judged: it lies before the end of the history
///   width     mean width from the 10 to the 90 per cent quantile of min(T, H)
///   IBS       integrated Brier score
///   C         Harrell's concordance of the median: 1 is the right order of cases, 0.5 is chance
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
        let scores = look_back(&history, &origins, &forms)?;
        let json = serde_json::to_string_pretty(&scores).map_err(Failure::failed)?;
        let table = table(&scores);
        atomic_file::create_folder(&self.output)?;
        let files = [("scores.json", &json), ("scores.txt", &table)];
        let ready = files.map(|(name, text)| StagedFile::new(&self.output.join(name), text));
        // Both or neither: neither takes its place before both are written.
        let ready: Vec<StagedFile> = ready.into_iter().collect::<Result<_, _>>()?;
        ready.into_iter().try_for_each(StagedFile::replace)?;
        print(&if self.json { format!("{json}\n") } else { table })
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

fn look_back(history: &History, origins: &[AsOf], forms: &[String]) -> Result<Vec<Scores>, Failure> {
    let working = Working::on("Looking back");
    let mut scores = Vec::new();
    for &origin in origins {
        let tell = |form: &str| working.now(format!("Looking back: {form} as of {origin}"));
        scores.extend(
            training::backtest(history, origin, forms, CandidateSet::All, tell).map_err(training_failure)?,
        );
    }
    if scores.is_empty() {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        return Err(Failure::bad_input(format!(
            "there is nothing to score: no form ({}) has both decided and pending cases as of {}; choose other origins",
            forms.join(", "),
            origins.join(", ")
        )));
    }
    Ok(scores)
}

/// The scores as a table for people.
pub fn table(scores: &[Scores]) -> String {
    let mut text = format!(
        "{:<10} {:<7} {:<9} {:<22} {:>7} {:>8} {:>6} {:>6} {:>5} {:>5} {:>5} {:>6} {:>6} {:>6} {:>6}\n",
        "as of",
        "form",
        "target",
        "candidate",
        "pending",
        "happened",
        "CRPS",
        "MAE50",
        "in50",
        "in80",
        "in90",
        "judged",
        "width",
        "IBS",
        "C"
    );
    let share = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.2}"));
    for row in scores {
        text.push_str(&format!(
            "{:<10} {:<7} {:<9} {:<22} {:>7} {:>8.2} {:>6.1} {:>6.1} {:>5} {:>5} {:>5} {:>6.2} {:>6.1} {:>6.3} {:>6}\n",
            row.origin.day().to_string(),
            row.form,
            row.target.as_str(),
            row.candidate,
            row.pending,
            row.event_share,
            row.crps_days,
            row.mae_median_days,
            share(row.within_q50),
            share(row.within_q80),
            share(row.within_q90),
            row.judged_q80,
            row.width_days,
            row.integrated_brier,
            row.concordance.map_or("-".to_owned(), |c| format!("{c:.3}")),
        ));
    }
    text
}
