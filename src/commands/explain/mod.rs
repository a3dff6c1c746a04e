//! `explain`: the curve, the basis and the reasons of the estimate of one case.

mod picture;
mod text;

use std::path::PathBuf;

use clap::Args;
use data::explanation::{explain, find_case};
use model::AsOf;
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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        if !self.models.is_dir() {
            let models = self.models.display();
            return Err(Failure::bad_input(format!(
                "{models} is not a folder; give --models one that `myprogress train` wrote"
            )));
        }
        let history = read_history(&self.history)?;
        let as_of = self.as_of.unwrap_or(AsOf::new(history.extracted_on()));
        let case = find_case(&history, &self.case).map_err(Failure::bad_input)?;
        // A broken model of another form does not matter.
        let form = &history.forms()[history.form_of(case)];
        let artifact = ModelFolder::new(&self.models).load(form).map_err(Failure::bad_input)?;
        let explanation = explain(&history, case, as_of, artifact.as_ref()).map_err(Failure::bad_input)?;
        if self.json {
            let text = serde_json::to_string_pretty(&explanation).map_err(Failure::failed)?;
            print(&format!("{text}\n"))
        } else {
            print(&text::of(&explanation))
        }
    }
}
