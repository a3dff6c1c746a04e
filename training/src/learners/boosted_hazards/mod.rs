//! Boosted hazards: trees over all that is known of a case, learned from landmarks.

mod grid;
mod landmark_rows;

use std::collections::BTreeMap;

use model::{BoostedHazards, Covariate, Hazards, MilestoneId, Predictor, Shares, Unit};
use rayon::prelude::*;

use self::grid::grid;
use self::landmark_rows::{LandmarkRow, landmark_rows};
use super::Learned;
use super::estimator::Estimator;
use crate::boosting::columns::{Binned, Columns, MISSING_CODE, Values};
use crate::boosting::fit::{self, Cause, Outcome, Rows, Settings, fit_hazards, fit_shares};
use crate::boosting::grid::Grid;
use crate::random::uniform;
use crate::visits::TrainingView;

/// With fewer rows that end with an event nothing is learned.
const MIN_EVENTS: usize = 200;
/// The segments of the grid that have shares of their own.
const SEGMENTS: usize = 4;
/// The most steps that are told apart; rarer ones are one other step that is never named.
const MAX_STEPS: usize = 48;
/// The share of the rows, those of the newest cases, that say how many trees are enough.
const HELD: f64 = 0.2;
/// The most trees, and the trees where the window is too short to say.
const MOST_TREES: usize = 300;
const DEFAULT_TREES: usize = 120;
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

impl Trees {
    /// The mean of what several fits found enough; the default if there are none.
    pub(super) fn mean(found: &[Self]) -> Self {
        if found.is_empty() {
            return Self::default();
        }
        let mean =
            |which: usize| found.iter().map(|trees| trees.0[which]).sum::<usize>().div_ceil(found.len());
        Self([0, 1, 2].map(mean))
    }
}

/// Learns boosted hazards on top of cohort curves; the cohort curves alone where there are too few events. Without a number of
/// trees, the newest cases say how many are enough, and only the others are learned from.
pub(super) fn fit(
    view: TrainingView<'_>,
    cohorts: Learned,
    trees: Option<Trees>,
) -> (Learned, Option<Trees>) {
    let rows = landmark_rows(view);
    match Problem::new(view, &rows).and_then(|problem| problem.solve(&cohorts.predictor, trees)) {
        Some((boosted, trees)) => {
            let predictor = Predictor::BoostedHazards(Box::new(boosted));
            (Learned { estimator: Estimator::BoostedHazards, predictor, ..cohorts }, Some(trees))
        }
        None => (cohorts, None),
    }
}

/// What is learned from.
struct Problem<'a> {
    rows: &'a [LandmarkRow],
    unit: Unit,
    /// The days of a unit, by row.
    days: Vec<f64>,
    grid: Grid,
    binned: Binned,
    /// The steps that are told apart.
    steps: Vec<MilestoneId>,
    /// Whether rarer steps came too.
    has_others: bool,
}

impl<'a> Problem<'a> {
    /// `None` if there are too few events.
    fn new(view: TrainingView<'_>, rows: &'a [LandmarkRow]) -> Option<Self> {
        let unit = unit(view, rows);
        let days: Vec<f64> =
            rows.iter().map(|row| f64::from(unit.days(row.features.covariates.as_slice()))).collect();
        let in_units = |time: fn(&LandmarkRow) -> Option<f64>| -> Vec<f32> {
            rows.iter().zip(&days).filter_map(|(row, days)| Some((time(row)? / days) as f32)).collect()
        };
        let (steps, decisions) = (in_units(LandmarkRow::step_days), in_units(|row| row.decision));
        if steps.len().min(decisions.len()) < MIN_EVENTS {
            return None;
        }
        let grid = grid(unit, steps.into_iter().chain(decisions).collect())?;
        let mut counts: BTreeMap<MilestoneId, usize> = BTreeMap::new();
        rows.iter().filter_map(|row| row.step).for_each(|(_, step)| *counts.entry(step).or_default() += 1);
        let mut steps: Vec<(MilestoneId, usize)> = counts.into_iter().collect();
        steps.sort_by_key(|(step, count)| (*step != view.form.decision(), std::cmp::Reverse(*count)));
        let has_others = steps.len() > MAX_STEPS;
        steps.truncate(MAX_STEPS);
        let mut steps: Vec<MilestoneId> = steps.into_iter().map(|(step, _)| step).collect();
        steps.sort();
        Some(Self { rows, unit, days, grid, binned: columns(view, rows, unit), steps, has_others })
    }

    fn solve(&self, cohorts: &Predictor, trees: Option<Trees>) -> Option<(BoostedHazards, Trees)> {
        let (train, held) = match trees {
            Some(_) => ((0..self.rows.len() as u32).collect(), Vec::new()),
            None => self.newest_held(),
        };
        let rows = Rows { train: &train, held: &held };
        let settings =
            |which: usize| Settings { trees: trees.map_or(MOST_TREES, |trees| trees.0[which]), ..SETTINGS };
        let exits = || {
            fit_hazards(&self.binned, &self.outcomes(LandmarkRow::step_days), rows, &self.grid, &settings(0))
        };
        let decisions =
            || fit_hazards(&self.binned, &self.outcomes(|row| row.decision), rows, &self.grid, &settings(1));
        let causes = self.steps.len() + usize::from(self.has_others);
        let segments = if causes > MAX_STEPS / 2 { 1 } else { SEGMENTS };
        let shares =
            || fit_shares(&self.binned, &self.causes(), rows, (&self.grid, causes, segments), &settings(2));
        let (exits, (decisions, shares)) = rayon::join(exits, || rayon::join(decisions, shares));
        let (exits, decisions, shares) = (exits.ok()?, decisions.ok()?, shares.ok()?);
        let enough = Trees([exits.forest.trees(), decisions.forest.trees(), shares.forest.trees()]);
        let hazards =
            |fitted: fit::Hazards| Hazards::new(self.grid.knots().to_vec(), fitted.base, fitted.forest);
        let shares = Shares::new(causes, shares.segment_of, shares.base, shares.forest)?;
        let boosted = BoostedHazards::new(
            self.unit,
            hazards(exits)?,
            (self.steps.clone(), shares),
            hazards(decisions)?,
            cohorts.cohorts().clone(),
        )?;
        Some((boosted, enough))
    }

    /// The rows of older cases, and those of the newest ones.
    fn newest_held(&self) -> (Vec<u32>, Vec<u32>) {
        let mut received: Vec<f64> = self.rows.iter().map(|row| row.received).collect();
        received.sort_by(f64::total_cmp);
        let border = received[((1.0 - HELD) * received.len() as f64) as usize];
        (0..self.rows.len() as u32).partition(|&row| self.rows[row as usize].received < border)
    }

    fn outcomes(&self, event: fn(&LandmarkRow) -> Option<f64>) -> Vec<Outcome> {
        let outcome = |(row, days): (&LandmarkRow, &f64)| Outcome {
            time: (event(row).unwrap_or(row.followed) / days) as f32,
            event: event(row).is_some(),
            weight: 1.0,
        };
        self.rows.iter().zip(&self.days).map(outcome).collect()
    }

    fn causes(&self) -> Vec<Option<Cause>> {
        let cause = |(row, days): (&LandmarkRow, &f64)| {
            let (after, step) = row.step?;
            let cause = self.steps.binary_search(&step).unwrap_or(self.steps.len()) as u16;
            Some(Cause { time: (after / days) as f32, cause, weight: 1.0 })
        };
        self.rows.iter().zip(&self.days).map(cause).collect()
    }
}

/// Weak penalties and small steps: chosen on simulated worlds of seed 1 and on event logs.
const SETTINGS: Settings = Settings {
    trees: MOST_TREES,
    leaves: 24,
    min_rows: 80,
    min_curvature: 3.0,
    rate: 0.06,
    lambda: 2.0,
    smoothing: 5.0,
    columns_share: 0.5,
    rows_share: 1.0,
    max_step: 1.0,
    seed: 1,
    patience: 25,
};

/// The unit of the grid: drain time where the form says how its cases wait in line.
fn unit(view: TrainingView<'_>, rows: &[LandmarkRow]) -> Unit {
    let columns = &view.visits.schema.covariates.columns;
    let column = |wanted: &Covariate| columns.iter().position(|column| column == wanted);
    let (Some(drain), Some(turn)) = (column(&Covariate::DrainDays), column(&Covariate::HadTurn)) else {
        return Unit::Day;
    };
    let mut drains: Vec<f32> = rows.iter().map(|row| row.features.covariates.as_slice()[drain]).collect();
    drains.retain(|days| !days.is_nan());
    if view.form.spec().line.is_none() || drains.is_empty() {
        return Unit::Day;
    }
    drains.sort_by(f32::total_cmp);
    Unit::DrainTime { drain_days: drain as u16, had_turn: turn as u16, otherwise: drains[drains.len() / 2] }
}

/// The covariates of the rows in bins.
fn columns(view: TrainingView<'_>, rows: &[LandmarkRow], unit: Unit) -> Binned {
    let schema = &view.visits.schema.covariates;
    let states = view.form.state_ids().count();
    let mut columns = Columns::default();
    for (position, column) in schema.columns.iter().enumerate() {
        // An absolute age beside the place in line holds on to the pace of the past.
        let is_age = matches!(column, Covariate::SinceReceipt | Covariate::InState);
        let is_used = unit == Unit::Day || !is_age;
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
