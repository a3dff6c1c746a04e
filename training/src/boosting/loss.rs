//! What the booster needs to know of a loss, and the Newton step of a leaf.

use super::histogram::Sums;

/// A loss of rows whose scores are sums of leaf vectors. Scores live inside, one set per row.
///
/// A leaf vector consists of `length` segments of time with `chains` values each: one for hazards, one per cause for shares.
pub(super) trait Loss: Send + Sync {
    /// Values at each segment of time.
    fn chains(&self) -> usize;
    /// Segments of time.
    fn length(&self) -> usize;
    /// Whether the split search may look at the level of the sums apart from their shape.
    fn has_level(&self) -> bool;
    /// The sums of gradients and second derivatives of each row that `wanted` marks.
    fn gradients(&self, wanted: &[u16], out: &mut [Sums]);
    /// Adds the gradients and second derivatives of rows to those of their leaf.
    fn add_rows(&self, rows: &[u32], gradient: &mut [f64], curvature: &mut [f64]);
    /// Adds its leaf's vector to the scores of each row; rows in no leaf have [`NO_LEAF`].
    fn advance(&mut self, leaf_of: &[u16], leaves: &[f32]);
    /// The mean loss of these rows, by weight.
    fn mean(&self, rows: &[u32]) -> f64;
}

/// A row that takes no part.
pub(super) const NO_LEAF: u16 = u16::MAX;

/// How leaf vectors are held back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Penalty {
    /// Of the square of a chain's level (its values are equal), as a number of expected events.
    pub(super) level: f64,
    /// Of the square of the difference of neighbours.
    pub(super) smoothing: f64,
    pub(super) largest: f64,
}

/// Minimises, for each chain, the sum over segments of `gradient` v + ½ (`curvature` + level / length) v² plus ½ smoothing
/// times the squared differences of neighbours: a tridiagonal system, solved by elimination (Thomas 1949).
pub(super) fn newton(gradient: &[f64], curvature: &[f64], chains: usize, penalty: Penalty) -> Vec<f32> {
    let length = gradient.len() / chains;
    let mut values = vec![0.0; gradient.len()];
    let (mut ratio, mut part) = (vec![0.0; length], vec![0.0; length]);
    let ridge = penalty.level / length as f64;
    let link = penalty.smoothing;
    for chain in 0..chains {
        for segment in 0..length {
            let at = segment * chains + chain;
            let links =
                if length == 1 { 0.0 } else { f64::from(1 + u8::from(segment > 0 && segment + 1 < length)) };
            let (before, known) =
                if segment > 0 { (ratio[segment - 1], part[segment - 1]) } else { (0.0, 0.0) };
            let pivot = curvature[at] + ridge + links * link - link * before;
            // Without a ridge and without any row in reach there is nothing to learn.
            let pivot = if pivot > 1e-9 { pivot } else { f64::INFINITY };
            ratio[segment] = link / pivot;
            part[segment] = (-gradient[at] + if segment > 0 { link * known } else { 0.0 }) / pivot;
        }
        let mut next = 0.0;
        for segment in (0..length).rev() {
            next = part[segment] + if segment + 1 < length { ratio[segment] * next } else { 0.0 };
            values[segment * chains + chain] = next.clamp(-penalty.largest, penalty.largest) as f32;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_solves_its_equations() {
        let (gradient, curvature) = ([1.0, -2.0, 0.5, 0.3], [2.0, 1.0, 0.0, 4.0]);
        let step = newton(&gradient, &curvature, 1, Penalty { level: 2.0, smoothing: 3.0, largest: 10.0 });
        for k in 0..4 {
            let mut slope = gradient[k] + (curvature[k] + 0.5) * f64::from(step[k]);
            for near in [k.checked_sub(1), Some(k + 1)].into_iter().flatten().filter(|&near| near < 4) {
                slope += 3.0 * f64::from(step[k] - step[near]);
            }
            assert!(slope.abs() < 1e-6, "{k}: {slope}");
        }
    }

    #[test]
    fn chains_do_not_mix() {
        let penalty = Penalty { level: 1.0, smoothing: 5.0, largest: 0.3 };
        let both = newton(&[1.0, 0.0, -0.2, 0.0], &[1.0; 4], 2, penalty);
        assert_eq!([both[1], both[3]], [0.0, 0.0]);
        assert_eq!(newton(&[1.0, -0.2], &[1.0; 2], 1, penalty), [both[0], both[2]]);
        assert_eq!(newton(&[100.0], &[1.0], 1, penalty), [-0.3]);
    }
}
