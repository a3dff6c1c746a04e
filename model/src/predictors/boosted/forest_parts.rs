//! The tables of a forest, and what makes them sound.

use std::fmt;

/// The deepest leaf may lie below this many splits, so that anyone who walks all paths of a tree needs little stack.
pub const DEEPEST: usize = 64;
/// The largest code of a category.
pub const LARGEST_CODE: u32 = 65_534;

pub(super) const IS_SET: u16 = 1;
pub(super) const MISSING_LEFT: u16 = 2;
pub(super) const WORDS_SHIFT: u16 = 2;

/// What lies below a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Child {
    /// Another split: its index in [`Parts::nodes`].
    Node(u32),
    /// A leaf: its index, in units of the width, in [`Parts::leaves`].
    Leaf(u32),
}

impl Child {
    /// Leaves are negative. An index that does not fit becomes `i32::MAX` or `i32::MIN`, which [`Forest::from_parts`](super::Forest::from_parts) refuses.
    fn pack(self) -> i32 {
        match self {
            Self::Node(index) => i32::try_from(index).unwrap_or(i32::MAX),
            Self::Leaf(index) => i32::try_from(index).map_or(i32::MIN, |index| -1 - index),
        }
    }

    fn unpack(packed: i32) -> Self {
        if packed < 0 {
            Self::Leaf(packed.wrapping_add(1).unsigned_abs())
        } else {
            Self::Node(packed.unsigned_abs())
        }
    }
}

/// How a split sends the values that are not missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Numbers below the threshold go left.
    Below(f32),
    /// The codes whose bit is set in these words of [`Parts::sets`] go left, all others right.
    Codes {
        /// Index of the first word.
        first: u32,
        /// Number of words, at most 2,048. Code 0 is the lowest bit of the first one.
        words: u16,
    },
}

/// One split, in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub(super) value: u32,
    pub(super) column: u16,
    pub(super) flags: u16,
    pub(super) children: [i32; 2],
}

impl Node {
    /// Sends numbers below `threshold` to `left` and others to `right`.
    #[must_use]
    pub fn below(column: u16, threshold: f32, missing_left: bool, left: Child, right: Child) -> Self {
        let flags = u16::from(missing_left) * MISSING_LEFT;
        Self { value: threshold.to_bits(), column, flags, children: [left.pack(), right.pack()] }
    }

    /// Sends the codes in `words` words of [`Parts::sets`] from `first` on to `left` and others to `right`.
    #[must_use]
    pub fn codes(column: u16, first: u32, words: u16, missing_left: bool, left: Child, right: Child) -> Self {
        let flags = IS_SET
            | (u16::from(missing_left) * MISSING_LEFT)
            | (words.min(u16::MAX >> WORDS_SHIFT) << WORDS_SHIFT);
        Self { value: first, column, flags, children: [left.pack(), right.pack()] }
    }

    /// The column that is asked.
    #[must_use]
    pub fn column(&self) -> usize {
        usize::from(self.column)
    }

    /// How the values are sent.
    #[must_use]
    pub fn rule(&self) -> Rule {
        if self.flags & IS_SET == 0 {
            Rule::Below(f32::from_bits(self.value))
        } else {
            Rule::Codes { first: self.value, words: self.flags >> WORDS_SHIFT }
        }
    }

    /// Whether a missing value goes left.
    #[must_use]
    pub fn missing_left(&self) -> bool {
        self.flags & MISSING_LEFT != 0
    }

    /// What lies to the left and to the right.
    #[must_use]
    pub fn children(&self) -> [Child; 2] {
        self.children.map(Child::unpack)
    }

    /// The node as four words, for a file.
    #[must_use]
    pub fn to_words(self) -> [u32; 4] {
        let [left, right] = self.children.map(i32::cast_unsigned);
        [self.value, u32::from(self.column) | (u32::from(self.flags) << 16), left, right]
    }

    /// The node of four words. Any words make a node; [`Forest::from_parts`](super::Forest::from_parts) checks it.
    #[must_use]
    pub fn from_words([value, column, left, right]: [u32; 4]) -> Self {
        let children = [left, right].map(u32::cast_signed);
        Self { value, column: (column & 0xffff) as u16, flags: (column >> 16) as u16, children }
    }
}

/// What a forest consists of: flat tables, as a file holds them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// Number of columns of a row, at most 65,535.
    pub columns: usize,
    /// Number of values in a leaf.
    pub width: usize,
    /// Index of the first node, the root, of every tree. A tree has at least one split.
    pub trees: Vec<u32>,
    /// The splits, tree by tree, parents before their children.
    pub nodes: Vec<Node>,
    /// Bits of the codes that go left.
    pub sets: Vec<u32>,
    /// The values of all leaves, one leaf after the other.
    pub leaves: Vec<f32>,
}

/// Why parts do not make a forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForestError {
    /// The leaves are empty, or wider than a whole number of leaves.
    Width,
    /// There are more than 65,535 columns, or more nodes or leaves than an index can hold.
    TooMany,
    /// This tree does not start where the one before ends, or has no node.
    Tree(usize),
    /// This node asks for a column that a row does not have.
    Column(usize),
    /// This node has a threshold that is not a number.
    Threshold(usize),
    /// This node refers to set words that do not exist, or to more than the largest code needs.
    Set(usize),
    /// A child of this node is not a later node of the same tree, or does not exist.
    Child(usize),
    /// This node or leaf does not have exactly one parent.
    Parents(usize),
    /// This node lies too deep.
    Depth(usize),
    /// This leaf value is not finite.
    Leaf(usize),
}

impl fmt::Display for ForestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width => write!(f, "the leaves do not have one width"),
            Self::TooMany => write!(f, "the forest has too many columns, nodes or leaves"),
            Self::Tree(tree) => write!(f, "tree {tree} does not start after the one before"),
            Self::Column(node) => write!(f, "node {node} asks for a column that does not exist"),
            Self::Threshold(node) => write!(f, "node {node} has a threshold that is not a number"),
            Self::Set(node) => write!(f, "node {node} refers to a set that does not exist"),
            Self::Child(node) => write!(f, "node {node} has a child that is not a later node or a leaf"),
            Self::Parents(index) => write!(f, "node or leaf {index} does not have exactly one parent"),
            Self::Depth(node) => write!(f, "node {node} lies below more than {DEEPEST} splits"),
            Self::Leaf(value) => write!(f, "leaf value {value} is not finite"),
        }
    }
}

impl std::error::Error for ForestError {}

pub(super) fn nodes_of(parts: &Parts, tree: usize) -> std::ops::Range<usize> {
    let end = parts.trees.get(tree + 1).map_or(parts.nodes.len(), |&next| next as usize);
    parts.trees[tree] as usize..end
}

pub(super) fn check(parts: &Parts) -> Result<(), ForestError> {
    let leaves = sizes(parts)?;
    for (tree, &root) in parts.trees.iter().enumerate() {
        let end = parts.trees.get(tree + 1).map_or(parts.nodes.len(), |&next| next as usize);
        if root as usize >= end || end > parts.nodes.len() || (tree == 0 && root != 0) {
            return Err(ForestError::Tree(tree));
        }
    }
    if parts.trees.is_empty() && !parts.nodes.is_empty() {
        return Err(ForestError::Tree(0));
    }
    parts.nodes.iter().enumerate().try_for_each(|(index, node)| rule(parts, index, node))?;
    links(parts, leaves)?;
    parts
        .leaves
        .iter()
        .position(|value| !value.is_finite())
        .map_or(Ok(()), |value| Err(ForestError::Leaf(value)))
}

/// The number of leaves.
fn sizes(parts: &Parts) -> Result<usize, ForestError> {
    if parts.width == 0 || !parts.leaves.len().is_multiple_of(parts.width) {
        return Err(ForestError::Width);
    }
    let leaves = parts.leaves.len() / parts.width;
    let limit = i32::MAX as usize;
    if parts.columns > usize::from(u16::MAX) || parts.nodes.len() >= limit || leaves >= limit {
        return Err(ForestError::TooMany);
    }
    Ok(leaves)
}

fn rule(parts: &Parts, index: usize, node: &Node) -> Result<(), ForestError> {
    if node.column() >= parts.columns {
        return Err(ForestError::Column(index));
    }
    match node.rule() {
        Rule::Below(threshold) if threshold.is_nan() => Err(ForestError::Threshold(index)),
        Rule::Below(_) => Ok(()),
        Rule::Codes { first, words } => {
            let fits = usize::from(words) <= LARGEST_CODE as usize / 32 + 1
                && (first as usize)
                    .checked_add(usize::from(words))
                    .is_some_and(|end| end <= parts.sets.len());
            if fits { Ok(()) } else { Err(ForestError::Set(index)) }
        }
    }
}

/// Every node but a root and every leaf has one parent, which comes before it in the same tree.
fn links(parts: &Parts, leaves: usize) -> Result<(), ForestError> {
    let mut depth = vec![0_usize; parts.nodes.len()];
    let mut leaf_seen = vec![false; leaves];
    for tree in 0..parts.trees.len() {
        let range = nodes_of(parts, tree);
        for index in range.clone() {
            if index > range.start && depth[index] == 0 {
                return Err(ForestError::Parents(index));
            }
            if depth[index] >= DEEPEST {
                return Err(ForestError::Depth(index));
            }
            for child in parts.nodes[index].children() {
                match child {
                    Child::Node(below) => {
                        let below = below as usize;
                        if below <= index || below >= range.end {
                            return Err(ForestError::Child(index));
                        }
                        if depth[below] > 0 {
                            return Err(ForestError::Parents(below));
                        }
                        depth[below] = depth[index] + 1;
                    }
                    Child::Leaf(leaf) => {
                        let seen = leaf_seen.get_mut(leaf as usize).ok_or(ForestError::Child(index))?;
                        if std::mem::replace(seen, true) {
                            return Err(ForestError::Parents(leaf as usize));
                        }
                    }
                }
            }
        }
    }
    leaf_seen.iter().position(|seen| !seen).map_or(Ok(()), |leaf| Err(ForestError::Parents(leaf)))
}
