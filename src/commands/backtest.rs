//! `backtest`: how good estimates would have been at past origins, all candidates side by side.

use std::path::PathBuf;

use clap::Args;
use model::AsOf;
use training::{Scores, Which};

use super::read_history;
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Train at each origin, estimate every case pending then, and score against what followed
///
/// Writes OUTPUT/scores.json and OUTPUT/scores.txt and prints the table.
///
/// Example: myprogress backtest --history data/history/uscis-fy22 --origins 2022-06-30,2022-08-31 --output backtest
#[derive(Args)]
pub struct Backtest {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Dates (their ends) or RFC 3339 timestamps, separated by commas
    #[arg(long, value_name = "WHEN,...", value_delimiter = ',', required = true, value_parser = AsOf::parse)]
    origins: Vec<AsOf>,
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
        let forms = if self.forms.is_empty() { history.forms() } else { &self.forms };
        if let Some(late) =
            self.origins.iter().find(|origin| origin.moment() >= history.extracted_on().moment())
        {
            let end = history.extracted_on();
            return Err(Failure::bad_input(format!(
                "nothing followed {late}: the history ends on {end}; choose an earlier origin"
            )));
        }
        let working = Working::on("Looking back");
        let mut scores = Vec::new();
        for &origin in &self.origins {
            let tell = |form: &str| working.now(format!("Looking back: {form} as of {origin}"));
            scores.extend(
                training::backtest(&history, origin, forms, Which::All, tell).map_err(Failure::bad_input)?,
            );
        }
        drop(working);
        let json = serde_json::to_string_pretty(&scores).map_err(Failure::failed)?;
        let table = table(&scores);
        let cannot = |error| Failure::failed(format!("{} cannot be written: {error}", self.output.display()));
        std::fs::create_dir_all(&self.output).map_err(cannot)?;
        std::fs::write(self.output.join("scores.json"), &json).map_err(cannot)?;
        std::fs::write(self.output.join("scores.txt"), &table).map_err(cannot)?;
        print(&if self.json { format!("{json}\n") } else { table })
    }
}

/// The scores as a table for people.
pub fn table(scores: &[Scores]) -> String {
    let mut text = format!(
        "{:<10} {:<7} {:<9} {:<22} {:>7} {:>8} {:>6} {:>6} {:>5} {:>5} {:>5} {:>6} {:>6} {:>6}\n",
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
        "width",
        "IBS",
        "C"
    );
    let share = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.2}"));
    for row in scores {
        text.push_str(&format!(
            "{:<10} {:<7} {:<9} {:<22} {:>7} {:>8.2} {:>6.1} {:>6.1} {:>5} {:>5} {:>5} {:>6.1} {:>6.3} {:>6}\n",
            row.origin.day().to_string(),
            row.form,
            row.target,
            row.candidate,
            row.pending,
            row.happened,
            row.crps_days,
            row.mae_median_days,
            share(row.within_q50),
            share(row.within_q80),
            share(row.within_q90),
            row.width_days,
            row.integrated_brier,
            row.concordance.map_or("-".to_owned(), |c| format!("{c:.3}")),
        ));
    }
    text
}
