//! `estimate`: every pending case of a history, or every query of a file, gets an estimate or the reason why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use data::estimates::{AsOfType, EstimateRow, EstimateWriter, Queries};
use data::{Effects, History, HistoryKind};
use model::artifact::Artifact;
use model::{AsOf, FormDefinition, MODEL_TRAINED_LATER, NOT_RECEIVED, Progress, UNSUPPORTED_FORM};
use store::{ModelFolder, ModelSet};
use training::Queues;

use super::{is_trained_on_simulation, read_history};
use crate::failure::{Failure, print};
use crate::progress::Counting;

/// Cases between two updates of the progress bar.
const CASES_TOGETHER: u64 = 10_000;

/// Write estimates for every case pending at a time, or for each query of a file
///
/// Examples:
///   myprogress estimate --history data/history/uscis-fy22 --models models --as-of 2022-06-30 --output estimates.parquet
///   myprogress estimate --history log --models models --queries queries.parquet --output estimates.parquet
#[derive(Args)]
#[command(verbatim_doc_comment, group(ArgGroup::new("when").required(true).args(["as_of", "queries"])))]
pub struct Estimate {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Folder with models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Every case pending then: a date (its end) or an RFC 3339 timestamp
    #[arg(long, value_name = "WHEN", value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
    /// Each row of this Parquet file: case_id, as_of (a date or timestamp column), optional actions_seen
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// Parquet file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Estimate {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        if let Some(other) = self.output.extension().filter(|ending| *ending != "parquet") {
            return Err(Failure::bad_input(format!(
                "estimates are written as Parquet, so --output may not end in `.{}`; end it in .parquet",
                other.display()
            )));
        }
        let queries = self.queries.as_deref().map(Queries::read).transpose().map_err(Failure::bad_input)?;
        let models = ModelFolder::new(&self.models).load_all().map_err(Failure::bad_input)?;
        let history = read_history(&self.history)?;
        let desk = Desk::new(&history, &models)?;
        desk.warn_of_forms_without_model(&self.models);
        desk.warn_of_simulated_models();
        let rows = match (self.as_of, queries) {
            (Some(as_of), _) => desk.pending_at(as_of, &self.output),
            (None, Some(queries)) => desk.answer(&queries, &self.output),
            (None, None) => Err(Failure::bad_input("give --as-of or --queries")),
        }?;
        print(&rows.report(&self.output))
    }
}

/// What the cases of one form are followed and answered with.
struct Form<'a> {
    definition: FormDefinition,
    effects: Effects,
    model: Option<(&'a Artifact, Queues<'a>)>,
}

/// How many rows were written, by status.
#[derive(Default)]
struct Rows(BTreeMap<String, u64>);

impl Rows {
    fn count(&mut self, status: &str) {
        match self.0.get_mut(status) {
            Some(rows) => *rows += 1,
            None => {
                self.0.insert(status.to_owned(), 1);
            }
        }
    }

    fn report(&self, output: &Path) -> String {
        let all: u64 = self.0.values().sum();
        let by_status: Vec<String> = self.0.iter().map(|(status, rows)| format!("{rows} {status}")).collect();
        let colon = if by_status.is_empty() { "" } else { ": " };
        format!("{all} rows in {}{colon}{}\n", output.display(), by_status.join(", "))
    }
}

/// A case that is asked about.
#[derive(Clone, Copy)]
struct Question<'a> {
    case: usize,
    as_of: AsOf,
    /// The as-of time as it is written.
    asked: i64,
    form: &'a Form<'a>,
}

/// Answers questions about the cases of a history.
struct Desk<'a> {
    history: &'a History,
    forms: Vec<Form<'a>>,
}

impl<'a> Desk<'a> {
    fn new(history: &'a History, models: &'a ModelSet) -> Result<Self, Failure> {
        let known = history.view_at(AsOf::new(history.extracted_on()));
        let mut forms = Vec::new();
        for name in history.forms() {
            let artifact = models.get(name);
            let definition = match artifact {
                Some(artifact) => artifact.model.form().clone(),
                None => history.definition(name, history.extracted_on().day()).map_err(Failure::bad_input)?,
            };
            forms.push(Form {
                effects: history.effects(&definition),
                definition,
                // Only the coding of attribute values, which are known at receipt.
                model: artifact.map(|artifact| (artifact, Queues::new(known, artifact.model.schema()))),
            });
        }
        Ok(Self { history, forms })
    }

    /// One row for every case pending at a time.
    fn pending_at(&self, as_of: AsOf, output: &Path) -> Result<Rows, Failure> {
        if let Some(artifact) = self.forms.iter().find_map(|form| trained_later(form, as_of)) {
            let model = &artifact.model;
            return Err(Failure::bad_input(format!(
                "the model of form `{}` was trained as of {}, so it knows what came after {as_of}; \
                 `myprogress train --as-of {as_of}` makes models that do not",
                model.form().name(),
                model.training().as_of
            )));
        }
        self.warn_of_the_unknown([as_of].iter());
        let as_of_type = AsOfType::of(as_of);
        let asked = as_of_type.number(as_of);
        let bar = Counting::to(self.history.cases() as u64, "Estimating");
        let mut writer = EstimateWriter::create(output, &as_of_type).map_err(Failure::failed)?;
        let mut rows = Rows::default();
        for case in self.history.view_at(as_of).cases() {
            let form = &self.forms[self.history.form_of(case.number())];
            let progress = case.follow(&form.definition, &form.effects, |_, _, _| {});
            if !progress.is_rejected() && progress.decided_at().is_none() {
                let question = Question { case: case.number(), as_of, asked, form };
                self.write(question, &progress, &mut writer, &mut rows)?;
            }
            if (case.number() as u64).is_multiple_of(CASES_TOGETHER) {
                bar.add(CASES_TOGETHER);
            }
        }
        writer.finish().map_err(Failure::failed)?;
        Ok(rows)
    }

    /// One row for every query.
    fn answer(&self, queries: &Queries, output: &Path) -> Result<Rows, Failure> {
        let index = self.history.index();
        let unknown: Vec<&str> =
            queries.case_ids.iter().filter(|id| index.case(id).is_none()).map(String::as_str).collect();
        if let Some(first) = unknown.first() {
            return Err(Failure::bad_input(format!(
                "{} queries are about cases that are not in the history, the first about `{first}`; take them out",
                unknown.len()
            )));
        }
        self.warn_of_the_unknown(queries.as_of.iter());
        let mut writer = EstimateWriter::create(output, &queries.as_of_type).map_err(Failure::failed)?;
        let bar = Counting::to(queries.case_ids.len() as u64, "Estimating");
        let mut rows = Rows::default();
        for (row, id) in queries.case_ids.iter().enumerate() {
            let Some(case) = index.case(id) else { continue };
            let (as_of, asked) = (queries.as_of[row], queries.as_of_numbers[row]);
            let form = &self.forms[self.history.form_of(case)];
            let question = Question { case, as_of, asked, form };
            match self.history.view_at(as_of).case(case, queries.actions_seen[row]) {
                Some(known) => {
                    let progress = known.follow(&form.definition, &form.effects, |_, _, _| {});
                    self.write(question, &progress, &mut writer, &mut rows)?;
                }
                None => push(self.without(question, NOT_RECEIVED, ""), &mut writer, &mut rows)?,
            }
            if (row as u64).is_multiple_of(CASES_TOGETHER) {
                bar.add(CASES_TOGETHER);
            }
        }
        writer.finish().map_err(Failure::failed)?;
        Ok(rows)
    }

    /// Says so for every form of the history that nobody can estimate.
    fn warn_of_forms_without_model(&self, models: &Path) {
        let forms = self.forms.iter().filter(|form| form.model.is_none());
        for form in forms.map(|form| form.definition.name()) {
            eprintln!(
                "warning: there is no model of form `{form}` in {}, so its rows have the status {UNSUPPORTED_FORM}",
                models.display()
            );
        }
    }

    /// Says so for every form whose model knows only simulated cases, where those that are asked about are not simulated.
    fn warn_of_simulated_models(&self) {
        if self.history.about().kind == Some(HistoryKind::Simulated) {
            return;
        }
        let models =
            self.forms.iter().filter_map(|form| form.model.as_ref()).map(|(artifact, _)| &artifact.model);
        for model in models.filter(|model| is_trained_on_simulation(model)) {
            eprintln!(
                "warning: the model of form `{}` was trained on a simulated history and this one is not simulated, so its \
                 estimates say nothing of how long real cases take",
                model.form().name()
            );
        }
    }

    /// Says so if the last of some as-of times is later than everything that the history knows.
    fn warn_of_the_unknown<'t>(&self, times: impl Iterator<Item = &'t AsOf>) {
        let end = self.history.extracted_on();
        if let Some(last) =
            times.max_by_key(|as_of| as_of.moment()).filter(|last| last.moment() > end.moment())
        {
            eprintln!(
                "warning: the history ends on {end}; nothing is known of the time from then to {last}, and a case \
                 that was pending is taken to be pending still"
            );
        }
    }

    /// A row without an estimate.
    fn without<'s>(&'s self, question: Question<'s>, status: &'s str, version: &'s str) -> EstimateRow<'s> {
        EstimateRow {
            case_id: self.history.case_id(question.case),
            form: question.form.definition.name(),
            as_of: question.asked,
            status,
            next_step: None,
            decision: None,
            model_version: version,
        }
    }

    /// Writes the row of a case that is known.
    fn write(
        &self,
        question: Question<'_>,
        progress: &Progress,
        writer: &mut EstimateWriter,
        rows: &mut Rows,
    ) -> Result<(), Failure> {
        let Some((artifact, queues)) = &question.form.model else {
            return push(self.without(question, UNSUPPORTED_FORM, ""), writer, rows);
        };
        if trained_later(question.form, question.as_of).is_some() {
            return push(self.without(question, MODEL_TRAINED_LATER, &artifact.version), writer, rows);
        }
        let model = &artifact.model;
        let estimate = model.estimate_at(progress, queues.of(question.case), question.as_of.moment());
        let next_step = estimate.next_step.as_ref();
        let row = EstimateRow {
            next_step: next_step.map(|step| {
                (model.form().milestone(step.milestone).id.as_str(), step.probability, &step.time)
            }),
            decision: estimate.decision.as_ref().map(|decision| &decision.time),
            ..self.without(question, estimate.status.as_str(), &artifact.version)
        };
        push(row, writer, rows)
    }
}

fn push(row: EstimateRow<'_>, writer: &mut EstimateWriter, rows: &mut Rows) -> Result<(), Failure> {
    rows.count(row.status);
    writer.push(&row).map_err(Failure::failed)
}

/// The model of a form if it was trained on what was not yet known at an as-of time.
fn trained_later<'a>(form: &Form<'a>, as_of: AsOf) -> Option<&'a Artifact> {
    let artifact = form.model.as_ref().map(|(artifact, _)| *artifact)?;
    (artifact.model.training().as_of.moment() > as_of.moment()).then_some(artifact)
}
