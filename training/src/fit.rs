//! A form's history to its model.

use data::{FormFileError, HistoryView};
use model::{
    Action, AsOf, Case, CohortTable, Effect, FormDefinition, FormModel, Moment, Progress, Stamp, StateId,
    TargetRecord, TrainedOn, TrainingRecord,
};
use thiserror::Error;

use crate::choose::{Choice, choose};
use crate::cohort_curves;
use crate::risk_table::{PlacedRows, rows_of};
use crate::track_record::track_record;
use crate::visits::{Target, Visits};

/// What makes the models, with a revision: whoever changes what the same history makes of it changes the revision too,
/// and `demo` trains again where a model was made by another one.
pub const ESTIMATOR: &str = "cohort_curves 3";

/// Why there is no model.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// The form has no definition for that day.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// The history has no such form.
    #[error("the history has no cases of form `{form}`; it has {there}")]
    NoSuchForm {
        /// The form that was asked for.
        form: String,
        /// Those that are there.
        there: String,
    },
    /// Nothing to learn from.
    #[error("form `{form}`: no case was decided by {as_of}; choose a later --as-of or a longer history")]
    NothingDecided {
        /// The form.
        form: String,
        /// When.
        as_of: AsOf,
    },
    /// Every decided case ended the moment it began, or the moment the records of it begin.
    #[error(
        "form `{form}`: no decided case was seen waiting by {as_of}, for each was decided when it was received or its \
         decision is the first that the history shows of it; choose a later --as-of or a longer history"
    )]
    NoWaiting {
        /// The form.
        form: String,
        /// When.
        as_of: AsOf,
    },
    /// Numbers that make no curve: a fault of this program.
    #[error("the curves of a table are not sound: {0}")]
    Curve(#[from] model::CurveError),
    /// Cohorts that make no table: a fault of this program.
    #[error("the cohorts of a table are not sound: {0}")]
    Cohorts(#[from] model::CohortError),
    /// Parts that make no model: a fault of this program.
    #[error("the parts of a model do not fit: {0}")]
    Model(#[from] model::ModelError),
}

impl TrainingError {
    /// Whether the form has too little to learn from, so that others may have a model and this one may have it later.
    #[must_use]
    pub fn is_too_little(&self) -> bool {
        matches!(self, Self::NothingDecided { .. } | Self::NoWaiting { .. })
    }
}

/// Fits the model of one form on what was known at a time.
///
/// # Errors
/// [`TrainingError`] if the form is not there, or nothing of it was decided, or nobody was seen waiting.
pub fn fit(known: HistoryView<'_>, form: &str) -> Result<FormModel, TrainingError> {
    let history = known.history();
    if !history.forms().iter().any(|name| name == form) {
        let there = history.forms().join(", ");
        return Err(TrainingError::NoSuchForm { form: form.to_owned(), there });
    }
    let definition = history.definition(form, known.as_of().day())?;
    let visits = Visits::of(known, &definition);
    let nothing = || TrainingError::NothingDecided { form: form.to_owned(), as_of: known.as_of() };
    let (first, last) = visits.received.ok_or_else(nothing)?;
    if visits.decided == 0 {
        return Err(nothing());
    }
    let no_waiting = || TrainingError::NoWaiting { form: form.to_owned(), as_of: known.as_of() };
    let (decision, decision_record) =
        fit_target(known, &definition, &visits, Target::Decision)?.ok_or_else(no_waiting)?;
    let (next_step, next_step_record) =
        fit_target(known, &definition, &visits, Target::NextStep)?.ok_or_else(no_waiting)?;
    let by_day = history.received().by_day();
    let day =
        |moment| if by_day { Stamp::Moment(moment).day().plus(-1) } else { Stamp::Moment(moment).day() };
    let training = TrainingRecord {
        estimator: ESTIMATOR.to_owned(),
        as_of: known.as_of(),
        first_received: day(first),
        last_received: day(last),
        cases: visits.cases,
        decided: visits.decided,
        history: history.name().to_owned(),
        extracted_on: history.extracted_on(),
        trained_on: history.about().kind.map_or(TrainedOn::Unstated, |kind| match kind {
            data::HistoryKind::Real => TrainedOn::RealHistory,
            data::HistoryKind::Simulated => TrainedOn::SimulatedHistory,
        }),
        decision: decision_record,
        next_step: next_step_record,
        track_record: track_record(known, &definition, &visits)?,
    };
    let model = FormModel::new(definition, visits.schema, training, decision, next_step, Vec::new())?;
    let golden = golden_cases(&model).iter().map(|(case, as_of)| model.answer(case, *as_of)).collect();
    Ok(model.with_golden(golden))
}

/// The curves of one target; nothing if nobody waited for it.
///
/// # Errors
/// If the numbers do not make curves.
pub(crate) fn fit_target(
    known: HistoryView<'_>,
    form: &FormDefinition,
    visits: &Visits,
    target: Target,
) -> Result<Option<(CohortTable, TargetRecord)>, TrainingError> {
    let Choice { candidate, crps_days } = choose(known, form, visits, target)?;
    let rows = rows_of(&visits.rows, target, candidate.clock, form.decision());
    let Some(placed) = PlacedRows::new(&rows) else { return Ok(None) };
    let table = cohort_curves::table(&placed, candidate.clock, candidate.half_life)?;
    let record = TargetRecord { half_life_days: candidate.half_life, validation_crps_days: crps_days };
    Ok(Some((table, record)))
}

/// Made-up cases that visit every state, and the first values of every queue attribute, at several ages.
fn golden_cases(model: &FormModel) -> Vec<(Case, AsOf)> {
    const MOST: usize = 24;
    let form = model.form();
    let as_of = model.training().as_of;
    let mut cases = Vec::new();
    let at = as_of.moment();
    let codes = std::iter::once(None).chain(form.state_ids().map(|state| code_to(form, state, at)));
    for (index, code) in codes.take(MOST).enumerate() {
        let received = as_of.day().plus(-20 - 37 * (index as i32 % 9));
        let attributes = model.schema().queue.iter().map(|attribute| {
            let value = &attribute.values[index % attribute.values.len()];
            (attribute.name.clone(), value.clone())
        });
        let actions = code.map(|code| Action { code: code.to_owned(), at: Stamp::Day(received.plus(9)) });
        let case = Case {
            received: Stamp::Day(received),
            attributes: attributes.collect(),
            actions: actions.into_iter().collect(),
        };
        cases.push((case, as_of));
    }
    cases
}

/// An action that brings a case that was just received into a state, if there is one.
fn code_to(form: &FormDefinition, state: StateId, at: Moment) -> Option<&str> {
    let reaches = |effect: Effect| {
        let mut progress = Progress::received(form, at);
        progress.observe(form, effect, at);
        progress.state() == state
    };
    form.effects().find(|(_, effect)| reaches(*effect)).map(|(code, _)| code)
}
