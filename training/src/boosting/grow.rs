//! Growth of one tree: the leaf whose split gains most is split next.

use std::ops::Range;

use rayon::prelude::*;

use super::columns::{Binned, Kind, MISSING};
use super::histogram::{BinSet, Histogram, Rules, Split, Sums, best_split, holds};
use model::forest::{Child, DEEPEST, Node, Parts};

/// The tree that grows: rows by leaf, splits and leaves.
pub(super) struct Growth<'a> {
    binned: &'a Binned,
    rules: &'a Rules,
    sums_of: &'a [Sums],
    /// The columns that this tree may use.
    columns: &'a [usize],
    train: Order<'a>,
    held: Order<'a>,
    splits: Vec<Branch>,
    leaves: Vec<Leaf>,
}

/// Rows in the order of the leaves.
struct Order<'a> {
    rows: &'a mut Vec<u32>,
    scratch: Vec<u32>,
}

struct Branch {
    column: usize,
    split: Split,
    children: [Child; 2],
}

struct Leaf {
    train: Range<usize>,
    held: Range<usize>,
    depth: usize,
    /// The split it hangs below, and on which side.
    parent: Option<(usize, usize)>,
    histograms: Vec<Histogram>,
    /// Place among the columns of the tree, and the split.
    best: Option<(usize, Split)>,
}

/// A tree whose leaves have rows but no values yet.
pub(super) struct Grown {
    splits: Vec<Branch>,
    /// Training rows and held-out rows of each leaf, as ranges of their orders.
    pub(super) leaves: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Growth<'a> {
    /// Begins with one leaf that holds all of `train` and `held`, which are put in the order of the leaves.
    pub(super) fn new(
        (binned, columns): (&'a Binned, &'a [usize]),
        (rules, sums_of): (&'a Rules, &'a [Sums]),
        train: &'a mut Vec<u32>,
        held: &'a mut Vec<u32>,
    ) -> Self {
        let sums = in_order(train, sums_of);
        let histograms_of = |&column: &usize| {
            let column = &binned.columns[column];
            let histogram = Histogram::of(column, train, &sums);
            let best = best_split(column, &histogram, rules);
            (histogram, best)
        };
        let (histograms, found): (Vec<_>, Vec<_>) = columns.par_iter().map(histograms_of).unzip();
        let root = Leaf {
            train: 0..train.len(),
            held: 0..held.len(),
            depth: 0,
            parent: None,
            histograms,
            best: best_of(found),
        };
        let train = Order { rows: train, scratch: Vec::new() };
        let held = Order { rows: held, scratch: Vec::new() };
        Self { binned, rules, sums_of, columns, train, held, splits: Vec::new(), leaves: vec![root] }
    }

    /// Splits until there are `leaves` leaves, or nothing gains.
    pub(super) fn grow(mut self, leaves: usize) -> Grown {
        while self.leaves.len() < leaves {
            let gain = |leaf: &Leaf| {
                leaf.best.as_ref().filter(|_| leaf.depth < DEEPEST).map(|(_, split)| split.gain)
            };
            let mut next: Option<(f32, usize)> = None;
            for (index, leaf) in self.leaves.iter().enumerate() {
                if let Some(gain) = gain(leaf).filter(|gain| next.is_none_or(|(best, _)| *gain > best)) {
                    next = Some((gain, index));
                }
            }
            let Some((_, index)) = next else { break };
            let last = self.leaves.len() + 1 == leaves;
            self.split(index, last);
        }
        let leaves = self.leaves.into_iter().map(|leaf| (leaf.train, leaf.held)).collect();
        Grown { splits: self.splits, leaves }
    }

    fn split(&mut self, index: usize, last: bool) {
        let new = self.leaves.len();
        let leaf = &mut self.leaves[index];
        let Some((place, split)) = leaf.best.take() else { return };
        let column = self.columns[place];
        let bins = &self.binned.columns[column].bins;
        let middle = self.train.partition(leaf.train.clone(), bins, &split.left);
        let held_middle = self.held.partition(leaf.held.clone(), bins, &split.left);
        let depth = leaf.depth + 1;
        let (train, held) = (leaf.train.clone(), leaf.held.clone());
        let parents = std::mem::take(&mut leaf.histograms);
        if let Some((branch, side)) = leaf.parent {
            self.splits[branch].children[side] = Child::Node(self.splits.len() as u32);
        }
        let (left_rows, right_rows) =
            (&self.train.rows[train.start..middle], &self.train.rows[middle..train.end]);
        // Neither child can be split further.
        let last = last || left_rows.len().max(right_rows.len()) < 2 * self.rules.min_rows as usize;
        let children = if last { Vec::new() } else { self.child_histograms(parents, left_rows, right_rows) };
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let (mut left_best, mut right_best) = (Vec::new(), Vec::new());
        for ((histogram, best), (other, other_best)) in children {
            left.push(histogram);
            left_best.push(best);
            right.push(other);
            right_best.push(other_best);
        }
        let parent = self.splits.len();
        let leaf = |train, held, side, histograms, found| Leaf {
            train,
            held,
            depth,
            parent: Some((parent, side)),
            histograms,
            best: best_of(found),
        };
        self.leaves[index] = leaf(train.start..middle, held.start..held_middle, 0, left, left_best);
        self.leaves.push(leaf(middle..train.end, held_middle..held.end, 1, right, right_best));
        self.splits.push(Branch {
            column,
            split,
            children: [Child::Leaf(index as u32), Child::Leaf(new as u32)],
        });
    }

    /// The histograms and best splits of both children, column by column: only the smaller child is counted.
    #[expect(clippy::type_complexity, reason = "one pair for each child")]
    fn child_histograms(
        &self,
        parents: Vec<Histogram>,
        left: &[u32],
        right: &[u32],
    ) -> Vec<((Histogram, Option<Split>), (Histogram, Option<Split>))> {
        let left_is_smaller = left.len() <= right.len();
        let smaller = if left_is_smaller { left } else { right };
        let worth = |rows: &[u32]| rows.len() >= 2 * self.rules.min_rows as usize;
        let sums = in_order(smaller, self.sums_of);
        let of_column = |(&column, parent): (&usize, Histogram)| {
            let column = &self.binned.columns[column];
            let small = Histogram::of(column, smaller, &sums);
            let large = parent.without(&small);
            let (a, b) = if left_is_smaller { (small, large) } else { (large, small) };
            let best = |histogram: &Histogram, rows: &[u32]| {
                if worth(rows) { best_split(column, histogram, self.rules) } else { None }
            };
            let (best_a, best_b) = (best(&a, left), best(&b, right));
            ((a, best_a), (b, best_b))
        };
        self.columns.par_iter().zip(parents).map(of_column).collect()
    }
}

/// The sums of some rows.
fn in_order(rows: &[u32], sums_of: &[Sums]) -> Vec<Sums> {
    rows.iter().map(|&row| sums_of[row as usize]).collect()
}

/// The column with the largest gain, the first of equals.
fn best_of(found: Vec<Option<Split>>) -> Option<(usize, Split)> {
    let mut best: Option<(usize, Split)> = None;
    for (place, split) in found.into_iter().enumerate() {
        if let Some(split) = split
            && best.as_ref().is_none_or(|(_, known)| split.gain > known.gain)
        {
            best = Some((place, split));
        }
    }
    best
}

impl Order<'_> {
    /// Moves the rows of the left bins to the front, in their order, and says where the others begin.
    fn partition(&mut self, range: Range<usize>, bins: &[u8], left: &BinSet) -> usize {
        self.scratch.clear();
        let mut middle = range.start;
        for place in range.clone() {
            let row = self.rows[place];
            if holds(left, bins[row as usize]) {
                self.rows[middle] = row;
                middle += 1;
            } else {
                self.scratch.push(row);
            }
        }
        self.rows[middle..range.end].copy_from_slice(&self.scratch);
        middle
    }
}

impl Grown {
    /// Appends the tree with these leaf values to the parts of a forest.
    pub(super) fn append_to(&self, parts: &mut Parts, binned: &Binned, values: &[f32]) {
        let first_node = parts.nodes.len() as u32;
        let first_leaf = (parts.leaves.len() / parts.width) as u32;
        parts.trees.push(first_node);
        for branch in &self.splits {
            let [left, right] = branch.children.map(|child| match child {
                Child::Node(node) => Child::Node(first_node + node),
                Child::Leaf(leaf) => Child::Leaf(first_leaf + leaf),
            });
            let missing_left = holds(&branch.split.left, MISSING);
            let column = branch.column as u16;
            let node = match (&binned.columns[branch.column].kind, branch.split.below) {
                (Kind::Numbers { cuts }, below) => {
                    let place = usize::from(below.unwrap_or(1)) - 1;
                    // After the last bin there is nothing but infinity, which belongs to the right.
                    let cut = cuts.get(place).copied().unwrap_or(f32::INFINITY);
                    Node::below(column, cut, missing_left, left, right)
                }
                (Kind::Codes { codes }, _) => {
                    let first = parts.sets.len();
                    let members = codes.iter().zip(1_u8..).filter(|(_, bin)| holds(&branch.split.left, *bin));
                    push_set(&mut parts.sets, members.flat_map(|(codes, _)| codes));
                    let words = (parts.sets.len() - first) as u16;
                    Node::codes(column, first as u32, words, missing_left, left, right)
                }
            };
            parts.nodes.push(node);
        }
        parts.leaves.extend_from_slice(values);
    }
}

fn push_set<'a>(sets: &mut Vec<u32>, codes: impl Iterator<Item = &'a u32>) {
    let first = sets.len();
    for &code in codes {
        let word = first + code as usize / 32;
        if word >= sets.len() {
            sets.resize(word + 1, 0);
        }
        sets[word] |= 1 << (code % 32);
    }
}
