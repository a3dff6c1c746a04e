//! Choice of settings and the final fit.

use std::error::Error;

use training::boosting::columns::Columns;
use training::boosting::curve::Curve;
use training::boosting::fit::{Hazards, Outcome, Rows, Settings, fit_hazards};
use training::boosting::grid::Grid;

use crate::table::Table;

/// Bins of the grid.
const BINS: usize = 28;
/// Inner folds that choose the settings.
const INNER: usize = 3;
/// Fits whose log hazards are averaged.
const BAGS: usize = 4;

pub struct Model {
    knots: Vec<f32>,
    fits: Vec<Hazards>,
    pub chosen: String,
}

impl Model {
    pub fn curve(&self, columns: &Columns, row: usize) -> Curve {
        let mut values = Vec::new();
        columns.row(row, &mut values);
        let mut sum = vec![0.0; self.knots.len() - 1];
        for fit in &self.fits {
            sum.iter_mut().zip(&fit.base).for_each(|(sum, base)| *sum += base);
            fit.forest.add_to(&values, &mut sum);
        }
        let fits = self.fits.len() as f32;
        sum.iter_mut().for_each(|sum| *sum /= fits);
        Curve::new(&self.knots, &sum, 1.0)
    }
}

fn candidates() -> Vec<Settings> {
    let base = Settings {
        trees: 500,
        rate: 0.08,
        lambda: 5.0,
        min_curvature: 2.0,
        rows_share: 0.7,
        patience: 30,
        ..Settings::default()
    };
    let mut all = Vec::new();
    for (leaves, min_rows) in [(3, 20), (6, 20), (14, 40)] {
        for smoothing in [30.0, 300.0] {
            all.push(Settings { leaves, min_rows, smoothing, ..base.clone() });
        }
    }
    all
}

/// Chooses among the candidates and fits the best on all of `train`.
pub fn fit(table: &Table, train: &[u32]) -> Result<Model, Box<dyn Error>> {
    let outcomes: Vec<Outcome> = table
        .observed
        .iter()
        .map(|case| Outcome { time: case.time as f32, event: case.event, weight: 1.0 })
        .collect();
    let of = |rows: &[u32]| -> Vec<f32> {
        rows.iter().map(|&row| outcomes[row as usize]).filter(|row| row.event).map(|row| row.time).collect()
    };
    let grid = Grid::of_events(&of(train), BINS).ok_or("there is not one event")?;
    let binned = table.columns.bin(train);
    let parts: Vec<(Vec<u32>, Vec<u32>)> = (0..INNER).map(|part| inner_split(train, part)).collect();
    let mut best: Option<(f64, Settings)> = None;
    for settings in candidates() {
        let (mut loss, mut trees) = (0.0, 0);
        for (train, held) in &parts {
            let fit = fit_hazards(&binned, &outcomes, Rows { train, held }, &grid, &settings)?;
            loss += fit.held_losses.iter().copied().fold(f64::INFINITY, f64::min);
            trees += fit.forest.trees();
        }
        if best.as_ref().is_none_or(|(known, _)| loss < *known) {
            // All training rows carry a little more than an inner part of them.
            best = Some((loss, Settings { trees: (trees as f64 / INNER as f64 * 1.1) as usize, ..settings }));
        }
    }
    let (_, settings) = best.ok_or("there are no candidates")?;
    let fits = (0..BAGS as u64)
        .map(|seed| {
            fit_hazards(
                &binned,
                &outcomes,
                Rows { train, held: &[] },
                &grid,
                &Settings { seed, ..settings.clone() },
            )
        })
        .collect::<Result<_, _>>()?;
    let chosen =
        format!("{} trees of {} leaves, smoothing {}", settings.trees, settings.leaves, settings.smoothing);
    Ok(Model { knots: grid.knots().to_vec(), fits, chosen })
}

/// Training and held-out rows, by the place of a row.
fn inner_split(train: &[u32], part: usize) -> (Vec<u32>, Vec<u32>) {
    let is_held = |place: &usize| (place.wrapping_mul(2_654_435_761) >> 7) % INNER == part;
    let pick = |held: bool| {
        (0..train.len()).filter(|place| is_held(place) == held).map(|place| train[place]).collect()
    };
    (pick(false), pick(true))
}
