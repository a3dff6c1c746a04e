//! Checks the changes of a scenario, and adds them to the forms that they concern.

use toml::Spanned;

use super::diagnostics::{ScenarioError, SourceText};
use super::limits::MAX_FACTOR;
use super::plan::{Calendar, ChangePlan, FormPlan, StreamPlan};
use super::scenario::{Change, OfficeSpec, StepKind, What};

/// Adds a change to the forms that it concerns.
pub(super) fn apply(
    source: &SourceText<'_>,
    change: &Change,
    forms: &mut [FormPlan],
    offices: &[OfficeSpec],
    calendar: &Calendar,
) -> Result<(), ScenarioError> {
    source.sourced(&change.source)?;
    let (from, until) = during(source, change, calendar)?;
    let to = number(source, change)?;
    let step = step(source, change)?;
    known_form(source, change, forms)?;
    let (mut has_cases, mut has_place) = (false, false);
    for form in forms.iter_mut().filter(|form| concerns_form(change, step, form)) {
        let streams: Vec<bool> = form.streams.iter().map(|stream| concerns_stream(change, stream)).collect();
        if !streams.contains(&true) {
            continue;
        }
        has_cases = true;
        if !has_office(source, change, step, to, form, offices)? {
            continue;
        }
        has_place = true;
        form.changes.push(ChangePlan {
            what: *change.what.get_ref(),
            streams,
            office: change.office.as_ref().map(|office| office.get_ref().clone()),
            step,
            from,
            until,
            to,
            planned: change.planned,
        });
    }
    if has_place { Ok(()) } else { Err(concerns_nothing(source, change, step, forms, has_cases)) }
}

/// The factor or the new share; 0 for a pause, which has none.
fn number(source: &SourceText<'_>, change: &Change) -> Result<f64, ScenarioError> {
    match (&change.to, change.what.get_ref()) {
        (Some(to), What::Receipts | What::Capacity) => source.up_to(MAX_FACTOR, to, "the factor"),
        (Some(to), What::Reused | What::Interviews | What::Rfe) => source.share(to, "the new share"),
        (Some(to), What::Hold | What::VisaUnavailable) => {
            Err(source.at(to.span(), "a hold has no number; remove `to`"))
        }
        (None, What::Hold | What::VisaUnavailable) => Ok(0.0),
        (None, _) => Err(source.at(change.what.span(), "the change has no number `to`; add it")),
    }
}

/// The step that a change is about: its own, or that of its share.
fn step(source: &SourceText<'_>, change: &Change) -> Result<Option<StepKind>, ScenarioError> {
    let is_of_capacity = *change.what.get_ref() == What::Capacity;
    if let Some(office) = change.office.as_ref().filter(|_| !is_of_capacity) {
        return Err(source.at(office.span(), "only capacity changes at one office; remove `office`"));
    }
    if let Some(step) = change.step.as_ref().filter(|_| !is_of_capacity) {
        return Err(source.at(step.span(), "only capacity changes at one step; remove `step`"));
    }
    if change.planned && *change.what.get_ref() != What::Receipts {
        return Err(source.at(change.what.span(), "only receipts are planned for; remove `planned`"));
    }
    // A share changes in the forms that have its step.
    let step = match change.what.get_ref() {
        What::Reused => Some(StepKind::Biometrics),
        What::Interviews => Some(StepKind::Interview),
        _ => change.step.as_ref().map(|step| *step.get_ref()),
    };
    match change.step.as_ref().filter(|_| step == Some(StepKind::Intake)) {
        Some(wrong) => {
            let problem = "the intake has no queue; use biometrics, review or interview";
            Err(source.at(wrong.span(), problem))
        }
        None => Ok(step),
    }
}

fn known_form(source: &SourceText<'_>, change: &Change, forms: &[FormPlan]) -> Result<(), ScenarioError> {
    let unknown = |name: &&Spanned<String>| !forms.iter().any(|known| known.form == *name.get_ref());
    let Some(form) = change.form.as_ref().filter(unknown) else { return Ok(()) };
    let known: Vec<&str> = forms.iter().map(|form| form.form.as_str()).collect();
    let problem =
        format!("the scenario has no form `{}`; its forms are {}", form.get_ref(), known.join(", "));
    Err(source.at(form.span(), problem))
}

fn concerns_form(change: &Change, step: Option<StepKind>, form: &FormPlan) -> bool {
    change.form.as_ref().is_none_or(|name| *name.get_ref() == form.form)
        && step.is_none_or(|step| form.steps[step as usize].is_some())
}

fn concerns_stream(change: &Change, stream: &StreamPlan) -> bool {
    let has = |(name, value): (&String, &Spanned<String>)| {
        stream.spec.attributes.get(name).map(Spanned::get_ref) == Some(value.get_ref())
    };
    change.cases.iter().all(has)
}

/// Whether a form has the office of a change; true if the change is at all of them. A center must not be closed.
fn has_office(
    source: &SourceText<'_>,
    change: &Change,
    step: Option<StepKind>,
    to: f64,
    form: &FormPlan,
    offices: &[OfficeSpec],
) -> Result<bool, ScenarioError> {
    let Some(code) = change.office.as_ref().map(Spanned::get_ref) else { return Ok(true) };
    let mut centers = form.streams.iter().flat_map(|stream| &stream.centers);
    let is_center =
        centers.any(|center| center.code == *code) && step.is_none_or(|step| step == StepKind::Review);
    if is_center && to == 0.0 {
        let problem = format!(
            "center `{code}` cannot close, only field offices and application support centers can; give it less capacity"
        );
        return Err(source.at(change.to.as_ref().map_or(0..0, Spanned::span), problem));
    }
    let is_office =
        step != Some(StepKind::Review) && offices.iter().any(|office| office.code.get_ref() == code);
    Ok(is_center || is_office)
}

/// Why a change concerns no case of the scenario.
fn concerns_nothing(
    source: &SourceText<'_>,
    change: &Change,
    step: Option<StepKind>,
    forms: &[FormPlan],
    has_cases: bool,
) -> ScenarioError {
    if let Some(office) = change.office.as_ref().filter(|_| has_cases) {
        let problem = format!(
            "this does not happen at an office `{}` in this scenario; correct the code",
            office.get_ref()
        );
        return source.at(office.span(), problem);
    }
    match (change.cases.values().next(), step) {
        (_, Some(step)) if !forms.iter().any(|form| concerns_form(change, Some(step), form)) => {
            let problem = format!("no form of this change has a step `{}`; correct it", step.name());
            source.at(change.step.as_ref().map_or(change.what.span(), Spanned::span), problem)
        }
        (Some(cases), _) => source.at(cases.span(), "no stream has such cases; correct their attributes"),
        _ => source.at(change.what.span(), "the change concerns no case of this scenario; remove it"),
    }
}

/// Refuses a change that closes the last open office for a step.
pub(super) fn keeps_an_office_open(
    source: &SourceText<'_>,
    change: &Change,
    forms: &[FormPlan],
    offices: &[OfficeSpec],
) -> Result<(), ScenarioError> {
    for step in [StepKind::Biometrics, StepKind::Interview] {
        for form in forms.iter().filter(|form| form.steps[step as usize].is_some()) {
            // Only the first days of closures matter.
            for day in form.changes.iter().map(|change| change.from) {
                let closed = |office: &OfficeSpec| {
                    form.changes
                        .iter()
                        .any(|change| change.closes(step, office.code.get_ref()) && change.holds(day))
                };
                if offices.iter().all(closed) {
                    let problem = format!(
                        "this change closes the last office for the step {}; keep one open",
                        step.name()
                    );
                    let at = change.office.as_ref().map_or(change.what.span(), Spanned::span);
                    return Err(source.at(at, problem));
                }
            }
        }
    }
    Ok(())
}

/// The first and the last day of a change.
fn during(
    source: &SourceText<'_>,
    change: &Change,
    calendar: &Calendar,
) -> Result<(i32, i32), ScenarioError> {
    let from = *change.from.get_ref();
    if from > calendar.ends {
        let problem = format!("the change begins on {from}, after the world ends on {}", calendar.ends);
        return Err(source.at(change.from.span(), problem));
    }
    let Some(until) = &change.until else { return Ok((from.epoch_days(), calendar.ends.epoch_days())) };
    let last = *until.get_ref();
    if last < from || last < calendar.begins {
        let problem = if last < from {
            format!("the change ends on {last}, before it begins on {from}")
        } else {
            format!("the change ends on {last}, before the world begins on {}", calendar.begins)
        };
        return Err(source.at(until.span(), problem));
    }
    Ok((from.epoch_days(), last.epoch_days()))
}
