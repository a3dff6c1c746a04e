//! Linear regression of the log of the remaining time with an elastic net penalty (Zou and Hastie 2005), by linfa.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use model::{Features, LEVELS, Quantiles, Target};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::baseline::Baseline;
use super::regression::{Columns, Rows, around};

const PENALTY: f64 = 0.001;
const L1_RATIO: f64 = 0.5;

pub(super) struct ElasticNetOnLogTime {
    columns: Columns,
    intercept: f64,
    slopes: Vec<f64>,
    residuals: [f64; LEVELS.len()],
}

impl ElasticNetOnLogTime {
    pub(super) fn new(rows: &Rows) -> Option<Self> {
        let (height, width) = (rows.inputs.len(), rows.inputs.first()?.len());
        // The library takes no weights. Scaling a row, intercept included, by the root of its weight is equivalent.
        let roots: Vec<f64> = rows.weights.iter().map(|weight| weight.sqrt()).collect();
        let inputs = Array2::from_shape_fn((height, width + 1), |(row, column)| {
            roots[row] * if column == width { 1.0 } else { rows.inputs[row][column] }
        });
        let targets = Array1::from_shape_fn(height, |row| roots[row] * rows.targets[row]);
        let fitted = ElasticNet::<f64>::params()
            .penalty(PENALTY)
            .l1_ratio(L1_RATIO)
            .with_intercept(false)
            .fit(&Dataset::new(inputs, targets))
            .ok()?;
        let mut slopes = fitted.hyperplane().to_vec();
        let intercept = slopes.pop()?;
        let mut net =
            Self { columns: rows.columns.clone(), intercept, slopes, residuals: [0.0; LEVELS.len()] };
        let predicted: Vec<f64> = rows.inputs.iter().map(|input| net.log_time(input)).collect();
        net.residuals = rows.residuals(&predicted);
        Some(net)
    }

    fn log_time(&self, input: &[f64]) -> f64 {
        self.intercept + self.slopes.iter().zip(input).map(|(slope, value)| slope * value).sum::<f64>()
    }
}

impl Baseline for ElasticNetOnLogTime {
    fn name(&self) -> &'static str {
        "elastic_net"
    }

    fn target(&self) -> Target {
        Target::Decision
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        let answer = |features| around(self.log_time(&self.columns.row(features)), &self.residuals);
        cases.par_iter().map(answer).collect()
    }
}
