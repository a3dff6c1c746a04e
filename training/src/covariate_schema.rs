//! Which covariates the cases of a form have: its attributes, its actions and who did them, and the clocks of both.

use data::HistoryView;
use model::{
    Covariate, CovariateSchema, FormDefinition, MAX_COVARIATES, MAX_TRACKED_ACTIONS, RECENT_ACTIONS,
};

/// An attribute whose values are all numbers is a number if it has more distinct values than this, else a category.
const MAX_NUMBERS_AS_CATEGORIES: usize = 20;
/// An action that fewer cases have is not counted by itself.
const MIN_TRACKED: usize = 30;
/// Who did fewer actions is not told apart from others.
const MIN_OF_RESOURCE: u32 = 30;

/// The covariates that the known cases of a form have.
pub(crate) fn covariate_schema(known: HistoryView<'_>, form: &FormDefinition) -> CovariateSchema {
    let history = known.history();
    let names = history.action_codes();
    let effects = history.effects(form);
    let (mut cases, mut seen, mut repeated) = (0, vec![0_usize; names.len()], vec![0_usize; names.len()]);
    let mut counted = vec![0_u32; names.len()];
    let mut done = vec![0_u32; history.resources().len()];
    let mut attributes: Vec<_> = form
        .spec()
        .attributes
        .iter()
        .filter_map(|attribute| history.attribute(&attribute.name))
        .map(|attribute| (attribute, vec![false; attribute.values().len()]))
        .collect();
    for case in known.cases_of(form.name()) {
        cases += 1;
        for (attribute, seen) in &mut attributes {
            if let Some(code) = attribute.code(case.number()) {
                seen[code] = true;
            }
        }
        case.walk(form, &effects, |progress, _, action| {
            if progress.decided_at().is_none() {
                counted[usize::from(action.code)] += 1;
                action.resource.into_iter().for_each(|resource| done[resource as usize] += 1);
            }
        });
        for (code, _) in case.actions() {
            let count = std::mem::take(&mut counted[usize::from(code)]);
            seen[usize::from(code)] += usize::from(count > 0);
            repeated[usize::from(code)] += usize::from(count > 1);
        }
    }
    let mut columns = Vec::new();
    for (attribute, seen) in &attributes {
        let values = attribute.values().iter().zip(seen).filter(|(_, seen)| **seen);
        columns.extend(attribute_column(&attribute.name, values.map(|(value, _)| value.clone()), cases));
    }
    let (by_name, tracked) = known_and_tracked(names, &seen);
    columns.extend([Covariate::State, Covariate::Actions, Covariate::SinceReceipt, Covariate::InState]);
    for back in 0..RECENT_ACTIONS as u8 {
        columns.extend([Covariate::Action { back }, Covariate::Gap { back }]);
    }
    let resources = resources(history.resources(), &done);
    if !resources.is_empty() {
        columns.push(Covariate::Resource { back: 0 });
    }
    columns.extend([Covariate::DrainDays, Covariate::ReadyDrainDays, Covariate::HadTurn]);
    columns.extend([Covariate::Weekday, Covariate::WeekdayOfReceipt]);
    if !history.received().by_day() {
        columns.push(Covariate::HourOfWeek);
    }
    for (position, &code) in tracked.iter().enumerate() {
        let tracked = position as u8;
        columns.push(Covariate::SinceAction { tracked });
        if repeated[code] >= MIN_TRACKED {
            columns.push(Covariate::CountOf { tracked });
        }
    }
    columns.truncate(MAX_COVARIATES);
    let position = |code: &usize| by_name.iter().position(|known| known == code).map(|at| at as u16);
    CovariateSchema {
        tracked: tracked.iter().filter_map(position).collect(),
        actions: by_name.into_iter().map(|code| names[code].clone()).collect(),
        resources,
        columns,
    }
}

/// The actions that some case has and those that are counted one by one, both by name.
fn known_and_tracked(names: &[String], cases: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut known: Vec<usize> = (0..names.len()).filter(|&code| cases[code] > 0).collect();
    known.sort_by(|a, b| names[*a].cmp(&names[*b]));
    let mut tracked: Vec<usize> = known.iter().copied().filter(|&code| cases[code] >= MIN_TRACKED).collect();
    tracked.sort_by_key(|&code| std::cmp::Reverse(cases[code]));
    tracked.truncate(MAX_TRACKED_ACTIONS);
    tracked.sort_by(|a, b| names[*a].cmp(&names[*b]));
    (known, tracked)
}

/// Those who did enough actions to be told apart, rising; none if all was done by one.
fn resources(names: &[String], done: &[u32]) -> Vec<String> {
    let enough = names.iter().zip(done).filter(|(_, count)| **count >= MIN_OF_RESOURCE);
    let mut known: Vec<String> = enough.map(|(name, _)| name.clone()).collect();
    known.sort();
    let is_one = known.len() < 2 || known.len() >= usize::from(u16::MAX);
    if is_one { Vec::new() } else { known }
}

/// The column of an attribute with these distinct values; `None` if it tells cases apart one by one, or not at all.
fn attribute_column(name: &str, values: impl Iterator<Item = String>, cases: usize) -> Option<Covariate> {
    let mut values: Vec<String> = values.collect();
    values.sort();
    let is_number = |value: &String| value.trim().parse::<f32>().is_ok_and(f32::is_finite);
    if values.len() > MAX_NUMBERS_AS_CATEGORIES && values.iter().all(is_number) {
        return Some(Covariate::Number { attribute: name.to_owned() });
    }
    let tells = values.len() > 1 && 2 * values.len() <= cases && values.len() < usize::from(u16::MAX);
    tells.then(|| Covariate::Category { attribute: name.to_owned(), values })
}
