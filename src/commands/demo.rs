//! `demo`: the main job on the real history that comes with the program, and on a simulated one for the forms of which no
//! case-level history exists.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use data::simulation::{self, Scenario, Simulation};
use data::{History, HistoryJson, Summary};
use model::AsOf;
use serving::ServeArguments;
use store::{ModelFolder, atomic_file};
use training::Which;

use super::simulate::processors;
use super::{backtest, bundled_history, read_history, serve, train, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// The history that follows this day shows how accurate a model of this day was.
const LOOK_BACK_TO: &str = "2022-06-30";
/// The table of that look back, kept beside the models.
const ACCURACY: &str = "accuracy.txt";
/// The forms of which no case-level history exists: theirs is simulated.
const SIMULATED_FORMS: [&str; 3] = ["N-400", "I-90", "I-821"];
/// The folder of that history, beside the models.
const SIMULATED: &str = "simulated-history";
const SIMULATED_SEED: u64 = 1;
const SIMULATED_CASES: u64 = 300_000;

/// Check the bundled real history, train, show how accurate that is, and serve the page
///
/// Of N-400, I-90 and I-821 no case-level history is public: they are trained on a simulated one, and everything that shows
/// them says so. A second start uses the models of the first.
///
/// Example: myprogress demo --listen 127.0.0.1:8080
#[derive(Args)]
pub struct Demo {
    /// Folder for the models of the bundled history, apart from others: those that are not of it are replaced
    #[arg(long, value_name = "DIR", default_value = "models/demo")]
    models: PathBuf,
    /// Address and port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Train again even if there are models
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
            let table = std::fs::read_to_string(&accuracy).map_err(Failure::failed)?;
            print(&format!(
                "Using the models in {} (train again with --fresh).\n\n{table}\n",
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

/// Whether the folder holds a model of this whole history, made by this estimator, for each of its forms. Models of other
/// forms may be there: they are no reason to train again.
fn is_trained(models: &Path, history: &HistoryJson, forms: &[String]) -> bool {
    let folder = ModelFolder::new(models);
    forms.iter().all(|form| {
        folder.load(form).ok().flatten().is_some_and(|saved| {
            let record = saved.model.training();
            record.history == history.name
                && record.extracted_on == history.extracted_on
                && record.as_of == AsOf::new(history.extracted_on)
                && record.estimator == training::ESTIMATOR
        })
    })
}

/// The simulation of the forms of which there is no real history, until the day of the real one.
fn simulation_until(as_of: AsOf) -> Result<(Scenario, Simulation), Failure> {
    let scenario = Scenario::open("default").and_then(|scenario| scenario.extracted_at(as_of.day()));
    let threads = processors();
    let simulation = Simulation { seed: SIMULATED_SEED, cases: SIMULATED_CASES, threads, oracle: None };
    Ok((scenario.map_err(Failure::failed)?, simulation))
}

/// Whether the simulated history and its models of an earlier start are those that this start would make.
fn is_simulated(models: &Path, as_of: AsOf) -> Result<bool, Failure> {
    let (scenario, simulation) = simulation_until(as_of)?;
    let about = History::about_in(&models.join(SIMULATED)).ok();
    let forms = SIMULATED_FORMS.map(str::to_owned);
    Ok(about.is_some_and(|about| {
        simulation::is_of(&about, &scenario, &simulation) && is_trained(models, &about, &forms)
    }))
}

/// Simulates the forms of which there is no real history and trains their models.
fn prepare_simulated(models: &Path, as_of: AsOf) -> Result<(), Failure> {
    let dir = models.join(SIMULATED);
    let (scenario, simulation) = simulation_until(as_of)?;
    {
        let _working = Working::on("Simulating forms without a real history");
        simulation::simulate(&scenario, &simulation, &dir).map_err(Failure::failed)?;
    }
    let history = read_history(&dir)?;
    print(&format!("{}\n", Summary::of(&history).map_err(Failure::failed)?))?;
    let trained = train::train(&history, as_of, &SIMULATED_FORMS.map(str::to_owned))?;
    train::report(models, &trained, false)?;
    print("\n")
}

fn prepare(dir: &Path, models: &Path, accuracy: &Path) -> Result<(), Failure> {
    let history = read_history(dir)?;
    print(&format!("{}\n", Summary::of(&history).map_err(Failure::failed)?))?;
    let origin = AsOf::parse(LOOK_BACK_TO).map_err(Failure::failed)?;
    let scores = {
        let working = Working::on("Looking back");
        let tell = |form: &str| working.now(format!("Looking back: {form} as of {origin}"));
        training::backtest(&history, origin, history.forms(), Which::Curves, tell)
            .map_err(training_failure)?
    };
    let table = format!(
        "Trained as of {origin}, asked about every case pending then, scored against what followed until {}\n\
         (CRPS, MAE of the median and width in days; in50, in80, in90: share decided within that quantile, where it can\n\
         be judged; `judged`: for how many 80 can; `myprogress backtest --help` says more):\n{}",
        history.extracted_on(),
        backtest::table(&scores)
    );
    print(&format!("{table}\n"))?;
    let as_of = AsOf::new(history.extracted_on());
    let trained = train::train(&history, as_of, &[])?;
    train::report(models, &trained, false)?;
    atomic_file::write(accuracy, table)?;
    print("\n")
}
