//! Forests refuse bad parts and answer any row.

use model::forest::{Child, DEEPEST, Forest, ForestError, Node, Parts};

/// Column 0 below 1 goes left; else categories 1 and 33 of column 1 go left.
fn parts() -> Parts {
    Parts {
        columns: 2,
        width: 2,
        trees: vec![0, 2],
        nodes: vec![
            Node::below(0, 1.0, true, Child::Leaf(0), Child::Node(1)),
            Node::codes(1, 0, 2, false, Child::Leaf(1), Child::Leaf(2)),
            Node::below(0, 5.0, false, Child::Leaf(3), Child::Leaf(4)),
        ],
        sets: vec![0b10, 0b10],
        leaves: vec![1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 100.0, 1000.0, 200.0, 2000.0],
    }
}

fn sum(row: &[f32]) -> [f32; 2] {
    let mut out = [0.0; 2];
    Forest::from_parts(parts()).unwrap().add_to(row, &mut out);
    out
}

#[test]
fn values_go_to_their_leaves() {
    assert_eq!(sum(&[0.5, 0.0]), [101.0, 1010.0]);
    assert_eq!(sum(&[2.0, 1.0]), [102.0, 1020.0]);
    assert_eq!(sum(&[2.0, 33.0]), [102.0, 1020.0]);
    assert_eq!(sum(&[7.0, 2.0]), [203.0, 2030.0]);
}

#[test]
fn missing_and_unknown_values_go_where_the_node_says() {
    assert_eq!(sum(&[f32::NAN, 1.0]), [201.0, 2010.0]);
    assert_eq!(sum(&[2.0, f32::NAN]), [103.0, 1030.0]);
    for code in [64.0, 65_534.0, 1e9, -1.0, -1e30, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(sum(&[2.0, code]), [103.0, 1030.0], "{code}");
    }
}

#[test]
fn rows_and_outputs_of_other_lengths_do_not_panic() {
    let forest = Forest::from_parts(parts()).unwrap();
    let mut out = [0.0; 2];
    forest.add_to(&[], &mut out);
    assert_eq!(out, [201.0, 2010.0]);
    let mut short = [0.0; 1];
    forest.add_to(&[2.0, 1.0], &mut short);
    assert_eq!(short, [102.0]);
    assert_eq!(forest.leaf(0, &[2.0, 1.0]), [2.0, 20.0]);
    assert!(forest.leaf(2, &[]).is_empty());
}

#[test]
fn each_tree_names_its_columns() {
    let forest = Forest::from_parts(parts()).unwrap();
    assert_eq!([0, 1, 2].map(|tree| forest.columns_of(tree)), [&[0, 1][..], &[0], &[]]);
}

#[test]
fn nodes_survive_as_words() {
    for node in parts().nodes {
        assert_eq!(Node::from_words(node.to_words()), node);
    }
    assert_eq!(Forest::from_parts(parts()).unwrap().parts(), &parts());
}

#[test]
fn trees_of_any_number_add_up() {
    for trees in 0..11 {
        let mut many = Parts { columns: 1, width: 1, ..Parts::default() };
        for tree in 0..trees {
            many.trees.push(tree);
            many.nodes.push(Node::below(
                0,
                tree as f32,
                false,
                Child::Leaf(2 * tree),
                Child::Leaf(2 * tree + 1),
            ));
            many.leaves.extend([1.0, 100.0]);
        }
        let mut out = [0.0];
        Forest::from_parts(many).unwrap().add_to(&[4.5], &mut out);
        let right = trees.min(5) as f32;
        assert_eq!(out, [right * 100.0 + (trees as f32 - right)]);
    }
}

#[test]
fn every_kind_of_bad_part_is_refused() {
    type Change = fn(&mut Parts);
    let cases: [(Change, ForestError); 21] = [
        (|parts| parts.width = 0, ForestError::Width),
        (|parts| parts.width = 3, ForestError::Width),
        (|parts| parts.columns = 70_000, ForestError::TooMany),
        (|parts| parts.columns = 1, ForestError::Column(1)),
        (|parts| parts.trees[0] = 1, ForestError::Tree(0)),
        (|parts| parts.trees[1] = 3, ForestError::Tree(1)),
        (|parts| parts.trees[1] = u32::MAX, ForestError::Tree(0)),
        (|parts| parts.trees.push(2), ForestError::Tree(1)),
        (|parts| parts.trees.clear(), ForestError::Tree(0)),
        (
            |parts| parts.nodes[2] = Node::below(0, f32::NAN, false, Child::Leaf(3), Child::Leaf(4)),
            ForestError::Threshold(2),
        ),
        (|parts| parts.sets.truncate(1), ForestError::Set(1)),
        (
            |parts| parts.nodes[1] = Node::codes(1, u32::MAX, 2, false, Child::Leaf(1), Child::Leaf(2)),
            ForestError::Set(1),
        ),
        (
            |parts| {
                parts.sets.resize(3000, 0);
                parts.nodes[1] = Node::codes(1, 0, 2049, false, Child::Leaf(1), Child::Leaf(2));
            },
            ForestError::Set(1),
        ),
        (
            |parts| parts.nodes[0] = Node::below(0, 1.0, true, Child::Leaf(0), Child::Node(0)),
            ForestError::Child(0),
        ),
        (
            |parts| parts.nodes[1] = Node::below(0, 1.0, true, Child::Leaf(1), Child::Node(0)),
            ForestError::Child(1),
        ),
        (
            |parts| parts.nodes[0] = Node::below(0, 1.0, true, Child::Leaf(0), Child::Node(2)),
            ForestError::Child(0),
        ),
        (
            |parts| parts.nodes[2] = Node::below(0, 1.0, true, Child::Leaf(3), Child::Leaf(5)),
            ForestError::Child(2),
        ),
        (
            |parts| parts.nodes[2] = Node::below(0, 1.0, true, Child::Leaf(3), Child::Leaf(u32::MAX)),
            ForestError::Child(2),
        ),
        (
            |parts| parts.nodes[2] = Node::below(0, 1.0, true, Child::Leaf(3), Child::Leaf(3)),
            ForestError::Parents(3),
        ),
        (|parts| parts.leaves.extend([0.0, 0.0]), ForestError::Parents(5)),
        (|parts| parts.leaves[3] = f32::INFINITY, ForestError::Leaf(3)),
    ];
    for (index, (change, wanted)) in cases.into_iter().enumerate() {
        let mut bad = parts();
        change(&mut bad);
        assert_eq!(Forest::from_parts(bad).unwrap_err(), wanted, "case {index}");
    }
}

#[test]
fn a_node_with_two_parents_or_none_is_refused() {
    let mut bad = parts();
    bad.nodes[0] = Node::below(0, 1.0, true, Child::Node(1), Child::Node(1));
    assert_eq!(Forest::from_parts(bad), Err(ForestError::Parents(1)));
    let mut bad = parts();
    bad.trees.pop();
    assert_eq!(Forest::from_parts(bad), Err(ForestError::Parents(2)));
}

#[test]
fn a_tree_that_is_too_deep_is_refused() {
    let chain = |depth: usize| {
        let depth = depth as u32;
        let below = |node| if node + 1 < depth { Child::Node(node + 1) } else { Child::Leaf(depth) };
        Parts {
            columns: 1,
            width: 1,
            trees: vec![0],
            nodes: (0..depth)
                .map(|node| Node::below(0, 0.0, false, Child::Leaf(node), below(node)))
                .collect(),
            sets: vec![],
            leaves: vec![0.0; depth as usize + 1],
        }
    };
    assert!(Forest::from_parts(chain(DEEPEST)).is_ok());
    assert_eq!(Forest::from_parts(chain(DEEPEST + 1)), Err(ForestError::Depth(DEEPEST)));
}

/// Words from a file may be anything: they make a forest that answers, or an error.
#[test]
fn hostile_words_neither_panic_nor_loop() {
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let (mut sound, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut changed = parts();
        let node = random() as usize % 3;
        let mut words = changed.nodes[node].to_words();
        words[random() as usize % 4] ^= 1 << (random() % 32);
        changed.nodes[node] = Node::from_words(words);
        match Forest::from_parts(changed) {
            Ok(forest) => {
                let mut out = [0.0; 2];
                forest.add_to(&[f32::from_bits(random()), f32::from_bits(random())], &mut out);
                assert!(out.iter().all(|value| value.is_finite()));
                sound += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(sound > 1000 && refused > 1000, "{sound} {refused}");
}
