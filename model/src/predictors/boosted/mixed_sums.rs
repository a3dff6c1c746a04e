//! The sums of a forest for the rows of all sets of players, in one walk through every tree.
//!
//! Where all rows of a node go the same way, the walk does too, so it reaches few leaves of a tree. A leaf counts for the sets
//! that have the players inside its path and none of those outside it. Leaves with the same players inside and outside are
//! added up first; at the end every player in turn is decided, which gives the sums of all sets. Reading both cases in one
//! walk is the idea of interventional TreeSHAP (Lundberg et al. 2020), here with vectors in the leaves and with groups of
//! columns as players.

use super::forest::{Forest, Node};
use super::mixed_rows::MixedRows;

/// Trees that are walked side by side: the loads of one need not wait for the comparisons of another.
const TOGETHER: usize = 16;
/// By set of players as bits, the number with these digits in base 3.
const BASE_3: [u16; 64] = {
    let mut numbers = [0; 64];
    let mut set = 1;
    while set < numbers.len() {
        let mut rest = set;
        let mut power = 1;
        while rest > 0 {
            numbers[set] += power * (rest % 2) as u16;
            power *= 3;
            rest /= 2;
        }
        set += 1;
    }
    numbers
};

/// Sums of leaf vectors, set by set.
pub(super) struct MixedSums {
    width: usize,
    sums: Vec<f32>,
}

impl MixedSums {
    /// Adds up the leaves of all trees for the row of every set.
    pub(super) fn new(forest: &Forest, rows: &MixedRows) -> Self {
        let width = forest.width();
        let players = rows.sets().ilog2();
        let mut walk = Walk { forest, rows, width, sums: vec![0.0; 3_usize.pow(players) * width] };
        let mut paths = Vec::with_capacity(4 * TOGETHER);
        for roots in forest.parts().trees.chunks(TOGETHER) {
            paths.extend(roots.iter().map(|root| Path { packed: root.cast_signed(), inside: 0, outside: 0 }));
            walk.follow(&mut paths);
        }
        let mut sums = walk.sums;
        (0..players).for_each(|decided| sums = decide(&sums, decided, players, width));
        Self { width, sums }
    }

    /// The sums for a set.
    pub(super) fn of(&self, set: usize) -> &[f32] {
        &self.sums[set * self.width..][..self.width]
    }
}

/// Decides the next player. The sums are in the order of numbers whose digits are the players, the first player the lowest: 0 or
/// 1 for the `decided` ones, and for the others 0 where they do not matter, 1 inside and 2 outside.
fn decide(sums: &[f32], decided: u32, players: u32, width: usize) -> Vec<f32> {
    let below = (1 << decided) * width;
    let above = 3_usize.pow(players - decided - 1);
    let mut next = Vec::with_capacity(2 * above * below);
    for part in sums.chunks_exact(3 * below) {
        let (any, rest) = part.split_at(below);
        let (inside, outside) = rest.split_at(below);
        next.extend(any.iter().zip(outside).map(|(any, outside)| any + outside));
        next.extend(any.iter().zip(inside).map(|(any, inside)| any + inside));
    }
    next
}

/// Where the walk is with the rows of all sets that have the players `inside` and none of those `outside`.
#[derive(Clone, Copy)]
struct Path {
    packed: i32,
    inside: u8,
    outside: u8,
}

struct Walk<'a> {
    forest: &'a Forest,
    rows: &'a MixedRows,
    width: usize,
    /// By players inside and outside, in base 3.
    sums: Vec<f32>,
}

impl Walk<'_> {
    /// Follows paths side by side to their leaves. Others branch off.
    fn follow(&mut self, paths: &mut Vec<Path>) {
        while !paths.is_empty() {
            let mut position = 0;
            while let Some(&path) = paths.get(position) {
                match self.forest.node(path.packed) {
                    None => {
                        self.add(path);
                        paths.swap_remove(position);
                    }
                    Some(node) => {
                        let (path, other) = self.step(node, path);
                        paths[position] = path;
                        paths.extend(other);
                        position += 1;
                    }
                }
            }
        }
    }

    /// One step, and the path that branches off.
    #[inline]
    fn step(&self, node: &Node, path: Path) -> (Path, Option<Path>) {
        let Path { packed, inside, outside } = path;
        let column = self.rows.column(node.column());
        let open = column.players() & !(inside | outside);
        let turn = |set: u8| self.forest.turn(node, column.at(set));
        let without = turn(inside);
        if open == 0 {
            return (Path { packed: without, ..path }, None);
        }
        let bit = open & open.wrapping_neg();
        let rest = open ^ bit;
        let with = turn(inside | bit);
        if rest == 0 {
            if with == without {
                return (Path { packed: without, ..path }, None);
            }
            let other = Path { packed: with, inside: inside | bit, outside };
            return (Path { packed: without, inside, outside: outside | bit }, Some(other));
        }
        if with == without && turn(inside | rest) == without && turn(inside | open) == without {
            return (Path { packed: without, ..path }, None);
        }
        // With two open players the node is asked again, once for each side of the first.
        let other = Path { packed, inside: inside | bit, outside };
        (Path { packed, inside, outside: outside | bit }, Some(other))
    }

    #[inline]
    fn add(&mut self, path: Path) {
        let leaf = self.forest.leaf_values(path.packed);
        let [inside, outside] =
            [path.inside, path.outside].map(|set| usize::from(BASE_3[usize::from(set) % 64]));
        let sums = &mut self.sums[(inside + 2 * outside) * self.width..][..self.width];
        sums.iter_mut().zip(leaf).for_each(|(sum, part)| *sum += part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictors::boosted::forest::{Child, Parts};
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
