//! `demo`: the main job on the bundled real history, and on a simulated one for the forms without public case histories.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use data::{History, HistoryJson, Summary};
use model::AsOf;
use serving::ServeArguments;
use simulation::{Scenario, Simulation};
use store::{ModelFolder, atomic_file};
use training::{CandidateSet, Fixed};

use super::simulate::processors;
use super::{backtest, bundled_history, read_history, serve, train, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Day of a test model. The rest of the history shows how accurate it was.
const TEST_ORIGIN: &str = "2022-06-30";
/// File of the test's result, beside the models.
const ACCURACY: &str = "accuracy.txt";
/// The forms without public case histories. Their history is simulated.
const SIMULATED_FORMS: [&str; 3] = ["N-400", "I-90", "I-821"];
/// Folder of the simulated history, beside the models.
const SIMULATED: &str = "simulated-history";
const SIMULATED_SEED: u64 = 1;
const SIMULATED_CASES: u64 = 300_000;

/// Check the bundled real history, train, show how accurate that is, and serve the page
///
/// No case histories of N-400, I-90 and I-821 are public. Their models are trained on a simulated history, and everything
/// that shows them says so. A second start uses the models of the first.
///
/// Example: myprogress demo --listen 127.0.0.1:8080
#[derive(Args)]
pub struct Demo {
    /// Folder for the models of the bundled history; other models of its forms are replaced
    #[arg(long, value_name = "DIR", default_value = "models/demo")]
    models: PathBuf,
    /// Address and port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Retrain even if there are models
    #[arg(long)]
    fresh: bool,
}

impl Demo {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let dir = bundled_history()?;
        let about = History::about_in(&dir).map_err(Failure::bad_input)?;
        let forms = History::forms_in(&dir).map_err(Failure::bad_input)?;
        let as_of = AsOf::new(about.extracted_on);
        let accuracy = self.models.join(ACCURACY);
        let is_ready = accuracy.is_file()
            && is_trained(&self.models, &about, &forms)
            && is_simulated(&self.models, as_of)?;
        if self.fresh || !is_ready {
            prepare(&dir, &self.models, &accuracy)?;
            prepare_simulated(&self.models, as_of)?;
        } else {
            let table = std::fs::read_to_string(&accuracy)
                .map_err(|error| Failure::io(format!("cannot read {}", accuracy.display()), error))?;
            print(&format!(
                "Using the models in {} (retrain with --fresh).\n\n{table}\n",
                self.models.display()
            ))?;
        }
        print(&format!(
            "This is {} data: the page answers as of {as_of}, the last day of the history, unless you say otherwise.\n",
            as_of.day().year_month_day().0
        ))?;
        serve::serve(ServeArguments { models: self.models, listen: self.listen, as_of: Some(as_of) })
    }
}

/// Whether the folder has a model of each of these forms, trained on this whole history by this estimator. Models of other
/// forms do not matter.
fn is_trained(models: &Path, history: &HistoryJson, forms: &[String]) -> bool {
    let folder = ModelFolder::new(models);
    forms.iter().all(|form| {
        folder.load(form).ok().flatten().is_some_and(|saved| {
            let record = saved.model.training();
            record.history == history.name
                && record.extracted_on == history.extracted_on
                && record.as_of == AsOf::new(history.extracted_on)
                && training::Estimator::is_current(&record.estimator)
        })
    })
}

/// The simulation of the forms without a real history, up to the last day of the real one.
fn simulation_until(as_of: AsOf) -> Result<(Scenario, Simulation), Failure> {
    let scenario = Scenario::open("default").and_then(|scenario| scenario.extracted_at(as_of.day()));
    let threads = processors();
    let simulation = Simulation { seed: SIMULATED_SEED, cases: SIMULATED_CASES, threads, oracle: None };
    Ok((scenario.map_err(Failure::failed)?, simulation))
}

/// Whether an earlier start left the simulated history and models that this start would make.
fn is_simulated(models: &Path, as_of: AsOf) -> Result<bool, Failure> {
    let (scenario, simulation) = simulation_until(as_of)?;
    let about = History::about_in(&models.join(SIMULATED)).ok();
    let forms = SIMULATED_FORMS.map(str::to_owned);
    Ok(about.is_some_and(|about| {
        simulation::is_simulation_of(&about, &scenario, &simulation) && is_trained(models, &about, &forms)
    }))
}

/// Simulates the forms without a real history and trains their models.
fn prepare_simulated(models: &Path, as_of: AsOf) -> Result<(), Failure> {
    let dir = models.join(SIMULATED);
    let (scenario, simulation) = simulation_until(as_of)?;
    {
        let _working = Working::on("Simulating forms without a real history");
        simulation::simulate(&scenario, &simulation, &dir).map_err(Failure::failed)?;
    }
    let history = read_history(&dir)?;
    print(&format!("{}\n", Summary::from_history(&history).map_err(Failure::failed)?))?;
    let trained = train::train(&history, as_of, &SIMULATED_FORMS.map(str::to_owned), Fixed::default(), None)?;
    train::report(models, &history, &trained, false)?;
    print("\n")
}

/// Checks the bundled history, tests a model of an earlier day, and trains.
fn prepare(dir: &Path, models: &Path, accuracy: &Path) -> Result<(), Failure> {
    let history = read_history(dir)?;
    print(&format!("{}\n", Summary::from_history(&history).map_err(Failure::failed)?))?;
    let origin = AsOf::parse(TEST_ORIGIN).map_err(Failure::failed)?;
    let judged = {
        let working = Working::on("Testing");
        let tell = |form: &str| working.now(format!("Testing {form} as of {origin}"));
        training::backtest(&history, origin, history.forms(), CandidateSet::Counts, tell, |_| {})
            .map_err(training_failure)?
    };
    let table = format!(
        "Trained as of {origin}, estimated for every case pending then, scored against what happened until {}\n\
         (CRPS, MAE of the median and width in days; in50, in80, in90: share with the event within that quantile, each with\n\
         the number of cases for which that can be judged; `myprogress backtest --help` says more):\n{}",
        history.extracted_on(),
        backtest::tables::of_scores(&judged)
    );
    print(&format!("{table}\n"))?;
    let as_of = AsOf::new(history.extracted_on());
    let trained = train::train(&history, as_of, &[], Fixed::default(), None)?;
    train::report(models, &history, &trained, false)?;
    atomic_file::write(accuracy, table)?;
    print("\n")
}
