//! The time grid of the hazards.

/// K bins: each is open at its knot on the left and closed at the next one, in units of the scale of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    knots: Vec<f32>,
}

impl Grid {
    /// A grid of these knots: rising, at least two, finite, the first one 0; at most 1,000 bins. `None` for any others.
    ///
    /// ```
    /// use training::boosting::grid::Grid;
    ///
    /// assert_eq!(Grid::new(vec![0.0, 1.0, 4.0]).map(|grid| grid.bins()), Some(2));
    /// assert_eq!(Grid::new(vec![1.0, 4.0]), None);
    /// ```
    #[must_use]
    pub fn new(knots: Vec<f32>) -> Option<Self> {
        let rising = knots.windows(2).all(|pair| pair[0] < pair[1]);
        let sound = knots.first() == Some(&0.0) && (2..=1001).contains(&knots.len());
        (sound && rising && knots.iter().all(|knot| knot.is_finite())).then_some(Self { knots })
    }

    /// A grid of at most `bins` bins with about equal numbers of these event times, the last knot at the latest of them.
    /// `None` if no time is finite and above 0.
    ///
    /// ```
    /// use training::boosting::grid::Grid;
    ///
    /// let grid = Grid::of_events(&[1.0, 2.0, 3.0, 10.0], 2);
    /// assert_eq!(grid.as_ref().map(|grid| grid.knots()), Some(&[0.0, 2.0, 10.0][..]));
    /// ```
    #[must_use]
    pub fn of_events(times: &[f32], bins: usize) -> Option<Self> {
        let mut sorted: Vec<f32> =
            times.iter().copied().filter(|time| time.is_finite() && *time > 0.0).collect();
        sorted.sort_by(f32::total_cmp);
        let mut knots = vec![0.0];
        if !sorted.is_empty() {
            knots.extend((1..=bins).map(|bin| sorted[(bin * sorted.len()).div_ceil(bins).max(1) - 1]));
            knots.dedup();
        }
        Self::new(knots)
    }

    /// The knots, from 0 on.
    #[must_use]
    pub fn knots(&self) -> &[f32] {
        &self.knots
    }

    /// Number of bins.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.knots.len() - 1
    }

    /// The bin that contains `time`; times up to 0 belong to the first one, and times after the last knot to none.
    #[must_use]
    pub fn bin_of(&self, time: f32) -> Option<usize> {
        let after = self.knots.partition_point(|&knot| knot < time);
        (after < self.knots.len()).then(|| after.saturating_sub(1))
    }

    pub(super) fn width(&self, bin: usize) -> f32 {
        self.knots[bin + 1] - self.knots[bin]
    }
}

/// At most `wanted` groups of adjacent bins with about equal sums of `events`: the group of each bin, from 0 on.
pub(super) fn group(events: &[f64], wanted: usize) -> Vec<u8> {
    let wanted = wanted.clamp(1, 255);
    let total: f64 = events.iter().sum();
    // Where nothing happens, the bins themselves count.
    let small = if total > 0.0 { total * 1e-9 } else { 1.0 };
    let total = total + small * events.len() as f64;
    let (mut before, mut groups, mut raw) = (0.0, Vec::<u8>::with_capacity(events.len()), None);
    for &count in events {
        let middle = (before + (count + small) / 2.0) / total;
        let place = ((middle * wanted as f64) as usize).min(wanted - 1);
        let next = groups.last().map_or(0, |&group| if raw == Some(place) { group } else { group + 1 });
        groups.push(next);
        raw = Some(place);
        before += count + small;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_about_equal_numbers_of_events() {
        assert_eq!(group(&[1.0, 1.0, 1.0, 1.0, 4.0, 4.0], 3), [0, 0, 0, 0, 1, 2]);
        assert_eq!(group(&[0.0; 4], 2), [0, 0, 1, 1]);
        assert_eq!(group(&[3.0, 0.0, 0.0], 8), [0, 1, 1]);
    }

    #[test]
    fn a_time_on_a_knot_belongs_to_the_bin_before_it() {
        let grid = Grid::new(vec![0.0, 1.0, 2.0]).unwrap();
        assert_eq!(
            [0.0, 1.0, 1.5, 2.0, 2.5].map(|time| grid.bin_of(time)),
            [Some(0), Some(0), Some(1), Some(1), None]
        );
    }
}
