//! A forest of regression trees whose leaves hold a vector, asked one row of covariates at a time.
//!
//! A row is a slice of `f32`, one per column: a number, or the whole-number code of a category (0 to 65,534). NaN stands for
//! a missing number and for a missing or unknown category.
//!
//! ```
//! use model::forest::{Child, Forest, Node, Parts};
//!
//! // One tree with one split: values of column 0 below 2.5 go to leaf 0, others to leaf 1, and so do missing ones.
//! let parts = Parts {
//!     columns: 1,
//!     width: 2,
//!     trees: vec![0],
//!     nodes: vec![Node::below(0, 2.5, false, Child::Leaf(0), Child::Leaf(1))],
//!     sets: vec![],
//!     leaves: vec![0.1, 0.2, -0.1, -0.2],
//! };
//! let forest = Forest::from_parts(parts)?;
//! let mut out = [1.0, 1.0];
//! forest.add_to(&[2.0], &mut out);
//! assert_eq!(out, [1.1, 1.2]);
//! # Ok::<(), model::forest::ForestError>(())
//! ```

pub use super::forest_parts::{Child, DEEPEST, ForestError, LARGEST_CODE, Node, Parts, Rule};
use super::forest_parts::{IS_SET, MISSING_LEFT, WORDS_SHIFT, check, nodes_of};

/// Trees whose leaf vectors are added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    parts: Parts,
    /// The columns that the trees use, tree by tree, and where each tree's end.
    used: Vec<u16>,
    used_ends: Vec<usize>,
}

impl Forest {
    /// Checks the parts, so that no row can make [`Self::add_to`] fail or run for long.
    ///
    /// # Errors
    /// The first thing that is wrong with the parts.
    pub fn from_parts(parts: Parts) -> Result<Self, ForestError> {
        check(&parts)?;
        let (mut used, mut used_ends) = (Vec::new(), Vec::new());
        for tree in 0..parts.trees.len() {
            let mut columns: Vec<u16> =
                parts.nodes[nodes_of(&parts, tree)].iter().map(|node| node.column).collect();
            columns.sort_unstable();
            columns.dedup();
            used.append(&mut columns);
            used_ends.push(used.len());
        }
        Ok(Self { parts, used, used_ends })
    }

    /// The tables behind the forest.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.parts.columns
    }

    /// Number of values in a leaf.
    #[must_use]
    pub fn width(&self) -> usize {
        self.parts.width
    }

    /// Number of trees.
    #[must_use]
    pub fn trees(&self) -> usize {
        self.parts.trees.len()
    }

    /// The columns that a tree asks for, in rising order, each once. Empty if the forest has fewer trees.
    #[must_use]
    pub fn columns_of(&self, tree: usize) -> &[u16] {
        let start =
            if tree == 0 { 0 } else { self.used_ends.get(tree - 1).copied().unwrap_or(self.used.len()) };
        let end = self.used_ends.get(tree).copied().unwrap_or(start);
        &self.used[start..end]
    }

    /// Adds the leaf vectors of all trees for `row` to `out`, whose length is the width.
    ///
    /// A row that is too short counts as missing in the other columns; values of `out` beyond the width stay as they are.
    pub fn add_to(&self, row: &[f32], out: &mut [f32]) {
        let width = self.parts.width.min(out.len());
        let out = &mut out[..width];
        let mut groups = self.parts.trees.chunks_exact(LOCKSTEP);
        for roots in &mut groups {
            let leaves = self.walk_together(roots, row).map(|leaf| self.leaf_values(leaf));
            add_together(leaves, out);
        }
        for &root in groups.remainder() {
            let leaf = self.leaf_values(self.walk(root.cast_signed(), row));
            out.iter_mut().zip(leaf).for_each(|(sum, step)| *sum += step);
        }
    }

    /// The leaf vector of one tree for `row`; empty if the forest has fewer trees.
    #[must_use]
    pub fn leaf(&self, tree: usize, row: &[f32]) -> &[f32] {
        self.parts.trees.get(tree).map_or(&[], |root| self.leaf_values(self.walk(root.cast_signed(), row)))
    }

    /// Walks some trees side by side: the loads of one need not wait for the comparisons of another.
    #[inline]
    fn walk_together(&self, roots: &[u32], row: &[f32]) -> [i32; LOCKSTEP] {
        let mut at: [i32; LOCKSTEP] = std::array::from_fn(|tree| roots[tree].cast_signed());
        while at.iter().any(|&packed| packed >= 0) {
            for packed in &mut at {
                if let Some(node) = self.node(*packed) {
                    *packed = self.next(node, row);
                }
            }
        }
        at
    }

    #[inline]
    fn walk(&self, root: i32, row: &[f32]) -> i32 {
        let mut packed = root;
        while let Some(node) = self.node(packed) {
            packed = self.next(node, row);
        }
        packed
    }

    #[inline]
    fn next(&self, node: &Node, row: &[f32]) -> i32 {
        self.turn(node, row.get(usize::from(node.column)).copied().unwrap_or(f32::NAN))
    }

    /// A node by its index; `None` for a leaf.
    #[inline]
    pub(super) fn node(&self, packed: i32) -> Option<&Node> {
        self.parts.nodes.get(packed.cast_unsigned() as usize)
    }

    /// The child of a node to which a value goes: a node by its index, or a leaf as a negative number.
    #[inline]
    pub(super) fn turn(&self, node: &Node, value: f32) -> i32 {
        let is_left = if node.flags & IS_SET == 0 {
            value < f32::from_bits(node.value)
        } else {
            self.in_set(node, value)
        };
        // Not a branch: which nodes send missing values left is hard to predict.
        let left = is_left | (value.is_nan() & (node.flags & MISSING_LEFT != 0));
        node.children[usize::from(!left)]
    }

    fn in_set(&self, node: &Node, code: f32) -> bool {
        // A negative or missing code becomes a word far beyond the set.
        let code = if code >= 0.0 { code as u32 } else { u32::MAX };
        let word = code / 32;
        word < u32::from(node.flags >> WORDS_SHIFT)
            && self
                .parts
                .sets
                .get(node.value as usize + word as usize)
                .is_some_and(|bits| (bits >> (code % 32)) & 1 == 1)
    }

    #[inline]
    pub(super) fn leaf_values(&self, packed: i32) -> &[f32] {
        let width = self.parts.width;
        let start = packed.wrapping_add(1).unsigned_abs() as usize * width;
        self.parts.leaves.get(start..start + width).unwrap_or(&[])
    }
}

/// Trees that are walked side by side.
const LOCKSTEP: usize = 8;

/// Adds some leaves at once, so that each value of `out` is loaded and stored once for all of them.
#[inline]
fn add_together(leaves: [&[f32]; LOCKSTEP], out: &mut [f32]) {
    let [a, b, c, d, e, f, g, h] = leaves.map(|leaf| leaf.get(..out.len()).unwrap_or(&[]));
    let first = a.iter().zip(b).zip(c).zip(d).map(|(((a, b), c), d)| (a + b) + (c + d));
    let second = e.iter().zip(f).zip(g).zip(h).map(|(((e, f), g), h)| (e + f) + (g + h));
    out.iter_mut().zip(first.zip(second)).for_each(|(sum, (first, second))| *sum += first + second);
}
