//! A hazard that is constant within the bins of a grid, as a sum of trees.

use super::forest::Forest;

/// The most bins of a grid.
pub const MAX_BINS: usize = 40;

/// Hazards by bin: the log hazard of a case in a bin is that of all cases plus what its leaves add.
///
/// The grid is in units of a length of time that may differ from case to case. Beyond the last knot the hazard of the last bin
/// continues.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazards {
    /// The borders of the bins, rising from 0: one more than bins.
    pub(crate) knots: Vec<f32>,
    /// By bin, the log hazard per unit of all cases.
    pub(crate) base: Vec<f32>,
    /// What is added.
    pub(crate) forest: Forest,
}

/// Numbers of one case, by bin.
pub(super) type ByBin = [f32; MAX_BINS];

impl Hazards {
    /// Puts the parts together; `None` if they do not fit each other.
    #[must_use]
    pub fn new(knots: Vec<f32>, base: Vec<f32>, forest: Forest) -> Option<Self> {
        let rises = knots.first() == Some(&0.0)
            && knots.iter().all(|knot| knot.is_finite())
            && knots.is_sorted_by(|a, b| a < b);
        let fits = (1..=MAX_BINS).contains(&base.len())
            && knots.len() == base.len() + 1
            && forest.width() == base.len()
            && base.iter().all(|base| base.is_finite());
        (rises && fits).then_some(Self { knots, base, forest })
    }

    /// The number of bins.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.base.len()
    }

    /// The borders of the bins.
    #[must_use]
    pub fn knots(&self) -> &[f32] {
        &self.knots
    }

    /// By bin, the hazard per unit of a case with this row.
    pub(super) fn of(&self, row: &[f32]) -> ByBin {
        let mut sums = [0.0; MAX_BINS];
        self.forest.add_to(row, &mut sums[..self.bins()]);
        self.with(&sums[..self.bins()])
    }

    /// By bin, the hazard per unit of a case to whose log hazards the trees add `sums`.
    pub(super) fn with(&self, sums: &[f32]) -> ByBin {
        let mut hazards = [0.0; MAX_BINS];
        for ((hazard, base), sum) in hazards.iter_mut().zip(&self.base).zip(sums) {
            *hazard = (base + sum).clamp(-30.0, 30.0).exp();
        }
        hazards
    }
}

/// Which event it is, given the segment of the grid in which it comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The number of events.
    pub(crate) events: usize,
    /// By bin of the grid, the segment to which it belongs; they rise from 0.
    pub(crate) segments: Vec<u8>,
    /// By segment and event, the log share of all cases.
    pub(crate) base: Vec<f32>,
    /// What is added.
    pub(crate) forest: Forest,
}

/// The most numbers of [`Shares`]: segments times events.
pub(super) const MAX_SHARES: usize = 256;

impl Shares {
    /// Puts the parts together; `None` if they do not fit each other.
    #[must_use]
    pub fn new(events: usize, segments: Vec<u8>, base: Vec<f32>, forest: Forest) -> Option<Self> {
        let count = segments.last().map_or(0, |last| usize::from(*last) + 1);
        let fits = events > 0
            && count > 0
            && segments.len() <= MAX_BINS
            && segments.is_sorted()
            && segments.windows(2).all(|pair| pair[1] - pair[0] <= 1)
            && segments[0] == 0
            && count * events <= MAX_SHARES
            && base.len() == count * events
            && forest.width() == base.len()
            && base.iter().all(|base| base.is_finite());
        fits.then_some(Self { events, segments, base, forest })
    }

    /// By segment and event, the probability of a case with this row.
    pub(super) fn of(&self, row: &[f32]) -> [f32; MAX_SHARES] {
        let mut sums = [0.0; MAX_SHARES];
        self.forest.add_to(row, &mut sums[..self.base.len()]);
        self.with(&sums[..self.base.len()])
    }

    /// By segment and event, the probability of a case to whose log shares the trees add `sums`.
    pub(super) fn with(&self, sums: &[f32]) -> [f32; MAX_SHARES] {
        let mut shares = [0.0; MAX_SHARES];
        for ((share, base), sum) in shares.iter_mut().zip(&self.base).zip(sums) {
            *share = base + sum;
        }
        for segment in shares[..self.base.len()].chunks_exact_mut(self.events) {
            let largest = segment.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0;
            for share in segment.iter_mut() {
                *share = (*share - largest).exp();
                sum += *share;
            }
            segment.iter_mut().for_each(|share| *share /= sum);
        }
        shares
    }
}
