//! The sums of a forest for the rows of all sets of players, in one walk through every tree.
//!
//! Where all rows of a node go the same way, the walk does too, so it reaches few leaves of a tree. A leaf counts for the sets
//! that have the players inside its path and none of those outside it. That is a sum, with alternating signs, over the
//! supersets of the inner players (Harsanyi 1963), and one pass at the end adds up the subsets of every set. Reading both
//! cases in one walk is the idea of interventional TreeSHAP (Lundberg et al. 2020), here with vectors in the leaves and with
//! groups of columns as players.

use super::forest::Forest;
use super::mixed_rows::MixedRows;

/// Sums of leaf vectors, set by set.
pub(super) struct MixedSums {
    width: usize,
    sums: Vec<f32>,
}

impl MixedSums {
    /// Adds up the leaves of all trees for the row of every set.
    pub(super) fn new(forest: &Forest, rows: &MixedRows) -> Self {
        let width = forest.width();
        let mut walk = Walk { forest, rows, width, sums: vec![0.0; rows.sets() * width] };
        for &root in &forest.parts().trees {
            walk.visit(root.cast_signed(), 0, 0);
        }
        let mut sums = walk.sums;
        let mut bit = 1;
        while bit < rows.sets() {
            for set in (0..rows.sets()).filter(|set| set & bit != 0) {
                let (below, above) = sums.split_at_mut(set * width);
                let without = &below[(set ^ bit) * width..][..width];
                above[..width].iter_mut().zip(without).for_each(|(sum, part)| *sum += part);
            }
            bit <<= 1;
        }
        Self { width, sums }
    }

    /// The sums for a set.
    pub(super) fn of(&self, set: usize) -> &[f32] {
        &self.sums[set * self.width..][..self.width]
    }
}

struct Walk<'a> {
    forest: &'a Forest,
    rows: &'a MixedRows,
    width: usize,
    /// By set, what it adds to its subsets.
    sums: Vec<f32>,
}

impl Walk<'_> {
    /// Walks on from a node or a leaf with the rows of all sets that have the players `inside` and none of those `outside`.
    fn visit(&mut self, mut packed: i32, inside: u8, mut outside: u8) {
        while let Some(node) = self.forest.node(packed) {
            let column = self.rows.column(node.column());
            let open = column.players() & !(inside | outside);
            let turn = |set: u8| self.forest.turn(node, column.at(set));
            let without = turn(inside);
            let bit = open & open.wrapping_neg();
            let rest = open ^ bit;
            let parts = open != 0
                && (turn(inside | bit) != without
                    || rest != 0 && (turn(inside | rest) != without || turn(inside | open) != without));
            if !parts {
                packed = without;
                continue;
            }
            // With two open players the node is asked again, once for each side of the first.
            let with = if rest == 0 { turn(inside | bit) } else { packed };
            self.visit(with, inside | bit, outside);
            outside |= bit;
            packed = if rest == 0 { without } else { packed };
        }
        self.add(packed, inside, outside);
    }

    fn add(&mut self, leaf: i32, inside: u8, outside: u8) {
        let leaf = self.forest.leaf_values(leaf);
        let mut more = outside;
        loop {
            let sums = &mut self.sums[usize::from(inside | more) * self.width..][..self.width];
            if more.count_ones().is_multiple_of(2) {
                sums.iter_mut().zip(leaf).for_each(|(sum, part)| *sum += part);
            } else {
                sums.iter_mut().zip(leaf).for_each(|(sum, part)| *sum -= part);
            }
            if more == 0 {
                return;
            }
            more = (more - 1) & outside;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictors::boosted::forest::{Child, Node, Parts};
    use crate::predictors::boosted::mixed_rows::MixedColumn;

    /// Three trees over a number, a category and a number of two players.
    fn forest() -> Forest {
        let nodes = vec![
            Node::below(0, 2.5, false, Child::Node(1), Child::Node(2)),
            Node::codes(1, 0, 1, true, Child::Leaf(0), Child::Leaf(1)),
            Node::below(2, 10.0, false, Child::Leaf(2), Child::Node(3)),
            Node::below(0, 7.0, true, Child::Leaf(3), Child::Leaf(4)),
            Node::below(2, 20.0, true, Child::Leaf(5), Child::Leaf(6)),
            Node::below(3, 0.0, true, Child::Node(6), Child::Leaf(7)),
            Node::below(2, 15.0, false, Child::Node(7), Child::Leaf(8)),
            Node::codes(1, 0, 1, false, Child::Leaf(9), Child::Leaf(10)),
        ];
        let leaves = (0..22).map(|leaf| ((leaf * 37) % 23) as f32 / 8.0).collect();
        Forest::from_parts(Parts {
            columns: 4,
            width: 2,
            trees: vec![0, 4, 5],
            nodes,
            sets: vec![0b101],
            leaves,
        })
        .unwrap()
    }

    #[test]
    fn every_set_has_the_sum_of_its_row() {
        let forest = forest();
        let numbers = [f32::NAN, 0.0, 1.0, 3.0, 8.0, 12.0, 17.0, 30.0];
        for first in numbers {
            for second in numbers {
                let columns = vec![
                    MixedColumn::of_one(1, [first, second]),
                    MixedColumn::of_one(2, [second, 2.0]),
                    MixedColumn::of_two(4, 8, [first, second, 30.0 - second, 14.0]),
                    MixedColumn::of_one(4, [second, -1.0]),
                ];
                let rows = MixedRows::new(4, columns);
                let sums = MixedSums::new(&forest, &rows);
                for set in 0..16_u8 {
                    let row: Vec<f32> = (0..4).map(|column| rows.value(column, set)).collect();
                    let mut expected = [0.0; 2];
                    forest.add_to(&row, &mut expected);
                    for (sum, expected) in sums.of(usize::from(set)).iter().zip(expected) {
                        assert!((sum - expected).abs() < 1e-5, "{set}: {sum} is not {expected}");
                    }
                }
            }
        }
    }
}
