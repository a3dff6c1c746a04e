//! A survival curve from log hazards on a grid.
//!
//! The hazard is constant within a bin, and the last one continues after the last knot, so survival is exponential within a
//! bin (Friedman 1982, "Piecewise exponential models for survival data with covariates").
//!
//! ```
//! use training::boosting::curve::Curve;
//!
//! // Hazards 0.5 and 1 in the bins (0, 1] and (1, 2], in units of 30 days.
//! let curve = Curve::new(&[0.0, 1.0, 2.0], &[0.5_f32.ln(), 0.0], 30.0);
//! assert!((curve.cumulative_hazard(45.0) - 1.0).abs() < 1e-6);
//! assert!((curve.survival(45.0) - (-1.0_f64).exp()).abs() < 1e-6);
//! assert!((curve.time_at((-1.0_f64).exp()) - 45.0).abs() < 1e-4);
//! ```

/// Survival over time, in the units of the scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    knots: Vec<f64>,
    /// Cumulative hazard at each knot.
    cumulative: Vec<f64>,
    /// Hazard per unit of time after the last knot.
    tail: f64,
}

impl Curve {
    /// The curve of K log hazards, per unit of the grid, in the bins between K + 1 rising `knots`, the first at 0. `scale`
    /// says how much time one unit of the grid is. Without a bin nothing ever happens.
    #[must_use]
    pub fn new(knots: &[f32], log_hazards: &[f32], scale: f64) -> Self {
        let mut curve = Self { knots: vec![0.0], cumulative: vec![0.0], tail: 0.0 };
        let mut sum = 0.0;
        for (bin, &log_hazard) in knots.windows(2).zip(log_hazards) {
            let hazard = f64::from(log_hazard).exp();
            sum += hazard * (f64::from(bin[1]) - f64::from(bin[0]));
            curve.knots.push(f64::from(bin[1]) * scale);
            curve.cumulative.push(sum);
            curve.tail = hazard / scale;
        }
        curve
    }

    /// The cumulative hazard up to `time`; 0 before time 0.
    #[must_use]
    pub fn cumulative_hazard(&self, time: f64) -> f64 {
        let after = self.knots.partition_point(|&knot| knot <= time);
        if after == 0 {
            return 0.0;
        }
        let (knot, sum) = (self.knots[after - 1], self.cumulative[after - 1]);
        match (self.knots.get(after), self.cumulative.get(after)) {
            (Some(next), Some(more)) => sum + (more - sum) * (time - knot) / (next - knot),
            _ => sum + self.tail * (time - knot),
        }
    }

    /// The probability that the event comes after `time`.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        (-self.cumulative_hazard(time)).exp()
    }

    /// The time at which survival has fallen to `level`; infinite if it never does, 0 for a level of 1 or more.
    #[must_use]
    pub fn time_at(&self, level: f64) -> f64 {
        let wanted = -level.ln();
        if wanted.is_nan() || wanted <= 0.0 {
            return 0.0;
        }
        let after = self.cumulative.partition_point(|&sum| sum < wanted);
        let (knot, sum) = (self.knots[after - 1], self.cumulative[after - 1]);
        match (self.knots.get(after), self.cumulative.get(after)) {
            (Some(next), Some(more)) => knot + (next - knot) * (wanted - sum) / (more - sum),
            _ if self.tail > 0.0 => knot + (wanted - sum) / self.tail,
            _ => f64::INFINITY,
        }
    }

    /// The mean of the time to the event, cut at `horizon`: the area under survival up to it (Irwin 1949).
    #[must_use]
    pub fn restricted_mean(&self, horizon: f64) -> f64 {
        let mut area = 0.0;
        for (index, (&start, &sum)) in self.knots.iter().zip(&self.cumulative).enumerate() {
            let end = self.knots.get(index + 1).copied().unwrap_or(f64::INFINITY).min(horizon);
            if end <= start {
                break;
            }
            let more = self.cumulative_hazard(end) - sum;
            // (1 - exp(-x)) / x, which tends to 1.
            let mean = if more > 1e-9 { -(-more).exp_m1() / more } else { 1.0 - more / 2.0 };
            area += (end - start) * (-sum).exp() * mean;
        }
        area
    }
}
