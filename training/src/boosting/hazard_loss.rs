//! The Poisson loss of piecewise constant hazards, with exact exposures.
//!
//! A row that is followed up to t has, in each bin, the exposure e of the part of (0, t] that lies in it, and an event y in the
//! bin that contains t. Its loss is the sum over bins of h e - y ln h (Holford 1980; Laird and Olivier 1981). Gradient and
//! second derivative by ln h are h e - y and h e.

use rayon::prelude::*;

use super::grid::{Grid, group};
use super::histogram::{DIMENSIONS, Sums};
use super::loss::{Loss, NO_LEAF};
use super::outcome::Outcome;

/// Pseudo-events of the neighbourhood that a bin's pooled hazard is shrunk to.
const BASE_EVENTS: f64 = 2.0;
/// Part of the first bin that a row with an event at time 0 was exposed to.
const INSTANT: f32 = 0.125;

pub(super) struct HazardLoss {
    bins: usize,
    /// Expected events h e of each row in each bin, times its weight. A step multiplies them, so nothing is exponentiated.
    expected: Vec<f32>,
    rows: Vec<RowEnd>,
    /// The dimension of the split search of each bin.
    dimension: Vec<u8>,
    /// The pooled hazard of each bin, per unit of the grid.
    pub(super) base: Vec<f64>,
}

/// Where a row ends.
#[derive(Clone, Copy)]
struct RowEnd {
    /// Bins with exposure.
    bins: u16,
    event: bool,
    weight: f32,
    /// Exposure in the last of them.
    exposure: f32,
}

impl RowEnd {
    fn new(outcome: &Outcome, grid: &Grid) -> Self {
        let first = grid.width(0);
        let time = if outcome.event && outcome.time <= 0.0 { first * INSTANT } else { outcome.time };
        let (bin, event) = match grid.bin_of(time) {
            Some(bin) => (bin, outcome.event),
            None => (grid.bins() - 1, false),
        };
        let exposure = (time - grid.knots()[bin]).min(grid.width(bin));
        Self { bins: bin as u16 + 1, event, weight: outcome.weight, exposure }
    }

    fn exposure(&self, bin: usize, grid: &Grid) -> f32 {
        if bin + 1 < usize::from(self.bins) { grid.width(bin) } else { self.exposure }
    }
}

impl HazardLoss {
    /// The pooled hazards are those of the rows `train`.
    pub(super) fn new(outcomes: &[Outcome], train: &[u32], grid: &Grid) -> Self {
        let rows: Vec<RowEnd> = outcomes.iter().map(|outcome| RowEnd::new(outcome, grid)).collect();
        let bins = grid.bins();
        let (mut events, mut exposures) = (vec![0.0; bins], vec![0.0; bins]);
        for &row in train {
            let row = &rows[row as usize];
            for (bin, sum) in exposures.iter_mut().enumerate().take(usize::from(row.bins)) {
                *sum += f64::from(row.weight * row.exposure(bin, grid));
            }
            if row.event {
                events[usize::from(row.bins) - 1] += f64::from(row.weight);
            }
        }
        let base = pooled(&events, &exposures);
        let mut expected = vec![0.0; rows.len() * bins];
        for (row, expected) in rows.iter().zip(expected.chunks_exact_mut(bins)) {
            for (bin, expected) in expected.iter_mut().enumerate().take(usize::from(row.bins)) {
                *expected = row.weight * row.exposure(bin, grid) * base[bin] as f32;
            }
        }
        Self { bins, expected, rows, dimension: group(&events, DIMENSIONS), base }
    }

    fn of(&self, row: usize) -> (&RowEnd, &[f32]) {
        let end = &self.rows[row];
        (end, &self.expected[row * self.bins..][..usize::from(end.bins)])
    }
}

/// Events over exposure, shrunk to the hazard of the bin with its neighbours, and that to the hazard of all.
fn pooled(events: &[f64], exposures: &[f64]) -> Vec<f64> {
    let all_events: f64 = events.iter().sum();
    let all_exposure: f64 = exposures.iter().sum();
    let overall = if all_exposure > 0.0 { (all_events + 0.5) / all_exposure } else { 1.0 };
    let near = |values: &[f64], bin: usize| -> f64 {
        values[bin.saturating_sub(1)..values.len().min(bin + 2)].iter().sum()
    };
    let shrunk = |count: f64, exposure: f64, to: f64| (count + BASE_EVENTS) / (exposure + BASE_EVENTS / to);
    (0..events.len())
        .map(|bin| {
            let around = shrunk(near(events, bin), near(exposures, bin), overall);
            shrunk(events[bin], exposures[bin], around)
        })
        .collect()
}

impl Loss for HazardLoss {
    fn chains(&self) -> usize {
        1
    }

    fn length(&self) -> usize {
        self.bins
    }

    fn has_level(&self) -> bool {
        true
    }

    fn gradients(&self, wanted: &[u16], out: &mut [Sums]) {
        out.par_iter_mut().enumerate().with_min_len(1024).for_each(|(row, sums)| {
            *sums = Sums::default();
            if wanted[row] == NO_LEAF {
                return;
            }
            let (end, expected) = self.of(row);
            for (&dimension, &expected) in self.dimension.iter().zip(expected) {
                sums.curvature[usize::from(dimension)] += expected;
            }
            sums.gradient = sums.curvature;
            if end.event {
                sums.gradient[usize::from(self.dimension[expected.len() - 1])] -= end.weight;
            }
        });
    }

    fn add_rows(&self, rows: &[u32], gradient: &mut [f64], curvature: &mut [f64]) {
        let mut sums = vec![0.0; self.bins];
        for &row in rows {
            let (end, expected) = self.of(row as usize);
            sums.iter_mut().zip(expected).for_each(|(sum, &expected)| *sum += f64::from(expected));
            if end.event {
                gradient[expected.len() - 1] -= f64::from(end.weight);
            }
        }
        for ((gradient, curvature), sum) in gradient.iter_mut().zip(curvature).zip(sums) {
            *gradient += sum;
            *curvature += sum;
        }
    }

    fn advance(&mut self, leaf_of: &[u16], leaves: &[f32]) {
        let factors: Vec<f32> = leaves.iter().map(|step| step.exp()).collect();
        let bins = self.bins;
        self.expected.par_chunks_exact_mut(bins).zip(leaf_of).with_min_len(1024).for_each(
            |(expected, &leaf)| {
                if leaf != NO_LEAF {
                    let factors = &factors[usize::from(leaf) * bins..][..bins];
                    expected.iter_mut().zip(factors).for_each(|(expected, factor)| *expected *= factor);
                }
            },
        );
    }

    fn mean(&self, rows: &[u32]) -> f64 {
        let (mut loss, mut weights) = (0.0, 0.0);
        for &row in rows {
            let (end, expected) = self.of(row as usize);
            let weight = f64::from(end.weight);
            loss += expected.iter().map(|&expected| f64::from(expected)).sum::<f64>();
            if end.event && weight > 0.0 {
                let hazard = f64::from(expected[expected.len() - 1]) / (weight * f64::from(end.exposure));
                loss -= weight * hazard.max(f64::MIN_POSITIVE).ln();
            }
            weights += weight;
        }
        if weights > 0.0 { loss / weights } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOMES: [Outcome; 5] = [
        Outcome { time: 2.5, event: true, weight: 1.0 },
        Outcome { time: 1.5, event: false, weight: 2.0 },
        Outcome { time: 0.0, event: true, weight: 1.0 },
        Outcome { time: 9.0, event: true, weight: 0.5 },
        Outcome { time: 4.0, event: true, weight: 1.5 },
    ];

    fn loss() -> HazardLoss {
        let grid = Grid::new(vec![0.0, 1.0, 2.0, 4.0]).unwrap();
        HazardLoss::new(&OUTCOMES, &[0, 1, 2, 3, 4], &grid)
    }

    #[test]
    fn exposures_are_the_parts_of_bins_that_were_seen() {
        let loss = loss();
        let exposure = |row: usize| -> Vec<f64> {
            let weight = f64::from(OUTCOMES[row].weight);
            loss.of(row).1.iter().zip(&loss.base).map(|(&mu, base)| f64::from(mu) / base / weight).collect()
        };
        let close = |row: usize, wanted: &[f64]| {
            let seen = exposure(row);
            assert_eq!(seen.len(), wanted.len());
            assert!(seen.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{row}: {seen:?}");
        };
        close(0, &[1.0, 1.0, 0.5]);
        close(1, &[1.0, 0.5]);
        close(2, &[0.125]);
        close(3, &[1.0, 1.0, 2.0]);
        close(4, &[1.0, 1.0, 2.0]);
        assert_eq!([0, 1, 2, 3, 4].map(|row| loss.of(row).0.event), [true, false, true, false, true]);
    }

    #[test]
    fn derivatives_agree_with_finite_differences() {
        let mut loss = loss();
        loss.advance(&[0; 5], &[0.2, -0.3, 0.1]);
        for row in 0..5_u32 {
            let (mut gradient, mut curvature) = ([0.0; 3], [0.0; 3]);
            loss.add_rows(&[row], &mut gradient, &mut curvature);
            let weight = f64::from(OUTCOMES[row as usize].weight);
            for bin in 0..3 {
                let step = 0.01_f32;
                let at = |sign: f32| {
                    let mut moved = HazardLoss { expected: loss.expected.clone(), ..self::loss() };
                    let mut leaf = [0.0; 3];
                    leaf[bin] = sign * step;
                    moved.advance(&[0; 5], &leaf);
                    moved.mean(&[row]) * weight
                };
                let (up, here, down) = (at(1.0), at(0.0), at(-1.0));
                let step = f64::from(step);
                assert!((gradient[bin] - (up - down) / (2.0 * step)).abs() < 2e-4, "row {row} bin {bin}");
                assert!(
                    (curvature[bin] - (up - 2.0 * here + down) / (step * step)).abs() < 1e-2,
                    "row {row} bin {bin}"
                );
            }
        }
    }

    #[test]
    fn the_sums_of_the_split_search_are_those_of_the_bins() {
        let loss = loss();
        let mut sums = [Sums::default(); 5];
        loss.gradients(&[0, 0, 0, NO_LEAF, 0], &mut sums);
        for row in 0..5_u32 {
            let (mut gradient, mut curvature) = ([0.0; 3], [0.0; 3]);
            if row != 3 {
                loss.add_rows(&[row], &mut gradient, &mut curvature);
            }
            let total: f64 = sums[row as usize].gradient.iter().map(|&g| f64::from(g)).sum();
            assert!((total - gradient.iter().sum::<f64>()).abs() < 1e-6, "row {row}");
            let total: f64 = sums[row as usize].curvature.iter().map(|&h| f64::from(h)).sum();
            assert!((total - curvature.iter().sum::<f64>()).abs() < 1e-6, "row {row}");
        }
    }

    #[test]
    fn a_bin_without_events_keeps_a_hazard() {
        let base = pooled(&[5.0, 0.0, 0.0, 0.0], &[10.0, 100.0, 100.0, 0.0]);
        assert!(base.iter().all(|&hazard| hazard > 0.0 && hazard.is_finite()), "{base:?}");
        assert!(base[1] < 0.05, "{base:?}");
        assert!(pooled(&[0.0], &[0.0])[0].is_finite());
    }
}
