//! Concordance: how often of two cases the one with the higher risk has its event first.
//!
//! Harrell and others 1996 (Statistics in Medicine 15) with weights 1; Uno and others 2011 (Statistics in Medicine
//! 30) with the squared inverse probability of censoring of the case that comes first.

use super::censoring::{Censoring, Observed};

/// Concordance of `risk` (higher: sooner) under `weight` of the case that has its event first.
///
/// A pair counts if one case has an event while the other is still without one, at the same time if the other is
/// censored there. Equal risks count half. Nothing if no pair counts.
#[must_use]
pub fn index(observed: &[Observed], risk: &[f64], weight: impl Fn(usize) -> f64) -> Option<f64> {
    let mut ranks: Vec<f64> = risk.to_vec();
    ranks.sort_by(f64::total_cmp);
    ranks.dedup();
    let rank = |case: usize| ranks.partition_point(|&known| known < risk[case]);
    let mut order: Vec<usize> = (0..observed.len()).collect();
    order.sort_by(|&a, &b| observed[b].time.total_cmp(&observed[a].time));
    let mut later = Counter::new(ranks.len());
    let (mut concordant, mut pairs) = (0.0, 0.0);
    for tied in order.chunk_by(|&a, &b| observed[a].time == observed[b].time) {
        tied.iter().filter(|&&case| !observed[case].event).for_each(|&case| later.add(rank(case)));
        for &case in tied.iter().filter(|&&case| observed[case].event) {
            let (below, upto) = (later.below(rank(case)), later.below(rank(case) + 1));
            let weight = weight(case);
            concordant += weight * (below as f64 + 0.5 * (upto - below) as f64);
            pairs += weight * later.count as f64;
        }
        tied.iter().filter(|&&case| observed[case].event).for_each(|&case| later.add(rank(case)));
    }
    (pairs > 0.0).then(|| concordant / pairs)
}

/// Harrell's C.
#[must_use]
pub fn harrell(observed: &[Observed], risk: &[f64]) -> Option<f64> {
    index(observed, risk, |_| 1.0)
}

/// Uno's C, with the censoring learnt elsewhere.
#[must_use]
pub fn uno(censoring: &Censoring, observed: &[Observed], risk: &[f64]) -> Option<f64> {
    index(observed, risk, |case| censoring.uncensored_at(observed[case].time).powi(-2))
}

/// Counts by rank with sums of all smaller ranks (a binary indexed tree, Fenwick 1994).
struct Counter {
    tree: Vec<u64>,
    count: u64,
}

impl Counter {
    fn new(ranks: usize) -> Self {
        Self { tree: vec![0; ranks + 1], count: 0 }
    }

    fn add(&mut self, rank: usize) {
        self.count += 1;
        let mut node = rank + 1;
        while node < self.tree.len() {
            self.tree[node] += 1;
            node += node & node.wrapping_neg();
        }
    }

    fn below(&self, rank: usize) -> u64 {
        let (mut node, mut sum) = (rank, 0);
        while node > 0 {
            sum += self.tree[node];
            node &= node - 1;
        }
        sum
    }
}
