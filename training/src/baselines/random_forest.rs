//! Random forest (Breiman 2001) on the log of the remaining time, by smartcore, on a small sample.

use model::{Features, LEVELS, Quantiles, Target};
use rayon::prelude::*;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::baseline::Baseline;
use super::regression::{Columns, Rows, around};
use crate::landmarks::evenly;

/// Rows to learn from, picked evenly.
const SAMPLE: usize = 4000;
const TREES: u16 = 40;
const DEPTH: u16 = 10;
/// Cases in one matrix.
const CASES_PER_MATRIX: usize = 10_000;
const SEED: u64 = 20_220_630;

type Forest = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

pub(super) struct RandomForestOnLogTime {
    columns: Columns,
    forest: Forest,
    residuals: [f64; LEVELS.len()],
}

impl RandomForestOnLogTime {
    pub(super) fn new(rows: &Rows) -> Option<Self> {
        // The library takes no weights: a row is repeated as often as its weight says.
        let picked: Vec<usize> = evenly(rows.inputs.len(), SAMPLE)
            .flat_map(|row| std::iter::repeat_n(row, rows.weights[row].round().max(1.0) as usize))
            .collect();
        let inputs: Vec<Vec<f64>> = picked.iter().map(|&row| rows.inputs[row].clone()).collect();
        let targets: Vec<f64> = picked.iter().map(|&row| rows.targets[row]).collect();
        let parameters = RandomForestRegressorParameters::default()
            .with_n_trees(usize::from(TREES))
            .with_max_depth(DEPTH)
            .with_min_samples_leaf(20)
            .with_seed(SEED);
        let forest = Forest::fit(&DenseMatrix::from_2d_vec(&inputs).ok()?, &targets, parameters).ok()?;
        let all = DenseMatrix::from_2d_vec(&rows.inputs).ok()?;
        let residuals = rows.residuals(&forest.predict(&all).ok()?);
        Some(Self { columns: rows.columns.clone(), forest, residuals })
    }
}

impl Baseline for RandomForestOnLogTime {
    fn name(&self) -> &'static str {
        "random_forest"
    }

    fn target(&self) -> Target {
        Target::Decision
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        let answer = |cases: &[Features]| {
            let inputs: Vec<Vec<f64>> = cases.iter().map(|features| self.columns.row(features)).collect();
            let predicted =
                DenseMatrix::from_2d_vec(&inputs).ok().and_then(|rows| self.forest.predict(&rows).ok());
            // Without a prediction the estimate is "today", which the score then shows.
            let predicted = predicted.unwrap_or_else(|| vec![0.0; cases.len()]);
            predicted.into_iter().map(|log_time| around(log_time, &self.residuals)).collect::<Vec<_>>()
        };
        cases.par_chunks(CASES_PER_MATRIX).flat_map_iter(answer).collect()
    }
}
