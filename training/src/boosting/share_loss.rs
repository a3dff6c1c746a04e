//! The loss of the cause of an event, given the time at which it comes.
//!
//! Time is cut into a few segments with about equal numbers of events. In each of them, the shares of the causes are a softmax
//! of the scores; the loss of a row with an event is minus the logarithm of the share of its cause in its segment. Gradient and
//! (diagonal) second derivative by a score are p - y and p (1 - p).

use rayon::prelude::*;

use super::grid::{Grid, group};
use super::histogram::{DIMENSIONS, Sums};
use super::loss::{Loss, NO_LEAF};
use super::outcome::Cause;

/// Pseudo-events, spread as in all segments, that a segment's pooled shares start from.
const BASE_EVENTS: f64 = 5.0;

pub(super) struct ShareLoss {
    causes: usize,
    segments: usize,
    /// Segment and cause of each row with an event.
    rows: Vec<Option<Place>>,
    /// Scores of the causes in its own segment, row by row.
    scores: Vec<f32>,
    /// The dimension of the split search of each value of a leaf.
    dimension: Vec<u8>,
    /// Logarithms of the pooled shares, segment by segment.
    pub(super) base: Vec<f64>,
    /// The segment of each bin of the grid.
    pub(super) segment_of: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Place {
    segment: usize,
    cause: usize,
    weight: f32,
}

impl ShareLoss {
    /// Segments and pooled shares are those of the rows `train`. Causes are below `causes`, which is at least 1.
    pub(super) fn new(
        rows: &[Option<Cause>],
        train: &[u32],
        grid: &Grid,
        causes: usize,
        segments: usize,
    ) -> Self {
        let mut events = vec![0.0; grid.bins()];
        let bin = |row: &Cause| grid.bin_of(row.time).unwrap_or(grid.bins() - 1);
        for row in train.iter().filter_map(|&row| rows[row as usize].as_ref()) {
            events[bin(row)] += f64::from(row.weight);
        }
        let segment_of = group(&events, segments);
        let segments = usize::from(segment_of[segment_of.len() - 1]) + 1;
        let place = |row: &Cause| Place {
            segment: usize::from(segment_of[bin(row)]),
            cause: usize::from(row.cause),
            weight: row.weight,
        };
        let rows: Vec<Option<Place>> = rows.iter().map(|row| row.as_ref().map(place)).collect();
        let mut counts = vec![0.0; segments * causes];
        for place in train.iter().filter_map(|&row| rows[row as usize]) {
            counts[place.segment * causes + place.cause] += f64::from(place.weight);
        }
        let base = pooled(&counts, causes);
        let mut scores = vec![0.0; rows.len() * causes];
        for (row, scores) in rows.iter().zip(scores.chunks_exact_mut(causes)) {
            let start = row.map_or(0, |place| place.segment) * causes;
            scores.iter_mut().zip(&base[start..]).for_each(|(score, base)| *score = *base as f32);
        }
        let dimension = dimensions(&counts, causes);
        Self { causes, segments, rows, scores, dimension, base, segment_of }
    }

    fn shares(&self, row: usize, mut each: impl FnMut(usize, f32)) {
        let scores = &self.scores[row * self.causes..][..self.causes];
        let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - top).exp()).sum();
        scores.iter().enumerate().for_each(|(cause, score)| each(cause, (score - top).exp() / sum));
    }
}

/// Shares of each segment, shrunk to those of all segments, which are shrunk to equal ones; as logarithms.
fn pooled(counts: &[f64], causes: usize) -> Vec<f64> {
    let mut all = vec![0.5; causes];
    counts
        .chunks_exact(causes)
        .for_each(|segment| all.iter_mut().zip(segment).for_each(|(all, count)| *all += count));
    let total: f64 = all.iter().sum();
    let of_segment = |segment: &[f64]| -> Vec<f64> {
        let sum: f64 = segment.iter().sum::<f64>() + BASE_EVENTS;
        segment
            .iter()
            .zip(&all)
            .map(|(count, all)| ((count + BASE_EVENTS * all / total) / sum).ln())
            .collect()
    };
    counts.chunks_exact(causes).flat_map(of_segment).collect()
}

/// Each value of a leaf on its own if that is not too many; else each cause, and the rarest causes together.
fn dimensions(counts: &[f64], causes: usize) -> Vec<u8> {
    if counts.len() <= DIMENSIONS {
        return (0..counts.len()).map(|value| value as u8).collect();
    }
    let mut ranked: Vec<(usize, f64)> = (0..causes)
        .map(|cause| (cause, counts.chunks_exact(causes).map(|segment| segment[cause]).sum()))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut of_cause = vec![0; causes];
    ranked
        .iter()
        .enumerate()
        .for_each(|(rank, &(cause, _))| of_cause[cause] = rank.min(DIMENSIONS - 1) as u8);
    (0..counts.len()).map(|value| of_cause[value % causes]).collect()
}

impl Loss for ShareLoss {
    fn chains(&self) -> usize {
        self.causes
    }

    fn length(&self) -> usize {
        self.segments
    }

    fn has_level(&self) -> bool {
        false
    }

    fn gradients(&self, wanted: &[u16], out: &mut [Sums]) {
        out.par_iter_mut().enumerate().with_min_len(1024).for_each(|(row, sums)| {
            *sums = Sums::default();
            let Some(place) = self.rows[row].filter(|_| wanted[row] != NO_LEAF) else { return };
            let dimensions = &self.dimension[place.segment * self.causes..];
            self.shares(row, |cause, share| {
                let dimension = usize::from(dimensions[cause]);
                let seen = if cause == place.cause { 1.0 } else { 0.0 };
                sums.gradient[dimension] += place.weight * (share - seen);
                sums.curvature[dimension] += place.weight * share * (1.0 - share);
            });
        });
    }

    fn add_rows(&self, rows: &[u32], gradient: &mut [f64], curvature: &mut [f64]) {
        for row in rows.iter().map(|&row| row as usize) {
            let Some(place) = self.rows[row] else { continue };
            let start = place.segment * self.causes;
            self.shares(row, |cause, share| {
                let seen = if cause == place.cause { 1.0 } else { 0.0 };
                gradient[start + cause] += f64::from(place.weight * (share - seen));
                curvature[start + cause] += f64::from(place.weight * share * (1.0 - share));
            });
        }
    }

    fn advance(&mut self, leaf_of: &[u16], leaves: &[f32]) {
        let (causes, width) = (self.causes, self.causes * self.segments);
        let rows = self.rows.par_iter().zip(leaf_of);
        self.scores.par_chunks_exact_mut(causes).zip(rows).with_min_len(1024).for_each(
            |(scores, (row, &leaf))| {
                if let (Some(place), true) = (row, leaf != NO_LEAF) {
                    let step = &leaves[usize::from(leaf) * width + place.segment * causes..];
                    scores.iter_mut().zip(step).for_each(|(score, step)| *score += step);
                }
            },
        );
    }

    fn mean(&self, rows: &[u32]) -> f64 {
        let (mut loss, mut weights) = (0.0, 0.0);
        for &row in rows {
            let Some(place) = self.rows[row as usize] else { continue };
            self.shares(row as usize, |cause, share| {
                if cause == place.cause {
                    loss -= f64::from(place.weight) * f64::from(share.max(f32::MIN_POSITIVE)).ln();
                }
            });
            weights += f64::from(place.weight);
        }
        if weights > 0.0 { loss / weights } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss() -> ShareLoss {
        let grid = Grid::new(vec![0.0, 1.0, 2.0, 4.0]).unwrap();
        let cause = |time, cause, weight| Some(Cause { time, cause, weight });
        let rows = [cause(0.5, 0, 1.0), cause(1.5, 1, 2.0), None, cause(9.0, 2, 1.0), cause(3.0, 0, 1.0)];
        ShareLoss::new(&rows, &[0, 1, 2, 3, 4], &grid, 3, 2)
    }

    #[test]
    fn derivatives_agree_with_finite_differences() {
        let mut loss = loss();
        let width = loss.causes * loss.segments;
        let start: Vec<f32> = (0..width).map(|value| 0.1 * value as f32 - 0.2).collect();
        loss.advance(&[0; 5], &start);
        for row in [0_u32, 1, 3, 4] {
            let (mut gradient, mut curvature) = (vec![0.0; width], vec![0.0; width]);
            loss.add_rows(&[row], &mut gradient, &mut curvature);
            let weight = f64::from(loss.rows[row as usize].unwrap().weight);
            for value in 0..width {
                let step = 0.02_f32;
                let at = |sign: f32| {
                    let mut moved = ShareLoss { scores: loss.scores.clone(), ..self::loss() };
                    let mut leaf = vec![0.0; width];
                    leaf[value] = sign * step;
                    moved.advance(&[0; 5], &leaf);
                    moved.mean(&[row]) * weight
                };
                let (up, here, down) = (at(1.0), at(0.0), at(-1.0));
                let step = f64::from(step);
                assert!(
                    (gradient[value] - (up - down) / (2.0 * step)).abs() < 1e-3,
                    "row {row} value {value}"
                );
                assert!(
                    (curvature[value] - (up - 2.0 * here + down) / (step * step)).abs() < 1e-2,
                    "row {row} value {value}"
                );
            }
        }
    }

    #[test]
    fn a_row_without_an_event_does_not_count() {
        let loss = loss();
        assert_eq!(loss.mean(&[2]), 0.0);
        let (mut gradient, mut curvature) = ([0.0; 6], [0.0; 6]);
        loss.add_rows(&[2], &mut gradient, &mut curvature);
        assert_eq!((gradient, curvature), ([0.0; 6], [0.0; 6]));
    }

    #[test]
    fn pooled_shares_add_up_to_one() {
        let base = pooled(&[10.0, 0.0, 3.0, 0.0, 0.0, 0.0], 3);
        for segment in base.chunks_exact(3) {
            assert!((segment.iter().map(|log| log.exp()).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert!(base.iter().all(|log| log.is_finite()));
    }

    #[test]
    fn rare_causes_share_a_dimension() {
        let counts: Vec<f64> = (0..20).map(|value| f64::from(value % 10)).collect();
        let dimension = dimensions(&counts, 10);
        assert_eq!(dimension[..10], [7, 7, 7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(dimension[10..], dimension[..10]);
    }
}
