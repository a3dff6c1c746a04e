//! The model of a form, from what was known of its history.

use data::HistoryView;
use model::{
    Action, ActionRule, AsOf, Case, CovariateSchema, FeatureSchema, FormDefinition, FormModel, Moment,
    Progress, Stamp, StateId, TrainedOn, TrainingRecord,
};

use crate::error::TrainingError;
use crate::learners::cohort_curves::Fixed;
use crate::learners::{BestLearner, Estimator, Learned, Learner};
use crate::reference::reference_case;
use crate::track_record::track_record;
use crate::validation::Fold;
use crate::visits::{TrainingView, Visits};

/// Trains the model of one form on what was known at the as-of time of a view.
///
/// # Errors
/// [`TrainingError`] if the history has no cases of the form, none was decided, or no decided case was seen waiting.
pub fn fit(known: HistoryView<'_>, form: &str) -> Result<FormModel, TrainingError> {
    fit_fixed(known, form, Fixed::default(), None)
}

/// Trains the model of one form like [`fit`], with hyperparameters or an estimator that are not left to validation.
///
/// # Errors
/// As for [`fit`].
pub fn fit_fixed(
    known: HistoryView<'_>,
    form: &str,
    fixed: Fixed,
    estimator: Option<Estimator>,
) -> Result<FormModel, TrainingError> {
    fit_with(&BestLearner { fixed, estimator }, known, form)
}

fn fit_with<L: Learner>(learner: &L, known: HistoryView<'_>, form: &str) -> Result<FormModel, TrainingError> {
    let history = known.history();
    if !history.forms().iter().any(|name| name == form) {
        let present = history.forms().join(", ");
        return Err(TrainingError::NoSuchForm { form: form.to_owned(), present });
    }
    let definition = history.definition(form, known.as_of().day())?;
    let visits = Visits::from_view(known, &definition);
    let nothing = || TrainingError::NothingDecided { form: form.to_owned(), as_of: known.as_of() };
    let (first, last) = visits.received.ok_or_else(nothing)?;
    if visits.decided == 0 {
        return Err(nothing());
    }
    let no_waiting = || TrainingError::NoWaiting { form: form.to_owned(), as_of: known.as_of() };
    let view = TrainingView { known, form: &definition, visits: &visits, is_trial: false };
    let origins = Fold::origins(view);
    let learn = || {
        let settings = learner.select(&definition, &Fold::at(&origins, view))?;
        learner.fit(view, &settings)
    };
    let (track_record, learned) = rayon::join(|| track_record(learner, view, &origins), learn);
    let (track_record, learned) = (track_record?, learned?);
    let Learned { estimator, predictor, candidates, decision, next_step } = learned.ok_or_else(no_waiting)?;
    let training = TrainingRecord {
        estimator: estimator.revision().to_owned(),
        as_of: known.as_of(),
        first_received: first.day(),
        last_received: last.day(),
        cases: visits.cases,
        decided: visits.decided,
        first_seen_late: visits.counts.from_first_action,
        never_seen: visits.counts.left_out,
        history: history.name().to_owned(),
        extracted_on: history.extracted_on(),
        trained_on: history.about().kind.map_or(TrainedOn::Unstated, |kind| match kind {
            data::HistoryKind::Real => TrainedOn::RealHistory,
            data::HistoryKind::Simulated => TrainedOn::SimulatedHistory,
        }),
        decision,
        next_step,
        candidates,
        track_record,
    };
    let schema = match estimator {
        // Nothing else sees them.
        Estimator::CohortCurves => FeatureSchema { covariates: CovariateSchema::default(), ..visits.schema },
        Estimator::BoostedHazards | Estimator::Mixture => visits.schema,
    };
    // Hazards use them, and people ask for their place in them.
    let asks_for_lines = estimator != Estimator::CohortCurves || definition.spec().line.is_some();
    let model = FormModel::new(definition, schema, training, predictor, Vec::new())?;
    let model = match visits.queue_state.filter(|_| asks_for_lines) {
        Some(state) => model.with_queue_state(state)?,
        None => model,
    };
    let model = match reference_case(known, &model) {
        Some(reference) => model.with_reference(reference)?,
        None => model,
    };
    let golden = golden_cases(&model).iter().map(|(case, as_of)| model.answer(case, *as_of)).collect();
    Ok(model.with_golden(golden))
}

/// Made-up cases in every state, with the first values of every queue attribute, at several ages.
fn golden_cases(model: &FormModel) -> Vec<(Case, AsOf)> {
    const MAX_CASES: usize = 24;
    let form = model.form();
    let as_of = model.training().as_of;
    let mut cases = Vec::new();
    let at = as_of.moment();
    let codes = std::iter::once(None).chain(form.state_ids().map(|state| code_to(form, state, at)));
    for (index, code) in codes.take(MAX_CASES).enumerate() {
        let received = as_of.day().plus(-20 - 37 * (index as i32 % 9));
        let attributes = model.schema().queue.iter().map(|attribute| {
            let value = &attribute.values[index % attribute.values.len()];
            (attribute.name.clone(), value.clone())
        });
        let actions = code.map(|code| Action::new(code, Stamp::Day(received.plus(9))));
        let case = Case {
            received: Stamp::Day(received),
            attributes: attributes.collect(),
            actions: actions.into_iter().collect(),
        };
        cases.push((case, as_of));
    }
    cases
}

/// An action that moves a case from its receipt into a state, if there is one.
fn code_to(form: &FormDefinition, state: StateId, at: Moment) -> Option<&str> {
    let reaches = |rule: ActionRule| {
        let mut progress = Progress::received(form, at);
        progress.observe(form, rule, at, None);
        progress.state() == state
    };
    form.rules().find(|(_, rule)| reaches(*rule)).map(|(code, _)| code)
}
