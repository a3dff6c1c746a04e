//! `refresh`: what a newer history says of the lines goes into models, without training them again.

use std::path::{Path, PathBuf};

use clap::Args;
use data::{History, HistoryKind, Observation, QueueHistory};
use model::{AsOf, FormModel, LineFigures};
use store::{ModelFolder, SavedModel};

use super::{is_trained_on_simulation, read_history};
use crate::failure::{Failure, print};

/// Bring what models know of the lines up to a time, without training them again
///
/// How many cases of a form wait at each place, and how fast the lines move there, changes from day to day. This counts it in a
/// history and replaces the model files, all of them or none. What the models learned stays.
///
/// Example: myprogress refresh --history DIR --models models --as-of 2022-07-31
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Refresh {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Folder with the models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Count what was known at this time: a date (its end) or an RFC 3339 timestamp [default: the extraction]
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
}

impl Refresh {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let models = load(&self.models)?;
        let history = read_history(&self.history)?;
        let end = AsOf::new(history.extracted_on());
        let as_of = self.as_of.unwrap_or(end);
        if as_of.moment() > end.moment() {
            return Err(Failure::bad_input(format!(
                "the history ends on {end}, so it does not say how long the lines are on {as_of}; write an earlier --as-of"
            )));
        }
        let refreshed = models
            .into_iter()
            .map(|model| refreshed(&history, model, as_of))
            .collect::<Result<Vec<_>, _>>()?;
        let saved = ModelFolder::new(&self.models).save(&refreshed).map_err(Failure::failed)?;
        print(&report(&refreshed, &saved))
    }
}

/// The models of a folder, each in the file that it is saved to: otherwise a form would have two models afterwards.
fn load(dir: &Path) -> Result<Vec<FormModel>, Failure> {
    let folder = ModelFolder::new(dir);
    let mut models = Vec::new();
    for artifact in folder.load_all().map_err(Failure::bad_input)? {
        let form = artifact.model.form().name();
        if folder.load(form).map_err(Failure::bad_input)?.is_none() {
            return Err(Failure::bad_input(format!(
                "the model of form {form} in {} is in a file of another name; give the file the name that `train` gave it",
                dir.display()
            )));
        }
        models.push(artifact.model);
    }
    Ok(models)
}

fn refreshed(history: &History, model: FormModel, as_of: AsOf) -> Result<FormModel, Failure> {
    let form = model.form().name().to_owned();
    check(history, &model, as_of)?;
    let known = history.view_at(as_of);
    let observation = Observation::from_view(known, model.form());
    let lines = QueueHistory::from_view(known, model.form(), model.schema(), &observation);
    let Some(state) = lines.state_at(lines.until()).map_err(Failure::failed)? else {
        return Err(Failure::bad_input(format!(
            "the history has no case of form {form} by {as_of}; write a later --as-of"
        )));
    };
    let model = model.with_queue_state(state).map_err(Failure::failed)?.answered_again();
    model.check_golden().map_err(Failure::failed)?;
    Ok(model)
}

/// A history refreshes models of its own forms and kind, at a time that the model has not passed.
fn check(history: &History, model: &FormModel, as_of: AsOf) -> Result<(), Failure> {
    let form = model.form().name();
    if !history.forms().iter().any(|name| name == form) {
        return Err(Failure::bad_input(format!(
            "the models folder has a model of form {form}, but the history has only {}; name another history, or move the model \
             out of the folder",
            history.forms().join(", ")
        )));
    }
    let is_simulated = history.about().kind == Some(HistoryKind::Simulated);
    if is_simulated != is_trained_on_simulation(model) {
        let (of, but) = if is_simulated { ("real", "simulated") } else { ("simulated", "real") };
        return Err(Failure::bad_input(format!(
            "the model of form {form} was trained on a {of} history, but this history is {but}; name the history that the \
             model was trained on"
        )));
    }
    let trained = model.training().as_of;
    let newest = model.queue_state().map_or(trained.day(), |state| state.day().max(trained.day()));
    if as_of.moment() < trained.moment() || as_of.day() < newest {
        return Err(Failure::bad_input(format!(
            "the model of form {form} knows the lines up to {newest}, and {as_of} is before that; write a later --as-of"
        )));
    }
    Ok(())
}

fn report(models: &[FormModel], saved: &[SavedModel]) -> String {
    let mut text = format!(
        "{:<8} {:<10} {:>9} {:>11} {:>11}  {}\n",
        "form", "day", "waiting", "turns, 28 d", "turns, 91 d", "version"
    );
    for (model, saved) in models.iter().zip(saved) {
        let Some(state) = model.queue_state() else { continue };
        let LineFigures { waiting, turns: [short, long], .. } = state.figures_of_form();
        text.push_str(&format!(
            "{:<8} {:<10} {waiting:>9} {short:>11} {long:>11}  {}\n",
            model.form().name(),
            state.day().to_string(),
            saved.version
        ));
    }
    text
}
