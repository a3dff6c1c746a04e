//! `explain`: the curve, the basis and the reasons of the estimate of one case.

mod layout;
mod picture;
mod reasons;
mod text;

use std::path::{Path, PathBuf};

use clap::Args;
use data::History;
use data::explanation::{
    AskedEstimate, ExplainedChanges, ExplainedLine, explain, explain_changes, find_case,
};
use model::AsOf;
use model::artifact::Artifact;
use serving::line_in_words;
use store::ModelFolder;

use super::read_history;
use crate::failure::{Failure, print};

/// Explain the estimate of one case: its times, the cases that answered, and a picture of the curve
///
/// Example: myprogress explain --history data/history/uscis-fy22 --models models --case ID --as-of 2022-06-30
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Explain {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Folder with models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// The case: a case_id of the history
    #[arg(long, value_name = "ID")]
    case: String,
    /// A date (its end) or an RFC 3339 timestamp [default: the end of the history]
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
    /// Say what changed since the estimate of an earlier date or RFC 3339 timestamp
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    since: Option<AsOf>,
    /// Folder with the models of that earlier time, with the lines that they knew [default: the same models]
    #[arg(long, value_name = "DIR", requires = "since")]
    since_models: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        check_folder("--models", &self.models)?;
        let history = read_history(&self.history)?;
        let as_of = self.as_of.unwrap_or(AsOf::new(history.extracted_on()));
        let case = find_case(&history, &self.case).map_err(Failure::bad_input)?;
        // A broken model of another form does not matter.
        let form = &history.forms()[history.form_of(case)];
        let artifact = ModelFolder::new(&self.models).load(form).map_err(Failure::bad_input)?;
        let mut explanation =
            explain(&history, case, as_of, artifact.as_ref()).map_err(Failure::bad_input)?;
        if let Some(artifact) = &artifact {
            let trained_on = artifact.model.training().trained_on;
            let text = |line: &ExplainedLine| line_in_words(&line.place, as_of, trained_on);
            explanation.line = explanation.line.map(|line| ExplainedLine { text: Some(text(&line)), ..line });
            if let Some(since) = self.since {
                let now = AskedEstimate { artifact, as_of };
                explanation.changes = Some(self.changes(&history, case, since, now)?);
            }
        }
        if self.json {
            let text = serde_json::to_string_pretty(&explanation).map_err(Failure::failed)?;
            print(&format!("{text}\n"))
        } else {
            print(&text::of(&explanation))
        }
    }

    fn changes(
        &self,
        history: &History,
        case: usize,
        since: AsOf,
        now: AskedEstimate<'_>,
    ) -> Result<ExplainedChanges, Failure> {
        let earlier: Option<Artifact> = match &self.since_models {
            None => None,
            Some(folder) => {
                check_folder("--since-models", folder)?;
                let form = now.artifact.model.form().name();
                let found = ModelFolder::new(folder).load(form).map_err(Failure::bad_input)?;
                let missing = || {
                    let folder = folder.display();
                    Failure::bad_input(format!(
                        "{folder} has no model of form {form}; `myprogress train --form {form} --as-of {since}` makes one"
                    ))
                };
                Some(found.ok_or_else(missing)?)
            }
        };
        let then = AskedEstimate { artifact: earlier.as_ref().unwrap_or(now.artifact), as_of: since };
        explain_changes(history, case, [then, now]).map_err(Failure::bad_input)
    }
}

fn check_folder(option: &str, folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    Err(Failure::bad_input(format!(
        "{shown} is not a folder; give {option} one that `myprogress train` wrote"
    )))
}
