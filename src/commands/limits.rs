//! `limits`: how far the estimates are from the best possible ones in simulated worlds.

use std::collections::BTreeMap;

use clap::Args;
use model::{AsOf, Day, FormModel, Quantiles, Target};
use simulation::{ForecastCase, Oracle, Scenario, Simulation};
use training::PendingCase;
use training::score::crps;

use super::simulate::{not_simulated, processors};
use super::{read_history, refuse_duplicates, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// The head of the table of scores.
const HEAD: &str = "\
| scenario | as of | form | cases | decision: estimate | oracle | ratio | next step: estimate | oracle | ratio |
|---|---|---|---|---|---|---|---|---|---|
";

/// Compare the estimates with those of an oracle in simulated worlds
///
/// For every scenario and day: simulate until the day, train as of the day, estimate a sample of the pending cases, and score
/// against the true outcomes: CRPS of min(T, days ahead), in days. The oracle simulates the same world many times from that day
/// on, each time with another future. It is a lower bound, and no estimator can be expected to reach a ratio of 1: the oracle
/// knows which cases are easy, the place of each case in its queue, and what the scenario will change. Using only N futures
/// costs it about 1/N of its score.
///
/// Example: myprogress limits --scenarios default,surge --days 2023-09-30,2024-03-31 --cases 60000 --futures 50
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Limits {
    /// Scenarios, separated by commas [default: all bundled ones except uscis-fy22]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    scenarios: Vec<String>,
    /// Days, separated by commas
    #[arg(
        long,
        value_name = "DATE,...",
        value_delimiter = ',',
        value_parser = Day::parse,
        default_value = "2023-09-30,2024-03-31,2024-06-30"
    )]
    days: Vec<Day>,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Approximate number of cases in each record
    #[arg(long, value_name = "N", default_value_t = 60_000)]
    cases: u64,
    /// Futures that the oracle simulates, 3 to 10,000
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    futures: u32,
    /// Pending cases of each form in the sample
    #[arg(long, value_name = "N", default_value_t = 300)]
    sample: usize,
    /// Days ahead that are scored
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    ahead: u32,
}

/// Sums of scores over the sampled cases of one form.
#[derive(Default, Clone)]
struct Sums {
    cases: usize,
    decision: [f64; 2],
    next_step: [f64; 2],
}

impl Limits {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let worlds = self.worlds()?;
        let mut ratios: BTreeMap<String, Vec<[f64; 2]>> = BTreeMap::new();
        for (name, scenario) in &worlds {
            let rows = self.score(name, scenario)?;
            // Each world takes long, so its rows are printed at once and a later failure does not cost them.
            let mut text = String::from(if ratios.is_empty() && !rows.is_empty() { HEAD } else { "" });
            for (form, sums) in rows {
                text.push_str(&row(name, scenario.extracted_on(), &form, &sums));
                ratios.entry(form).or_default().push([sums.decision, sums.next_step].map(ratio));
            }
            print(&text)?;
        }
        if ratios.is_empty() {
            return Err(Failure::bad_input(
                "there is nothing to score: no form has both decided and pending cases; choose later --days or more --cases",
            ));
        }
        let mut text = String::from("\n| form | median ratio, decision | next step |\n|---|---|---|\n");
        for (form, ratios) in ratios {
            let of = |which: usize| median(ratios.iter().map(|both| both[which]).collect());
            text.push_str(&format!("| {form} | {} | {} |\n", shown(of(0)), shown(of(1))));
        }
        print(&text)
    }

    /// Every scenario, extracted at every day. All are opened before the first is simulated, which takes long.
    fn worlds(&self) -> Result<Vec<(String, Scenario)>, Failure> {
        let mut names: Vec<String> = self.scenarios.clone();
        names.retain(|name| !name.is_empty());
        if names.is_empty() {
            names = Scenario::bundled().filter(|name| *name != "uscis-fy22").map(str::to_owned).collect();
        }
        refuse_duplicates(&names, Clone::clone)?;
        refuse_duplicates(&self.days, |day| *day)?;
        let mut worlds = Vec::new();
        for name in names {
            for &day in &self.days {
                let scenario = Scenario::open(&name).and_then(|scenario| scenario.extracted_at(day));
                worlds.push((name.clone(), scenario.map_err(Failure::bad_input)?));
            }
        }
        Ok(worlds)
    }

    /// The scores by form. Forms with too little to learn from and forms without a pending case are left out.
    fn score(&self, name: &str, scenario: &Scenario) -> Result<Vec<(String, Sums)>, Failure> {
        let day = scenario.extracted_on();
        let _working = Working::on(format!("Simulating `{name}` until {day}"));
        // The folder goes away when it is dropped, whatever happens.
        let temporary =
            tempfile::tempdir().map_err(|error| Failure::io("cannot make a temporary folder", error))?;
        let folder = &temporary.path().join("history");
        let simulation = Simulation {
            seed: self.seed,
            cases: self.cases,
            threads: processors(),
            oracle: Some(Oracle { futures: self.futures, cases: self.sample, days: Some(self.ahead) }),
        };
        let simulated = simulation::simulate(scenario, &simulation, folder).map_err(not_simulated)?;
        let history = read_history(folder)?;
        let as_of = AsOf::new(history.extracted_on());
        let known = history.view_at(as_of);
        let index = history.index();
        let ahead = f64::from(self.ahead);
        let mut rows = Vec::new();
        for form in history.forms() {
            let model = match training::fit(known, form) {
                Ok(model) => model,
                // A form with too little data must not cost the scores of the others.
                Err(error) if error.is_too_little() => {
                    eprintln!(
                        "warning: `{name}` as of {day}: form {form} has too little to learn from and is left out; choose a \
                         later day or more --cases"
                    );
                    continue;
                }
                Err(error) => return Err(training_failure(error)),
            };
            let effects = history.effects(model.form());
            let featurizer = data::Featurizer::new(known, model.schema(), model.queue_state());
            let seen = known.observed_until();
            let mut sums = Sums::default();
            for forecast in simulated.forecasts.iter().filter(|forecast| forecast.form == *form) {
                let Some(number) = index.case(&forecast.case_id) else { continue };
                let Some(case) = known.case(number, None) else { continue };
                let progress = case.follow(model.form(), &effects, |_, _, _| {});
                let features = featurizer.features(&case, &progress, seen);
                let case = PendingCase::at(model.form(), &progress, features, seen, as_of.moment());
                sums.add(&model, &case, forecast, ahead);
            }
            if sums.cases > 0 {
                rows.push((form.clone(), sums));
            }
        }
        Ok(rows)
    }
}

impl Sums {
    fn add(&mut self, model: &FormModel, case: &PendingCase, forecast: &ForecastCase, ahead: f64) {
        let [decision, next_step] = Target::ALL.map(|target| case.quantiles(model.predictor(), target));
        let score = |quantiles: &Quantiles, days: Option<f64>| {
            crps::of_min(quantiles, days.unwrap_or(ahead).min(ahead), ahead)
        };
        self.cases += 1;
        self.decision[0] += score(&decision, forecast.decision_days);
        self.decision[1] += score(&forecast.decision, forecast.decision_days);
        self.next_step[0] += score(&next_step, forecast.recorded_step_days);
        self.next_step[1] += score(&forecast.next_step, forecast.recorded_step_days);
    }
}

/// The ratio of the estimate's score to the oracle's; NaN if the oracle was never wrong.
fn ratio([estimate, oracle]: [f64; 2]) -> f64 {
    if oracle > 0.0 { estimate / oracle } else { f64::NAN }
}

/// A ratio with two digits, or `-` without one.
fn shown(ratio: f64) -> String {
    if ratio.is_finite() { format!("{ratio:.2}") } else { "-".to_owned() }
}

/// The median of the finite numbers.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.retain(|number| number.is_finite());
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => numbers[count / 2],
        count => f64::midpoint(numbers[count / 2 - 1], numbers[count / 2]),
    }
}

fn row(scenario: &str, day: Day, form: &str, sums: &Sums) -> String {
    let count = sums.cases as f64;
    let scores = |both @ [estimate, oracle]: [f64; 2]| {
        format!("{:.1} | {:.1} | {}", estimate / count, oracle / count, shown(ratio(both)))
    };
    format!(
        "| {scenario} | {day} | {form} | {} | {} | {} |\n",
        sums.cases,
        scores(sums.decision),
        scores(sums.next_step)
    )
}
