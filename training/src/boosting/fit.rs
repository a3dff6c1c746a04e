//! Fitting hazards and shares.

use std::fmt;

use rayon::prelude::*;

use super::columns::Binned;
use super::grid::Grid;
use super::grow::{Grown, Growth};
use super::hazard_loss::HazardLoss;
use super::histogram::{Rules, Sums};
use super::loss::{Loss, NO_LEAF, Penalty, newton};
pub use super::outcome::{Cause, Outcome};
use super::random::SplitMix;
use super::share_loss::ShareLoss;
use model::forest::{Forest, ForestError, Parts};

/// Settings of the booster.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Number of trees, at most.
    pub trees: usize,
    /// Leaves of a tree, at most; 2 to 1,000.
    pub leaves: usize,
    /// Smallest number of training rows in a leaf.
    pub min_rows: u32,
    /// Smallest sum of second derivatives in a leaf; for hazards, this is the number of expected events by weight.
    pub min_curvature: f32,
    /// The part of a leaf's step that is taken.
    pub rate: f32,
    /// Penalty of the square of a leaf's level, as a number of expected events by weight.
    pub lambda: f32,
    /// Penalty of the squared differences of neighbouring bins (or segments) in a leaf.
    pub smoothing: f32,
    /// The part of the columns that a tree may use.
    pub columns_share: f32,
    /// The part of the training rows that a tree sees.
    pub rows_share: f32,
    /// The largest step of a leaf value, before `rate`.
    pub max_step: f32,
    /// Seed of the choice of columns and rows.
    pub seed: u64,
    /// With held-out rows: trees without a better held-out loss before it stops.
    pub patience: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trees: 70,
            leaves: 24,
            min_rows: 80,
            min_curvature: 3.0,
            rate: 0.12,
            lambda: 10.0,
            smoothing: 20.0,
            columns_share: 0.5,
            rows_share: 1.0,
            max_step: 0.3,
            seed: 1,
            patience: 20,
        }
    }
}

/// Which rows a fit uses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rows<'a> {
    /// Rows to learn from.
    pub train: &'a [u32],
    /// Rows that decide how many trees are kept. May be empty.
    pub held: &'a [u32],
}

/// Why nothing could be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FitError {
    /// There is not one outcome for each row of the columns.
    Length,
    /// A row does not exist, or is listed twice.
    Row(u32),
    /// There is no training row.
    Empty,
    /// The time, weight or cause of this row is not usable.
    Outcome(u32),
    /// A setting lies outside its range.
    Settings(&'static str),
    /// The trees do not make a forest.
    Forest(ForestError),
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => write!(f, "there is not one outcome for each row"),
            Self::Row(row) => write!(f, "row {row} does not exist or is listed twice"),
            Self::Empty => write!(f, "there is no training row"),
            Self::Outcome(row) => write!(f, "the time, weight or cause of row {row} is not usable"),
            Self::Settings(name) => write!(f, "the setting `{name}` is out of range"),
            Self::Forest(error) => write!(f, "the trees do not make a forest: {error}"),
        }
    }
}

impl std::error::Error for FitError {}

/// Hazards of every bin: exp(`base` + what the forest adds), per unit of the grid.
#[derive(Debug, Clone)]
pub struct Hazards {
    /// Logarithms of the pooled hazards of the bins.
    pub base: Vec<f32>,
    /// Its width is the number of bins.
    pub forest: Forest,
    /// The mean held-out loss without a tree, after the first, and so on; empty without held-out rows.
    pub held_losses: Vec<f64>,
}

/// Shares of the causes in every segment: the softmax, over the causes of a segment, of `base` + what the forest adds.
#[derive(Debug, Clone)]
pub struct Shares {
    /// Logarithms of the pooled shares: the causes of the first segment, of the second, and so on.
    pub base: Vec<f32>,
    /// Its width is segments times causes.
    pub forest: Forest,
    /// The segment of each bin of the grid.
    pub segment_of: Vec<u8>,
    /// As for [`Hazards`].
    pub held_losses: Vec<f64>,
}

/// Boosts hazards over `grid` with the Poisson loss.
///
/// ```
/// use training::boosting::columns::{Columns, Values};
/// use training::boosting::fit::{Outcome, Rows, Settings, fit_hazards};
/// use training::boosting::grid::Grid;
///
/// // Rows with x = 1 have their event twice as soon.
/// let x: Vec<f32> = (0..400).map(|row| (row % 2) as f32).collect();
/// let outcomes: Vec<Outcome> = x
///     .iter()
///     .enumerate()
///     .map(|(row, x)| Outcome { time: (1 + row % 7) as f32 / (1.0 + x), event: true, weight: 1.0 })
///     .collect();
/// let mut columns = Columns::default();
/// columns.push("x", Values::Numbers(x)).map_err(|_| "uneven")?;
/// let train: Vec<u32> = (0..400).collect();
/// let grid = Grid::new(vec![0.0, 2.0, 4.0, 8.0]).ok_or("no grid")?;
/// let settings = Settings { columns_share: 1.0, ..Settings::default() };
/// let rows = Rows { train: &train, held: &[] };
/// let fit = fit_hazards(&columns.bin(&train), &outcomes, rows, &grid, &settings)?;
/// let mut log_hazards = [fit.base.clone(), fit.base.clone()];
/// fit.forest.add_to(&[0.0], &mut log_hazards[0]);
/// fit.forest.add_to(&[1.0], &mut log_hazards[1]);
/// assert!(log_hazards[1][0] > log_hazards[0][0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the rows, outcomes or settings are not usable.
pub fn fit_hazards(
    binned: &Binned,
    outcomes: &[Outcome],
    rows: Rows,
    grid: &Grid,
    settings: &Settings,
) -> Result<Hazards, FitError> {
    check(binned, outcomes.len(), rows, settings)?;
    let bad = |row: &Outcome| !(row.time >= 0.0 && row.weight >= 0.0 && row.weight.is_finite());
    if let Some(row) = outcomes.iter().position(bad) {
        return Err(FitError::Outcome(row as u32));
    }
    let loss = HazardLoss::new(outcomes, rows.train, grid);
    let base = loss.base.iter().map(|hazard| hazard.ln() as f32).collect();
    let (forest, held_losses) = boost(binned, loss, rows, settings)?;
    Ok(Hazards { base, forest, held_losses })
}

/// Boosts the shares of `causes` causes in about `segments` segments of `grid`. Rows without an event are `None`.
///
/// # Errors
/// If the rows, causes or settings are not usable.
pub fn fit_shares(
    binned: &Binned,
    events: &[Option<Cause>],
    rows: Rows,
    (grid, causes, segments): (&Grid, usize, usize),
    settings: &Settings,
) -> Result<Shares, FitError> {
    check(binned, events.len(), rows, settings)?;
    if !(1..=1000).contains(&causes) {
        return Err(FitError::Settings("causes"));
    }
    let bad = |row: &Cause| {
        !(row.time >= 0.0 && row.weight >= 0.0 && row.weight.is_finite()) || usize::from(row.cause) >= causes
    };
    if let Some(row) = events.iter().position(|row| row.as_ref().is_some_and(bad)) {
        return Err(FitError::Outcome(row as u32));
    }
    // Rows without an event say nothing of the cause, so they do not count towards the rows of a leaf.
    let with_event =
        |rows: &[u32]| rows.iter().copied().filter(|&row| events[row as usize].is_some()).collect();
    let (train, held): (Vec<u32>, Vec<u32>) = (with_event(rows.train), with_event(rows.held));
    let loss = ShareLoss::new(events, &train, grid, causes, segments);
    let (base, segment_of) = (loss.base.iter().map(|log| *log as f32).collect(), loss.segment_of.clone());
    let (forest, held_losses) = boost(binned, loss, Rows { train: &train, held: &held }, settings)?;
    Ok(Shares { base, forest, segment_of, held_losses })
}

fn check(binned: &Binned, outcomes: usize, rows: Rows, settings: &Settings) -> Result<(), FitError> {
    if outcomes != binned.rows {
        return Err(FitError::Length);
    }
    if rows.train.is_empty() {
        return Err(FitError::Empty);
    }
    let mut seen = vec![false; outcomes];
    for &row in rows.train.iter().chain(rows.held) {
        if seen.get_mut(row as usize).is_none_or(|seen| std::mem::replace(seen, true)) {
            return Err(FitError::Row(row));
        }
    }
    let within = |value: f32, least: f32, most: f32| value >= least && value <= most;
    let sound = [
        ("trees", settings.trees <= 100_000),
        ("leaves", (2..=1000).contains(&settings.leaves)),
        ("min_rows", settings.min_rows >= 1),
        ("min_curvature", within(settings.min_curvature, 0.0, f32::MAX)),
        ("rate", within(settings.rate, 0.0, 1.0)),
        ("lambda", within(settings.lambda, 1e-6, f32::MAX)),
        ("smoothing", within(settings.smoothing, 0.0, f32::MAX)),
        ("columns_share", within(settings.columns_share, 0.0, 1.0)),
        ("rows_share", within(settings.rows_share, 0.0, 1.0)),
        // Log hazards beyond this overflow when they are summed up.
        ("max_step", within(settings.max_step, 0.0, 60.0 / (settings.rate * settings.trees as f32).max(1.0))),
    ];
    sound.iter().find(|(_, sound)| !sound).map_or(Ok(()), |(name, _)| Err(FitError::Settings(name)))
}

/// Grows the trees, and keeps those up to the lowest held-out loss.
fn boost<L: Loss>(
    binned: &Binned,
    mut loss: L,
    rows: Rows,
    settings: &Settings,
) -> Result<(Forest, Vec<f64>), FitError> {
    let mut parts =
        Parts { columns: binned.columns.len(), width: loss.chains() * loss.length(), ..Parts::default() };
    let rules = Rules {
        min_rows: settings.min_rows,
        min_curvature: settings.min_curvature,
        level: settings.lambda,
        shape: settings.smoothing,
        has_level: loss.has_level(),
    };
    let mut random = SplitMix::new(settings.seed);
    let columns_used = share_of(binned.columns.len(), settings.columns_share);
    let rows_used = share_of(rows.train.len(), settings.rows_share);
    let mut sums = vec![Sums::default(); binned.rows];
    let mut kept = Kept::default();
    kept.watch(&loss, rows.held, &parts, 0);
    for tree in 1..=settings.trees {
        let columns = random.sample(binned.columns.len(), columns_used);
        let (mut train, mut held) = split_rows(rows, rows_used, &mut random);
        let mut wanted = vec![NO_LEAF; binned.rows];
        train.iter().for_each(|&row| wanted[row as usize] = 0);
        loss.gradients(&wanted, &mut sums);
        let grown =
            Growth::new((binned, &columns), (&rules, &sums), &mut train, &mut held).grow(settings.leaves);
        // A single leaf could only move the pooled level, which the base has learnt.
        if grown.leaves.len() > 1 {
            let values = leaf_values(&grown, &loss, &train, settings);
            loss.advance(&leaf_of(&grown, (&train, &held), binned.rows), &values);
            grown.append_to(&mut parts, binned, &values);
        }
        if kept.watch(&loss, rows.held, &parts, tree) && tree - kept.best_tree >= settings.patience {
            break;
        }
    }
    if !rows.held.is_empty() {
        kept.cut(&mut parts);
    }
    let forest = Forest::from_parts(parts).map_err(FitError::Forest)?;
    Ok((forest, kept.losses))
}

/// At least one, if there is one.
fn share_of(count: usize, share: f32) -> usize {
    ((count as f64 * f64::from(share)).ceil() as usize).clamp(count.min(1), count)
}

/// The rows that decide the splits of a tree, and those that only follow them: what the tree does not see, and the held-out ones.
fn split_rows(rows: Rows, used: usize, random: &mut SplitMix) -> (Vec<u32>, Vec<u32>) {
    if used == rows.train.len() {
        return (rows.train.to_vec(), rows.held.to_vec());
    }
    let chosen = random.sample(rows.train.len(), used);
    let mut is_chosen = vec![false; rows.train.len()];
    chosen.iter().for_each(|&place| is_chosen[place] = true);
    let pick =
        |wanted| rows.train.iter().zip(&is_chosen).filter(move |&(_, is)| *is == wanted).map(|(&row, _)| row);
    (pick(true).collect(), pick(false).chain(rows.held.iter().copied()).collect())
}

/// The vectors of all leaves, in order.
fn leaf_values(grown: &Grown, loss: &impl Loss, train: &[u32], settings: &Settings) -> Vec<f32> {
    let penalty = Penalty {
        level: f64::from(settings.lambda),
        smoothing: f64::from(settings.smoothing),
        largest: f64::from(settings.max_step),
    };
    let width = loss.chains() * loss.length();
    let of_leaf = |(rows, _): &(std::ops::Range<usize>, std::ops::Range<usize>)| {
        let (mut gradient, mut curvature) = (vec![0.0; width], vec![0.0; width]);
        loss.add_rows(&train[rows.clone()], &mut gradient, &mut curvature);
        let mut values = newton(&gradient, &curvature, loss.chains(), penalty);
        values.iter_mut().for_each(|value| *value *= settings.rate);
        values
    };
    grown.leaves.par_iter().map(of_leaf).collect::<Vec<_>>().concat()
}

fn leaf_of(grown: &Grown, (train, held): (&[u32], &[u32]), rows: usize) -> Vec<u16> {
    let mut leaf_of = vec![NO_LEAF; rows];
    for (leaf, (of_train, of_held)) in (0_u16..).zip(&grown.leaves) {
        for &row in train[of_train.clone()].iter().chain(&held[of_held.clone()]) {
            leaf_of[row as usize] = leaf;
        }
    }
    leaf_of
}

/// The held-out losses, and how much there was of the forest at the best of them.
#[derive(Default)]
struct Kept {
    losses: Vec<f64>,
    best_tree: usize,
    /// Trees, nodes, set words and leaf values.
    lengths: [usize; 4],
}

impl Kept {
    /// Whether there are held-out rows.
    fn watch(&mut self, loss: &impl Loss, held: &[u32], parts: &Parts, tree: usize) -> bool {
        if held.is_empty() {
            return false;
        }
        let now = loss.mean(held);
        if self.losses.get(self.best_tree).is_none_or(|&best| now < best) {
            self.best_tree = tree;
            self.lengths = [parts.trees.len(), parts.nodes.len(), parts.sets.len(), parts.leaves.len()];
        }
        self.losses.push(now);
        true
    }

    fn cut(&self, parts: &mut Parts) {
        let [trees, nodes, sets, leaves] = self.lengths;
        parts.trees.truncate(trees);
        parts.nodes.truncate(nodes);
        parts.sets.truncate(sets);
        parts.leaves.truncate(leaves);
    }
}
