//! Estimates for many cases of a history: every case pending at a time, or every query of a file.

use std::collections::BTreeMap;
use std::path::Path;

use model::artifact::Artifact;
use model::{
    AsOf, FormDefinition, MODEL_TRAINED_LATER, Moment, NOT_RECEIVED, PredictionMemo, Progress, Stamp,
    TrainedOn, UNSUPPORTED_FORM,
};
use thiserror::Error;

use super::basis::BasisWords;
use super::queries::Queries;
use super::table_file::WriteError;
use super::unseen::{UnseenCounter, UnseenValues};
use super::writer::{AsOfType, EstimateRow, EstimateWriter};
use crate::forms::FormFileError;
use crate::history::{Effects, Featurizer, History, HistoryCase, HistoryKind};
use crate::shown_text::shown;

/// Why a table of estimates was not written.
#[derive(Debug, Error)]
pub enum BulkError {
    /// The model knows what came after the as-of time.
    #[error(
        "the model of form `{form}` was trained as of {trained}, so it knows what came after {as_of}; \
         `myprogress train --as-of {as_of}` makes models that do not"
    )]
    TrainedLater {
        /// The form.
        form: String,
        /// When its model was trained.
        trained: AsOf,
        /// The as-of time of the estimates.
        as_of: AsOf,
    },
    /// Queries about cases that the history does not have.
    #[error(
        "{count} queries are about cases that are not in the history, the first about `{first}`; remove them from the file"
    )]
    UnknownCases {
        /// How many.
        count: usize,
        /// The first such case.
        first: String,
    },
    /// The file was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What the cases of one form are followed and answered with.
struct Form<'a> {
    definition: FormDefinition,
    effects: Effects,
    model: Option<(&'a Artifact, Featurizer<'a>)>,
}

/// A case and the time for which its estimate is asked.
#[derive(Clone, Copy)]
struct Question<'a> {
    case: usize,
    as_of: AsOf,
    /// The as-of time as it is written.
    asked: i64,
    form: &'a Form<'a>,
    /// Until when the case was observed.
    seen: Moment,
    /// Whether it is asked about after one of its actions, with later ones of the same moment still to come.
    on_entry: bool,
}

/// Answers questions about the cases of a history.
pub struct BulkEstimator<'a> {
    history: &'a History,
    forms: Vec<Form<'a>>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenEstimates {
    /// The number of rows by status.
    pub rows: BTreeMap<String, u64>,
    /// The queue attributes that the models could not use for some of the rows.
    pub unseen: Vec<UnseenValues>,
}

/// The table that is being written, with what was counted on the way.
struct Output<'a> {
    table: Table,
    /// By the position of the form in the history.
    forms: Vec<Option<FormOutput<'a>>>,
}

/// The rows, with their number by status.
struct Table {
    writer: EstimateWriter,
    rows: BTreeMap<String, u64>,
}

/// What is kept on the way for a form that has a model.
struct FormOutput<'a> {
    unseen: UnseenCounter<'a>,
    words: BasisWords<'a>,
    memo: PredictionMemo,
}

impl<'a> BulkEstimator<'a> {
    /// Prepares to answer questions with the model of each form, where there is one.
    ///
    /// # Errors
    /// [`FormFileError`] if a form has neither a model nor a definition.
    pub fn new(
        history: &'a History,
        model_of: impl Fn(&str) -> Option<&'a Artifact>,
    ) -> Result<Self, FormFileError> {
        let known = history.view_at(AsOf::new(history.extracted_on()));
        let mut forms = Vec::new();
        for name in history.forms() {
            let artifact = model_of(name);
            let definition = match artifact {
                Some(artifact) => artifact.model.form().clone(),
                None => history.definition(name, history.extracted_on().day())?,
            };
            forms.push(Form {
                effects: history.effects(&definition),
                definition,
                // Only the coding of attribute values, which are known at receipt.
                model: artifact.map(|artifact| {
                    (artifact, Featurizer::new(known, artifact.model.schema(), artifact.model.queue_state()))
                }),
            });
        }
        Ok(Self { history, forms })
    }

    /// The forms of the history that have no model: their rows have the status `unsupported_form`.
    pub fn forms_without_model(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().filter(|form| form.model.is_none()).map(|form| form.definition.name())
    }

    /// The forms whose model knows only simulated cases while those that are asked about are not simulated.
    pub fn forms_with_simulated_model(&self) -> impl Iterator<Item = &str> {
        let real = self.history.about().kind != Some(HistoryKind::Simulated);
        let models = self.forms.iter().filter_map(|form| form.model.as_ref());
        models
            .map(|(artifact, _)| &artifact.model)
            .filter(move |model| real && model.training().trained_on == TrainedOn::SimulatedHistory)
            .map(|model| model.form().name())
    }

    /// The end of the history and the last of some as-of times, if that is later: nothing is known of the time between.
    pub fn beyond_history<'t>(&self, times: impl Iterator<Item = &'t AsOf>) -> Option<(Stamp, AsOf)> {
        let end = self.history.extracted_on();
        let last = times.max_by_key(|as_of| as_of.moment())?;
        (last.moment() > end.moment()).then_some((end, *last))
    }

    /// Writes one row for every case pending at a time; tells `progress` of every case that it looked at.
    ///
    /// # Errors
    /// [`BulkError`] if a model was trained later than that, or the file is not written.
    pub fn pending_at(
        &self,
        as_of: AsOf,
        output: &Path,
        mut progress: impl FnMut(),
    ) -> Result<WrittenEstimates, BulkError> {
        if let Some(artifact) = self.forms.iter().find_map(|form| trained_later(form, as_of)) {
            return Err(BulkError::TrainedLater {
                form: artifact.model.form().name().to_owned(),
                trained: artifact.model.knows_until(),
                as_of,
            });
        }
        let as_of_type = AsOfType::of(as_of);
        let asked = as_of_type.number(as_of);
        let mut output = self.output(output, &as_of_type)?;
        let known = self.history.view_at(as_of);
        let seen = known.observed_until();
        for case in known.cases() {
            let form = &self.forms[self.history.form_of(case.number())];
            let state = case.follow(&form.definition, &form.effects, |_, _, _| {});
            if !state.is_rejected() && state.decided_at().is_none() {
                let question = Question { case: case.number(), as_of, asked, form, seen, on_entry: false };
                self.write(question, &case, &state, &mut output)?;
            }
            progress();
        }
        output.finish()
    }

    /// Writes one row for every query; tells `progress` of every one.
    ///
    /// # Errors
    /// [`BulkError`] if a query is about a case that the history does not have, or the file is not written.
    pub fn answer(
        &self,
        queries: &Queries,
        output: &Path,
        mut progress: impl FnMut(),
    ) -> Result<WrittenEstimates, BulkError> {
        let index = self.history.index();
        let unknown: Vec<&str> =
            queries.case_ids.iter().filter(|id| index.case(id).is_none()).map(String::as_str).collect();
        if let Some(first) = unknown.first() {
            return Err(BulkError::UnknownCases { count: unknown.len(), first: shown(first) });
        }
        let mut output = self.output(output, &queries.as_of_type)?;
        for (row, id) in queries.case_ids.iter().enumerate() {
            let Some(case) = index.case(id) else { continue };
            let (as_of, asked) = (queries.as_of[row], queries.as_of_numbers[row]);
            let form = &self.forms[self.history.form_of(case)];
            let actions_seen = queries.actions_seen[row];
            let on_entry = actions_seen.is_some();
            let question = Question { case, as_of, asked, form, seen: as_of.moment(), on_entry };
            match self.history.view_at(as_of).case(case, actions_seen) {
                Some(known) => {
                    let state = known.follow(&form.definition, &form.effects, |_, _, _| {});
                    self.write(question, &known, &state, &mut output)?;
                }
                None => output.table.push(self.without_estimate(question, NOT_RECEIVED, ""))?,
            }
            progress();
        }
        output.finish()
    }

    fn output(&self, path: &Path, as_of_type: &AsOfType) -> Result<Output<'_>, WriteError> {
        let of_form = |form: &'_ Form<'a>| {
            let model = form.model.as_ref().map(|(artifact, _)| &artifact.model)?;
            let unseen = UnseenCounter::new(self.history, model.form().name(), model.schema());
            Some(FormOutput { unseen, words: BasisWords::new(model), memo: PredictionMemo::default() })
        };
        let forms = self.forms.iter().map(of_form).collect();
        let table = Table { writer: EstimateWriter::create(path, as_of_type)?, rows: BTreeMap::new() };
        Ok(Output { table, forms })
    }

    fn without_estimate<'s>(
        &'s self,
        question: Question<'s>,
        status: &'s str,
        version: &'s str,
    ) -> EstimateRow<'s> {
        EstimateRow {
            case_id: self.history.case_id(question.case),
            form: question.form.definition.name(),
            as_of: question.asked,
            status,
            next_step: None,
            decision: None,
            outcome: None,
            basis: None,
            model_version: version,
        }
    }

    /// Writes the row of a case that is known.
    fn write(
        &self,
        question: Question<'_>,
        known: &HistoryCase<'_>,
        progress: &Progress,
        output: &mut Output<'_>,
    ) -> Result<(), WriteError> {
        let Some((artifact, featurizer)) = &question.form.model else {
            return output.table.push(self.without_estimate(question, UNSUPPORTED_FORM, ""));
        };
        if trained_later(question.form, question.as_of).is_some() {
            return output.table.push(self.without_estimate(
                question,
                MODEL_TRAINED_LATER,
                &artifact.version,
            ));
        }
        let model = &artifact.model;
        let features = featurizer.features(known, progress, question.seen);
        let features = if question.on_entry { features.on_entry() } else { features };
        let mut kept = output.forms[self.history.form_of(question.case)].as_mut();
        let (seen, as_of) = (question.seen, question.as_of.moment());
        let estimate = match &mut kept {
            Some(form) => {
                form.unseen.count(question.case);
                model.estimate_with(progress, &features, seen, as_of, &mut form.memo)
            }
            None => model.estimate_of(progress, &features, seen, as_of),
        };
        let next_step = estimate.next_step.as_ref();
        let decision = estimate.decision.as_ref();
        let basis = kept.zip(decision).map(|(form, decision)| form.words.of(features.queue, decision));
        output.table.push(EstimateRow {
            next_step: next_step.map(|step| {
                (model.form().milestone(step.milestone).id.as_str(), step.probability, &step.time)
            }),
            decision: decision.map(|decision| &decision.time),
            basis,
            outcome: progress.outcome().map(|outcome| model.form().outcome(outcome).id.as_str()),
            ..self.without_estimate(question, estimate.status.as_str(), &artifact.version)
        })
    }
}

impl Table {
    fn push(&mut self, row: EstimateRow<'_>) -> Result<(), WriteError> {
        match self.rows.get_mut(row.status) {
            Some(rows) => *rows += 1,
            None => {
                self.rows.insert(row.status.to_owned(), 1);
            }
        }
        self.writer.push(&row)
    }
}

impl Output<'_> {
    fn finish(self) -> Result<WrittenEstimates, BulkError> {
        self.table.writer.finish()?;
        let unseen = self.forms.iter().flatten().flat_map(|form| form.unseen.found()).collect();
        Ok(WrittenEstimates { rows: self.table.rows, unseen })
    }
}

/// The model of a form if it knows something that was not yet known at an as-of time.
fn trained_later<'a>(form: &Form<'a>, as_of: AsOf) -> Option<&'a Artifact> {
    let artifact = form.model.as_ref().map(|(artifact, _)| *artifact)?;
    (artifact.model.knows_until().moment() > as_of.moment()).then_some(artifact)
}
