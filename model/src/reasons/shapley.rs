//! Exact Shapley values.

/// The most players.
pub const MAX_PLAYERS: usize = 6;

/// Divides what a set of players achieves together among them (Shapley 1953): what a player adds to those before it, in the mean
/// over all orders.
///
/// `values` has the value of every set, by the bits of its players, so it has 2^n values for n players. The answer has n
/// numbers, which sum to the value of the full set less that of the empty one. `None` if the number of values is not a power of
/// two or there are more than [`MAX_PLAYERS`].
///
/// ```
/// // A left and a right glove are worth something together only; a hat is worth 3 to anyone.
/// let values = [0.0, 0.0, 0.0, 10.0, 3.0, 3.0, 3.0, 13.0];
/// assert_eq!(model::shapley(&values), Some(vec![5.0, 5.0, 3.0]));
/// assert_eq!(model::shapley(&values[..3]), None);
/// ```
#[must_use]
pub fn shapley(values: &[f64]) -> Option<Vec<f64>> {
    let players = values.len().checked_ilog2()? as usize;
    if !values.len().is_power_of_two() || players > MAX_PLAYERS {
        return None;
    }
    // By the number of players before: the share of the orders in which a player comes after just these.
    let mut shares = [0.0; MAX_PLAYERS];
    let mut share = 1.0 / players.max(1) as f64;
    for (before, slot) in shares.iter_mut().enumerate().take(players) {
        *slot = share;
        share *= (before + 1) as f64 / (players - before).saturating_sub(1).max(1) as f64;
    }
    let of = |player: usize| {
        let with = 1 << player;
        let without = (0..values.len()).filter(|set| set & with == 0);
        without.map(|set| shares[set.count_ones() as usize] * (values[set | with] - values[set])).sum()
    };
    Some((0..players).map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What players add in the mean over all orders, order by order.
    fn by_orders(values: &[f64], players: usize) -> Vec<f64> {
        fn visit(order: &mut Vec<usize>, players: usize, each: &mut impl FnMut(&[usize])) {
            if order.len() == players {
                return each(order);
            }
            for player in 0..players {
                if !order.contains(&player) {
                    order.push(player);
                    visit(order, players, each);
                    order.pop();
                }
            }
        }
        let (mut sums, mut orders) = (vec![0.0; players], 0.0);
        visit(&mut Vec::new(), players, &mut |order| {
            orders += 1.0;
            let mut set = 0;
            for player in order {
                sums[*player] += values[set | 1 << player] - values[set];
                set |= 1 << player;
            }
        });
        sums.iter().map(|sum| sum / orders).collect()
    }

    #[test]
    fn it_is_the_mean_over_all_orders() {
        for players in 0..=MAX_PLAYERS {
            let values: Vec<f64> =
                (0..1_u64 << players).map(|set| ((set * 2_654_435_761) % 1_000) as f64).collect();
            let found = shapley(&values).unwrap();
            for (one, expected) in found.iter().zip(by_orders(&values, players)) {
                assert!((one - expected).abs() < 1e-9, "{players}: {one} is not {expected}");
            }
            let sum: f64 = found.iter().sum();
            assert!((sum - (values[values.len() - 1] - values[0])).abs() < 1e-9);
        }
        assert_eq!(shapley(&[0.0; 128]), None);
        assert_eq!(shapley(&[]), None);
    }
}
