//! `estimate`: every pending case of a history, or every query of a file, gets an estimate or the reason why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use data::estimates::{EstimateRow, EstimateWriter, Queries};
use data::{Effects, History, KnownCase};
use model::artifact::Artifact;
use model::{AsOf, FormDefinition};
use training::Queues;

use super::read_history;
use crate::failure::{Failure, print};
use crate::models_folder;
use crate::progress::Counting;

/// The status of a case whose form has no model.
const UNSUPPORTED_FORM: &str = "unsupported_form";
/// The status of a query about a case that had not been received by then.
const NOT_RECEIVED: &str = "not_yet_received";
/// Cases between two updates of the progress bar.
const CASES_TOGETHER: u64 = 10_000;

/// Write estimates for every case pending at a time, or for each query of a file
///
/// Examples:
///   myprogress estimate --history data/history/uscis-fy22 --models models --as-of 2022-06-30 --output estimates.parquet
///   myprogress estimate --history log --models models --queries queries.parquet --output estimates.parquet
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Estimate {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Folder with models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Every case pending then: a date (its end) or an RFC 3339 timestamp
    #[arg(
        long,
        value_name = "WHEN",
        value_parser = AsOf::parse,
        required_unless_present = "queries",
        conflicts_with = "queries"
    )]
    as_of: Option<AsOf>,
    /// Each row of this file: case_id, as_of (date or timestamp), optional actions_seen
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// Parquet file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Estimate {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let queries = self.queries.as_deref().map(Queries::read).transpose().map_err(Failure::bad_input)?;
        let models = models_folder::load(&self.models)?;
        let history = read_history(&self.history)?;
        let desk = Desk::new(&history, &models);
        let rows = match (self.as_of, queries) {
            (Some(as_of), _) => desk.pending_at(as_of, &self.output),
            (None, Some(queries)) => desk.answer(&queries, &self.output),
            (None, None) => Err(Failure::bad_input("give --as-of or --queries")),
        }?;
        print(&format!("{rows} estimates in {}\n", self.output.display()))
    }
}

/// What a case of one form is answered with.
struct Form<'a> {
    artifact: &'a Artifact,
    effects: Effects,
    queues: Queues<'a>,
}

/// Answers questions about the cases of a history.
struct Desk<'a> {
    history: &'a History,
    forms: Vec<Option<Form<'a>>>,
}

impl<'a> Desk<'a> {
    fn new(history: &'a History, models: &'a BTreeMap<String, Artifact>) -> Self {
        let known = history.known_at(AsOf::new(history.extracted_on()));
        let form = |name: &String| {
            let artifact = models.get(name)?;
            let definition: &FormDefinition = artifact.model.form();
            Some(Form {
                artifact,
                effects: history.effects(definition),
                // Only the coding of attribute values, which are known at receipt.
                queues: Queues::new(known, artifact.model.schema()),
            })
        };
        Self { history, forms: history.forms().iter().map(form).collect() }
    }

    fn pending_at(&self, as_of: AsOf, output: &Path) -> Result<u64, Failure> {
        let known = self.history.known_at(as_of);
        let bar = Counting::to(self.history.cases() as u64, "Estimating");
        let by_day = matches!(as_of.stamp(), model::Stamp::Day(_));
        let mut writer = EstimateWriter::create(output, by_day).map_err(Failure::failed)?;
        let mut rows = 0;
        for case in known.cases() {
            rows += u64::from(self.write(&case, as_of, true, &mut writer)?);
            if (case.number() as u64).is_multiple_of(CASES_TOGETHER) {
                bar.add(CASES_TOGETHER);
            }
        }
        writer.finish().map_err(Failure::failed)?;
        Ok(rows)
    }

    fn answer(&self, queries: &Queries, output: &Path) -> Result<u64, Failure> {
        let index = self.history.index();
        let unknown: Vec<&str> =
            queries.case_ids.iter().filter(|id| index.case(id).is_none()).map(String::as_str).collect();
        if let Some(first) = unknown.first() {
            return Err(Failure::bad_input(format!(
                "{} queries are about cases that are not in the history, the first about `{first}`; take them out",
                unknown.len()
            )));
        }
        let mut writer = EstimateWriter::create(output, queries.by_day).map_err(Failure::failed)?;
        let bar = Counting::to(queries.case_ids.len() as u64, "Estimating");
        for (row, id) in queries.case_ids.iter().enumerate() {
            let Some(number) = index.case(id) else { continue };
            let as_of = queries.as_of[row];
            match self.history.known_at(as_of).case(number, queries.actions_seen[row]) {
                Some(case) => {
                    self.write(&case, as_of, false, &mut writer)?;
                }
                None => {
                    writer.push(&self.without(id, number, as_of, NOT_RECEIVED)).map_err(Failure::failed)?
                }
            }
            if (row as u64).is_multiple_of(CASES_TOGETHER) {
                bar.add(CASES_TOGETHER);
            }
        }
        writer.finish().map_err(Failure::failed)?;
        Ok(queries.case_ids.len() as u64)
    }

    fn without(&self, id: &'a str, number: usize, as_of: AsOf, status: &'a str) -> EstimateRow<'a> {
        let form = &self.history.forms()[self.history.form_of(number)];
        EstimateRow { case_id: id, form, as_of, status, next_step: None, decision: None, model_version: "" }
    }

    /// Writes the row of a case; with `only_pending` none for a case that was decided or refused by then.
    fn write(
        &self,
        case: &KnownCase<'a>,
        as_of: AsOf,
        only_pending: bool,
        writer: &mut EstimateWriter,
    ) -> Result<bool, Failure> {
        let number = case.number();
        let id = self.history.case_id(number);
        let Some(form) = &self.forms[self.history.form_of(number)] else {
            writer.push(&self.without(id, number, as_of, UNSUPPORTED_FORM)).map_err(Failure::failed)?;
            return Ok(true);
        };
        let model = &form.artifact.model;
        let progress = case.follow(model.form(), &form.effects, |_, _, _| {});
        if only_pending && (progress.is_rejected() || progress.decided_at().is_some()) {
            return Ok(false);
        }
        let estimate = model.estimate_at(&progress, form.queues.of(number), as_of.moment());
        let next_step = estimate.next_step.as_ref();
        let row = EstimateRow {
            case_id: id,
            form: model.form().name(),
            as_of,
            status: estimate.status.as_str(),
            next_step: next_step.map(|step| {
                (model.form().milestone(step.milestone).id.as_str(), step.probability, &step.time)
            }),
            decision: estimate.decision.as_ref().map(|decision| &decision.time),
            model_version: &form.artifact.version,
        };
        writer.push(&row).map_err(Failure::failed)?;
        Ok(true)
    }
}
