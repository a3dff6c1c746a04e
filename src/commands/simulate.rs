//! `simulate`: a history of all seven forms with known outcomes.

use std::path::PathBuf;

use clap::Args;
use data::HistoryFilesError;
use model::Day;
use simulation::{Compared, Measure, Oracle, Scenario, Simulation, SimulationError};

use super::read_history;
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Simulate a history of all seven forms with known outcomes
///
/// No case in it is real. OUTPUT/truth.parquet says when the next step and the decision of every pending case really come.
/// With --oracle, OUTPUT/oracle.parquet has the best possible estimates, which know everything about the world except its
/// random numbers (see `limits`).
///
/// Examples:
///   myprogress simulate --output simulated --seed 1 --cases 100000
///   myprogress simulate --output surge --scenario surge --seed 1 --cases 100000 --extracted-on 2024-03-31 --oracle 100
///   myprogress simulate --compare simulated
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Simulate {
    /// Folder to write the history to
    #[arg(long, value_name = "DIR", required_unless_present = "compare")]
    output: Option<PathBuf>,
    /// A bundled scenario or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    scenario: String,
    /// Seed of the random numbers: the same seed makes the same history
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Approximate number of cases in a record that ends on the scenario's own last day
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    cases: u64,
    /// Last day of the record instead of the scenario's: the same world with fewer or more cases
    #[arg(long, value_name = "DATE", value_parser = Day::parse)]
    extracted_on: Option<Day>,
    /// Simulate N futures from the extraction on and write the quantiles of both times for a sample of the pending cases
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    oracle: Option<u32>,
    /// Pending cases of each form in the sample of the oracle
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "oracle")]
    oracle_cases: usize,
    /// Forms that are simulated at a time [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Instead, compare a simulated history with published medians, pending counts and approval rates
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "oracle", "extracted_on"])]
    compare: Option<PathBuf>,
}

impl Simulate {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        if let Some(history) = &self.compare {
            return compare(history);
        }
        let mut scenario = Scenario::open(&self.scenario).map_err(Failure::bad_input)?;
        if let Some(day) = self.extracted_on {
            scenario = scenario.extracted_at(day).map_err(Failure::bad_input)?;
        }
        let Some(output) = self.output else { return Err(Failure::bad_input("give --output")) };
        let threads = self.threads.map_or_else(processors, usize::from);
        let simulation = Simulation {
            seed: self.seed,
            cases: self.cases,
            threads,
            oracle: self.oracle.map(|futures| Oracle { futures, cases: self.oracle_cases, days: None }),
        };
        let working = Working::on(format!("Simulating `{}`", scenario.name()));
        let written = simulation::simulate(&scenario, &simulation, &output).map_err(not_simulated)?;
        drop(working);
        print(&format!(
            "{} simulated cases with {} actions until {} in {}; {} were pending then, and truth.parquet has their true \
             outcomes\n",
            written.cases,
            written.actions,
            scenario.extracted_on(),
            output.display(),
            written.pending
        ))
    }
}

/// The number of processors that this program may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether a failed simulation is bad input or a failure.
pub fn not_simulated(error: SimulationError) -> Failure {
    match error {
        SimulationError::Scenario(_)
        | SimulationError::Cases(_)
        | SimulationError::EmptyOracle
        | SimulationError::NoFilings
        | SimulationError::TooManyFilings { .. }
        | SimulationError::Files(HistoryFilesError::Target { .. }) => Failure::bad_input(error),
        _ => Failure::failed(error),
    }
}

fn compare(dir: &std::path::Path) -> Result<(), Failure> {
    let history = read_history(dir)?;
    let rows = simulation::compare(&history).map_err(Failure::bad_input)?;
    let mut text = String::from(
        "| form | row | what | when | published | simulated | difference | cases |\n|---|---|---|---|---|---|---|---|\n",
    );
    for row in &rows {
        let (what, digits) = name(row.measure);
        let difference = difference(row.measure, row.difference());
        let (published, simulated) = (row.published, row.simulated);
        text.push_str(&format!(
            "| {} | {} | {what} | {} | {published:.digits$} | {simulated:.digits$} | {difference} | {} |\n",
            row.form, row.row, row.when, row.cases
        ));
    }
    text.push('\n');
    for measure in Measure::ALL {
        let of_it = || rows.iter().filter(|row| row.measure == measure);
        let near = of_it().filter(|row| row.is_near()).count();
        let worst = of_it().map(Compared::difference).max_by(|a, b| a.abs().total_cmp(&b.abs()));
        text.push_str(&format!(
            "{}: {near} of {} within {}, the worst {}\n",
            name(measure).0,
            of_it().count(),
            difference(measure, measure.tolerance()).trim_start_matches('+'),
            difference(measure, worst.unwrap_or_default()),
        ));
    }
    print(&text)
}

/// The name of a measure, and the digits to show.
fn name(measure: Measure) -> (&'static str, usize) {
    match measure {
        Measure::MedianMonths => ("median, months", 1),
        Measure::Pending => ("pending", 0),
        Measure::Approved => ("approved", 3),
    }
}

/// A difference in the unit of its measure.
fn difference(measure: Measure, number: f64) -> String {
    match measure {
        Measure::Approved => format!("{number:+.1} points"),
        _ => format!("{:+.0}%", 100.0 * number),
    }
}
