//! `train`: a history becomes models.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;
use data::{History, HistoryKind, Observation, ObservationCounts};
use model::{AsOf, FormModel, JudgedQuantile, TimeScale, TrackHorizon, TrackRecord, TrainedOn};
use store::ModelFolder;
use training::{Estimator, Fixed, HalfLife};

use super::{forms_of, is_trained_on_simulation, read_history, training_failure};
use crate::failure::{Failure, print};
use crate::progress::Working;

/// Fit the models of every form in a history, using only what was known at a time
///
/// The second table holds tests at four earlier times, each using only what was known then. For cases pending then, and within
/// the days that are shown, it has: the share expected to be decided and the share that was; how many medians (50) and 80 per
/// cent quantiles (80) lie within the days, so that they can be judged, and the share of these cases decided by them; the CRPS
/// of min(T, days) and the mean absolute error of the judged medians, in days. A dash stands where fewer than 1 in 10 can be
/// judged. The table is saved with the model.
///
/// Example: myprogress train --history data/history/uscis-fy22 --as-of 2022-06-30 --models models
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Train {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Use only what was known at this time: a date (its end) or an RFC 3339 timestamp [default: the extraction]
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
    /// Folder for the models; models of a simulated history never replace models of a real one
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Only this form; may be given more than once
    #[arg(long = "form", value_name = "NAME")]
    forms: Vec<String>,
    /// Count the time already waited from here [default: chosen by forward validation]
    #[arg(long, value_name = "CLOCK", value_parser = ["receipt", "state"])]
    clock: Option<String>,
    /// The age, in days, at which a case weighs half as much; `none` weighs all alike [default: chosen by forward validation]
    #[arg(long, value_name = "DAYS", value_parser = half_life)]
    half_life: Option<HalfLife>,
    /// Use this estimator [default: chosen by forward validation]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Estimator::ALL.map(Estimator::name)))]
    estimator: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Reads a half-life.
fn half_life(text: &str) -> Result<HalfLife, String> {
    if text == "none" {
        return Ok(HalfLife::None);
    }
    match text.parse::<f64>() {
        Ok(days) if (1.0..=36_525.0).contains(&days) => Ok(HalfLife::Days(days)),
        _ => Err(format!("`{text}` is not a half-life; write days from 1 to 36525, or `none`")),
    }
}

impl Train {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let history = read_history(&self.history)?;
        let end = AsOf::new(history.extracted_on());
        let as_of = self.as_of.unwrap_or(end);
        let as_of = if as_of.moment() > end.moment() {
            // A model of a later day would claim that nothing happened after the history ends.
            eprintln!(
                "warning: the history ends on {end}; the models are trained as of that day, not {as_of}"
            );
            end
        } else {
            as_of
        };
        keep_real_models(&self.models, &history, &self.forms)?;
        let time_scale = self.clock.as_deref().map(|clock| match clock {
            "receipt" => TimeScale::SinceReceipt,
            _ => TimeScale::InState,
        });
        let fixed = Fixed { time_scale, half_life: self.half_life };
        let estimator = self.estimator.as_deref().and_then(Estimator::named);
        let trained = train(&history, as_of, &self.forms, fixed, estimator)?;
        report(&self.models, &history, &trained, self.json)
    }
}

/// Refuses a simulated history whose models would replace models of a real one: a mistyped folder must not destroy real models.
fn keep_real_models(dir: &Path, history: &History, forms: &[String]) -> Result<(), Failure> {
    if history.about().kind != Some(HistoryKind::Simulated) {
        return Ok(());
    }
    let folder = ModelFolder::new(dir);
    let is_real = |form: &String| match folder.load(form) {
        Ok(None) => false,
        Ok(Some(saved)) => saved.model.training().trained_on == TrainedOn::RealHistory,
        // A model that cannot be read may have been trained on a real history.
        Err(_) => true,
    };
    let real: Vec<String> = forms_of(history, forms)?.into_iter().filter(is_real).collect();
    if real.is_empty() {
        return Ok(());
    }
    Err(Failure::bad_input(format!(
        "{} has models of {} that were trained on a real history or cannot be read, and this history is simulated; choose another folder \
         with --models",
        dir.display(),
        real.join(", ")
    )))
}

/// Trains models of these forms, or of every form of the history if `forms` is empty.
pub fn train(
    history: &History,
    as_of: AsOf,
    forms: &[String],
    fixed: Fixed,
    estimator: Option<Estimator>,
) -> Result<Vec<FormModel>, Failure> {
    let forms = forms_of(history, forms)?;
    let working = Working::on("Training");
    let mut models = Vec::new();
    for form in &forms {
        working.now(format!("Training {form} as of {as_of}"));
        match training::fit_fixed(history.view_at(as_of), form, fixed, estimator) {
            Ok(model) => models.push(model),
            // A form with too little data must not keep the others from having a model.
            Err(error) if error.is_too_little() && forms.len() > 1 => eprintln!("warning: {error}"),
            Err(error) => return Err(training_failure(error)),
        }
    }
    if models.is_empty() {
        return Err(Failure::bad_input(format!(
            "no form has enough data by {as_of}; choose a later --as-of"
        )));
    }
    Ok(models)
}

/// Saves models of a history and prints what they were trained on.
pub fn report(dir: &Path, history: &History, models: &[FormModel], json: bool) -> Result<(), Failure> {
    let saved = ModelFolder::new(dir).save(models).map_err(Failure::failed)?;
    if json {
        let list: Vec<_> = models
            .iter()
            .zip(&saved)
            .map(|(model, saved)| {
                serde_json::json!({
                    "form": model.form().name(), "version": saved.version, "file": saved.file, "training": model.training(),
                })
            })
            .collect();
        let text = serde_json::to_string_pretty(&list).map_err(Failure::failed)?;
        return print(&format!("{text}\n"));
    }
    let mut text = format!(
        "{:<8} {:>9} {:>9}  {:<23} {:<24} {}\n",
        "form", "cases", "decided", "received", "clock and half-life", "file"
    );
    for (model, saved) in models.iter().zip(&saved) {
        let training = model.training();
        let half_life =
            training.decision.half_life_days.map_or("none".to_owned(), |days| format!("{days} days"));
        let clock = match training.decision.time_scale {
            TimeScale::SinceReceipt => "receipt",
            TimeScale::InState => "state",
        };
        text.push_str(&format!(
            "{:<8} {:>9} {:>9}  {} {}   {:<24} {}\n",
            model.form().name(),
            training.cases,
            training.decided,
            training.first_received,
            training.last_received,
            format!("{clock}, {half_life}"),
            saved.file.display()
        ));
    }
    let simulated: Vec<&str> = models
        .iter()
        .filter(|model| is_trained_on_simulation(model))
        .map(|model| model.form().name())
        .collect();
    if !simulated.is_empty() {
        text.push_str(&format!("Simulated, no real cases: {}\n", simulated.join(", ")));
    }
    text.push_str(&observation(history, models));
    text.push_str(&candidates(models));
    text.push_str(&track_records(models));
    print(&text)
}

/// Which cases do not count from their receipt, and why.
fn observation(history: &History, models: &[FormModel]) -> String {
    let mut text = String::new();
    for model in models {
        let training = model.training();
        // The model does not keep how many cases have an action of receipt.
        let known = Observation::from_view(history.view_at(training.as_of), model.form()).counts();
        let counts = ObservationCounts {
            counted: training.cases,
            from_first_action: training.first_seen_late,
            left_out: training.never_seen,
            ..known
        };
        if !counts.is_plain() {
            text.push_str(&format!("{}: {counts}.\n", model.form().name()));
        }
    }
    text
}

/// The estimators that were compared for each model, as a table.
fn candidates(models: &[FormModel]) -> String {
    let days = |days: Option<f64>| days.map_or("-".to_owned(), |days| format!("{days:.2}"));
    let mut text = String::new();
    for model in models {
        for candidate in &model.training().candidates {
            if text.is_empty() {
                text = format!(
                    "\nEstimators compared inside the training window, by CRPS in days:\n{:<8} {:<20} {:>9} {:>9}\n",
                    "form", "estimator", "decision", "next step"
                );
            }
            text.push_str(&format!(
                "{:<8} {:<20} {:>9} {:>9}{}\n",
                model.form().name(),
                candidate.estimator,
                days(candidate.decision_crps_days),
                days(candidate.next_step_crps_days),
                if candidate.serves { "  serves" } else { "" }
            ));
        }
    }
    text
}

/// The track records of models as a table.
fn track_records(models: &[FormModel]) -> String {
    let (mut text, mut untested) = (String::new(), Vec::new());
    for model in models {
        let records = &model.training().track_record;
        if records.is_empty() {
            untested.push(model.form().name());
            continue;
        }
        if text.is_empty() {
            text = format!(
                "\nTests at earlier times, compared with what had happened by the as-of time:\n\
                 {:<8} {:<10} {:>6} {:>9} {:>8} {:>8} {:>8} {:>5} {:>8} {:>5} {:>6} {:>6}\n",
                "form",
                "as of",
                "days",
                "sampled",
                "expected",
                "decided",
                "judged50",
                "in50",
                "judged80",
                "in80",
                "CRPS",
                "MAE50"
            );
        }
        let of_form = records.iter().flat_map(|record| record.horizons.iter().map(move |one| (record, one)));
        for (record, horizon) in of_form {
            text.push_str(&track_row(model.form().name(), record, horizon));
        }
    }
    if !untested.is_empty() {
        text.push_str(&format!(
            "\nNot tested at earlier times, because too few cases were pending or decided then: {}\n",
            untested.join(", ")
        ));
    }
    text
}

fn track_row(form: &str, record: &TrackRecord, horizon: &TrackHorizon) -> String {
    let share =
        |quantile: JudgedQuantile| quantile.share().map_or("-".to_owned(), |share| format!("{share:.2}"));
    let days = |days: Option<f64>| days.map_or("-".to_owned(), |days| format!("{days:.1}"));
    format!(
        "{form:<8} {:<10} {:>6.0} {:>9} {:>8.2} {:>8.2} {:>8} {:>5} {:>8} {:>5} {:>6.1} {:>6}\n",
        record.as_of.day().to_string(),
        horizon.days,
        record.sampled,
        horizon.expected,
        horizon.decided,
        horizon.q50.judged,
        share(horizon.q50),
        horizon.q80.judged,
        share(horizon.q80),
        horizon.crps_days,
        days(horizon.mae_median_days)
    )
}
