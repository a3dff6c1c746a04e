//! Concordance: the share of comparable pairs in which the case with the higher risk has its event first. It has no unit;
//! 1 is perfect, 0.5 is random.
//!
//! Harrell, Lee and Mark (1996), Statistics in Medicine 15, weigh all pairs alike; Uno, Cai, Pencina, D'Agostino and Wei
//! (2011), Statistics in Medicine 30, weigh a pair by the squared inverse probability of censoring of its first event.
//!
//! ```
//! use training::score::censoring::Observed;
//! use training::score::concordance;
//!
//! let cases = [(10.0, true), (20.0, true), (30.0, false)];
//! let observed = cases.map(|(time, event)| Observed { time, event });
//! // Three pairs: the first case before both others, the second before the third. One of them is in the wrong order.
//! let risk = [2.0, 3.0, 1.0];
//! assert_eq!(concordance::harrell(&observed, &risk), Some(2.0 / 3.0));
//! ```

use super::censoring::{Censoring, Observed};

/// Concordance of `risk` (higher means sooner), with pairs weighted by `weight` of the case that has its event first.
///
/// A pair is comparable if one case has its event while the other has none yet; a case that is censored at that same time
/// has none yet. Equal risks count half. `None` if no pair is comparable.
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

/// Uno's C, with the censoring curve of another sample.
#[must_use]
pub fn uno(censoring: &Censoring, observed: &[Observed], risk: &[f64]) -> Option<f64> {
    index(observed, risk, |case| censoring.uncensored_at(observed[case].time).powi(-2))
}

/// Counts by rank, with sums over all smaller ranks: a binary indexed tree (Fenwick 1994).
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
