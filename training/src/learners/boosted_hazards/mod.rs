//! Boosted hazards: trees over all that is known of a case, learned from landmarks.

mod grid;
mod landmark_rows;

use std::collections::BTreeMap;

use model::{BoostedHazards, Covariate, Hazards, MilestoneId, ModelError, Predictor, Shares, Unit};
use rayon::prelude::*;

use self::grid::{DRAIN_KNOTS, knots};
use self::landmark_rows::{LandmarkRow, landmark_rows};
use super::Learned;
use super::estimator::Estimator;
use crate::boosting::columns::{Binned, Columns, MISSING_CODE, Values};
use crate::boosting::fit::{self, Cause, Outcome, Rows, Settings, fit_hazards, fit_shares};
use crate::boosting::grid::Grid;
use crate::error::TrainingError;
use crate::landmarks::window;
use crate::random::uniform;
use crate::visits::{TrainingView, Visit, Visits};

/// With fewer rows that end with an event nothing is learned.
const MIN_EVENTS: usize = 200;
/// With fewer exits from a state, they have the unit of the decisions; and no unit is shorter than this.
const MIN_EXITS: usize = 50;
const LEAST_EXIT_DAYS: f32 = 1.0;
/// The first days of the record, whose receipts show whether the heads of the lines are in view.
const FIRST_DAYS: f64 = 30.0;
/// The segments of the grid that have shares of their own.
const SEGMENTS: usize = 4;
/// The most steps that are told apart; rarer ones are one other step that is never named.
const MAX_STEPS: usize = 48;
/// The share of the rows, those of the newest cases, that say how many trees are enough.
const HELD: f64 = 0.2;
/// The most trees, on histories of dates and of moments, and the trees where the window is too short to say.
const MOST_TREES: [usize; 2] = [200, 300];
const DEFAULT_TREES: usize = 80;
/// The share of rows that are learned from as if it were not known who did something. Employees come and go: without such rows, a
/// case of somebody new would be taken for one of the few that the record says nothing of.
const STRANGERS: f64 = 0.1;

/// The number of trees of exits, decisions and shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trees([usize; 3]);

impl Default for Trees {
    fn default() -> Self {
        Self([DEFAULT_TREES; 3])
    }
}

/// Learns boosted hazards on top of cohort curves; the cohort curves alone where there are too few events. Without a number of
/// trees, the newest cases say first how many are enough when only the others are learned from.
///
/// # Errors
/// [`TrainingError`] if the learned parts are not sound.
pub(super) fn fit(
    view: TrainingView<'_>,
    cohorts: Learned,
    trees: Option<Trees>,
) -> Result<(Learned, Option<Trees>), TrainingError> {
    let rows = landmark_rows(view);
    let Some(problem) = Problem::new(view, &rows, cohorts.next_step.half_life_days) else {
        return Ok((cohorts, None));
    };
    let trees = match trees {
        Some(trees) => trees,
        None => problem.solve(&cohorts.predictor, None)?.1,
    };
    let (boosted, _) = problem.solve(&cohorts.predictor, Some(trees))?;
    let predictor = Predictor::BoostedHazards(Box::new(boosted));
    Ok((Learned { estimator: Estimator::BoostedHazards, predictor, ..cohorts }, Some(trees)))
}

/// How the time of an event is counted.
struct Clock {
    /// The days of a unit, by row.
    days: Vec<f64>,
    grid: Grid,
    /// The weights of the rows: half as much for every half-life that they are older.
    weights: Vec<f32>,
}

/// The weights of rows under a half-life in days; all alike without one.
fn weights(rows: &[LandmarkRow], half_life: Option<f64>) -> Vec<f32> {
    let weight = |row: &LandmarkRow| half_life.map_or(1.0, |days| (-row.followed / days).exp2() as f32);
    rows.iter().map(weight).collect()
}

/// What a weight of one is worth, so that the weights of these rows sum to the number of rows of equal weight that would say as much
/// (Kish 1965). The penalties of the trees are numbers of such rows, and the rows of older cases alone have tiny weights.
fn worth(weights: &[f32], rows: &[u32]) -> f32 {
    let of_rows = || rows.iter().map(|&row| f64::from(weights[row as usize]));
    let squares: f64 = of_rows().map(|weight| weight * weight).sum();
    if squares > 0.0 { (of_rows().sum::<f64>() / squares) as f32 } else { 1.0 }
}

/// What is learned from.
struct Problem<'a> {
    rows: &'a [LandmarkRow],
    /// Whether the history has dates and no times.
    by_day: bool,
    unit: Unit,
    decisions: Clock,
    /// By state, the days of a unit of the exits, if they have a unit of their own.
    exit_days: Vec<Option<f32>>,
    exits: Clock,
    binned: Binned,
    /// The steps that are told apart.
    steps: Vec<MilestoneId>,
    /// Whether rarer steps came too.
    has_others: bool,
}

impl<'a> Problem<'a> {
    /// `None` if there are too few events.
    fn new(view: TrainingView<'_>, rows: &'a [LandmarkRow], half_life: Option<f64>) -> Option<Self> {
        let unit = unit(view, rows);
        // How the next step comes changes with the season and the pace, which drain times allow for. The decision takes longer than
        // that, and needs all there is. So do event logs, whose half-life is chosen for curves that see less.
        let by_day = view.known.history().received().by_day();
        let of_steps = weights(rows, half_life.filter(|_| unit == Unit::Day && by_day));
        let of_all_decisions = weights(rows, None);
        let days: Vec<f64> =
            rows.iter().map(|row| f64::from(unit.days(row.features.covariates.as_slice()))).collect();
        let [steps, decisions]: [fn(&LandmarkRow) -> Option<f64>; 2] =
            [LandmarkRow::step_days, |row| row.decision];
        let in_units = |days: &[f64], time: fn(&LandmarkRow) -> Option<f64>| -> Vec<f32> {
            rows.iter().zip(days).filter_map(|(row, days)| Some((time(row)? / days) as f32)).collect()
        };
        let of_decisions = in_units(&days, decisions);
        if of_decisions.len().min(rows.iter().filter(|row| row.step.is_some()).count()) < MIN_EVENTS {
            return None;
        }
        let (exit_days, exits, grid) = if unit == Unit::Day {
            let both = Grid::new(knots(in_units(&days, steps).into_iter().chain(of_decisions).collect()))?;
            (Vec::new(), Clock { days: days.clone(), grid: both.clone(), weights: of_steps }, both)
        } else {
            let by_state = exit_days(view.form.states(), rows);
            let of_row = |(row, days): (&LandmarkRow, &f64)| {
                by_state[row.features.state.index()].map_or(*days, f64::from)
            };
            let exits: Vec<f64> = rows.iter().zip(&days).map(of_row).collect();
            let grid = Grid::new(knots(in_units(&exits, steps)))?;
            (by_state, Clock { days: exits, grid, weights: of_steps }, Grid::new(DRAIN_KNOTS.to_vec())?)
        };
        let decisions = Clock { days, grid, weights: of_all_decisions };
        let mut counts: BTreeMap<MilestoneId, usize> = BTreeMap::new();
        rows.iter()
            .filter_map(|row| row.step)
            .for_each(|step| *counts.entry(step.milestone).or_default() += 1);
        let mut steps: Vec<(MilestoneId, usize)> = counts.into_iter().collect();
        steps.sort_by_key(|(step, count)| (*step != view.form.decision(), std::cmp::Reverse(*count)));
        let has_others = steps.len() > MAX_STEPS;
        steps.truncate(MAX_STEPS);
        let mut steps: Vec<MilestoneId> = steps.into_iter().map(|(step, _)| step).collect();
        steps.sort();
        let binned = columns(view, rows, unit);
        Some(Self { rows, by_day, unit, decisions, exit_days, exits, binned, steps, has_others })
    }

    fn solve(
        &self,
        cohorts: &Predictor,
        trees: Option<Trees>,
    ) -> Result<(BoostedHazards, Trees), TrainingError> {
        let (train, held) = match trees {
            Some(_) => ((0..self.rows.len() as u32).collect(), Vec::new()),
            None => self.newest_held(),
        };
        let rows = Rows { train: &train, held: &held };
        let usual = if self.by_day { SETTINGS } else { SETTINGS_BY_MOMENT };
        let settings = |which: usize| match trees {
            Some(trees) => Settings { trees: trees.0[which], ..usual.clone() },
            None => usual.clone(),
        };
        let hazards = |clock: &Clock, event: fn(&LandmarkRow) -> Option<f64>, which: usize| {
            let outcomes = self.outcomes(clock, event, worth(&clock.weights, &train));
            fit_hazards(&self.binned, &outcomes, rows, &clock.grid, &settings(which))
        };
        let exits = || hazards(&self.exits, LandmarkRow::step_days, 0);
        let decisions = || hazards(&self.decisions, |row| row.decision, 1);
        let causes = self.steps.len() + usize::from(self.has_others);
        let segments = if causes > MAX_STEPS / 2 { 1 } else { SEGMENTS };
        let grid = &self.exits.grid;
        let shares = || {
            let events = self.causes(worth(&self.exits.weights, &train));
            fit_shares(&self.binned, &events, rows, (grid, causes, segments), &settings(2))
        };
        let (exits, (decisions, shares)) = rayon::join(exits, || rayon::join(decisions, shares));
        let (exits, decisions, shares) = (exits?, decisions?, shares?);
        let enough = Trees([exits.forest.trees(), decisions.forest.trees(), shares.forest.trees()]);
        let hazards = |fitted: fit::Hazards, clock: &Clock| {
            Hazards::new(clock.grid.knots().to_vec(), fitted.base, fitted.forest)
        };
        let shares = Shares::new(causes, shares.segment_of, shares.base, shares.forest);
        let parts = (hazards(exits, &self.exits), hazards(decisions, &self.decisions), shares);
        let (Some(exits), Some(decisions), Some(shares)) = parts else {
            return Err(ModelError::UnknownPart.into());
        };
        let (exits, shares) = ((self.exit_days.clone(), exits), (self.steps.clone(), shares));
        let boosted = BoostedHazards::new(self.unit, exits, shares, decisions, cohorts.cohorts().clone());
        Ok((boosted.ok_or(ModelError::UnknownPart)?, enough))
    }

    /// The rows of older cases, and those of the newest ones.
    fn newest_held(&self) -> (Vec<u32>, Vec<u32>) {
        let mut received: Vec<f64> = self.rows.iter().map(|row| row.received).collect();
        received.sort_by(f64::total_cmp);
        let border = received[((1.0 - HELD) * received.len() as f64) as usize];
        (0..self.rows.len() as u32).partition(|&row| self.rows[row as usize].received < border)
    }

    fn outcomes(&self, clock: &Clock, event: fn(&LandmarkRow) -> Option<f64>, worth: f32) -> Vec<Outcome> {
        let outcome = |((row, days), weight): ((&LandmarkRow, &f64), &f32)| Outcome {
            time: (event(row).unwrap_or(row.followed) / days) as f32,
            event: event(row).is_some(),
            weight: worth * weight,
        };
        self.rows.iter().zip(&clock.days).zip(&clock.weights).map(outcome).collect()
    }

    fn causes(&self, worth: f32) -> Vec<Option<Cause>> {
        let cause = |((row, days), weight): ((&LandmarkRow, &f64), &f32)| {
            let step = row.step?;
            let cause = self.steps.binary_search(&step.milestone).unwrap_or(self.steps.len()) as u16;
            Some(Cause { time: (step.days / days) as f32, cause, weight: worth * weight })
        };
        self.rows.iter().zip(&self.exits.days).zip(&self.exits.weights).map(cause).collect()
    }
}

/// By state, the median days of the exits, where most of them are not the turn of the case: how long a notice or an answer takes
/// does not depend on the line. `None` where cases wait for their turn, and where too few exits were seen.
fn exit_days(states: usize, rows: &[LandmarkRow]) -> Vec<Option<f32>> {
    let mut by_state: Vec<(usize, Vec<f64>)> = vec![(0, Vec::new()); states];
    for row in rows {
        if let (Some(step), Some((turns, days))) = (row.step, by_state.get_mut(row.features.state.index())) {
            *turns += usize::from(step.is_turn);
            days.push(step.days);
        }
    }
    let unit = |(turns, mut days): (usize, Vec<f64>)| {
        days.sort_by(f64::total_cmp);
        let is_own = days.len() >= MIN_EXITS && 2 * turns < days.len();
        is_own.then(|| (days[days.len() / 2] as f32).clamp(LEAST_EXIT_DAYS, Unit::DAYS[1]))
    };
    by_state.into_iter().map(unit).collect()
}

/// Weak penalties and small steps: chosen on simulated worlds of seed 1 and on event logs.
const SETTINGS: Settings = Settings {
    trees: MOST_TREES[0],
    leaves: 24,
    min_rows: 80,
    min_curvature: 3.0,
    rate: 0.1,
    lambda: 2.0,
    smoothing: 5.0,
    columns_share: 0.5,
    rows_share: 1.0,
    max_step: 1.0,
    seed: 1,
    patience: 15,
};
/// Where actions have a time of day. Smaller steps are about 1% better on event logs and change nothing on histories of dates, where
/// they would make a training and an answer slower by half.
const SETTINGS_BY_MOMENT: Settings = Settings { trees: MOST_TREES[1], rate: 0.06, patience: 25, ..SETTINGS };

/// The unit of the grid: drain time where the form says how its cases wait in line.
fn unit(view: TrainingView<'_>, rows: &[LandmarkRow]) -> Unit {
    let columns = &view.visits.schema.covariates.columns;
    let column = |wanted: &Covariate| columns.iter().position(|column| column == wanted);
    let (Some(drain), Some(turn)) = (column(&Covariate::DrainDays), column(&Covariate::HadTurn)) else {
        return Unit::Day;
    };
    let mut drains: Vec<f32> = rows.iter().map(|row| row.features.covariates.as_slice()[drain]).collect();
    drains.retain(|days| !days.is_nan());
    if view.form.spec().line.is_none() || drains.is_empty() || !heads_are_in_view(view.visits) {
        return Unit::Day;
    }
    drains.sort_by(f32::total_cmp);
    Unit::DrainTime { drain_days: drain as u16, had_turn: turn as u16, otherwise: drains[drains.len() / 2] }
}

/// Whether most of the cases received in the first days of the record are decided, so that the heads of the lines lie within it.
/// Before that, who is taken up came before the record, and a drain time that is counted from the others tells the date.
pub(super) fn heads_are_in_view(visits: &Visits) -> bool {
    let Some(begins) = window(visits).map(|days| -days) else { return false };
    let is_first = |visit: &&Visit| (begins..begins + FIRST_DAYS).contains(&visit.received);
    let mut first: Vec<(u32, bool)> =
        visits.rows.iter().filter(is_first).map(|visit| (visit.case, visit.decided.is_some())).collect();
    first.dedup_by_key(|(case, _)| *case);
    let decided = first.iter().filter(|(_, decided)| *decided).count() as f64;
    decided / (first.len() as f64 + FIRST_DAYS) > 0.5
}

/// The covariates of the rows in bins.
fn columns(view: TrainingView<'_>, rows: &[LandmarkRow], unit: Unit) -> Binned {
    let schema = &view.visits.schema.covariates;
    let states = view.form.state_ids().count();
    let mut columns = Columns::default();
    for (position, column) in schema.columns.iter().enumerate() {
        // An absolute age beside the place in line holds on to the pace of the past.
        let is_age = matches!(column, Covariate::SinceReceipt | Covariate::InState);
        let is_place = matches!(column, Covariate::DrainDays | Covariate::ReadyDrainDays);
        let is_used = if unit == Unit::Day { !is_place } else { !is_age };
        let is_stranger = |row: usize| {
            matches!(column, Covariate::Resource { .. })
                && uniform([row as u64, position as u64, 0]) < STRANGERS
        };
        let value = |(row, of): (usize, &LandmarkRow)| {
            let is_known = is_used && !is_stranger(row);
            if is_known { of.features.covariates.as_slice()[position] } else { f32::NAN }
        };
        let values = rows.par_iter().enumerate().map(value);
        let values = if column.categories(schema, states).is_some() {
            let code = |value: f32| if value.is_nan() { MISSING_CODE } else { value as u32 };
            Values::Codes(values.map(code).collect())
        } else {
            Values::Numbers(values.collect())
        };
        // Every column has one value per row, and there are at most 128 of them.
        if columns.push(position.to_string(), values).is_err() {
            break;
        }
    }
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    columns.bin(&all)
}

#[cfg(test)]
mod tests {
    use super::worth;

    #[test]
    fn weights_are_worth_as_many_rows_as_say_as_much() {
        let halved: Vec<f32> = (0..400).map(|age| (-f64::from(age) / 20.0).exp2() as f32).collect();
        // The older half has a thousandth of the weight, and says as much as rows of any weight would.
        for rows in [0..400, 200..400] {
            let rows: Vec<u32> = rows.collect();
            let sum: f32 = rows.iter().map(|&row| worth(&halved, &rows) * halved[row as usize]).sum();
            assert!((sum - 57.7).abs() < 0.3, "{sum}");
        }
        assert_eq!(worth(&[1.0; 4], &[0, 3]), 1.0);
        assert_eq!(worth(&[0.0; 4], &[0, 3]), 1.0);
    }
}
