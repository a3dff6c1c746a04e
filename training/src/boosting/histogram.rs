//! Sums of gradients by the bins of a column, and the best cut between the bins.

use super::columns::{BinnedColumn, Kind, MISSING};

/// Dimensions of the split search.
pub(super) const DIMENSIONS: usize = 8;

/// Gradients and second derivatives by dimension: of a row, a bin or a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub(super) struct Sums {
    pub(super) gradient: [f32; DIMENSIONS],
    pub(super) curvature: [f32; DIMENSIONS],
}

impl Sums {
    #[inline]
    pub(super) fn add(&mut self, other: &Self) {
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(sum, value)| *sum += value);
        self.curvature.iter_mut().zip(&other.curvature).for_each(|(sum, value)| *sum += value);
    }

    #[inline]
    fn minus(&self, other: &Self) -> Self {
        Self {
            gradient: std::array::from_fn(|d| self.gradient[d] - other.gradient[d]),
            curvature: std::array::from_fn(|d| self.curvature[d] - other.curvature[d]),
        }
    }

    #[inline]
    fn totals(&self) -> (f32, f32) {
        (total(&self.gradient), total(&self.curvature))
    }
}

/// The sums of one column's bins, among the rows of one leaf.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    sums: Vec<Sums>,
    counts: Vec<u32>,
}

impl Histogram {
    /// Of some rows and the sums of each, in the same order: read one after the other, they are twice as fast.
    pub(super) fn of(column: &BinnedColumn, rows: &[u32], sums_of: &[Sums]) -> Self {
        let (mut sums, mut counts) = (vec![Sums::default(); column.count], vec![0_u32; column.count]);
        for (&row, of_row) in rows.iter().zip(sums_of) {
            let bin = usize::from(column.bins[row as usize]);
            sums[bin].add(of_row);
            counts[bin] += 1;
        }
        Self { sums, counts }
    }

    /// Takes away the rows of one child, which leaves those of the other.
    pub(super) fn without(mut self, child: &Self) -> Self {
        self.sums.iter_mut().zip(&child.sums).for_each(|(sum, child)| *sum = sum.minus(child));
        self.counts.iter_mut().zip(&child.counts).for_each(|(count, child)| *count -= child);
        self
    }
}

/// What a split has to satisfy, and how it is valued.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) min_rows: u32,
    /// Smallest sum of second derivatives of a side.
    pub(super) min_curvature: f32,
    /// Penalty of the level of a leaf, and of its shape over the dimensions.
    pub(super) level: f32,
    pub(super) shape: f32,
    pub(super) has_level: bool,
}

/// Categories with fewer rows in a leaf go right with the unknown ones.
const MIN_CATEGORY_ROWS: u32 = 10;
/// Expected events that a category's statistic is shrunk by before the categories are sorted.
const CATEGORY_SMOOTHING: f32 = 10.0;
/// What a split by categories has to pay more in penalty, because it is chosen among many.
const CATEGORY_PENALTY: f32 = 10.0;

impl Rules {
    /// How much lower (twice) the quadratic model of the loss gets with a step of its own for these rows.
    ///
    /// With a level: first one step for all dimensions, and then, penalised apart, what remains in each of them.
    #[inline]
    fn score(&self, sums: &Sums, (gradient, curvature): (f32, f32), more: f32) -> f32 {
        let (step, first, penalty) = if self.has_level {
            let step = gradient / (curvature + self.level + more);
            (step, gradient * step, self.shape + more)
        } else {
            (0.0, 0.0, self.level + more)
        };
        let parts = std::array::from_fn(|d| {
            let rest = sums.gradient[d] - sums.curvature[d] * step;
            rest * rest / (sums.curvature[d] + penalty)
        });
        first + total(&parts)
    }
}

/// The sum, by halves, which the processor can do side by side.
#[inline]
fn total(values: &[f32; DIMENSIONS]) -> f32 {
    let half: [f32; 4] = std::array::from_fn(|d| values[d] + values[d + 4]);
    (half[0] + half[2]) + (half[1] + half[3])
}

/// A set of bins.
pub(super) type BinSet = [u64; 4];

pub(super) fn holds(set: &BinSet, bin: u8) -> bool {
    (set[usize::from(bin >> 6)] >> (bin & 63)) & 1 == 1
}

fn insert(set: &mut BinSet, bin: usize) {
    set[bin >> 6] |= 1 << (bin & 63);
}

/// A way to split the rows of a leaf by one column.
#[derive(Debug, Clone)]
pub(super) struct Split {
    pub(super) gain: f32,
    /// The bins that go left, with that of missing values.
    pub(super) left: BinSet,
    /// Of a numeric column: the last bin below the cut.
    pub(super) below: Option<u8>,
}

/// The best split, if any satisfies the rules.
pub(super) fn best_split(column: &BinnedColumn, histogram: &Histogram, rules: &Rules) -> Option<Split> {
    let mut total = Sums::default();
    histogram.sums.iter().for_each(|sums| total.add(sums));
    let rows = histogram.counts.iter().sum();
    let more = if matches!(column.kind, Kind::Codes { .. }) { CATEGORY_PENALTY } else { 0.0 };
    let mut search =
        Search { rules, total, rows, more, parent: rules.score(&total, total.totals(), 0.0), best: None };
    match &column.kind {
        Kind::Numbers { .. } => numbers(histogram, &mut search),
        Kind::Codes { .. } => categories(histogram, &mut search),
    }
}

struct Search<'a> {
    rules: &'a Rules,
    total: Sums,
    rows: u32,
    more: f32,
    parent: f32,
    /// Gain, place, whether missing values go left, rows to the left.
    best: Option<(f32, usize, bool, u32)>,
}

impl Search<'_> {
    #[inline]
    fn consider(&mut self, left: &Sums, left_rows: u32, place: usize, missing_left: bool) {
        if left_rows < self.rules.min_rows || self.rows - left_rows < self.rules.min_rows {
            return;
        }
        let right = self.total.minus(left);
        let (of_left, of_right) = (left.totals(), right.totals());
        if of_left.1.min(of_right.1) < self.rules.min_curvature {
            return;
        }
        let scores =
            self.rules.score(left, of_left, self.more) + self.rules.score(&right, of_right, self.more);
        let gain = scores - self.parent;
        // Rounding must not look like a gain.
        if gain > 1e-4 && self.best.is_none_or(|(best, ..)| gain > best) {
            self.best = Some((gain, place, missing_left, left_rows));
        }
    }
}

fn numbers(histogram: &Histogram, search: &mut Search) -> Option<Split> {
    let missing = usize::from(MISSING);
    let any_missing = histogram.counts[missing] > 0;
    for missing_left in [false, true] {
        let (mut left, mut left_rows) = (Sums::default(), 0);
        if missing_left {
            if !any_missing {
                break;
            }
            (left, left_rows) = (histogram.sums[missing], histogram.counts[missing]);
        }
        for bin in 1..histogram.counts.len() {
            if histogram.counts[bin] > 0 {
                left.add(&histogram.sums[bin]);
                left_rows += histogram.counts[bin];
                search.consider(&left, left_rows, bin, missing_left);
            }
        }
    }
    let (gain, place, missing_left, left_rows) = search.best?;
    let mut left = BinSet::default();
    (1..=place).for_each(|bin| insert(&mut left, bin));
    // Without a missing value here, one that comes later goes with the majority.
    if if any_missing { missing_left } else { 2 * left_rows > search.rows } {
        insert(&mut left, missing);
    }
    // All values on one side: only a test for missing ones, below the cut after the last bin.
    Some(Split { gain, left, below: Some(place as u8) })
}

/// Sorts the categories by their shrunk statistic and cuts the order (Fisher 1958; Ke et al. 2017).
fn categories(histogram: &Histogram, search: &mut Search) -> Option<Split> {
    let last = histogram.counts.len() - 1;
    let is_rest = |bin: usize| bin == last;
    let statistic = |bin: usize| {
        let (gradient, curvature) = histogram.sums[bin].totals();
        if search.rules.has_level {
            gradient / (curvature + CATEGORY_SMOOTHING)
        } else {
            // Shares move against each other: the commonest dimension stands for the order.
            histogram.sums[bin].gradient[0] / (histogram.sums[bin].curvature[0] + CATEGORY_SMOOTHING)
        }
    };
    let mut order: Vec<(f32, usize)> = (0..=last)
        .filter(|&bin| {
            histogram.counts[bin] >= MIN_CATEGORY_ROWS || is_rest(bin) && histogram.counts[bin] > 0
        })
        .map(|bin| (statistic(bin), bin))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut left, mut left_rows) = (Sums::default(), 0);
    for (place, &(_, bin)) in order.iter().enumerate() {
        left.add(&histogram.sums[bin]);
        left_rows += histogram.counts[bin];
        search.consider(&left, left_rows, place, false);
    }
    let (gain, place, ..) = search.best?;
    let mut chosen = BinSet::default();
    order[..=place].iter().for_each(|&(_, bin)| insert(&mut chosen, bin));
    if !order[..=place].iter().any(|&(_, bin)| is_rest(bin)) {
        return Some(Split { gain, left: chosen, below: None });
    }
    // Unknown categories go right, so the rare ones have to.
    let mut other = BinSet::default();
    let present = (0..=last).filter(|&bin| histogram.counts[bin] > 0 && !holds(&chosen, bin as u8));
    present.for_each(|bin| insert(&mut other, bin));
    Some(Split { gain, left: other, below: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { min_rows: 2, min_curvature: 0.0, level: 1.0, shape: 5.0, has_level: true };

    fn sums(gradient: f32) -> Sums {
        let mut sums = Sums::default();
        (sums.gradient[0], sums.curvature[0]) = (gradient, 1.0);
        sums
    }

    fn numeric(bins: Vec<u8>, count: usize) -> BinnedColumn {
        let cuts = (0..count - 2).map(|cut| cut as f32).collect();
        BinnedColumn { bins, count, kind: Kind::Numbers { cuts } }
    }

    #[test]
    fn the_cut_lies_where_gradients_change() {
        let column = numeric(vec![1, 1, 2, 2, 3, 3], 4);
        let rows: Vec<Sums> = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0].map(sums).to_vec();
        let split = best_split(&column, &Histogram::of(&column, &[0, 1, 2, 3, 4, 5], &rows), &RULES).unwrap();
        // A missing value, of which there is none here, goes with the majority.
        assert_eq!((split.below, split.left[0]), (Some(2), 0b111));
        let few = Rules { min_rows: 3, ..RULES };
        let split = best_split(&column, &Histogram::of(&column, &[0, 1, 2, 3, 4, 5], &rows), &few);
        assert!(split.is_none(), "no cut leaves three rows on both sides");
    }

    #[test]
    fn missing_values_go_where_they_fit() {
        let column = numeric(vec![0, 0, 1, 1, 2, 2], 3);
        for (sign, left) in [(1.0, true), (-1.0, false)] {
            let rows: Vec<Sums> = [sign, sign, 1.0, 1.0, -1.0, -1.0].map(sums).to_vec();
            let split =
                best_split(&column, &Histogram::of(&column, &[0, 1, 2, 3, 4, 5], &rows), &RULES).unwrap();
            assert_eq!(holds(&split.left, MISSING), left);
        }
    }

    #[test]
    fn the_other_child_is_what_remains() {
        let column = numeric(vec![1, 1, 2, 2, 3, 3], 4);
        let rows: Vec<Sums> = [1.0, 2.0, 4.0, -1.0, -2.0, -4.0].map(sums).to_vec();
        let all = Histogram::of(&column, &[0, 1, 2, 3, 4, 5], &rows);
        let [even, odd] = [[0, 2, 4], [1, 3, 5]].map(|of: [usize; 3]| of.map(|row| rows[row]));
        let rest = all.without(&Histogram::of(&column, &[0, 2, 4], &even));
        let direct = Histogram::of(&column, &[1, 3, 5], &odd);
        assert_eq!((rest.sums, rest.counts), (direct.sums, direct.counts));
    }

    #[test]
    fn rare_categories_always_go_right() {
        for sign in [1.0, -1.0] {
            let bins: Vec<u8> = (0..60).map(|row| 1 + row / 20).collect();
            let column = BinnedColumn {
                bins,
                count: 4,
                kind: Kind::Codes { codes: vec![vec![0], vec![1], vec![2, 3]] },
            };
            let rows: Vec<Sums> = (0..60).map(|row| sums(if row < 20 { -sign } else { sign })).collect();
            let all: Vec<u32> = (0..60).collect();
            let split = best_split(&column, &Histogram::of(&column, &all, &rows), &RULES).unwrap();
            assert_eq!(
                (holds(&split.left, 1), holds(&split.left, 2), holds(&split.left, 3)),
                (true, false, false)
            );
        }
    }
}
